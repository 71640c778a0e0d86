"""The page on which a citizen follows his report: what he may do there, without an account and without scripts."""

import html
import io
import re
from uuid import uuid4

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.intake.submit_report import submit_report
from tests.stories.cast import ZHUANGSHI
from tests.web.world import read_csrf

PLACE = "33.02.11.004.003.012"
HOSTILE = "<script>alert(1)</script> {{7*7}} ' or 1=1 -- 这不是物业的事"


def finish(world, username, case_id, node, **answers):
    """Let an officer finish a task."""
    with world.tools.store.unit_of_work() as uow:
        (task,) = [row for row in uow.tasks.of_case(case_id) if row.node == node and row.state == "open"]
        officer = uow.people.actor(uow.people.by_username(username).id, world.tools.clock.now())
    claim_task(world.tools, actor=officer, task_id=task.id)
    complete_task(world.tools, actor=officer, task_id=task.id, answers=answers)


@pytest.fixture
def refused(world):
    """A report that was refused, and the browser of the citizen who knows its code: (browser, csrf, page, report)."""
    report = submit_report(world.tools, actor=None, report={
        "channel": "CITY_APP", "nature": "help", "content": f"小区里的路灯坏了没人管 {uuid4().hex}",
        "grid": PLACE, "reporter": {"phone": "13800000009"}})  # fmt: skip
    answers = {"decision": "refuse", "reason": "not_ours", "note": "物业事务"}
    finish(world, ZHUANGSHI.duty, report.case_id, "accept_decide", **answers)
    answers = {"decision": "agree", "reason": "not_ours", "text": "该事项属于物业服务范围，请联系物业"}
    finish(world, ZHUANGSHI.command, report.case_id, "refuse", **answers)
    browser = world.app.test_client()
    csrf = read_csrf(browser.get("/public/track").text)
    sent = {"csrf_token": csrf, "event_no": report.event_no, "code": report.tracking_code}
    assert browser.post("/public/track", data=sent).status_code == 303
    return browser, csrf, f"/public/track/{report.event_no}", report


def test_a_citizen_objects_to_a_refusal_once_and_reads_what_was_decided(world, refused):
    browser, csrf, page, report = refused
    shown = browser.get(page).text
    assert "不予受理" in shown and f'action="{page}/object"' in shown and 'name="objection"' in shown
    sent = {"csrf_token": csrf, "objection": HOSTILE}
    done = browser.post(f"{page}/object", data=sent)
    assert done.status_code == 303
    shown = browser.get(page).text
    assert f'action="{page}/object"' not in shown and "提出异议" in shown
    again = browser.post(f"{page}/object", data=sent)
    assert again.status_code == 409 and 'role="alert"' in again.text and report.event_no in again.text
    finish(world, ZHUANGSHI.county_duty, report.case_id, "objection_decide", decision="accept", note="该路灯由街道管理")
    shown = browser.get(page).text
    assert "的异议成立，现改为受理。说明：该路灯由街道管理" in shown
    browser.set_cookie("yongzhi_language", "en")
    assert "The report is accepted after all. Reason: 该路灯由街道管理" in browser.get(page).text


def photos(number, size=(20, 20)):
    """As many pictures with their names as are asked for."""
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG")
    return [(out.getvalue(), f"现场{nth}.jpg") for nth in range(number)]


def send(browser, page, sent, files):
    """Send the form of an objection with files; the test client would leave its temporary files open."""
    chosen = [("photos", FileStorage(io.BytesIO(content), name)) for content, name in files]
    boundary, body = encode_multipart(MultiDict([*sent.items(), *chosen]))
    kind = f'multipart/form-data; boundary="{boundary}"'
    return browser.post(f"{page}/object", data=body, content_type=kind)


def files_of(world, report):
    with world.tools.store.unit_of_work() as uow:
        return [row.name for row in uow.attachments.of_case(report.case_id)]


def test_photos_come_with_an_objection(world, refused):
    browser, csrf, page, report = refused
    sent = {"csrf_token": csrf, "objection": "路灯在公共道路上，请看照片"}
    assert 'name="photos"' in browser.get(page).text
    many = send(browser, page, sent, photos(7))
    assert many.status_code == 422 and "6" in re.search(r'id="photos-errors"[^>]*>(.*?)</ul>', many.text)[1]
    assert "请看照片" in many.text
    none = send(browser, page, sent, [(b"no picture at all", "x.exe")])
    assert none.status_code == 422 and "x.exe" in re.search(r'id="photos-errors"[^>]*>(.*?)</ul>', none.text)[1]
    # an id that somebody names is nobody's
    named = {**sent, "photos": str(uuid4())}
    assert browser.post(f"{page}/object", data=named | {"objection": "短"}).status_code == 422
    assert files_of(world, report) == []
    assert send(browser, page, sent, photos(2)).status_code == 303
    assert files_of(world, report) == ["现场0.jpg", "现场1.jpg"]
    # once it waits for nothing any more, no file is kept
    folder = world.tools.config.attachments
    before = sorted(folder.rglob("*"))
    late = send(browser, page, sent, photos(1, (30, 30)))
    assert late.status_code == 409 and sorted(folder.rglob("*")) == before


def test_an_objection_that_is_too_large_comes_back_with_its_text(world, refused):
    browser, csrf, page, _ = refused
    large = b"\xff\xd8\xff" + bytes(world.tools.config.max_upload_mb * 2**20)
    sent = {"csrf_token": csrf, "objection": "路灯在公共道路上，请看照片"}
    answer = send(browser, page, sent, [(large, "大.jpg")])
    assert answer.status_code == 413 and "路灯在公共道路上，请看照片</textarea>" in answer.text
    assert "合计不能超过 20 MB" in re.search(r'id="photos-errors"[^>]*>(.*?)</ul>', answer.text)[1]
    shut = send(world.app.test_client(), page, sent, [(large, "大.jpg")])
    assert shut.status_code == 413 and "textarea" not in shut.text


@pytest.mark.parametrize(("objection", "said"), [
    ("", "必填"), ("   ", "必填"), ("不同意", "6"), ("不" * 2001, "2000"), ("\x00\x01 这是不可见字符", "字符"),
])  # fmt: skip
def test_an_objection_that_says_nothing_or_too_much_comes_back_as_it_was_typed(refused, objection, said):
    browser, csrf, page, _ = refused
    answer = browser.post(f"{page}/object", data={"csrf_token": csrf, "objection": objection})
    assert answer.status_code == 422
    errors = re.search(r'id="objection-errors"[^>]*>(.*?)</ul>', answer.text)
    assert errors and "<li>" in errors[1] and said in errors[1]
    typed = re.search(r'<textarea[^>]*name="objection"[^>]*>(.*?)</textarea>', answer.text, re.S)
    assert typed and html.unescape(typed[1]).strip() == objection.strip()


def test_only_who_knows_the_code_objects(world, refused):
    browser, csrf, page, _ = refused
    stranger = world.app.test_client()
    token = read_csrf(stranger.get("/public/track").text)
    sent = {"objection": "我不同意，请再看一看"}
    assert stranger.post(f"{page}/object", data={**sent, "csrf_token": token}).status_code == 404
    assert browser.post(f"{page}/object", data=sent).status_code == 400, "no token"
    assert browser.post("/public/track/NB-000/object", data={**sent, "csrf_token": csrf}).status_code == 404
    assert f'action="{page}/object"' in browser.get(page).text
