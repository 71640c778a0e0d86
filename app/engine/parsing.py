"""From BPMN text to the library's specs, in our vocabulary."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.spiff.parser import event_parsers as events
from SpiffWorkflow.spiff.parser import task_spec as tasks
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.specs.defaults import ReceiveTask, ScriptTask, SendTask

from app.domain.errors import InvalidDiagram
from app.engine import elements, patches  # noqa: F401 - the repairs must be in place before any spec exists

#: bytes; larger files are refused before they are parsed
MAX_SIZE = 2_000_000
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_TIMERS = ("timeDate", "timeDuration", "timeCycle")


def read_xml(content: bytes) -> etree._Element:
    """Parse hostile XML.

    Raises:
        InvalidDiagram: too large, not well-formed, or with a document type (entities).
    """
    if len(content) > MAX_SIZE:
        raise InvalidDiagram("The file is larger than 2 MB.", rule="xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as cause:
        raise InvalidDiagram(f"The file is not well-formed XML: {cause}", rule="xml") from cause
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidDiagram("A document type declaration is not accepted.", rule="xml")
    return root


class _OurEvents:
    """Event parsers that make our timers and messages."""

    def parse_timer_event(self, event: etree._Element) -> elements.Timer:
        for child in event:
            if isinstance(child.tag, str) and etree.QName(child).localname in _TIMERS:
                kind = etree.QName(child).localname.removeprefix("time").lower()
                node = self.node  # type: ignore[attr-defined]
                name = node.get("name") or node.get("id")
                return elements.Timer(name, kind, (child.text or "").strip(), node.get("id"))
        raise InvalidDiagram("The timer has no date, duration or cycle.", rule="timer")

    def parse_message_event(self, message_event: etree._Element) -> elements.Message:
        reference = message_event.get("messageRef")
        known = self.process_parser.parser.messages  # type: ignore[attr-defined]
        if reference is not None and reference not in known:
            raise InvalidDiagram(f"The message {reference} is not declared.", rule="message")
        owner = message_event if "name" in message_event.attrib else message_event.getparent()
        name = known[reference] if reference is not None else (owner.get("name") if owner is not None else None)
        return elements.Message(name)


class _BoundaryParser(_OurEvents, events.SpiffBoundaryEventParser):  # type: ignore[misc]
    """Boundary events."""


class _StartParser(_OurEvents, events.SpiffStartEventParser):  # type: ignore[misc]
    """Start events."""


class _CatchParser(_OurEvents, events.SpiffIntermediateCatchEventParser):  # type: ignore[misc]
    """Intermediate catching events."""


class _EndParser(_OurEvents, events.SpiffEndEventParser):  # type: ignore[misc]
    """End events."""


class _ThrowParser(_OurEvents, events.SpiffIntermediateThrowEventParser):  # type: ignore[misc]
    """Throwing events."""


class _SendParser(_OurEvents, events.SpiffSendTaskParser):  # type: ignore[misc]
    """Send tasks."""


class _ReceiveParser(_OurEvents, events.SpiffReceiveTaskParser):  # type: ignore[misc]
    """Receive tasks."""


class _GatewayParser(_OurEvents, EventBasedGatewayParser):  # type: ignore[misc]
    """Event-based gateways."""


class _UserTaskParser(tasks.SpiffTaskParser):  # type: ignore[misc]
    """User tasks of our class."""


class _BusinessRuleParser(tasks.SpiffTaskParser):  # type: ignore[misc]
    """Business rule tasks that only remember the decision's key."""

    def create_task(self) -> elements.BusinessRuleTask:
        extensions = self.parse_extensions()
        return elements.BusinessRuleTask(
            self.spec,
            self.bpmn_id,
            dmnEngine=(extensions.get("calledDecisionId") or "").strip(),
            prescript=extensions.get("preScript"),
            postscript=extensions.get("postScript"),
            **self.bpmn_attributes,
        )

    @staticmethod
    def get_decision_ref(node: etree._Element) -> str:
        """Name the decision for the library's list of dependencies."""
        found = tasks.SpiffTaskParser._parse_extensions(node).get("calledDecisionId") or ""
        return str(found).strip()


class VocabularyParser(SpiffBpmnParser):  # type: ignore[misc]
    """The library's parser with our classes."""

    OVERRIDE_PARSER_CLASSES = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("task"): (tasks.SpiffTaskParser, elements.PassingTask),
        full_tag("manualTask"): (tasks.SpiffTaskParser, elements.PassingTask),
        full_tag("userTask"): (_UserTaskParser, elements.UserTask),
        full_tag("scriptTask"): (tasks.ScriptTaskParser, ScriptTask),
        full_tag("subProcess"): (tasks.SubWorkflowParser, elements.SubProcess),
        full_tag("callActivity"): (tasks.CallActivityParser, elements.CallActivity),
        full_tag("serviceTask"): (tasks.ServiceTaskParser, elements.ServiceTask),
        full_tag("businessRuleTask"): (_BusinessRuleParser, elements.BusinessRuleTask),
        full_tag("startEvent"): (_StartParser, defaults.StartEvent),
        full_tag("boundaryEvent"): (_BoundaryParser, elements.BoundaryEvent),
        full_tag("intermediateCatchEvent"): (_CatchParser, defaults.IntermediateCatchEvent),
        full_tag("eventBasedGateway"): (_GatewayParser, defaults.EventBasedGateway),
        full_tag("endEvent"): (_EndParser, defaults.EndEvent),
        full_tag("intermediateThrowEvent"): (_ThrowParser, defaults.IntermediateThrowEvent),
        full_tag("sendTask"): (_SendParser, SendTask),
        full_tag("receiveTask"): (_ReceiveParser, ReceiveTask),
    }


def parse_specs(content: bytes, key: str) -> tuple[Any, dict[str, Any]]:
    """Parse one file into the spec of its process and those of its embedded sub-processes.

    Raises:
        InvalidDiagram: the library cannot make a spec of it.
    """
    root = read_xml(content)
    parser = VocabularyParser()
    try:
        parser.add_bpmn_xml(root, filename=key)
        spec = parser.get_spec(key)
        embedded: dict[str, Any] = {}
        pending = [spec]
        while pending:
            for task_spec in list(pending.pop().task_specs.values()):
                if isinstance(task_spec, elements.SubProcess) and task_spec.spec not in embedded:
                    embedded[task_spec.spec] = parser.get_spec(task_spec.spec)
                    pending.append(embedded[task_spec.spec])
    except InvalidDiagram:
        raise
    except Exception as cause:  # the parser raises whatever a broken file makes it raise
        raise InvalidDiagram(f"{key}: {cause}", rule="element") from cause
    for one in (spec, *embedded.values()):
        _prepare(one)
    return spec, embedded


def _prepare(spec: Any) -> None:
    """Do once what the library would do to the shared spec while a case runs."""
    for task_spec in list(spec.task_specs.values()):
        if isinstance(task_spec, LoopTask):
            child = spec.task_specs[task_spec.task_spec]
            if not child.completed_event.is_connected(task_spec.merge_child):
                child.completed_event.connect(task_spec.merge_child)
