"""Sign in."""

from datetime import datetime

from app.domain.errors import SignInFailed
from app.domain.records import PersonRow
from app.ports.passwords import hash_password, needs_rehash, verify_password
from app.usecases import Tools
from app.usecases.people.admitting import Kind, SignedIn, announce, half_way, open_session

_LONGEST_NAME = 150


def sign_in(tools: Tools, *, username: str, password: str, address: str, kind: Kind, code: str = "") -> SignedIn:
    """Check name and password and, where there is one, the second factor, and open a session.

    An attempt is written down as failed before the password is looked at, so that a hundred guesses at the
    same moment count as a hundred and wait for each other; success takes its own line back.

    Args:
        address: where the request came from, for the throttle.
        kind: a browser's cookie or a program's bearer token; each has its own life.
        code: of the second factor; asked for once the password is right.

    Writes:
        the attempt; then the session and, where the parameters have grown, a new hash.

    Raises:
        TooManyAttempts: five failures of this name from this address, twenty from anywhere, or fifty from
            this address, in a quarter of an hour.
        SignInFailed: no such person, wrong password or code, or an account without one; which, is not said.
        SecondFactorNeeded, SecondFactorToEnrol: the password was right; attribute `note` lets him go on.
    """
    wall, now = tools.clock.wall(), tools.clock.now()
    name = username.strip()[:_LONGEST_NAME].replace("\0", "")
    place = address[:_LONGEST_NAME].replace("\0", "")
    person = _announced(tools, name, place, wall)
    stored = person.password_hash if person and person.active else None
    if not verify_password(stored, password) or person is None:
        raise SignInFailed
    with tools.store.unit_of_work() as uow:
        actor = uow.people.actor(person.id, now)
        half = half_way(tools, uow, actor, code)
        if half:
            # neither a failure nor a success, which would forget the failures before
            uow.sessions.drop_attempt(name, place, wall)
        else:
            signed = open_session(tools, uow, actor, kind)
            uow.sessions.record_attempt(name, place, wall, ok=True)
        if needs_rehash(person.password_hash):
            uow.people.change(person.id, password_hash=hash_password(password))
        uow.commit()
    if half:
        raise half
    return signed


def _announced(tools: Tools, name: str, address: str, wall: datetime) -> PersonRow | None:
    """Write the attempt down, and find the person unless there were too many."""
    with tools.store.unit_of_work() as uow:
        announce(uow, name, address, wall)
        person = uow.people.by_username(name)
        uow.commit()
    return person
