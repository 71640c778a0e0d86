"""Preview a change."""

from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.steering.changes import change_of
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import check_revision, foreseen


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
    with tools.store.unit_of_work() as uow:
        case = uow.steering.read(actor, case_id)
        check_revision(case, revision)
        effect = foreseen(tools, uow, case, change, actor)
        # operations of the diagram may have written on the way
        uow.rollback()
    return effect
