"""Try whether news arrives."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.ids import derived_id
from app.usecases import Tools
from app.usecases.news import open_ways


def send_trial(tools: Tools, *, actor: Actor) -> tuple[str, ...]:
    """Have a trial message sent to each address of the person who asks, whatever he has chosen and whenever it is.

    An address gets one in ten minutes, however often it is asked for: nobody knows yet whose it is.

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
        moment = now.replace(minute=now.minute - now.minute % 10, second=0, microsecond=0)
        for way in ways:
            entry = derived_id(UUID(actor.id), f"trial/{way}", moment)
            payload = {"person": actor.id, "kind": "notice", "urgent": True, "text": "contact.trial", "params": {}}
            uow.outbox.add_once(entry, way, payload, now, now)
        uow.commit()
    return ways
