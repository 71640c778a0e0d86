"""Resolve a delegated task."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, NotDelegated, TaskAlreadyDone
from app.usecases import Tools
from app.usecases.desk.handing import check_said, may_have_back, record_hand, shown, tell_hand
from app.usecases.desk.inbox_row import InboxRow


def resolve_task(tools: Tools, *, actor: Actor, task_id: UUID, opinion: str) -> InboxRow:
    """Give a delegated task back to its owner, with an opinion; its draft goes along.

    Where the owner is gone or excluded by now, it goes back into the common inbox.

    Args:
        actor: the task was delegated to him.

    Writes:
        DelegationReturned, and a notice to the owner.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Forbidden: it was delegated to somebody else.
        NotDelegated, TaskAlreadyDone: nothing was changed.
        Invalid: field `opinion`.
    """
    at = tools.clock.now()
    words = check_said(opinion, "opinion")
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        if task.state in ("done", "cancelled"):
            raise TaskAlreadyDone()
        if not task.owner:
            raise NotDelegated()
        if task.holder != actor.desk:
            raise Forbidden()
        body = {"how": "opinion", "opinion": words}
        if may_have_back(uow, task, task.owner, at):
            row = uow.hands.give_back(task_id, actor, at)
            body |= {"to": task.owner, "to_name": task.owner_name}
            tell_hand(uow, case, task, task.owner, at, "unit.task_resolved", {"by": shown(actor), "opinion": words})
        else:
            row = uow.tasks.release(task_id, actor)
            body |= {"to": "", "to_name": ""}
        record_hand(uow, case, task, actor, at, "DelegationReturned", body)
        uow.commit()
    return InboxRow.of(row, at)
