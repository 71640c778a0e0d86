"""What nobody else may see of a case is seen in no register either: these are read by whole counties."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from app.engine import feel

ROOT = Path(__file__).parents[3]
#: processes whose cases may be confidential, and that enter them into a register
GUARDED = {
    "supervision/supervision", "supervision/urge", "escalation/jurisdiction_arbitration", "petition/petition",
}  # fmt: skip
SECRET = "谁举报了谁"


def rows_of(diagram: str) -> list[dict[str, str]]:
    """Read what a diagram adds to registers and changes there, {parameter: expression}."""
    tree = etree.parse(ROOT / "bpmn" / f"{diagram}.bpmn")
    found = [{one.get("id"): one.get("value") for one in task.iter("{*}parameter")}
             for task in tree.iter("{*}serviceTaskOperator") if task.get("id") in ("register.add", "register.change")]
    return [one for one in found if "event.title" in one.get("row", one.get("changes", ""))]


def written(given: dict[str, str], **event: Any) -> str:
    scope = {"event": {"title": SECRET, "county": "33.02.11", **event}, "limits": {"urge_pause": {"due_at": "x"}}}
    return json.dumps(feel.normalise(feel.evaluate(given["row"], scope)), ensure_ascii=False)


@pytest.mark.parametrize("diagram", sorted(GUARDED))
def test_the_title_of_a_confidential_case_stands_in_no_register(diagram: str) -> None:
    entered = rows_of(diagram)
    assert entered
    for row in entered:
        assert SECRET not in written(row, confidential=True)
        assert SECRET in written(row) and SECRET in written(row, confidential=False)


def test_cases_for_the_police_are_listed_for_the_procurator_alone() -> None:
    listed = json.loads((ROOT / "city/registers/transfer_watch.json").read_text(encoding="utf-8"))
    assert listed["rights"]["read"] == listed["rights"]["write"] == ["procurator"]
