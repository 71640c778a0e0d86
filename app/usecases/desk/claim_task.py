"""Claim a task."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.stepping import add_fact, command_of, seat_for


def claim_task(tools: Tools, *, actor: Actor, task_id: UUID) -> InboxRow:
    """Take a task out of the common inbox; claiming what one already holds changes nothing.

    Writes:
        TaskClaimed.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        TaskAlreadyClaimed: somebody else holds it; `holder` says who.
        TaskAlreadyDone.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case, task = uow.tasks.lock(task_id, actor)
        if task.holder != actor.desk:
            held = uow.tasks.take(task, actor, at)
            seat = seat_for(actor, task)
            draft = FactDraft("TaskClaimed", task.process, task.node, task.nth, {"key": task.key, "name": task.name})
            add_fact(uow, case, draft, command_of(actor, at, seat))
            task = held
            uow.commit()
    return InboxRow.of(task, at)
