"""Properties that hold for any expression, any value and any pattern."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.feel import ExpressionError, evaluate, holds, normalise, unary_tests
from app.engine.feel.builtins import BUILTINS
from app.engine.feel.limits import Run
from app.engine.feel.patterns import find_all, pattern

VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(),
        st.text(max_size=8),
        st.decimals(),
        st.dates(),
        st.datetimes(),
        st.timedeltas(),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)
ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "c",
        "1",
        "-2.5",
        '"x"',
        "null",
        "true",
        "[1,2]",
        "{k: 1}",
        '@"P1D"',
        '@"2026-01-31"',
        '@"P1M"',
        "[1..3]",
        '@"10:00:00"',
        '@"2026-01-01T00:00:00Z"',
        "1e300",
        "xs",
        "function(p) p",
    ]
)
CALLS = st.sampled_from(sorted(BUILTINS))


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "and", "or", "in"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, binary, inner),
        st.builds("-{}".format, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("({}).{}".format, inner, st.sampled_from(["k", "year", "days", "start", "value"])),
        st.builds("(if {} then {} else {})".format, inner, inner, inner),
        st.builds("(for i in {} return {})".format, inner, inner),
        st.builds("(some i in {} satisfies {})".format, inner, inner),
        st.builds("[{}..{}]".format, inner, inner),
        st.builds("{}({})".format, CALLS, inner),
        st.builds("{}({}, {})".format, CALLS, inner, inner),
        st.builds("{}({}, {}, {})".format, CALLS, inner, inner, inner),
        st.builds("({} between {} and {})".format, inner, inner, inner),
    )


EXPRESSIONS = st.recursive(ATOMS, _grow, max_leaves=8)
SIGNS = st.text("abx01 ._+-*/<>=!()[]{}\"'\\,:?@$%&|\n中（“PT", max_size=40)


def result(expression: str, context: dict[str, Any], **options: Any) -> Any:
    """Evaluate; the only error that may come out is the language's own."""
    try:
        return normalise(evaluate(expression, context, **options))
    except ExpressionError as error:
        return str(error)


@settings(max_examples=400, deadline=2000)
@given(EXPRESSIONS, VALUES, VALUES, st.booleans())
def test_any_expression_on_any_value_ends_in_json_or_an_error(expression: str, a: Any, b: Any, strict: bool) -> None:
    context = {"a": a, "b": b, "xs": [a, b]}
    found = result(expression, context, strict=strict)
    assert json.loads(json.dumps(found, allow_nan=False)) is not ...
    again = result(expression, context, strict=strict)
    assert json.dumps(again) == json.dumps(found)


@settings(max_examples=300, deadline=2000)
@given(SIGNS)
def test_any_text_is_read_or_refused(text: str) -> None:
    result(text, {"a": 1, "b": "x"})
    for use in (lambda: holds(text, {"a": 1}), lambda: unary_tests(text, 1, {"a": 1})):
        try:
            assert use() in (True, False)
        except ExpressionError as error:
            assert error.position is None or 1 <= error.position <= len(text) + 2


@settings(max_examples=200)
@given(st.decimals(-(10**12), 10**12, places=3), st.decimals(-(10**12), 10**12, places=3))
def test_arithmetic_is_decimal(left: Decimal, right: Decimal) -> None:
    context = {"l": left, "r": right}
    assert evaluate("l + r - r = l", context) is True
    assert evaluate("l * 2 = l + l", context) is True
    assert evaluate("l < r", context) is (left < right)
    assert evaluate("if r = 0 then l / r = null else abs(l / r * r - l) < 0.000001", context) is True


PATTERNS = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d", "x?", "(a)", "^", "$"]),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{})|(?:{})".format, inner, inner),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{1,2}", "{2}", "*?", "+?", "??"])),
        st.builds("({})".format, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=2000)
@given(PATTERNS, st.text("abx1\n", max_size=8))
def test_patterns_find_what_python_finds(source: str, text: str) -> None:
    """On patterns that both know and that cannot run away, the automaton agrees with `re`.

    Where loops stand in loops the two may stop an empty round at different places, so there only the start
    must be the same, and `re` must accept what was found.
    """
    translated = re.compile(source.replace(".", "[^\\n\\r]").replace("$", "\\Z"), re.ASCII)
    expected = translated.search(text)
    match = next(find_all(pattern(source, ""), text, Run("", None, {}, False)), None)
    assert (match is None) == (expected is None)
    if match is not None and expected is not None:
        assert match[0] == expected.start()
        assert translated.fullmatch(text, match[0], match[1])
        if len(re.findall(r"[*+{]|\?(?!:)", source)) <= 1 and "|" not in source:
            assert match[:2] == expected.span()


@settings(max_examples=200)
@given(st.text(max_size=20), st.text("ab(", max_size=3), st.text("ab$\\", max_size=4))
def test_literal_replacement_is_pythons(text: str, wanted: str, new: str) -> None:
    context = {"t": text, "w": wanted, "n": new}
    if wanted:
        assert evaluate('replace(t, w, n, "q")', context) == text.replace(wanted, new)
    assert evaluate("contains(t, w)", context) is (wanted in text)


@settings(max_examples=200)
@given(st.lists(st.integers(-50, 50), max_size=12))
def test_lists(items: list[int]) -> None:
    context = {"xs": items}
    assert normalise(evaluate("sort(xs)", context)) == sorted(items)
    assert normalise(evaluate("distinct values(xs)", context)) == list(dict.fromkeys(items))
    assert normalise(evaluate("reverse(reverse(xs)) = xs", context)) is True
    assert normalise(evaluate("count(xs[item > 0])", context)) == sum(item > 0 for item in items)
    assert normalise(evaluate("sum(append(xs, 0))", context)) == sum(items)
