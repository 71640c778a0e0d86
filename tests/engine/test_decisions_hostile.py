"""Decision files that somebody writes to make the server slow: each is stopped by the same count of steps."""

from __future__ import annotations

import time

import pytest

from app.engine.decisions import DecisionError, load_dmn
from tests.engine.dmn_files import decision, dmn, literal, table

#: each takes some 50 ms (`bench hostile`); what is not stopped takes minutes on any machine
SECONDS = 10


def knowledge(name: str, logic: str) -> str:
    """Write a business knowledge model of one parameter."""
    inside = f'<formalParameter name="x"/>{logic}'
    return f'<businessKnowledgeModel id="{name}" name="{name}"><encapsulatedLogic>{inside}</encapsulatedLogic></businessKnowledgeModel>'  # noqa: E501


LARGE = table(["x"], ["o"], [([f"< {n}"], [f"{n}"]) for n in range(4000)], "COLLECT")
CALLS_ITSELF = table(["x"], ["o"], [(["-"], ["f(x + 1)"])])
TWICE = f"<list>{literal('f(x)')}{literal('f(x)')}</list>"
ASKS_ITSELF = '<decisionService id="s" name="s"><outputDecision href="#d"/></decisionService>'
INNER = f'<for iteratorVariable="j"><in>{literal("1..9999")}</in><return>{literal("i * j")}</return></for>'
LOOPS = f'<for iteratorVariable="i"><in>{literal("1..9999")}</in><return>{INNER}</return></for>'
TENFOLD = [decision(f"l{n}", f"<list>{literal(f'l{n - 1}') * 10}</list>", [f"l{n - 1}"]) for n in range(1, 12)]
ROWS = "".join(f"<row>{literal('1')}</row>" for _ in range(3000))
FILES = {
    "a large table in a loop": dmn(knowledge("f", LARGE), decision("d", literal("for i in 1..9999 return f(i)"))),
    "a table that calls itself": dmn(knowledge("f", CALLS_ITSELF), decision("d", literal("f(1)"))),
    "a function that doubles": dmn(knowledge("f", TWICE), decision("d", literal("f(1)"))),
    "decisions that call each other": dmn(decision("d", literal("s()")), ASKS_ITSELF),
    "loops in loops": dmn(decision("d", LOOPS)),
    "lists of lists": dmn(decision("l0", literal("[1, 1]")), *TENFOLD, decision("d", literal("l11"), ["l11"])),
    "rows of rows": dmn(
        decision("r", f'<relation><column name="a"/>{ROWS}</relation>'),
        decision("d", literal("for i in r return r"), ["r"]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_it_is_stopped_soon(name: str) -> None:
    model = load_dmn(FILES[name])
    start = time.thread_time()
    with pytest.raises(DecisionError, match="too many steps|deeper than|too large"):
        model.decide("d", {})
    assert time.thread_time() - start < SECONDS
