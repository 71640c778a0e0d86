"""Patterns of `matches`, `replace` and `split`, read into a program for the automaton.

Python's `re` backtracks: a pattern of ten characters can run for years. These patterns run in time
proportional to text times pattern, whatever they are, and each step is paid for.

Source:
    XPath functions 3.1, section 5.6.1. Not there: references back to a group, looking ahead.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from app.engine.feel.automaton import ANY, CHAR, END, JUMP, MATCH, SAVE, SPLIT, START, Program, search
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import Run

Accepts = Callable[[str], bool]

MAX_PATTERN = 500
MAX_PROGRAM = 2_000
MAX_GROUPS = 9
MAX_NESTING = 20
_FLAGS = frozenset("smixq")
_SPECIAL = frozenset("\\|.?*+(){}[]^$")
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


class _Reader:
    """Recursive descent over a pattern; each method returns instructions relative to their start."""

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

    def alternatives(self) -> Program:
        """Read `a|b|c`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise Unfit("the pattern is nested too deep")
        branches = [self.sequence()]
        while self.peek() == "|":
            self.take()
            branches.append(self.sequence())
        self.depth -= 1
        made = branches.pop()
        while branches:
            first = branches.pop()
            made = [(SPLIT, 1, len(first) + 2), *first, (JUMP, len(made) + 1, 0), *made]
            _bounded(made)
        return made

    def sequence(self) -> Program:
        """Read pieces until `|`, `)` or the end."""
        made: Program = []
        while self.peek() not in ("", "|", ")"):
            made += self.quantified()
            _bounded(made)
        return made

    def quantified(self) -> Program:
        """Read an atom and how often it may stand."""
        atom = self.atom()
        sign = self.peek()
        if sign not in ("*", "+", "?", "{") or not sign:
            return atom
        low, high = self.bounds()
        lazy = self.peek() == "?"
        if lazy:
            self.take()
        if self.peek() in ("*", "+", "{") and self.peek():
            raise Unfit("the pattern repeats a repetition")
        if len(atom) * max(low, high or 1, 1) > MAX_PROGRAM:
            raise Unfit("the pattern is too large")
        return _repeated(atom, low, high, lazy)

    def bounds(self) -> tuple[int, int | None]:
        """Read `*`, `+`, `?` or `{2,5}`."""
        sign = self.take()
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at : max(end, self.at)].partition(",")
        if end < 0 or not (low.isdecimal() and (not high or high.isdecimal())) or end - self.at > 9:
            raise Unfit("the pattern has a bad count")
        self.at = end + 1
        least, most = int(low), int(high) if high else (None if comma else int(low))
        if most is not None and most < least:
            raise Unfit("the pattern has a bad count")
        return least, most

    def atom(self) -> Program:
        """Read one sign, class or group."""
        sign = self.take()
        if sign == "(":
            return self.group()
        if sign == "[":
            return [(ANY, _class(self), 0)]
        if sign == ".":
            return [(ANY, (lambda s: True) if self.dot_all else (lambda s: s not in "\n\r"), 0)]
        if sign in "^$":
            return [(START if sign == "^" else END, self.lines, 0)]
        if sign == "\\":
            found = escaped(self)
            return [self.char(found)] if isinstance(found, str) else [(ANY, found, 0)]
        if sign in "?*+{})]":
            raise Unfit(f"the pattern has a misplaced {sign}")
        return [self.char(sign)]

    def char(self, sign: str) -> tuple[int, object, int]:
        """Return the instruction for one sign."""
        if self.ignore_case and sign.lower() != sign.upper():
            small = sign.lower()
            return (ANY, lambda other: other.lower() == small, 0)
        return (CHAR, sign, 0)

    def group(self) -> Program:
        """Read a group, remembered or `(?:…)`."""
        number = 0
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self.peek() == "?":
            raise Unfit("the pattern looks ahead or behind")
        else:
            self.groups += 1
            number = self.groups
        inner = self.alternatives()
        if self.take() != ")":
            raise Unfit("the pattern has an open bracket")
        if not 0 < number <= MAX_GROUPS:
            return inner
        return [(SAVE, 2 * number, 0), *inner, (SAVE, 2 * number + 1, 0)]


def _bounded(program: Program) -> None:
    if len(program) > MAX_PROGRAM:
        raise Unfit("the pattern is too large")


def _repeated(atom: Program, low: int, high: int | None, lazy: bool) -> Program:
    """Return an atom `low` times, then as often as it may."""
    size = len(atom)
    made = atom * low

    def fork(onward: int, away: int) -> tuple[int, object, int]:
        return (SPLIT, away, onward) if lazy else (SPLIT, onward, away)

    if high is None:
        return [*made, fork(1, size + 2), *atom, (JUMP, -size - 1, 0)]
    for left in range(high - low, 0, -1):
        made = [*made, fork(1, left * (size + 1)), *atom]
    return made


def escaped(reader: _Reader) -> str | Accepts:
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


def _class(reader: _Reader, depth: int = 0) -> Accepts:
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
            without = _class(reader, depth + 1)
            if reader.take() != "]":
                raise Unfit("the pattern has a bad class")
            break
        found = escaped(reader) if sign == "\\" else sign
        if not isinstance(found, str):
            kinds.append(found)
        elif reader.text[reader.at : reader.at + 1] == "-" and reader.text[
            reader.at + 1 : reader.at + 2
        ] not in ("]", "["):
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


@lru_cache(maxsize=512)
def pattern(text: str, flags: str) -> Program | str:
    """Return the program of a pattern, or the plain text that it looks for.

    Raises:
        Unfit: not a pattern of the language, or too large.
    """
    if not _FLAGS.issuperset(flags):
        raise Unfit("the flags of a pattern are s, m, i, x and q")
    if len(text) > MAX_PATTERN:
        raise Unfit(f"a pattern longer than {MAX_PATTERN} characters")
    if "q" in flags and "i" in flags:
        text = "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in text)
    elif "q" in flags or ("i" not in flags and "x" not in flags and not _SPECIAL.intersection(text)):
        return text
    reader = _Reader(text, flags.replace("x", "") if "q" in flags else flags)
    made = reader.alternatives()
    if reader.peek():
        raise Unfit("the pattern has a misplaced )")
    return [*made, (MATCH, 0, 0)]


def find_all(wanted: Program | str, text: str, run: Run) -> Iterator[tuple[int, ...]]:
    """Yield the matches from left to right: start, end, then start and end of each group, -1 if none."""
    if isinstance(wanted, list):
        yield from search(wanted, text, run)
        return
    at = text.find(wanted)
    while at >= 0:
        run.spend(1)
        yield (at, at + len(wanted))
        at = text.find(wanted, at + max(len(wanted), 1))
