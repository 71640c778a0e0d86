"""1 is not true and 0 is not false: neither in what a token carries nor in what a record is written."""

from typing import Any

import pytest

from app.engine.sameness import same
from tests.engine.running import Running, flow, line, user_task

START, END = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'
PAIRS = [(1, True), (0, False), ([0], [False]), ({"a": [1]}, {"a": [True]}), (True, 1)]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_a_change_of_type_alone_is_a_change(before: Any, after: Any) -> None:
    body = START + user_task("a") + user_task("b", script="event.kept = value") + END + line("s", "a", "b", "e")
    case = Running().publish("p", body)
    case.start("p", {"kept": before}, value=before)
    case.complete("a", value=after)
    case.complete("b")
    (changed,) = case.kinds("RecordChanged")
    assert same(changed["event"]["kept"], after)
    assert case.again() is None


def test_what_stays_as_it_is_is_no_change() -> None:
    body = START + user_task("a", script="event.kept = value") + END + flow("s", "a") + flow("a", "e")
    case = Running().publish("p", body)
    case.start("p", {"kept": {"a": [1, None, "x"]}}, value={"a": [1, None, "x"]})
    case.complete("a")
    assert case.kinds("RecordChanged") == []


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [*((*pair, False) for pair in PAIRS), ([1], [1, 2], False), ({"a": 1}, {"b": 1}, False), (None, False, False),
     ([1, {"a": "x"}], [1, {"a": "x"}], True), ("1", 1, False), (2.5, 2.5, True)],
)  # fmt: skip
def test_two_values_are_the_same_with_their_types(a: Any, b: Any, expected: bool) -> None:
    assert same(a, b) is expected
