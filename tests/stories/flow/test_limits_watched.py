"""No task waits for ever unseen: each has a limit, itself or around it, and something happens when it is over."""

from pathlib import Path

import pytest
from lxml import etree

from tests.engine.running import ROOT

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PACKS = ("whistle", "mediation", "village", "intake", "event", "handling", "consult", "escalation",
         "supervision")
DIAGRAMS = [path for pack in PACKS for path in sorted((ROOT / "bpmn" / pack).glob("*.bpmn"))]
#: tasks of a called process whose caller keeps the clock: {(process, task): (caller, call activity)}
BY_THE_CALLER = {
    ("mediation_round", "investigate"): ("mediation_work", "round"),
    ("mediation_round", "session"): ("mediation_work", "round"),
    ("mediation_round", "outcome"): ("mediation_work", "round"),
    ("whistle_consultation", "consult"): ("joint_enforcement", "consultation"),
}

#: tasks beside which the clock is a branch of its own, {(process, task): (sub-process with the limit, its last timer)}
BESIDE = {
    ("instant_consult", "answer"): ("answering", "at_60"),
    ("instant_consult", "answer_by_street"): ("answering", "at_60"),
}


def limit_of(element: etree._Element) -> str:
    found = element.findall(f"./{BPMN}extensionElements/*/*[@name='limit']")
    return str(found[0].get("value")) if found else ""


def timers_at(root: etree._Element, element: str) -> bool:
    """Say whether a timer stands on the border of an activity."""
    return any(one.get("attachedToRef") == element and one.find(f".//{BPMN}timerEventDefinition") is not None
               for one in root.iter(f"{BPMN}boundaryEvent"))


def watched(root: etree._Element, element: etree._Element) -> bool:
    """Say whether an activity, or a sub-process around it, has a limit and a timer."""
    here: etree._Element | None = element
    while here is not None and here.tag != f"{BPMN}process":
        if limit_of(here) and timers_at(root, str(here.get("id"))):
            return True
        here = here.getparent()
    return False


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_somebody_hears_when_a_task_is_late(path: Path) -> None:
    root = etree.parse(str(path)).getroot()
    unseen = {(path.stem, str(task.get("id"))) for task in root.iter(f"{BPMN}userTask") if not watched(root, task)}
    assert unseen == {one for one in (*BY_THE_CALLER, *BESIDE) if one[0] == path.stem}


@pytest.mark.parametrize(("task", "caller"), BY_THE_CALLER.items())
def test_the_caller_keeps_the_clock(task: tuple[str, str], caller: tuple[str, str]) -> None:
    (path,) = (one for one in DIAGRAMS if one.stem == caller[0])
    root = etree.parse(str(path)).getroot()
    (call,) = (one for one in root.iter(f"{BPMN}callActivity") if one.get("id") == caller[1])
    assert call.get("calledElement") == task[0] and limit_of(call)
    (own,) = (one for one in DIAGRAMS if one.stem == task[0])
    assert timers_at(root, caller[1]) or timers_at(etree.parse(str(own)).getroot(), task[1])


@pytest.mark.parametrize(("task", "clock"), BESIDE.items())
def test_the_clock_runs_beside_the_task(task: tuple[str, str], clock: tuple[str, str]) -> None:
    (path,) = (one for one in DIAGRAMS if one.stem == task[0])
    root = etree.parse(str(path)).getroot()
    (around,) = (one for one in root.iter(f"{BPMN}subProcess") if one.get("id") == clock[0])
    inside = {one.get("id"): one for one in around.iter(f"{BPMN}userTask", f"{BPMN}intermediateCatchEvent")}
    assert limit_of(around) and task[1] in inside and "due_at" in "".join(inside[clock[1]].itertext())
