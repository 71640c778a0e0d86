"""Fire one due timer."""

import logging
from datetime import datetime, timedelta

from app.domain.actor import SYSTEM
from app.domain.errors import StoreUnavailable, YongzhiError
from app.domain.records import DueTimer
from app.engine import commands
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.stepping import command_of, make_world, write_step

log = logging.getLogger("yongzhi.timers")

#: wait after the first and the second failure; after the third the timer is parked
BACK_OFF = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=5))


def fire_due_timer(tools: Tools, *, at: datetime | None = None) -> bool:
    """Fire the timer that is due longest, in its own transaction.

    Args:
        at: the moment that counts; otherwise now. On a moved clock the step is recorded at the timer's own
            due moment, or at the case's last fact if that is later, so that a jump over a week leaves the history
            that the week would have left.

    Returns:
        True if there was one: ask again. False: nothing is due.

    Writes:
        TimerFired and everything that follows; after a failure, in a second transaction, the attempt.

    Raises:
        StoreUnavailable: the timer stays due.
    """
    now = at or tools.clock.now()
    with tools.store.unit_of_work() as uow:
        due = uow.timers.next_due(now)
        if due is None:
            return False
        try:
            _fire(tools, uow, due, now)
            return True
        except StoreUnavailable:
            raise
        except Exception as failure:
            # also a defect of our own: the timer that is due longest must not hold up those of all other cases
            error = failure.message if isinstance(failure, YongzhiError) else f"{type(failure).__name__}: {failure}"
            log.warning("Timer %s of case %s failed: %s", due.key, due.case_id, error)
            uow.rollback()
    with tools.store.unit_of_work() as uow:
        uow.timers.failed(due.case_id, due.key, error, now + BACK_OFF[min(due.attempts, len(BACK_OFF) - 1)])
        uow.commit()
    return True


def _fire(tools: Tools, uow: UnitOfWork, due: DueTimer, now: datetime) -> None:
    case = uow.cases.lock(due.case_id)
    # on a moved clock the due moment, but a history never runs backwards
    moment = max(due.due_at, uow.facts.last_at(case)) if tools.clock.movable else now
    command = command_of(SYSTEM, moment)
    progress = commands.fire(make_world(tools, uow, case.id), command, case.state)
    if progress is None:
        raise YongzhiError("The case does not wait for this moment; its state and its timers differ.")
    write_step(uow, case, progress, command)
    uow.commit()
