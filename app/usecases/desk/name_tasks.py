"""Name several tasks."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.usecases import Tools
from app.usecases.desk.inbox_row import InboxRow, row_for


def name_tasks(tools: Tools, *, actor: Actor, task_ids: Iterable[UUID]) -> Mapping[UUID, InboxRow]:
    """Read the rows of those among some tasks that the actor, or somebody for whom he stands in, may see."""
    now = tools.clock.now()
    found: dict[UUID, InboxRow] = {}
    with tools.store.unit_of_work() as uow:
        for task_id in task_ids:
            for one in (actor, *actor.standing):
                with suppress(NotFound):
                    found.setdefault(task_id, row_for(actor, uow.tasks.visible_to(one, task_id), now))
    return found
