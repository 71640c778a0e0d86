"""Diagrams that name registers: what is declared passes, what is not is found before it runs."""

import pytest

from app.engine.lint import lint_process
from tests.engine.running import diagram, line, service

DECLARED = {"groves": ["name", "area"]}


def findings(operation, registers=DECLARED, **params):
    quoted = {name: value.replace('"', "&quot;") for name, value in params.items()}
    body = ('<bpmn:startEvent id="s"/>' + service("x", operation, **quoted) + '<bpmn:endEvent id="e"/>'
            + line("s", "x", "e"))
    found = lint_process(diagram("p", body), file="p.bpmn", forms=(), decisions={}, roles=(), processes=(),
                         registers=registers)
    return [(one.element, one.rule) for one in found]


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("register.find", {"register": '"groves"'}), ("register.find", {"register": '"groves"', "where": "{area: 1}"}),
        ("register.sum", {"register": ' "groves" ', "field": '"area"'}), ("register.find", {"register": "which"}),
        ("register.sum", {"register": '"groves"', "field": "which"}),
        ("register.find", {"register": '"groves"', "sort": '"-area"',
                           "where": '{area_from: 1, "area_until": 2, unit_within: event.street, id: x, name: [1]}'}),
        ("register.add", {"register": '"groves"', "row": '{unit: event.village, name: "a", area: {b: 1}}'}),
        ("register.add", {"register": '"groves"', "row": "context put(r, \"height\", 1)"}),
        ("register.change", {"register": '"groves"', "id": "x", "changes": "{}", "version": "1", "reason": "r"}),
    ],
)  # fmt: skip
def test_what_is_declared_or_computed_passes(operation, params):
    assert findings(operation, **params) == []


@pytest.mark.parametrize(
    ("operation", "params", "rule"),
    [
        ("register.find", {"register": '"gardens"'}, "register"), ("register.find", {"register": '""'}, "register"),
        ("register.sum", {"register": '"groves"', "field": '"height"'}, "register"),
        ("register.find", {"register": '"groves"', "sort": '"-height"'}, "register"),
        ("register.find", {"register": '"groves"', "where": "{height: 1}"}, "register"),
        ("register.find", {"register": '"groves"', "where": "{area_upto: 1}"}, "register"),
        ("register.add", {"register": '"groves"', "row": "{area_from: 1}"}, "register"),
        ("register.change", {"register": '"groves"', "id": "x", "changes": "{id: 1}"}, "register"),
        ("register.find", {"register": '"groves"', "where": "{area: }"}, "expression"),
        ("register.find", {}, "operation"), ("register.find", {"register": '"groves"', "were": "{}"}, "operation"),
        ("register.drop", {"register": '"groves"'}, "operation"),
    ],
)  # fmt: skip
def test_what_is_not_declared_is_found(operation, params, rule):
    assert findings(operation, **params) == [("x", rule)]


def test_where_registers_are_not_known_none_is_missed():
    assert findings("register.find", registers=None, register='"gardens"') == []


def test_a_wrong_declaration_is_a_finding_where_it_is_used_and_nowhere_else():
    def found(register):
        body = ('<bpmn:startEvent id="s"/>' + service("x", "register.find", register=f"&quot;{register}&quot;")
                + '<bpmn:endEvent id="e"/>' + line("s", "x", "e"))
        return lint_process(diagram("p", body), file="p.bpmn", forms=(), decisions={}, roles=(), processes=(),
                            registers=DECLARED, wrong_registers={"gardens": ("gardens.json: title: 'height'",)})

    assert found("groves") == []
    (finding,) = found("gardens")
    assert (finding.element, finding.rule) == ("x", "register")
    assert "gardens.json: title" in finding.message and "gardens.json: title" in finding.message_en
