"""Files of a case as lists show them; shared by the verbs that show some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.records_traffic import AttachmentRow
from app.ports.files import KINDS


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


def file_lines(rows: Sequence[AttachmentRow], uploaders: Mapping[str, str]) -> list[FileLine]:
    """Show files with the names of their uploaders.

    Args:
        uploaders: {id: name}.
    """
    return [
        FileLine(row.id, row.name, row.media_type, row.size, row.phase, row.uploaded_at,
                 uploaders.get(row.uploaded_by, ""), KINDS.get(row.media_type, "document"), bytes(row.sha256).hex(),
                 row.lat, row.lon, row.taken_at)
        for row in rows
    ]  # fmt: skip
