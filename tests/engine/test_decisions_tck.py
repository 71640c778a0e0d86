"""The OMG's technology compatibility kit for DMN, level 2: every result in `tck/` must come out.

Source:
    https://github.com/dmn-tck/tck, Apache-2.0; see tck/LICENSE-ASL-2.0.txt.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from app.engine.decisions import load_dmn

KIT = Path(__file__).parent / "tck"
TEST = "{http://www.omg.org/spec/DMN/20160719/testcase}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
#: results in the kit, so that a file that goes missing is noticed
RESULTS = 126


def value_of(element: etree._Element) -> Any:
    """Read a value, a list or a structure as the kit writes it."""
    items = element.find(f"{TEST}list")
    if items is not None:
        return None if items.get(f"{XSI}nil") == "true" else [value_of(item) for item in items]
    components = element.findall(f"{TEST}component")
    if components:
        return {part.get("name"): value_of(part) for part in components}
    value = element.find(f"{TEST}value")
    if value is None or value.get(f"{XSI}nil") == "true":
        return None
    kind, text = (value.get(f"{XSI}type") or "xsd:string").split(":")[1], value.text or ""
    if kind == "boolean":
        return text == "true"
    return Decimal(text) if kind == "decimal" else text


def results() -> list[Any]:
    """Collect (model, inputs, decision, expected) of all files."""
    found = []
    for path in sorted(KIT.glob("*/*-test-*.xml")):
        root = etree.parse(path).getroot()
        model = path.parent / str(root.findtext(f"{TEST}modelName"))
        for case in root.findall(f"{TEST}testCase"):
            inputs = {node.get("name"): value_of(node) for node in case.findall(f"{TEST}inputNode")}
            for node in case.findall(f"{TEST}resultNode"):
                expected = value_of(node.find(f"{TEST}expected"))
                key = f"{path.parent.name}/{case.get('id')}/{node.get('name')}"
                found.append(pytest.param(model, inputs, node.get("name"), expected, id=key))
    return found


CASES = results()


def same(found: Any, expected: Any) -> bool:
    """Compare as the kit's own runners do: numbers to eight digits after the point."""
    if isinstance(expected, Decimal):
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return is_number and abs(Decimal(repr(found)) - expected) < Decimal("1e-8")
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and found.keys() == expected.keys()
            and all(same(found[key], expected[key]) for key in expected)
        )
    return type(found) is type(expected) and found == expected


@pytest.mark.parametrize(("model", "inputs", "decision", "expected"), CASES)
def test_kit_result(model: Path, inputs: dict[str, Any], decision: str, expected: Any) -> None:
    found = load_dmn(model.read_bytes()).decide(decision, inputs)
    assert same(found.outputs, expected), f"{decision}: {found.outputs!r} is not {expected!r}"


def test_kit_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    files = {case.values[0] for case in CASES}
    with capsys.disabled():
        sys.stdout.write(f"\nDMN TCK level 2: {len(CASES)} results of {len(files)} models\n")
    assert len(CASES) == RESULTS
    assert all(path.is_file() for path in files)
    assert (KIT / "LICENSE-ASL-2.0.txt").is_file()
