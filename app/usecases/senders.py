"""Who sends a message: a case, a program or an officer; what he reaches, and how what follows is signed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM, Actor, Assignment
from app.domain.errors import CaseNotFound, Forbidden, Invalid, NotFound
from app.domain.org import anchors, is_within
from app.domain.records import SubscriptionRow
from app.domain.records_waiting import MessageRow
from app.domain.rights import is_allowed
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.beginnings import Beginning, places_of
from app.usecases.desk.acts import is_in_hand, may_perform
from app.usecases.desk.hand_starts import seats_for
from app.usecases.stepping import seat_of

#: sender of everything that cases throw; the message's number begins with the case
CASES = "CASE"
#: sender of what begins by the clock
CLOCK = "CLOCK"
#: parts of a case's record that a case which it begins takes over
_PLACES = ("city", "county", "street", "village", "grid", "micro_grid", "command_room")
#: places, the narrowest first
_NARROWEST = ("micro_grid", "grid", "village", "street", "county", "city")
#: said of a unit where somebody does not sit
ELSEWHERE = "只能在自己任职的地方发起。"
#: parts that keep a case from others' eyes
_GUARDED = ("confidential", "accused_unit")


class SeatNotHeld(Forbidden):
    """You do not hold this role in this unit."""

    slug = "seat-not-held"


def sending_case(message: MessageRow) -> UUID | None:
    """Say which case threw a message, None for one from outside."""
    return UUID(message.id.partition("/")[0]) if message.sender == CASES else None


def account_of(message: MessageRow) -> UUID | None:
    """Say whose account sent a message, None for a case or the clock."""
    try:
        return UUID(message.sender)
    except ValueError:
        return None


def sender_of(uow: UnitOfWork, message: MessageRow, at: datetime) -> Actor | None:
    """Find who sent a message that was kept; None for somebody who has left."""
    if message.sender in (CASES, CLOCK, SYSTEM.id):
        return SYSTEM
    account = account_of(message)
    try:
        return uow.people.actor(account, at) if account else None
    except NotFound:
        return None


def speaks_for_programs(actor: Actor) -> bool:
    """Say whether somebody reaches every case: machines, and the administrator who speaks for programs outside."""
    return actor.machine or actor.has("sys_admin")


def reaches(uow: UnitOfWork, actor: Actor, case_id: UUID) -> bool:
    """Say whether a sender reaches a case; an officer reaches those that he sees."""
    if speaks_for_programs(actor):
        return True
    try:
        uow.cases.visible_to(actor, case_id)
    except CaseNotFound:
        return False
    return True


def may_take(
    tools: Tools, uow: UnitOfWork, actor: Actor, rows: Iterable[SubscriptionRow], *, asks: bool
) -> list[SubscriptionRow]:
    """Choose the waiters that a sender may give his message to.

    Officers may not do over this door what the case does not offer them as an act.

    Args:
        asks: he waits for the answer.

    Raises:
        Forbidden: he asks, he sees the case, and all that waits there is an act that is not offered to him.
    """
    if speaks_for_programs(actor):
        return list(rows)
    seen = [row for row in rows if reaches(uow, actor, row.case_id)]
    free = [row for row in seen if not (row.form or row.offered_to) or _offered(tools, uow, actor, row)]
    if asks and seen and not free:
        raise Forbidden()
    return free


def _offered(tools: Tools, uow: UnitOfWork, actor: Actor, row: SubscriptionRow) -> bool:
    held = {task.key for task in uow.tasks.of_case(row.case_id) if is_in_hand(task, actor)}
    return may_perform(tools, actor, row, held)


def seat_to_begin(actor: Actor, beginning: Beginning, message: MessageRow, at: datetime) -> tuple[str, str] | None:
    """Choose the seat in which a sender's message begins a case; None where he may not begin it.

    Programs and cases begin everything. An officer does not pretend that something happened elsewhere: he begins what
    its start event offers to one of his seats, at that seat's place or below it.

    Raises:
        Invalid: he names a unit that none of those seats covers.
    """
    if speaks_for_programs(actor):
        return message.role, message.unit
    point = beginning.point
    if point is None or not is_allowed(actor, "case.start"):
        return None
    seats = [(seat.role, seat.unit) for seat in seats_for(actor, point, at)]
    seats.sort(key=lambda seat: seat != (message.role, message.unit))
    named = str(message.payload.get("unit") or "")
    fitting = [seat for seat in seats if not named or covers(seat[1], named)]
    if seats and not fitting:
        raise Invalid(errors={"unit": [ELSEWHERE]})
    return fitting[0] if fitting else None


def seat_named(actor: Actor, role: str, unit: str) -> tuple[str, str]:
    """Choose the seat in which somebody acts: the one that he names, or his first one.

    Raises:
        SeatNotHeld: he does not hold it.
    """
    if not role and not unit:
        return seat_of(actor)
    if Assignment(role, unit) not in actor.assignments:
        raise SeatNotHeld(role=role, unit=unit)
    return role, unit


def first_record(tools: Tools, uow: UnitOfWork, message: MessageRow, actor: Actor) -> dict[str, Any]:
    """Write the record of a case that a message begins: where it belongs, and what the message was about.

    It belongs to the unit that the message names, or to the place of the case or the officer that sent it. What nobody
    else may see stays so: a case that begins because of a confidential one is confidential too.

    Raises:
        Invalid: an officer names a unit that the seat in which he acts does not cover.
    """
    given: Mapping[str, Any] = message.payload
    named = given.get("unit")
    if named and not speaks_for_programs(actor) and not covers(message.unit, str(named)):
        raise Invalid(errors={"unit": [ELSEWHERE]})
    case_id = sending_case(message)
    record = uow.cases.get(case_id).record if case_id is not None else {}
    places = {} if named else {name: str(record[name]) for name in _PLACES if record.get(name)}
    guarded = {name: record[name] for name in _GUARDED if record.get(name)}
    if not places:
        places = places_of(tools, uow, named if isinstance(named, str) and named else message.unit)
    title = given.get("title")
    return {
        **places, **guarded, "title": title if isinstance(title, str) else "", "correlation": dict(message.correlation),
        "reported_by": "" if case_id else actor.id, "status": "accepted",
    }  # fmt: skip


def covers(seat: str, unit: str) -> bool:
    """Say whether a unit lies in the place of a seat: that of a street's office is the street."""
    if not seat:
        return False
    places = anchors(seat).as_dict()
    place = next(places[name] for name in _NARROWEST if places.get(name))
    return is_within(unit, place)
