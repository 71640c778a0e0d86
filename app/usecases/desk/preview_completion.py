"""Preview a completion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import TaskAlreadyDone, TaskNotHeld
from app.engine import commands
from app.usecases import Tools
from app.usecases.desk.answering import check_answers
from app.usecases.desk.case_summary import names_of
from app.usecases.stepping import command_of, make_world, seat_for


@dataclass(frozen=True)
class NextTask:
    """A task that would open."""

    name: str
    name_en: str
    role: str
    unit: str
    unit_name: str


@dataclass(frozen=True)
class Foreseen:
    """What finishing a task would lead to."""

    opened: Sequence[NextTask]
    closed: bool


def preview_completion(tools: Tools, *, actor: Actor, task_id: UUID, answers: Mapping[str, Any]) -> Foreseen:
    """Tell who would be next if these answers were sent; nothing is written.

    Args:
        actor: holds the task.
        answers: {field: value} in the shape of the task's form.

    Raises:
        TaskNotFound, TaskAlreadyDone, TaskNotHeld: it is not his.
        InvalidAnswers: per field.
        StepFailed: the diagram cannot go on.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        task = uow.tasks.visible_to(actor, task_id)
        case = uow.cases.get(task.case_id)
        if task.state in ("done", "cancelled"):
            raise TaskAlreadyDone()
        if actor.desk not in (task.holder, task.owner):
            raise TaskNotHeld(holder=task.holder_name)

        def checked(scope: Mapping[str, Any]) -> Mapping[str, Any]:
            return check_answers(tools, uow, case, task, answers, scope, actor)

        command = command_of(actor, at, seat_for(actor, task))
        world = make_world(tools, uow, case.id)
        progress = commands.complete(world, command, case.state, task.key, checked)
        seats = [one.candidates[0] if one.candidates else ("", "") for one in progress.opened]
        units = names_of(uow, [unit for _, unit in seats], actor.locale)
        # operations of the diagram may have written on the way
        uow.rollback()
    opened = [NextTask(one.name, one.name_en, role, unit, units.get(unit, ""))
              for one, (role, unit) in zip(progress.opened, seats, strict=True)]  # fmt: skip
    return Foreseen(opened, progress.closed)
