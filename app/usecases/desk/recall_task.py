"""Recall a delegated task."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, NotDelegated, TaskAlreadyDone
from app.usecases import Tools
from app.usecases.desk.handing import because, record_hand, shown, tell_hand
from app.usecases.desk.inbox_row import InboxRow


def recall_task(tools: Tools, *, actor: Actor, task_id: UUID, reason: str = "") -> InboxRow:
    """Take a delegated task back before an opinion came; its draft comes along.

    Args:
        actor: has delegated it.

    Writes:
        DelegationReturned, and a notice to whoever worked on it.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Forbidden: somebody else has delegated it.
        NotDelegated, TaskAlreadyDone: nothing was changed. Invalid: field `reason`.
    """
    at, said = tools.clock.now(), because(reason)
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        if task.state in ("done", "cancelled"):
            raise TaskAlreadyDone()
        if not task.owner:
            raise NotDelegated()
        if task.owner != actor.desk:
            raise Forbidden()
        row = uow.hands.give_back(task_id, actor, at)
        body = {"how": "recalled", "to": task.owner, "to_name": task.owner_name, "from": task.holder,
                "from_name": task.holder_name, **said}  # fmt: skip
        record_hand(uow, case, task, actor, at, "DelegationReturned", body)
        tell_hand(uow, case, task, task.holder, at, "unit.task_recalled", {"by": shown(actor)})
        uow.commit()
    return InboxRow.of(row, at)
