"""The diagrams as files: no element that no story reaches, nothing that would not open in an editor."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.engine.running import ROOT
from tests.stories.flow.scenarios import visited

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
NODES = {"task", "userTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask", "manualTask",
         "callActivity", "subProcess", "transaction", "adHocSubProcess", "startEvent", "endEvent", "boundaryEvent",
         "intermediateCatchEvent", "intermediateThrowEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
         "complexGateway", "eventBasedGateway"}
DIAGRAMS = sorted((ROOT / "bpmn").glob("*/*.bpmn"))
#: what no story can reach, with the reason: {(process, element or flow): why}
UNREACHED: dict[tuple[str, str], str] = {}
#: names stand on everything that people read
NAMED = NODES - {"startEvent", "endEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway",
                 "eventBasedGateway"}


def elements(path: Path, kinds: set[str]) -> Iterator[etree._Element]:
    for element in etree.parse(str(path)).iter():
        if isinstance(element.tag, str) and element.tag.removeprefix(BPMN) in kinds:
            yield element


def seen_at(element: etree._Element) -> str:
    """Name what shows that an element was reached.

    Of a way out of an event-based gateway that is its event; of a sub-process its start, for one that is always
    interrupted is never passed.
    """
    if element.tag == f"{BPMN}subProcess":
        start = element.find(f"{BPMN}startEvent")
        return str((element if start is None else start).get("id"))
    gateways = element.getparent().iterchildren(f"{BPMN}eventBasedGateway")
    behind = any(one.get("id") == element.get("sourceRef") for one in gateways)
    return str(element.get("targetRef") if behind else element.get("id"))


@pytest.fixture(scope="module")
def reached() -> set[tuple[str, str]]:
    return visited()


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda one: one.stem)
def test_a_story_reaches_every_element_and_flow(
    path: Path, reached: set[tuple[str, str]], record_property: Callable[[str, object], None]
) -> None:
    unseen = []
    for label, kinds in (("elements", NODES), ("flows", {"sequenceFlow"})):
        found = list(elements(path, kinds))
        missed = [one.get("id") for one in found if (path.stem, seen_at(one)) not in reached]
        record_property("coverage", f"{path.stem} {label} {len(found) - len(missed)} of {len(found)}")
        unseen += missed
    assert [one for one in unseen if (path.stem, one) not in UNREACHED] == []
    assert not [one for process, one in UNREACHED if process == path.stem and one not in unseen]


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda one: one.stem)
def test_every_element_is_drawn_and_named_in_both_languages(path: Path) -> None:
    root = etree.parse(str(path)).getroot()
    drawn = {shape.get("bpmnElement") for shape in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}
    missing = [one.get("id") for one in elements(path, NODES | {"sequenceFlow"}) if one.get("id") not in drawn]
    assert not missing
    for one in elements(path, NAMED):
        english = [prop.get("value") for prop in one.iter() if prop.get("name") == "name_en"]
        assert one.get("name") and english and english[0], one.get("id")


def _messages(kinds: set[str]) -> Iterator[tuple[str, str, set[str]]]:
    """List the messages of elements: process and element, the message's name, and the properties of the element."""
    for path in DIAGRAMS:
        root = etree.parse(str(path)).getroot()
        names = {one.get("id"): one.get("name") for one in root.iter(f"{BPMN}message")}
        for element in elements(path, kinds):
            said = {one.get("name") for one in element.iterfind(f"{BPMN}extensionElements//{{*}}property")}
            for one in (element, *element.iterchildren(f"{BPMN}messageEventDefinition")):
                if one.get("messageRef"):
                    yield f"{path.stem}.{element.get('id')}", names[one.get("messageRef")], said


def test_what_cases_say_to_one_another_no_officer_says_for_them() -> None:
    """What a diagram throws and another awaits is an act with its own holders, or comes from cases alone."""
    thrown = {name for _, name, _ in _messages({"sendTask", "intermediateThrowEvent", "endEvent"})}
    awaited = {"receiveTask", "boundaryEvent", "intermediateCatchEvent"}
    assert {"whistle.linked", "report.closed"} <= thrown
    assert [place for place, name, said in _messages(awaited) if name in thrown and "offeredTo" not in said] == []


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda one: one.stem)
def test_shapes_do_not_overlap(path: Path) -> None:
    root = etree.parse(str(path)).getroot()
    around = {"boundaryEvent", "subProcess", "transaction", "adHocSubProcess"}
    free = {one.get("id") for one in elements(path, NODES - around)}
    boxes = {}
    for shape in root.iter(f"{DI}BPMNShape"):
        bounds = next(child for child in shape if etree.QName(child).localname == "Bounds")
        boxes[shape.get("bpmnElement")] = [float(bounds.get(name)) for name in ("x", "y", "width", "height")]
    names = sorted(free & boxes.keys())
    for at, one in enumerate(names):
        x, y, width, height = boxes[one]
        for other in names[at + 1 :]:
            u, v, wide, high = boxes[other]
            assert x >= u + wide or u >= x + width or y >= v + high or v >= y + height, (one, other)
