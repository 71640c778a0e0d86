"""The lists of `everything.py` are whole: nothing of the product is left out, and what they name exists."""

import ast
import re
from pathlib import Path

from app.domain.records import BOXES
from app.schemas.steering import CHANGES, LIMIT_CHANGES, PARTICIPANT_CHANGES
from app.usecases.desk.do_in_bulk import ACTS
from tests.browser.doing import routes
from tests.browser.everything import DONE, NO_PAGES, NOT_CLICKED, PAGES
from tests.browser.test_inbox import BOXES as SEEN

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: diagrams whose acts stand on the pages of every event
DIAGRAMS = ("event/event_lifecycle", "handling/timed_handling", "handling/timed_work", "handling/suspension")
_ACT = re.compile(
    r'<bpmn:(boundaryEvent|startEvent|intermediateCatchEvent) id="(\w+)"(?:(?!<bpmn:\1 ).)*?</bpmn:\1>', re.S
)
_OFFERED = re.compile(r'name="offeredTo" value="([^"]+)"')
#: endpoints whose kinds of act are counted one by one
KINDS = ("desk.act", "desk.case_act", "desk.bulk", "steer.act")


def done() -> set[str]:
    """List what the named tests do."""
    return {deed for deeds in DONE.values() for deed in deeds.split()}


def ours(method: str) -> set[str]:
    """List the endpoints of the pages that take a method; the interface has its own tests."""
    rules = [rule for rule in routes().iter_rules() if not rule.rule.startswith("/api/")]
    return {rule.endpoint for rule in rules if method in (rule.methods or ())}


def test_every_page_is_opened() -> None:
    seen = {deed.removeprefix("see:") for deed in done() if deed.startswith("see:")}
    assert ours("GET") == set(PAGES) | set(NO_PAGES) | seen
    assert not set(PAGES) & set(NO_PAGES)


def test_every_box_is_opened() -> None:
    assert sorted(SEEN) == sorted(BOXES)


def test_every_act_of_a_page_is_done() -> None:
    taken = (ours("POST") | ours("PUT") | ours("DELETE") | ours("PATCH")) - set(KINDS)
    plain = {deed for deed in done() if ":" not in deed}
    assert taken == plain | {one for one in NOT_CLICKED if ":" not in one}
    assert not done() & set(NOT_CLICKED)


def test_every_change_of_the_command_room_is_made() -> None:
    kinds = {f"steer.act:{kind}" for kind in CHANGES} - {"steer.act:participants", "steer.act:limit"}
    kinds |= {f"steer.act:participants:{one}" for one in PARTICIPANT_CHANGES}
    kinds |= {f"steer.act:limit:{one}" for one in LIMIT_CHANGES} | {"steer.act:preview"}
    assert {deed for deed in done() if deed.startswith("steer.act:")} == kinds


def test_every_act_in_bulk_is_done() -> None:
    # what is answered once for all has an endpoint of its own
    wanted = {f"desk.bulk:{act}" for act in ACTS if act != "complete"}
    assert {deed for deed in done() if deed.startswith("desk.bulk:")} == wanted
    assert "desk.bulk_complete" in done()


def test_every_act_of_an_event_is_done() -> None:
    offered = set()
    for path in DIAGRAMS:
        for found in _ACT.finditer((ROOT / "bpmn" / f"{path}.bpmn").read_text("utf-8")):
            roles = _OFFERED.search(found[0])
            # citizens have pages of their own, and what cases send to one another has none
            if roles and roles[1] not in ("citizen", "cases"):
                offered.add(found[2])
    acts = [deed for deed in done() | set(NOT_CLICKED) if deed.startswith(("desk.act:", "desk.case_act:"))]
    named = {deed.rpartition(":")[2] for deed in acts}
    assert offered == named


def test_every_test_that_is_named_exists() -> None:
    known = {
        f"{path.name}::{one.name}" for path in HERE.glob("test_*.py")
        for one in ast.parse(path.read_text("utf-8")).body if isinstance(one, ast.FunctionDef)
    }  # fmt: skip
    assert set(DONE) <= known, set(DONE) - known
