"""Deliver a message from outside to the case that waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.records import StoredCase
from app.engine import commands
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.stepping import command_of, make_world, seat_of, write_step


@dataclass(frozen=True)
class Delivered:
    """What became of a message."""

    #: delivered, duplicate or unmatched
    outcome: str
    case_id: UUID | None


def deliver_message(
    tools: Tools, *, actor: Actor, name: str, correlation: Mapping[str, Any], payload: Mapping[str, Any], id: str
) -> Delivered:
    """Deliver a message once.

    Args:
        name: the message's name as diagrams use it.
        correlation: `event_no` or `case_id` of the case.
        payload: becomes variables of the branch that waits.
        id: the sender's own id; a second message with it has no effect.

    Writes:
        the message's id and outcome; MessageReceived and what follows.

    Raises:
        Invalid: no correlation.
    """
    at = tools.clock.now()
    if not (correlation.get("event_no") or correlation.get("case_id")):
        raise Invalid(errors={"correlation": ["请给出 event_no 或 case_id。"]})
    with tools.store.unit_of_work() as uow:
        if not uow.inbound.receive(id, name, at):
            known = uow.inbound.outcome(id)
            uow.rollback()
            return Delivered("duplicate", known[0] if known else None)
        case = _case(uow, correlation)
        told = "unmatched"
        if case is not None and case.closed_at is None:
            command = command_of(actor, at, seat_of(actor))
            progress = commands.deliver(make_world(tools, uow, case.id), command, case.state, name, payload)
            if progress is not None:
                write_step(uow, case, progress, command)
                told = "delivered"
        uow.inbound.settle(id, case.id if case else None, told)
        uow.commit()
    return Delivered(told, case.id if case else None)


def _case(uow: UnitOfWork, correlation: Mapping[str, Any]) -> StoredCase | None:
    if correlation.get("event_no"):
        found = uow.cases.find_by_event_no(str(correlation["event_no"]))
        return uow.cases.lock(found.id) if found else None
    try:
        return uow.cases.lock(UUID(str(correlation["case_id"])))
    except ValueError as cause:
        raise Invalid(errors={"correlation": ["case_id 不是有效的编号。"]}) from cause
