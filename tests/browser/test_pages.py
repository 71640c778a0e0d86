"""The door, the inbox, the citizen's pages."""

import re
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import HANDLER, Prepared, Town
from tests.browser.office import Seat, lines, until
from tests.stories.cast import AUDITOR, place
from tests.stories.desk import HttpDesk, Reported
from tests.stories.photos import photo
from tests.stories.telling import Scene

Take = Callable[..., Seat]
WRONG, TOO_OFTEN = "用户名或密码不正确。", re.compile("次数")


# --- the door --------------------------------------------------------------------------------------


def test_a_wrong_password_is_said_and_too_many_are_stopped(seat: Take) -> None:
    stranger = seat()
    stranger.open("/sign-in?next=/cases")
    with stranger.expecting(401, 429):
        for attempt in range(6):
            stranger.page.locator("#username").fill("nobody.zs")
            stranger.page.locator("#password").fill(f"wrong {attempt}")
            with stranger.leaving():
                stranger.page.locator(".sign-in button[type=submit]").click()
            alert = stranger.page.locator(".sign-in .alert")
            expect(alert).to_have_text(WRONG if attempt < 5 else TOO_OFTEN)
            expect(stranger.page.locator("#username")).to_have_value("nobody.zs")


def test_a_stranger_is_led_to_the_door_and_back_again(town: Town, seat: Take) -> None:
    officer = seat()
    officer.open("/cases")
    expect(officer.page).to_have_url(re.compile("/sign-in"))
    officer.page.locator("#username").fill("lead.zs")
    officer.page.locator("#password").fill(town.password("lead.zs"))
    officer.page.locator(".sign-in button[type=submit]").click()
    officer.arrived("**/cases")
    officer.page.locator(".usermenu summary").click()
    officer.page.get_by_role("button", name="退出登录").click()
    officer.arrived("**/sign-in")
    officer.says("已退出登录")


def test_what_is_not_there_or_not_for_you(seat: Take, prepared: Prepared) -> None:
    worker = seat("grid.zs.041")
    worker.open("/studio/", 403)
    expect(worker.page.locator("main")).to_contain_text("岗位")
    worker.open("/cases/00000000-0000-7000-8000-000000000000", 404)
    expect(worker.page.locator("main")).to_contain_text("没有这个案件")
    worker.open("/no/such/page", 404)


# --- the inbox -------------------------------------------------------------------------------------


def test_the_inbox_filters_as_one_types_and_says_when_it_is_empty(seat: Take, prepared: Prepared) -> None:
    duty = seat("duty.zs")
    duty.open("/inbox?q=沿河路灯")
    lamp = duty.page.locator("#tasks tr", has_text="沿河路灯")
    expect(lamp).to_have_count(1)
    duty.page.locator("input[type=search]").fill("")
    duty.page.locator("input[type=search]").press_sequentially("没有这样的事")
    expect(duty.page.locator("#tasks .empty-title")).to_be_visible()
    expect(duty.page).to_have_url(re.compile("q="))
    duty.page.locator("input[type=search]").fill("沿河路灯")
    expect(lamp).to_have_count(1)
    # in a county where no test has anything done
    nobody = seat("law.cx")
    nobody.open("/inbox")
    expect(nobody.page.locator(".empty-hint")).to_have_text("派到您岗位的任务会出现在这里。现在没有等待您办理的任务。")


# --- the citizen -----------------------------------------------------------------------------------


def test_a_citizen_reports_follows_and_adds(town: Town, seat: Take) -> None:
    spot = place("south-market")
    here = {"geolocation": {"latitude": spot["lat"], "longitude": spot["lon"]}, "permissions": ["geolocation"]}
    citizen = seat(size="phone", **here)
    page = citizen.page
    citizen.open("/public/report")
    page.locator("#content-text").fill("楼上装修夜间施工，噪音很大，影响老人休息")
    page.get_by_role("button", name="使用我的位置").tap()
    expect(page.locator(".map-said")).to_contain_text("位于：庄市街道")
    page.locator("#reporter_name").fill("群众乙")
    page.locator("#reporter_phone").fill("13900000001")
    page.get_by_role("button", name="提交上报").tap()
    citizen.arrived("**/public/track/NB-*")
    number, code = lines(page.locator(".copyable .number"), 2)

    duty = seat("duty.zs")
    duty.open(f"/inbox?q={number}")
    duty.page.locator("tr", has_text=number).get_by_role("button", name="签领").click()
    duty.arrived("**/tasks/*")
    duty.choose("补正")
    duty.write("需补正的内容", "请写明楼层和施工时间")
    duty.submit()

    elsewhere = seat(size="phone")
    track(elsewhere, number, "AAAAAAAAAA", 422)
    expect(elsewhere.page.locator(".alert")).to_be_visible()
    track(elsewhere, number, code)
    expect(elsewhere.page.locator("main")).to_contain_text("补充")
    elsewhere.page.locator("#text").fill("三楼，每晚十点到十二点")
    elsewhere.page.locator("#photos").set_input_files(
        [{"name": "窗户.jpg", "mimeType": "image/jpeg", "buffer": photo(None, None, None)}]
    )
    expect(elsewhere.page.locator(".photos li.photo")).to_have_count(1)
    elsewhere.fits()
    with elsewhere.leaving():
        elsewhere.page.get_by_role("button", name="提交补充").tap()
    elsewhere.says("已提交，谢谢。")
    duty.open(f"/inbox?q={number}")
    with duty.leaving():
        duty.page.locator("tr", has_text=number).get_by_role("link").first.click()
    expect(duty.page.locator("main")).to_contain_text("窗户.jpg")


@pytest.mark.parametrize("comes", [True, False])
def test_a_place_is_asked_for_before_the_map_is_there(seat: Take, comes: bool) -> None:
    spot = place("south-market")
    here = {"geolocation": {"latitude": spot["lat"], "longitude": spot["lon"]}, "permissions": ["geolocation"]}
    citizen = seat(size="phone", **here)
    page = citizen.page
    held: list[Route] = []
    page.route("**/lookups/areas**", lambda route: held.append(route))
    if not comes:
        citizen.forgive("^script: |ERR_FAILED")
    citizen.open("/public/report")
    page.get_by_role("button", name="使用我的位置").tap()
    until(page, lambda: held)
    expect(page.locator(".map-said")).to_contain_text("定位")
    if comes:
        held[0].continue_()
        expect(page.locator(".map-said")).to_contain_text("位于：庄市街道")
    else:
        held[0].abort()
        expect(page.locator(".map-said")).to_contain_text("已定位")
    expect(page.locator("#lat")).to_have_value(f"{spot['lat']:.6f}")


def test_a_citizen_rates_what_was_done(town: Town, seat: Take) -> None:
    people = ("citizen01", "duty.zs", HANDLER, "enforce.lead.zs", "gridleader.zs.03", AUDITOR)
    desk = HttpDesk(town.product.config.port, {name: town.password(name) for name in people})
    with closing(desk):
        scene = Scene(desk)
        scene.now = town.clock()
        told = verified(town, scene)
    citizen = seat(size="phone")
    track(citizen, told.event_no, told.tracking_code)
    citizen.page.get_by_label("解决了", exact=True).check()
    citizen.page.get_by_label("满意", exact=True).check()
    citizen.page.locator("#note").fill("处理得很快")
    with citizen.leaving():
        citizen.page.get_by_role("button", name="提交评价").tap()
    citizen.says("已提交，谢谢。")
    expect(citizen.page.locator("dl.facts").first).to_contain_text("已办结")
    expect(citizen.page.locator("main")).not_to_contain_text("提交评价")


def verified(town: Town, scene: Scene) -> Reported:
    """Bring a citizen's report to the point where he is asked."""
    event = scene.report("citizen01", "school-lane", channel="CITY_APP", nature="complaint", item_hint="C12-01",
                         content="烧烤摊占用人行道，深夜仍在营业", reporter={"name": "群众丙", "phone": "13900000003"})
    spot = {"lat": event.spot["lat"], "lon": event.spot["lon"]}
    # by its key: another test gives the step another name
    event.do("duty.zs", "accept_decide", keep=("item_code", "grid", "urgency"), decision="accept")
    event.do(HANDLER, "签收", keep=("decision",))
    event.do(HANDLER, "首次联系", way="phone", reached=True, note="已告知当天清理")
    scene.now = town.clock()
    event.act(HANDLER, "assist.waived", waive_reason="现场人手足够，无需协办")
    event.do(HANDLER, "办理", on_site_at=f"{scene.now:%Y-%m-%dT%H:%M}", **spot, result="solved",
             action="已劝离摊主并恢复人行道", after_photos=[event.shot(HANDLER, "handle")])
    event.do("enforce.lead.zs", "单位审核", decision="accept")
    event.do("gridleader.zs.03", "现场验收", decision="pass", **spot, photos=[event.shot("gridleader.zs.03", "verify")])
    return event.reported


def track(citizen: Seat, number: str, code: str, refused: int = 200) -> None:
    """Ask for a report by its number and code."""
    citizen.open("/public/track")
    citizen.page.locator("#event_no").fill(number)
    citizen.page.locator("#code").fill(code)
    with citizen.expecting(refused), citizen.leaving():
        citizen.page.get_by_role("button", name="查询", exact=True).click()
