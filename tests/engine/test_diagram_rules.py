"""Every diagram of the release obeys the recommended rules of bpmnlint, but where BPMN allows what they would not draw.

The rules run in the Node that builds the pages. They are a tool of these tests: the product never needs them.
"""

import json
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.node_tools import installed

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "tests" / "bpmnlint"
DIAGRAMS = sorted((ROOT / "bpmn").glob("*/*.bpmn"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
#: ways that meet before a task or event need no gateway of their own: whoever comes passes
LEFT_OUT = frozenset({"fake-join"})


@cache
def found(*files: Path) -> Mapping[str, list[dict[str, str]]]:
    """Let the rules look at files: {file: [{rule, id, text}]}."""
    order = [installed(RULES), str(RULES / "check.mjs"), *map(str, files)]
    answer = subprocess.run(order, check=True, capture_output=True, text=True, timeout=300)
    rows: Mapping[str, list[dict[str, str]]] = json.loads(answer.stdout)
    return rows


def excused(row: Mapping[str, str], root: Any) -> bool:
    """Say whether a finding is something that this house draws on purpose."""
    if row["rule"] in LEFT_OUT:
        return True
    element = next((one for one in root.iter() if one.get("id") == row["id"]), None)
    if element is None:
        return False
    kind = str(element.tag).removeprefix(BPMN)
    if row["rule"] == "single-blank-start-event":
        # one for those who call the process, one for people
        plain = [one for one in element.findall(f"{BPMN}startEvent") if not _has_definition(one)]
        return len(plain) == 2 and sum(_is_for_people(one) for one in plain) == 1
    if row["rule"] in ("end-event-required", "no-implicit-end") and kind == "subProcess":
        # goes round until its interrupting boundary event comes
        edges = [one for one in element.getparent().findall(f"{BPMN}boundaryEvent")
                 if one.get("attachedToRef") == row["id"] and one.get("cancelActivity") != "false"]
        return bool(edges)
    if row["rule"] == "no-gateway-join-fork":
        # the first way that is true is taken, by whichever way one came; nothing waits for anything
        return kind in ("exclusiveGateway", "eventBasedGateway")
    if row["rule"] == "label-required" and kind in ("startEvent", "endEvent"):
        return not _has_definition(element) and (kind == "startEvent" or not _tells_apart(element))
    return False


def _has_definition(event: Any) -> bool:
    return any(str(one.tag).endswith("EventDefinition") for one in event)


def _is_for_people(start: Any) -> bool:
    return any(one.get("name") == "candidateRoles" for one in start.iter())


def _tells_apart(end: Any) -> bool:
    """Say whether an end is one of several outcomes: not the only one, nor that of a side path such as a reminder."""
    scope = end.getparent()
    main = _from_the_start(scope)
    outcomes = [one for one in scope.findall(f"{BPMN}endEvent") if one.get("id") in main]
    return end in outcomes and len(outcomes) > 1


def _from_the_start(scope: Any) -> set[str]:
    """Find the elements of a scope to which its token comes, but not those that run beside it."""
    ways = [(one.get("sourceRef"), one.get("targetRef")) for one in scope.findall(f"{BPMN}sequenceFlow")]
    ways += [(one.get("attachedToRef"), one.get("id")) for one in scope.findall(f"{BPMN}boundaryEvent")
             if one.get("cancelActivity") != "false"]
    led_to = {target for _, target in ways} | {one.get("id") for one in scope.findall(f"{BPMN}boundaryEvent")}
    pending = [one.get("id") for one in scope if one.get("id") and one.get("id") not in led_to]
    seen: set[str] = set()
    while pending:
        here = pending.pop()
        if here not in seen:
            seen.add(here)
            pending += [target for source, target in ways if source == here]
    return seen


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_a_diagram_obeys_the_recommended_rules(path: Path) -> None:
    root = etree.parse(path).getroot()
    rows = [row for row in found(*DIAGRAMS)[str(path)] if not excused(row, root)]
    assert not rows, "\n".join(f"{row['rule']} {row['id']}: {row['text']}" for row in rows)


def test_the_rules_find_what_is_wrong(tmp_path: Path) -> None:
    """A rule that finds nothing anywhere proves nothing."""
    bare = tmp_path / "bare.bpmn"
    bare.write_text(
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'
        '<process id="p"><task id="a"/></process></definitions>'
    )
    rows = {row["rule"] for row in found(bare)[str(bare)]}
    assert {"start-event-required", "end-event-required", "label-required", "no-bpmndi"} <= rows


def test_the_lockfile_of_the_rules_names_no_registry() -> None:
    lock = json.loads((RULES / "package-lock.json").read_text())
    packages = [one for path, one in lock["packages"].items() if path]
    assert packages and all(one.get("integrity") for one in packages)
    assert not [one for one in packages if "resolved" in one]
