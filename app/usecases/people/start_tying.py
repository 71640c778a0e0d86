"""Begin to tie another house's account to one's own."""

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid
from app.schemas.texts import say
from app.usecases import Tools
from app.usecases.people.check_own_password import check_own_password
from app.usecases.people.provider import OutsideSignIn, named_provider, way_there


def start_tying(tools: Tools, *, actor: Actor, password: str, back: str, target: str) -> OutsideSignIn:
    """Send somebody who is signed in to the identity provider, to say who he is there.

    Args:
        password: his own: whoever sits at his screen could else come in by himself from then on.
        back: our address to which the provider sends him back.
        target: page of ours to which he goes then.

    Raises:
        NotFound: this installation has no provider. ProviderUnreachable. Forbidden: he acts in somebody's place.
        Invalid: field `password`. TooManyAttempts.
    """
    if actor.person_id is None or actor.absent:
        raise Forbidden()
    named_provider(tools)
    with tools.store.unit_of_work() as uow:
        person = uow.people.get(actor.person_id)
    if not check_own_password(tools, person, password):
        raise Invalid(errors={"password": [say("old_password")]})
    return way_there(tools, back=back, target=target, who=str(actor.person_id))
