"""Messages and signals between cases: what a step throws reaches its waiters in the step's own transaction.

A command has locked its case before it is known whom its messages reach, so no order of locks could be kept. Instead
nothing here waits for a case that is in other hands: the message is kept, and delivered as soon as the case is free.
A waiter that fails is taken back alone and becomes an incident; who sent the message goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.correlation import ADDRESS, fits
from app.domain.errors import CaseNotFound, Invalid, NotStartable
from app.domain.ids import county_of, new_id
from app.domain.progress import Progress
from app.domain.records import StoredCase, SubscriptionRow
from app.domain.records_waiting import MessageRow
from app.engine.world import Command
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.beginnings import Beginning, beginnings
from app.usecases.late_messages import note_late
from app.usecases.looking import look
from app.usecases.offering import BUSY, CLOSED, Travel, begin, key_of, offer
from app.usecases.senders import may_take, reaches, seat_to_begin, sender_of, sending_case
from app.usecases.thrown import messages_of

#: cases that a signal reaches at once; more are reached one by one after commit
MOST_AT_ONCE = 50
#: messages that led to one another; more is a circle that somebody must look at
LONGEST_CHAIN = 200
#: signals that led to one another; fewer, because each may reach several that throw again
LONGEST_ECHO = 8


@dataclass(frozen=True)
class Reached:
    """What became of a message or signal."""

    #: delivered, started, buffered, unmatched or failed; sent for a signal
    state: str
    case_id: UUID | None = None
    #: how many cases a signal moved, began, and will reach later
    moved: int = 0
    started: int = 0
    later: int = 0
    #: seconds after which a kept message should be tried again; None where nobody waits
    again: float | None = None


def travel_in(tools: Tools, uow: UnitOfWork, at: datetime, *, patient: bool = False) -> Travel:
    """Prepare what travels in one transaction."""
    travel = Travel(tools, uow, at, patient)
    travel.written = partial(messages_of, tools, at)
    return travel


def route(tools: Tools, uow: UnitOfWork, case: StoredCase, progress: Progress, command: Command) -> StoredCase:
    """Carry what a written step threw to its waiters, and what it waits for to it; the caller commits.

    Returns:
        The case as it stands then; messages may have come back to it.
    """
    travel = travel_in(tools, uow, command.now)
    travel.after(case, progress)
    carry(travel)
    return travel.cases[case.id]


def carry(travel: Travel) -> None:
    """Carry everything on its way to its end, or keep it where that would make the transaction large."""
    while travel.queue:
        one = travel.queue.popleft()
        if isinstance(one, UUID):
            look(travel, one)
        elif travel.uow.messages.receive(one):
            send = spread if one.kind == "signal" else give
            send(travel, one)


def give(travel: Travel, message: MessageRow, asker: Actor | None = None, retry: str = "") -> Reached:
    """Give a message to the one waiter that it fits, or to a process that begins with it, or keep it.

    Args:
        message: received already.
        asker: who sends it now and waits for the answer; otherwise it is the sender of a kept message.
        retry: key of the incident of an earlier failure.

    Raises:
        Forbidden, NotStartable, Invalid: to the asker; nothing was given to anybody.
    """
    actor = asker or sender_of(travel.uow, message, travel.at)
    done = None if asker else _lost(travel, message)
    if done is None:
        given = partial(_given, travel, message, asks=asker is not None, retry=retry)
        done = given(actor) if actor else Reached("unmatched")
    travel.uow.messages.settle(message.sender, message.id, done.state, case_id=done.case_id)
    if done.state == "buffered" and done.again is not None:
        travel.uow.messages.rest(message.sender, message.id, done.again)
    return done


def _given(travel: Travel, message: MessageRow, actor: Actor, *, asks: bool, retry: str = "") -> Reached:
    addressed = any(message.correlation.get(name) for name in ADDRESS)
    target = addressed_case(travel.uow, message.correlation)
    rows = _waiters(travel.uow, message, target) if travel.left > 0 and (target or not addressed) else []
    again = 0.0 if travel.left <= 0 else None
    for row in may_take(travel.tools, travel.uow, actor, rows, asks=asks):
        state = offer(travel, row.case_id, row.key, message, actor, asks=asks, retry=retry)
        if state in ("delivered", "failed"):
            return Reached(state, row.case_id)
        again = min(again or CLOSED, BUSY if state == "busy" else CLOSED)
    for beginning in beginnings(travel.tools, "message", message.name)[:1]:
        if travel.left > 0 and not addressed and (seat := _seat(travel, beginning, message, actor, asks=asks)):
            message = replace(message, role=seat[0], unit=seat[1])
            case_id = begin(travel, beginning, message, actor, asks=asks)
            return Reached("started" if case_id else "failed", case_id)
    lasts = message.expires_at is None or message.expires_at > travel.at
    ended = target is not None and _is_over(travel.uow, target)
    # what somebody may not see he does not remark upon either
    heard = ended and target and reaches(travel.uow, actor, target)
    if heard and target and not note_late(travel, message, target, actor) and lasts:
        return Reached("buffered", target, again=BUSY)
    return Reached("buffered" if lasts and not ended else "unmatched", target, again=again)


def _seat(
    travel: Travel, beginning: Beginning, message: MessageRow, actor: Actor, *, asks: bool
) -> tuple[str, str] | None:
    """Choose the seat in which a message begins a case; who asks hears why he may not."""
    try:
        seat = seat_to_begin(actor, beginning, message, travel.at)
    except Invalid:
        if asks:
            raise
        return None
    if seat is None and asks:
        raise NotStartable("None of your posts may begin this process with a message.", process=beginning.process)
    return seat


def _is_over(uow: UnitOfWork, case_id: UUID) -> bool:
    try:
        return uow.cases.get(case_id).closed_at is not None
    except CaseNotFound:
        return True


def _lost(travel: Travel, message: MessageRow) -> Reached | None:
    """Open an incident for what a diagram sends to nowhere or in circles."""
    if message.hops > LONGEST_CHAIN:
        return _circling(travel, message, LONGEST_CHAIN)
    try:
        addressed_case(travel.uow, message.correlation)
    except Invalid:
        return _failed(travel, message, f"The message {message.name} names a case_id that is none.")
    return None


def _circling(travel: Travel, message: MessageRow, most: int) -> Reached:
    cause = f"More than {most} messages led to one another; the processes turn in circles."
    return _failed(travel, message, cause)


def _failed(travel: Travel, message: MessageRow, cause: str) -> Reached:
    case_id = sending_case(message)
    travel.uow.incidents.open(case_id, "message", key_of(message), "", cause, travel.at)
    return Reached("failed", case_id)


def _waiters(uow: UnitOfWork, message: MessageRow, target: UUID | None) -> list[SubscriptionRow]:
    given: Sequence[SubscriptionRow]
    if target is None:
        given = uow.subscriptions.that_fit(message.name, message.correlation)
    else:
        given = uow.subscriptions.for_message(target, message.name)
    return [row for row in given if row.kind == "message" and fits(row.correlation, message.correlation)]


def addressed_case(uow: UnitOfWork, correlation: Mapping[str, Any]) -> UUID | None:
    """Find the case that a message names by its number or id; None for none.

    Raises:
        Invalid: that is no id.
    """
    if correlation.get("event_no"):
        found = uow.cases.find_by_event_no(str(correlation["event_no"]))
        return found.id if found else None
    if not correlation.get("case_id"):
        return None
    try:
        return UUID(str(correlation["case_id"]))
    except ValueError as cause:
        raise Invalid(errors={"correlation": ["case_id 不是有效的编号。"]}) from cause


def spread(travel: Travel, message: MessageRow, asker: Actor | None = None) -> Reached:
    """Give a received signal to every case that waits for it, and begin every process that starts with it.

    It is never kept for later waiters. Of many cases each is reached in a transaction of its own, after commit; and so
    begins what would make this transaction large.
    """
    if message.hops > LONGEST_ECHO:
        # it has come to its end: an operator mends the diagram, there is nothing to be tried again
        travel.uow.messages.settle(message.sender, message.id, "unmatched")
        return _circling(travel, message, LONGEST_ECHO)
    actor = asker or sender_of(travel.uow, message, travel.at)
    if actor is None:
        return Reached("unmatched")
    waiting = travel.uow.subscriptions.cases_for_signal(message.name, but=sending_case(message))
    later = list(waiting) if len(waiting) > min(MOST_AT_ONCE, travel.left) else []
    moved = 0
    for case_id in () if later else waiting:
        state = offer_signal(travel, case_id, message, actor)
        moved += state == "delivered"
        if state == "busy":
            later.append(case_id)
    started = put_off = 0
    for beginning in beginnings(travel.tools, "signal", message.name):
        if travel.left > 0:
            started += begin(travel, beginning, message, actor, asks=False) is not None
        else:
            travel.uow.outbox.add_beginning(message, beginning.process, beginning.node, travel.at, parked=False)
            put_off += 1
    travel.uow.outbox.add_signals(message, later, travel.at)
    travel.uow.messages.settle(message.sender, message.id, "sent")
    return Reached("sent", None, moved, started, len(later) + put_off)


def offer_signal(travel: Travel, case_id: UUID, message: MessageRow, actor: Actor) -> str:
    """Give a signal to everything in a case that waits for it; after a failure it is kept for another try."""
    entry = new_id(county_of(case_id), travel.at)
    state = offer(travel, case_id, None, message, actor, asks=False, retry=f"signal|{entry}")
    if state == "failed":
        travel.uow.outbox.add_signals(message, [case_id], travel.at, entry=entry)
    return state
