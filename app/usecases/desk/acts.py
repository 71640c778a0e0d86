"""Acts: what people may do on a case besides finishing a task; shared by the verbs that show or perform one."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.actor import Actor
from app.domain.org import seat_of
from app.domain.records import SubscriptionRow, TaskRow
from app.usecases import Tools
from app.usecases.desk.forms import form_schema
from app.usecases.stepping import seat_for


@dataclass(frozen=True)
class Act:
    """One act offered to the actor."""

    key: str
    message: str
    name: str
    name_en: str
    form: str
    form_version: int
    form_schema: dict[str, Any]
    open: bool
    closed_text: str
    closed_text_en: str
    #: the task it stands beside, or empty
    task_key: str


def acts_for(
    tools: Tools, actor: Actor, subscriptions: Iterable[SubscriptionRow], tasks: Iterable[TaskRow]
) -> list[Act]:
    """List the acts that this actor may perform now; closed ones are shown with their reason."""
    held = {task.key for task in tasks if is_in_hand(task, actor)}
    found = []
    for row in subscriptions:
        if row.form and may_perform(tools, actor, row, held):
            number = tools.library.form_number(row.form)
            found.append(Act(
                row.key, row.message, row.name, row.name_en, row.form, number, form_schema(tools, row.form, number),
                row.open, row.closed_text, row.closed_text_en, row.task_key,
            ))
    return found


def is_in_hand(task: TaskRow, actor: Actor) -> bool:
    """Say whether the actor holds a task as his own; what is delegated to him he only gives an opinion on."""
    return task.state == "claimed" and task.holder == actor.desk and not task.owner


def may_perform(tools: Tools, actor: Actor, row: SubscriptionRow, held: set[str]) -> bool:
    """Say whether an act is offered to this actor: as holder of its task, or in a role at its unit."""
    return _as_holder(row, held) or _seat_at_unit(tools, actor, row) is not None


def seat_for_act(
    tools: Tools, actor: Actor, row: SubscriptionRow, held: Mapping[str, TaskRow]
) -> tuple[str, str] | None:
    """Find the role and unit in which an actor performs an act: the seat of its task for the holder, or his own.

    Args:
        held: the tasks that the actor holds, by key.

    Returns:
        None if the act is not offered to him.
    """
    if _as_holder(row, held):
        return seat_for(actor, held[row.task_key])
    return _seat_at_unit(tools, actor, row)


def _as_holder(row: SubscriptionRow, held: Container[str]) -> bool:
    return "holder" in row.offered_to and bool(row.task_key) and row.task_key in held


def _seat_at_unit(tools: Tools, actor: Actor, row: SubscriptionRow) -> tuple[str, str] | None:
    for assignment in actor.assignments:
        if assignment.role in row.offered_to:
            role = tools.city.roles.get(assignment.role)
            seat = seat_of(role, row.unit) if role and row.unit else None
            if seat == assignment.unit or (seat is None and assignment.unit == row.unit):
                return assignment.role, assignment.unit
    return None
