"""The public report page when a report is refused, and no script keeps what was typed."""

import html
import io
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from app.bootstrap import create_app
from tests.ports.test_voice_lengths import recorded_webm
from tests.web.test_pages import PNG, fields
from tests.web.world import read_csrf

TYPED = {
    "nature": "complaint", "content": "小区门口<b>路灯</b>坏了 & 没人管", "address": "河东路 \"1\" 号",
    "reporter_name": "测试'人", "reporter_phone": "13800000009", "confidential": "on", "wants_callback": "on",
    "lat": "29.912", "lon": "121.582", "item_hint": "C12-04",
}  # fmt: skip


@pytest.fixture
def browser(world):
    return world.app.test_client()


def send(browser, files=(), **typed):
    """Send the form as a browser without scripts does; the test client would leave its temporary files open."""
    csrf = read_csrf(browser.get("/public/report").text)
    sent = {"csrf_token": csrf, **TYPED, "content": f"{TYPED['content']} {uuid4().hex}", **typed}
    chosen = [(name, FileStorage(io.BytesIO(content), filename)) for name, content, filename in files]
    boundary, body = encode_multipart(MultiDict([*sent.items(), *chosen]))
    return sent, browser.post("/public/report", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def comes_back(page, sent):
    """Everything that was typed stands in the form again, as text and not as markup."""
    for name in ("item_hint", "lat", "lon", "address", "reporter_name", "reporter_phone"):
        found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
        assert found and html.unescape(found[1]) == sent[name], name
    area = re.search(r'<textarea[^>]*name="content"[^>]*>(.*?)</textarea>', page, re.S)
    assert area and html.unescape(area[1]) == sent["content"]
    assert f'<option value="{sent["nature"]}" selected' in page and "<b>路灯" not in page
    ticked = {name for name in ("anonymous", "confidential", "wants_callback")
              if re.search(rf'name="{name}" checked', page)}  # fmt: skip
    assert ticked == {name for name in ("anonymous", "confidential", "wants_callback") if sent.get(name)}


def said(page, name):
    found = re.search(rf'data-errors-for="{name}">(.*?)</ul>', page)
    assert found, name
    return [html.unescape(one) for one in re.findall("<li>(.*?)</li>", found[1])]


@pytest.mark.parametrize(("field", "value", "place"), [
    ("content", "短", "content"), ("content", "", "content"), ("content", "长" * 4001, "content"),
    ("reporter_phone", "not a phone", "reporter"), ("reporter_name", "名" * 51, "reporter_name"),
    ("address", "址" * 301, "address"), ("lat", "north", "lat"), ("lat", "91", "lat"),
])  # fmt: skip
def test_a_field_that_does_not_fit_is_named_and_all_others_come_back(browser, field, value, place):
    sent, answer = send(browser, **{field: value})
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    comes_back(answer.text, sent)
    assert said(answer.text, place) and "<noscript>" in answer.text


def test_what_no_field_shows_is_said_at_the_top(browser):
    sent, answer = send(browser, item_hint="x" * 41)
    assert answer.status_code == 422
    alert = re.search(r'role="alert">(.*?)</div>', answer.text)
    assert alert and "最多 40 个字" in alert[1]
    comes_back(answer.text, sent)


def test_a_wrong_or_too_many_files_are_named_at_their_field(browser):
    bad = [("photos", PNG, "好.png"), ("photos", b"MZ\x90\x00", "坏<i>.exe")]
    sent, answer = send(browser, bad)
    assert answer.status_code == 422 and said(answer.text, "photos")[0].startswith("坏<i>.exe")
    comes_back(answer.text, sent)
    sent, answer = send(browser, [("photos", PNG, f"{n}.png") for n in range(7)])
    assert answer.status_code == 422 and "6" in said(answer.text, "photos")[0]
    comes_back(answer.text, sent)
    sent, answer = send(browser, [("voices", PNG, "a.webm")])
    assert answer.status_code == 422 and "录音" in said(answer.text, "voices")[0]
    comes_back(answer.text, sent)


@pytest.mark.parametrize("times", [1.1, 3])
def test_files_that_are_too_large_cost_no_text(world, browser, times):
    limit = world.tools.config.max_upload_mb * 2**20
    large = [("photos", b"\xff\xd8\xff" + bytes(int(limit * times)), "大.jpg")]
    sent, answer = send(browser, large)
    assert answer.status_code == 413
    assert said(answer.text, "photos") == ["所有文件合计不能超过 20 MB，请减少或换用较小的文件"]
    comes_back(answer.text, sent)
    browser.set_cookie("yongzhi_language", "en")
    sent, answer = send(browser, large)
    assert "20 MB; send fewer or smaller ones" in said(answer.text, "photos")[0] and "nothing was sent" in answer.text
    comes_back(answer.text, sent)
    # a script keeps its own form
    told = browser.post("/public/report", data=bytes(limit + 1), headers={"X-CSRFToken": sent["csrf_token"]})
    assert told.status_code == 413 and told.json["type"].endswith("too-large")


@pytest.mark.parametrize("body", [
    b"", b"--x", b"--x\r\n" * 400_000, b"\x00" * 2**21,
    b'--x\r\nContent-Disposition: form-data; name="content"\r\n\r\n' + b"\xff\x00<script>" * 300_000])  # fmt: skip
def test_a_large_body_that_is_no_form_brings_nothing_down(world, browser, body):
    body += bytes(world.tools.config.max_upload_mb * 2**20 + 1)
    form = "multipart/form-data"
    for kind in (f"{form}; boundary=x", form, "text/plain", f"{form}; boundary=é"):
        answer = browser.post("/public/report", data=body, content_type=kind)
        assert answer.status_code == 413 and "<script>\ufffd" not in answer.text
    assert len(answer.text) < 200_000


def test_a_page_that_has_grown_old_gives_the_text_back(browser):
    sent, answer = send(browser, csrf_token="old")
    assert answer.status_code == 400 and "页面已过期" in answer.text
    comes_back(answer.text, sent)
    again = browser.post("/public/report", data={**sent, "csrf_token": read_csrf(answer.text)})
    assert again.status_code == 303


def test_too_many_reports_cost_no_text(world):
    config = replace(world.tools.config, public_reports_per_hour=1)
    busy = create_app(config, replace(world.tools, config=config)).test_client()
    busy.environ_base["REMOTE_ADDR"] = "203.0.113.91"
    assert send(busy)[1].status_code == 303
    sent, answer = send(busy)
    assert answer.status_code == 429 and answer.headers["Retry-After"]
    comes_back(answer.text, sent)


def test_a_citizens_voice_comes_to_the_case_and_a_long_one_is_refused(world, browser):
    before = {"lat": fields()[1]["lat"], "lon": fields()[1]["lon"]}
    sent, answer = send(browser, [("voices", recorded_webm(200), "长.webm")], **before)
    assert answer.status_code == 422 and said(answer.text, "voices") == ["录音不能超过 180 秒"]
    comes_back(answer.text, sent)
    sent, answer = send(browser, [("voices", recorded_webm(100), "短.webm")], **before)
    assert answer.status_code == 303
    number = answer.headers["Location"].rpartition("/")[2]
    with world.tools.store.unit_of_work() as uow:
        case = uow.cases.find_by_event_no(number)
        (file,) = uow.attachments.of_case(case.id)
    assert (file.media_type, file.name) == ("audio/webm", "短.webm")
    # an id of somebody else's file is nobody's here
    sent, answer = send(browser, voices_ids=str(file.id), **before)
    assert answer.status_code == 303
