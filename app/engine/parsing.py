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
from SpiffWorkflow.spiff.specs.defaults import ScriptTask

from app.domain.errors import InvalidDiagram
from app.engine import elements, patches  # noqa: F401 - the repairs must be in place before any spec exists

#: bytes; larger files are refused before they are parsed
MAX_SIZE = 2_000_000
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
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


class _TimerParsing:
    """Event parsers that make our timers."""

    def parse_timer_event(self, event: etree._Element) -> elements.Timer:
        for child in event:
            if isinstance(child.tag, str) and etree.QName(child).localname in _TIMERS:
                kind = etree.QName(child).localname.removeprefix("time").lower()
                node = self.node  # type: ignore[attr-defined]
                name = node.get("name") or node.get("id")
                return elements.Timer(name, kind, (child.text or "").strip(), node.get("id"))
        raise InvalidDiagram("The timer has no date, duration or cycle.", rule="timer")


class _BoundaryParser(_TimerParsing, events.SpiffBoundaryEventParser):  # type: ignore[misc]
    """Boundary events."""


class _StartParser(_TimerParsing, events.SpiffStartEventParser):  # type: ignore[misc]
    """Start events."""


class _CatchParser(_TimerParsing, events.SpiffIntermediateCatchEventParser):  # type: ignore[misc]
    """Intermediate catching events."""


class _GatewayParser(_TimerParsing, EventBasedGatewayParser):  # type: ignore[misc]
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
