"""What is typed is what is sent, however fast it is typed, however slow the machine, whatever is redrawn meanwhile."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import HANDLER, Town, bring_to_handler
from tests.browser.office import Seat, until

Take = Callable[..., Seat]
WHY = "连续降雨，无法清运"

#: type into a field and press the button before anything else may happen: not even a pause of the page
AT_ONCE = """(form, [kind, text]) => {
  const field = form.querySelector(kind);
  field.focus();
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
  set.call(field, text);
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  form.querySelector('.form-foot .btn-primary').click();
}"""
#: type into a field while a list is open, and choose from the list at once: choosing draws the form anew
THEN_CHOOSE = """(form, [kind, text, option]) => {
  const field = form.querySelector(kind);
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
  set.call(field, text);
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  const options = [...form.querySelectorAll('.fjs-dropdownlist-item')];
  const chosen = options.find((one) => one.textContent === option);
  chosen.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def task(town: Town) -> str:
    """A task at the handler's desk; nothing that is sent about it here arrives."""
    return bring_to_handler(town, "人行道上堆放建筑垃圾，影响通行", "C14-05")[1]


@pytest.fixture
def asker(seat: Take, task: str) -> Seat:
    """The handler, who is about to ask for more time."""
    handler = seat(HANDLER)
    handler.open(f"/tasks/{task}")
    handler.page.get_by_role("link", name="申请延期").click()
    handler.arrived("**/acts/**")
    return handler


def sent(asker: Seat, act: Callable[[], Any]) -> dict[str, Any]:
    """Do what sends the form, refuse it before it gets to the server, and give the answers that were sent."""
    found: list[Any] = []

    def refuse(route: Route) -> None:
        found.append(route.request.post_data_json)
        route.fulfill(status=409, json={"title": "taken", "status": 409}, content_type="application/problem+json")

    asker.page.route("**/acts/**", refuse)
    with asker.expecting(409):
        act()
        expect(asker.form.locator(".form-notice .alert")).to_be_visible()
    asker.page.unroute("**/acts/**")
    assert found
    return dict(found[0]["answers"])


def test_the_last_word_is_sent_when_the_button_follows_at_once(asker: Seat) -> None:
    asker.write("延长", "1")
    asker.pick("单位", "工作日")
    asker.pick("理由", "天气")
    answers = sent(asker, lambda: asker.form.evaluate(AT_ONCE, ["textarea", WHY]))
    assert answers["explanation"] == WHY
    assert (answers["amount_number"], answers["amount_unit"], answers["reason"]) == (1, "wd", "weather")


def test_the_last_number_is_sent_when_the_button_follows_at_once(asker: Seat) -> None:
    asker.pick("单位", "工作日")
    asker.pick("理由", "天气")
    asker.write("说明", WHY)
    asker.write("延长", "1")
    answers = sent(asker, lambda: asker.form.evaluate(AT_ONCE, ["input[type=text]:not([readonly])", "12"]))
    assert (answers["amount_number"], answers["explanation"]) == (12, WHY)


def test_what_is_typed_outlives_a_redrawing(asker: Seat) -> None:
    asker.write("延长", "1")
    asker.pick("单位", "工作日")
    box = asker.form.locator(".fjs-form-field-select", has_text="理由").last
    box.locator(".fjs-input-group").click()
    expect(box.locator(".fjs-dropdownlist-item").first).to_be_visible()
    asker.form.evaluate(THEN_CHOOSE, ["textarea", WHY, "天气"])
    expect(box.locator(".fjs-select-display")).to_have_text("天气")
    expect(asker.field("说明")).to_have_value(WHY)
    answers = sent(asker, asker.form.locator(".form-foot .btn-primary").click)
    assert (answers["explanation"], answers["reason"]) == (WHY, "weather")


def test_what_was_typed_last_is_in_the_draft_of_a_page_that_is_left(asker: Seat) -> None:
    acts = asker.path
    for path, field in ((acts, ".fjs-textarea"), ("/report", "#content-text")):
        asker.open(path)
        asker.page.locator(field).fill(WHY)
        asker.open("/inbox")
        asker.open(path)
        expect(asker.page.locator(field)).to_have_value(WHY)


def test_a_slow_server_is_not_taken_for_another_window(town: Town, seat: Take) -> None:
    """The second draft waits until the first is saved: then it knows of it."""
    _, own = bring_to_handler(town, "泵站格栅堵塞，来水漫过路面", "C14-05")
    one = seat(HANDLER)
    one.open(f"/tasks/{own}")
    asked: list[Route] = []

    def hold_the_first(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    one.page.route("**/draft", hold_the_first)
    one.write("采取的措施", "先写的")
    until(one.page, lambda: asked)
    one.write("采取的措施", "先写的，后写的")
    quiet = time.monotonic() + 1.5
    until(one.page, lambda: time.monotonic() > quiet, "the time after which a draft is saved")
    assert len(asked) == 1, "the second went off before the first was answered"
    asked[0].continue_()
    with town.caller(HANDLER) as officer:
        until(one.page, lambda: "先写的，后写的" in str(officer.get(f"/tasks/{own}")))
    expect(one.form.locator(".form-said")).to_contain_text("草稿已保存")
    expect(one.form.locator(".form-notice .alert")).to_have_count(0)


def test_a_draft_on_its_way_does_not_follow_what_was_sent(town: Town, seat: Take) -> None:
    case = town.report("人行桥栏杆松脱，已拉警戒线", "C14-05")["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    with town.caller(HANDLER) as officer:
        own = town.take(officer, case, "sign")
    one = seat(HANDLER)
    one.open(f"/tasks/{own}")
    held: list[Route] = []
    one.page.route("**/draft", lambda route: held.append(route))
    one.write("承办人", "执法人员01")
    until(one.page, lambda: held)
    with one.page.expect_event("requestfailed", lambda request: request.url.endswith("/draft")):
        one.submit()
    one.says("已办结")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_arrows_of_a_number_are_large_enough_to_hit(town: Town, seat: Take, size: str, tmp_path: Path) -> None:
    officer = seat("village.zs.03", size=size)
    officer.open("/start/dispute_mediation")
    field = officer.page.locator(".fjs-form-field-number").first
    arrows = field.locator(".fjs-number-arrow-container button")
    expect(arrows).to_have_count(2)
    for one in range(2):
        box = arrows.nth(one).bounding_box()
        assert box and box["width"] >= 24 and box["height"] >= 24, box
    field.locator(".fjs-number-arrow-up").click()
    expect(field.locator("input")).to_have_value("0.01")
    field.screenshot(path=tmp_path / f"{size}.png")
