"""The diagrams as files: no element that no story reaches, nothing that would not open in an editor."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.engine.running import ROOT
from tests.stories.flow import scenarios_handling
from tests.stories.flow.scenarios import ALL, run

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
NODES = {"userTask", "serviceTask", "scriptTask", "businessRuleTask", "callActivity", "subProcess", "startEvent",
         "endEvent", "boundaryEvent", "intermediateCatchEvent", "exclusiveGateway", "parallelGateway",
         "eventBasedGateway"}
DIAGRAMS = sorted((ROOT / "bpmn").glob("*/*.bpmn"))
#: processes of this pack; later packs bring their own stories
OURS = {"event_lifecycle", "intake_triage", "classification", "duplicates", "refusal", "timed_handling", "timed_work",
        "suspension", "overdue", "grid_verification", "callback", "instant_consult"}
#: names stand on everything that people read
NAMED = {"userTask", "serviceTask", "scriptTask", "businessRuleTask", "callActivity", "subProcess", "boundaryEvent",
         "intermediateCatchEvent"}


def elements(path: Path, kinds: set[str]) -> Iterator[etree._Element]:
    for element in etree.parse(str(path)).iter():
        if isinstance(element.tag, str) and element.tag.removeprefix(BPMN) in kinds:
            yield element


@pytest.fixture(scope="module")
def visited() -> set[tuple[str, str]]:
    """Run every story and collect what it reached."""
    found = set().union(*(run(name).visited for name in ALL))
    return found.union(*(case.visited for case in scenarios_handling.SEEN))


@pytest.mark.parametrize("path", [one for one in DIAGRAMS if one.stem in OURS], ids=lambda one: one.stem)
def test_a_story_reaches_every_element(path: Path, visited: set[tuple[str, str]]) -> None:
    unseen = [one.get("id") for one in elements(path, NODES) if (path.stem, one.get("id")) not in visited]
    assert not unseen


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda one: one.stem)
def test_every_element_is_drawn_and_named_in_both_languages(path: Path) -> None:
    root = etree.parse(str(path)).getroot()
    drawn = {shape.get("bpmnElement") for shape in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}
    missing = [one.get("id") for one in elements(path, NODES | {"sequenceFlow"}) if one.get("id") not in drawn]
    assert not missing
    for one in elements(path, NAMED):
        english = [prop.get("value") for prop in one.iter() if prop.get("name") == "name_en"]
        assert one.get("name") and english and english[0], one.get("id")


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda one: one.stem)
def test_shapes_do_not_overlap(path: Path) -> None:
    root = etree.parse(str(path)).getroot()
    free = {one.get("id") for one in elements(path, NODES - {"boundaryEvent", "subProcess"})}
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
