"""Complete a task."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import StaleRevision, TaskAlreadyDone, TaskNotHeld
from app.domain.records import TaskInHand
from app.engine import commands
from app.usecases import Tools
from app.usecases.desk.answering import check_answers
from app.usecases.desk.handing import check_not_lent
from app.usecases.desk.outcome import Completed, outcome
from app.usecases.desk.proving import Proof, check_evidence
from app.usecases.stepping import command_of, make_world, seat_for
from app.usecases.writing import write_step


def complete_task(
    tools: Tools,
    *,
    actor: Actor,
    task_id: UUID,
    answers: Mapping[str, Any],
    revision: int | None = None,
    form_version: int | None = None,
) -> Completed:
    """Record a person's answers and move the case to its next stop.

    Args:
        actor: must hold the task.
        answers: {field: value} in the shape of the task's form.
        revision: the task's revision that the page was opened with.
        form_version: the form's version that the page was opened with.

    Returns:
        Where the case went.

    Writes:
        TaskCompleted and everything the diagram does up to its next stop, in one transaction.

    Raises:
        TaskNotFound, TaskAlreadyDone, TaskNotHeld, StaleRevision, TaskNotReady: nothing was changed.
        DelegationOpen, DelegationAwaited: it was delegated; its owner finishes it when he has it back.
        InvalidAnswers: per field.
        StepFailed: the diagram cannot go on.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_held(task_id, actor)
        _may_complete(task, actor, revision, form_version)

        def checked(scope: Mapping[str, Any]) -> Mapping[str, Any]:
            clean = check_answers(tools, uow, case, task, answers, scope, actor)
            check_evidence(Proof(tools, uow, case, task, clean, scope, at), actor.locale)
            return clean

        command = command_of(actor, at, seat_for(actor, task))
        progress = commands.complete(make_world(tools, uow, case.id), command, case.state, task.key, checked)
        moved = write_step(tools, uow, case, progress, command, finished=task)
        if actor.absent:
            uow.hands.finished_for(task.id, actor)
        uow.commit()
    return outcome(moved, progress, actor, at)


def _may_complete(task: TaskInHand, actor: Actor, revision: int | None, form_version: int | None) -> None:
    if task.state in ("done", "cancelled"):
        raise TaskAlreadyDone()
    check_not_lent(task, actor)
    if task.holder != actor.desk:
        raise TaskNotHeld(holder=task.holder_name)
    if revision is not None and revision != task.revision:
        raise StaleRevision(expected=revision, found=task.revision)
    if form_version is not None and form_version != task.form_version:
        raise StaleRevision(expected=form_version, found=task.form_version)
