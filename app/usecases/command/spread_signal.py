"""Bring a signal to one more case."""

from datetime import timedelta

from app.domain.records_traffic import OutboxRow
from app.store.outbox import message_in
from app.usecases import Tools
from app.usecases.beginnings import Beginning
from app.usecases.offering import Travel, begin, offer
from app.usecases.routing import carry, travel_in
from app.usecases.senders import sender_of

#: pause before a busy case is asked again
BUSY = timedelta(seconds=1)


def spread_signal(tools: Tools) -> bool:
    """Take one entry of the outbox: a case that a signal has not reached yet, or a beginning to be tried again.

    Returns:
        True if there was one: ask again.

    Writes:
        SignalReceived or CaseStarted and what follows, or the incident of its failure; the entry.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        entry = uow.outbox.next_due(at, "signal", "begin")
        if entry is None:
            return False
        travel = travel_in(tools, uow, at)
        state = _brought(travel, entry)
        carry(travel)
        if state == "busy":
            uow.outbox.put_off(entry.id, at + BUSY)
        elif state == "failed":
            uow.outbox.park(entry.id)
        else:
            uow.outbox.sent(entry.id)
        uow.commit()
    return True


def _brought(travel: Travel, entry: OutboxRow) -> str:
    message = message_in(entry.payload)
    actor = sender_of(travel.uow, message, travel.at)
    if actor is None:
        return "closed"
    if entry.kind == "begin":
        beginning = Beginning(entry.payload["process"], entry.payload["node"])
        return "started" if begin(travel, beginning, message, actor, asks=False, entry=entry.id) else "failed"
    if entry.case_id is None:
        return "closed"
    return offer(travel, entry.case_id, None, message, actor, asks=False, retry=f"signal|{entry.id}")
