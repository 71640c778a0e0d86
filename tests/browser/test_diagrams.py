"""Every diagram of the release opens in the viewer of the pages: no warning, and everything that it says is drawn."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "app" / "web" / "frontend"
VIEWER = FRONTEND / "node_modules" / "bpmn-js" / "dist" / "bpmn-viewer.production.min.js"
DIAGRAMS = sorted((ROOT / "bpmn").glob("*/*.bpmn"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
#: what a token can stand on, and the arrows between
DRAWN = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent",
                   "task", "userTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
                   "manualTask", "callActivity", "subProcess", "transaction", "adHocSubProcess", "exclusiveGateway",
                   "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway", "sequenceFlow"})
OPEN = """async (xml) => {
  const moddleExtensions = { spiffworkflow: window.spiff };
  const viewer = window.viewer ??= new BpmnJS({ container: '#canvas', moddleExtensions });
  const { warnings } = await viewer.importXML(xml);
  const shown = viewer.get('elementRegistry').getAll().map((one) => one.id);
  return { warnings: warnings.map((one) => one.message), shown };
}"""


@pytest.fixture(scope="module")
def canvas(chromium: Browser) -> Iterator[Page]:
    """An empty page with the viewer that the pages are built from."""
    assert VIEWER.is_file(), "build the front end first (make assets)"
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_content('<div id="canvas" style="height: 800px"></div>')
    page.add_script_tag(path=str(VIEWER))
    page.evaluate("(spiff) => { window.spiff = spiff; }",
                  json.loads((FRONTEND / "src" / "diagram" / "spiff.json").read_text()))
    yield page
    page.close()


def opened(canvas: Page, content: str) -> Any:
    return canvas.evaluate(OPEN, content)


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_a_diagram_opens_without_a_warning_and_whole(canvas: Page, path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    found = opened(canvas, content)
    assert found["warnings"] == []
    said = {one.get("id") for one in etree.fromstring(content.encode()).iter()
            if str(one.tag).removeprefix(BPMN) in DRAWN}
    assert said and said <= set(found["shown"])


def test_what_is_not_drawn_or_not_known_is_noticed(canvas: Page) -> None:
    content = DIAGRAMS[0].read_text(encoding="utf-8")
    node = etree.fromstring(content.encode()).find(f".//{BPMN}endEvent").get("id")
    without = content.replace(f'bpmnElement="{node}"', 'bpmnElement="nothing"')
    found = opened(canvas, without)
    assert found["warnings"] and node not in found["shown"]
