"""Bring a signal to one more case."""

import logging
from datetime import datetime, timedelta
from functools import partial

from app.domain.records_traffic import OutboxRow
from app.store.outbox import message_in
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.beginnings import Beginning
from app.usecases.incidents import open_later
from app.usecases.offering import Travel, begin, offer, passes, said
from app.usecases.routing import carry, travel_in
from app.usecases.senders import sender_of
from app.usecases.setting_aside import do_or_set_aside

log = logging.getLogger("yongzhi.messages")

#: pause before a busy case is asked again
BUSY = timedelta(seconds=1)


def spread_signal(tools: Tools) -> bool:
    """Take one entry of the outbox: a case that a signal has not reached yet, or a beginning to be tried again.

    Returns:
        True if there was one: ask again.

    Writes:
        SignalReceived or CaseStarted and what follows, or the incident of its failure; the entry. What fails after
        that is its incident too, in a transaction of its own, so that the next entry has its turn.

    Raises:
        StoreUnavailable: it stays due.
    """
    at = tools.clock.now()
    return do_or_set_aside(
        tools, lambda uow: uow.outbox.next_due(at, "signal", "begin"), partial(_bring, tools, at),
        partial(_set_aside, tools, at),
    )  # fmt: skip


def _bring(tools: Tools, at: datetime, uow: UnitOfWork, entry: OutboxRow) -> None:
    travel = travel_in(tools, uow, at)
    state = _brought(travel, entry)
    carry(travel)
    if state == "busy":
        uow.outbox.put_off(entry.id, at + BUSY)
    elif state == "failed":
        uow.outbox.park(entry.id)
    else:
        uow.outbox.sent(entry.id)


def _set_aside(tools: Tools, at: datetime, entry: OutboxRow, failure: Exception) -> None:
    log.warning("Entry %s of the outbox cannot be carried: %s", entry.id, said(failure))
    with tools.store.unit_of_work() as uow:
        case = uow.cases.lock(entry.case_id) if entry.case_id else None
        if passes(failure):
            uow.outbox.put_off(entry.id, at + BUSY)
        # another node may have been luckier in the meantime
        elif uow.outbox.park(entry.id):
            kind = "start" if entry.kind == "begin" else "message"
            node, process = (str(entry.payload.get(name) or "") for name in ("node", "process"))
            key = f"{entry.kind}|{entry.id}"
            open_later(tools, uow, case, kind, key, node, said(failure), at, process=process)
        uow.commit()


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
