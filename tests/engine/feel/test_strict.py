"""Conditions are strict: what does not fit is refused by name, and the answer is true or false."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from app.engine.feel import ExpressionError, UnknownVariable, Verdict, evaluate, holds, unary_tests, verdict

CASE: dict[str, Any] = {
    "amount": 5,
    "text": "5",
    "empty": None,
    "flag": True,
    "form": {"kind": "fire"},
    "rows": [{"n": 1}, {}],
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("amount > 3", True),
        ('form.kind = "fire"', True),
        ("empty = null", True),
        ("form.missing = null", True),
        ("empty > 3 or flag", True),
        ("flag and not(amount < 3)", True),
        ("is defined(amount) and amount > 3", True),
        ("not(is defined(amout))", True),
        ("get or else(amout, 9) = 9", True),
        ("count(rows[n > 0]) = 1", False),
        ("if empty > 1 then false else true", True),
        ('amount in (1, "a", 5)', True),
    ],
)
def test_condition(expression: str, expected: bool) -> None:
    if "rows" in expression:
        with pytest.raises(UnknownVariable, match="no variable n"):
            holds(expression, CASE)
        assert holds("count(rows[item.n > 0]) = 1", CASE) is True
    else:
        assert holds(expression, CASE) is expected


@pytest.mark.parametrize(
    ("expression", "code", "variable"),
    [
        ("amout > 3", "unknown-variable", "amout"),
        ("form.amount > 3 and x.y", "unknown-variable", "x"),
        ("text > 3", "type", "text"),
        ("amount = text", "type", "amount"),
        ("text and flag", "type", "text"),
        ("amount + text > 1", "type", None),
        ("amount", "type", None),
        ("not(amount)", "type", None),
        ("amount between text and 9", "type", "amount"),
        ("amount < > 3", "syntax", None),
        ("if amount then true else false", "type", None),
        ("amount.days = 1", "type", "amount.days"),
        ("1 / 0 > 1", "type", None),
        ("some x in rows satisfies amount", "type", None),
        ("rows[amount = text]", "type", "amount"),
        ("nothing(1)", "unknown-function", "nothing"),
        ("flag[text]", "type", "flag"),
        ("amount in > text", "type", "text"),
    ],
)
def test_misfit_is_refused_by_name(expression: str, code: str, variable: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        holds(expression, CASE)
    assert (caught.value.code, caught.value.variable) == (code, variable)
    assert caught.value.expression == expression


@pytest.mark.parametrize(
    ("expression", "note"),
    [
        ("empty > 3", "the condition is null: empty has no value"),
        ("form.missing > 3", "the condition is null"),
        ("flag and empty > 3", "the condition is null: empty has no value"),
        ("null", "the condition is null"),
    ],
)
def test_a_condition_that_is_null_is_not_true_and_says_so(expression: str, note: str) -> None:
    assert verdict(expression, CASE) == Verdict(False, note)
    assert holds(expression, CASE) is False
    assert verdict("amount > 3", CASE) == Verdict(True)


def test_the_same_is_null_where_the_standard_is_followed() -> None:
    assert evaluate("amout > 3", CASE) is None
    assert evaluate("text > 3", CASE) is None
    assert evaluate("1 / 0", CASE) is None


@pytest.mark.parametrize("value", [object(), UUID(int=1), {1, 2}, b"bytes", float("nan"), 10**400, len])
def test_python_objects_have_no_place(value: Any) -> None:
    assert evaluate("x", {"x": value}) is None
    with pytest.raises(ExpressionError):
        evaluate("x", {"x": value}, strict=True)
    with pytest.raises(ExpressionError):
        unary_tests("-", value, {})


@pytest.mark.parametrize(
    "expression",
    [
        "x.__class__",
        "x.__class__.__mro__",
        "text.upper",
        "rows.append",
        "form.keys",
        "amount.real",
        "form.__len__",
        "(function(x) x).__globals__",
        "[1..2].low",
        'date("2026-01-01").__class__',
        'date("2026-01-01").max',
        "x.items",
        "rows.__iter__",
        "text.format",
        'get value(form, "__class__")',
        "now.__self__",
        "count.__globals__",
    ],
)
def test_no_attribute_of_python_is_reached(expression: str) -> None:
    found = evaluate(expression, CASE | {"x": {"a": 1}})
    assert found is None or found == [None, None]


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", 1, True),
        ("", None, True),
        ("> 3", 5, True),
        ("> 3, < 0", 1, False),
        ('"a", "b"', "b", True),
        ("[1..5]", 5, True),
        ("not([1..5])", 6, True),
        ('not("a", "b")', "a", False),
        ("null", None, True),
        ("? > 3", 5, True),
        ('contains(?, "x")', "axb", True),
        ('contains(?, "x")', "b", False),
        ("true", None, False),
        ("limit", 7, True),
        ("> limit", 7, False),
        ("limits", 2, True),
        ("limit > 3", 99, True),
        ("limit < 3", False, False),
        ("list contains(limits, ?)", 2, True),
        ('date("2026-03-02")', "2026-03-02", False),
        ("yes()", 3, True),
        ("= 5", 5, True),
        ("!= 5", 6, True),
        ("(1, 2)", 2, True),
        ("> 3", None, False),
        ("> 3", "a", False),
        ("not(null)", None, False),
        ("not(-1)", 1, True),
        ("[1, 2]", [1, 2], True),
        ("(1..3)", 1, False),
        ("false", False, True),
    ],
)
def test_unary_tests(text: str, value: Any, expected: bool) -> None:
    context = {"limit": 7, "limits": [1, 2]}
    assert unary_tests(text, value, context, functions={"yes": lambda: True}) is expected


def test_dates_in_cells() -> None:
    found = evaluate('date("2026-03-02")', {})
    assert unary_tests('[date("2026-03-01")..date("2026-03-31")]', found, {}) is True
    assert unary_tests('< @"2026-03-02"', found, {}) is False
