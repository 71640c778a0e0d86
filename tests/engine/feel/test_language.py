"""Each construct of the language, by what it answers."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.engine.feel import ExpressionError, evaluate, normalise

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CASE: dict[str, Any] = {
    "a": {"b": {"c": 4}, "list": [1, 2]},
    "xs": ["u", "v"],
    "n": 5,
    "half": 0.5,
    "none": None,
    "yes": True,
    "数量": 7,
    "_under": 1,
    "rows": [{"kind": "fire", "score": 3}, {"kind": "noise", "score": 9}, {"kind": "fire", "score": 6}],
    "due": "2026-03-02T10:00:00+08:00",
    "count": 3,
}


def value(expression: str, **more: Any) -> Any:
    """Evaluate as a case would, down to the JSON value."""
    return normalise(evaluate(expression, CASE | more, now=NOW))


LITERALS = [
    ("1", 1),
    (".5", 0.5),
    ("-0.872", -0.872),
    ("1.5e3", 1500),
    ("true", True),
    ("null", None),
    ('"a\\nb\\t\\"c\\" \\\\ \\u4e2d \\U01F600"', 'a\nb\t"c" \\ 中 😀'),
    ('"\\ud83d\\ude00"', "😀"),
    ('"\\d+"', "\\d+"),
    ("[]", []),
    ("[1, [2]]", [1, [2]]),
    ("{}", {}),
    ('{a: 1, "b c": 2}', {"a": 1, "b c": 2}),
    ("{a: 1, b: a + 1}.b", 2),
    ("{full name: 1, x: full name + 1}.x", 2),
    ("// note\n1 /* more */ + 1", 2),
    ("= n + 1", 6),
    ("`n` + 1", 6),
]
ARITHMETIC = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("2 ** 3 ** 2", 64),
    ("-2 ** 2", 4),
    ("10 - 2 - 3", 5),
    ("10 + 20 / -5 - 3", 3),
    ("10--5", 15),
    ("0.1 + 0.2 = 0.3", True),
    ("1 / 3 * 3 < 1", True),
    ("10 / 0", None),
    ("1 + null", None),
    ('1 + "a"', None),
    ('"a" + "b"', "ab"),
    ("-n", -5),
    ("10 ** 400", None),
    ("(-8) ** 0.5", None),
    ("half * 2", 1),
    ('-"a"', None),
    ("2 ** -1", 0.5),
]
LOGIC = [
    ("true and null", None),
    ("false and null", False),
    ("true or null", True),
    ("false or null", None),
    ("not(true)", False),
    ("not(null)", None),
    ("not(1)", None),
    ('true and "x"', None),
    ("1 or true", True),
    ("1 < 2 and 2 < 3 or false", True),
    ("null = null", True),
    ("null != 1", True),
    ("null < 1", None),
    ('1 = "1"', None),
    ('"a" < "b"', True),
    ("[1,2] = [1,2]", True),
    ("{a:1} = {a:1.0}", True),
    ("{a:1} = {b:1}", False),
    ("true < false", None),
    ("1 >= 1", True),
    ("2 != 2", False),
]
RANGES = [
    ("5 in [1..5]", True),
    ("5 in [1..5)", False),
    ("1 in (1..5]", False),
    ("1 in ]1..5]", False),
    ("5 in [1..5[", False),
    ("3 in ]1..5[", True),
    ("3 in ]1..5[ and true", True),
    ("n in > 3", True),
    ("n in (1, > 4)", True),
    ("n in (1, 2)", False),
    ("n in [5, 6]", True),
    ("n in (not(5))", False),
    ("n between 5 and 6", True),
    ("n between 6 and 9 or true", True),
    ("n between null and 9", None),
    ('"b" in ["a".."c"]', True),
    ('date("2026-03-02") in [date("2026-01-01")..date("2026-12-31")]', True),
    ("n in [1..[9,8][1]]", True),
    ("[1..3].start", 1),
    ("(1..3].start included", False),
    ("[1..3]", "[1..3]"),
    ('1 in ["a".."c"]', None),
    ("n in (= 5)", True),
    ("[1..3] = [1..3]", True),
]
PATHS = [
    ("a.b.c", 4),
    ("a.x", None),
    ("a.x.y", None),
    ("rows.kind", ["fire", "noise", "fire"]),
    ("xs[1]", "u"),
    ("xs[-1]", "v"),
    ("xs[3]", None),
    ("xs[0]", None),
    ("xs[n - 4]", "u"),
    ("a.list[2]", 2),
    ("n[1]", 5),
    ('rows[kind = "fire"].score', [3, 6]),
    ('rows[item.kind = "fire" and score > 5][1].score', 6),
    ("[1,2,3,4][item > 2]", [3, 4]),
    ("xs[item = null]", []),
    ("none[1]", None),
    ("rows[score > 100]", []),
    ('rows[kind = "fire"][score > 5]', [{"kind": "fire", "score": 6}]),
    ("数量 + _under", 8),
    ("n.b", None),
    ("{item: 1, b: [{item: 5}][item = 5]}.b", [{"item": 5}]),
]
CONTROL = [
    ("if n > 3 then 1 else 2", 1),
    ("if null then 1 else 2", 2),
    ('if "x" then 1 else 2', 2),
    ("if false then 1 else if true then 2 else 3", 2),
    ("for x in [1,2] return x * 2", [2, 4]),
    ("for i in 1..3 return i", [1, 2, 3]),
    ("for i in 3..1 return i", [3, 2, 1]),
    ("for i in [1..3) return i", [1, 2]),
    ("for x in [1,2], y in [x, 10] return x * y", [1, 10, 4, 20]),
    ("for i in 1..5 return if i <= 2 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3, 5]),
    ('for d in date("2026-02-27")..date("2026-03-01") return d', ["2026-02-27", "2026-02-28", "2026-03-01"]),
    ('some x in xs satisfies x = "v"', True),
    ('every x in xs satisfies x = "v"', False),
    ("every x in [] satisfies false", True),
    ("some x in [1,2], y in [2,3] satisfies x = y", True),
    ("some x in [null] satisfies x > 1", None),
    ("for x in n return x", [5]),
    ("for x in none return x", None),
    ('for i in 1.."a" return i', None),
    ("(function(x, y) x + y)(1, 2)", 3),
    ("{f: function(x: number) x + n, r: f(1)}.r", 6),
    ("{f: function(x) x, r: f(x: 4)}.r", 4),
]
TYPES = [
    ("1 instance of number", True),
    ('"a" instance of number', False),
    ("null instance of Any", False),
    ("[1,2] instance of list<number>", True),
    ('[1,"a"] instance of list<number>', False),
    ("{a:1} instance of context<a: number>", True),
    ("{a:1} instance of context<a: string>", False),
    ("[1..2] instance of range<number>", True),
    ("function(x) x instance of Any", None),
    ('@"P1D" instance of days and time duration', True),
    ('@"P1M" instance of years and months duration', True),
    ('date and time("2026-01-01T00:00:00") instance of date and time', True),
    ("yes instance of boolean", True),
    ('@"2026-01-01" instance of date', True),
    ("null instance of null", True),
]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [*LITERALS, *ARITHMETIC, *LOGIC, *RANGES, *PATHS, *CONTROL, *TYPES[:8], *TYPES[9:]],
)
def test_construct(expression: str, expected: Any) -> None:
    found = value(expression)
    assert found == expected
    assert type(found) is type(expected) or (isinstance(found, float | int) and found is not True)


def test_a_variable_may_be_called_like_a_function() -> None:
    assert value("count + count([1, 2])") == 5


def test_a_function_of_the_case_is_no_function() -> None:
    with pytest.raises(ExpressionError, match="no function xs"):
        value("xs(1)")


def test_names_with_spaces_must_be_declared() -> None:
    context = {"Full Name": "Ada", "Full": 1}
    assert evaluate('"Hello " + Full Name', context, names=["Full Name"]) == "Hello Ada"
    with pytest.raises(ExpressionError):
        evaluate('"Hello " + Full Name', context)


def test_the_case_cannot_declare_a_name() -> None:
    """A field called `a > 3` must not change what a condition means."""
    assert evaluate("a > 3", {"a": 1, "a > 3": True}) is False


def test_declared_names_do_not_hide_words_of_the_language() -> None:
    assert evaluate("true and x", {"x": False, "true": 0, "and": 1}, names=["true", "and", "x"]) is False


def test_now_is_given() -> None:
    assert value("date and time(due) > now()") is True
    assert value("today()") == "2026-03-02"
    with pytest.raises(ExpressionError) as caught:
        evaluate("now()", {})
    assert caught.value.code == "clock"


def test_host_functions_are_called_with_values() -> None:
    functions = {"workdays": lambda start, n: f"{start}+{n}", "too much": lambda: 1 / 0 if False else "x"}
    assert evaluate('workdays("a", 3)', {}, functions=functions) == "a+3"
    assert evaluate('workdays(n: 3, start: "a")', {}, functions=functions) == "a+3"
    assert evaluate("too much()", {}, functions=functions, names=["too much"]) == "x"
    assert evaluate("workdays()", {}, functions=functions) is None


def test_values_inside_contexts_of_the_case_have_a_text() -> None:
    context = {"x": {"a": [1, 2.5, (True, None)], "b": {"c": "d"}, "o": [object()]}}
    assert evaluate("string(x.a)", context) == "[1, 2.5, [true, null]]"
    assert evaluate("string({k: x.a, b: x.b})", context) == '{k: [1, 2.5, [true, null]], b: {c: "d"}}'
    assert evaluate('string([context put(x, "o", 1).a])', context) == "[[1, 2.5, [true, null]]]"
    assert evaluate("string(x)", context) is None


def test_numbers_that_json_cannot_hold_are_refused() -> None:
    for number in (float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("1e9999"), 1 << 5000):
        with pytest.raises(ExpressionError):
            normalise({"x": [number]})
    assert normalise([1e305, Decimal("1.50"), Decimal("2.0"), 3]) == [1e305, 1.5, 2, 3]
