"""List who looked at one's own tracks."""

from collections.abc import Sequence

from app.domain.actor import Actor
from app.domain.facts import Fact
from app.usecases import Tools
from app.usecases.looks import looks_at

#: of one page
MOST = 50


def list_looks(tools: Tools, *, actor: Actor) -> Sequence[Fact]:
    """List the newest looks of others at the actor's own tracks."""
    with tools.store.unit_of_work() as uow:
        return uow.office_facts.of(looks_at(actor.id), limit=MOST)
