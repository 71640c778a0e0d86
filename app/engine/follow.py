"""Timers and tasks follow their limit when it moves; claim and draft stay where they are."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements import BoundaryEvent, Timer

if TYPE_CHECKING:
    from app.engine.flow import Flow

#: due moment of a timer whose limit stands still
NEVER = "9999-12-31T00:00:00+00:00"


def due_fields(limit: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a task shows of its limit."""
    if limit is None:
        return {"started_at": None, "due_at": None, "yellow_at": None, "paused": False}
    return {
        "started_at": limit["started_at"],
        "due_at": limit["due_at"],
        "yellow_at": limit["yellow_at"],
        "paused": limit["state"] == "paused",
    }


def limits_moved(flow: "Flow", names: Iterable[str]) -> None:
    """Move the open tasks and the waiting timers of these limits to the new moments."""
    for name in names:
        limit = flow.record["limits"][name]
        for task in all_tasks(flow):
            work = task.internal_data.get("task")
            if work and work["limit"] == name and task.state == TaskState.READY:
                work.update(due_fields(limit))
            elif isinstance(task.task_spec, BoundaryEventSplit) and task.state == TaskState.COMPLETED:
                _rearm(flow, task, name)
        for task in list(flow.event_manager.tasks.values()):
            for timer in timers_of(task):
                if follows(timer, name) and timer.slot in task.internal_data.get("due", {}):
                    _move(task, timer, limit)


def _move(task: Task, timer: Timer, limit: Mapping[str, Any]) -> None:
    due = {"at": NEVER} if limit["state"] == "paused" else timer.compute(task)
    task.internal_data["due"][timer.slot] = due


def _rearm(flow: "Flow", split: Task, name: str) -> None:
    """Let a timer that has already fired wait again where its moment has moved into the future."""
    main = [child for child in split.children if not isinstance(child.task_spec, BoundaryEvent)]
    if not main or main[0].has_state(TaskState.FINISHED_MASK):
        return
    seen = {id(child.task_spec) for child in split.children if child.state == TaskState.WAITING}
    for spec in {child.task_spec.name: child.task_spec for child in split.children}.values():
        timer = getattr(spec, "event_definition", None)
        if not isinstance(timer, Timer) or spec.cancel_activity or id(spec) in seen or not follows(timer, name):
            continue
        due = timer.compute(split)
        if due["at"] > flow.now.isoformat():
            spec.wait_again(split, {"due": {timer.slot: due}})


def follows(timer: Timer, name: str) -> bool:
    """Say whether a timer's expression reads the limit."""
    return timer.expression.startswith("=") and f"limits.{name}." in timer.expression


def timers_of(task: Task) -> list[Timer]:
    """List the timers that a waiting token stands on: one, or those of an event-based gateway."""
    definition = getattr(task.task_spec, "event_definition", None)
    if isinstance(definition, Timer):
        return [definition]
    return [one for one in getattr(definition, "event_definitions", ()) if isinstance(one, Timer)]


def all_tasks(flow: "Flow") -> list[Task]:
    """List every token of the case and of the processes and sub-processes that it runs."""
    found = list(flow.tasks.values())
    for child in flow.subprocesses.values():
        if not child.completed:
            found.extend(child.tasks.values())
    return found
