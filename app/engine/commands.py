"""The commands on a case: start, complete, fire, deliver; each leaves facts and a settled state."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.domain.errors import ActNotOpen, Invalid, InvalidAnswers, StepFailed, TaskAlreadyDone, TaskNotReady
from app.domain.progress import Progress
from app.engine import feel, follow, state, waiting
from app.engine.elements import UserTask
from app.engine.flow import Flow, empty_record
from app.engine.scope import property_value
from app.engine.world import Command, World

#: elements that one command may pass; a diagram that turns in circles is stopped
MAX_STEPS = 5000


def start(
    world: World, command: Command, process: str, variables: Mapping[str, Any], event: Mapping[str, Any]
) -> Progress:
    """Start a case on the current version of a process and run it to its first stop.

    Args:
        variables: JSON-safe values the first token carries.
        event: JSON-safe first content of the case's record.

    Raises:
        ProcessNotFound, StepFailed.
    """
    version = world.library.process(process)
    flow = Flow(version, world, command, empty_record(feel.normalise(dict(event))))
    given = feel.normalise(dict(variables))
    flow.tell("CaseStarted", None, {"process": version.key, "version": version.number, "variables": given,
                                    "event": dict(flow.record["event"]), "by": command.actor.username})
    flow.task_tree.data.update(given)
    before = waiting.Before()
    with _translated():
        _advance(flow)
    return settle(flow, before)


def complete(world: World, command: Command, saved: bytes, key: str, answers: Mapping[str, Any]) -> Progress:
    """Finish an open task with its answers.

    Raises:
        TaskAlreadyDone: no such task is open.
        StepFailed.
    """
    flow, before = resume(world, command, saved)
    task = find_open(flow, key)
    given = feel.normalise(dict(answers))
    _may_finish(flow, task, given)
    work = task.internal_data["task"]
    flow.tell("TaskCompleted", task, {"key": key, "name": work["name"], "answers": given, "form": work["form"],
                                      "form_version": work["form_version"], "by": command.actor.username})
    task.data.update(given)
    with _translated():
        task.run()
        _advance(flow)
    return settle(flow, before, completed=key)


def _may_finish(flow: Flow, task: Task, answers: Mapping[str, Any]) -> None:
    props = waiting.node_properties(task, task.task_spec.bpmn_id)
    condition = props.get("finishCondition")
    if condition and property_value(condition, {**answers, **flow.scope(task)}, flow.now) is not True:
        raise TaskNotReady(props.get("finishConditionText"), text_en=props.get("finishConditionText_en", ""))


def fire(world: World, command: Command, saved: bytes) -> Progress | None:
    """Fire every timer of the case that is due at the command's moment; None when none is."""
    flow, before = resume(world, command, saved)
    due = [timer for timer in before.timers.values() if timer.due_at <= command.now]
    if not due:
        return None
    for timer in sorted(due, key=lambda one: (one.due_at, one.key)):
        flow.tell("TimerFired", None, {"key": timer.key, "node": timer.node, "due_at": timer.due_at.isoformat(),
                                        "by": command.actor.username})
    with _translated():
        flow.refresh_timers()
        _advance(flow)
    return settle(flow, before)


def deliver(
    world: World, command: Command, saved: bytes, message: str, payload: Mapping[str, Any], key: str | None = None
) -> Progress | None:
    """Deliver a message to the elements that wait for it; None when none does.

    An element whose condition does not hold does not catch.

    Args:
        key: only to this waiting element.

    Raises:
        ActNotOpen: the element does not wait any more or its condition does not hold.
        StepFailed.
    """
    flow, before = resume(world, command, saved)
    with _translated():
        waits = _catching(flow, message, key)
    if not waits:
        if key is not None:
            raise ActNotOpen()
        return None
    given = feel.normalise(dict(payload))
    flow.tell("MessageReceived", None, {"message": message, "payload": given, "key": key,
                                         "by": command.actor.username})
    with _translated():
        for task, node in waits:
            definition = waiting.message_definition(task, node)
            task.task_spec.catch(task, BpmnEvent(definition, given))
            task.task_spec._update(task)
        _advance(flow)
    return settle(flow, before)


def _catching(flow: Flow, message: str, key: str | None) -> list[tuple[Task, str]]:
    """List the tokens and elements that a message reaches."""
    found = []
    for task, node in waiting.messages(flow, message):
        if key is not None and waiting.event_key(flow, task, node) != key:
            continue
        props = waiting.node_properties(task, node)
        if "condition" not in props or property_value(props["condition"], flow.scope(task), flow.now) is True:
            found.append((task, node))
        elif key is not None:
            raise ActNotOpen(props.get("conditionText"))
    return found


def resume(world: World, command: Command, saved: bytes) -> tuple[Flow, waiting.Before]:
    """Load a flow and remember what waits before the command."""
    flow = state.load(saved, world, command)
    return flow, waiting.Before.of(flow)


def settle(flow: Flow, before: waiting.Before, *, completed: str | None = None) -> Progress:
    """Turn what happened into a Progress."""
    for thrown in flow.get_events():
        if thrown.event_definition.name:
            flow.tell("MessageThrown", None, {"message": thrown.event_definition.name})
    if flow.completed:
        flow.tell("CaseClosed", None, {"status": flow.record["event"].get("status")})
    return waiting.progress(flow, before, completed)


def find_open(flow: Flow, key: str) -> Task:
    """Return the token of an open task.

    Raises:
        TaskAlreadyDone: it is not open.
    """
    for task in waiting.open_tasks(flow):
        if waiting.task_key(flow, task) == key:
            return task
    raise TaskAlreadyDone()


def _advance(flow: Flow) -> None:
    """Run until only people, timers and messages can go on."""
    first = flow.passed
    while True:
        before = flow.passed
        flow.do_engine_steps(did_complete_task=lambda task: _passed(flow, task, first))
        if flow.completed:
            return
        if flow.passed == before:
            _nothing_left_behind(flow)
            return


def _nothing_left_behind(flow: Flow) -> None:
    """Refuse what the library would leave silently: tokens deeper than its walks go (about 1,000 steps)."""
    for task in follow.all_tasks(flow):
        if task.state == TaskState.READY and not task.task_spec.manual:
            raise StepFailed("The case has turned in circles so often that the engine cannot follow it any more.")


def _passed(flow: Flow, task: Task, first: int) -> None:
    flow.step_passed(task)
    if flow.passed - first > MAX_STEPS:
        raise StepFailed(f"The diagram passed {MAX_STEPS} elements without a stop; it turns in circles.")
    if task.state == TaskState.ERROR and not isinstance(task.task_spec, UserTask):
        raise StepFailed(f"The element {task.task_spec.name} failed.")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the library's errors, and expressions that fail, into ours; the cause stays attached.

    What an operation finds wrong with somebody's answers goes back to him, field by field.
    """
    try:
        yield
    except (ActNotOpen, InvalidAnswers, StepFailed):
        raise
    except Invalid as cause:
        raise StepFailed(f"An expression of the diagram failed: {cause}") from cause
    except SpiffWorkflowException as cause:
        inner = getattr(cause, "exception", None) or cause
        raise StepFailed(f"The diagram cannot go on: {inner}") from cause


def scope_of(world: World, command: Command, saved: bytes, key: str) -> dict[str, Any]:
    """Return what an expression at an open task or a waiting element reads, as plain values.

    Raises:
        TaskAlreadyDone: nothing of that key waits.
    """
    flow = state.load(saved, world, command)
    for task in waiting.open_tasks(flow):
        if waiting.task_key(flow, task) == key:
            return flow.scope(task)
    for task in list(flow.event_manager.tasks.values()):
        for node in waiting.elements_of(task):
            if waiting.event_key(flow, task, node) == key:
                return flow.scope(task)
    raise TaskAlreadyDone()


def positions(world: World, command: Command, saved: bytes) -> list[tuple[str, int, str]]:
    """List where the tokens of a case stand: (process, version, element), outer processes first."""
    flow = state.load(saved, world, command)
    return [(version.key, version.number, node) for version, node in waiting.standing(flow)]
