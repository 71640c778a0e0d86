"""Withdraw a completion."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, StaleRevision
from app.domain.facts import FactDraft
from app.domain.records import StoredCase, TaskRow
from app.engine.world import Command
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.steering.steered import reason_of
from app.usecases.steering.way_back import taken_away
from app.usecases.steering.withdrawal import NotWithdrawable, Withdrawal, withdrawable
from app.usecases.stepping import add_fact, command_of, seat_for


def withdraw_completion(
    tools: Tools, *, actor: Actor, task_id: UUID, reason: str, revision: int | None = None
) -> InboxRow:
    """Take back one's own last completed task while nobody has claimed or touched what follows.

    The actor holds the task again, with his answers as its draft.

    Args:
        task_id: of the completed task.
        revision: of the task, as the page was opened with it.

    Returns:
        The task that is open again; it has an id of its own.

    Writes:
        TokenMoved, BranchCancelled for what followed beside it, TaskClaimed.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Invalid: there is no reason.
        NotWithdrawable, StaleRevision, ChangeRefused: nothing was changed.
    """
    words = reason_of(reason)
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        found = withdrawable(tools, uow, actor, case)
        if found.task.id != task.id:
            raise NotWithdrawable()
        if revision is not None and revision != task.revision:
            raise StaleRevision(expected=revision, found=task.revision)
        command = command_of(actor, max(at, uow.facts.last_at(case)), seat_for(actor, task))
        case, key = taken_away(tools, uow, case, found, words, command)
        again = next((one for one in uow.tasks.of_case(case.id) if one.key == key), None)
        if again is None:
            raise NotWithdrawable()
        row = _in_hand(uow, case, again, found, command)
        uow.commit()
    return InboxRow.of(row, at)


def _in_hand(uow: UnitOfWork, case: StoredCase, task: TaskRow, found: Withdrawal, command: Command) -> TaskRow:
    """Let the actor hold the task again if he may, with what he had answered."""
    try:
        with uow.attempt():
            held = task if task.holder == command.actor.desk else uow.tasks.claim(task.id, command.actor, command.now)
            uow.drafts.save(task.id, command.actor, found.answers, command.now)
    except Forbidden:
        # the seat was taken from him meanwhile
        return task
    if held is not task:
        body = {"key": task.key, "name": task.name}
        add_fact(uow, case, FactDraft("TaskClaimed", task.process, task.node, task.nth, body), command)
    return uow.tasks.get(task.id)
