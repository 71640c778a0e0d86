"""Where people may begin a case by hand: at which start event, in which seat, and what its form can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import NotStartable
from app.domain.org import anchors, is_within
from app.engine.flow import empty_record
from app.engine.scope import build_scope, property_value
from app.engine.versions import ProcessVersion, StartPoint
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: ids that one form may name
_MOST_FILES = 50


@dataclass(frozen=True)
class Seat:
    """A role at a unit in which somebody may begin a process."""

    role: str
    unit: str


@dataclass(frozen=True)
class HandStart:
    """A start event of a process, and the seats in which an actor may begin there."""

    version: ProcessVersion
    point: StartPoint
    seats: tuple[Seat, ...]

    def seat(self, unit: str | None) -> Seat:
        """Return the seat at a unit; the first one where none is named.

        Raises:
            NotStartable: he has no such seat.
        """
        found = next((one for one in self.seats if unit in (None, "", one.unit)), None)
        if found is None:
            raise NotStartable(process=self.version.key)
        return found


def find_start(tools: Tools, actor: Actor, process: str, now: datetime) -> HandStart:
    """Find where an actor may begin a process by hand.

    Raises:
        ProcessNotFound: nothing is published under this key.
        NotStartable: it is not begun by hand, or not by him.
    """
    version = tools.library.process(process)
    point = version.start_by_hand()
    seats = seats_for(actor, point, now) if point else ()
    if point is None or not seats:
        raise NotStartable(process=process)
    return HandStart(version, point, seats)


def seats_for(actor: Actor, point: StartPoint, now: datetime) -> tuple[Seat, ...]:
    """List the seats of an actor that a start event accepts, by role and unit."""
    wanted = property_value(point.org_scope, {}, now) if point.org_scope.startswith("=") else None
    if point.org_scope.startswith("=") and not wanted:
        return ()
    held = sorted({(one.role, one.unit) for one in actor.assignments if one.role in point.roles and one.unit})
    return tuple(Seat(role, unit) for role, unit in held if _lies_in(unit, point.org_scope, wanted))


def _lies_in(unit: str, anchor: str, wanted: Any) -> bool:
    if wanted is not None:
        return is_within(unit, str(wanted))
    return not anchor or anchor in anchors(unit).as_dict()


def first_record(actor: Actor, seat: Seat, title: str = "") -> dict[str, Any]:
    """Write the first content of the record of a case that somebody begins in a seat."""
    return {**anchors(seat.unit).as_dict(), "title": title, "reported_by": actor.id, "status": "accepted",
            "started_role": seat.role, "started_unit": seat.unit}  # fmt: skip


def start_scope(actor: Actor, seat: Seat, now: datetime) -> dict[str, Any]:
    """Give what the expressions of a start form read: the record that the case would begin with."""
    return build_scope({}, empty_record(first_record(actor, seat)), actor, seat.role, seat.unit, now)


def unsigned(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out who acts: a form's conditions read the same for everybody, here and in the browser."""
    return {**scope, "actor": {"id": SYSTEM.id, "username": SYSTEM.username, "role": "", "unit": ""}}


def files_named(value: Any) -> list[UUID]:
    """Find everything in answers that may be the id of a file."""
    found: list[UUID] = []
    pending = [value]
    while pending and len(found) < _MOST_FILES:
        one = pending.pop()
        if isinstance(one, Mapping):
            pending.extend(one.values())
        elif isinstance(one, (list, tuple)):
            pending.extend(one)
        elif isinstance(one, str) and len(one) == 36:
            try:
                found.append(UUID(one))
            except ValueError:
                continue
    return found


def loose_files(uow: UnitOfWork, actor: Actor, answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """List the files of answers that the actor has uploaded and that belong to no case yet."""
    named = files_named(answers)
    return {str(row.id): {"size": row.size, "media_type": row.media_type, "name": row.name}
            for row in (uow.attachments.many(named) if named else ())
            if row.case_id is None and row.uploaded_by == actor.id}  # fmt: skip


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Write answers with the ids that their files get in the case."""
    if isinstance(value, Mapping):
        return {key: renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [renamed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value
