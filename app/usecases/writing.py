"""Write what a command did, and carry what it threw to whom it is meant for; the caller commits."""

from uuid import UUID

from app.domain.progress import Progress
from app.domain.records import StoredCase, TaskInHand
from app.engine.world import Command
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools, stepping
from app.usecases.routing import route


def write_step(
    tools: Tools,
    uow: UnitOfWork,
    case: StoredCase,
    progress: Progress,
    command: Command,
    *,
    finished: TaskInHand | None = None,
) -> StoredCase:
    """Write one step of a case, and the steps of other cases that follow from it.

    Args:
        finished: the task that the command's actor finished; it must still be open and held by him.

    Returns:
        The case as it stands then.

    Raises:
        TaskAlreadyDone, TaskNotHeld, StaleRevision: somebody was first; nothing was written.
    """
    case = stepping.write_step(uow, case, progress, command, finished=finished)
    return followed(tools, uow, case, progress, command)


def write_start(
    tools: Tools, uow: UnitOfWork, case_id: UUID, process: str, progress: Progress, command: Command, started_by: str
) -> StoredCase:
    """Write a new case, and the steps of other cases that follow from it.

    Args:
        started_by: id of the actor, empty for nobody in particular.
    """
    facts = stepping.link_facts(case_id, progress.facts, command)
    version = progress.versions[process]
    case = uow.cases.create(case_id, process, version, progress, facts, at=command.now, started_by=started_by)
    return followed(tools, uow, case, progress, command)


def followed(
    tools: Tools, uow: UnitOfWork, case: StoredCase, progress: Progress, command: Command
) -> StoredCase:
    """Carry what a step threw; most throw nothing and begin to wait for nothing that is kept."""
    if progress.thrown or case.mail:
        return route(tools, uow, case, progress, command)
    return case
