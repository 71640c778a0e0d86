"""Read one page of an inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

from app.domain.actor import Actor
from app.domain.filters import Condition
from app.usecases import Tools
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.listing import Wanted, as_stored, listed_row

#: from here on a count only says that there are more
MOST = 1000


@dataclass(frozen=True)
class InboxPage:
    """One page of tasks and, where they were asked for, the counts of all boxes."""

    tasks: tuple[InboxRow, ...]
    next: str | None
    #: tasks in each box; numbers stop at 1000; empty where nobody asked
    counts: Mapping[str, int]
    #: boxes that hold more than their number says
    more: Sequence[str] = ()
    conditions: Sequence[Condition] = ()


def read_inbox(
    tools: Tools, *, actor: Actor, limit: int = 20, after: str | None = None, counts: bool = True,
    **wanted: Unpack[Wanted],
) -> InboxPage:  # fmt: skip
    """List the tasks of a box, and count all boxes.

    Args:
        counts: also count; whoever does not show them saves most of the work.
        wanted: which box, what it is narrowed to, and its order.
        after: the `next` of the page before.

    Raises:
        Invalid: an unknown box, light, sort, condition or cursor.
    """
    now = tools.clock.now()
    asked = as_stored(wanted)
    found: Mapping[str, int] = {}
    with tools.store.unit_of_work() as uow:
        if counts:
            page, found = uow.tasks.list_and_count(actor, now=now, limit=limit, after=after, **asked)
        else:
            page = uow.tasks.list(actor, now=now, limit=limit, after=after, **asked)
    return InboxPage(
        tuple(listed_row(tools, actor, row, now) for row in page.rows), page.next,
        {name: min(number, MOST) for name, number in found.items()},
        tuple(name for name, number in found.items() if number > MOST), asked["where"],
    )  # fmt: skip
