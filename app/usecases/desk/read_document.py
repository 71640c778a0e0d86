"""Read an issued document."""

from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.papers import NoSuchDocument, Paper, issued


def read_document(tools: Tools, *, actor: Actor, case_id: UUID, seq: int) -> Paper:
    """Read a document as it was issued, whatever the case says by now.

    Args:
        seq: number of its fact.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        NoSuchDocument.
    """
    with tools.store.unit_of_work() as uow:
        uow.cases.visible_to(actor, case_id)
        found = next((one for one in issued(uow, case_id) if one.seq == seq), None)
        if found is None:
            raise NoSuchDocument
        return found
