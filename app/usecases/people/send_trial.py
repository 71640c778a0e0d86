"""Try whether news arrives."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.ids import county_of
from app.usecases import Tools
from app.usecases.news import open_ways


def send_trial(tools: Tools, *, actor: Actor) -> tuple[str, ...]:
    """Have a trial message sent to each address of the person who asks, whatever he has chosen and whenever it is.

    Returns:
        The ways on which it goes.

    Writes:
        entries of the outbox.
    """
    if actor.machine:
        return ()
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        found = uow.contacts.of(UUID(actor.id))
        ways = tuple(way for way in sorted(open_ways(tools)) if found is not None and found.address(way))
        for way in ways:
            payload = {"person": actor.id, "kind": "notice", "urgent": True, "text": "contact.trial", "params": {}}
            uow.outbox.add(county_of(UUID(actor.id)), way, payload, now)
        uow.commit()
    return ways
