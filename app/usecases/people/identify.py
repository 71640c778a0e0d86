"""Say who sends a request."""

from datetime import timedelta

from app.domain.actor import Actor
from app.usecases import Tools

#: how exactly "last seen" is kept; writing it on every request would cost a transaction each
SEEN_EVERY = timedelta(minutes=5)
#: a token made here is 43 characters long
LONGEST_TOKEN = 200


def identify(tools: Tools, *, token: str) -> Actor | None:
    """Find the person behind a session's token, with the roles that are valid now.

    Sessions end by the real clock, roles by the installation's.

    Args:
        token: of a cookie or an Authorization header.

    Returns:
        The actor; None if the token is unknown or expired, or the account was closed.

    Writes:
        now and then when the session was last seen.
    """
    if not token or len(token) > LONGEST_TOKEN:
        return None
    wall, now = tools.clock.wall(), tools.clock.now()
    key = tools.secrets.token_hash(token)
    with tools.store.unit_of_work() as uow:
        found = uow.sessions.signed_in(key, wall, now)
        if found is None:
            return None
        actor, last_seen_at = found
        if wall - last_seen_at > SEEN_EVERY:
            uow.sessions.touch(key, wall)
            uow.commit()
    return actor
