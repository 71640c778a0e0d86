"""Let a report bring the voices that were sent ahead of it, unless one lasts longer than a page would record."""

from collections.abc import Iterable
from uuid import UUID

from app.domain.city_files import longest_voice
from app.domain.errors import InvalidReport
from app.ports.voice_lengths import voice_seconds
from app.schemas.texts import say
from app.usecases import Tools

#: a recorder looks at its clock a few times a second, and hands over what it has
_LATE = 5.0
_SOUNDS = ("audio/", "video/")


def admit_voices(tools: Tools, *, voices: Iterable[object]) -> None:
    """Look at the length of the voices of a report, before anything else is done with them.

    Args:
        voices: ids of files that were sent ahead; one that is not there is refused with the report itself.

    Raises:
        InvalidReport: one lasts longer than `longest_seconds` of the city's `attachments.yaml`.
        FileMissing, FolderUnavailable: it cannot be read.
    """
    wanted = [UUID(str(one)) for one in voices]
    if not wanted:
        return
    longest = longest_voice(tools.city.folder)
    with tools.store.unit_of_work() as uow:
        rows = [row for row in uow.attachments.many(wanted) if row.media_type.startswith(_SOUNDS)]
    for row in rows:
        if voice_seconds(tools.files.locate(row.path), row.media_type) > longest + _LATE:
            raise InvalidReport(errors={"voices": [say("voice_length", n=longest)]})
