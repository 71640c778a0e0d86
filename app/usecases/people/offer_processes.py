"""Offer the processes to which a substitution may be limited."""

from collections.abc import Sequence

from app.domain.actor import Actor
from app.domain.errors import Forbidden
from app.domain.rights import KEEPERS, STOOD_IN_FOR
from app.usecases import Tools


def offer_processes(tools: Tools, *, actor: Actor) -> Sequence[str]:
    """List the keys of the processes that are published now.

    Raises:
        Forbidden: the actor holds no post in which somebody can stand in, and administers nobody.
    """
    if STOOD_IN_FOR.isdisjoint(actor.roles) and not actor.has(*KEEPERS):
        raise Forbidden()
    with tools.store.unit_of_work() as uow:
        return sorted(key for kind, key in uow.definitions.current_numbers() if kind == "process")
