"""What every way to sign in shares: the second factor, and the session at the end."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, SignInFailed, TooManyAttempts
from app.ports import one_time
from app.ports.secrets import SealBroken
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.people.recording import record

#: how long somebody may look for his telephone
PATIENCE = timedelta(minutes=10)
#: failed attempts in the window, after which the next is refused unread: of a name from one address, so that a
#: stranger elsewhere does not lock an officer out; of a name from anywhere; from an address
PER_PAIR, PER_USERNAME, PER_ADDRESS = 5, 20, 50
WINDOW = timedelta(minutes=15)
Kind = Literal["cookie", "bearer"]


class SecondFactorNeeded(Forbidden):
    """Enter the code that your telephone shows."""

    slug = "second-factor-needed"


class SecondFactorToEnrol(Forbidden):
    """Your post needs a second factor. Sign in with a browser and set it up."""

    slug = "second-factor-to-enrol"


@dataclass(frozen=True)
class SignedIn:
    """A new session."""

    #: shown once; the store keeps its hash only
    token: str
    actor: Actor
    expires_at: datetime


def announce(uow: UnitOfWork, name: str, address: str, wall: datetime) -> None:
    """Write an attempt down as failed, before anything is looked at; the caller commits.

    Raises:
        TooManyAttempts: there were too many already.
    """
    by_pair, by_name, by_address = uow.sessions.failed_attempts(name, address, wall - WINDOW)
    if by_pair >= PER_PAIR or by_name >= PER_USERNAME or by_address >= PER_ADDRESS:
        raise TooManyAttempts
    uow.sessions.record_attempt(name, address, wall, ok=False)


def pass_of(tools: Tools, person_id: UUID, purpose: str, **more: str) -> str:
    """Write a sealed note that somebody has come so far; it travels through his browser."""
    until = (tools.clock.wall() + PATIENCE).isoformat()
    sealed = tools.secrets.encrypt({"person": str(person_id), "until": until, **more}, context=f"pass:{purpose}")
    return base64.urlsafe_b64encode(sealed).decode()


def read_pass(tools: Tools, text: str, purpose: str) -> dict[str, str]:
    """Read such a note.

    Raises:
        SignInFailed: it is none of ours, or it is too old.
    """
    try:
        found = tools.secrets.decrypt(base64.urlsafe_b64decode(text[:2000].encode()), context=f"pass:{purpose}")
    except (SealBroken, binascii.Error, ValueError) as cause:
        raise SignInFailed from cause
    if datetime.fromisoformat(found["until"]) < tools.clock.wall():
        raise SignInFailed
    return found


def needs_factor(tools: Tools, actor: Actor) -> bool:
    """Say whether a role of somebody's asks for a second factor."""
    return not actor.roles.isdisjoint(tools.config.second_factor_roles)


def check_code(tools: Tools, uow: UnitOfWork, actor: Actor, code: str) -> bool:
    """Use up a code of somebody's second factor, or one for emergencies; say whether it was right."""
    assert actor.person_id is not None
    found = uow.factors.find(actor.person_id)
    if found is None:
        return False
    sealed, last = found
    secret = tools.secrets.decrypt(sealed, context=f"factor:{actor.person_id}")["secret"]
    step = one_time.matching_step(secret, code, tools.clock.wall(), after=last)
    if step is not None:
        return uow.factors.use_step(actor.person_id, step)
    plain = one_time.plain_code(code)
    hashed = code_hash(tools, actor.person_id, plain)
    if len(plain) > 6 and uow.factors.use_code(actor.person_id, hashed, tools.clock.wall()):
        left = uow.factors.codes_left(actor.person_id)
        record(uow, actor.person_id, "RecoveryCodeUsed", {"left": left}, actor, tools.clock.now())
        return True
    return False


def code_hash(tools: Tools, person_id: UUID, code: str) -> bytes:
    """Hash an emergency code of a person."""
    return tools.secrets.token_hash(f"recovery:{person_id}:{code}")


def open_session(tools: Tools, uow: UnitOfWork, actor: Actor, kind: Kind) -> SignedIn:
    """Keep a new session for somebody who has shown who he is; the caller commits."""
    assert actor.person_id is not None
    wall, token = tools.clock.wall(), tools.secrets.new_token()
    hours = tools.config.session_hours if kind == "cookie" else tools.config.api_token_hours
    expires_at = wall + timedelta(hours=hours)
    uow.sessions.add(tools.secrets.token_hash(token), actor.person_id, kind, wall, expires_at)
    return SignedIn(token, actor, expires_at)


def half_way(
    tools: Tools, uow: UnitOfWork, actor: Actor, code: str
) -> SecondFactorNeeded | SecondFactorToEnrol | None:
    """Ask for the second factor of somebody whose password was right, where he has one or needs one.

    Returns:
        What the caller raises where he has come half of the way only: no code came, or he has no factor yet;
        attribute `note` lets him go on.

    Raises:
        SignInFailed: the code is wrong, or was used.
    """
    assert actor.person_id is not None
    if uow.factors.find(actor.person_id) is None:
        needed = needs_factor(tools, actor)
        return SecondFactorToEnrol(note=pass_of(tools, actor.person_id, "enrol")) if needed else None
    if not code:
        return SecondFactorNeeded(note=pass_of(tools, actor.person_id, "code"))
    if not check_code(tools, uow, actor, code):
        raise SignInFailed
    return None
