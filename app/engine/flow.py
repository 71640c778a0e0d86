"""A running case inside the engine room: the library's workflow with the case's record, facts and time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from app.domain.facts import FactDraft
from app.engine import activities, feel, operations
from app.engine.elements import CallActivity
from app.engine.interpreter import Interpreter
from app.engine.scope import build_scope, read_script
from app.engine.versions import ProcessVersion
from app.engine.world import Command, World

_INTERPRETER = Interpreter()


def empty_record(event: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Return the record of a new case."""
    return {"event": dict(event or {}), "counts": {}, "limits": {}, "milestones": {}}


def element_id(task: Task) -> str:
    """Return the id of the BPMN element a token stands on, empty for the library's hidden nodes."""
    return getattr(task.task_spec, "bpmn_id", None) or ""


class Flow(BpmnWorkflow):  # type: ignore[misc]
    """One case. The library calls back here; nobody outside the engine room sees it."""

    def __init__(
        self,
        version: ProcessVersion,
        world: World,
        command: Command,
        record: dict[str, dict[str, Any]] | None = None,
        *,
        deserializing: bool = False,
    ) -> None:
        self.version = version
        self.world = world
        # one zone for all moments, the city's: so a replay writes the same texts, and today is the city's day
        self.command = replace(command, now=world.calendar.local(command.now))
        self.record = record or empty_record()
        #: passages per `process/node`
        self.visits: dict[str, int] = {}
        self.facts: list[FactDraft] = []
        self.effects: list[tuple[str, Mapping[str, Any]]] = []
        #: variables written since the step began, by the library's task id
        self.noted: dict[Any, dict[str, Any]] = {}
        self.passed = 0
        super().__init__(version.spec, {}, script_engine=_INTERPRETER, deserializing=deserializing)

    @property
    def now(self) -> datetime:
        """The moment of the running command."""
        return self.command.now

    def tell(self, kind: str, task: Task | None = None, body: Mapping[str, Any] | None = None) -> None:
        """Record a fact, at an element or for the case as a whole."""
        if task is None:
            self.facts.append(FactDraft(kind, self.version.key, body=body))
            return
        node = element_id(task)
        self.facts.append(FactDraft(kind, process_of(task), node, self.passage(task), body))

    def passage(self, task: Task) -> int:
        """Return which passage through its element this token is, from 1."""
        if "nth" not in task.internal_data:
            place = f"{process_of(task)}/{element_id(task)}"
            self.visits[place] = self.visits.get(place, 0) + 1
            task.internal_data["nth"] = self.visits[place]
        nth: int = task.internal_data["nth"]
        return nth

    def scope(self, task: Task) -> dict[str, Any]:
        """Return what an expression at this token reads."""
        command = self.command
        return build_scope(task.data, self.record, command.actor, command.role, command.unit, self.now)

    def write(self, task: Task, changes: Mapping[str, Any]) -> None:
        """Set variables of the token."""
        task.data.update(changes)
        self.noted.setdefault(task.id, {}).update(changes)

    def run_script(self, task: Task, script: str) -> None:
        """Carry out assignments in their order."""
        for line in read_script(script):
            value = feel.normalise(feel.evaluate(line.expression, self.scope(task), now=self.now))
            if line.record:
                activities.write_record(self, task, line.record, {line.name: value})
            else:
                self.write(task, {line.name: value})

    def perform(self, task: Task, operation: str, params: Mapping[str, Any]) -> Any:
        """Carry out an operation of a service task; return its result."""
        return operations.perform(self, task, operation, params)

    def begin_activity(self, task: Task) -> None:
        """Start what an activity carries: limit, status, human task."""
        activities.begin(self, task)

    def end_activity(self, task: Task, *, cancelled: bool = False) -> None:
        """End what an activity carries."""
        activities.end(self, task, cancelled=cancelled)

    def create_subprocess(self, my_task: Task, spec_name: str) -> BpmnSubWorkflow:
        """Start a child: an embedded sub-process of the same version, or the current version of a called process."""
        parent: ProcessVersion = my_task.workflow.version
        if isinstance(my_task.task_spec, CallActivity):
            version = self.world.library.process(spec_name)
            spec = version.spec
            self.tell("ProcessCalled", my_task, {"called": version.key, "version": version.number})
        else:
            version, spec = parent, parent.embedded[spec_name]
        child = BpmnSubWorkflow(spec, parent_task_id=my_task.id, top_workflow=self)
        child.version = version
        self.subprocesses[my_task.id] = child
        return child

    def step_passed(self, task: Task) -> None:
        """Record that the engine passed an element of the diagram."""
        self.passed += 1
        changes = self.noted.pop(task.id, None)
        if element_id(task) and not isinstance(task.task_spec, LoopTask):
            self.tell("StepPassed", task, {"changes": changes} if changes else {})
            if "begun" not in task.internal_data:
                activities.passed(self, task)


def process_of(task: Task) -> str:
    """Return the key of the process whose diagram shows the token's element."""
    key: str = task.workflow.version.key
    return key
