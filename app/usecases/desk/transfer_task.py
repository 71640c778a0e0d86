"""Transfer a task."""

from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.handing import check_hand, check_said, find_taker, named, record_hand, shown, tell_hand
from app.usecases.desk.inbox_row import InboxRow


def transfer_task(
    tools: Tools, *, actor: Actor, task_id: UUID, to: str, reason: str, revision: int | None = None
) -> InboxRow:
    """Hand a task to somebody else for good; its draft goes along.

    Args:
        actor: holds the task, or could claim it while nobody does.
        to: id or user name of an active person with one of the task's seats who is not excluded from it.
        revision: the task's revision that the page was opened with.

    Writes:
        TaskTransferred, and a notice to the new holder.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Forbidden: it is not his, and he could not claim it.
        TaskAlreadyDone, TaskAlreadyClaimed, StaleRevision, DelegationOpen, DelegationAwaited: nothing was changed.
        Invalid: fields `to` and `reason`.
    """
    at = tools.clock.now()
    words = check_said(reason, "reason")
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        check_hand(uow, task, actor, revision)
        person = find_taker(uow, task, actor, to, at)
        target = (person.id, shown(person))
        if task.state == "open":
            row = uow.tasks.claim(task_id, actor, at, holder=target)
        else:
            row = uow.tasks.hand_over(task_id, actor, target, at)
        before = {"from": task.holder, "from_name": task.holder_name}
        record_hand(uow, case, task, actor, at, "TaskTransferred", before | named(person, task) | {"reason": words})
        tell_hand(uow, case, task, person.id, at, "unit.task_transferred", {"by": shown(actor), "reason": words})
        uow.commit()
    return InboxRow.of(row, at)
