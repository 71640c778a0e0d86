"""Forget what has expired."""

from dataclasses import dataclass
from datetime import timedelta

from app.usecases import Tools

#: longer than the window of the throttle, so that an operator can still read what happened today
ATTEMPTS_KEPT = timedelta(days=1)
#: a client that repeats a request later than this must look first
KEYS_KEPT = timedelta(days=7)
#: a sender that repeats a message later than this has it taken as a new one
MESSAGES_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Forgotten:
    """How many rows are gone."""

    sessions: int
    attempts: int
    keys: int


def forget_expired(tools: Tools) -> Forgotten:
    """Forget ended sessions, old attempts and tries, old idempotency keys, and messages that nobody came for.

    Writes:
        these rows are gone. History is never touched.
    """
    wall = tools.clock.wall()
    with tools.store.unit_of_work() as uow:
        gone = Forgotten(
            uow.sessions.drop_expired(wall),
            uow.sessions.drop_attempts_before(wall - ATTEMPTS_KEPT)
            + uow.public_tries.drop_before(wall - ATTEMPTS_KEPT),
            uow.idempotency.drop_before(wall - KEYS_KEPT),
        )
        uow.messages.expire(tools.clock.now())
        uow.messages.drop_before(wall - MESSAGES_KEPT)
        uow.commit()
    return gone
