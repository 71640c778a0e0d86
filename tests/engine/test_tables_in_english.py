"""Every decision of the city's packs, and every column of its tables, says its name in English too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from app.engine.dmn import xml
from app.engine.dmn.english import english_of
from app.engine.dmn.sheet import read_sheets

PACKS = Path(__file__).parents[2] / "bpmn"
TABLES = sorted(PACKS.glob("*/*.dmn"))
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def written(element: etree._Element) -> str:
    """Return the English name that stands in the file, without the words that the machine would do with."""
    return english_of(element, element.get("label") or element.get("name") or "", "")


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_column_has_an_english_name_of_its_own(path: Path) -> None:
    root = xml.parse(path.read_bytes())
    named = list(root.iter("{*}decision", "{*}input", "{*}output"))
    assert len(named) > 2
    without = {one.get("id"): written(one) for one in named if not written(one) or HAN.search(written(one))}
    assert not without
    for sheet in read_sheets(path.read_bytes()):
        for columns in (sheet.inputs, sheet.outputs):
            said = [one.label_en for one in columns]
            assert len(set(said)) == len(said), said
    # the standard lets an extension stand after the description, before all the rest
    for extension in root.iter("{*}extensionElements"):
        before = [etree.QName(one).localname for one in extension.itersiblings(preceding=True)]
        assert before in ([], ["description"])


def test_a_column_without_its_english_name_is_found() -> None:
    assert written(etree.fromstring('<input label="层级"/>')) == ""
    assert written(etree.fromstring('<input label="Level"/>')) == "Level"
