"""Attach a file."""

import re
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import BinaryIO, NamedTuple
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseClosed, Invalid, TaskAlreadyDone
from app.domain.facts import CaseHead, FactDraft
from app.domain.ids import new_id
from app.domain.records import TaskRow
from app.domain.records_traffic import AttachmentRow
from app.ports.files import KINDS, SavedFile
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.intake.own_report import signer_of
from app.usecases.outsiders import is_outsider
from app.usecases.stepping import add_fact, command_of, seat_for, seat_of

PHASES = ("", "before", "during", "after")
_LONGEST_NAME = 120
#: path separators, control characters and marks that turn the direction of writing
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff<>:\"|?*]")
_OPEN = ("open", "claimed")


@dataclass(frozen=True)
class Attachment:
    """An attached file as people see it."""

    id: UUID
    case_id: UUID | None
    task_id: UUID | None
    name: str
    media_type: str
    #: photo, voice, video, document
    kind: str
    size: int
    #: hexadecimal
    sha256: str
    phase: str
    lat: float | None
    lon: float | None
    taken_at: datetime | None
    uploaded_by: str
    uploaded_at: datetime

    @classmethod
    def of(cls, row: AttachmentRow) -> "Attachment":
        """Show a stored row."""
        return cls(
            id=row.id, case_id=row.case_id, task_id=row.task_id, name=row.name, media_type=row.media_type,
            kind=KINDS.get(row.media_type, "document"), size=row.size, sha256=bytes(row.sha256).hex(),
            phase=row.phase, lat=row.lat, lon=row.lon, taken_at=row.taken_at, uploaded_by=row.uploaded_by,
            uploaded_at=row.uploaded_at,
        )  # fmt: skip


class _Place(NamedTuple):
    """Where a file belongs."""

    head: CaseHead
    process: str
    #: beside which it is added
    task: TaskRow | None = None


def attach_file(
    tools: Tools,
    *,
    actor: Actor | None,
    stream: BinaryIO,
    filename: str,
    phase: str = "",
    lat: float | None = None,
    lon: float | None = None,
    taken_at: datetime | None = None,
    task_id: UUID | None = None,
    case_id: UUID | None = None,
) -> Attachment:
    """Keep a file for a task, for a case, or for a report that is about to be sent.

    Place and time that a photo carries itself count more than what the sender says.

    Args:
        actor: None for a citizen without account, who can only prepare a report.
        stream: read to its end, or to the limit.
        filename: as the sender calls it; shown, never used as a path.
        phase: before, during, after, or empty.
        task_id: an open task that the actor may see.
        case_id: an open case that the actor may see.

    Writes:
        the file; its row; on a case the fact AttachmentAdded.

    Raises:
        TaskNotFound, CaseNotFound: not there, or not for him.
        TaskAlreadyDone, CaseClosed: too late.
        Invalid: phase or position; FileRefused, FileTooLarge: the content.
    """
    if phase not in PHASES:
        raise Invalid(errors={"phase": [f"must be one of {', '.join(PHASES[1:])}"]})
    _check_position(lat, lon)
    now = tools.clock.now()
    saved = tools.files.save(stream)
    with tools.store.unit_of_work() as uow:
        place = _place(uow, actor, task_id, case_id)
        county = place.head.county if place else 0
        signed = _signer(uow, place, actor) if place and actor else actor
        row = AttachmentRow(
            county=county, id=new_id(county, now), case_id=place.head.id if place else None, task_id=task_id,
            name=_clean(filename, saved), media_type=saved.media_type, size=saved.size,
            sha256=bytes.fromhex(saved.sha256), path=saved.path, phase=phase,
            lat=lat if saved.lat is None else saved.lat, lon=lon if saved.lon is None else saved.lon,
            taken_at=saved.taken_at or taken_at, uploaded_by=signed.id if signed else "", uploaded_at=now,
        )  # fmt: skip
        uow.attachments.add(row)
        if place and signed:
            _record(uow, place, row, signed)
        uow.commit()
    return Attachment.of(row)


def _check_position(lat: float | None, lon: float | None) -> None:
    if (lat is None) != (lon is None):
        raise Invalid(errors={"lat": ["give latitude and longitude, or neither"]})
    if lat is not None and lon is not None:
        if not (isfinite(lat) and isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
            raise Invalid(errors={"lat": ["is not a place on earth"]})


def _place(uow: UnitOfWork, actor: Actor | None, task_id: UUID | None, case_id: UUID | None) -> _Place | None:
    """Find and lock the case that the file belongs to."""
    if task_id is None and case_id is None:
        return None
    if actor is None:
        raise Invalid("Sign in to add a file to a case.")
    if task_id is not None:
        head, task = uow.tasks.lock(task_id, actor)
        if task.state not in _OPEN:
            raise TaskAlreadyDone
        if case_id not in (None, head.id):
            raise Invalid(errors={"case_id": ["is not the case of the task"]})
        return _Place(head, task.process, task)
    assert case_id is not None
    uow.cases.visible_to(actor, case_id)
    case = uow.cases.lock(case_id)
    if case.closed_at is not None:
        raise CaseClosed
    head = CaseHead(case.county, case.id, case.revision, case.seq, case.head)
    return _Place(head, case.process)


def _signer(uow: UnitOfWork, place: _Place, actor: Actor) -> Actor:
    """Choose who signs; of a case nothing but its history was read, and only a citizen may have to be hidden."""
    return signer_of(uow, uow.cases.get(place.head.id), actor) if is_outsider(actor) else actor


def _record(uow: UnitOfWork, place: _Place, row: AttachmentRow, actor: Actor) -> None:
    """Let the history say what was attached, by its hash."""
    body = {
        "id": str(row.id), "name": row.name, "media_type": row.media_type, "size": row.size,
        "sha256": row.sha256.hex(), "phase": row.phase, "lat": row.lat, "lon": row.lon,
        "taken_at": row.taken_at.isoformat() if row.taken_at else None,
    }  # fmt: skip
    task = place.task
    draft = FactDraft("AttachmentAdded", place.process, task.node if task else "", task.nth if task else 0, body)
    seat = seat_for(actor, task) if task else seat_of(actor)
    add_fact(uow, place.head, draft, command_of(actor, row.uploaded_at, seat))


def _clean(filename: str, saved: SavedFile) -> str:
    """Make a name that can be shown and offered for download."""
    last = _UNWANTED.sub("", filename.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, ending = last.rpartition(".")
    if len(last) > _LONGEST_NAME:
        last = f"{(stem or ending)[: _LONGEST_NAME - 12]}{dot}{ending[:11]}" if dot else last[:_LONGEST_NAME]
    return last or f"{saved.kind}-{saved.sha256[:8]}"
