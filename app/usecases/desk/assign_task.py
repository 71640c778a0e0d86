"""Assign a task."""

from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import DelegationAwaited, Forbidden, StaleRevision, TaskAlreadyDone
from app.domain.facts import FactDraft
from app.domain.records import TaskRow
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.handing import check_not_lent, check_said, find_taker, named, shown, tell_hand
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.leading import leading_seat
from app.usecases.stepping import add_fact, command_of


def assign_task(
    tools: Tools, *, actor: Actor, task_id: UUID, to: str, reason: str, revision: int | None = None
) -> InboxRow:
    """Give a task of one's unit to one of its members, whoever holds it now; its draft goes along.

    Args:
        actor: leads the unit to which the task is offered.
        to: id or user name of an active person with one of the task's seats who is not excluded from it.
        revision: the task's revision that the page was opened with.

    Writes:
        TaskTransferred with `how: assigned`, and notices to the new holder and to the one before.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Forbidden: he leads none of those to whom it is offered.
        TaskAlreadyDone, StaleRevision, DelegationOpen, DelegationAwaited: nothing was changed.
        Invalid: fields `to` and `reason`.
    """
    at = tools.clock.now()
    words = check_said(reason, "reason")
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        seat = _may_assign(task, actor, revision)
        person = find_taker(uow, task, actor, to, at)
        row = _handed(uow, task, actor, person, at)
        body = {"key": task.key, "name": task.name, "how": "assigned", "from": task.holder,
                "from_name": task.holder_name, "reason": words}  # fmt: skip
        draft = FactDraft("TaskTransferred", task.process, task.node, task.nth, body | named(person, task))
        add_fact(uow, case, draft, command_of(actor, at, seat))
        said = {"by": shown(actor), "reason": words}
        tell_hand(uow, case, task, person.id, at, "unit.task_assigned", said)
        if task.holder and task.holder not in (person.id, actor.id):
            tell_hand(uow, case, task, task.holder, at, "unit.task_taken_away", said | {"to": shown(person)})
        uow.commit()
    return InboxRow.of(row, at)


def _may_assign(task: TaskRow, actor: Actor, revision: int | None) -> tuple[str, str]:
    if task.state in ("done", "cancelled"):
        raise TaskAlreadyDone()
    seat = leading_seat(actor, task)
    if seat is None:
        raise Forbidden()
    check_not_lent(task, actor)
    if task.owner:
        raise DelegationAwaited(holder=task.holder_name)
    if revision is not None and revision != task.revision:
        raise StaleRevision(expected=revision, found=task.revision)
    return seat


def _handed(uow: UnitOfWork, task: TaskRow, actor: Actor, person: Actor, at: datetime) -> TaskRow:
    if task.state == "claimed":
        uow.tasks.release(task.id, actor, by_superior=True)
    return uow.tasks.claim(task.id, actor, at, holder=(person.id, shown(person)))
