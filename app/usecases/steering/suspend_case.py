"""Suspend a case."""

from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.steering.changes import suspending
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import reason_of, steer


def suspend_case(
    tools: Tools, *, actor: Actor, case_id: UUID, reason: str, revision: int | None = None,
) -> Effect:  # fmt: skip
    """Let a case stand still: its tasks cannot be finished, its moments do not come, messages are kept.

    Args:
        revision: of the case, as the change was thought out for it.

    Returns:
        What it did.

    Writes:
        CaseSuspended and everything that follows.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        Invalid: there is no reason, or something does not fit.
        CaseClosed, StaleRevision, CaseIsSuspended, TaskAlreadyDone, ActNotOpen, ChangeRefused: nothing was changed.
    """
    change = suspending(reason_of(reason))
    with tools.store.unit_of_work() as uow:
        effect = steer(tools, uow, actor, case_id, change, revision)
        uow.commit()
    return effect
