"""Delegate a task."""

from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.handing import check_held, check_said, find_taker, named, record_hand, shown, tell_hand
from app.usecases.desk.inbox_row import InboxRow


def delegate_task(
    tools: Tools, *, actor: Actor, task_id: UUID, to: str, reason: str, revision: int | None = None
) -> InboxRow:
    """Let somebody else work on a task; he gives it back with an opinion, and its owner finishes it.

    Args:
        actor: holds the task, and is its owner from now on.
        to: id or user name of an active person with one of the task's seats who is not excluded from it.
        reason: what he is asked for.
        revision: the task's revision that the page was opened with.

    Writes:
        TaskDelegated, and a notice to the new holder.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Forbidden: it is not his, and he could not claim it.
        TaskNotHeld, TaskAlreadyDone, TaskAlreadyClaimed, StaleRevision, DelegationOpen, DelegationAwaited: nothing
            was changed.
        Invalid: fields `to` and `reason`.
    """
    at = tools.clock.now()
    words = check_said(reason, "reason")
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        check_held(uow, task, actor, revision)
        person = find_taker(uow, task, actor, to, at)
        row = uow.hands.lend(task_id, actor, (person.id, shown(person)), at)
        record_hand(uow, case, task, actor, at, "TaskDelegated", named(person, task) | {"reason": words})
        tell_hand(uow, case, task, person.id, at, "unit.task_delegated", {"by": shown(actor), "reason": words})
        uow.commit()
    return InboxRow.of(row, at)
