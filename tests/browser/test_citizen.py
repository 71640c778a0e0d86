"""A citizen whose report is refused: by the page, which gives back what he typed, or by the street, when he objects."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import AUDITOR, Town
from tests.browser.office import Seat, said, waited
from tests.browser.test_pages import track
from tests.browser.test_voice import record
from tests.stories.desk import HttpDesk
from tests.stories.photos import photo
from tests.stories.telling import Event, Scene

Take = Callable[..., Seat]
COUNTY = "county.duty.zh"
SHOT = photo(None, None, None)


@pytest.fixture
def plain(seat: Take, monkeypatch: pytest.MonkeyPatch) -> Seat:
    """Somebody whose browser runs no scripts: no part of a page draws itself."""
    taken = seat(size="phone", java_script_enabled=False)
    monkeypatch.setattr(taken, "settled", taken.page.wait_for_load_state)
    return taken


def test_a_refused_report_comes_back_as_it_was_typed_without_scripts(plain: Seat) -> None:
    plain.open("/public/report")
    page = plain.page
    page.locator("#nature").select_option("complaint")
    page.locator("#content-text").fill("河边步道 <护栏> 松动 & 有人差点落水")
    page.locator("#address").fill("河东路“一”号旁")
    page.locator("#reporter_name").fill("群众丁")
    page.locator("#reporter_phone").fill("打我电话")
    page.locator("[name=confidential]").check()
    large = {"name": "大.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + bytes(21 * 2**20)}
    wrong = {"name": "坏.jpg", "mimeType": "image/jpeg", "buffer": b"MZ"}
    for files, status, field, what in (
        ([], 422, "reporter", "不是有效的电话号码"), ([large], 413, "photos", "合计不能超过 20 MB"),
        ([wrong], 422, "photos", "坏.jpg"),
    ):  # fmt: skip
        page.locator("#photos").set_input_files(files)
        with plain.expecting(status), plain.leaving():
            page.get_by_role("button", name="提交上报").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator(f"[data-errors-for={field}] li")).to_contain_text(what)
        expect(page.locator("#nature")).to_have_value("complaint")
        expect(page.locator("#content-text")).to_have_value("河边步道 <护栏> 松动 & 有人差点落水")
        expect(page.locator("#address")).to_have_value("河东路“一”号旁")
        expect(page.locator("#reporter_name")).to_have_value("群众丁")
        expect(page.locator("[name=confidential]")).to_be_checked()
        page.locator("#reporter_phone").fill("13900000004")
    with plain.leaving():
        page.get_by_role("button", name="提交上报").click()
    plain.arrived("**/public/track/NB-*")
    expect(page.locator("main")).to_contain_text("河边步道 <护栏> 松动")


def test_a_citizen_speaks_into_his_report(seat: Take) -> None:
    citizen = seat(size="phone", permissions=["microphone"])
    citizen.open("/public/report")
    page = citizen.page
    page.locator("#content-text").fill("桥下涵洞积水很深，我用录音说明在哪里")
    record(page, page.locator("[data-record]"))
    expect(page.locator(".voice-row audio")).to_have_count(1)
    citizen.fits()
    page.get_by_role("button", name="提交上报").tap()
    citizen.arrived("**/public/track/NB-*")
    expect(page.locator("main")).to_contain_text("桥下涵洞积水很深")


def refused(town: Town) -> tuple[HttpDesk, Event]:
    """Have a citizen's report refused by two officers of the street."""
    people = ("citizen01", "duty.zs", "command.zs", COUNTY, AUDITOR)
    desk = HttpDesk(town.product.config.port, {name: town.password(name) for name in people})
    scene = Scene(desk)
    scene.now = town.clock()
    event = scene.report("citizen01", "school-lane", channel="CITY_APP", nature="complaint", item_hint="C17-07",
                         content="楼下车棚的灯整夜亮着照进卧室", reporter={"name": "群众丁", "phone": "13900000004"})
    event.do("duty.zs", "accept_decide", decision="refuse", reason="not_ours", note="物业事务")
    event.do("command.zs", "refuse", decision="agree", reason="not_ours", text="车棚由物业管理，请联系物业")
    return desk, event


def test_a_citizen_objects_to_a_refusal_and_reads_what_was_decided(town: Town, seat: Take, plain: Seat) -> None:
    desk, event = refused(town)
    with closing(desk):
        told: Any = event.reported
        track(plain, told.event_no, told.tracking_code)
        page = plain.page
        expect(page.locator("main")).to_contain_text("前提出一次异议")
        page.locator("#objection").fill("车棚在公共道路上，\n不归物业管")
        page.locator("#photos").set_input_files([{"name": "车棚.jpg", "mimeType": "image/jpeg", "buffer": SHOT}])
        with plain.leaving():
            page.get_by_role("button", name="提交异议").click()
        expect(page.locator("body")).to_contain_text("已提交，谢谢。")
        expect(page.locator(".timeline")).to_contain_text("提出异议")
        expect(page.locator("#objection")).to_have_count(0)
        event.do(COUNTY, "objection_decide", decision="accept", note="该处为公共道路")
    citizen = seat()
    citizen.page.context.add_cookies([{"name": "yongzhi_language", "value": "en", "url": citizen.address}])
    citizen.open(f"/public/track?event_no={told.event_no}")
    citizen.page.locator("#code").fill(told.tracking_code)
    with citizen.leaving():
        citizen.page.locator("main button[type=submit]").click()
    expect(citizen.page.locator(".timeline")).to_contain_text("is upheld. The report is accepted after all.")
    assert "该处为公共道路" in said(citizen.page.locator(".timeline"))
    waited(citizen.page, "!document.querySelector('#objection')")


def test_who_reported_with_an_account_finds_the_way_to_what_became_of_it(town: Town, seat: Take) -> None:
    with town.caller("citizen01") as citizen:
        told = citizen.post("/reports", {"channel": "CITY_APP", "nature": "help", **next(town.places),
                                         "content": "楼道感应灯坏了半个月，从我发起的里找"})  # fmt: skip
    person = seat("citizen01", size="phone")
    person.open("/inbox?box=mine&q=从我发起的里找")
    with person.leaving():
        person.page.get_by_role("link", name=told["event_no"]).tap()
    expect(person.page.locator("#event_no")).to_have_value(told["event_no"])
    person.page.locator("#code").fill(told["tracking_code"])
    with person.leaving():
        person.page.locator("main button[type=submit]").tap()
    expect(person.page.locator("main")).to_contain_text("楼道感应灯坏了半个月")
