"""Run a pattern that refers back to its groups, one alternative after the other, each state once and paid for.

Only such patterns need it: what a reference matches depends on the way there, so that the alternatives
cannot run side by side. A state that has failed is never entered again.
"""

from __future__ import annotations

from app.engine.feel.automaton import ANY, BACK, CHAR, END, JUMP, MATCH, SAVE, SPLIT, START, Program
from app.engine.feel.limits import Run

#: steps of one state, which is kept
_STATE = 4
State = tuple[int, int, tuple[int, ...]]


def _referred(text: str, at: int, groups: tuple[int, ...], number: int, small: bool) -> int | None:
    """Return where the text goes on after what a group has matched, or None where that does not stand here."""
    start, end = groups[2 * number], groups[2 * number + 1]
    wanted = text[start:end] if start >= 0 and end >= 0 else ""
    found = text[at : at + len(wanted)]
    same = found.lower() == wanted.lower() if small else found == wanted
    return at + len(wanted) if same else None


def _next(program: Program, state: State, text: str) -> list[State]:
    """Return the states that follow one, the best last."""
    counter, at, groups = state
    operation, first, second = program[counter]
    if operation == JUMP:
        return [(counter + first, at, groups)]
    if operation == SPLIT:
        return [(counter + second, at, groups), (counter + first, at, groups)]
    if operation == SAVE:
        return [(counter + 1, at, (*groups[:first], at, *groups[first + 1 :]))]
    if operation == BACK:
        onward = _referred(text, at, groups, first, bool(second))
        return [] if onward is None else [(counter + 1, onward, groups)]
    if operation == START:
        fits = at == 0 or (first and text[at - 1] == "\n")
        return [(counter + 1, at, groups)] if fits else []
    if operation == END:
        fits = at == len(text) or (first and text[at] == "\n")
        return [(counter + 1, at, groups)] if fits else []
    sign = text[at : at + 1]
    if sign and ((operation == CHAR and sign == first) or (operation == ANY and first(sign))):
        return [(counter + 1, at + 1, groups)]
    return []


def first_back(program: Program, text: str, start: int, slots: int, run: Run) -> tuple[int, ...] | None:
    """Find the first match from a sign on."""
    for begin in range(start, len(text) + 1):
        stack: list[State] = [(0, begin, (begin, -1, *(-1,) * (slots - 2)))]
        seen: set[State] = set()
        while stack:
            state = stack.pop()
            if state in seen:
                continue
            run.spend(_STATE + (slots >> 3))
            seen.add(state)
            if program[state[0]][0] == MATCH:
                return (begin, state[1], *state[2][2:])
            stack.extend(_next(program, state, text))
    return None
