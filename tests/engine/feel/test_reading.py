"""What cannot be read is refused, with its column and a reason that helps."""

from __future__ import annotations

import pytest

from app.engine.feel import ExpressionError, check


@pytest.mark.parametrize(
    ("expression", "column", "part"),
    [
        ("", 1, "empty"),
        ("1 +", 4, "ends too early"),
        ("x > （1）", 5, "write ("),
        ("a b", 3, "does not fit"),
        ("if a then b", 12, "ends too early"),
        ('"open', 1, "closing quote"),
        ("[1, 2", 6, "ends too early"),
        ("x in (1", 8, "ends too early"),
        ("a.", 3, "ends too early"),
        ('@"yesterday"', 1, "no date"),
        ('"\\ud83d"', 1, "surrogate"),
        ("{a: 1, a: 2}", 1, "twice"),
        ("f(1, b: 2)", 1, "by position"),
        ("(< 5, > 9) + 1", 1, "after in"),
        ("a # b", 3, "not a sign"),
        ("function(x, x) 1", 1, "twice"),
        ("is defined(1)", 1, "one variable"),
        ("a. b. ", 6, "ends too early"),
        ("1" * 61, 1, "digits"),
        ("1e999", 1, "too large"),
        ("__import__('os')", 12, "not a sign"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(expression: str, column: int, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        check(expression)
    assert part in str(caught.value)
    assert caught.value.position == column
    assert caught.value.attributes["code"] == caught.value.code


def test_unknown_functions_are_found_before_they_run() -> None:
    with pytest.raises(ExpressionError, match="no function lenght") as caught:
        check("1 + lenght(x)")
    assert caught.value.position == 5
    check("workdays(x)", functions=["workdays"])
