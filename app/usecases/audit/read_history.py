"""Read the history of a case."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import Fact
from app.usecases import Tools

#: facts on one page
MOST = 1000


def read_history(tools: Tools, *, actor: Actor, case_id: UUID, after: int = 0, limit: int = 200) -> tuple[Fact, ...]:
    """Read recorded facts in their order, with their hashes.

    Args:
        actor: must be able to see the case.
        after: number of the last fact that is known already.
        limit: at most this many, and never more than 1000.

    Raises:
        CaseNotFound: there is none, or it is not for him.
    """
    with tools.store.unit_of_work() as uow:
        uow.cases.visible_to(actor, case_id)
        return tuple(uow.facts.of_case(case_id, after=max(0, after), limit=max(1, min(limit, MOST))))
