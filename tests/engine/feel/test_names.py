"""Which names an expression needs, for checks at deployment."""

from __future__ import annotations

import pytest

from app.engine.feel import ExpressionError, functions_used, names_used, parse


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('a.b > 3 and list contains(xs, "u")', {"a", "xs"}),
        ("1 + 2", set()),
        ("for x in xs return x + y", {"xs", "y"}),
        ("for x in xs, z in x return partial", {"xs"}),
        ("some x in xs satisfies x > limit", {"xs", "limit"}),
        ("function(p) p + q", {"q"}),
        ("{a: b, c: a}", {"b"}),
        ("rows[item.a > limit]", {"rows"}),
        ("x in (lo, > hi)", {"x", "lo", "hi"}),
        ("if a then b else c", {"a", "b", "c"}),
        ("x between y and z", {"x", "y", "z"}),
        ("[lo..hi]", {"lo", "hi"}),
        ("f(x: y)", {"y"}),
        ("is defined(q)", {"q"}),
        ("(f)(x)", {"x"}),
        ("a + b * -c", {"a", "b", "c"}),
        ("x instance of number", {"x"}),
        ("for i in lo..hi return i", {"lo", "hi"}),
        ("get(x).y", {"x"}),
    ],
)
def test_names(expression: str, expected: set[str]) -> None:
    assert names_used(expression) == expected


def test_unreadable_expressions_have_no_names() -> None:
    with pytest.raises(ExpressionError, match="does not fit"):
        names_used("1..")


def test_functions() -> None:
    assert functions_used("workdays(x) + count(xs[f(item) > 1]) + (for y in ys return g(y))[1]") == {
        "workdays",
        "f",
        "g",
    }
    assert functions_used("function(h) h(1)") == set()


def test_parsing_is_remembered() -> None:
    assert parse("a + 1") is parse("= a + 1")
    assert parse("a b + 1", names=["a b"]) is parse("a b + 1", names=["a  b", "plain"])
