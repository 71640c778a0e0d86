"""Loop characteristics of activities, read from BPMN."""

from typing import Any

from lxml import etree

from app.domain.errors import InvalidDiagram
from app.engine.looping import Loop
from app.engine.triggers import BPMN, Trigger, read_definition

_NS = {"bpmn": BPMN}


def read_loop(node: etree._Element, parser: Any) -> Loop | None:
    """Read how often an activity is performed; None for once.

    Raises:
        InvalidDiagram: a loop that nothing ends, or that says too much.
    """
    found = node.find("bpmn:standardLoopCharacteristics", _NS)
    if found is not None:
        return _standard(node, found)
    found = node.find("bpmn:multiInstanceLoopCharacteristics", _NS)
    return _multiple(node, found, parser) if found is not None else None


def _standard(node: etree._Element, found: etree._Element) -> Loop:
    maximum = found.get("loopMaximum")
    condition = _text(found, "loopCondition")
    if not maximum and not condition:
        raise InvalidDiagram(f"The loop {node.get('id')} has neither a condition nor a maximum.", rule="loop")
    if maximum and not maximum.strip().isdigit():
        raise InvalidDiagram(f"The maximum of the loop {node.get('id')} is not a whole number.", rule="loop")
    return Loop(standard=True, test_before=found.get("testBefore") == "true", condition=condition,
                maximum=int(maximum) if maximum else None)


def _multiple(node: etree._Element, found: etree._Element, parser: Any) -> Loop:
    cardinality, collection = _text(found, "loopCardinality"), _text(found, "loopDataInputRef")
    if bool(cardinality) == bool(collection):
        raise InvalidDiagram(
            f"The instances of {node.get('id')} need either a number or a list, and not both.", rule="loop")
    item, made = found.find("bpmn:inputDataItem", _NS), found.find("bpmn:outputDataItem", _NS)
    behavior = (found.get("behavior") or "All").lower()
    reference = found.get("oneBehaviorEventRef") if behavior == "one" else found.get("noneBehaviorEventRef")
    return Loop(
        sequential=found.get("isSequential") == "true", cardinality=cardinality,
        collection=_variable(node, collection), item=_item(item),
        output=_variable(node, _text(found, "loopDataOutputRef")),
        output_item=_item(made), condition=_text(found, "completionCondition"), behavior=behavior,
        event=_event(node, reference, parser) if reference else None,
        complex_events=tuple(_complex(node, one, parser)
                             for one in found.findall("bpmn:complexBehaviorDefinition", _NS)),
    )  # fmt: skip


def _complex(node: etree._Element, found: etree._Element, parser: Any) -> tuple[str, Trigger]:
    definition = next((one for one in found.iterfind("bpmn:event/*", _NS)
                       if isinstance(one.tag, str) and one.tag.endswith("EventDefinition")), None)
    reference = found.findtext("bpmn:event/bpmn:eventDefinitionRef", None, _NS)
    condition = _text(found, "condition")
    if not condition or (definition is None and not reference):
        raise InvalidDiagram(f"A behaviour of {node.get('id')} has no condition or no event.", rule="loop")
    if definition is not None:
        return condition, read_definition(definition, node, parser)
    return condition, _event(node, reference or "", parser)


def _event(node: etree._Element, reference: str, parser: Any) -> Trigger:
    wanted = reference.rpartition(":")[2].strip()
    for child in node.getroottree().getroot():
        if isinstance(child.tag, str) and child.tag.endswith("EventDefinition") and child.get("id") == wanted:
            return read_definition(child, node, parser)
    raise InvalidDiagram(f"{node.get('id')} names an event definition {reference} that is not there.", rule="loop")


def _text(found: etree._Element, name: str) -> str:
    return (found.findtext(f"bpmn:{name}", "", _NS) or "").strip()


def _item(found: etree._Element | None) -> str:
    if found is None:
        return ""
    name = found.get("name") or ""
    return name if name.isidentifier() else found.get("id") or ""


def _variable(node: etree._Element, text: str) -> str:
    """Name the variable behind a reference: an input or output of the activity, a data object, or the text itself."""
    for place in ("dataInput", "dataOutput"):
        for one in node.iterfind(f"bpmn:ioSpecification/bpmn:{place}", _NS):
            if one.get("id") == text:
                return _item(one) or text
    return text
