"""Change participants."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.steering.changes import changing_participants
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import reason_of, steer


def change_participants(
    tools: Tools, *, actor: Actor, case_id: UUID, key: str, change: str, params: Mapping[str, Any],
    reason: str, revision: int | None = None,
) -> Effect:  # fmt: skip
    """Change who takes part in a joint decision, in which order, and when it is enough.

    Args:
        key: of the activity, or of any of its instances; for `remove` of the instance.
        change: `add` {item}, `remove` {}, `order` {items}, `rule` {condition} or `vote` {value, share}.
        revision: of the case, as the change was thought out for it.

    Returns:
        What it did.

    Writes:
        ParticipantsChanged and everything that follows.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        Invalid: there is no reason, or something does not fit.
        CaseClosed, StaleRevision, CaseIsSuspended, TaskAlreadyDone, ActNotOpen, ChangeRefused: nothing was changed.
    """
    wanted = changing_participants(key, change, params, reason_of(reason))
    with tools.store.unit_of_work() as uow:
        effect = steer(tools, uow, actor, case_id, wanted, revision)
        uow.commit()
    return effect
