"""Give one message to one case, or begin a case with it, so that a failure there is taken back alone."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import (
    ActNotOpen,
    CaseIsSuspended,
    CaseNotFound,
    Conflict,
    Invalid,
    StoreUnavailable,
    YongzhiError,
)
from app.domain.progress import Progress
from app.domain.records import StoredCase
from app.domain.records_waiting import MessageRow
from app.engine import commands
from app.engine.world import Command
from app.store.engine import PASSING
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.beginnings import Beginning, begin_case, county_number
from app.usecases.desk.answering import check_form
from app.usecases.incidents import open_incident, settled
from app.usecases.senders import first_record, speaks_for_programs
from app.usecases.stepping import make_world, write_step

log = logging.getLogger("yongzhi.messages")

#: steps that follow from one command in its transaction; the rest follows in others
MOST = 20
#: seconds before a message whose waiter was busy is offered again, and one that its waiter would not take
BUSY, CLOSED = 0.5, 60.0


@dataclass
class Travel:
    """What is on its way in one transaction."""

    tools: Tools
    uow: UnitOfWork
    at: datetime
    #: nothing is locked yet, so that the first waiter may be waited for
    patient: bool = False
    #: steps that may still be taken
    left: int = MOST
    #: cases that were moved, as they stand
    cases: dict[UUID, StoredCase] = field(default_factory=dict)
    #: what was thrown, by whom and after how many messages; or a case that should look among the kept messages
    queue: deque[MessageRow | UUID] = field(default_factory=deque)
    #: kept messages that a waiter was offered, as `sender|id`
    tried: list[str] = field(default_factory=list)
    #: writes what a step threw as messages
    written: Callable[[StoredCase, Progress, int], list[MessageRow]] = lambda case, progress, hops: []

    def after(self, case: StoredCase, progress: Progress, hops: int = 0) -> None:
        """Note what a step threw, and that something it began to wait for may be among the kept messages."""
        self.cases[case.id] = case
        self.queue.extend(self.written(case, progress, hops))
        if case.mail:
            self.queue.append(case.id)

    def free(self, case_id: UUID) -> StoredCase | None:
        """Lock a case if nobody has it; a command that has locked nothing yet waits for its first."""
        patient, self.patient = self.patient, False
        if not patient:
            return self.uow.cases.lock_free(case_id)
        try:
            return self.uow.cases.lock(case_id)
        except CaseNotFound:
            return None


def key_of(message: MessageRow) -> str:
    """Write the key of a message's incident."""
    return f"{message.sender}|{message.id}"


def offer(
    travel: Travel, case_id: UUID, key: str | None, message: MessageRow, actor: Actor, *, asks: bool, retry: str = ""
) -> str:
    """Give a message to one waiter of a case, or a signal to all of them.

    Args:
        key: of the waiter; None for everything that waits.
        asks: the sender waits for the answer, and hears what is wrong with what he sent.
        retry: key of the incident of an earlier failure, which is settled if it works now.

    Returns:
        delivered, failed (an incident is open), busy, or closed: nothing there takes it now.

    Raises:
        Invalid: what the sender wrote does not fit.
        StoreUnavailable.
    """
    case = travel.free(case_id)
    if case is None:
        return "busy"
    if case.closed_at is not None:
        return "closed"
    command = _command(travel, message, actor, case)
    try:
        with travel.uow.attempt():
            return "delivered" if _deliver(travel, case, key, message, command, retry) else "closed"
    except StoreUnavailable:
        raise
    except (ActNotOpen, CaseIsSuspended):
        return "closed"
    except Exception as failure:
        if passes(failure):
            return "busy"
        if asks and isinstance(failure, Invalid):
            raise
        cause = said(failure)
        log.warning("Case %s cannot take %s: %s", case_id, key_of(message), cause)
        process, node = _place(key)
        incident = retry or key_of(message)
        open_incident(travel.uow, case_id, "message", incident, node, cause, command, process=process)
        return "failed"


def _deliver(
    travel: Travel, case: StoredCase, key: str | None, message: MessageRow, command: Command, retry: str
) -> bool:
    world = make_world(travel.tools, travel.uow, case.id)
    progress = commands.deliver(
        world, command, case.state, message.name, _payload(travel, case, key, message, command), key,
        kind=message.kind, correlation=message.correlation,
    )  # fmt: skip
    if progress is None:
        return False
    if retry:
        solved = settled(travel.uow, case.id, "message", retry, command)
        progress = progress._replace(facts=(*progress.facts, *solved))
    case = write_step(travel.uow, case, progress, command)
    travel.left -= 1
    travel.after(case, progress, message.hops + 1)
    return True


def _payload(
    travel: Travel, case: StoredCase, key: str | None, message: MessageRow, command: Command
) -> Mapping[str, Any]:
    """Give what a message carries; an officer performs an act with it, and its form says what he may write.

    Raises:
        InvalidAnswers: per field.
    """
    tools, uow, actor = travel.tools, travel.uow, command.actor
    if key is None or speaks_for_programs(actor):
        return message.payload
    form = next((row.form for row in uow.subscriptions.of_case(case.id) if row.key == key), "")
    if not form:
        return message.payload
    context = commands.scope_of(make_world(tools, uow, case.id), command, case.state, key)
    asked = (form, tools.library.form_number(form))
    return check_form(tools, uow, case, asked, message.payload, context, actor.locale, actor)


def begin(
    travel: Travel, beginning: Beginning, message: MessageRow, actor: Actor, *, asks: bool, entry: UUID | None = None
) -> UUID | None:
    """Begin a case with a message or signal; None if that failed, and then an incident is open.

    Args:
        entry: of the outbox, where an earlier attempt failed.

    Raises:
        Invalid: what the sender wrote does not fit.
        Conflict: one that passes by itself; the whole transaction comes again.
        StoreUnavailable.
    """
    command, county = _command(travel, message, actor, None), 0
    try:
        with travel.uow.attempt():
            event = first_record(travel.tools, travel.uow, message, actor)
            county = county_number(event)
            case, progress = begin_case(travel.tools, travel.uow, beginning, command, message.payload, event)
    except StoreUnavailable:
        raise
    except Exception as failure:
        if passes(failure) or (asks and isinstance(failure, Invalid)):
            raise
        cause = said(failure)
        log.warning("The process %s does not begin with %s: %s", beginning.process, key_of(message), cause)
        entry = entry or travel.uow.outbox.add_beginning(message, beginning.process, beginning.node, travel.at)
        key = f"begin|{entry}"
        travel.uow.incidents.open(
            None, "start", key, beginning.node, cause, travel.at, process=beginning.process, county=county
        )
        return None
    # before it was known where it belongs, it was the city's
    for number in {0, county} if entry else ():
        travel.uow.incidents.done(None, "start", f"begin|{entry}", travel.at, actor.id, county=number)
    travel.left -= 1
    travel.after(case, progress, message.hops + 1)
    return case.id


def passes(failure: Exception) -> bool:
    """Say whether a failure goes away by itself, because somebody else was at the same rows."""
    return isinstance(failure, Conflict) and failure.attributes.get("cause") in PASSING


def said(failure: Exception) -> str:
    """Say a failure in one line; also a defect of our own must be told."""
    return failure.message if isinstance(failure, YongzhiError) else f"{type(failure).__name__}: {failure}"


def _command(travel: Travel, message: MessageRow, actor: Actor, case: StoredCase | None) -> Command:
    moment = travel.at
    if case is not None and travel.tools.clock.movable:
        # a history never runs backwards, also not on a clock that other cases have been moved on
        moment = max(moment, travel.uow.facts.last_at(case))
    return Command(moment, actor, message.role, message.unit)


def _place(key: str | None) -> tuple[str, str]:
    process, _, node = (key or "").rpartition("/")
    return process, node.rpartition("#")[0]
