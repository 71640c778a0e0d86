"""Compile the boxed expressions of a DMN file.

Source:
    DMN 1.3, 10.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree

from app.engine.dmn import foreign, xml
from app.engine.dmn.columns import read_table
from app.engine.dmn.lookup import look_up
from app.engine.dmn.model import Box
from app.engine.dmn.reading import Place, Reading, broken
from app.engine.dmn.tables import evaluate_table
from app.engine.dmn.types import type_of
from app.engine.feel.builtins import BUILTINS
from app.engine.feel.conforming import conform
from app.engine.feel.errors import Unfit
from app.engine.feel.functions import invoke
from app.engine.feel.limits import MAX_DEPTH, Frame
from app.engine.feel.looping import Source, collected, kept, quantified
from app.engine.feel.nodes import TypeName
from app.engine.feel.values import BuiltinFunction, Function


def read_box(element: etree._Element | None, reading: Reading, place: Place) -> Box:
    """Compile the boxed expression of an element."""
    if element is None:
        reading.find("there is no logic", place, "warning")
        return lambda frame: None
    name = xml.local(element)
    here = replace(place, element=element.get("id") or place.element)
    reading.depth += 1
    if reading.depth > MAX_DEPTH:
        reading.find("boxed expressions are nested too deep", here)
        made: Box = lambda frame: None  # noqa: E731
    else:
        made = _typed(_BOXES.get(name, _unknown)(element, reading, here), element, name)
    reading.depth -= 1
    return made


def _typed(box: Box, element: etree._Element, name: str) -> Box:
    """Let an expression that declares its type give a value of it, or null.

    A table's type may be that of one row, and a function's that of its result: those are left to the variable.
    """
    wanted = None if name in ("decisionTable", "functionDefinition") else type_of(element)
    if wanted is None:
        return box
    return lambda frame: _declared(box(frame), wanted, name, frame)


def logic_of(element: etree._Element) -> etree._Element | None:
    """Return the element's boxed expression, or None."""
    return xml.child(element, *_BOXES)


def _unknown(element: etree._Element, reading: Reading, place: Place) -> Box:
    return _refused(f"boxed expressions of the kind {xml.local(element)} are not supported", reading, place)


def _refused(reason: str, reading: Reading, place: Place) -> Box:
    reading.find(reason, place, soft=True)
    return broken(reason)


def _literal(element: etree._Element, reading: Reading, place: Place) -> Box:
    language = xml.attribute(element, "expressionLanguage")
    if language and not foreign.is_read(language):
        return _refused(f"the language {language} is not FEEL", reading, place)
    ready = reading.expression(foreign.expression(element, reading, place), place)

    def run(frame: Frame) -> Any:
        frame.run.expression = ready.text
        return ready.code(frame)

    return run


def _table(element: etree._Element, reading: Reading, place: Place) -> Box:
    table = read_table(element, reading, place)
    lookup = look_up(table)
    return lambda frame: evaluate_table(table, frame, lookup)


def _context(element: etree._Element, reading: Reading, place: Place) -> Box:
    entries: list[tuple[str, TypeName | None, Box]] = []
    for entry in xml.children(element, "contextEntry"):
        variable = xml.child(entry, "variable")
        name = xml.attribute(variable, "name") if variable is not None else ""
        logic = logic_of(entry)
        # the type of a variable that holds a function is in older files that of the function's result
        wanted = None if logic is not None and xml.local(logic) == "functionDefinition" else type_of(variable)
        entries.append((name, wanted, read_box(logic, reading, place)))

    def run(frame: Frame) -> Any:
        made: dict[str, Any] = {}
        inner = frame.inner(made)
        for name, wanted, box in entries:
            value = box(inner)
            if not name:
                return value
            made[name] = value if wanted is None else _declared(value, wanted, name, frame)
        return made

    return run


def _declared(value: Any, wanted: TypeName, name: str, frame: Frame) -> Any:
    """Return an entry's value as its declared type, or null."""
    try:
        return conform(value, wanted, frame.run)
    except Unfit as misfit:
        return frame.run.fault(f"{name}: {misfit}", 1, name)


def _invocation(element: etree._Element, reading: Reading, place: Place) -> Box:
    logic = logic_of(element)
    name = " ".join(xml.text(logic).split())
    named = BuiltinFunction(name) if name in BUILTINS and name not in reading.functions else None
    callee: Box = (lambda frame: named) if named else read_box(logic, reading, place)
    bindings: dict[str, Box] = {}
    for binding in xml.children(element, "binding"):
        parameter = xml.child(binding, "parameter")
        name = xml.attribute(parameter, "name") if parameter is not None else ""
        bindings[name] = read_box(logic_of(binding), reading, place)

    def run(frame: Frame) -> Any:
        function = callee(frame)
        try:
            if not isinstance(function, Function | BuiltinFunction):
                raise Unfit("what is invoked is no function or business knowledge model of this file")
            return invoke(function, (), {name: box(frame) for name, box in bindings.items()}, frame.run)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), 1)

    return run


def _list(element: etree._Element, reading: Reading, place: Place) -> Box:
    items = [read_box(item, reading, place) for item in xml.children(element, *_BOXES)]
    return lambda frame: [item(frame) for item in items]


def _relation(element: etree._Element, reading: Reading, place: Place) -> Box:
    names = [xml.attribute(column, "name") for column in xml.children(element, "column")]
    rows = [
        [read_box(cell, reading, place) for cell in xml.children(row, *_BOXES)] for row in xml.children(element, "row")
    ]
    if any(len(row) != len(names) for row in rows):
        return _refused("a row of the relation does not have a cell for each column", reading, place)
    return lambda frame: [{name: cell(frame) for name, cell in zip(names, row, strict=True)} for row in rows]


def _function(element: etree._Element, reading: Reading, place: Place) -> Box:
    kind = xml.attribute(element, "kind") or "FEEL"
    if kind.upper() != "FEEL":
        return _refused(f"external functions are refused: {kind}", reading, place)
    names, types = params_of(element)
    body = read_box(logic_of(element), reading, place)
    wanted = types if any(types) else ()
    return lambda frame: Function(names, body, frame, 5, wanted, None)


def params_of(element: etree._Element) -> tuple[tuple[str, ...], tuple[TypeName | None, ...]]:
    """Return the names and the types of a function's formal parameters."""
    params = list(xml.children(element, "formalParameter"))
    return tuple(xml.attribute(item, "name") for item in params), tuple(type_of(item) for item in params)


def _part(element: etree._Element, name: str, reading: Reading, place: Place) -> Box:
    """Read the expression in a child such as `then`."""
    found = xml.child(element, name)
    if found is None:
        return _refused(f"{xml.local(element)} has no {name}", reading, place)
    return read_box(logic_of(found), reading, place)


def _conditional(element: etree._Element, reading: Reading, place: Place) -> Box:
    test, then, otherwise = (_part(element, name, reading, place) for name in ("if", "then", "else"))
    return lambda frame: then(frame) if test(frame) is True else otherwise(frame)


def _filter(element: etree._Element, reading: Reading, place: Place) -> Box:
    source, match = _part(element, "in", reading, place), _part(element, "match", reading, place)

    def run(frame: Frame) -> Any:
        return _guarded(lambda: kept(source(frame), match, 10, None, frame), frame)

    return run


def _loop(element: etree._Element, reading: Reading, place: Place) -> Box:
    kind, name = xml.local(element), xml.attribute(element, "iteratorVariable")
    source = _domain(element, reading, place)
    body = _part(element, "return" if kind == "for" else "satisfies", reading, place)
    sources: list[Source] = [(name, source, None)]
    if kind == "for":
        return lambda frame: _guarded(lambda: collected(sources, body, 10, frame), frame)
    return lambda frame: _guarded(lambda: quantified(sources, body, 10, kind == "every", frame), frame)


def _domain(element: etree._Element, reading: Reading, place: Place) -> Box:
    """Read what a boxed loop runs over; `1..9` without brackets is no expression elsewhere."""
    inner = xml.child(element, "in")
    text = xml.text(xml.child(inner, "literalExpression")) if inner is not None else ""
    if ".." not in text or text[0] in "[(]":
        return _part(element, "in", reading, place)
    ready = reading.expression(f"for step in {text} return step", place)
    return ready.code


def _guarded(make: Callable[[], Any], frame: Frame) -> Any:
    try:
        return make()
    except Unfit as misfit:
        return frame.run.fault(str(misfit), 1)


_BOXES = {
    "literalExpression": _literal, "decisionTable": _table, "context": _context,
    "invocation": _invocation, "list": _list, "relation": _relation, "functionDefinition": _function,
    "conditional": _conditional, "filter": _filter, "for": _loop, "every": _loop, "some": _loop,
}  # fmt: skip
