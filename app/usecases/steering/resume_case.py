"""Resume a case."""

from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.steering.changes import resuming
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import reason_of, steer


def resume_case(
    tools: Tools, *, actor: Actor, case_id: UUID, reason: str, revision: int | None = None,
) -> Effect:  # fmt: skip
    """Let a case go on; what is overdue and what was kept for it comes now.

    Args:
        revision: of the case, as the change was thought out for it.

    Returns:
        What it did.

    Writes:
        CaseResumed and everything that follows.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        Invalid: there is no reason, or something does not fit.
        CaseClosed, StaleRevision, CaseIsSuspended, TaskAlreadyDone, ActNotOpen, ChangeRefused: nothing was changed.
    """
    change = resuming(reason_of(reason))
    with tools.store.unit_of_work() as uow:
        effect = steer(tools, uow, actor, case_id, change, revision)
        uow.commit()
    return effect
