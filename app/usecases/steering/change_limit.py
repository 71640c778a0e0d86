"""Change a limit."""

from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.steering.changes import changing_limit
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import reason_of, steer


def change_limit(
    tools: Tools, *, actor: Actor, case_id: UUID, change: str, name: str, amount: str = "", reason: str,
    revision: int | None = None,
) -> Effect:  # fmt: skip
    """Extend, pause, resume or stop a limit by hand.

    Args:
        name: of the limit.
        amount: for `extend`, as limits are written: `3 wd`, `2 h`.
        revision: of the case, as the change was thought out for it.

    Returns:
        What it did.

    Writes:
        LimitChanged and everything that follows.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        Invalid: there is no reason, or something does not fit.
        CaseClosed, StaleRevision, CaseIsSuspended, TaskAlreadyDone, ActNotOpen, ChangeRefused: nothing was changed.
    """
    wanted = changing_limit(change, name, amount, reason_of(reason))
    with tools.store.unit_of_work() as uow:
        effect = steer(tools, uow, actor, case_id, wanted, revision)
        uow.commit()
    return effect
