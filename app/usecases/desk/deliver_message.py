"""Deliver a message from outside to the case that waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseNotFound, Forbidden, Invalid
from app.domain.records import StoredCase
from app.domain.records_waiting import MessageRow
from app.engine import commands
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.acts import is_in_hand, may_perform
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

    Machines and the system's administrator speak for programs outside and reach every case. An officer reaches the
    cases that he sees, and what is offered there as an act only where he could perform the act himself.

    Args:
        name: the message's name as diagrams use it.
        correlation: `event_no` or `case_id` of the case.
        payload: becomes variables of the branch that waits.
        id: the sender's own id; a second message with it has no effect.

    Writes:
        the message's id and outcome; MessageReceived and what follows.

    Raises:
        Invalid: no correlation.
        Forbidden: the case waits for this message as an act that is not offered to the actor.
    """
    at = tools.clock.now()
    if not (correlation.get("event_no") or correlation.get("case_id")):
        raise Invalid(errors={"correlation": ["请给出 event_no 或 case_id。"]})
    with tools.store.unit_of_work() as uow:
        if not uow.messages.receive(
            MessageRow(actor.id, id, "message", name, correlation, payload, "", "", 0, at, None)
        ):
            known = uow.messages.outcome(actor.id, id)
            found = known[0] if known else None
            uow.rollback()
            return Delivered("duplicate", found if found and _reaches(uow, actor, found) else None)
        case = _case(uow, actor, correlation)
        told = "unmatched"
        if case is not None:
            _check_acts(tools, uow, actor, case, name)
        if case is not None and case.closed_at is None:
            command = command_of(actor, at, seat_of(actor))
            progress = commands.deliver(make_world(tools, uow, case.id), command, case.state, name, payload)
            if progress is not None:
                write_step(uow, case, progress, command)
                told = "delivered"
        uow.messages.settle(actor.id, id, told, case_id=case.id if case else None)
        uow.commit()
    return Delivered(told, case.id if case else None)


def _speaks_for_programs(actor: Actor) -> bool:
    return actor.machine or actor.has("sys_admin")


def _reaches(uow: UnitOfWork, actor: Actor, case_id: UUID) -> bool:
    if _speaks_for_programs(actor):
        return True
    try:
        uow.cases.visible_to(actor, case_id)
    except CaseNotFound:
        return False
    return True


def _case(uow: UnitOfWork, actor: Actor, correlation: Mapping[str, Any]) -> StoredCase | None:
    """Find and lock the case; one that the actor may not see looks as if it were not there."""
    if correlation.get("event_no"):
        found = uow.cases.find_by_event_no(str(correlation["event_no"]))
        case_id = found.id if found else None
    else:
        try:
            case_id = UUID(str(correlation["case_id"]))
        except ValueError as cause:
            raise Invalid(errors={"correlation": ["case_id 不是有效的编号。"]}) from cause
    if case_id is None or not _reaches(uow, actor, case_id):
        return None
    try:
        return uow.cases.lock(case_id)
    except CaseNotFound:
        return None


def _check_acts(tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, name: str) -> None:
    """Keep officers from doing over this door what the case does not offer them."""
    if _speaks_for_programs(actor):
        return
    held = {task.key for task in uow.tasks.of_case(case.id) if is_in_hand(task, actor)}
    for row in uow.subscriptions.of_case(case.id):
        if row.message == name and (row.form or row.offered_to) and not may_perform(tools, actor, row, held):
            raise Forbidden()
