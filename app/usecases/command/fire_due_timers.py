"""Fire due timers, many cases in one transaction."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.actor import SYSTEM
from app.domain.errors import Invalid, NotFound, StepFailed, StoreUnavailable, YongzhiError
from app.domain.records import DueTimer, StoredCase
from app.engine import commands
from app.store.timers import Claimed
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.incidents import open_incident, settled
from app.usecases.stepping import command_of, make_world
from app.usecases.writing import write_step

log = logging.getLogger("yongzhi.timers")

#: timers of one transaction; more would keep their cases from people for longer than they notice
TOGETHER = 20
#: wait after a failure that may pass by itself; the third one parks the timer
BACK_OFF = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=5))
#: trying again changes nothing about these
LASTING = (StepFailed, Invalid, NotFound)


def fire_due_timers(tools: Tools, *, at: datetime | None = None, most: int = TOGETHER) -> int:
    """Fire the timers that are due longest, all in one transaction.

    If one of them fails, nothing of that transaction is kept and each case is tried in a transaction of its own, at
    last each of its timers, so that a failure stays with the timer that has it.

    Args:
        at: the moment that counts; otherwise now. On a moved clock a step is recorded at the timer's own
            due moment, or at the case's last fact if that is later, so that a jump over a week leaves the history
            that the week would have left.
        most: timers that are taken.

    Returns:
        How many cases had one: ask again unless none had.

    Writes:
        TimerFired and everything that follows; after a failure, in a transaction of its own, the attempt, and
        IncidentOpened when trying again by itself is of no use.

    Raises:
        StoreUnavailable: the timers stay due.
    """
    now = at or tools.clock.now()
    claimed, failure = _attempt(tools, lambda uow: uow.timers.claim(now, most), at)
    if failure and len(claimed) > 1:
        log.info("A round of %d cases is fired case by case: %s", len(claimed), failure)
        for case, due, _ in claimed:
            _alone(tools, case, due, now, at)
    elif failure:
        _divide(tools, claimed[0].case, claimed[0].due, failure, now, at)
    return len(claimed)


def _attempt(
    tools: Tools, claim: Callable[[UnitOfWork], tuple[Claimed, ...]], at: datetime | None
) -> tuple[tuple[Claimed, ...], Exception | None]:
    """Fire what is claimed, all or nothing; return it with what went wrong."""
    with tools.store.unit_of_work() as uow:
        claimed = claim(uow)
        try:
            for one in claimed:
                _fire(tools, uow, one, at)
            if claimed:
                uow.commit()
        except StoreUnavailable:
            raise
        except Exception as failure:
            # also a defect of our own: the timer that is due longest must not hold up those of all other cases
            uow.rollback()
            return claimed, failure
    return claimed, None


def _fire(tools: Tools, uow: UnitOfWork, claimed: Claimed, at: datetime | None) -> None:
    case, due, _ = claimed
    command = command_of(SYSTEM, _moment(tools, claimed, at))
    keys = {timer.key for timer in due}
    progress = commands.fire(make_world(tools, uow, case.id), command, case.state, keys)
    if progress is None:
        raise StepFailed("The case does not wait for this moment; its state and its timers differ.")
    for timer in due:
        if timer.error:
            resolved = settled(uow, case.id, "timer", timer.key, command)
            progress = progress._replace(facts=(*progress.facts, *resolved))
    write_step(tools, uow, case, progress, command)


def _moment(tools: Tools, claimed: Claimed, at: datetime | None) -> datetime:
    """Find the moment of the step: now, read while the case is ours, so that its history never runs backwards."""
    if tools.clock.movable:
        return max(min(timer.due_at for timer in claimed.due), claimed.last_at)
    return at or tools.clock.now()


def _alone(tools: Tools, case: StoredCase, due: tuple[DueTimer, ...], now: datetime, at: datetime | None) -> None:
    keys = [timer.key for timer in due]
    claimed, failure = _attempt(tools, lambda uow: uow.timers.take(case.id, keys, now), at)
    if failure:
        _divide(tools, claimed[0].case, claimed[0].due, failure, now, at)


def _divide(
    tools: Tools, case: StoredCase, due: tuple[DueTimer, ...], failure: Exception, now: datetime, at: datetime | None
) -> None:
    """Find the timer of a case that fails: several are fired one by one, one alone is noted."""
    if len(due) == 1:
        _note(tools, case, due[0], failure, now)
    else:
        for timer in due:
            _alone(tools, case, (timer,), now, at)


def _note(tools: Tools, case: StoredCase, timer: DueTimer, failure: Exception, now: datetime) -> None:
    cause = failure.message if isinstance(failure, YongzhiError) else f"{type(failure).__name__}: {failure}"
    log.warning("Timer %s of case %s failed: %s", timer.key, timer.case_id, cause)
    retry_at = now + BACK_OFF[min(timer.attempts, len(BACK_OFF) - 1)]
    with tools.store.unit_of_work() as uow:
        # the case before its timer, as everywhere
        case = uow.cases.lock(case.id)
        lasting = isinstance(failure, LASTING)
        if uow.timers.failed(case.id, timer.key, cause, retry_at, seen=timer.attempts, lasting=lasting):
            command = command_of(SYSTEM, max(now, uow.facts.last_at(case)))
            open_incident(uow, case.id, "timer", timer.key, timer.node, cause, command, process=timer.process)
        uow.commit()
