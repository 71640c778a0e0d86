"""Say who sends a request under a key, and reserve the key, in one wait for the database."""

import sys

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.command.answer_once import Once, Request
from app.usecases.people.identify import LONGEST_TOKEN, SEEN_EVERY


def arrive(
    tools: Tools, *, token: str, key: str, route: str, request_hash: bytes
) -> tuple[Actor | None, Once | None]:
    """Do what `identify` and `answer_once` do for a request that is new.

    Args:
        token: of an Authorization header.
        key: of the request, which belongs to whoever the token stands for.

    Returns:
        The actor, as `identify` finds him. The request under its key, to be finished or abandoned; None if there is
        nobody, or the key was used before: then `answer_once` has the answer.

    Writes:
        the reservation; now and then when the session was last seen.
    """
    if not token or len(token) > LONGEST_TOKEN:
        return None, None
    wall, now = tools.clock.wall(), tools.clock.now()
    token_hash = tools.secrets.token_hash(token)
    uow = tools.store.unit_of_work()
    uow.__enter__()
    try:
        found, reserved = uow.idempotency.begin_for(token_hash, key, route, request_hash, wall=wall, at=now)
    except BaseException:
        uow.__exit__(*sys.exc_info())
        raise
    if found is None or not reserved:
        uow.rollback()
    if found is None:
        return None, None
    actor, last_seen_at = found
    once = Once(tools, uow, Request(actor.id, key, route, request_hash), None) if reserved else None
    try:
        if wall - last_seen_at > SEEN_EVERY:
            # apart: the next request of this session need not wait for the end of this one
            with tools.store.unit_of_work() as aside:
                aside.sessions.touch(token_hash, wall)
                aside.commit()
    except BaseException:
        uow.rollback()
        raise
    return actor, once
