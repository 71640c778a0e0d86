"""Compile the boxed expressions of a DMN file.

Source:
    DMN 1.3, 10.2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import etree

from app.engine.dmn import xml
from app.engine.dmn.columns import read_table
from app.engine.dmn.model import Box
from app.engine.dmn.reading import Place, Reading
from app.engine.dmn.tables import evaluate_table
from app.engine.feel.errors import ExpressionError, Unfit
from app.engine.feel.functions import invoke
from app.engine.feel.limits import MAX_DEPTH, Frame
from app.engine.feel.values import Function

#: elements that hold a boxed expression
BOXED = (
    "literalExpression",
    "decisionTable",
    "context",
    "invocation",
    "list",
    "relation",
    "functionDefinition",
)
_LATER = ("conditional", "for", "every", "some", "filter")


def read_box(element: etree._Element | None, reading: Reading, place: Place) -> Box:
    """Compile the boxed expression of an element."""
    if element is None:
        reading.find("there is no logic", place)
        return lambda frame: None
    name = xml.local(element)
    here = replace(place, element=element.get("id") or place.element)
    reading.depth += 1
    if reading.depth > MAX_DEPTH:
        reading.find("boxed expressions are nested too deep", here)
        made: Box = lambda frame: None  # noqa: E731
    else:
        made = _BOXES.get(name, _unknown)(element, reading, here)
    reading.depth -= 1
    return made


def logic_of(element: etree._Element) -> etree._Element | None:
    """Return the element's boxed expression, or None."""
    return xml.child(element, *BOXED, *_LATER)


def _unknown(element: etree._Element, reading: Reading, place: Place) -> Box:
    reading.find(f"boxed expressions of the kind {xml.local(element)} are not supported", place)
    return lambda frame: None


def _literal(element: etree._Element, reading: Reading, place: Place) -> Box:
    language = xml.attribute(element, "expressionLanguage")
    if language and "feel" not in language.lower():
        reading.find(f"the language {language} is not FEEL", place)
    ready = reading.expression(xml.text(element), place)

    def run(frame: Frame) -> Any:
        frame.run.expression = ready.text
        return ready.code(frame)

    return run


def _table(element: etree._Element, reading: Reading, place: Place) -> Box:
    table = read_table(element, reading, place)
    return lambda frame: evaluate_table(table, frame)


def _context(element: etree._Element, reading: Reading, place: Place) -> Box:
    entries: list[tuple[str, Box]] = []
    for entry in xml.children(element, "contextEntry"):
        variable = xml.child(entry, "variable")
        name = xml.attribute(variable, "name") if variable is not None else ""
        entries.append((name, read_box(logic_of(entry), reading, place)))

    def run(frame: Frame) -> Any:
        made: dict[str, Any] = {}
        inner = frame.inner(made)
        for name, box in entries:
            if not name:
                return box(inner)
            made[name] = box(inner)
        return made

    return run


def _invocation(element: etree._Element, reading: Reading, place: Place) -> Box:
    callee = read_box(logic_of(element), reading, place)
    bindings: dict[str, Box] = {}
    for binding in xml.children(element, "binding"):
        parameter = xml.child(binding, "parameter")
        name = xml.attribute(parameter, "name") if parameter is not None else ""
        bindings[name] = read_box(logic_of(binding), reading, place)

    def run(frame: Frame) -> Any:
        function = callee(frame)
        try:
            if not isinstance(function, Function):
                raise Unfit("what is invoked is no business knowledge model of this file")
            return invoke(function, (), {name: box(frame) for name, box in bindings.items()}, frame.run)
        except Unfit as misfit:
            raise ExpressionError(str(misfit), code="type", expression=frame.run.expression) from misfit

    return run


def _list(element: etree._Element, reading: Reading, place: Place) -> Box:
    items = [read_box(item, reading, place) for item in xml.children(element, *BOXED)]
    return lambda frame: [item(frame) for item in items]


def _relation(element: etree._Element, reading: Reading, place: Place) -> Box:
    names = [xml.attribute(column, "name") for column in xml.children(element, "column")]
    rows = [
        [read_box(cell, reading, place) for cell in xml.children(row, *BOXED)] for row in xml.children(element, "row")
    ]
    if any(len(row) != len(names) for row in rows):
        reading.find("a row of the relation does not have a cell for each column", place)
        return lambda frame: None
    return lambda frame: [{name: cell(frame) for name, cell in zip(names, row, strict=True)} for row in rows]


def _function(element: etree._Element, reading: Reading, place: Place) -> Box:
    if xml.attribute(element, "kind") not in ("", "FEEL"):
        reading.find("functions of other languages are not supported", place)
    params = params_of(element)
    body = read_box(logic_of(element), reading, place)
    return lambda frame: Function(params, body, frame, 5)


def params_of(element: etree._Element) -> tuple[str, ...]:
    """Return the names of a function's formal parameters."""
    return tuple(xml.attribute(item, "name") for item in xml.children(element, "formalParameter"))


_BOXES = {
    "literalExpression": _literal, "decisionTable": _table, "context": _context,
    "invocation": _invocation, "list": _list, "relation": _relation, "functionDefinition": _function,
}  # fmt: skip
