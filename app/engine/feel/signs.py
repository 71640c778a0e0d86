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
        #: groups that a reference may name
        self.closed: set[int] = set()

    def peek(self) -> str:
        """Return the next sign, or an empty text at the end."""
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        """Return the next sign and go on."""
        if self.at >= len(self.text):
            raise Unfit("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]


def unspaced(text: str) -> str:
    """Return a pattern of the flag x without its white space, which stays in classes."""
    made, depth, at = [], 0, 0
    while at < len(text):
        sign = text[at]
        if sign == "\\" and text[at + 1 : at + 2] in tuple("[]\\"):
            made.append(text[at : at + 2])
            at += 2
            continue
        depth = max(depth + (sign == "[") - (sign == "]"), 0)
        if depth or sign not in " \t\n\r":
            made.append(sign)
        at += 1
    return "".join(made)


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


class _Class:
    """A class of signs while it is read, and then the question whether a sign is in it."""

    def __init__(self, ignore_case: bool) -> None:
        self.ignore_case = ignore_case
        self.negated = False
        self.singles: set[str] = set()
        self.ranges: list[tuple[str, str]] = []
        self.kinds: list[Accepts] = []
        self.without: Accepts | None = None

    def is_empty(self) -> bool:
        """Tell whether nothing has been put in yet."""
        return not (self.singles or self.ranges or self.kinds)

    def has(self, sign: str) -> bool:
        """Tell whether a sign stands in the class, its case as it is."""
        return (
            sign in self.singles
            or any(low <= sign <= high for low, high in self.ranges)
            or any(accepts(sign) for accepts in self.kinds)
        )

    def accepts(self, sign: str) -> bool:
        """Tell whether a sign matches."""
        hit = self.has(sign) or (self.ignore_case and (self.has(sign.lower()) or self.has(sign.upper())))
        return hit != self.negated and not (self.without is not None and self.without(sign))


def _range_follows(reader: Reading) -> bool:
    """Tell whether `-x` follows, where x is the end of a range."""
    return reader.text[reader.at : reader.at + 1] == "-" and reader.text[reader.at + 1 : reader.at + 2] not in (
        "]",
        "[",
    )


def _range_end(reader: Reading, low: str) -> tuple[str, str]:
    reader.at += 1
    last = reader.take()
    end = escaped(reader) if last == "\\" else last
    if not isinstance(end, str) or end < low:
        raise Unfit("the pattern has a bad range")
    return low, end


def sign_class(reader: Reading, depth: int = 0) -> Accepts:
    """Read a class after its `[`, with ranges, negation and subtraction `[a-z-[aeiou]]`."""
    made = _Class(reader.ignore_case)
    made.negated = reader.text.startswith("^", reader.at)
    reader.at += made.negated
    while (sign := reader.take()) != "]" or made.is_empty():
        if sign == "-" and reader.text.startswith("[", reader.at) and depth < MAX_NESTING:
            reader.at += 1
            made.without = sign_class(reader, depth + 1)
            if reader.take() != "]":
                raise Unfit("the pattern has a bad class")
            break
        found = escaped(reader) if sign == "\\" else sign
        if not isinstance(found, str):
            made.kinds.append(found)
        elif _range_follows(reader):
            made.ranges.append(_range_end(reader, found))
        else:
            made.singles.add(found)
    return made.accepts
