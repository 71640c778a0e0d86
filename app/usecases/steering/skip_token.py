"""Skip an element."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.steering.changes import skipping
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import reason_of, steer


def skip_token(
    tools: Tools, *, actor: Actor, case_id: UUID, key: str, variables: Mapping[str, Any] | None = None,
    reason: str, revision: int | None = None,
) -> Effect:  # fmt: skip
    """Pass an element as if it had been done.

    Args:
        key: of the token that stands there.
        variables: what would have been answered.
        revision: of the case, as the change was thought out for it.

    Returns:
        What it did.

    Writes:
        TokenSkipped and everything that follows.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        Invalid: there is no reason, or something does not fit.
        CaseClosed, StaleRevision, CaseIsSuspended, TaskAlreadyDone, ActNotOpen, ChangeRefused: nothing was changed.
    """
    change = skipping(key, variables, reason_of(reason))
    with tools.store.unit_of_work() as uow:
        effect = steer(tools, uow, actor, case_id, change, revision)
        uow.commit()
    return effect
