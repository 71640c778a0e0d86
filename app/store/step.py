"""The one statement of a step: the case moves, and everything that follows from it, or nothing at all.

The case is changed first, guarded by the revision that was read and, for a task, by the task being open and held;
every other part of the statement hangs on that row. Measured: without the guard a second answer to a closed task
advances the case and writes no fact.

A part without work still costs its start, so each shape of a step has a statement of its own.
"""

from collections.abc import Sized
from functools import lru_cache
from typing import NamedTuple

from app.domain.progress import Progress
from app.store import step_parts as parts
from app.store.transaction import GUARDED
from app.store.waits import Waits

#: whether a message is kept that one of the new waiters may want
_MAIL = """exists (
    select from subscribed s join messages m on m.name = s.message and m.state = 'buffered'
    where s.fresh and s.kind = 'message')"""


class Shape(NamedTuple):
    """What a step has to do; a part for each."""

    #: a new case, or one that moves; one that stays moves without change of what lists show of it
    case: str
    #: nothing ends and moves, one held task is finished, or anything
    tasks: str = ""
    #: empty, one or many
    opened: str = ""
    untimed: bool = False
    timed: str = ""
    unsubscribed: bool = False
    subscribed: bool = False
    uncalled: bool = False
    called: bool = False
    effects: bool = False


def shape_of(progress: Progress, case: str, tasks: str, waits: Waits, *, calls: bool) -> Shape:
    """Say what a step has to do.

    Args:
        case: create, move or stay.
        tasks: finished, changed or empty.
        waits: what it changes of the messages that are awaited.
        calls: it may have waited for calls before.
    """
    return Shape(
        case, tasks, opened=_amount(progress.opened), untimed=bool(progress.dropped_timers),
        timed=_amount(progress.set_timers), unsubscribed=waits.gone, subscribed=bool(waits.changed),
        uncalled=calls, called=bool(progress.calls), effects=bool(progress.effects),
    )  # fmt: skip


def _amount(things: Sized) -> str:
    return ("", "one")[len(things)] if len(things) < 2 else "many"


@lru_cache(maxsize=512)
def statement(shape: Shape) -> str:
    """Put the statement of a shape together."""
    names = [shape.case, shape.tasks]
    for name, there in shape._asdict().items():
        if name in ("opened", "timed") and there:
            names.append(f"{name}_{there}")
        elif there is True:
            names.append(name)
    wanted = [getattr(parts, name.upper()) for name in (*names, "recorded") if name]
    mail = _MAIL if shape.subscribed else "false"
    return f"with {','.join(wanted)} select {GUARDED}, {mail}"
