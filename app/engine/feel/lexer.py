"""Cut an expression into tokens.

FEEL's words cannot be told apart by a plain lexer: a name may contain spaces when somebody has declared
it, `date and time` is one word before a bracket and three elsewhere, and `[` closes a range that is open at
its end. All of that is decided here, so that the grammar stays LALR.

Source:
    DMN 1.3, 10.3.1.2 (grammar rules 27 to 30, names), 10.3.1.4 and 10.3.1.5 (tokens and names).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lark import Token

from app.engine.feel.errors import ExpressionError
from app.engine.feel.limits import MAX_DEPTH, MAX_OWN_NAMES, MAX_SOURCE, MAX_TOKENS
from app.engine.feel.words import FUNCTION, FUNCTION_TYPE, PARAM_TYPE, PROPERTY, TYPE, unescape, words_of

_TOKEN = re.compile(
    r"""(?P<SKIP>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<AT>@"(?:[^"\\]|\\.)*")
      | (?P<STRING>"(?:[^"\\]|\\.)*")
      | (?P<NUMBER>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<QUOTED>`[^`\n]+`)
      | (?P<WORD>(?:[^\W\d]|[\U00010000-\U000EFFFF])(?:\w|[\U00010000-\U000EFFFF])*|\?)
      | (?P<SIGN>\.\.\.(?!\d)|\.\.|\*\*|<=|>=|!=|->|[=<>+\-*/.,:(){}\[\]])""",
    re.VERBOSE | re.DOTALL,
)
#: `name :` or `"name" :` of a context entry, a named argument or a typed parameter
_KEY = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"\s*|((?:[^\W\d]|[\U00010000-\U000EFFFF])[^:,{}()\[\]"`<>=]*)):')
_AFTER_RANGE = re.compile(
    r"\s*(?:$|[)\]},=<>!]|\.\s*[^\W\d]|(?:and|or|then|else|return|satisfies|in|between|instance)\b)"
)
_SPACED = re.compile(r"[^\W\d]\w*(?:[ ./'+*\-]+\w+)+")
#: the variable of a loop, in several words
_LOOP_NAME = re.compile(r"([^\W\d]\w*(?: +[^\W\d]\w*)+?) +in\b")
_SIGNS = {
    "..": "DOTDOT", "**": "POW", "<=": "CMP", ">=": "CMP", "!=": "CMP", "=": "CMP", "<": "LT", ">": "GT",
    "...": "DESCEND", "->": "ARROW", "+": "PLUS", "-": "MINUS", "*": "MUL", "/": "DIV", ".": "DOT", ",": "COMMA",
    "(": "LPAR", ")": "RPAR", "{": "LBRACE", "}": "RBRACE", "[": "LSQB", "]": "RSQB",
}  # fmt: skip
_KEYWORDS = {
    word: word.upper()
    for word in "if then else for in return some every satisfies and or between true false null".split()
}
_ENDS_OPERAND = frozenset("NUMBER STRING AT NAME TRUE FALSE NULL RPAR RSQB RBRACE RANGE_CLOSE".split())
_OPENERS = frozenset("LPAR LSQB LBRACE RANGE_OPEN".split())
_CLOSERS = frozenset("RPAR RSQB RBRACE RANGE_CLOSE".split())
#: what an input method types for a sign of the language
_FULL_WIDTH = dict(zip("（）【】，：。＝＜＞＋－＊／“”‘’；", "()[],:.=<>+-*/\"\"'';", strict=True))


@lru_cache(maxsize=256)
def _known(names: frozenset[str]) -> re.Pattern[str]:
    return words_of(names)


def is_plain(name: str) -> bool:
    """Tell whether a name needs no declaration: one word, or one that stays a word of the language."""
    match = _TOKEN.fullmatch(name)
    return match is not None and match.lastgroup == "WORD"


def _keyword(text: str, rest: str, previous: str) -> str:
    """Return what a word is: a word of the language where it can be one, else a name."""
    if text in _KEYWORDS:
        return _KEYWORDS[text]
    if text == "instance" and re.match(r"of\b", rest):
        return "INSTANCE"
    if text == "of" and previous == "INSTANCE":
        return "OF"
    if text == "function" and rest.startswith("("):
        return "FUNCTION"
    if text == "external" and previous == "RPAR" and rest.startswith("{"):
        return "EXTERNAL"
    return "NAME"


class Lexer:
    """Walk once over the source and yield tokens that the grammar can take."""

    def __init__(self, source: str, names: frozenset[str] = frozenset()) -> None:
        self.source = source
        #: what the designer's model declares
        self.names = names
        #: what the expression itself declares: entries, parameters and loop variables of several words
        self.own: frozenset[str] = frozenset()
        self.at = 0
        self.previous = ""
        #: the last token and the one before it
        self.last: Token | None = None
        self.before: Token | None = None
        #: one flag per open bracket: has it seen `..`
        self.open: list[bool] = []
        #: how many `<` of types are open
        self.types = 0

    def __iter__(self) -> Iterator[Token]:
        if len(self.source) > MAX_SOURCE:
            raise ExpressionError(
                f"an expression longer than {MAX_SOURCE} characters", code="limit",
                expression=self.source[:200],
            )  # fmt: skip
        count = 0
        while (token := self._next()) is not None:
            count += 1
            if count > MAX_TOKENS:
                raise ExpressionError(
                    f"an expression of more than {MAX_TOKENS} words and signs", code="limit",
                    expression=self.source, position=token.start_pos,
                )  # fmt: skip
            self.before, self.last = self.last, token
            self._track(token)
            self.previous = token.type
            yield token

    def _token(self, kind: str, value: str, length: int) -> Token:
        token = Token(kind, value, start_pos=self.at + 1)
        self.at += length
        return token

    def _next(self) -> Token | None:
        source = self.source
        while self.at < len(source):
            if self._key_expected() and (key := _KEY.match(source, self.at)):
                return self._key(key)
            match = _TOKEN.match(source, self.at)
            if match is None:
                raise _unreadable(self.source, self.at)
            kind, text = match.lastgroup, match.group()
            if kind == "SKIP":
                self.at = match.end()
                continue
            if kind == "WORD":
                return self._word(text)
            if kind == "QUOTED":
                return self._token("NAME", " ".join(text[1:-1].split()), len(text))
            if kind == "SIGN":
                return self._sign(text)
            return self._token(str(kind), text, len(text))
        return None

    def _key_expected(self) -> bool:
        return self.previous in ("LBRACE", "COMMA", "LPAR") or (
            self.previous == "LT" and self.before is not None and self.before == "context"
        )

    def _key(self, match: re.Match[str]) -> Token:
        quoted, bare = match.group(1), match.group(2)
        if quoted is not None:
            name = unescape(f'"{quoted}"', self.source, self.at + 1)
        else:
            name = " ".join(bare.split())
        if _SPACED.fullmatch(name) and not _KEYWORDS.keys() & set(name.split()):
            # an entry of several words may be named further on in the same expression
            self._declare(name)
        return self._token("KEY", name, match.end() - self.at)

    def _word(self, text: str) -> Token:
        spaced = self._spaced()
        if spaced is not None:
            return self._token("NAME", " ".join(spaced.group().split()), len(spaced.group()))
        if FUNCTION_TYPE.match(self.source, self.at) and (self._types_expected() or self.previous == "KEY"):
            return self._token("FUNCTION", text, len(text))
        end = self.at + len(text)
        rest = self.source[end : end + 40].lstrip()
        kind = "NAME" if self.previous in ("DOT", "DESCEND", "OF") else _keyword(text, rest, self.previous)
        return self._token(kind, text, len(text))

    def _spaced(self) -> re.Match[str] | None:
        """Return a name of several words that stands here, or None."""
        source, at = self.source, self.at
        if self.previous in ("FOR", "SOME", "EVERY") and (loop := _LOOP_NAME.match(source, at)):
            if not _KEYWORDS.keys() & set(loop.group(1).split()):
                self._declare(" ".join(loop.group(1).split()))
        found = [match for names in (self.own, self.names) if names and (match := _known(names).match(source, at))]
        if found:
            return max(found, key=re.Match.end)
        if self.previous == "DOT":
            return PROPERTY.match(source, at)
        if self._types_expected():
            return TYPE.match(source, at)
        function = FUNCTION.match(source, at)
        return PARAM_TYPE.match(source, at) if function is None and self.previous == "KEY" else function

    def _declare(self, name: str) -> None:
        """Let the rest of the expression use a name of several words."""
        if len(self.own) >= MAX_OWN_NAMES and name not in self.own:
            raise ExpressionError(
                f"an expression with more than {MAX_OWN_NAMES} names of several words", code="limit",
                expression=self.source, position=self.at + 1,
            )  # fmt: skip
        self.own |= {name}

    def _types_expected(self) -> bool:
        """Tell whether a type stands here: after `of`, or inside `list<…>`."""
        return self.previous in ("OF", "ARROW") or (self.types > 0 and self.previous in ("LT", "COMMA", "KEY"))

    def _sign(self, text: str) -> Token:
        kind = _SIGNS.get(text)
        if kind is None:
            raise _unreadable(self.source, self.at)
        after_operand = self.previous in _ENDS_OPERAND
        if text == "]" and not after_operand and self.previous != "LSQB":
            kind = "RANGE_OPEN"
        elif text == "[" and after_operand and self.open and self.open[-1]:
            kind = "RANGE_CLOSE" if _AFTER_RANGE.match(self.source, self.at + 1) else kind
        return self._token(kind, text, len(text))

    def _track(self, token: Token) -> None:
        if token.type == "LT" and self.before is not None and self.before in ("list", "range", "context", "function"):
            self.types += 1
        elif token.type == "GT" and self.types:
            self.types -= 1
        if token.type in _OPENERS:
            self.open.append(False)
            if len(self.open) > MAX_DEPTH:
                raise ExpressionError(
                    f"brackets nested deeper than {MAX_DEPTH}", code="limit", expression=self.source,
                    position=token.start_pos,
                )  # fmt: skip
        elif token.type in _CLOSERS and self.open:
            self.open.pop()
        elif token.type == "DOTDOT" and self.open:
            self.open[-1] = True


def _unreadable(source: str, at: int) -> ExpressionError:
    """Say what is wrong with a sign that the language does not have."""
    sign = source[at]
    reason = f"“{sign}” is not a sign of the language"
    if sign in _FULL_WIDTH:
        reason += f"; write {_FULL_WIDTH[sign]}"
    elif sign == '"':
        reason = "a text without its closing quote"
    return ExpressionError(reason, expression=source, position=at + 1)
