"""Deliver a kept message whose waiter may be there by now."""

from app.usecases import Tools
from app.usecases.offering import key_of
from app.usecases.routing import carry, give, travel_in


def deliver_kept(tools: Tools) -> bool:
    """Take a kept message that has rested, and give it to whom it is meant for, in one transaction.

    A waiter finds what is kept when it begins to wait. This is for the rest: waiter and message came at the same
    moment and did not see each other, the case was busy, one transaction would have become too large, or an operator
    has a message tried again. So each message is looked at a few times, and then left to its waiters.

    Returns:
        True if there was one: ask again.

    Writes:
        MessageReceived and what follows, or the incident of its failure; or the message rests for a moment.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        message = uow.messages.next_rested(at)
        if message is None:
            return False
        travel = travel_in(tools, uow, at)
        done = give(travel, message, retry=key_of(message))
        carry(travel)
        if done.state == "buffered" and done.again is None:
            uow.messages.rest(message.sender, message.id)
        uow.commit()
    return True
