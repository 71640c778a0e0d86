"""Show the diagram of a case to somebody who steers it."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import DefinitionNotFound
from app.usecases import Tools


def show_diagram(tools: Tools, *, actor: Actor, case_id: UUID, process: str, version: int) -> bytes:
    """Return the BPMN file of a process version.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        DefinitionNotFound: there is no such version, or it was never published.
    """
    with tools.store.unit_of_work() as uow:
        uow.steering.read(actor, case_id)
        row = uow.definitions.get("process", process, version)
        if row.published_at is None:
            raise DefinitionNotFound()
        return bytes(row.content)
