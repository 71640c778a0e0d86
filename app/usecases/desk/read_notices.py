"""Read the notices for one's seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.message_texts import message_texts

SHOWN = 20


@dataclass(frozen=True)
class NoticeLine:
    """A notice in the product."""

    id: UUID
    at: datetime
    text: str
    text_en: str
    case_id: UUID | None
    role: str
    unread: bool


@dataclass(frozen=True)
class Notices:
    """The newest notices."""

    lines: Sequence[NoticeLine]
    #: how many of the newest 200 are unread
    unread: int


def read_notices(tools: Tools, *, actor: Actor) -> Notices:
    """List the newest notices to a person and his seats, written out, and count those he has not read."""
    with tools.store.unit_of_work() as uow:
        rows = uow.notices.of_actor(actor, SHOWN)
        unread = uow.notices.unread(actor)
    lines = [
        NoticeLine(row.id, row.at, *message_texts(tools, row.text, row.params), row.case_id, row.role,
                   row.read_at is None)
        for row in rows
    ]  # fmt: skip
    return Notices(lines, unread)
