"""Forms that may not be published, and patterns that may not be matched."""

import time

import pytest

from app.schemas.form_lint import findings
from app.schemas.patterns import matches, pattern_fault


def form(*components):
    return {"type": "default", "components": list(components)}


GOOD = {"type": "textfield", "key": "name", "label": "名称"}


def test_a_plain_form_has_no_findings():
    assert findings(form(GOOD, {"type": "herebutton"}, {"type": "text", "text": "hello"})) == []


@pytest.mark.parametrize(("component", "rule"), [
    ({"type": "html", "content": "<script>"}, "component"),
    ({"type": "iframe", "url": "https://example.org"}, "component"),
    ({"type": "hologram", "key": "a"}, "component"),
    ({"type": "textfield", "key": "event"}, "key"),
    ({"type": "textfield", "key": "a.b"}, "key"),
    ({"type": "textfield", "key": "名"}, "key"),
    ({"type": "textfield", "key": "__class__!"}, "key"),
    ({"type": "textfield"}, "key"),
    ({"type": "textfield", "key": "name"}, "key"),
    ({"type": "select", "key": "s"}, "options"),
    ({"type": "select", "key": "s", "values": [{"value": 1}, {"value": 1}]}, "options"),
    ({"type": "select", "key": "s", "values": [{"value": 1}], "valuesKey": "x"}, "options"),
    ({"type": "textfield", "key": "p", "validate": {"pattern": "(a+)+$"}}, "pattern"),
    ({"type": "number", "key": "n", "validate": {"min": 3, "max": 2}}, "limits"),
    ({"type": "textfield", "key": "c", "conditional": {"hide": "=1 +"}}, "expression"),
    ({"type": "textfield", "key": "c", "conditional": "x"}, "rules"),
    ("text", "component"),
])  # fmt: skip
def test_each_fault_is_named(component, rule):
    found = findings(
        form(GOOD, component), check=lambda text: "does not parse" if text.endswith("+") else None
    )
    assert [one.rule for one in found] == [rule]
    assert found[0].severity == "error"


@pytest.mark.parametrize("form", [None, [], {}, {"components": {}}, {"components": []}])
def test_what_is_no_form_at_all(form):
    assert findings(form)


def test_nesting_and_size_are_bounded():
    deep = GOOD
    for _ in range(8):
        deep = {"type": "group", "components": [deep]}
    assert findings(form(deep))[0].rule == "depth"
    many = [{"type": "textfield", "key": f"k{n}"} for n in range(301)]
    assert [one.rule for one in findings(form(*many))] == ["size"]


@pytest.mark.parametrize(
    "pattern", ["^[0-9]{6}$", r"^\d+(\.\d{1,2})?$", "^(甲|乙)[A-Z]*$", "^1[3-9][0-9]{9}$"]
)
def test_ordinary_patterns_are_allowed(pattern):
    assert pattern_fault(pattern) is None


@pytest.mark.parametrize("pattern", [
    "(a+)+$", "(a|a)*b", "(.*)*", "a*a*a*a*b", r"(x)\1", "(?=a)a", "(", "a" * 201, "(?:(?:a{1,9}){1,9})x",
])  # fmt: skip
def test_patterns_that_could_be_slow_are_refused(pattern):
    assert pattern_fault(pattern)


def test_the_slowest_allowed_pattern_is_quick():
    pattern = "^.*.*.*x$"
    assert pattern_fault(pattern) is None
    started = time.perf_counter()
    assert not matches(pattern, "a" * 200)
    assert not matches(pattern, "a" * 100_000)
    assert time.perf_counter() - started < 10, "it takes milliseconds; one that tries everything never ends"
