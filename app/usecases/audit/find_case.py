"""Find a case by the number that people know."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseNotFound
from app.usecases import Tools


def find_case(tools: Tools, *, actor: Actor, number: str) -> UUID:
    """Find the case of an event number or of an id written out.

    Raises:
        CaseNotFound: there is none, or it is not for him.
    """
    with tools.store.unit_of_work() as uow:
        try:
            case_id = UUID(number)
        except ValueError:
            found = uow.cases.find_by_event_no(number.strip()[:60].replace("\0", ""))
            if found is None:
                raise CaseNotFound from None
            case_id = found.id
        return uow.cases.visible_to(actor, case_id).id
