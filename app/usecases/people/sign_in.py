"""Sign in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.domain.actor import Actor
from app.domain.errors import SignInFailed, TooManyAttempts
from app.domain.records import PersonRow
from app.ports.passwords import hash_password, needs_rehash, verify_password
from app.usecases import Tools

#: failed attempts in the window, after which the next is refused unread: of a name from one address, so that a
#: stranger elsewhere does not lock an officer out; of a name from anywhere; from an address
PER_PAIR, PER_USERNAME, PER_ADDRESS = 5, 20, 50
WINDOW = timedelta(minutes=15)
_LONGEST_NAME = 150


@dataclass(frozen=True)
class SignedIn:
    """A new session."""

    #: shown once; the store keeps its hash only
    token: str
    actor: Actor
    expires_at: datetime


def sign_in(tools: Tools, *, username: str, password: str, address: str, kind: Literal["cookie", "bearer"]) -> SignedIn:
    """Check name and password, and open a session.

    An attempt is written down as failed before the password is looked at, so that a hundred guesses at the
    same moment count as a hundred and wait for each other; success takes its own line back.

    Args:
        address: where the request came from, for the throttle.
        kind: a browser's cookie or a program's bearer token; each has its own life.

    Writes:
        the attempt; then the session and, where the parameters have grown, a new hash.

    Raises:
        TooManyAttempts: five failures of this name from this address, twenty from anywhere, or fifty from
            this address, in a quarter of an hour.
        SignInFailed: no such person, wrong password, or an account without one; which, is not said.
    """
    wall, now = tools.clock.wall(), tools.clock.now()
    name = username.strip()[:_LONGEST_NAME].replace("\0", "")
    person = _announced(tools, name, address[:_LONGEST_NAME].replace("\0", ""), wall)
    stored = person.password_hash if person and person.active else None
    if not verify_password(stored, password) or person is None:
        raise SignInFailed
    token = tools.secrets.new_token()
    hours = tools.config.session_hours if kind == "cookie" else tools.config.api_token_hours
    expires_at = wall + timedelta(hours=hours)
    with tools.store.unit_of_work() as uow:
        actor = uow.people.actor(person.id, now)
        uow.sessions.add(tools.secrets.token_hash(token), person.id, kind, wall, expires_at)
        uow.sessions.record_attempt(name, address, wall, ok=True)
        if needs_rehash(person.password_hash):
            uow.people.change(person.id, password_hash=hash_password(password))
        uow.commit()
    return SignedIn(token, actor, expires_at)


def _announced(tools: Tools, name: str, address: str, wall: datetime) -> PersonRow | None:
    """Write the attempt down, and find the person unless there were too many."""
    with tools.store.unit_of_work() as uow:
        by_pair, by_name, by_address = uow.sessions.failed_attempts(name, address, wall - WINDOW)
        if by_pair >= PER_PAIR or by_name >= PER_USERNAME or by_address >= PER_ADDRESS:
            raise TooManyAttempts
        uow.sessions.record_attempt(name, address, wall, ok=False)
        person = uow.people.by_username(name)
        uow.commit()
    return person
