"""Begin a case by the clock."""

from app.domain.actor import SYSTEM
from app.domain.records_waiting import MessageRow
from app.engine.beginning import moment_of, next_due
from app.usecases import Tools
from app.usecases.beginnings import Beginning
from app.usecases.offering import begin
from app.usecases.routing import carry, travel_in
from app.usecases.senders import CLOCK


def start_on_time(tools: Tools) -> bool:
    """Begin a case with the timer start event that is due longest.

    After an outage the moments that were missed count as one; on a moved clock each begins a case at its own moment.

    Returns:
        True if there was one: ask again. False: nothing is due.

    Writes:
        CaseStarted and what follows, or the incident of its failure; when it begins next.

    Raises:
        StoreUnavailable: it stays due.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        start = uow.timed_starts.next_due(now)
        if start is None or start.due_at is None:
            return False
        at = start.due_at if tools.clock.movable else now
        travel = travel_in(tools, uow, at)
        number = f"{start.process}/{start.node}@{start.due_at.isoformat()}"
        told = MessageRow(CLOCK, number, "timer", start.node, {}, {}, "", "", 0, at, None)
        begin(travel, Beginning(start.process, start.node), told, SYSTEM, asks=False)
        carry(travel)
        due = next_due(start.due, tools.city.calendar, None if tools.clock.movable else now)
        uow.timed_starts.advance(start, due, moment_of(due) if due else None)
        uow.commit()
    return True
