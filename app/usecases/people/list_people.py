"""List the people that somebody looks after."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.office import administered
from app.domain.records_city import PersonShown
from app.usecases import Tools


@dataclass(frozen=True)
class PeoplePage:
    """One page of accounts."""

    rows: Sequence[PersonShown]
    #: user name after which the next page begins, or None
    next: str | None


def list_people(
    tools: Tools, *, actor: Actor, q: str = "", unit: str = "", role: str = "", closed: bool | None = None,
    after: str = "", limit: int = 50,
) -> PeoplePage:  # fmt: skip
    """List the accounts in the actor's part of the tree, by user name.

    Args:
        q: part of the user name, the shown name or the telephone.
        unit: only those of a unit or below it.
        role: only those who hold it now.
        closed: only closed or only open accounts.
    """
    limit = max(1, min(limit, 200))
    with tools.store.unit_of_work() as uow:
        rows = uow.offices.people(
            administered(actor), tools.clock.now(), q=q, unit=unit, role=role, closed=closed, after=after,
            limit=limit + 1,
        )  # fmt: skip
    return PeoplePage(rows[:limit], rows[limit - 1].username if len(rows) > limit else None)
