"""What events wait for and throw, read from their definitions."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from app.domain.errors import InvalidDiagram

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SUFFIX = "EventDefinition"
_TIMERS = ("timeDate", "timeDuration", "timeCycle")


class Trigger(EventDefinition):  # type: ignore[misc]
    """One event definition."""

    def __init__(
        self, kind: str, slot: str, name: str = "", *, code: str = "", expression: str = "", form: str = "",
        activity: str = "",
    ) -> None:  # fmt: skip
        super().__init__(name)
        #: none, message, signal, timer, error, escalation, conditional, compensate, cancel or terminate
        self.kind = kind
        #: id of the element, so that two timers of one gateway keep two due moments
        self.slot = slot
        #: of an error or escalation; empty catches any
        self.code = code
        #: of a timer or a condition
        self.expression = expression
        #: of a timer: date, duration or cycle
        self.form = form
        #: of a compensation: the activity that is meant, empty for all
        self.activity = activity

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trigger) and (self.kind, self.slot, self.name) == (other.kind, other.slot, other.name)

    __hash__ = None  # type: ignore[assignment]


def read_triggers(node: etree._Element, parser: Any) -> tuple[Trigger, ...]:
    """Read the definitions of an event, or of a task that sends or receives.

    Args:
        parser: the library's parser, which knows messages, signals, errors and escalations of the file.

    Raises:
        InvalidDiagram: a definition that cannot be read.
    """
    key = str(node.get("id"))
    if etree.QName(node).localname in ("sendTask", "receiveTask"):
        return (Trigger("message", key, _named(parser.messages, node.get("messageRef"), node, "message")),)
    found: list[Trigger] = []
    for child in node:
        if isinstance(child.tag, str) and child.tag.startswith(f"{{{BPMN}}}") and child.tag.endswith(_SUFFIX):
            slot = key if not found else f"{key}~{len(found) + 1}"
            found.append(_read(child, etree.QName(child).localname.removesuffix(_SUFFIX), slot, node, parser))
    return tuple(found)


def read_definition(definition: etree._Element, node: etree._Element, parser: Any) -> Trigger:
    """Read one definition for an element.

    Raises:
        InvalidDiagram: it cannot be executed.
    """
    kind = etree.QName(definition).localname.removesuffix(_SUFFIX)
    return _read(definition, kind, str(node.get("id")), node, parser)


def _read(child: etree._Element, kind: str, slot: str, node: etree._Element, parser: Any) -> Trigger:
    if kind == "timer":
        return _timer(child, slot, node)
    if kind == "message":
        return Trigger(kind, slot, _named(parser.messages, child.get("messageRef"), node, kind))
    if kind == "signal":
        return Trigger(kind, slot, _named(parser.signals, child.get("signalRef"), node, kind))
    if kind in ("error", "escalation"):
        known = parser.errors if kind == "error" else parser.escalations
        reference = child.get(f"{kind}Ref")
        if reference and reference not in known:
            raise InvalidDiagram(f"The {kind} {reference} is not declared.", rule=kind)
        one = known.get(reference) or {}
        return Trigger(kind, slot, one.get("name") or "", code=one.get(f"{kind}_code") or one.get("name") or "")
    if kind == "conditional":
        condition = (child.findtext(f"{{{BPMN}}}condition") or "").strip()
        if not condition:
            raise InvalidDiagram("The conditional event has no condition.", rule="condition")
        return Trigger(kind, slot, expression=condition)
    if kind == "compensate":
        return Trigger(kind, slot, activity=child.get("activityRef") or "")
    if kind in ("terminate", "cancel"):
        return Trigger(kind, slot)
    raise InvalidDiagram(f"The event {node.get('id')} has a definition {kind} that cannot be executed.", rule="element")


def _timer(event: etree._Element, slot: str, node: etree._Element) -> Trigger:
    for child in event:
        if isinstance(child.tag, str) and etree.QName(child).localname in _TIMERS:
            form = etree.QName(child).localname.removeprefix("time").lower()
            return Trigger("timer", slot, node.get("name") or slot, expression=(child.text or "").strip(), form=form)
    raise InvalidDiagram("The timer has no date, duration or cycle.", rule="timer")


def _named(known: Any, reference: str | None, node: etree._Element, kind: str) -> str:
    if reference is not None and reference not in known:
        raise InvalidDiagram(f"The {kind} {reference} is not declared.", rule=kind)
    declared = known[reference] if reference is not None else None
    return str(declared or reference or node.get("name") or node.get("id"))
