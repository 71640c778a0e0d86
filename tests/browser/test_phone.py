"""The grid worker's phone in a real browser: installed, without network, and back again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from app.domain.ids import new_id
from app.domain.records_city import RosterRow
from tests.browser.conftest import Town
from tests.browser.office import Seat, said, until, waited
from tests.stories.photos import photo

WORKER, GRID = "grid.zs.041", "33.02.11.004.003.014"
SPOT = {"latitude": 29.9342, "longitude": 121.6042}
PHONE: dict[str, Any] = {"size": "phone", "geolocation": {**SPOT, "accuracy": 8}, "permissions": ["geolocation"]}
#: what a browser says of every request while there is no network
GONE = "ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK_CHANGED|ERR_CONNECTION"


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    path = tmp_path / "shot.jpg"
    path.write_bytes(photo(29.9342, 121.6042, datetime.fromisoformat("2026-03-02T09:00:00+08:00")))
    return path


@pytest.fixture
def phone(seat: Callable[..., Seat]) -> Seat:
    """A phone on which the page was opened once, so that it holds the shell."""
    worker = seat(WORKER, **PHONE)
    worker.forgive(GONE)
    opened(worker)
    waited(worker.page, "caches.match('/phone/shell').then(Boolean)")
    return worker


def opened(worker: Seat, address: str = "/phone") -> Page:
    worker.page.goto(worker.address + address)  # stands: without network the server's status is not to be had
    expect(worker.page.locator("[data-phone]")).to_have_attribute("data-ready", "true")
    return worker.page


def reported(town: Town, words: str) -> list[dict[str, Any]]:
    """List the events that the worker reported with these words."""
    with town.caller(WORKER) as worker:
        found = worker.get("/cases?limit=100")["cases"]
        return [one for one in found if words in str(one.get("summary"))]


def rows(town: Town, register: str) -> list[dict[str, Any]]:
    with town.caller(WORKER) as worker:
        return list(worker.get(f"/registers/{register}?limit=50")["rows"])


def test_three_taps_report_with_photo_and_position(town: Town, phone: Seat, shot: Path) -> None:
    page = phone.page
    before = len(reported(town, "消防通道"))
    page.locator("[name=photos]").set_input_files(shot)
    page.get_by_text("消防通道", exact=True).first.click()
    page.locator("#report .tap-send").click()
    phone.says(re.compile("已送出.*NB-"))
    found = reported(town, "消防通道")
    assert len(found) == before + 1
    phone.open(f"/cases/{found[0]['id']}")
    expect(page.locator("body")).to_contain_text("shot.jpg")


def test_a_report_made_without_network_is_kept_and_sent_later_once(town: Town, phone: Seat, shot: Path) -> None:
    page = phone.page
    before = len(reported(town, "小微企业安全"))
    phone.context.set_offline(True)
    opened(phone)
    expect(page.locator("[data-away]")).to_be_visible()
    page.locator("[name=photos]").set_input_files(shot)
    page.get_by_text("小微企业安全", exact=True).first.click()
    page.locator("#report .tap-send").click()
    expect(page.locator("[data-kept-count]")).to_have_text("1")
    # a phone that is switched off and on again still has it
    opened(phone)
    expect(page.locator("[data-kept-list] li")).to_contain_text("小微企业安全")
    assert len(reported(town, "小微企业安全")) == before
    phone.context.set_offline(False)
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert len(reported(town, "小微企业安全")) == before + 1
    opened(phone)
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert len(reported(town, "小微企业安全")) == before + 1


def test_an_answer_that_was_lost_makes_no_second_report(town: Town, phone: Seat) -> None:
    page = phone.page
    before = len(reported(town, "垃圾分类"))
    arrived = []

    def lose(route: Route) -> None:
        answer = route.fetch()
        arrived.append(answer.status)
        route.abort() if len(arrived) == 1 else route.fulfill(response=answer)

    phone.context.route("**/api/v1/reports", lose)
    page.get_by_text("垃圾分类", exact=True).first.click()
    page.locator("#report .tap-send").click()
    expect(page.locator("[data-kept-count]")).to_have_text("1")
    waited(page, "document.querySelector('[data-kept-list] li')")
    assert until(page, lambda: arrived)[0] == 201 and len(reported(town, "垃圾分类")) == before + 1
    page.locator("[data-send-kept]").click()
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert len(arrived) >= 2 and len(reported(town, "垃圾分类")) == before + 1


def test_a_check_in_without_network_becomes_a_visit_later(town: Town, phone: Seat) -> None:
    page = phone.page
    phone.context.set_offline(True)
    opened(phone, "/phone#visit")
    page.locator("#household").fill("河东路 18 号")
    page.get_by_text("关爱探望", exact=True).click()
    page.get_by_text("有困难需求", exact=True).click()
    page.locator("#visit-note").fill("需要送餐")
    page.locator("#visit .tap-send").click()
    expect(page.locator("[data-kept-count]")).to_have_text("1")
    phone.context.set_offline(False)
    expect(page.locator("[data-kept]")).to_be_hidden()
    found = [row for row in rows(town, "visits") if row["values"]["household"] == "河东路 18 号"]
    assert len(found) == 1
    values = found[0]["values"]
    assert (values["purpose"], values["finding"], values["note"]) == ("care", "need", "需要送餐")
    assert float(values["lat"]) == SPOT["latitude"] and values["came_at"]


def test_a_patrol_notes_all_28_items_and_leads_to_the_report_of_a_problem(town: Town, phone: Seat) -> None:
    page = opened(phone, "/phone#patrol")
    expect(page.locator("#patrol [name=problem]")).to_have_count(28)
    page.locator("#patrol .chip", has_text="占道经营").click()
    page.locator("#patrol .tap-send").click()
    expect(page.locator("#report")).to_be_visible()
    expect(page.locator("#report [name=item]:checked")).to_have_attribute("data-name", "占道经营")
    newest = rows(town, "patrols")[0]["values"]
    assert newest["problems"] == [18] and len(newest["fine"]) == 27


def test_the_five_occasions_are_told_and_checked_in_at_without_network_once(town: Town, phone: Seat) -> None:
    page = opened(phone, "/phone#arrive")
    page.locator("#arrive summary").click()
    page.locator("#arrive .chip", has_text="负面情绪").click()
    page.locator("#needed-subject").fill("河东路 30 号独居老人")
    page.locator("#arrive details button").click()
    card = page.locator("[data-arrivals] li", has_text="河东路 30 号独居老人")
    expect(card).to_have_count(1)
    phone.context.set_offline(True)
    opened(phone, "/phone#arrive")
    expect(card).to_have_count(1)
    card.locator(".chip", has_text="已安抚或陪同").click()
    card.locator("textarea").fill("已上门陪同，情绪平稳")
    card.get_by_role("button", name="我到了，签到").click()
    expect(page.locator("[data-kept-count]")).to_have_text("1")
    expect(card).to_have_count(0)
    phone.context.set_offline(False)
    expect(page.locator("[data-kept]")).to_be_hidden()
    opened(phone, "/phone#arrive")
    expect(page.locator("[data-arrivals-none]")).to_be_visible()
    found = [row["values"] for row in rows(town, "must_arrivals") if row["values"]["subject"] == "河东路 30 号独居老人"]
    assert [(one["trigger"], one["finding"]) for one in found] == [("mood", "care")]
    assert float(found[0]["lat"]) == SPOT["latitude"] and found[0]["arrived_at"]


def test_to_do_is_claimed_and_opened_with_one_thumb(town: Town, seat: Callable[..., Seat]) -> None:
    town.report("沿街商铺油烟扰民，住户多次反映", "C14-05")
    officer = seat("duty.zs", **PHONE)
    page = opened(officer, "/phone#todo")
    page.locator("[data-cards] .btn").first.click()
    officer.arrived("**/tasks/*")


def test_what_one_person_kept_another_neither_sees_nor_sends(
    town: Town, phone: Seat
) -> None:
    page = phone.page
    phone.context.set_offline(True)
    opened(phone)
    page.get_by_text("扬尘噪声", exact=True).first.click()
    page.locator("#report .tap-send").click()
    expect(page.locator("[data-kept-count]")).to_have_text("1")
    # the first one goes away before the network is back: his page would send what is his
    phone.page.goto("about:blank")  # stands: no page at all
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    before = len(reported(town, "扬尘噪声"))
    phone.sign_in("duty.zs", town.password("duty.zs"))
    opened(phone)
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert len(reported(town, "扬尘噪声")) == before


def test_the_page_can_be_installed_and_keeps_nobodys_data(town: Town, phone: Seat) -> None:
    page = phone.page
    manifest = page.evaluate("fetch('/manifest.webmanifest').then((answer) => answer.json())")
    assert manifest["start_url"] == "/phone" and manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        assert page.evaluate("(src) => fetch(src).then((answer) => answer.status)", icon["src"]) == 200
    kept = page.evaluate("caches.match('/phone/shell').then((answer) => answer.text())")
    assert said(page.locator(".usermenu .who")) not in kept
    assert "csrf_token" not in kept and 'name="actor" content=""' in kept
    listed = "caches.keys().then(([name]) => caches.open(name)).then((cache) => cache.keys())"
    stored = page.evaluate(f"{listed}.then((requests) => requests.map((request) => request.url))")
    assert all("/static/" in address or address.endswith("/phone/shell") for address in stored)


@pytest.fixture
def shift(town: Town) -> None:
    """Put the worker on duty now: the phone's points bear the machine's own time, be it noon or night."""
    since = datetime.now(UTC) - timedelta(hours=1)
    with town.product.tools() as tools, tools.store.unit_of_work() as uow:
        person = uow.people.by_username(WORKER)
        assert person is not None
        uow.rosters.add_many([RosterRow(new_id(11, since), GRID, "grid_member", person.id, since,
                                        since + timedelta(hours=6))])  # fmt: skip
        uow.commit()


def test_a_track_is_recorded_with_consent_and_ends_with_it(town: Town, shift: None, phone: Seat) -> None:
    page = opened(phone, "/phone#visit")
    expect(page.locator("[data-track-state]")).to_have_text("未记录轨迹")
    page.locator("[data-track]").click()
    page.get_by_role("button", name="确定").click()
    expect(page.locator("[data-track-state]")).to_contain_text("已有 1 个点")
    expect(page.locator("[data-kept]")).to_be_hidden()
    page.locator("[data-track]").click()
    expect(page.locator("[data-track-state]")).to_have_text("未记录轨迹")
    # it is kept in the phone and sent when it can be
    both = {"given", "withdrawn"}
    until(page, lambda: {row["values"]["state"] for row in rows(town, "track_consents")} == both)

    def tracks() -> list[Any]:
        with town.product.tools() as tools, tools.store.unit_of_work() as uow:
            return [row.data["points"] for row in uow.registers.find(tools.city.registers["tracks"], limit=50).rows]

    assert all(until(page, tracks))
