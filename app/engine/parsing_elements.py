"""Readers of the elements: what the library's parser knows, made into our classes."""

from collections.abc import Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.spiff.parser import task_spec as tasks

from app.domain.errors import InvalidDiagram
from app.engine.elements import events, gateways, subprocesses
from app.engine.elements import tasks as work
from app.engine.elements.subprocesses import EventSubProcess
from app.engine.opening import read_opening
from app.engine.parsing_loops import read_loop
from app.engine.parsing_processes import object_references
from app.engine.triggers import BPMN, read_triggers


def _quantity(node: etree._Element, name: str) -> int:
    text = node.get(name, "1").strip()
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise InvalidDiagram(f"The {name} of {node.get('id')} is not a number from 1 to 1000.", rule="quantity")
    return int(text)


class _Reader(tasks.SpiffTaskParser):  # type: ignore[misc]
    """Reads one element; arrows are connected afterwards, so that no chain of elements is too long to read."""

    def parse_node(self) -> Any:
        """Make the specification of the element."""
        spec = self.create_task()
        extensions = self.parse_extensions()
        spec.extensions = extensions
        spec.props = extensions.get("properties") or {}
        spec.computes = "limit" in spec.props or any(text.startswith("=") for text in spec.props.values())
        spec.title = spec.bpmn_name or spec.bpmn_id
        spec.limit = spec.props.get("limit") or (self.bpmn_id if "limitAmount" in spec.props else "")
        spec.drawn = ".." not in self.bpmn_id
        spec.start_quantity = _quantity(self.node, "startQuantity")
        spec.completion_quantity = _quantity(self.node, "completionQuantity")
        spec.default = self.node.get("default") or ""
        self.shape(spec, extensions)
        self.task = spec
        return spec

    def create_task(self) -> Any:
        """Make the object of our class."""
        return self.spec_class(self.spec, self.bpmn_id, **self.own_attributes())

    def own_attributes(self) -> dict[str, Any]:
        """Return what the library's constructor takes; data references are ours."""
        return {"description": self.get_description(), "lane": self.lane, "bpmn_name": self.node.get("name"),
                "documentation": self.parse_documentation()}

    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        """Set what this kind of element has of its own."""


class _ActivityReader(_Reader):
    """Tasks and sub-processes."""

    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        """Set scripts, loop and data references."""
        spec.before = (extensions.get("preScript") or "").strip()
        spec.after = (extensions.get("postScript") or "").strip()
        spec.for_compensation = self.node.get("isForCompensation") == "true"
        spec.reads = object_references(self.node, "dataInputAssociation/bpmn:sourceRef")
        spec.writes = object_references(self.node, "dataOutputAssociation/bpmn:targetRef")
        spec.loop = read_loop(self.node, self.process_parser.parser)


class _HumanReader(_ActivityReader):
    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        super().shape(spec, extensions)
        spec.opening = read_opening(spec.title, spec.props)


class _ScriptReader(_ActivityReader):
    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        super().shape(spec, extensions)
        spec.script = self.node.findtext(f"{{{BPMN}}}script") or ""


class _ServiceReader(_ActivityReader):
    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        super().shape(spec, extensions)
        operator = extensions.get("serviceTaskOperator")
        if operator is None:
            raise InvalidDiagram(f"The service task {self.bpmn_id} names no operation.", rule="operation")
        spec.operation = operator["name"]
        spec.params = {name: one["value"] for name, one in operator["parameters"].items()}
        spec.result_variable = operator["resultVariable"] or ""
        spec.retries = operator.get("retries", spec.retries)
        spec.pause = spec.props.get("retryPause", spec.pause)


class _DecisionReader(_ActivityReader):
    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        super().shape(spec, extensions)
        spec.decision = (extensions.get("calledDecisionId") or "").strip()
        spec.result_variable = spec.props.get("resultVariable") or ""


class _MessageReader(_ActivityReader):
    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        super().shape(spec, extensions)
        spec.triggers = read_triggers(self.node, self.process_parser.parser)


class _ScopeReader(_ActivityReader):
    """Sub-processes; what is inside is read as a process of its own."""

    def create_task(self) -> Any:
        self.process_parser.parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        kind = EventSubProcess if self.node.get("triggeredByEvent") == "true" else self.spec_class
        return kind(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.own_attributes())


class _AdHocReader(_ScopeReader):
    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        super().shape(spec, extensions)
        spec.sequential = self.node.get("ordering") == "Sequential"
        spec.cancels_rest = self.node.get("cancelRemainingInstances", "true") == "true"
        spec.completion = (self.node.findtext(f"{{{BPMN}}}completionCondition") or "").strip()


class _CallReader(_ActivityReader):
    def create_task(self) -> Any:
        called = self.node.get("calledElement")
        if not called:
            raise InvalidDiagram(f"The call {self.bpmn_id} names no process.", rule="call")
        return self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=called, **self.own_attributes())


class _EventReader(_Reader):
    """Events with their definitions."""

    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        """Set scripts and definitions."""
        spec.before = (extensions.get("preScript") or "").strip()
        spec.after = (extensions.get("postScript") or "").strip()
        spec.writes = object_references(self.node, "dataOutputAssociation/bpmn:targetRef")
        spec.triggers = read_triggers(self.node, self.process_parser.parser)
        spec.parallel = self.node.get("parallelMultiple") == "true"
        spec.interrupting = self.node.get("isInterrupting", "true") == "true"


class _BoundaryReader(_EventReader):
    def create_task(self) -> Any:
        cancels = self.node.get("cancelActivity", "true") == "true"
        return self.spec_class(self.spec, self.bpmn_id, cancel_activity=cancels, **self.own_attributes())


class _ComplexReader(_Reader):
    def shape(self, spec: Any, extensions: Mapping[str, Any]) -> None:
        spec.activation = (self.node.findtext(f"{{{BPMN}}}activationCondition") or "").strip()


CLASSES = {
    full_tag("task"): (_ActivityReader, work.PassingTask),
    full_tag("manualTask"): (_ActivityReader, work.PassingTask),
    full_tag("userTask"): (_HumanReader, work.UserTask),
    full_tag("scriptTask"): (_ScriptReader, work.ScriptTask),
    full_tag("serviceTask"): (_ServiceReader, work.ServiceTask),
    full_tag("businessRuleTask"): (_DecisionReader, work.BusinessRuleTask),
    full_tag("sendTask"): (_MessageReader, work.SendTask),
    full_tag("receiveTask"): (_MessageReader, work.ReceiveTask),
    full_tag("subProcess"): (_ScopeReader, subprocesses.SubProcess),
    full_tag("transaction"): (_ScopeReader, subprocesses.Transaction),
    full_tag("adHocSubProcess"): (_AdHocReader, subprocesses.AdHocSubProcess),
    full_tag("callActivity"): (_CallReader, subprocesses.CallActivity),
    full_tag("startEvent"): (_EventReader, events.StartEvent),
    full_tag("endEvent"): (_EventReader, events.EndEvent),
    full_tag("intermediateCatchEvent"): (_EventReader, events.CatchEvent),
    full_tag("intermediateThrowEvent"): (_EventReader, events.ThrowEvent),
    full_tag("boundaryEvent"): (_BoundaryReader, events.BoundaryEvent),
    full_tag("exclusiveGateway"): (_Reader, gateways.ExclusiveGateway),
    full_tag("inclusiveGateway"): (_Reader, gateways.InclusiveGateway),
    full_tag("parallelGateway"): (_Reader, gateways.ParallelGateway),
    full_tag("complexGateway"): (_ComplexReader, gateways.ComplexGateway),
    full_tag("eventBasedGateway"): (_Reader, gateways.EventBasedGateway),
}
