"""List who somebody is at outside providers."""

from collections.abc import Sequence

from app.domain.actor import Actor
from app.domain.errors import Forbidden
from app.domain.records_city import IdentityRow
from app.usecases import Tools
from app.usecases.people.provider import provider_of


def list_identities(tools: Tools, *, actor: Actor) -> tuple[Sequence[IdentityRow], bool]:
    """List one's own identities, and say whether there is a provider at which one could have one.

    Raises:
        Forbidden: he has no account.
    """
    if actor.person_id is None:
        raise Forbidden()
    with tools.store.unit_of_work() as uow:
        return uow.identities.list_of(actor.person_id), provider_of(tools) is not None
