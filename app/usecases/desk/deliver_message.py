"""Deliver a message from outside to whom it is meant for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.correlation import ADDRESS
from app.domain.errors import Invalid
from app.domain.records_waiting import MessageRow
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.routing import Reached, addressed_case, carry, give, travel_in
from app.usecases.senders import reaches, seat_named, speaks_for_programs
from app.usecases.thrown import expiry


@dataclass(frozen=True)
class Delivered:
    """What became of a message."""

    #: delivered, started, buffered, duplicate or unmatched
    outcome: str
    case_id: UUID | None


def deliver_message(
    tools: Tools,
    *,
    actor: Actor,
    name: str,
    correlation: Mapping[str, Any],
    payload: Mapping[str, Any],
    id: str,
    ttl: str | None = None,
    role: str = "",
    unit: str = "",
) -> Delivered:
    """Deliver a message once: to the case that it names, or to one that waits for what it carries.

    If no case waits, a process that starts with it begins; otherwise it is kept until somebody waits for it or its
    time is over. A waiter that fails leaves it kept too, with an incident.

    Machines and the system's administrator speak for programs outside and reach every case. An officer reaches the
    cases that he sees, and what is offered there as an act only where he could perform the act himself; he begins what
    a start event offers to one of his seats, at its place or below it.

    Args:
        name: the message's name as diagrams use it.
        correlation: `event_no` or `case_id` of the case, or values that a waiter asks for.
        payload: becomes variables of the branch that waits, or of the case that begins.
        id: the sender's own id; a second message with it has no effect.
        ttl: how long it is kept, as limits are written; `PT0S` not at all, None for the installation's own.
        role, unit: the seat in which the sender acts; his first one if he names none.

    Writes:
        the message; MessageReceived or CaseStarted, and what follows there and in other cases.

    Raises:
        Invalid: an amount or address that is none; what the message carries does not fit.
        SeatNotHeld: the sender does not hold the seat that he names.
        NotStartable: nobody waits for it, and it begins a process that is not offered to an officer's seats.
        Forbidden: the case waits for this message as an act that is not offered to the actor.
    """
    at = tools.clock.now()
    seat = seat_named(actor, role, unit)
    try:
        until = expiry(tools, at, ttl)
    except Invalid as wrong:
        raise Invalid(errors={"ttl": [wrong.message]}) from wrong
    message = MessageRow(actor.id, id, "message", name, correlation, payload, *seat, 0, at, until)
    with tools.store.unit_of_work() as uow:
        if not uow.messages.receive(message):
            known = uow.messages.outcome(actor.id, id)
            uow.rollback()
            return Delivered("duplicate", _shown(uow, actor, known[0] if known else None))
        done = Reached("unmatched")
        if _hidden(uow, actor, correlation):
            # a case that the actor may not see looks as if it were not there
            uow.messages.settle(actor.id, id, done.state)
        else:
            travel = travel_in(tools, uow, at, patient=True)
            done = give(travel, message, actor)
            carry(travel)
        shown = _shown(uow, actor, done.case_id)
        uow.commit()
    # what failed is kept like everything that nobody has taken yet; its incident tells why
    return Delivered("buffered" if done.state == "failed" else done.state, shown)


def _hidden(uow: UnitOfWork, actor: Actor, correlation: Mapping[str, Any]) -> bool:
    if not any(correlation.get(name) for name in ADDRESS):
        return False
    case_id = addressed_case(uow, correlation)
    if case_id is None:
        return not speaks_for_programs(actor)
    return not reaches(uow, actor, case_id)


def _shown(uow: UnitOfWork, actor: Actor, case_id: UUID | None) -> UUID | None:
    """Name a case only to who may see it."""
    return case_id if case_id and reaches(uow, actor, case_id) else None
