"""Files of a case as lists show them; shared by the verbs that show some."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.records_traffic import AttachmentRow
from app.ports.files import KINDS
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
    #: photo, voice, video, document
    kind: str
    #: hexadecimal
    sha256: str
    lat: float | None
    lon: float | None
    taken_at: datetime | None


def file_lines(uow: UnitOfWork, rows: Sequence[AttachmentRow], locale: str) -> list[FileLine]:
    """Show files with the names of their uploaders."""
    named = uow.people.names(sorted({one for row in rows if (one := _account(row.uploaded_by))}))
    people = {str(one): name for one, name in named.items()}
    return [
        FileLine(row.id, row.name, row.media_type, row.size, row.phase, row.uploaded_at,
                 people.get(row.uploaded_by, ""), KINDS.get(row.media_type, "document"), bytes(row.sha256).hex(),
                 row.lat, row.lon, row.taken_at)
        for row in rows
    ]  # fmt: skip


def _account(signed: str) -> UUID | None:
    """Read the id of an account; citizens without one and programs have none."""
    try:
        return UUID(signed)
    except ValueError:
        return None
