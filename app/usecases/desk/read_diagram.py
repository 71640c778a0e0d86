"""Read a diagram that a case ran."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import DefinitionNotFound
from app.engine.reading import drawn
from app.usecases import Tools


def read_diagram(tools: Tools, *, actor: Actor, case_id: UUID, process: str, version: int) -> bytes:
    """Return the BPMN file of a process version with a place for every element, to those who may see the case.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        DefinitionNotFound: there is no such version, or it was never published.
    """
    with tools.store.unit_of_work() as uow:
        uow.cases.visible_to(actor, case_id)
        row = uow.definitions.get("process", process, version)
        if row.published_at is None:
            raise DefinitionNotFound()
        return drawn(bytes(row.content), process)
