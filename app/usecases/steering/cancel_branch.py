"""Cancel a branch."""

from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.steering.changes import cancelling_branch
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import reason_of, steer


def cancel_branch(
    tools: Tools, *, actor: Actor, case_id: UUID, key: str, reason: str, revision: int | None = None,
) -> Effect:  # fmt: skip
    """Cancel a token with everything in it; the last one ends what contains it.

    Args:
        key: of the token.
        revision: of the case, as the change was thought out for it.

    Returns:
        What it did.

    Writes:
        BranchCancelled and everything that follows.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        Invalid: there is no reason, or something does not fit.
        CaseClosed, StaleRevision, CaseIsSuspended, TaskAlreadyDone, ActNotOpen, ChangeRefused: nothing was changed.
    """
    change = cancelling_branch(key, reason_of(reason))
    with tools.store.unit_of_work() as uow:
        effect = steer(tools, uow, actor, case_id, change, revision)
        uow.commit()
    return effect
