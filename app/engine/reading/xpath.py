"""XPath 1.0, the standard's default expression language, as FEEL.

What has an equivalent: the standard's own functions that read data, comparisons, `and`, `or`, `not()`, arithmetic,
literals, variables, child steps, positions, and the functions of texts, numbers and lists that FEEL has too.

Source:
    BPMN 2.0.2, 10.4.3 and table 10.115 (getDataObject and its like); XML Path Language 1.0, chapter 3.
"""

import re
from collections.abc import Iterator

from app.engine.reading.descent import MAX_LENGTH, Descent, NoEquivalent, bounded, quoted
from app.engine.reading.words import variable_of

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<text>'[^']*'|"[^"]*")"""
    r"""|(?P<variable>\$(?:[^\W\d][\w.-]*:)?[^\W\d][\w-]*)|(?P<name>(?:[^\W\d][\w.-]*:)?[^\W\d][\w-]*)"""
    r"""|(?P<sign>!=|<=|>=|[-+*/=<>(),\[\]@]))"""
)
#: only the standard's language reads data this way; `true()` and `$name` are no FEEL either
_MARKS = re.compile(r"\bget(?:DataObject|DataInput|DataOutput|\w+Property|ActivityInstanceAttribute)\s*\("
                    r"|(?<!\w)\$[^\W\d{]|\b(?:true|false)\s*\(\s*\)")
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "div", "mod"))
_READS = frozenset({"getDataObject", "getDataInput", "getDataOutput", "getProcessProperty", "getActivityProperty",
                    "getEventProperty", "getActivityInstanceAttribute"})
_COUNTERS = frozenset({"loopCounter", "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances",
                       "numberOfTerminatedInstances"})
#: function -> (number of arguments, FEEL)
_CALLS = {
    ("true", 0): "true", ("false", 0): "false", ("not", 1): "not({0})", ("count", 1): "count({0})",
    ("sum", 1): "sum({0})", ("floor", 1): "floor({0})", ("ceiling", 1): "ceiling({0})", ("string", 1): "string({0})",
    ("number", 1): "number({0})", ("round", 1): "floor({0} + 0.5)", ("contains", 2): "contains({0}, {1})",
    ("starts-with", 2): "starts with({0}, {1})", ("string-length", 1): "string length({0})",
    ("substring-before", 2): "substring before({0}, {1})", ("substring-after", 2): "substring after({0}, {1})",
    ("substring", 2): "substring({0}, {1})", ("substring", 3): "substring({0}, {1}, {2})",
}  # fmt: skip


def is_xpath(language: str) -> bool:
    """Say whether an expression language is XPath by its URI."""
    return "xpath" in language.lower()


def looks_like_xpath(text: str) -> bool:
    """Say whether a text can be read as XPath alone."""
    return bool(_MARKS.search(text))


def to_feel(text: str) -> str:
    """Convert one expression.

    Raises:
        NoEquivalent: part of it has none.
    """
    if len(text) > MAX_LENGTH:
        raise NoEquivalent("too long")
    return _Reader(_tokens(text)).read()


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    at, source = 0, source.rstrip()
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None:
            raise NoEquivalent(source[at : at + 20])
        at = found.end()
        yield str(found.lastgroup), found[str(found.lastgroup)]
    yield "end", ""


class _Reader(Descent):
    """Reads one expression of XPath."""

    asked = ("sign", "name")

    def _whole(self) -> str:
        return self._level(0)

    def _level(self, level: int) -> str:
        if level == len(_LEVELS):
            return self._signed()
        found = self._level(level + 1)
        while sign := self._take(*_LEVELS[level]):
            right = self._level(level + 1)
            found = bounded(
                f"({found} - {right} * (if {found} / {right} < 0 then ceiling({found} / {right}) "
                f"else floor({found} / {right})))" if sign == "mod"
                else f"{found} {'/' if sign == 'div' else sign} {right}")
        return found

    def _signed(self) -> str:
        minus = 0
        while self._take("-"):
            minus += 1
        return ("-" if minus % 2 else "") + self._path(self._first())

    def _first(self) -> str:
        kind, value = self._next()
        if kind == "number":
            return value if value[0] != "." else f"0{value}"
        if kind == "text":
            return quoted(value[1:-1])
        if kind == "variable":
            return _variable(value[1:])
        if kind == "name":
            return self._call(value.rpartition(":")[2]) if self._take("(") else _variable(value)
        if value == "(":
            found = self._inner()
            self._need(")")
            return f"({found})"
        raise NoEquivalent(value or "end")

    def _call(self, name: str) -> str:
        given = self._given()
        if name in _READS and given and all(one.startswith('"') for one in given):
            return _data(name, given[-1][1:-1])
        if name == "concat" and len(given) > 1:
            return "(" + " + ".join(f"string({one})" for one in given) + ")"
        form = _CALLS.get((name, len(given)))
        if form is None:
            raise NoEquivalent(f"{name}()")
        return form.format(*given)

    def _path(self, found: str) -> str:
        while sign := self._take("/", "["):
            if sign == "[":
                found = f"{found}[{self._inner()}]"
                self._need("]")
                continue
            self._take("@")
            kind, value = self._next()
            if kind != "name":
                raise NoEquivalent(value or "end")
            found = f"{found}.{_variable(value)}"
        return found


def _variable(name: str) -> str:
    found = name.rpartition(":")[2]
    if not found.isidentifier():
        raise NoEquivalent(name)
    return found


def _data(function: str, name: str) -> str:
    if function == "getActivityInstanceAttribute" and name not in _COUNTERS:
        raise NoEquivalent(name)
    return variable_of(name)
