"""Return a task."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict, Forbidden, NotFound, StaleRevision, TaskNotHeld
from app.domain.facts import FactDraft
from app.domain.records import StoredCase, TaskRow
from app.engine.world import Command
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.handing import check_not_lent, tell_hand
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.steering.steered import reason_of
from app.usecases.steering.way_back import taken_away
from app.usecases.steering.withdrawal import Withdrawal, given_back
from app.usecases.stepping import add_fact, command_of, seat_for


class NotReturnable(Conflict):
    """This cannot go back to the step before: it began otherwise, has had effects outside, or others work on it too."""

    slug = "not-returnable"


def return_task(
    tools: Tools, *, actor: Actor, task_id: UUID, reason: str, revision: int | None = None
) -> InboxRow:
    """Give a task back to the step before, to whoever completed that, with his answers as its draft.

    Where he may not have it any more, the step waits for all to whom it is offered.

    Args:
        actor: holds the task.
        revision: of the task, as the page was opened with it.

    Returns:
        The task of the step before, open again; it has an id of its own.

    Writes:
        TokenMoved, BranchCancelled for what followed beside it, TaskTransferred with `how: returned`.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Invalid: there is no reason.
        TaskNotHeld, DelegationOpen, DelegationAwaited, StaleRevision, NotReturnable: nothing was changed.
    """
    words = reason_of(reason)
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        check_not_lent(task, actor)
        if task.state != "claimed" or task.holder != actor.desk:
            raise TaskNotHeld(holder=task.holder_name)
        if revision is not None and revision != task.revision:
            raise StaleRevision(expected=revision, found=task.revision)
        found = given_back(tools, uow, actor, case, task)
        if found is None:
            raise NotReturnable()
        command = command_of(actor, max(at, uow.facts.last_at(case)), seat_for(actor, task))
        case, key = taken_away(tools, uow, case, found, words, command)
        again = next((one for one in uow.tasks.of_case(case.id) if one.key == key), None)
        if again is None:
            raise NotReturnable()
        row = _in_his_hands(uow, case, again, found, command, words)
        uow.commit()
    return InboxRow.of(row, at)


def _in_his_hands(
    uow: UnitOfWork, case: StoredCase, task: TaskRow, found: Withdrawal, command: Command, reason: str
) -> TaskRow:
    """Let whoever completed the step hold it again if he may, with what he had answered."""
    try:
        with uow.attempt():
            person = uow.people.actor(UUID(found.task.finished_by), command.now)
            if task.holder != person.id:
                uow.tasks.claim(task.id, person, command.now)
            uow.drafts.save(task.id, person, found.answers, command.now)
    except (Forbidden, NotFound, Conflict, ValueError):
        # his seat was taken from him meanwhile, or it was no person
        return task
    body = {"key": task.key, "name": task.name, "how": "returned", "to": person.id, "to_name": person.name,
            "reason": reason}  # fmt: skip
    add_fact(uow, case, FactDraft("TaskTransferred", task.process, task.node, task.nth, body), command)
    said = {"by": command.actor.name or command.actor.username, "reason": reason}
    tell_hand(uow, case, task, person.id, command.now, "unit.task_returned", said)
    return uow.tasks.get(task.id)
