"""List a whole box, to be taken away."""

from collections.abc import Sequence

from app.domain.actor import Actor
from app.domain.filters import read_conditions
from app.usecases import Tools
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.listing import listed_row, sorted_by

#: most rows of one file
MOST = 5000
_AT_A_TIME = 200


def list_for_export(
    tools: Tools,
    *,
    actor: Actor,
    box: str = "todo",
    role: str | None = None,
    light: str | None = None,
    q: str | None = None,
    where: str | None = None,
    sort: str | None = None,
) -> tuple[Sequence[InboxRow], bool]:
    """List every task of a box that fits, page by page.

    Args:
        box: as `read_inbox` takes them, the others too.

    Returns:
        The rows, and whether there are more than a file takes.

    Raises:
        Invalid: an unknown box, light, sort or condition.
    """
    now = tools.clock.now()
    found: list[InboxRow] = []
    after: str | None = None
    with tools.store.unit_of_work() as uow:
        while len(found) < MOST:
            page = uow.tasks.list(
                actor, now=now, box=box, role=role or "", light=light or "", q=q or "", sort=sorted_by(sort),
                limit=_AT_A_TIME, after=after, where=read_conditions(where or ""),
            )
            found += [listed_row(tools, actor, row, now) for row in page.rows]
            after = page.next
            if after is None:
                break
    return found[:MOST], after is not None
