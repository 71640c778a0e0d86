"""Read a decision table: columns, outputs, rules; whatever is wrong is named by rule and column."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import etree

from app.engine.dmn import foreign, xml
from app.engine.dmn.model import AGGREGATIONS, HIT_POLICIES, Column, Output, Rule, Table
from app.engine.dmn.reading import Place, Reading
from app.engine.dmn.types import type_of
from app.engine.feel import nodes as n
from app.engine.feel.compiled import Compiled, CompiledTests

MAX_RULES = 5_000
MAX_COLUMNS = 60
MAX_CELLS = 50_000


def read_table(element: etree._Element, reading: Reading, place: Place) -> Table:
    """Return the table of a `decisionTable` element."""
    inputs, outputs = list(xml.children(element, "input")), list(xml.children(element, "output"))
    rules = list(xml.children(element, "rule"))
    if not outputs:
        reading.find("the table has no output", place)
    width = len(inputs) + len(outputs)
    if len(rules) > MAX_RULES or width > MAX_COLUMNS or len(rules) * width > MAX_CELLS:
        reading.find("the table is too large", place)
        rules = []
    called = [(foreign.asked_for(item), xml.text(xml.child(item, "inputExpression"))) for item in inputs]
    columns = tuple(_column(item, at, reading, place) for at, item in enumerate(inputs, 1))
    results = tuple(_output(item, at, reading, place, alone=len(outputs) == 1) for at, item in enumerate(outputs, 1))
    policy, aggregation = _policy(element, reading, place)
    table = Table(
        place.key, place.name, policy, aggregation, columns, results,
        tuple(
            rule
            for number, item in enumerate(rules, 1)
            if (rule := _rule(item, number, columns, results, called, reading, place)) is not None
        ),
    )  # fmt: skip
    _check(table, reading, place)
    return table


def _policy(element: etree._Element, reading: Reading, place: Place) -> tuple[str, str | None]:
    policy = xml.attribute(element, "hitPolicy").upper().replace("_", " ") or "UNIQUE"
    aggregation = xml.attribute(element, "aggregation") or None
    if policy not in HIT_POLICIES:
        reading.find(f"there is no hit policy {policy}", place)
        policy = "UNIQUE"
    if aggregation is not None and aggregation not in AGGREGATIONS:
        reading.find(f"there is no aggregation {aggregation}", place)
        aggregation = None
    return policy, aggregation if policy == "COLLECT" else None


def _label(element: etree._Element, fallback: str) -> str:
    return xml.attribute(element, "label") or xml.attribute(element, "name") or fallback


def _allowed(element: etree._Element | None, reading: Reading, place: Place) -> CompiledTests | None:
    source = xml.text(element)
    return reading.tests(source, place) if source else None


def _column(element: etree._Element, at: int, reading: Reading, place: Place) -> Column:
    expression = xml.child(element, "inputExpression")
    label = _label(element, xml.text(expression) or f"input {at}")
    here = replace(place, element=element.get("id") or place.element, column=label)
    source = foreign.expression(expression, reading, here) or foreign.asked_for(element)
    if not source:
        reading.find("the input has no expression", here)
        source = "null"
    return Column(
        label,
        reading.expression(source, here),
        type_of(expression),
        _allowed(xml.child(element, "inputValues"), reading, here),
    )


def _output(element: etree._Element, at: int, reading: Reading, place: Place, alone: bool) -> Output:
    name = xml.attribute(element, "name")
    label = _label(element, f"output {at}")
    here = replace(place, element=element.get("id") or place.element, column=label)
    if not name and not alone:
        reading.find("an output of several needs a name", here)
    values = xml.child(element, "outputValues")
    allowed = _allowed(values, reading, here)
    default = xml.text(xml.child(element, "defaultOutputEntry"))
    return Output(name, label, allowed, _constants(allowed), reading.expression(default, here) if default else None)


def _constants(allowed: CompiledTests | None) -> tuple[Any, ...]:
    """Return the literal values of a list of tests, in their order."""
    if allowed is None or not isinstance(allowed.tree, n.Tests):
        return ()
    return tuple(item.value for item in allowed.tree.items if isinstance(item, n.Literal))


def _rule(
    element: etree._Element, number: int, columns: tuple[Column, ...], outputs: tuple[Output, ...],
    called: list[tuple[str, str]], reading: Reading, place: Place,
) -> Rule | None:  # fmt: skip
    here = replace(place, element=element.get("id") or place.element, row=number)
    tests = list(xml.children(element, "inputEntry"))
    results = list(xml.children(element, "outputEntry"))
    if len(tests) != len(columns) or len(results) != len(outputs):
        reading.find("the rule does not have a cell for each column", here)
        return None

    def cell(item: etree._Element, label: str) -> Place:
        language = xml.attribute(item, "expressionLanguage")
        spot = replace(here, element=item.get("id") or here.element, column=label)
        if language and "feel" not in language.lower():
            reading.find(f"the language {language} is not FEEL", spot)
        return spot

    def output(item: etree._Element, label: str) -> Compiled:
        spot = replace(here, element=item.get("id") or here.element, column=label)
        return reading.expression(foreign.expression(item, reading, spot) or "null", spot)

    return Rule(
        number,
        element.get("id") or str(number),
        tuple(
            (at, reading.tests(foreign.tests(xml.text(item), asked, over), cell(item, column.label)))
            for at, (item, column, (asked, over)) in enumerate(zip(tests, columns, called, strict=True))
            if xml.text(item) not in ("", "-")
        ),
        tuple(
            output(item, column.label) for item, column in zip(results, outputs, strict=True)
        ),
    )


def _check(table: Table, reading: Reading, place: Place) -> None:
    if not table.rules:
        reading.find("the table has no rules", place, "warning")
    if table.aggregation is not None and len(table.outputs) != 1:
        reading.find(f"{table.aggregation} needs exactly one output", place)
    if table.policy in ("PRIORITY", "OUTPUT ORDER") and not any(o.priorities for o in table.outputs):
        reading.find(f"{table.policy} needs the output values in their order", place)
    names = [output.name for output in table.outputs if output.name]
    if len(set(names)) != len(names):
        reading.find("two outputs have one name", place)
    _check_outputs(table, reading, place)


def _check_outputs(table: Table, reading: Reading, place: Place) -> None:
    """Find fixed outputs that are not among the allowed values."""
    for rule in table.rules:
        for cell, output in zip(rule.outputs, table.outputs, strict=True):
            constant = isinstance(cell.tree, n.Literal) and cell.tree.value is not None
            if constant and output.priorities and not _is_among(cell.tree, output.priorities):
                here = replace(place, row=rule.number, column=output.label)
                reading.find(f"{cell.text} is not among the allowed values", here, soft=True)


def _is_among(node: n.Node, values: tuple[Any, ...]) -> bool:
    value = getattr(node, "value", None)
    return any(type(value) is type(other) and value == other for other in values)
