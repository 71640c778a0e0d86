"""Documents of a case: who may issue them and when, what is recorded, and that a PDF is what its hash says."""

import hashlib
import itertools
import json
import re
from uuid import UUID

import pytest

from app.usecases.desk import issue_document as issuing
from tests.web.test_handing_pages import send
from tests.web.world import REPORT, World

_CORNERS = itertools.count(1)


@pytest.fixture
def accepted(world: World):
    """A duty officer at the browser, and a case that he has just accepted."""
    worker = world.person("grid_member")
    # each from another corner, so that no two are taken for the same
    nth = next(_CORNERS)
    sent = {**REPORT, "content": f"河道漂浮垃圾第{nth}处，需要打捞清理", "lat": round(29.9121 + 0.0021 * nth, 5)}
    case = worker.api("POST", "/reports", json=sent).json["case_id"]
    duty = next(one for one in (world.person("street_duty", nth) for nth in range(6))
                if any(row["case_id"] == case for row in one.api("GET", "/tasks?limit=200").json["tasks"]))
    return duty.sign_in(), worker, case


def accept(duty, case):
    tasks = duty.api("GET", "/tasks?limit=200&sort=-created").json["tasks"]
    task = next(one["id"] for one in tasks if one["case_id"] == case and one["node"] == "accept_decide")
    duty.api("POST", f"/tasks/{task}/claim")
    view = duty.api("GET", f"/tasks/{task}").json
    answers = {**view["values"], "decision": "accept", "item_code": "C14-05"}
    done = duty.api("POST", f"/tasks/{task}/complete", json={"answers": answers})
    assert done.status_code == 200, done.text


def facts(world, case):
    with world.tools.store.unit_of_work() as uow:
        return uow.facts.of_kinds(UUID(case), ["DocumentIssued"])


def test_before_it_can_say_what_it_must_the_page_says_what_to_wait_for(accepted, world):
    duty, _, case = accepted
    page = duty.browser.get(f"/cases/{case}/documents").text
    assert "受理回执" in page and "事件受理后才能出具。" in page and "/documents/receipt" not in page
    early = send(duty, f"/cases/{case}/documents/receipt")
    assert early.status_code == 303 and facts(world, case) == ()
    assert duty.browser.get(f"/cases/{case}/documents/receipt").status_code == 303
    for wrong in ("penalty_notice", "nothing", "receipt.yaml"):
        assert duty.browser.get(f"/cases/{case}/documents/{wrong}").status_code == 404, wrong


def test_a_receipt_is_numbered_recorded_and_kept(accepted, world):
    duty, worker, case = accepted
    accept(duty, case)
    preview = duty.browser.get(f"/cases/{case}/documents/receipt").text
    assert "尚未编号" in preview and "河道漂浮垃圾" in preview and facts(world, case) == ()
    answer = send(duty, f"/cases/{case}/documents/receipt")
    assert answer.status_code == 303
    shown = duty.browser.get(answer.headers["Location"]).text
    number = re.search(r"NB[-\w]*-SL-1", shown)
    assert number and "河道漂浮垃圾" in shown and "预览" not in shown
    (fact,) = facts(world, case)
    body = fact.content
    assert body["number"] == number[0] and fact.actor_name and fact.role == "street_duty"
    with duty.browser.get(f"/attachments/{body['attachment']}") as pdf:
        assert pdf.data.startswith(b"%PDF") and hashlib.sha256(pdf.data).hexdigest() == body["sha256"]
        assert "attachment" in pdf.headers["Content-Disposition"]
    # a second copy has a number of its own, and the case still runs again from its facts
    assert send(duty, f"/cases/{case}/documents/receipt").status_code == 303
    assert [one.content["number"][-1] for one in facts(world, case)] == ["1", "2"]
    verdict = duty.api("GET", f"/cases/{case}/verify").json
    assert verdict["chain_ok"] and verdict["replay_ok"], verdict
    page = duty.browser.get(f"/cases/{case}/documents").text
    assert page.count(">PDF</a>") == 2
    assert "出具受理回执" in duty.browser.get(f"/cases/{case}").text
    # what was issued stays as it was, in the language in which it was issued
    duty.browser.get("/language/en?next=/")
    english = send(duty, f"/cases/{case}/documents/receipt")
    assert "Acknowledgement of receipt" in duty.browser.get(english.headers["Location"]).text
    assert "受理回执" in duty.browser.get(answer.headers["Location"]).text
    duty.browser.get("/language/zh?next=/")


def test_others_neither_issue_nor_see_it(accepted, world):
    duty, worker, case = accepted
    accept(duty, case)
    location = send(duty, f"/cases/{case}/documents/receipt").headers["Location"]
    # the grid worker sees his own case and its papers, but issues none
    worker.sign_in()
    assert worker.browser.get(location).status_code == 200
    assert "由别的岗位出具" in worker.browser.get(f"/cases/{case}/documents").text
    assert send(worker, f"/cases/{case}/documents/receipt").status_code == 403
    far = next(one for one in (world.person("street_duty", nth) for nth in range(6)) if one.unit != duty.unit).sign_in()
    for path in ("documents", "documents/receipt", location.removeprefix(f"/cases/{case}/")):
        assert far.browser.get(f"/cases/{case}/{path}").status_code == 404, path
    assert send(far, f"/cases/{case}/documents/receipt").status_code == 404
    assert len(facts(world, case)) == 1
    assert duty.browser.post(f"/cases/{case}/documents/receipt").status_code == 400
    for seq in (1, 0, 10**9):
        assert duty.browser.get(f"/cases/{case}/issued/{seq}").status_code == 404
    assert json.dumps([fact.content for fact in facts(world, case)])


def test_what_was_drawn_of_an_older_state_is_not_recorded(accepted, world, monkeypatch):
    duty, _, case = accepted
    accept(duty, case)
    drawn = issuing.write_pdf

    def slow(sheet, **more):
        monkeypatch.setattr(issuing, "write_pdf", drawn)
        assert send(duty, f"/cases/{case}/documents/receipt").status_code == 303
        return drawn(sheet, **more)

    monkeypatch.setattr(issuing, "write_pdf", slow)
    assert send(duty, f"/cases/{case}/documents/receipt").headers["Location"].endswith("/documents")
    assert len(facts(world, case)) == 1
