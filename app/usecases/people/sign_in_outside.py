"""Sign in with another house's account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, NotFound
from app.ports.oidc import NotConfirmed
from app.schemas.values import is_clean
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.people.admitting import SignedIn, half_way, open_session
from app.usecases.people.provider import named_provider, opened_note
from app.usecases.people.recording import record


class NobodyHere(Forbidden):
    """The identity provider knows you, but nobody here has this account. Ask your administrator."""

    slug = "nobody-here"


class OtherIdentity(Forbidden):
    """This account is tied to another identity at the provider. Ask your administrator."""

    slug = "other-identity"


def sign_in_outside(tools: Tools, *, note: str, state: str, code: str, back: str) -> tuple[SignedIn, str]:
    """Take somebody in whom the identity provider has confirmed; his roles are those of his account here.

    Args:
        note: sealed, from the browser that was sent away.
        state: came back with the code; it must be the note's.
        back: our address to which he was sent back.

    Returns:
        The session, and the page to which he goes.

    Writes:
        the session; the first time whose account the identity is, and IdentityLinked.

    Raises:
        NotFound: this installation has no provider. ProviderUnreachable. NotConfirmed: forged, too old, or used.
        NobodyHere, OtherIdentity: there is no account for him. SecondFactorNeeded, SecondFactorToEnrol: attribute
            `note` lets him go on.
    """
    provider = named_provider(tools)
    wall = tools.clock.wall()
    held = opened_note(tools, note, state, wall)
    claims = provider.claims(code=code, verifier=held["verifier"], nonce=held["nonce"], back=back, at=wall)
    with tools.store.unit_of_work() as uow:
        actor = _account(tools, uow, provider.issuer, claims, wall)
        half = half_way(tools, uow, actor, "")
        signed = None if half else open_session(tools, uow, actor, "cookie")
        uow.commit()
    if half or signed is None:
        raise half or NotConfirmed
    return signed, held["target"]


def _account(tools: Tools, uow: UnitOfWork, issuer: str, claims: Mapping[str, Any], wall: datetime) -> Actor:
    subject, now = str(claims["sub"]), tools.clock.now()
    owner = uow.identities.owner(issuer, subject)
    if owner is not None:
        return _open(uow, owner, now)
    name = claims.get(tools.config.oidc_claim)
    if tools.config.oidc_claim == "email" and claims.get("email_verified") is not True:
        raise NotConfirmed
    person = uow.people.by_username(name) if isinstance(name, str) and len(name) <= 150 and is_clean(name) else None
    if person is None:
        raise NobodyHere
    if uow.identities.of(person.id, issuer) is not None:
        raise OtherIdentity
    actor = _open(uow, person.id, now)
    uow.identities.link(person.id, issuer, subject, wall)
    record(uow, person.id, "IdentityLinked", {"issuer": issuer, "subject": subject}, actor, now)
    return actor


def _open(uow: UnitOfWork, person_id: UUID, now: datetime) -> Actor:
    try:
        return uow.people.actor(person_id, now)
    except NotFound as gone:
        raise NobodyHere from gone
