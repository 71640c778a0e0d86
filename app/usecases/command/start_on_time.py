"""Begin a case by the clock."""

import logging
from datetime import datetime
from functools import partial

from app.domain.actor import SYSTEM
from app.domain.errors import StoreUnavailable
from app.domain.records_waiting import MessageRow, TimedStart
from app.engine.beginning import moment_of, next_due
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.beginnings import Beginning
from app.usecases.offering import begin, passes, said
from app.usecases.routing import carry, travel_in
from app.usecases.senders import CLOCK
from app.usecases.setting_aside import do_or_set_aside

log = logging.getLogger("yongzhi.timers")


def start_on_time(tools: Tools) -> bool:
    """Begin a case with the timer start event that is due longest.

    After an outage the moments that were missed count as one; on a moved clock each begins a case at its own moment.

    Returns:
        True if there was one: ask again. False: nothing is due.

    Writes:
        CaseStarted and what follows, or the incident of its failure; when it begins next. What fails after that is
        its incident too, in a transaction of its own, so that the next one has its turn.

    Raises:
        StoreUnavailable, Conflict that passes by itself: it stays due.
    """
    now = tools.clock.now()
    return do_or_set_aside(
        tools, lambda uow: uow.timed_starts.next_due(now), partial(_begin, tools, now), partial(_set_aside, tools, now)
    )


def _begin(tools: Tools, now: datetime, uow: UnitOfWork, start: TimedStart) -> None:
    at = _moment(tools, start, now)
    travel = travel_in(tools, uow, at)
    begin(travel, Beginning(start.process, start.node), _told(start, at), SYSTEM, asks=False)
    carry(travel)
    _advance(tools, uow, start, now)


def _moment(tools: Tools, start: TimedStart, now: datetime) -> datetime:
    return start.due_at if tools.clock.movable and start.due_at else now


def _told(start: TimedStart, at: datetime) -> MessageRow:
    moment = start.due_at.isoformat() if start.due_at else ""
    number = f"{start.process}/{start.node}@{moment}"
    return MessageRow(CLOCK, number, "timer", start.node, {}, {}, "", "", 0, at, None)


def _advance(tools: Tools, uow: UnitOfWork, start: TimedStart, now: datetime) -> None:
    due = next_due(start.due, tools.city.calendar, None if tools.clock.movable else now)
    uow.timed_starts.advance(start, due, moment_of(due) if due else None)


def _set_aside(tools: Tools, now: datetime, start: TimedStart, failure: Exception) -> None:
    if passes(failure):
        raise failure
    log.warning("The process %s does not begin by the clock: %s", start.process, said(failure))
    with tools.store.unit_of_work() as uow:
        again = uow.timed_starts.next_due(now)
        # another node may have been luckier in the meantime
        if again != start:
            return
        try:
            with uow.attempt():
                _advance(tools, uow, start, now)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("%s/%s cannot be counted; it begins no more.", start.process, start.node)
            uow.timed_starts.advance(start, None, None)
        entry = uow.outbox.add_beginning(_told(start, _moment(tools, start, now)), start.process, start.node, now)
        key = f"begin|{entry}"
        uow.incidents.open(None, "start", key, start.node, said(failure), now, process=start.process)
        uow.commit()
