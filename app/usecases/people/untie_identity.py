"""Untie another house's account."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid, NotFound
from app.schemas.texts import say
from app.usecases import Tools
from app.usecases.people.check_own_password import check_own_password
from app.usecases.people.recording import looked_after, record


def untie_identity(
    tools: Tools, *, actor: Actor, person_id: UUID | None = None, password: str = "", keep: str = ""
) -> int:
    """Forget who somebody is at the identity provider; every session but the one that asks ends.

    Args:
        actor: the person himself, with his password, or the administrator of every unit where the person is.
        person_id: the actor himself if it is not given.
        keep: token of the session that goes on.

    Returns:
        How many identities there were.

    Writes:
        the identities are gone; IdentityUnlinked for each.

    Raises:
        PersonNotFound: somebody else looks after the account. Forbidden: he acts in somebody's place.
        NotFound: there is none. Invalid: field `password`. TooManyAttempts.
    """
    chosen = person_id or actor.person_id
    if chosen is None or actor.absent:
        raise Forbidden()
    own = chosen == actor.person_id
    with tools.store.unit_of_work() as uow:
        person = uow.people.get(chosen) if own else None
    if person is not None and not check_own_password(tools, person, password):
        raise Invalid(errors={"password": [say("old_password")]})
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        if not own:
            looked_after(uow, actor, chosen, at)
        tied = uow.identities.list_of(chosen)
        if not tied:
            raise NotFound("There is no identity.")
        uow.identities.drop(chosen)
        uow.sessions.drop_of(chosen, but=tools.secrets.token_hash(keep) if own and keep else None)
        for one in tied:
            record(uow, chosen, "IdentityUnlinked", {"issuer": one.issuer, "subject": one.subject}, actor, at)
        uow.commit()
    return len(tied)
