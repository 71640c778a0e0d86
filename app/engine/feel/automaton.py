"""Run a pattern's program over a text, all alternatives side by side, so that nothing is tried twice.

Source:
    Ken Thompson 1968; Rob Pike's machine with groups, as described by Russ Cox,
    https://swtch.com/~rsc/regexp/regexp2.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.engine.feel.limits import Run

CHAR, ANY, SPLIT, JUMP, SAVE, START, END, MATCH, BACK = range(9)
#: instructions (operation, argument, argument); jumps are relative
Program = list[tuple[int, Any, int]]

Thread = tuple[int, tuple[int, ...]]
#: (program, text, sign to begin at, slots, run) -> where its groups lie, or None
Finder = Callable[[Program, str, int, int, Run], tuple[int, ...] | None]


def _follow(program: Program, thread: Thread, text: str, at: int, seen: set[int], ready: list[Thread]) -> None:
    """Add the threads that a thread becomes before it reads a sign, best first."""
    stack = [thread]
    while stack:
        counter, groups = stack.pop()
        if counter in seen:
            continue
        seen.add(counter)
        operation, first, second = program[counter]
        if operation == JUMP:
            stack.append((counter + first, groups))
        elif operation == SPLIT:
            stack.append((counter + second, groups))
            stack.append((counter + first, groups))
        elif operation == SAVE:
            stack.append((counter + 1, (*groups[:first], at, *groups[first + 1 :])))
        elif operation == START:
            if at == 0 or (first and text[at - 1] == "\n"):
                stack.append((counter + 1, groups))
        elif operation == END:
            if at == len(text) or (first and text[at] == "\n"):
                stack.append((counter + 1, groups))
        else:
            ready.append((counter, groups))


def _first(program: Program, text: str, start: int, slots: int, run: Run) -> tuple[int, ...] | None:
    """Return the leftmost match from a position on, of several the one that is tried first."""
    found: tuple[int, ...] | None = None
    threads: list[Thread] = []
    empty = (-1,) * slots
    seen: set[int] = set()
    for at in range(start, len(text) + 1):
        if found is None:
            _follow(program, (0, (at, *empty[1:])), text, at, seen, threads)
        elif not threads:
            break
        # what was followed is what was seen: a split costs as much as a sign
        run.spend(2 + 3 * len(seen) + (len(seen) * slots >> 4))
        sign = text[at] if at < len(text) else ""
        following: list[Thread] = []
        seen = set()
        for counter, groups in threads:
            operation, first, _ = program[counter]
            if operation == MATCH:
                found = (groups[0], at, *groups[2:])
                break
            if sign and (sign == first if operation == CHAR else first(sign)):
                _follow(program, (counter + 1, groups), text, at + 1, seen, following)
        threads = following
    return found


def search(program: Program, text: str, run: Run, first: Finder | None = None) -> Iterator[tuple[int, ...]]:
    """Yield the matches from left to right; after an empty one the search goes on one sign further.

    Args:
        first: finds the first match from a sign on; another one than the automaton's own for programs that look back.
    """
    find = first or _first
    slots = max((operand for operation, operand, _ in program if operation == SAVE), default=1) + 1
    at = 0
    while at <= len(text):
        match = find(program, text, at, slots, run)
        if match is None:
            return
        yield match
        at = match[1] if match[1] > match[0] else match[1] + 1
