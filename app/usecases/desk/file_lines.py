"""Files of a case as lists show them; shared by the verbs that show some."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.errors import YongzhiError
from app.domain.records_traffic import AttachmentRow
from app.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class FileLine:
    """A file in a list."""

    id: UUID
    name: str
    media_type: str
    size: int
    phase: str
    uploaded_at: datetime
    uploaded_by: str


def file_lines(uow: UnitOfWork, rows: Sequence[AttachmentRow], locale: str) -> list[FileLine]:
    """Show files with the names of their uploaders."""
    people: dict[str, str] = {}
    for row in rows:
        if row.uploaded_by and row.uploaded_by not in people:
            try:
                people[row.uploaded_by] = uow.people.get(UUID(row.uploaded_by)).name
            except (YongzhiError, ValueError):
                people[row.uploaded_by] = ""
    return [FileLine(row.id, row.name, row.media_type, row.size, row.phase, row.uploaded_at,
                     people.get(row.uploaded_by, "")) for row in rows]
