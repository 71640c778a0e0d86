"""List the units that somebody looks after."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.office import administered
from app.domain.org import Unit
from app.usecases import Tools


@dataclass(frozen=True)
class UnitPage:
    """One page of units."""

    rows: Sequence[Unit]
    #: code after which the next page begins, or None
    next: str | None


def list_units(
    tools: Tools, *, actor: Actor, q: str = "", below: str = "", after: str = "", limit: int = 50
) -> UnitPage:
    """List the units in the actor's part of the tree, by code.

    Args:
        q: part of the code or a name.
        below: only this unit and those below it.
    """
    limit = max(1, min(limit, 1000))
    with tools.store.unit_of_work() as uow:
        rows = uow.offices.units(administered(actor), q=q, below=below, after=after, limit=limit + 1)
    return UnitPage(rows[:limit], rows[limit - 1].code if len(rows) > limit else None)
