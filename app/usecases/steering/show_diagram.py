"""Show the diagram of a case to somebody who steers it."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import DefinitionNotFound
from app.engine.reading import drawn
from app.engine.targets import standing
from app.usecases import Tools
from app.usecases.stepping import command_of, make_world


def show_diagram(tools: Tools, *, actor: Actor, case_id: UUID, process: str, version: int) -> bytes:
    """Return the BPMN file of a process version that the case runs, with a place for every element.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        DefinitionNotFound: the case does not run this version, or it was never published.
    """
    with tools.store.unit_of_work() as uow:
        case = uow.steering.read(actor, case_id)
        command = command_of(actor, tools.clock.now())
        tokens, _ = standing(make_world(tools, uow, case_id), command, case.state)
        if (process, version) not in {(case.process, case.version), *((one.process, one.version) for one in tokens)}:
            raise DefinitionNotFound()
        row = uow.definitions.get("process", process, version)
        if row.published_at is None:
            raise DefinitionNotFound()
        return drawn(bytes(row.content), process)
