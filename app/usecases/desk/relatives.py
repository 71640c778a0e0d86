"""Cases that belong to a case, as its page names them; shared by the verbs that show one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.store.origins import RelatedCase
from app.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Relative:
    """A case that another one comes from, that came from it, or that is handled with it."""

    case_id: UUID
    event_no: str
    process: str
    title: str
    status: str
    opened_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, row: RelatedCase) -> "Relative":
        """Show a stored row."""
        return cls(row.id, row.event_no or "", row.process, row.summary, row.status, row.opened_at, row.closed_at)


def linked_to(uow: UnitOfWork, actor: Actor, numbers: Any) -> list[Relative]:
    """List the cases that a record names by a number or by several, as far as the actor may see them."""
    given = numbers if isinstance(numbers, list) else [numbers]
    return [Relative.of(row) for row in uow.origins.numbered(actor, [one for one in given if isinstance(one, str)])]
