"""Preview a change."""

from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import StaleRevision
from app.usecases import Tools
from app.usecases.steering.changes import change_of
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import attempt


def preview_change(
    tools: Tools, *, actor: Actor, case_id: UUID, kind: str, reason: str = "", revision: int | None = None, **given: Any
) -> Effect:
    """Tell what a change would do now; nothing is written.

    Args:
        kind: one of `changes.KINDS`.
        given: what the verb of that kind takes.

    Raises:
        What the verb itself raises.
    """
    change = change_of(kind, reason=reason, **given)
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = uow.steering.read(actor, case_id)
        if revision is not None and revision != case.revision:
            raise StaleRevision(expected=revision, found=case.revision)
        effect = attempt(tools, uow, case, change, actor, at)
        # operations of the diagram may have written on the way
        uow.rollback()
    return effect
