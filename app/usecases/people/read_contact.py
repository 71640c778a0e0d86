"""Read how one is told what happens."""

from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.contact import Recipient
from app.domain.errors import NotFound
from app.usecases import Tools
from app.usecases.news import open_ways


@dataclass(frozen=True)
class Contact:
    """A person's addresses and wishes."""

    person: Recipient
    #: ways that this installation has
    ways: frozenset[str]


def read_contact(tools: Tools, *, actor: Actor) -> Contact:
    """Read the addresses and the preferences of the person who asks.

    Raises:
        NotFound: a machine has none.
    """
    if actor.machine:
        raise NotFound
    with tools.store.unit_of_work() as uow:
        found = uow.contacts.of(UUID(actor.id))
    if found is None:
        raise NotFound
    return Contact(found, open_ways(tools))
