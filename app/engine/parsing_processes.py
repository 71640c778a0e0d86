"""Processes as the library's specifications: elements first, then the arrows between them."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.spiff.parser.process import SpiffProcessParser

from app.domain.errors import InvalidDiagram
from app.engine.elements.base import SequenceFlow
from app.engine.elements.events import BoundaryEvent, StartEvent
from app.engine.elements.subprocesses import EventSubProcess
from app.engine.triggers import BPMN
from app.engine.watching import reach

_NS = {"bpmn": BPMN}
#: kinds of waiting that read values of other branches
_LOOKS_AROUND = ("conditional",)


class Process(BpmnProcessSpec):  # type: ignore[misc]
    """A process or sub-process, ready to be run by any number of cases at once; no case changes it."""

    def __init__(self, *, embedded: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # the library's own nodes are called Start, End, …; so may be an author's, and nothing here uses the former
        self.task_specs.clear()
        #: shares its variables with what is around it
        self.embedded = embedded
        self.elements: list[Any] = []
        self.starts: list[Any] = []
        #: where a new scope begins
        self.entries: tuple[Any, ...] = ()
        #: start events of its event sub-processes
        self.watchers: tuple[Any, ...] = ()
        #: something reads across branches
        self.watched = False


class ProcessReader(SpiffProcessParser):  # type: ignore[misc]
    """Reads one process.

    Defect repaired: the library reads along the arrows, each element inside the last; five hundred in a row are too
    many, and what no arrow reaches (compensation, event sub-processes, ad-hoc work) is not read at all.
    """

    def create_spec(self) -> Process:
        """Make the specification; an embedded sub-process shares its variables."""
        embedded = etree.QName(self.node).localname != "process"
        return Process(embedded=embedded, name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        """Read the elements, then connect them."""
        spec = self.spec
        for node in self.node:
            if isinstance(node.tag, str) and self.parser._get_parser_class(node.tag)[0] is not None:
                spec.elements.append(self.parse_node(node))
        by_id = {one.name: one for one in spec.elements}
        self._connect(by_id)
        self._attach(by_id)
        self._associate(by_id)
        self._open(spec)

    def _connect(self, by_id: dict[str, Any]) -> None:
        for arrow in self.node.iterfind("bpmn:sequenceFlow", _NS):
            source, target = by_id.get(arrow.get("sourceRef")), by_id.get(arrow.get("targetRef"))
            if source is None or target is None:
                raise InvalidDiagram(f"The sequence flow {arrow.get('id')} leads from or to nothing.", rule="flow")
            condition = (arrow.findtext("bpmn:conditionExpression", "", _NS) or "").strip()
            way = SequenceFlow(arrow.get("id"), source.name, target, condition)
            source.flows += (way,)
            target.comes_from += (way,)
            # the plain one: gateways of the library make more of it
            TaskSpec.connect(source, target)

    def _attach(self, by_id: dict[str, Any]) -> None:
        for node in self.node.iterfind("bpmn:boundaryEvent", _NS):
            host = by_id.get(node.get("attachedToRef"))
            if host is None:
                raise InvalidDiagram(f"The boundary event {node.get('id')} is attached to nothing.", rule="boundary")
            host.boundary += (by_id[node.get("id")],)

    def _associate(self, by_id: dict[str, Any]) -> None:
        """Tie compensation events to the activities that undo."""
        for node in self.node.iterfind("bpmn:association", _NS):
            source, target = by_id.get(node.get("sourceRef")), by_id.get(node.get("targetRef"))
            if isinstance(source, BoundaryEvent) and target is not None and target.for_compensation:
                undone = next(one for one in by_id.values() if source in one.boundary)
                undone.undone_by = target

    def _open(self, spec: Process) -> None:
        inside = [one for one in spec.elements if not isinstance(one, (BoundaryEvent, EventSubProcess))]
        spec.starts = [one for one in inside if isinstance(one, StartEvent)]
        # a call begins at the plain start that is not for people, where there are both
        plain = sorted((one for one in spec.starts if not one.triggers), key=lambda one: "candidateRoles" in one.props)
        free = [one for one in inside if not one.comes_from and not one.for_compensation]
        spec.entries = tuple(plain[:1] or spec.starts[:1] or free)
        watchers = []
        for one in spec.elements:
            if isinstance(one, EventSubProcess):
                inner = self.parser.process_parsers[one.name].get_spec()
                for start in inner.starts:
                    start.container = one.name
                    watchers.append(start)
        spec.watchers = tuple(watchers)
        spec.watched = bool(watchers) or any(
            trigger.kind in _LOOKS_AROUND for one in spec.elements for trigger in getattr(one, "triggers", ()))
        for one in spec.elements:
            if hasattr(one, "reached_from") and len(one.comes_from) > 1:
                one.reached_from = reach(spec.elements, one)
            one.prepare()


def object_references(node: etree._Element, path: str) -> tuple[str, ...]:
    """List the data objects that an activity reads or writes; other references are for people."""
    found = []
    root = node.getroottree().getroot()
    for one in node.iterfind(f"bpmn:{path}", _NS):
        wanted = (one.text or "").strip()
        for reference in root.iter(f"{{{BPMN}}}dataObjectReference"):
            if reference.get("id") == wanted and reference.get("dataObjectRef"):
                found.append(str(reference.get("dataObjectRef")))
    return tuple(found)
