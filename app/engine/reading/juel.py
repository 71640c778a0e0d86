"""The expressions of Camunda 7, Flowable and Activiti, `${...}` and `#{...}`, as FEEL.

What has an equivalent: comparisons, `&&`, `||`, `!`, `empty`, the choice `? :`, arithmetic, literals, paths, list
items, and the calls that only read a variable or compare. Calls of beans have none.

Source:
    Unified Expression Language, JSR 341.
"""

import re
from collections.abc import Iterator

from app.engine.reading import kie
from app.engine.reading.descent import MAX_LENGTH, Descent, NoEquivalent, bounded, quoted

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<name>[^\W\d]\w*)|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]]))"""
)
_WORDS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "and": "&&", "or": "||",
          "not": "!", "div": "/", "mod": "%"}
_FEEL = {"==": "=", "&&": "and", "||": "or"}
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
_EMPTY = ("if {0} = null then true else if {0} instance of string then {0} = \"\" "
          "else if {0} instance of list<Any> then count({0}) = 0 else false")
_PIECE = re.compile(r"[$#]\{([^{}]*)\}")
#: methods that only read: name -> (number of arguments, FEEL with {0} the object and {1} the argument)
_METHODS = {
    ("equals", 1): "{0} = {1}", ("size", 0): "count({0})", ("length", 0): "string length({0})",
    ("contains", 1): "if {0} instance of list<Any> then list contains({0}, {1}) else contains({0}, {1})",
    ("concat", 1): "{0} + {1}", ("trim", 0): "trim({0})", ("isEmpty", 0): _EMPTY,
    ("startsWith", 1): "starts with({0}, {1})", ("endsWith", 1): "ends with({0}, {1})",
    ("toLowerCase", 0): "lower case({0})", ("toUpperCase", 0): "upper case({0})", ("toString", 0): "string({0})",
    ("equalsIgnoreCase", 1): "lower case({0}) = lower case({1})",
}  # fmt: skip
#: names under which other engines offer the variables
_SCOPES = frozenset({"execution", "vars", "variables", "variableScope", "caseExecution", "kcontext"})


def has_juel(text: str) -> bool:
    """Say whether a text holds `${...}` or `#{...}`."""
    return "${" in text or "#{" in text


def to_feel(text: str) -> str:
    """Convert a text with expressions; words around them become one text with their values.

    Raises:
        NoEquivalent: part of it has none.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise NoEquivalent("too long")
    whole = re.fullmatch(r"[$#]\{(.*)\}", text, re.DOTALL)
    if whole and "${" not in whole[1] and "#{" not in whole[1]:
        return _Reader(_tokens(whole[1])).read()
    parts: list[str] = []
    last = 0
    for piece in _PIECE.finditer(text):
        if piece.start() > last:
            parts.append(quoted(text[last : piece.start()]))
        parts.append(f"string({_Reader(_tokens(piece[1])).read()})")
        last = piece.end()
    if last < len(text):
        parts.append(quoted(text[last:]))
    if not parts or has_juel("".join(parts)):
        raise NoEquivalent(text)
    return " + ".join(parts)


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    at = 0
    source = source.rstrip()
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None or found.end() == at:
            raise NoEquivalent(source[at : at + 20])
        at = found.end()
        kind = str(found.lastgroup)
        value = found[kind]
        yield ("sign", _WORDS[value]) if kind == "name" and value in _WORDS else (kind, value)
    yield "end", ""


class _Reader(Descent):
    """Reads one expression of the Unified Expression Language."""

    def _whole(self) -> str:
        found = self._level(0)
        if self._take("?"):
            yes = self._inner()
            self._need(":")
            found = f"if {found} then {yes} else {self._inner()}"
        return found

    def _level(self, level: int) -> str:
        if level == len(_LEVELS):
            return self._signed()
        found = self._level(level + 1)
        while sign := self._take(*_LEVELS[level]):
            right = self._level(level + 1)
            if sign == "%" and found.startswith('"'):
                raise NoEquivalent(f"{found} %")
            found = f"modulo({found}, {right})" if sign == "%" else f"{found} {_FEEL.get(sign, sign)} {right}"
        return found

    def _signed(self) -> str:
        if (self._kind, self._value) == ("name", "empty"):
            self._next()
            self._deeper()
            one = self._signed()
            self._depth -= 1
            return bounded(f"({_EMPTY.format(one)})")
        for sign, form in (("!", "not({})"), ("-", "-{}")):
            if self._take(sign):
                self._deeper()
                found = form.format(self._signed())
                self._depth -= 1
                return found
        return self._path(self._first())

    def _first(self) -> str:
        kind, value = self._next()
        if kind == "number":
            return value
        if kind == "text":
            return quoted(re.sub(r"\\(.)", r"\1", value[1:-1]))
        if kind == "name":
            # these tools count instances from 0, the standard and we from 1
            return "(loopCounter - 1)" if value == "loopCounter" else value
        if (kind, value) == ("sign", "("):
            found = self._inner()
            self._need(")")
            return f"({found})"
        raise NoEquivalent(value or "end")

    def _path(self, found: str) -> str:
        while True:
            if self._take("."):
                kind, name = self._next()
                if kind != "name":
                    raise NoEquivalent(name)
                found = self._call(found, name) if self._take("(") else f"{found}.{name}"
            elif self._take("["):
                kind, value = self._next()
                self._need("]")
                found = _item(found, kind, value)
            elif self._take("("):
                raise NoEquivalent(f"{found}()")
            else:
                return found

    def _call(self, owner: str, method: str) -> str:
        given = [f"({one})" if one.startswith("if ") else one for one in self._given()]
        if owner in _SCOPES and method in ("getVariable", "get", "hasVariable") and len(given) == 1:
            name = given[0].strip('"')
            if name.isidentifier():
                return f"is defined({name})" if method == "hasVariable" else name
        if owner == kie.OWNER:
            return bounded(kie.call(method, given))
        form = _METHODS.get((method, len(given)))
        if form is None or owner in _SCOPES:
            raise NoEquivalent(f"{owner}.{method}()")
        return bounded(f"({form.format(owner, *given)})")


def _item(owner: str, kind: str, value: str) -> str:
    """Read `a['b']` as a path and `a[0]` as the first item, which FEEL numbers from 1."""
    if kind == "text" and value[1:-1].isidentifier():
        return f"{owner}.{value[1:-1]}"
    if kind == "number" and value.isdigit():
        return f"{owner}[{int(value) + 1}]"
    raise NoEquivalent(value)
