"""Deliver a kept message whose waiter may be there by now."""

import logging
from datetime import datetime
from functools import partial

from app.domain.actor import SYSTEM
from app.domain.records_waiting import MessageRow
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.offering import BUSY, key_of, passes, said
from app.usecases.routing import carry, give, travel_in
from app.usecases.senders import sending_case
from app.usecases.setting_aside import do_or_set_aside

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
        uow.incidents.done(sending_case(message), "message", key_of(message), at, SYSTEM.id)


def _set_aside(tools: Tools, at: datetime, message: MessageRow, failure: Exception) -> None:
    log.warning("Message %s cannot be carried: %s", key_of(message), said(failure))
    with tools.store.unit_of_work() as uow:
        # another node may have been luckier in the meantime
        if not uow.messages.is_kept(message.sender, message.id):
            return
        if passes(failure):
            uow.messages.rest(message.sender, message.id, BUSY)
        else:
            uow.messages.settle(message.sender, message.id, "failed", cause=said(failure))
            uow.incidents.open(sending_case(message), "message", key_of(message), "", said(failure), at)
        uow.commit()
