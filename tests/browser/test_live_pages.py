"""Live updates in a real browser: the list, the counts, the sound, without reload; and pages that work without."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Town
from tests.browser.office import Seat, until, waited

DUTY = "duty.zs"


def listening(page: Page) -> None:
    """Wait until the page has heard what is there."""
    waited(page, "localStorage.getItem('yongzhi-live') !== null")


def test_a_new_task_and_the_count_appear_without_reload(town: Town, seat: Callable[..., Seat]) -> None:
    officer = seat(DUTY)
    officer.open("/inbox?sort=-created")
    page = officer.page
    listening(page)
    page.evaluate("window.neverReloaded = true")
    number = town.report("井盖松动，车辆经过有异响", "C17-02")["event_no"]
    expect(page.locator("#tasks")).to_contain_text(number)
    assert page.evaluate("window.neverReloaded")
    expect(page).to_have_title(re.compile(r"^\("))


def test_what_a_colleague_claims_is_marked_on_the_other_page(town: Town, seat: Callable[..., Seat]) -> None:
    found = town.report("公共座椅损坏，木条翘起", "C17-05")
    officer = seat(DUTY)
    officer.open("/inbox?sort=-created")
    page = officer.page
    listening(page)
    row = page.locator("#tasks tr", has_text=found["event_no"])
    expect(row.get_by_role("button", name="签领")).to_be_visible()
    with town.caller(DUTY) as elsewhere:
        town.take(elsewhere, found["case_id"], "accept_decide")
    expect(row.get_by_role("button", name="签领")).to_have_count(0)


def test_what_is_ticked_while_the_list_is_on_its_way_stays_ticked(town: Town, seat: Callable[..., Seat]) -> None:
    number = town.report("路面塌陷一处，约半米见方，已用锥桶围住", "C17-02")["event_no"]
    officer = seat(DUTY)
    page = officer.page
    held: list[Route] = []
    page.route("**/inbox?**", lambda route: held.append(route) if is_part(route.request) else route.fallback())
    officer.open(f"/inbox?q={number}")
    box = page.locator("#tasks tr", has_text=number).locator("td.pick input")
    # the stream says first what is there: the list is asked for, and the answer takes its time
    until(page, lambda: held)
    box.check()
    while held:
        held.pop().continue_()
    expect(page.locator("[data-live-stale]")).to_be_visible()
    expect(box).to_be_checked()
    # whoever wants the new list gets it
    with officer.leaving():
        page.locator("[data-live-stale]").click()
    expect(box).not_to_be_checked()


def is_part(request: Request) -> bool:
    """Say whether a script asks for a part of a page."""
    return "hx-request" in request.headers


def test_two_pages_of_one_browser_share_one_stream(town: Town, seat: Callable[..., Seat]) -> None:
    officer = seat(DUTY)
    asked: list[str] = []
    officer.context.on("request", lambda request: asked.append(request.url))
    officer.open("/inbox?sort=-created")
    listening(officer.page)
    others = [officer.context.new_page() for _ in range(3)]
    for page in others:
        page.goto(officer.address + "/inbox?sort=-created")  # stands: another page of this window
    number = town.report("绿化带内有垃圾堆积，气味明显", "C14-06")["event_no"]
    for page in (officer.page, *others):
        page.bring_to_front()
        expect(page.locator("#tasks")).to_contain_text(number)
    assert len([url for url in asked if "/live?ticket=" in url]) == 1


#: a browser in which somebody has allowed notifications; a real one shows them outside of the page
ALLOWED = """
window.told = [];
window.Notification = class {
  static permission = 'granted';
  constructor(title, options) { window.told.push(`${title}: ${options.body}`); }
};
"""


def test_an_urgent_task_is_heard_and_notified(town: Town, seat: Callable[..., Seat]) -> None:
    officer = seat(DUTY)
    officer.context.add_init_script(ALLOWED)
    officer.open("/inbox")
    page = officer.page
    listening(page)
    with town.caller("grid.zs.041") as worker:
        worker.post("/reports", {
            "channel": "GRID", "nature": "patrol", "lat": 29.9342, "lon": 121.6042, "address": "庄市街道",
            "content": "燃气管道破裂，正在泄漏，有人受困", "item_hint": "C07-02", "danger_flags": ["gas", "crowd"],
        })  # fmt: skip
    expect(page.locator("html")).to_have_attribute("data-rang", "1")
    officer.says("特急任务")
    waited(page, "window.told.length > 0")
    told = page.evaluate("window.told")
    # nothing of the matter itself is shown, also on a locked screen
    assert told[0].startswith("甬治: 特急任务：") and "燃气管道" not in str(told)


def test_the_inbox_works_where_there_is_no_stream(town: Town, seat: Callable[..., Seat]) -> None:
    officer = seat(DUTY)
    officer.forgive("live-ticket")
    officer.context.route("**/live-ticket", lambda route: route.abort())
    officer.open("/inbox")
    expect(officer.page.locator("#tasks")).to_be_visible()


def test_the_ways_of_being_told_are_chosen_on_a_page(town: Town, seat: Callable[..., Seat]) -> None:
    officer = seat(DUTY)
    officer.open("/contact")
    page = officer.page
    page.locator("#mail").fill("duty@example.cn")
    page.get_by_label("新任务 · 邮件").check()
    page.locator("#quiet_from").fill("23:00")
    with officer.leaving():
        page.get_by_role("button", name="保存").click()
    officer.says("已保存")
    expect(page.locator("#mail")).to_have_value("duty@example.cn")
    expect(page.get_by_label("新任务 · 邮件")).to_be_checked()
    expect(page.locator("#quiet_from")).to_have_value("23:00")
    # a permission is asked for by a button alone
    page.evaluate("""
        window.asked = 0;
        Notification.requestPermission = async () => { window.asked += 1; return 'denied'; };
        document.querySelector('[data-notify-ask]').disabled = false;
    """)
    assert page.evaluate("window.asked") == 0
    page.locator("[data-notify-ask]").click()
    waited(page, "window.asked === 1")
    page.locator("[data-sound-try]").click()
    expect(page.locator("html")).to_have_attribute("data-rang", "1")
