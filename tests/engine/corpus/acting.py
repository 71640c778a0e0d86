"""A script acts on a case, here or in the stock library, and says where it sees something else.

Acts: `start [@node] x=1`, `do node x=1`, `send name [@node] x=1 ~key=2`, `signal name x=1`, `wait 2h`,
`answer node x=1`, `breaks node CODE words`, and `fails <act>`: refused, and nothing has changed; `nobody <act>`:
reaches nobody.

Looks: `open a b`, `closed`, `running`, `see node x=1`, `record x=1`, `times node 2`, `order a b c`, `passed a b`,
`timers a`, `waits m`, `calls v`, `thrown message:m`, `payload m x=1`, `correlation m x=1`, `at a`, `fact Kind x=1`.
"""

from collections.abc import Callable
from typing import Any, Protocol

from tests.engine.corpus.reading import words


class Difference(AssertionError):
    """A look that saw something else."""


class Engine(Protocol):
    """What carries a case: ours or the stock library's."""

    #: looks that this engine cannot answer
    blind: frozenset[str]

    def act(self, verb: str, plain: list[str], given: dict[str, Any], other: dict[str, Any]) -> bool:
        """Carry out an act; say whether it reached anybody.

        Raises:
            Refused: the engine does not take it.
        """

    def look(self, verb: str, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        """Return what was expected and what is seen."""


class Refused(Exception):
    """The engine refuses an act."""


ACTS = frozenset({"start", "do", "send", "signal", "wait", "answer", "breaks"})


def perform(engine: Engine, script: tuple[str, ...], between: Callable[[], None] = lambda: None) -> None:
    """Carry out a script; between its acts something else may be done.

    Raises:
        Difference: with the number and text of the line.
    """
    for number, line in enumerate(script, 1):
        place = f"line {number} `{line}`"
        try:
            acted = _line(engine, line)
        except Difference as found:
            raise Difference(f"{place}: {found}") from None
        except Refused as found:
            raise Difference(f"{place}: refused: {found}") from found
        if acted:
            between()


def _line(engine: Engine, line: str) -> bool:
    first, _, rest = line.partition(" ")
    if first == "fails":
        try:
            engine.act(*words(rest))
        except Refused:
            return False
        raise Difference("was expected to be refused")
    if first == "nobody":
        if engine.act(*words(rest)):
            raise Difference("was expected to reach nobody")
        return False
    verb, plain, given, other = words(line)
    if verb in ACTS:
        if not engine.act(verb, plain, given, other):
            raise Difference("reached nobody")
        return True
    if verb not in engine.blind:
        expected, seen = engine.look(verb, plain, given)
        if expected != seen:
            raise Difference(f"expected {expected}, seen {seen}")
    return False
