"""Deliver a kept message that somebody waits for."""

from app.usecases import Tools
from app.usecases.beginnings import beginning_names
from app.usecases.offering import key_of
from app.usecases.routing import REST, carry, give, travel_in


def deliver_kept(tools: Tools) -> bool:
    """Take the oldest kept message that has a waiter, and offer it there, in one transaction.

    A waiter finds what is kept when it begins to wait. This is for the rest: waiter and message came at the same
    moment and did not see each other, the case was busy, one transaction would have become too large, or an operator
    has a message tried again.

    Returns:
        True if there was one: ask again.

    Writes:
        MessageReceived and what follows, or the incident of its failure; or the message rests for a moment.
    """
    at = tools.clock.now()
    names = beginning_names(tools, "message")
    with tools.store.unit_of_work() as uow:
        message = uow.messages.next_wanted(at, names)
        if message is None:
            return False
        travel = travel_in(tools, uow, at)
        done = give(travel, message, retry=key_of(message))
        carry(travel)
        if done.state == "buffered":
            uow.messages.rest(message.sender, message.id, REST)
        uow.commit()
    return True
