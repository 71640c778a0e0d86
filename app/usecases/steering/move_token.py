"""Move a token."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.steering.changes import moving
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import reason_of, steer


def move_token(
    tools: Tools, *, actor: Actor, case_id: UUID, key: str, target: str,
    variables: Mapping[str, Any] | None = None, siblings: bool = False, reason: str, revision: int | None = None,
) -> Effect:  # fmt: skip
    """Put a token of a case on another element: return to a handled step, withdraw, jump.

    Args:
        key: of the token, `process/node#nth`, as `list_positions` names it.
        target: element of the same process version.
        variables: set on the way.
        siblings: also cancel the other tokens around the target, as a return to before a fork needs.
        revision: of the case, as the change was thought out for it.

    Returns:
        What it did.

    Writes:
        TokenMoved and everything that follows.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        Invalid: there is no reason, or something does not fit.
        CaseClosed, StaleRevision, CaseIsSuspended, TaskAlreadyDone, ActNotOpen, ChangeRefused: nothing was changed.
    """
    change = moving(key, target, variables, siblings, reason_of(reason))
    with tools.store.unit_of_work() as uow:
        effect = steer(tools, uow, actor, case_id, change, revision)
        uow.commit()
    return effect
