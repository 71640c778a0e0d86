"""Read one page of an inbox."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.inbox_row import InboxRow, row_for


@dataclass(frozen=True)
class InboxPage:
    """One page of tasks and the counts of all boxes."""

    tasks: tuple[InboxRow, ...]
    next: str | None
    #: tasks in each box; numbers stop at 1000
    counts: Mapping[str, int]


def read_inbox(
    tools: Tools,
    *,
    actor: Actor,
    box: str = "todo",
    role: str | None = None,
    light: str | None = None,
    q: str | None = None,
    sort: str = "due",
    limit: int = 20,
    after: str | None = None,
) -> InboxPage:
    """List the tasks of a box, and count all boxes.

    Args:
        box: todo, done, mine, cc, watched, area or supervise.
        role: only tasks offered to this role.
        light: only red, yellow, green or grey ones.
        q: text in number, summary or name.
        sort: due, -due, created or -created.
        after: the `next` of the page before.

    Raises:
        Invalid: an unknown box, light, sort or cursor.
    """
    now = tools.clock.now()
    wanted = {"due": "due_at", "-due": "-due_at", "created": "created_at", "-created": "-created_at"}
    chosen = "" if sort == "due" else wanted.get(sort, sort)
    with tools.store.unit_of_work() as uow:
        page, counts = uow.tasks.list_and_count(
            actor, now=now, box=box, role=role or "", light=light or "", q=q or "", sort=chosen, limit=limit,
            after=after,
        )
    return InboxPage(tuple(row_for(actor, row, now) for row in page.rows), page.next, counts)
