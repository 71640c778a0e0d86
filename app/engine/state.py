"""The state of a flow as bytes: compact, versioned, without specs.

Layout: one byte codec number (1: zstd over msgpack), then
[process, version, record, visits, passed, main, children]; a workflow is [rows, root, last, data, success, completed],
a row is [parent, children, spec, state, triggered, rank, internal, data], children and parents by row number counted
over the whole case; a child is [parent row, called process or "", version, spec, workflow].
Data of a row is written as the difference to its parent's.
"""

from typing import Any

import msgpack
import zstandard
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.domain.errors import StepFailed
from app.engine.elements import CallActivity
from app.engine.flow import Flow
from app.engine.patches import LOGICAL
from app.engine.sameness import same
from app.engine.world import Command, World

CODEC = 1
_MISSING = object()


def dump(flow: Flow) -> bytes:
    """Write a flow."""
    _drop_finished_children(flow)
    workflows = [flow, *flow.subprocesses.values()]
    numbers: dict[Any, int] = {}
    for workflow in workflows:
        for task_id in workflow.tasks:
            # from 1: the library takes a number that is false for none
            numbers[task_id] = len(numbers) + 1
    children = []
    for parent_id, child in flow.subprocesses.items():
        parent = flow.get_task_from_id(parent_id)
        called = child.version.key if isinstance(parent.task_spec, CallActivity) else ""
        children.append([numbers[parent_id], called, child.version.number, child.spec.name, _write(child, numbers)])
    version = flow.version
    body = [version.key, version.number, flow.record, flow.visits, flow.passed, _write(flow, numbers), children]
    packed: bytes = msgpack.packb(body, strict_types=True)
    return bytes([CODEC]) + zstandard.ZstdCompressor(level=1).compress(packed)


def load(state: bytes, world: World, command: Command) -> Flow:
    """Read a flow back.

    Raises:
        StepFailed: written by a newer release.
    """
    if not state or state[0] != CODEC:
        raise StepFailed("This case's state was written by another release; upgrade this node.")
    packed = zstandard.ZstdDecompressor().decompress(state[1:])
    key, number, record, visits, passed, main, children = msgpack.unpackb(packed, strict_map_key=False)
    flow = Flow(world.library.process(key, number), world, command, record, deserializing=True)
    flow.visits, flow.passed = visits, passed
    _read(flow, main, 1)
    first = 1 + len(main[0])
    for parent_row, called, version, spec_name, body in children:
        parent = flow.get_task_from_id(parent_row)
        bound = world.library.process(called, version) if called else parent.workflow.version
        spec = bound.spec if called else bound.embedded[spec_name]
        child = BpmnSubWorkflow(spec, parent_task_id=parent_row, top_workflow=flow, deserializing=True)
        child.version = bound
        flow.subprocesses[parent_row] = child
        _read(child, body, first)
        first += len(body[0])
        child.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    return flow


def _drop_finished_children(flow: Flow) -> None:
    for parent_id in list(flow.subprocesses):
        owner = next((w for w in (flow, *flow.subprocesses.values()) if parent_id in w.tasks), None)
        if owner is None or owner.tasks[parent_id].has_state(TaskState.FINISHED_MASK):
            del flow.subprocesses[parent_id]
    known = True
    while known:
        known = False
        for parent_id in list(flow.subprocesses):
            if not any(parent_id in w.tasks for w in (flow, *flow.subprocesses.values())):
                del flow.subprocesses[parent_id]
                known = True


def _write(workflow: Any, numbers: dict[Any, int]) -> list[Any]:
    tasks = workflow.tasks
    ranks = {task_id: rank for rank, task_id in enumerate(sorted(tasks, key=lambda i: tasks[i].last_state_change))}
    rows = [_row(task, tasks, numbers, ranks[task_id]) for task_id, task in tasks.items()]
    last = numbers.get(workflow.last_task.id) if workflow.last_task is not None else None
    return [rows, numbers[workflow.task_tree.id], last, workflow.data, workflow.success, workflow.completed]


def _row(task: Task, tasks: dict[Any, Task], numbers: dict[Any, int], rank: int) -> list[Any]:
    internal = {name: value for name, value in task.internal_data.items() if name != "seen_events"}
    if "merged" in internal:
        internal["merged"] = [str(numbers[i]) for i in tasks if str(i) in set(internal["merged"])]
    base = tasks[task._parent].data if task._parent is not None else {}
    written = {k: v for k, v in task.data.items() if not same(base.get(k, _MISSING), v)}
    dropped = [k for k in base if k not in task.data]
    data: Any = [written, dropped] if dropped else (written or 0)
    if dropped and len(dropped) == len(base):
        data = [written]
    parent = numbers[task._parent] if task._parent is not None else None
    children = [numbers[child] for child in task._children]
    return [parent, children, task.task_spec.name, task._state, task.triggered, rank, internal or 0, data]


def _read(workflow: Any, body: list[Any], first: int) -> None:
    rows, root, last, workflow.data, workflow.success, workflow.completed = body
    ranked = sorted(range(len(rows)), key=lambda i: rows[i][5])
    for offset, row in enumerate(rows):
        _, children, spec, state, triggered, _, internal, _ = row
        task = Task(workflow, workflow.spec.task_specs[spec], state=state, id=first + offset)
        task._parent, task._children, task.triggered = row[0], list(children), triggered
        task.internal_data = internal or {}
    _restore_data(workflow, rows, first)
    for offset in ranked:
        # a fresh rank each: the logical clock goes on counting from here
        task = workflow.tasks[first + offset]
        task.last_state_change = LOGICAL.time()
        if task.state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            workflow.top_workflow.event_manager.add_task(task)
    workflow.task_tree = workflow.tasks[root]
    workflow.last_task = workflow.tasks.get(last)


def _restore_data(workflow: Any, rows: list[Any], first: int) -> None:
    """Undo the differences, parents before children whatever the order of the rows."""
    pending = [workflow.tasks[first + offset] for offset, row in enumerate(rows) if row[0] is None]
    while pending:
        task = pending.pop()
        data = rows[task.id - first][7]
        base = workflow.tasks[task._parent].data if task._parent is not None else {}
        if isinstance(data, list) and len(data) == 1:
            task.data = dict(data[0])
        elif isinstance(data, list):
            task.data = {**{k: v for k, v in base.items() if k not in set(data[1])}, **data[0]}
        else:
            task.data = {**base, **(data or {})}
        pending.extend(workflow.tasks[child] for child in task._children)

