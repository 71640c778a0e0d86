"""Read one page of an inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.filters import Condition, read_conditions
from app.usecases import Tools
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.listing import listed_row, sorted_by

#: from here on a count only says that there are more
MOST = 1000


@dataclass(frozen=True)
class InboxPage:
    """One page of tasks and the counts of all boxes."""

    tasks: tuple[InboxRow, ...]
    next: str | None
    #: tasks in each box; numbers stop at 1000
    counts: Mapping[str, int]
    #: boxes that hold more than their number says
    more: Sequence[str] = ()
    conditions: Sequence[Condition] = ()


def read_inbox(
    tools: Tools,
    *,
    actor: Actor,
    box: str = "todo",
    role: str | None = None,
    light: str | None = None,
    q: str | None = None,
    where: str | None = None,
    sort: str | None = None,
    limit: int = 20,
    after: str | None = None,
) -> InboxPage:
    """List the tasks of a box, and count all boxes.

    Args:
        box: todo, done, mine, cc, watched, area or supervise.
        role: only tasks offered to this role.
        light: only red, yellow, green or grey ones.
        q: text in number, text or address of the event, or in the task's name.
        where: conditions on fields of the event, as `filters.read_conditions` reads them.
        sort: up to three keys with commas between them, with - before one that goes down: due, created, finished,
            urgency, number, name, summary, process, item, unit.
        after: the `next` of the page before.

    Raises:
        Invalid: an unknown box, light, sort, condition or cursor.
    """
    now = tools.clock.now()
    conditions = read_conditions(where or "")
    with tools.store.unit_of_work() as uow:
        page, counts = uow.tasks.list_and_count(
            actor, now=now, box=box, role=role or "", light=light or "", q=q or "", sort=sorted_by(sort), limit=limit,
            after=after, where=conditions,
        )
    return InboxPage(
        tuple(listed_row(tools, actor, row, now) for row in page.rows), page.next,
        {name: min(number, MOST) for name, number in counts.items()},
        tuple(name for name, number in counts.items() if number > MOST), conditions,
    )  # fmt: skip
