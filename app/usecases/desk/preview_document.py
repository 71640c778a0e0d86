"""Preview a document."""

from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.papers import Prepared, prepare


def preview_document(tools: Tools, *, actor: Actor, case_id: UUID, key: str, language: str = "zh") -> Prepared:
    """Show a document as it would be issued now; nothing is recorded and its number is not taken.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        NoSuchDocument, Forbidden, DocumentNotReady.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = uow.cases.visible_to(actor, case_id)
        return prepare(tools, uow, actor, case, key, at, language)
