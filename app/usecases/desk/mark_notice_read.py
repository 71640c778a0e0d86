"""Mark notices as read."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.usecases import Tools

#: as far back as unread ones are counted
_NEWEST = 200


class NoticeNotFound(NotFound):
    """There is no such notice, or it is not for you."""

    slug = "notice-not-found"


def mark_notice_read(tools: Tools, *, actor: Actor, notice_id: UUID | None = None) -> int:
    """Note that somebody has read a notice to him or to one of his seats; for everybody else it stays unread.

    Args:
        notice_id: None for all of his newest 200.

    Returns:
        How many he had not read before.

    Writes:
        who read it, and when; the first time only.

    Raises:
        NoticeNotFound: it is not for him.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        rows = [row for row in uow.notices.of_actor(actor, _NEWEST) if notice_id in (None, row.id)]
        if notice_id is not None and not rows:
            raise NoticeNotFound
        fresh = [row.id for row in rows if row.read_at is None]
        for one in fresh:
            uow.notices.read(actor, one, at)
        uow.commit()
    return len(fresh)
