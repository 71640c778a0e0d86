"""Read the single signs and the classes of signs in a pattern.

Source:
    XML Schema 1.1, appendix G; XPath functions 3.1, section 5.6.1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from app.engine.feel.errors import Unfit

Accepts = Callable[[str], bool]
MAX_NESTING = 20

_CLASSES: dict[str, Accepts] = {
    "d": lambda sign: unicodedata.category(sign) == "Nd",
    "s": lambda sign: sign in " \t\n\r",
    "w": lambda sign: unicodedata.category(sign)[0] not in "PZC",
    "i": lambda sign: sign in "_:" or unicodedata.category(sign)[0] == "L",
    "c": lambda sign: sign in "_:-." or unicodedata.category(sign)[0] in "LNM",
}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


def _not(accepts: Accepts) -> Accepts:
    return lambda sign: not accepts(sign)


class Reading:
    """Where the reader of a pattern is, and by which flags it reads."""

    def __init__(self, text: str, flags: str) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.depth = 0
        self.ignore_case = "i" in flags
        self.dot_all = "s" in flags
        self.lines = "m" in flags
        self.spaced = "x" in flags

    def peek(self) -> str:
        """Return the next sign, or an empty text at the end."""
        if self.spaced:
            while self.text[self.at : self.at + 1] in (" ", "\t", "\n", "\r"):
                self.at += 1
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        """Return the next sign and go on."""
        if self.at >= len(self.text):
            raise Unfit("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]


def escaped(reader: Reading) -> str | Accepts:
    """Read what follows a backslash: a sign, or a class."""
    sign = reader.take()
    if sign in "pP":
        if reader.take() != "{":
            raise Unfit("the pattern has a bad \\p")
        end = reader.text.find("}", reader.at, reader.at + 4)
        name = reader.text[reader.at : end]
        if end < 0 or not 1 <= len(name) <= 2 or name[0] not in "LMNPZSC":
            raise Unfit("the pattern names an unknown kind of sign")
        reader.at = end + 1

        def accepts(other: str) -> bool:
            return unicodedata.category(other).startswith(name)

        return accepts if sign == "p" else _not(accepts)
    if sign.lower() in _CLASSES:
        found = _CLASSES[sign.lower()]
        return found if sign.islower() else _not(found)
    if sign in _CONTROLS:
        return _CONTROLS[sign]
    if sign.isalnum():
        raise Unfit(f"the pattern has an unknown \\{sign}")
    return sign


def sign_class(reader: Reading, depth: int = 0) -> Accepts:
    """Read a class after its `[`, with ranges, negation and subtraction `[a-z-[aeiou]]`."""
    negated = reader.text.startswith("^", reader.at)
    reader.at += negated
    singles: set[str] = set()
    ranges: list[tuple[str, str]] = []
    kinds: list[Accepts] = []
    without: Accepts | None = None
    while (sign := reader.take()) != "]" or not (singles or ranges or kinds):
        if sign == "-" and reader.text.startswith("[", reader.at) and depth < MAX_NESTING:
            reader.at += 1
            without = sign_class(reader, depth + 1)
            if reader.take() != "]":
                raise Unfit("the pattern has a bad class")
            break
        found = escaped(reader) if sign == "\\" else sign
        if not isinstance(found, str):
            kinds.append(found)
        elif reader.text[reader.at : reader.at + 1] == "-" and reader.text[reader.at + 1 : reader.at + 2] not in (
            "]",
            "[",
        ):
            reader.at += 1
            last = reader.take()
            end = escaped(reader) if last == "\\" else last
            if not isinstance(end, str) or end < found:
                raise Unfit("the pattern has a bad range")
            ranges.append((found, end))
        else:
            singles.add(found)

    def one(other: str) -> bool:
        return (
            other in singles
            or any(low <= other <= high for low, high in ranges)
            or any(accepts(other) for accepts in kinds)
        )

    def accepts(other: str) -> bool:
        hit = one(other) or (reader.ignore_case and (one(other.lower()) or one(other.upper())))
        return hit != negated and not (without is not None and without(other))

    return accepts
