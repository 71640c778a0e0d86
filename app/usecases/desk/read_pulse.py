"""Read what an open page shows of its own accord: counts, the newest tasks, the newest notices."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.records import TaskRow
from app.domain.records_live import NewLine
from app.domain.records_traffic import NoticeRow
from app.domain.rights import is_allowed
from app.store.sight import Sight
from app.usecases import Tools
from app.usecases.message_texts import message_texts

#: of the newest tasks and notices
SHOWN = 5
#: urgency of a task that must be heard
URGENT = "U1"


@dataclass(frozen=True)
class Pulse:
    """What an actor's pages show now."""

    actor: Actor
    #: places that he answers for
    areas: tuple[str, ...]
    #: tasks in each box, as the inbox counts them
    counts: Mapping[str, int]
    unread: int
    tasks: tuple[NewLine, ...]
    notices: tuple[NewLine, ...]


def read_pulse(tools: Tools, *, session: bytes) -> Pulse | None:
    """Read the pulse of the person behind a session, with the rights that he has now.

    Args:
        session: the hash that a ticket bears.

    Returns:
        None where the session has ended, or he may not read an inbox any more.
    """
    wall, now = tools.clock.wall(), tools.clock.now()
    with tools.store.unit_of_work() as uow:
        found = uow.sessions.signed_in(session, wall, now)
        if found is None or not is_allowed(found[0], "inbox.read"):
            return None
        actor = found[0]
        page, counts = uow.tasks.list_and_count(actor, now=now, box="todo", sort="-created_at", limit=SHOWN)
        notices = [row for row in uow.notices.of_actor(actor, 200) if row.read_at is None]
    lines = tuple(_told(tools, row) for row in notices[:SHOWN])
    return Pulse(actor, Sight.of(actor).areas, counts, len(notices), tuple(_task(row) for row in page.rows), lines)


def _task(row: TaskRow) -> NewLine:
    return NewLine(row.id, row.created_at, row.name, row.name_en, row.event_no or "", row.urgency == URGENT)


def _told(tools: Tools, row: NoticeRow) -> NewLine:
    zh, en = message_texts(tools, row.text, row.params)
    return NewLine(row.id, row.at, zh, en, str(row.params.get("event_no") or ""), False)
