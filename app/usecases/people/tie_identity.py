"""Tie another house's account to one's own."""

from app.domain.actor import Actor
from app.domain.errors import Conflict, Forbidden
from app.usecases import Tools
from app.usecases.people.provider import named_provider, opened_note
from app.usecases.people.recording import record


class IdentityTaken(Conflict):
    """This identity is tied to an account already, or your account has another one there; untie that first."""

    slug = "identity-taken"


def tie_identity(tools: Tools, *, actor: Actor, note: str, state: str, code: str, back: str) -> str:
    """Take in who somebody is at the identity provider; from then on he may sign in with it.

    Args:
        actor: as he was sent away: nobody ties an identity to somebody else's account.
        note: sealed, from the browser that was sent away.
        state: came back with the code; it must be the note's.
        back: our address to which he was sent back.

    Returns:
        The page to which he goes.

    Writes:
        whose account the identity is; IdentityLinked.

    Raises:
        NotFound: this installation has no provider. ProviderUnreachable. Forbidden. IdentityTaken.
        NotConfirmed: forged, too old, used, or made for somebody else.
    """
    if actor.person_id is None or actor.absent:
        raise Forbidden()
    provider = named_provider(tools)
    wall = tools.clock.wall()
    held = opened_note(tools, note, state, wall, who=str(actor.person_id))
    claims = provider.claims(code=code, verifier=held["verifier"], nonce=held["nonce"], back=back, at=wall)
    subject = str(claims["sub"])
    with tools.store.unit_of_work() as uow:
        if uow.identities.owner(provider.issuer, subject) or uow.identities.of(actor.person_id, provider.issuer):
            raise IdentityTaken()
        uow.identities.link(actor.person_id, provider.issuer, subject, wall)
        body = {"issuer": provider.issuer, "subject": subject}
        record(uow, actor.person_id, "IdentityLinked", body, actor, tools.clock.now())
        uow.commit()
    return held["target"]
