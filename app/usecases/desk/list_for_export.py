"""List a whole box, to be taken away."""

from collections.abc import Sequence
from typing import Unpack

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.listing import Wanted, as_stored, listed_row

#: most rows of one file
MOST = 5000
_AT_A_TIME = 200


def list_for_export(
    tools: Tools, *, actor: Actor, **wanted: Unpack[Wanted]
) -> tuple[Sequence[InboxRow], bool]:
    """List every task of a box that fits, page by page.

    Args:
        wanted: as `read_inbox` takes it.

    Returns:
        The rows, and whether there are more than a file takes.

    Raises:
        Invalid: an unknown box, light, sort or condition.
    """
    now, asked = tools.clock.now(), as_stored(wanted)
    found: list[InboxRow] = []
    after: str | None = None
    with tools.store.unit_of_work() as uow:
        while len(found) < MOST:
            page = uow.tasks.list(actor, now=now, limit=_AT_A_TIME, after=after, **asked)
            found += [listed_row(tools, actor, row, now) for row in page.rows]
            after = page.next
            if after is None:
                break
    return found[:MOST], after is not None
