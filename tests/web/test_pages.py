"""The pages, as people use them, without a browser."""

import io
import itertools
import json
import re
import uuid
from dataclasses import replace

import pytest

from app.bootstrap import create_app
from tests.web.world import read_csrf

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63680000008200"
    "8177cd72b60000000049454e44ae426082"
)


#: reports of the same place would be taken for one event
_PLACES = itertools.count(1)


def fields(**more):
    marker, nth = uuid.uuid4().hex[:8], next(_PLACES)
    return marker, {
        "content": f"路口有流动摊贩占道经营，油烟扰民 {marker}", "nature": "patrol", "channel": "GRID",
        "lat": f"{29.912 + 0.003 * (nth % 15):.6f}", "lon": f"{121.582 + 0.003 * (nth // 15):.6f}", **more,
    }  # fmt: skip


def block(page, name):
    found = re.search(rf'<script type="application/json" id="form-{name}">(.*?)</script>', page, re.S)
    assert found, name
    return json.loads(found[1])


@pytest.fixture
def filed(world):
    """A report on the street duty officer's desk: (officer, task address, case address)."""
    worker = world.person("grid_member").sign_in()
    photo = worker.post("/attachments", data={"file": (io.BytesIO(PNG), "a.png"), "phase": "before"})
    assert photo.status_code == 201
    marker, sent = fields(photos_ids=photo.json["id"])
    taken = worker.post("/report", data=sent)
    assert taken.status_code == 200, taken.json
    officer = world.person("street_duty").sign_in()
    listed = officer.browser.get(f"/inbox?q={marker}").text
    task = re.search(r'href="(/tasks/[0-9a-f-]{36})"', listed)
    assert task, listed
    return officer, task[1], taken.json["location"]


def test_a_report_travels_to_the_duty_officer_and_on(filed):
    officer, task, case = filed
    before = officer.browser.get(task).text
    assert 'data-read-only="true"' in before and "签领" in before
    assert officer.post(f"{task}/claim").status_code == 303
    page = officer.browser.get(task).text
    assert f'data-submit-url="{task}/complete"' in page and "a.png" in page
    values, options = block(page, "values"), block(page, "options")
    assert values["item_code"] in {one["value"] for one in options["items"]}
    assert block(page, "schema")["components"] and block(page, "attachments")
    draft = officer.post(f"{task}/draft", method="PUT", json={"answers": {**values, "note": "半句话"}, "revision": 1})
    assert draft.status_code == 200
    assert block(officer.browser.get(task).text, "values")["note"] == "半句话"
    hidden = officer.post(f"{task}/complete", json={"answers": {**values, "supplement_text": "不该出现的补充要求"}})
    assert hidden.status_code == 422 and hidden.json["errors"] == {"supplement_text": ["此项当前不显示，不能提交"]}
    done = officer.post(f"{task}/complete", json={"answers": values})
    assert done.status_code == 200 and done.json["location"].startswith(("/inbox", "/tasks/"))
    again = officer.post(f"{task}/complete", json={"answers": values})
    assert again.status_code == 409 and again.json["type"].endswith("task-already-done")
    told = officer.browser.get(case).text
    assert "办理完成：受理研判" in told and "data-viewer" in told


def test_an_act_has_its_own_form_with_its_own_choices(world, filed):
    officer, task, case = filed
    officer.post(f"{task}/claim")
    values = block(officer.browser.get(task).text, "values")
    assert officer.post(f"{task}/complete", json={"answers": {**values, "decision": "accept"}}).status_code == 200
    number = re.search(r"NB-[0-9-]+", officer.browser.get(case).text)[0]
    handler = world.person("platform_enforce").sign_in()
    sign = re.search(r'href="(/tasks/[0-9a-f-]{36})"', handler.browser.get(f"/inbox?q={number}").text)[1]
    assert "/acts/" not in handler.browser.get(sign).text
    handler.post(f"{sign}/claim")
    act = re.search(r'href="(/tasks/[0-9a-f-]{36}/acts/[^"]+)"', handler.browser.get(sign).text)[1]
    page = handler.browser.get(act).text
    units = block(page, "options")["units"]
    assert units and block(page, "schema")["components"]
    wrong = handler.post(act, json={"answers": {"reason": "because", "competent_unit": "33.99", "note": "x"}})
    assert wrong.status_code == 422 and {"reason", "competent_unit"} <= set(wrong.json["errors"])
    answers = {"reason": "not_mine", "competent_unit": units[0]["value"], "note": "不属于本单位职责，应由其他单位办理"}
    asked = handler.post(act, json={"answers": answers})
    assert asked.status_code == 200, asked.json
    assert officer.browser.get(act).status_code in (404, 409)


def test_two_claim_one_is_told_who_was_first(world, filed):
    officer, task, _ = filed
    assert officer.post(f"{task}/claim").status_code == 303
    officer.post(f"{task}/release")
    assert "已放回待办" in officer.browser.get("/inbox").text
    assert officer.post(f"{task}/claim").status_code == 303
    other = world.person("street_duty", 1).sign_in()
    if other.unit == officer.unit:
        other.post(f"{task}/claim")
        assert "他人签领" in other.browser.get(task).text


def test_a_remark_and_an_empty_one(filed):
    officer, _, case = filed
    assert officer.post(f"{case}/comments", data={"text": "已电话联系<script>"}).status_code == 303
    page = officer.browser.get(case).text
    assert "已电话联系&lt;script&gt;" in page and "留言已记入案件" in page
    officer.post(f"{case}/comments", data={"text": "  "})
    assert "此项必填" in officer.browser.get(case).text


def test_the_diagram_of_a_case_and_where_it_stands(filed):
    officer, _, case = filed
    page = officer.browser.get(case).text
    diagram = re.search(r'data-xml-url="([^"]+)"', page)[1]
    state = re.search(r'data-state-url="([^"]+)"', page)[1]
    xml = officer.browser.get(diagram)
    assert xml.mimetype == "application/xml" and b"bpmndi" in xml.data
    marked = officer.browser.get(state).json
    assert marked["active"] and marked["done"]
    assert officer.browser.get(f"{case}/diagrams/no_such/1.bpmn").status_code == 404


def test_an_auditor_steps_through_and_reads_the_verdict(world, filed):
    _, _, case = filed
    auditor = world.person("auditor").sign_in()
    room = case.replace("/cases/", "/audit/cases/")
    page = auditor.browser.get(room).text
    assert "条记录首尾相接" in page and "结果与记录相同" in page
    replay = auditor.browser.get(f"{room}/replay.json").json
    assert replay["steps"][0]["seq"] == 1 and set(replay["titles"]) == set(replay["diagrams"])
    for address in replay["diagrams"].values():
        assert auditor.browser.get(address).status_code == 200
    assert "CaseStarted" in auditor.browser.get(f"{room}/facts?limit=5").text
    assert "下一页" in auditor.browser.get(f"{room}/facts?limit=5").text
    assert auditor.post(f"{case}/comments", data={"text": "x"}).status_code == 403


def test_htmx_gets_the_list_alone(filed):
    officer, _, _ = filed
    whole, part = officer.browser.get("/inbox"), officer.browser.get("/inbox", headers={"HX-Request": "true"})
    assert "<html" in whole.text and "<html" not in part.text and 'id="tasks"' in part.text


def test_notices_stand_in_the_inbox_until_they_are_read(world):
    officer = world.person("street_duty").sign_in()
    with world.tools.store.unit_of_work() as uow:
        at = world.tools.clock.now()
        seat = {"role": "street_duty", "unit": officer.unit}
        notice = uow.notices.add(11, at, "unit.half", **seat, params={"event_no": "<b>7"})
        uow.commit()
    mark = f"/notices/{notice}/read"
    page = officer.browser.get("/inbox").text
    assert "事件 &lt;b&gt;7 办理时限已过半" in page and "条未读" in page and mark in page
    assert officer.post(mark).status_code == 303
    page = officer.browser.get("/inbox").text
    assert "事件 &lt;b&gt;7 办理时限已过半" in page and mark not in page
    assert officer.post("/notices/read").status_code == 303
    assert "条未读" not in officer.browser.get("/inbox").text
    other = world.person("village_mediator").sign_in()
    assert "&lt;b&gt;7" not in other.browser.get("/inbox").text and other.post(mark).status_code == 404


def test_empty_lists_say_what_will_be_here(world):
    person = world.person("village_mediator").sign_in()
    assert "派到您岗位的任务会出现在这里" in person.browser.get("/inbox").text
    assert "没有符合条件的任务" in person.browser.get("/inbox?q=zzzzzz").text
    assert "没有符合条件的案件" in person.browser.get("/cases?q=zzzzzz").text


def test_a_query_that_does_not_fit_is_a_page_not_a_failure(filed):
    officer, _, _ = filed
    for address in ("/inbox?box=x", "/inbox?light=blue", "/inbox?after=x", "/cases?limit=9999", "/cases?open=maybe"):
        answer = officer.browser.get(address)
        assert answer.status_code == 422 and "<html" in answer.text, address


def test_a_wrong_report_keeps_nothing_and_says_what_to_change(world):
    worker = world.person("grid_member").sign_in()
    _, sent = fields(content="短", lat="far")
    answer = worker.post("/report", data=sent)
    assert answer.status_code == 422 and set(answer.json["errors"]) == {"content", "lat"}


def test_files_that_are_none_are_refused(world):
    worker = world.person("grid_member").sign_in()
    for name, content in (("a.png", b"<html>"), ("a.svg", b"<svg onload='x'/>"), ("a.exe", b"MZ\x90\x00")):
        answer = worker.post("/attachments", data={"file": (io.BytesIO(content), name)})
        assert answer.status_code == 422, name
    assert worker.post("/attachments", data={}).status_code == 422
    large = worker.post("/attachments", data=b"x" * (21 * 2**20), content_type="multipart/form-data; boundary=x")
    assert large.status_code == 413 and large.json["detail"] == "内容过大"


def test_a_citizen_reports_follows_and_nobody_else_can(world):
    browser = world.app.test_client()
    csrf = read_csrf(browser.get("/public/report").text)
    _, sent = fields(nature="help", reporter_name="测试", reporter_phone="13800000000")
    sent |= {"csrf_token": csrf, "photos": (io.BytesIO(PNG), "a.png"), "channel": "LEADER"}
    for nature in ("patrol", "device", "model", "?"):
        refused = browser.post("/public/report", data={"csrf_token": csrf, **fields(nature=nature)[1]})
        assert refused.status_code == 422, nature
    taken = browser.post("/public/report", data=sent)
    assert taken.status_code == 303
    where = taken.headers["Location"]
    page = browser.get(where).text
    event_no, code = re.findall(r'data-copy="([^"]+)"', page)
    assert where.endswith(event_no) and code not in where
    stranger = world.app.test_client()
    assert stranger.get(where).status_code == 303
    csrf = read_csrf(stranger.get("/public/track").text)
    wrong = stranger.post("/public/track", data={"csrf_token": csrf, "event_no": event_no, "code": "23456789AB"})
    assert wrong.status_code == 422 and "编号或查询码不正确" in wrong.text
    right = stranger.post("/public/track", data={"csrf_token": csrf, "event_no": event_no, "code": code.lower()})
    assert right.status_code == 303 and stranger.get(where).status_code == 200
    assert stranger.post(f"{where}/rate", data={"csrf_token": csrf, "solved": "yes"}).status_code == 422
    assert stranger.post(f"{where}/nonsense", data={"csrf_token": csrf}).status_code == 404


def test_a_citizens_report_that_is_sent_twice_is_one_event(world):
    browser = world.app.test_client()
    csrf = read_csrf(browser.get("/public/report").text)
    before = browser.get_cookie("yongzhi_page")
    _, sent = fields(nature="help")
    sent |= {"csrf_token": csrf, "channel": "CITY_APP"}
    headers = {"Idempotency-Key": uuid.uuid4().hex, "X-CSRFToken": csrf}
    first = browser.post("/public/report", data=sent, headers=headers)
    assert first.status_code == 200, first.text
    where = first.json["location"]
    # the first answer was lost on its way: the browser never got its cookie, and knows no code
    retry = world.app.test_client()
    retry.set_cookie("yongzhi_page", before.value)
    again = retry.post("/public/report", data=sent, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true" and again.json == first.json
    page = retry.get(where)
    assert page.status_code == 200
    event_no, code = re.findall(r'data-copy="([^"]+)"', page.text)
    assert where.endswith(event_no)
    with world.tools.store.engine.connect() as link:
        kept = link.exec_driver_sql("select body from idempotency where key = %s", (headers["Idempotency-Key"],))
        assert code.encode() not in bytes(kept.scalar())
    # the same key from another browser is another sender's
    stranger = world.app.test_client()
    csrf = read_csrf(stranger.get("/public/report").text)
    other = stranger.post("/public/report", data=sent | {"csrf_token": csrf}, headers=headers | {"X-CSRFToken": csrf})
    assert other.status_code == 200 and "Idempotency-Replayed" not in other.headers
    assert other.json["location"] != where


def test_reports_that_come_too_fast_are_refused_before_anything_is_kept_and_the_text_stays_in_the_page(world):
    config = replace(world.tools.config, public_reports_per_hour=1)
    browser = create_app(config, replace(world.tools, config=config)).test_client()
    csrf = read_csrf(browser.get("/public/report").text)
    _, sent = fields(nature="help")
    headers = {"X-CSRFToken": csrf}
    where = {"REMOTE_ADDR": "203.0.113.80"}
    wrong = browser.post("/public/report", data={**sent, "content": ""}, headers=headers, environ_base=where)
    assert wrong.status_code == 422, "what is no report is not counted"
    assert browser.post("/public/report", data=sent, headers=headers, environ_base=where).status_code == 200
    photo = {"photos": (io.BytesIO(PNG), "a.png")}
    late = browser.post("/public/report", data={**sent, **photo}, headers=headers, environ_base=where)
    assert late.status_code == 429 and late.headers["Retry-After"]
    assert late.json["type"].endswith("too-many-reports") and "12345" in late.json["detail"]
    # without scripts the form comes back as it was filled
    plain = {**sent, "csrf_token": csrf, "address": "河东路<1>", "reporter_name": "测试", "anonymous": "on"}
    back = browser.post("/public/report", data=plain, environ_base=where)
    assert back.status_code == 429 and "12345" in back.text and f">{sent['content']}</textarea>" in back.text
    assert "河东路&lt;1&gt;" in back.text and 'value="测试"' in back.text and 'name="anonymous" checked' in back.text
    back = browser.post("/public/report", data={**plain, "content": "短"}, environ_base=where)
    assert back.status_code == 422 and ">短</textarea>" in back.text
    elsewhere = browser.post("/public/report", data=sent, headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.81"})
    assert elsewhere.status_code == 200


def test_guesses_at_a_tracking_code_are_stopped(world):
    browser = world.app.test_client()
    for door, name in (("/public/track", "查询码"), ("/public/answer", "答复码")):
        sent = {"csrf_token": read_csrf(browser.get(door).text), "event_no": "NB-0", "code": "23456789AB"}
        for _ in range(5):
            assert browser.post(door, data=sent, environ_base={"REMOTE_ADDR": "203.0.113.82"}).status_code == 422
        stopped = browser.post(door, data=sent, environ_base={"REMOTE_ADDR": "203.0.113.82"})
        assert stopped.status_code == 429 and f"{name}" in stopped.text and "次数过多" in stopped.text
        assert 'value="NB-0"' in stopped.text


def test_a_remark_that_is_sent_twice_is_written_once(filed):
    officer, _, case = filed
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    sent = {"data": {"text": "只说一次的话"}, "headers": headers}
    first, again = officer.post(f"{case}/comments", **sent), officer.post(f"{case}/comments", **sent)
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["Location"] == first.headers["Location"] and "Idempotency-Replayed" in again.headers
    assert officer.browser.get(case).text.count("只说一次的话") == 1
    # what was refused leaves its key free
    empty = {"Idempotency-Key": uuid.uuid4().hex}
    officer.post(f"{case}/comments", data={"text": " "}, headers=empty)
    officer.post(f"{case}/comments", data={"text": "第二次写对了"}, headers=empty)
    assert "第二次写对了" in officer.browser.get(case).text


def test_a_reporters_details_are_masked_on_the_case_page(world):
    worker = world.person("street_duty").sign_in()
    _, sent = fields(nature="help", channel="FACE", reporter_name="欧阳测试", reporter_phone="13812345678")
    case = worker.post("/report", data=sent).json["location"]
    page = worker.browser.get(case).text
    assert "138****5678" in page and "13812345678" not in page and "欧阳测试" not in page


def test_the_studio_shows_edits_and_checks(world):
    designer = world.person("process_designer").sign_in()
    assert "one_task" in designer.browser.get("/studio/").text
    for address in ("/studio/process/callback/versions/1", "/studio/form/event/withdraw/versions/1",
                    "/studio/decision/sla/versions/1", "/studio/process/callback/edit"):  # fmt: skip
        assert designer.browser.get(address).status_code == 200, address
    xml = designer.browser.get("/studio/process/callback/files/1").text
    assert designer.post("/studio/process/callback/check", json={"xml": xml}).json == {"findings": []}
    broken = xml.replace("candidateRoles", "candidateRolez", 1)
    found = designer.post("/studio/process/callback/check", json={"xml": broken}).json["findings"]
    assert found and found[0]["text"] and found[0]["element"]
    refused = designer.post("/studio/process/callback/proposals", json={"xml": broken, "message": "试"})
    assert refused.status_code == 422 and refused.json["findings"][0]["text"]
    same = designer.post("/studio/process/callback/proposals", json={"xml": xml, "message": "没有改动"})
    assert same.status_code == 409
    upload = designer.post("/studio/upload", data={"files": (io.BytesIO(b"x"), "a.txt"), "message": "试"})
    assert upload.status_code == 422 and "<html" in upload.text
    assert designer.browser.get("/studio/nonsense/callback/versions/1").status_code == 404


@pytest.mark.parametrize(
    ("accept", "shape"), [("text/html", "text/html"), ("application/json", "application/problem+json")]
)
def test_errors_come_in_the_shape_that_was_asked_for(world, accept, shape):
    answer = world.app.test_client().get("/no-such-page", headers={"Accept": accept})
    assert answer.status_code == 404 and answer.mimetype == shape
