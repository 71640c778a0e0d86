"""Hand a task of somebody who leaves to somebody else."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import TaskAlreadyDone, TaskNotHeld
from app.domain.facts import FactDraft
from app.domain.office import ADMINS
from app.usecases import Tools
from app.usecases.desk.handing import check_said, find_taker, named, shown, tell_hand
from app.usecases.people.recording import looked_after
from app.usecases.stepping import add_fact, command_of, seat_of


def hand_over_task(tools: Tools, *, actor: Actor, person_id: UUID, task_id: UUID, to: str, reason: str) -> str:
    """Take a task off the desk of somebody who leaves, and put it on another's or back into the common box.

    Args:
        actor: administers every unit where the one who leaves is; he need not see the case.
        to: id or user name of an active person with one of the task's seats; empty for the common box.

    Returns:
        The name of who has it now; empty for the common box.

    Writes:
        TaskTransferred with `how: left_office`, or TaskReleased; a notice to the new holder.

    Raises:
        PersonNotFound: somebody else looks after the account. TaskNotHeld: it is not on that desk any more.
        TaskAlreadyDone. Invalid: fields `to` and `reason`.
    """
    at = tools.clock.now()
    words = check_said(reason, "reason")
    with tools.store.unit_of_work() as uow:
        leaving = looked_after(uow, actor, person_id, at)
        case, task = uow.cases.lock_for_task(task_id)
        if task.state in ("done", "cancelled"):
            raise TaskAlreadyDone()
        if str(person_id) not in (task.holder, task.owner):
            raise TaskNotHeld()
        body = {"key": task.key, "name": task.name, "how": "left_office", "from": str(person_id),
                "from_name": leaving.name or leaving.username, "reason": words}  # fmt: skip
        kind, name = "TaskReleased", ""
        if to:
            person = find_taker(uow, task, actor, to, at)
            kind, name = "TaskTransferred", shown(person)
            uow.offices.move_desk(task_id, str(person_id), (person.id, name), at)
            body |= named(person, task)
            said = {"by": shown(actor), "reason": words}
            tell_hand(uow, case, task, person.id, at, "unit.task_transferred", said)
        else:
            uow.tasks.release(task_id, actor, by_superior=True)
        held = [(one.role, one.unit) for one in actor.assignments if one.role in ADMINS]
        command = command_of(actor, at, held[0] if held else seat_of(actor))
        add_fact(uow, case, FactDraft(kind, task.process, task.node, task.nth, body), command)
        uow.commit()
    return name
