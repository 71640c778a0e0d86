"""Incidents beside the flow: opened with a fact, done again by their kind, settled when it works."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.domain.facts import FactDraft
from app.domain.records import StoredCase
from app.domain.records_traffic import IncidentLine, IncidentRow
from app.engine.world import Command
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.stepping import add_fact, command_of

#: has the thing that failed done again, inside this transaction; False if nothing of it is left
Retry = Callable[[UnitOfWork, IncidentRow, datetime], bool]


def _timer(uow: UnitOfWork, incident: IncidentRow, at: datetime) -> bool:
    return incident.case_id is not None and uow.timers.retry(incident.case_id, incident.key, at)


def _call(uow: UnitOfWork, incident: IncidentRow, at: datetime) -> bool:
    return incident.case_id is not None and uow.calls.retry(incident.case_id, incident.key, at)


def _message(uow: UnitOfWork, incident: IncidentRow, at: datetime) -> bool:
    """A signal, or a message that begins a case, waits in the outbox; any other among the kept messages."""
    sender, _, number = incident.key.partition("|")
    if sender in ("signal", "begin"):
        return uow.outbox.retry(UUID(number), at)
    return uow.messages.retry(sender, number)


def _delivery(uow: UnitOfWork, incident: IncidentRow, at: datetime) -> bool:
    """News for a person waits in the outbox."""
    return uow.outbox.retry(UUID(incident.key.partition("|")[2]), at)


#: how each kind of incident is done again
RETRIES: dict[str, Retry] = {
    "timer": _timer, "call": _call, "message": _message, "start": _message, "delivery": _delivery,
}  # fmt: skip


def open_incident(
    uow: UnitOfWork, case_id: UUID, kind: str, key: str, node: str, cause: str, command: Command, *, process: str = ""
) -> UUID:
    """Note, in a transaction after the one that failed, that a case waits for somebody; the caller commits.

    Args:
        kind: one of INCIDENT_KINDS.
        key: of the timer, call or message within the case.
        cause: what went wrong, for people.

    Raises:
        CaseNotFound.
    """
    case = uow.cases.lock(case_id)
    found = uow.incidents.open(case_id, kind, key, node, cause, command.now, process=process)
    body = {"incident": str(found), "kind": kind, "key": key, "cause": cause}
    add_fact(uow, case, FactDraft("IncidentOpened", process, node, body=body), command)
    return found


def open_later(
    tools: Tools, uow: UnitOfWork, case: StoredCase | None, kind: str, key: str, node: str, cause: str, at: datetime,
    *, process: str = "",
) -> None:  # fmt: skip
    """Note what a transaction that was taken back could not do, in the history of its case where it has one.

    Args:
        case: locked, before anything else of this transaction, as everywhere.
    """
    if case is None:
        uow.incidents.open(None, kind, key, node, cause, at, process=process)
        return
    # a history never runs backwards, also not on a clock that other cases have been moved on
    moment = max(at, uow.facts.last_at(case)) if tools.clock.movable else at
    open_incident(uow, case.id, kind, key, node, cause, command_of(SYSTEM, moment), process=process)


def locked_incident(uow: UnitOfWork, actor: Actor, incident: UUID) -> tuple[IncidentLine, StoredCase | None]:
    """Read an incident of an operator's place with its case, and keep others from both until the transaction ends.

    Raises:
        NotFound: there is none, or it is not his to look after.
    """
    case_id = uow.incidents.operated(actor, incident).incident.case_id
    # the case before its incident, as everywhere
    case = uow.cases.lock(case_id) if case_id else None
    return uow.incidents.operated(actor, incident, lock=True), case


def settled(uow: UnitOfWork, case_id: UUID, kind: str, key: str, command: Command) -> tuple[FactDraft, ...]:
    """Close the incident of what has now worked; return the fact that goes with it, if there was one."""
    found = uow.incidents.done(case_id, kind, key, command.now, command.actor.id)
    if found is None:
        return ()
    return (FactDraft("IncidentResolved", body={"incident": str(found), "kind": kind, "key": key, "why": "done"}),)
