"""What a diagram records has a name that people read: in a history stands a sentence, not a word of the program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from app.domain.titles import NOTED, title_of
from tests.engine.running import ROOT

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PACKS = ("assessment", "basedata", "campaign", "consult", "escalation", "event", "handling", "inspection", "intake",
         "mediation", "moral", "penalty", "petition", "police", "supervision", "transfer", "village", "whistle", "wish")
DIAGRAMS = [path for pack in PACKS for path in sorted((ROOT / "bpmn" / pack).glob("*.bpmn"))]


def recorded(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """List (element, parameters) of the facts that a diagram records."""
    for task in etree.parse(str(path)).iter(f"{BPMN}serviceTask"):
        inside = [one for one in task.iter() if isinstance(one.tag, str)]
        if any(one.tag.endswith("Operator") and one.get("id") == "fact.record" for one in inside):
            yield str(task.get("id")), {str(one.get("id")): str(one.get("value")) for one in inside
                                        if one.tag.endswith("}parameter")}


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_recorded_fact_says_what_it_is(path: Path) -> None:
    for element, given in recorded(path):
        kind = given["kind"].strip('"')
        assert kind in NOTED or "title" in given, (element, kind)
        # a notice has the title under which it is posted, in the language in which it is posted
        assert "title_en" in given or "title" not in given or kind == "public_notice", (element, kind)


def test_there_is_something_to_look_at() -> None:
    assert sum(1 for path in DIAGRAMS for _ in recorded(path)) > 40


def test_a_recorded_fact_is_told_by_its_title() -> None:
    said = {"kind": "late_ack", "title": "逾期未应哨：派出所", "title_en": "Did not answer: police"}
    told = title_of("Noted", said, {})
    assert (told.zh, told.en) == ("逾期未应哨：派出所", "Did not answer: police")
