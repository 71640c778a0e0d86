"""Show the second factor."""

from datetime import datetime
from uuid import UUID

from app.domain.errors import NotFound, SignInFailed
from app.usecases import Tools
from app.usecases.people.admitting import Kind, SignedIn, announce, check_code, open_session, read_pass

_LONGEST = 150


def sign_in_with_code(tools: Tools, *, note: str, code: str, address: str, kind: Kind) -> SignedIn:
    """Finish signing in with the code of the second factor, or one for emergencies; each is taken once.

    Args:
        note: as the step before gave it.
        address: where the request came from; wrong codes count as wrong passwords do.

    Writes:
        the attempt; then the session.

    Raises:
        TooManyAttempts. SignInFailed: a wrong or used code, or the note is too old.
    """
    wall, now = tools.clock.wall(), tools.clock.now()
    person_id = UUID(read_pass(tools, note, "code")["person"])
    place = address[:_LONGEST].replace("\0", "")
    name = _announced(tools, person_id, place, wall)
    with tools.store.unit_of_work() as uow:
        try:
            actor = uow.people.actor(person_id, now)
        except NotFound as gone:
            raise SignInFailed from gone
        if not check_code(tools, uow, actor, code[:60]):
            raise SignInFailed
        signed = open_session(tools, uow, actor, kind)
        uow.sessions.record_attempt(name, place, wall, ok=True)
        uow.commit()
    return signed


def _announced(tools: Tools, person_id: UUID, address: str, wall: datetime) -> str:
    with tools.store.unit_of_work() as uow:
        name = uow.people.get(person_id).username
        announce(uow, name, address, wall)
        uow.commit()
    return name
