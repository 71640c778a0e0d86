"""List who stands in for whom."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden
from app.domain.office import led
from app.domain.records_city import SubstituteShown
from app.usecases import Tools
from app.usecases.people.recording import looked_after

#: how long one that is over is still shown
SHOWN = timedelta(days=90)


def list_substitutes(tools: Tools, *, actor: Actor, person_id: UUID | None = None) -> Sequence[SubstituteShown]:
    """List who stands in for a person and for whom he does, the latest first.

    Args:
        person_id: the actor himself if it is not given; else somebody whom he leads or looks after.

    Raises:
        PersonNotFound: somebody else leads that person.
    """
    at = tools.clock.now()
    chosen = person_id or actor.person_id
    if chosen is None:
        raise Forbidden()
    with tools.store.unit_of_work() as uow:
        if chosen != actor.person_id:
            looked_after(uow, actor, chosen, at, led(actor))
        return uow.substitutes.of_person(chosen, at - SHOWN)
