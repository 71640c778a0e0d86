"""Deliver a kept message whose waiter may be there by now."""

import logging
from datetime import datetime
from functools import partial

from app.domain.actor import SYSTEM
from app.domain.records_waiting import MessageRow
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.incidents import open_later, settled
from app.usecases.offering import BUSY, key_of, passes, said
from app.usecases.routing import carry, give, travel_in
from app.usecases.senders import sending_case
from app.usecases.setting_aside import do_or_set_aside
from app.usecases.stepping import add_fact, command_of

log = logging.getLogger("yongzhi.messages")


def deliver_kept(tools: Tools) -> bool:
    """Take a kept message that has rested, and give it to whom it is meant for, in one transaction.

    A waiter finds what is kept when it begins to wait. This is for the rest: waiter and message came at the same
    moment and did not see each other, the case was busy, one transaction would have become too large, or an operator
    has a message tried again. So each message is looked at a few times, and then left to its waiters.

    Returns:
        True if there was one: ask again.

    Writes:
        MessageReceived and what follows, or the incident of its failure; or the message rests for a moment. What
        fails after that is its incident too, in a transaction of its own, so that the next message has its turn.

    Raises:
        StoreUnavailable: it stays kept.
    """
    at = tools.clock.now()
    return do_or_set_aside(
        tools, lambda uow: uow.messages.next_rested(at), partial(_deliver, tools, at), partial(_set_aside, tools, at)
    )


def _deliver(tools: Tools, at: datetime, uow: UnitOfWork, message: MessageRow) -> None:
    travel = travel_in(tools, uow, at)
    done = give(travel, message, retry=key_of(message))
    carry(travel)
    if done.state == "buffered" and done.again is None:
        uow.messages.rest(message.sender, message.id)
    elif done.state in ("delivered", "started"):
        # the incident of an earlier failure that no waiter could be blamed for
        _settle(tools, uow, message, at)


def _settle(tools: Tools, uow: UnitOfWork, message: MessageRow, at: datetime) -> None:
    case_id, key = sending_case(message), key_of(message)
    if case_id is None:
        uow.incidents.done(None, "message", key, at, SYSTEM.id)
        return
    solved = settled(uow, case_id, "message", key, command_of(SYSTEM, at))
    # others are locked by now: who has the sender's case in hand is not waited for, and its history says no more of it
    case = uow.cases.lock_free(case_id) if solved else None
    if case is not None:
        moment = max(at, uow.facts.last_at(case)) if tools.clock.movable else at
        add_fact(uow, case, solved[0], command_of(SYSTEM, moment))


def _set_aside(tools: Tools, at: datetime, message: MessageRow, failure: Exception) -> None:
    log.warning("Message %s cannot be carried: %s", key_of(message), said(failure))
    case_id = sending_case(message)
    with tools.store.unit_of_work() as uow:
        case = uow.cases.lock(case_id) if case_id else None
        # another node may have been luckier in the meantime
        if not uow.messages.is_kept(message.sender, message.id):
            return
        if passes(failure):
            uow.messages.rest(message.sender, message.id, BUSY)
        else:
            uow.messages.settle(message.sender, message.id, "failed", cause=said(failure))
            open_later(tools, uow, case, "message", key_of(message), "", said(failure), at)
        uow.commit()
