"""Patterns of `matches`, `replace` and `split`, read into a program for the automaton.

Python's `re` backtracks: a pattern of ten characters can run for years. These patterns run in time
proportional to text times pattern, whatever they are, and each step is paid for.

Source:
    XPath functions 3.1, section 5.6.1. Looking ahead is not there, as in the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from app.engine.feel.automaton import ANY, BACK, CHAR, END, JUMP, MATCH, SAVE, SPLIT, START, Program, search
from app.engine.feel.backtracking import first_back
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import Run
from app.engine.feel.signs import MAX_NESTING, Reading, escaped, sign_class, unspaced

MAX_PATTERN = 500
MAX_PROGRAM = 2_000
MAX_GROUPS = 30
_FLAGS = frozenset("smixq")
_SPECIAL = frozenset("\\|.?*+(){}[]^$")


class _Reader(Reading):
    """Recursive descent over a pattern; each method returns instructions relative to their start."""

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
            return [(ANY, sign_class(self), 0)]
        if sign == ".":
            return [(ANY, (lambda s: True) if self.dot_all else (lambda s: s not in "\n\r"), 0)]
        if sign in "^$":
            return [(START if sign == "^" else END, self.lines, 0)]
        if sign == "\\" and self.peek() in tuple("123456789"):
            return [(BACK, self.reference(), int(self.ignore_case))]
        if sign == "\\":
            found = escaped(self)
            return [self.char(found)] if isinstance(found, str) else [(ANY, found, 0)]
        if sign in "?*+{})]":
            raise Unfit(f"the pattern has a misplaced {sign}")
        return [self.char(sign)]

    def reference(self) -> int:
        """Read the number of a group that is closed; of `\\11` where there is no group 11, the first digit."""
        number = int(self.take())
        while self.peek().isascii() and self.peek().isdecimal() and 10 * number + int(self.peek()) in self.closed:
            number = 10 * number + int(self.take())
        if number not in self.closed:
            raise Unfit(f"the pattern refers to group {number}, which is not there")
        return number

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
        if number > MAX_GROUPS:
            raise Unfit(f"a pattern of more than {MAX_GROUPS} groups")
        if not number:
            return inner
        self.closed.add(number)
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
    reader = _Reader(unspaced(text) if "x" in flags and "q" not in flags else text, flags)
    made = reader.alternatives()
    if reader.peek():
        raise Unfit("the pattern has a misplaced )")
    return [*made, (MATCH, 0, 0)]


def groups_of(wanted: Program | str) -> int:
    """Return the number of groups in a pattern."""
    if isinstance(wanted, str):
        return 0
    return max((first for operation, first, _ in wanted if operation == SAVE), default=1) // 2


def find_all(wanted: Program | str, text: str, run: Run) -> Iterator[tuple[int, ...]]:
    """Yield the matches from left to right: start, end, then start and end of each group, -1 if none."""
    if isinstance(wanted, list):
        back = any(operation == BACK for operation, _, _ in wanted)
        yield from search(wanted, text, run, first_back if back else None)
        return
    at = text.find(wanted)
    while at >= 0:
        run.spend(1)
        yield (at, at + len(wanted))
        at = text.find(wanted, at + max(len(wanted), 1))
