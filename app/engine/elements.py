"""BPMN elements as the library's classes, with what the library does not do."""

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util import PendingBpmnEvent
from SpiffWorkflow.spiff.specs import defaults as spiff
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine import feel, limits
from app.engine.scope import property_value


class Timer(TimerEventDefinition):  # type: ignore[misc]
    """A timer whose due moment the flow computes, stores per element, and may move."""

    def __init__(self, name: str, kind: str, expression: str, slot: str, **kwargs: Any) -> None:
        super().__init__(name, expression, **kwargs)
        #: date, duration or cycle
        self.kind = kind
        #: id of the element, so that two timers of one gateway keep two due moments
        self.slot = slot

    def due(self, task: Task) -> dict[str, Any]:
        """Return {at, every, left}: the due moment, the seconds between repetitions, how many are left."""
        slots: dict[str, dict[str, Any]] = task.internal_data.setdefault("due", {})
        if self.slot not in slots:
            slots[self.slot] = self.compute(task)
        return slots[self.slot]

    def compute(self, task: Task) -> dict[str, Any]:
        """Compute the due moment from the expression, as seen by this token at this moment."""
        flow = task.workflow.top_workflow
        value = property_value(self.expression, flow.scope(task), flow.now)
        return limits.due_of(value, self.kind, flow.now, flow.world.calendar)

    def has_fired(self, my_task: Task) -> bool:
        """Say whether the due moment has come at the flow's own time."""
        due = datetime.fromisoformat(self.due(my_task)["at"])
        return bool(due <= my_task.workflow.top_workflow.now)

    def details(self, my_task: Task) -> PendingBpmnEvent:
        """Describe the pending event for the library."""
        return PendingBpmnEvent(self.name, "Timer", self.due(my_task)["at"])

    def reset(self, my_task: Task) -> None:
        """Keep the due moment: a finished timer is asked no more."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timer) and self.slot == other.slot

    __hash__ = None  # type: ignore[assignment]


class Message(MessageEventDefinition):  # type: ignore[misc]
    """A message whose payload becomes variables of the token that caught it."""

    def update_task_data(self, my_task: Task) -> None:
        """Merge the payload once."""
        payload = my_task.internal_data.pop(self.name, None)
        if payload:
            my_task.workflow.top_workflow.write(my_task, payload)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.name == other.name

    __hash__ = None  # type: ignore[assignment]


def started(task: Task) -> None:
    """Tell the flow once that an activity begins."""
    if "begun" not in task.internal_data:
        task.internal_data["begun"] = True
        task.workflow.top_workflow.begin_activity(task)


class UserTask(spiff.UserTask):  # type: ignore[misc]
    """Human work."""

    def _on_ready_hook(self, my_task: Task) -> None:
        super()._on_ready_hook(my_task)
        started(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        my_task.workflow.top_workflow.step_passed(my_task)
        my_task.workflow.top_workflow.end_activity(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        super()._on_cancel(my_task)
        if my_task.internal_data.get("begun"):
            my_task.workflow.top_workflow.end_activity(my_task, cancelled=True)


class PassingTask(spiff.NoneTask):  # type: ignore[misc]
    """A task without type, or work outside the system: passed at once, as other engines do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False


class _Scope:
    """Sub-process and call activity: begin, run a child workflow, end."""

    def _update_hook(self, my_task: Task) -> Any:
        flow = my_task.workflow.top_workflow
        if flow.get_subprocess(my_task) is None:
            my_task._inherit_data()
            started(my_task)
        return super()._update_hook(my_task)  # type: ignore[misc]

    def start_workflow(self, my_task: Task) -> None:
        flow = my_task.workflow.top_workflow
        child = flow.create_subprocess(my_task, self.spec)  # type: ignore[attr-defined]
        child.completed_event.connect(self._on_subworkflow_completed, my_task)  # type: ignore[attr-defined]
        self.copy_data(my_task, child)  # type: ignore[attr-defined]
        child.get_next_task(spec_name="Start").run()

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)  # type: ignore[misc]
        my_task.workflow.top_workflow.end_activity(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        super()._on_cancel(my_task)  # type: ignore[misc]
        if my_task.internal_data.get("begun"):
            my_task.workflow.top_workflow.end_activity(my_task, cancelled=True)


class SubProcess(_Scope, spiff.SubWorkflowTask):  # type: ignore[misc]
    """An embedded sub-process."""


class CallActivity(_Scope, spiff.CallActivity):  # type: ignore[misc]
    """A call of another process, bound to the version current at the call."""


class ServiceTask(spiff.ServiceTask):  # type: ignore[misc]
    """An operation of the registry."""

    def _execute(self, task: Task) -> bool:
        flow = task.workflow.top_workflow
        scope = flow.scope(task)
        params = {
            name: feel.normalise(feel.evaluate(param["value"], scope, now=flow.now))
            for name, param in self.operation_params.items()
        }
        value = flow.perform(task, self.operation_name, params)
        if not self.result_variable.startswith("spiff__"):
            flow.write(task, {self.result_variable: value})
        return True


class BusinessRuleTask(spiff.BusinessRuleTask):  # type: ignore[misc]
    """A decision, bound to the table version current at the moment."""

    def _run_hook(self, my_task: Task) -> bool:
        flow = my_task.workflow.top_workflow
        number, table = flow.world.library.decision(self.dmnEngine)
        scope = flow.scope(my_task)
        decided = table.decide(self.dmnEngine, {**flow.record["event"], **scope}, now=flow.now)
        outputs = feel.normalise(decided.outputs)
        body = {"decision": self.dmnEngine, "version": number, "rules": list(decided.matched), "outputs": outputs}
        flow.tell("DecisionMade", my_task, body)
        variable = (self.extensions.get("properties") or {}).get("resultVariable") or table.output_name(self.dmnEngine)
        several = isinstance(outputs, dict) and not variable
        flow.write(my_task, outputs if several else {variable or self.dmnEngine: outputs})
        return True


class BoundaryEvent(defaults.BoundaryEvent):  # type: ignore[misc]
    """A boundary event; a non-interrupting one waits again after it was caught.

    Defect repaired: the library's non-interrupting message fires once only.
    """

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        if self.cancel_activity:
            return
        internal: dict[str, Any] = {}
        if isinstance(self.event_definition, Timer):
            flow = my_task.workflow.top_workflow
            due = limits.repeated(self.event_definition.due(my_task), flow.world.calendar)
            if due is None:
                return
            internal = {"due": {self.event_definition.slot: due}}
        self.wait_again(my_task.parent, internal)

    def wait_again(self, split: Task, internal: dict[str, Any]) -> None:
        """Put a new waiting token beside the one that was caught, unless one waits already."""
        if any(t.task_spec is self and t.state == TaskState.WAITING for t in split.children):
            return
        again = split._add_child(self, TaskState.WAITING)
        again.triggered = True
        again.internal_data.update(internal)
        self._predict(again, mask=TaskState.NOT_FINISHED_MASK)
        again._inherit_data()
        split.workflow.top_workflow.event_manager.add_task(again)
