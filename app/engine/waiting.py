"""What a case waits for: people, moments, messages; and what changed about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.domain.progress import OpenTask, Progress, Subscription, WaitingTimer
from app.engine import state
from app.engine.elements import BoundaryEvent, UserTask
from app.engine.flow import Flow
from app.engine.follow import all_tasks, timers_of
from app.engine.scope import as_texts, property_value
from app.engine.versions import ProcessVersion


@dataclass(frozen=True)
class Before:
    """What waited before a command."""

    tasks: Mapping[str, OpenTask] = field(default_factory=dict)
    timers: Mapping[str, WaitingTimer] = field(default_factory=dict)

    @classmethod
    def of(cls, flow: Flow) -> "Before":
        """Read it off a loaded flow."""
        return cls({task.key: task for task in tasks(flow)}, {timer.key: timer for timer in timers(flow)})


def open_tasks(flow: Flow) -> list[Task]:
    """List the tokens that wait for a person."""
    return [task for task in all_tasks(flow)
            if task.state == TaskState.READY and isinstance(task.task_spec, UserTask)]


def task_key(flow: Flow, task: Task) -> str:
    """Return `process/node#nth`."""
    return f"{task.workflow.version.key}/{task.task_spec.bpmn_id}#{flow.passage(task)}"


def tasks(flow: Flow) -> list[OpenTask]:
    """List the open human tasks."""
    found = []
    for task in open_tasks(flow):
        work = task.internal_data["task"]
        found.append(OpenTask(
            key=task_key(flow, task), process=task.workflow.version.key, node=task.task_spec.bpmn_id,
            nth=flow.passage(task), name=work["name"], name_en=work["name_en"], form=work["form"],
            form_version=work["form_version"], candidates=tuple((role, unit) for role, unit in work["candidates"]),
            assignee=work["assignee"], excluded_people=tuple(work["excluded_people"]),
            excluded_units=tuple(work["excluded_units"]), limit=work["limit"], started_at=_time(work["started_at"]),
            due_at=_time(work["due_at"]), yellow_at=_time(work["yellow_at"]), paused=work["paused"],
            evidence=work["evidence"], reads_reporter=work["reads_reporter"], phase=work["phase"],
        ))
    return found


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _nodes(task: Task) -> Iterator[tuple[str, Any, Any]]:
    """Yield (element id, definition, element spec) for a waiting token; a gateway waits for several."""
    definition = getattr(task.task_spec, "event_definition", None)
    several = getattr(definition, "event_definitions", None)
    if several is None:
        yield task.task_spec.bpmn_id, definition, task.task_spec
        return
    for one, spec in zip(several, task.task_spec.outputs, strict=False):
        yield spec.bpmn_id, one, spec


def event_key(flow: Flow, task: Task, node: str) -> str:
    """Return the stable key of a waiting element: `process/node#nth` of the token that waits."""
    return f"{task.workflow.version.key}/{node}#{flow.passage(task)}"


def timers(flow: Flow) -> list[WaitingTimer]:
    """List the moments the case waits for."""
    found = []
    for task in flow.event_manager.tasks.values():
        for timer in timers_of(task):
            due = datetime.fromisoformat(timer.due(task)["at"])
            found.append(WaitingTimer(event_key(flow, task, timer.slot), task.workflow.version.key, timer.slot, due))
    return found


def messages(flow: Flow, name: str) -> list[tuple[Task, str]]:
    """List the tokens and elements that wait for a message."""
    return [(task, node) for task in list(flow.event_manager.tasks.values()) if task.state == TaskState.WAITING
            for node, definition, _ in _nodes(task)
            if isinstance(definition, MessageEventDefinition) and definition.name == name]


def message_definition(task: Task, node: str) -> Any:
    """Return the definition that an element waits with."""
    return next(definition for found, definition, _ in _nodes(task) if found == node)


def node_properties(task: Task, node: str) -> dict[str, str]:
    """Return the vocabulary properties of a waiting element."""
    spec = next(spec for found, _, spec in _nodes(task) if found == node)
    found: dict[str, str] = (getattr(spec, "extensions", None) or {}).get("properties") or {}
    return found


def subscriptions(flow: Flow) -> list[Subscription]:
    """List the messages the case waits for."""
    found = []
    for task in flow.event_manager.tasks.values():
        if task.state != TaskState.WAITING:
            continue
        for node, definition, spec in _nodes(task):
            if isinstance(definition, MessageEventDefinition):
                found.append(_subscription(flow, task, node, definition.name, spec))
    return found


def _subscription(flow: Flow, task: Task, node: str, message: str, spec: Any) -> Subscription:
    props = node_properties(task, node)
    scope = flow.scope(task)
    condition = property_value(props.get("condition"), scope, flow.now)
    unit = props.get("orgScope", "")
    place = property_value(unit, scope, flow.now) if unit.startswith("=") else flow.record["event"].get(unit)
    return Subscription(
        key=event_key(flow, task, node), process=task.workflow.version.key, node=node, message=message,
        name=spec.bpmn_name or message, name_en=props.get("name_en", ""), task_key=_attached(flow, task),
        form=props.get("form", ""), offered_to=as_texts(property_value(props.get("offeredTo"), scope, flow.now)),
        unit=str(place or ""), open="condition" not in props or condition is True,
        closed_text=props.get("conditionText", ""), closed_text_en=props.get("conditionText_en", ""),
    )


def _attached(flow: Flow, task: Task) -> str:
    """Find the human task a boundary event belongs to; on a scope, the first open task inside."""
    if not isinstance(task.task_spec, BoundaryEvent):
        return ""
    main = next((child for child in task.parent.children if not isinstance(child.task_spec, BoundaryEvent)), None)
    if main is None:
        return ""
    if isinstance(main.task_spec, UserTask):
        return task_key(flow, main) if main.state == TaskState.READY else ""
    inside = [one for one in open_tasks(flow) if _within(flow, one, main)]
    return task_key(flow, inside[0]) if inside else ""


def _within(flow: Flow, task: Task, scope: Task) -> bool:
    workflow = task.workflow
    while workflow is not flow:
        parent = flow.get_task_from_id(workflow.parent_task_id)
        if parent is scope or parent.parent is scope:
            return True
        workflow = parent.workflow
    return False


def progress(flow: Flow, before: Before, completed: str | None) -> Progress:
    """Compare what waits now with what waited before."""
    now_open = {} if flow.completed else {task.key: task for task in tasks(flow)}
    now_timers = {} if flow.completed else {timer.key: timer for timer in timers(flow)}
    ended = {key: "completed" if key == completed else "cancelled" for key in before.tasks if key not in now_open}
    cancelled = sorted(key for key, how in ended.items() if how == "cancelled")
    for key in cancelled:
        flow.tell("TaskCancelled", None, {"key": key, "name": before.tasks[key].name})
    due = {key: timer.due_at for key, timer in before.timers.items()}
    return Progress(
        facts=tuple(flow.facts),
        opened=tuple(task for key, task in now_open.items() if key not in before.tasks),
        moved=tuple(task for key, task in now_open.items() if key in before.tasks and task != before.tasks[key]),
        ended=ended,
        timers=tuple(now_timers.values()),
        subscriptions=() if flow.completed else tuple(subscriptions(flow)),
        dropped_timers=tuple(key for key in due if key not in now_timers or now_timers[key].due_at != due[key]),
        set_timers=tuple(key for key, timer in now_timers.items() if due.get(key) != timer.due_at),
        record={**flow.record["event"], **{name: flow.record[name] for name in ("limits", "milestones", "counts")}},
        state=state.dump(flow),
        closed=flow.completed,
        versions={one.version.key: one.version.number for one in (flow, *flow.subprocesses.values())},
        effects=tuple(flow.effects),
    )


def elements_of(task: Task) -> list[str]:
    """List the elements that a waiting token stands for."""
    return [node for node, _, _ in _nodes(task)]


def standing(flow: Flow) -> list[tuple[ProcessVersion, str]]:
    """List the elements on which a token stands; boundary events only watch and do not count."""
    found: list[tuple[ProcessVersion, str]] = []
    for task in all_tasks(flow):
        node = getattr(task.task_spec, "bpmn_id", None)
        live = task.has_state(TaskState.READY | TaskState.STARTED | TaskState.WAITING)
        if node and live and not isinstance(task.task_spec, BoundaryEvent):
            found.append((task.workflow.version, node))
    seen: dict[tuple[str, str], tuple[ProcessVersion, str]] = {(v.key, node): (v, node) for v, node in found}
    return list(seen.values())
