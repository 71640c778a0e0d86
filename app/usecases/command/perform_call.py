"""Perform one outside call."""

import logging
from dataclasses import replace
from datetime import timedelta

from app.domain.actor import SYSTEM
from app.domain.calendar import Amount
from app.domain.connectors import SECRET, Answer, CallFailed
from app.domain.errors import CaseIsSuspended, Fault, Invalid, StoreUnavailable
from app.domain.records import StoredCase
from app.domain.records_waiting import CallRow
from app.engine import calls
from app.engine.world import Command
from app.schemas.traffic import storable
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.incidents import open_incident, settled
from app.usecases.offering import said
from app.usecases.stepping import command_of, make_world
from app.usecases.writing import write_step

log = logging.getLogger("yongzhi.calls")

#: a node that has not recorded an answer after so many seconds of real time has died; longer than any call may take
LEASE = 150.0
#: attempts beyond those of the diagram that may be lost by nodes dying, before an operator looks at it
LOST = 3
#: longest pause between two attempts
LONGEST_PAUSE = timedelta(days=1)
#: where the diagram names no length
SHORTEST_PAUSE = timedelta(seconds=1)


def perform_call(tools: Tools) -> bool:
    """Take the outside call that is due longest, perform it, and record what came back.

    No transaction is open while the network runs: one takes the call for a while, a second one records. A node that
    dies in between leaves the call to another, so the other system may be asked twice; the header Idempotency-Key
    is the same each time.

    Returns:
        True if there was one: ask again. False: nothing is due.

    Writes:
        CallAnswered and what follows; after the last failed attempt CallFailed where the diagram catches it, or else
        an incident.

    Raises:
        StoreUnavailable: the call stays due.
    """
    with tools.store.unit_of_work() as uow:
        row = uow.calls.lease(tools.clock.now(), LEASE)
        uow.commit()
    if row is None:
        return False
    found = _asked(tools, row)
    with tools.store.unit_of_work() as uow:
        _record(tools, uow, row, found)
        uow.commit()
    return True


def _asked(tools: Tools, row: CallRow) -> object | CallFailed:
    """Ask the other system: what it said, or how it failed."""
    if row.answer is not None:
        return row.answer.get("value")
    if row.attempts > row.retries + 1 + LOST:
        return CallFailed("call.lost", "The nodes that performed this call ended before it was answered.", again=False)
    try:
        return _answer(tools, row)
    except CallFailed as failure:
        return failure
    except Exception as failure:
        # also a defect of our own: this call must not hold up the others
        log.exception("The call %s of case %s failed.", row.key, row.case_id)
        return CallFailed("call.failed", said(failure), again=isinstance(failure, Fault))


def _answer(tools: Tools, row: CallRow) -> dict[str, object]:
    connector = tools.city.connectors.get(row.operation)
    if connector is None:
        raise CallFailed("call.unknown", f"city/connectors.yaml has no operation {row.operation}.", again=False)
    request = connector.request(row.params)
    filled = {
        name: SECRET.sub(lambda hole: tools.secrets.named(hole[1]), value) for name, value in request.headers.items()
    }
    answer: Answer = tools.outside.call(replace(request, headers=filled), key=f"{row.case_id}/{row.key}")
    if not storable(answer.body):
        raise CallFailed("http.answer", "The answer holds what cannot be kept.", again=False)
    return {"status": answer.status, "body": answer.body}


def _record(tools: Tools, uow: UnitOfWork, row: CallRow, found: object | CallFailed) -> None:
    case = uow.cases.lock(row.case_id)
    held = uow.calls.lock(row.case_id, row.key)
    if held is None or held.state != "leased":
        # the case went another way, or another node was quicker
        return
    now = tools.clock.now()
    moment = max(now, uow.facts.last_at(case)) if tools.clock.movable else now
    command = command_of(SYSTEM, moment)
    if not isinstance(found, CallFailed):
        _finish(tools, uow, case, row, command, found)
    elif held.attempts == row.attempts:
        log.warning("The call %s of case %s failed: %s %s", row.key, row.case_id, found.code, found.message)
        if found.again and row.attempts <= row.retries:
            uow.calls.put_off(row.case_id, row.key, found.code, found.message, now + _pause(row))
        else:
            _give_up(tools, uow, case, row, command, found)


def _finish(
    tools: Tools, uow: UnitOfWork, case: StoredCase, row: CallRow, command: Command, value: object
) -> None:
    try:
        with uow.attempt():
            progress = calls.finish_call(make_world(tools, uow, case.id), command, case.state, row.key, value)
            solved = settled(uow, case.id, "call", row.key, command)
            write_step(tools, uow, case, progress._replace(facts=(*progress.facts, *solved)), command)
    except StoreUnavailable:
        raise
    except CaseIsSuspended:
        # it was stopped while the other system worked; the answer is recorded when it goes on
        uow.calls.put_off(row.case_id, row.key, "", "", command.now, {"value": value})
    except Exception as failure:
        # the other system has done its part and is not asked again; what failed is ours
        _park(uow, row, "step-failed", said(failure), command, {"value": value})


def _give_up(
    tools: Tools, uow: UnitOfWork, case: StoredCase, row: CallRow, command: Command, failure: CallFailed
) -> None:
    text = failure.message
    try:
        with uow.attempt():
            world = make_world(tools, uow, case.id)
            progress = calls.fail_call(world, command, case.state, row.key, failure.code, text)
            if progress is not None:
                solved = settled(uow, case.id, "call", row.key, command)
                write_step(tools, uow, case, progress._replace(facts=(*progress.facts, *solved)), command)
                return
    except StoreUnavailable:
        raise
    except CaseIsSuspended:
        uow.calls.put_off(row.case_id, row.key, failure.code, text, command.now)
        return
    except Exception as broken:
        text = f"{text} {said(broken)}"
    _park(uow, row, failure.code, text, command)


def _park(
    uow: UnitOfWork, row: CallRow, code: str, text: str, command: Command, answer: dict[str, object] | None = None
) -> None:
    uow.calls.park(row.case_id, row.key, code, text, answer)
    open_incident(
        uow, row.case_id, "call", row.key, row.node, f"{row.operation}: {code} {text}", command, process=row.process
    )


def _pause(row: CallRow) -> timedelta:
    """Say how long to wait after an attempt; each pause is twice the one before."""
    try:
        first = Amount.parse(row.pause).length or SHORTEST_PAUSE
    except Invalid:
        first = SHORTEST_PAUSE
    return min(first * int(2 ** min(row.attempts - 1, 20)), LONGEST_PAUSE)
