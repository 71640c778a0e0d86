"""Release a task."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.desk.handing import because, check_not_lent
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.stepping import add_fact, command_of, seat_for


def release_task(tools: Tools, *, actor: Actor, task_id: UUID, reason: str = "") -> InboxRow:
    """Put a task back into the common inbox; its draft stays with it.

    Writes:
        TaskReleased.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        TaskNotHeld: it is not his.
        DelegationOpen, DelegationAwaited: it was delegated; give it back or take it back first.
        TaskAlreadyDone. Invalid: field `reason`.
    """
    at, body = tools.clock.now(), because(reason)
    with tools.store.unit_of_work() as uow:
        case, task = uow.tasks.lock(task_id, actor)
        check_not_lent(task, actor)
        uow.tasks.release(task_id, actor)
        body = {"key": task.key, "name": task.name, **body}
        draft = FactDraft("TaskReleased", task.process, task.node, task.nth, body)
        add_fact(uow, case, draft, command_of(actor, at, seat_for(actor, task)))
        row = uow.tasks.get(task_id)
        uow.commit()
    return InboxRow.of(row, at)
