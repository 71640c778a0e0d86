"""Save a draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import StaleRevision, TaskNotHeld
from app.schemas.values import read_moment
from app.usecases import Tools


def save_draft(
    tools: Tools, *, actor: Actor, task_id: UUID, values: Mapping[str, Any], revision: int | None = None,
    known: str | None = None,
) -> datetime:  # fmt: skip
    """Keep what an officer has typed so far; no answer is checked and nothing moves.

    Args:
        revision: the task's revision that the page was opened with; an old page must not overwrite a newer draft.
        known: when the draft was kept that the page shows, empty for none; a second window of the same holder must
            not overwrite the first one's unnoticed. None: whoever sends this does not care.

    Returns:
        When it was kept.

    Raises:
        TaskNotFound, TaskAlreadyDone, TaskNotHeld, StaleRevision, DraftOvertaken: the draft is as it was.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        task = uow.tasks.visible_to(actor, task_id)
        if task.state != "claimed" or task.holder != actor.desk:
            raise TaskNotHeld()
        if revision is not None and revision != task.revision:
            raise StaleRevision(expected=revision, found=task.revision)
        uow.drafts.save(task_id, actor, dict(values), at, over=_over(known))
        uow.commit()
    return at


def _over(known: str | None) -> tuple[datetime | None] | None:
    return None if known is None else (read_moment(known) if known else None,)
