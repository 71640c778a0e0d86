# ruff: noqa: E501 (an attack is easier to read in one line)
"""Expressions that somebody writes to make the server slow, large or talkative."""

from __future__ import annotations

from typing import Any

LONG = "a" * 100_000
#: what the expressions may name: a case with large values
CASE: dict[str, Any] = {
    "big": list(range(100_000)),
    "s": LONG,
    "w": "word " * 20_000,
    "xs": list(range(3000)),
    "long": [LONG[:-1] + str(n % 10) for n in range(300)],
    "rows": [{"a": n, "b": str(n), "c": [n, n]} for n in range(2000)],
    "n": 3,
    "deep": {"a": {"b": {"c": [1]}}},
    "wide": {f"k{n}": n for n in range(5000)},
}  # fmt: skip

_LOOPS = [
    "for i in 1..9999 return for j in 1..9999 return i * j",
    "for i in 1..9999, j in 1..9999 return i",
    "for i in 1..999, j in 1..999, k in 1..999 return 1",
    "for a in xs, b in xs, c in xs return a",
    "some i in 1..9999, j in 1..9999 satisfies i * j = -1",
    "every i in 1..9999, j in 1..9999 satisfies i * j > 0",
    "for i in 1..99999999999 return i",
    "for i in -99999999999..99999999999 return i",
    "for i in 1..10**15 return i",
    "for i in [1..100000000] return i",
    "for d in @\"0001-01-01\"..@\"9999-12-31\" return d",
    "for d in [@\"0001-01-01\"..@\"9999-12-31\"] return day of week(d)",
    "for d in @\"2000-01-01\"..@\"2027-01-01\" return for e in @\"2000-01-01\"..@\"2027-01-01\" return d = e",
    "for i in 1..9999 return partial",
    "for i in 1..9999 return string(partial)",
    "for i in 1..9999 return count(partial)",
    "for i in 1..9999 return sum(partial)",
    "for i in 1..9999 return append(partial, i)",
    "for i in 1..9999 return reverse(big)",
    "for i in 1..9999 return xs",
    "for i in 1..9999 return s + s",
    "for i in 1..9999 return upper case(s)",
    "for i in 1..9999 return rows[a = i]",
    "for i in 1..999 return rows.a",
    "for i in big return for j in big return i + j",
    "for i in 1..9999 return wide",
    "for i in 1..9999 return get entries(wide)",
    "for i in 1..9999 return context put(wide, \"x\", i)",
    "for i in 1..9999 return context merge([wide, wide])",
    "for r in rows return sort(rows, function(a, b) a.a > b.a)",
    "rows[some r in rows satisfies r.a = -1]",
    "rows[count(rows[a > 0]) > 0]",
    "big[item > 50000][item > 60000][item > 70000]",
    "xs[xs[xs[item] = 1] = 1]",
    "xs[count(xs[count(xs) > 1]) > 1]",
]
_NUMBERS = [
    "10 ** 1000000", "2 ** 2 ** 2 ** 2 ** 2 ** 2 ** 2", "9 ** 9 ** 9 ** 9", "1e300 * 1e300", "1e300 ** 300",
    "0.0000001 ** 100000", "(-8) ** 0.3333", "exp(10 ** 9)", "exp(-(10 ** 9))", "log(10 ** -300)",
    "sqrt(10 ** 300)", "1 / 3 ** 900", "decimal(1, 999999999999)", "decimal(1e300, 6176)", "round up(1e-300, -6111)",
    "floor(1e300, -6111)", "modulo(1e300, 1e-300)", "for i in 1..9999 return exp(i / 100)",
    "for i in 1..9999 return 1.0000001 ** (i / 3)", "for i in 1..9999 return log(i)", "for i in 1..9999 return sqrt(i)",
    "for i in 1..9999 return i ** 100.5", "stddev(big)", "median(big)", "mode(big)", "mean(big)", "product(big)",
    "product(for i in 1..9999 return i)", "sum(for i in 1..9999 return 1e299)", "number(s)", "number(w, \" \", \".\")",
    "string(10 ** 300)", "string(1e-300)", "1e999", "1" * 61, "9" * 4000, "0." + "3" * 3000,
]  # fmt: skip
_DATES = [
    "@\"9999-12-31\" + @\"P999999999D\"", "@\"2026-01-01\" + @\"P99999999999M\"", "@\"P99999999999M\" * 1e300",
    "duration(\"P999999999D\") * 999999999", "@\"P1D\" / 1e-300", "date(1e20, 1, 1)", "date(2026, 1e300, 1)",
    "time(1e9, 0, 0)", "time(0, 0, 1e300)", "duration(\"PT" + "9" * 3000 + "S\")", "date(\"" + "9" * 4000 + "\")",
    "date and time(@\"2026-01-01T00:00:00Z\", \"" + "../" * 1000 + "etc/passwd\")",
    "@\"2026-01-01T00:00:00@../../etc/passwd\"", "time(\"10:00:00@" + "A" * 4000 + "\")",
    "years and months duration(@\"0001-01-01\", @\"9999-12-31\") * 99999", "for i in 1..9999 return duration(\"P1D\") * i",
    "for i in 1..9999 return @\"2026-01-01\" + duration(\"P1D\") * i", "for i in 1..9999 return date(2026, 1, 1)",
    "for i in 1..9999 return string(now())", "for i in 1..9999 return week of year(@\"2026-01-01\")",
]  # fmt: skip
_PATTERNS = [
    f'matches(s, "{one}")'
    for one in (
        "(a*)*b", "(a|a)*b", "(a|aa)+$", "(a+)+b", "([a-z]+)*[A-Z]", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*x",
        "(a?){50}a{50}b", "(a{1,30}){1,30}b", "a{500}{500}", "((((((((a*)*)*)*)*)*)*)*)*b", "(x+x+)+y", "(a|b|ab)*c",
        "^(a|a?)+$", "(.*a){20}b", "(a*)\\\\1b", "(a+)+\\\\1b", "(.*)(.*)(.*)(.*)\\\\1\\\\2\\\\3\\\\4b", "(a*?)*?b",
        "[" + "a-z" * 100 + "]*b", "(?=a)", "\\\\p{L}*\\\\P{L}", "a{999999999}", "(" * 200 + "a" + ")" * 200,
        "(a(a(a(a(a)*)*)*)*)*b", "|" * 200, "(|a)+b", "(a|)+b", "^(\\\\w+\\\\s?)*$", "(\\\\d+)*!",
    )
]  # fmt: skip
_REPLACING = [
    'replace(s, "a", "bbbbbbbbbb")', 'replace(s, "(a)", "$1$1$1")', 'replace(s, "a*", "b")', 'replace(w, "o", s)',
    'replace(s, "(a)(a)", "$2$1$2$1")', 'split(s, "a")', 'split(w, " ")', 'split(s, "(a*)*b")', 'split(w, "(w|o|r|d)+")',
    'replace(w, "(\\\\w+) (\\\\w+)", "$2 $1")', "for i in 1..9999 return replace(s, \"a\", \"b\")",
    "for i in 1..9999 return matches(w, \"x\")", "for i in long return split(i, \"a\")",
]  # fmt: skip
_TEXTS = [
    "s + s", "s + s + s + s", "string(for i in 1..9999 return s)", "string(for i in 1..9999 return xs)",
    "string join(for i in 1..9999 return \"x\", s)", "string join(for i in 1..9999 return s)", "string(big)", "string(rows)",
    "string(wide)", "string length(string(big))", "string join(long, s)", "upper case(s + s)", "contains(s, s)",
    "for i in 1..9999 return contains(s, \"b\")", "for i in 1..9999 return substring(s, i)", "long[item = s]",
    "for a in long return for b in long return a = b", "index of(long, long[1])", "sort(long)", "distinct values(long)",
    "\"" + "\\u0041" * 800 + "\"", "\"" + "\\" * 4999, "{" + ",".join(f"k{n}: s" for n in range(300)) + "}",
    "for i in 1..9999 return {a: s, b: s}", "string({a: long, b: long, c: long})",
]  # fmt: skip
_LISTS = [
    "sort(for i in 1..9999 return -i)", "sort(big, function(a, b) a > b)", "sort(xs, function(a, b) sort(xs)[1] > 0)",
    "distinct values(for i in 1..9999 return {a: i})", "distinct values(rows)", "union(big, big)", "union(rows, rows, rows)",
    "concatenate(big, big, big)", "flatten(for i in 1..9999 return xs)", "count(flatten(for i in 1..9999 return xs))",
    "duplicate values(big)", "duplicate values(rows)", "index of(big, 1)", "list contains(rows, {a: -1})",
    "insert before(big, 1, big)", "remove(big, 99999)", "sublist(big, 1)", "reverse(big)", "min(rows)", "max(long)",
    "list replace(big, function(a, b) true, big)", "append(big, big, big, big)", "all(big)", "any(for i in 1..9999 return null)",
    "rows = rows", "big = big", "[rows, rows] = [rows, rows]", "rows in [rows, rows]", "for r in rows return rows = rows",
    "for r in rows return list contains(rows, r)", "1 in big", "big in [big]",
]  # fmt: skip
_NEST = (
    "{a:[1,1,1,1,1,1,1,1,1,1],b:[a,a,a,a,a,a,a,a,a,a],c:[b,b,b,b,b,b,b,b,b,b],d:[c,c,c,c,c,c,c,c,c,c],"
    "e:[d,d,d,d,d,d,d,d,d,d],f:[e,e,e,e,e,e,e,e,e,e],g:[f,f,f,f,f,f,f,f,f,f],z:%s}"
)
_LAUGHS = [
    _NEST % one
    for one in (
        "string(g)", "count(flatten(g))", "(b = g) or g = [f,f,f,f,f,f,f,f,f,f]", "g", "g = g", "distinct values(g)", "g.a.b.c",
        "list contains(g, g)", "string({x: g, y: g})", "[g,g] = [g,g]", "sort(g)", "g[item = f]", "union(g, g)",
        "for x in g, y in x, z in y, u in z, v in u return v", "g instance of list<list<list<list<list<list<list<number>>>>>>>",
    )
]  # fmt: skip
_FUNCTIONS = [
    "(function(f, n) f(f, n + 1))(function(f, n) f(f, n + 1), 1)", "{f: function(n) f(n + 1), r: f(1)}.r",
    "{f: function(n) [f(n + 1), f(n + 1)], r: f(1)}.r", "{f: function(n) if n < 1 then 1 else f(n - 1) + f(n - 2), r: f(60)}.r",
    "{a: function(n) b(n), b: function(n) a(n), r: a(1)}.r", "{f: function(g) g(g), r: f(f)}.r",
    "(function(x) x(x))(function(x) x(x))", "{y: function(f) f(y(f)), r: y(function(x) x)}.r",
    "{ack: function(m, n) if m = 0 then n + 1 else if n = 0 then ack(m - 1, 1) else ack(m - 1, ack(m, n - 1)), r: ack(4, 4)}.r",
    "list replace(xs, function(a, b) count(xs[item = a]) > 0, 1)", "sort([1,2,3], function(a, b) count(big) > 1)",
    "for i in 1..9999 return (function(x) x)(i)", "for i in 1..9999 return function(x) big",
]  # fmt: skip
_SOURCES = [
    "[" * 60 + "]" * 60, "[" * 4999, "(" * 2000 + "1" + ")" * 2000, "{a:" * 100 + "1" + "}" * 100, "-" * 4000 + "1",
    "a" + ".a" * 2000, "deep" + ".a" * 400, "1" + "+1" * 2400, "1" + "*1" * 900, "1" + "**1" * 600,
    "if n then 1 else " * 200 + "1", "if " * 200 + "1", "not(" * 300 + "true" + ")" * 300, "x" * 5001, "1," * 2000,
    "for x in [1] return " * 200 + "1", "n" + "[1]" * 1000, "true and " * 500 + "true", "1 in " * 300 + "1",
    "1 = " * 500 + "1", "n instance of " + "list<" * 200 + "number" + ">" * 200, "/*" * 2500, "//" * 2499, "\"" * 4999,
    "{" + ",".join(f"k{n}: {n}" for n in range(700)) + "}", "[" + ",".join("1" for _ in range(1900)) + "]", "`" * 4999,
    "{" + ",".join(f"a b{n}: a b{n}" for n in range(350)) + "}", "{" + ",".join(f"a {n}: 1" for n in range(600)) + "}",
    "for a b in [1] return " * 150 + "a b", "a " * 2400, "f(" * 600 + ")" * 600, "a." * 2000, "@" * 3000, "function(x) " * 300 + "1", "🐎" * 2000, "\ud800" * 100, "\0" * 100,
    "n" + " " * 4990 + "n", "date and time " * 300, "get value(" * 300, "- " * 2400 + "1", "1 between " * 300 + "1",
]  # fmt: skip
_TALKATIVE = [
    "n.__class__", "n.__class__.__mro__", "s.__init__.__globals__", "deep.__class__", "rows.__len__", "big.append",
    "__import__(\"os\")", "open(\"/etc/passwd\")", "eval(\"1\")", "getattr(n, \"real\")", "s.format(n)", "deep.keys", "n.real",
    "string(function(x) x)", "function(x) external {java: {class: \"java.lang.System\", \"method signature\": \"exit(int)\"}}",
]  # fmt: skip
EXPRESSIONS = [
    *_LOOPS, *_NUMBERS, *_DATES, *_PATTERNS, *_REPLACING, *_TEXTS, *_LISTS, *_LAUGHS, *_FUNCTIONS, *_SOURCES, *_TALKATIVE,
]  # fmt: skip
