"""Load the whole history of a case, page by page."""

from uuid import UUID

from app.domain.facts import Fact
from app.store.unit_of_work import UnitOfWork

_PAGE = 2000


def whole_history(uow: UnitOfWork, case_id: UUID) -> list[Fact]:
    """Read every fact of a case in its order, inside the caller's transaction."""
    facts: list[Fact] = []
    while True:
        page = uow.facts.of_case(case_id, after=facts[-1].seq if facts else 0, limit=_PAGE)
        facts.extend(page)
        if len(page) < _PAGE:
            return facts
