"""A task is done with the keyboard alone; what the rules of accessibility find on each page says test_every_page.py."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import HANDLER, Town
from tests.browser.office import Seat

Take = Callable[..., Seat]
_EMPTY_TEXT = "() => document.activeElement.matches('[data-form] textarea') && !document.activeElement.value"
_OPEN_CHOICE = """() => { const here = document.activeElement;
  return here.matches('[data-form] input[type=radio]') && !document.querySelector(`[name="${here.name}"]:checked`); }"""


def test_the_keyboard_alone_completes_a_task(town: Town, seat: Take) -> None:
    """From the inbox to the end: claim, choose, type, send, with Tab, Space and Enter only."""
    case = town.report("楼道堆放杂物，堵塞通道", "C14-05")["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    with town.caller(HANDLER) as officer:
        task = town.waiting(officer, case, "sign")
    one = seat(HANDLER)
    one.open("/inbox?q=楼道堆放杂物")
    page = one.page
    _tab_to(one, f'a[href="/tasks/{task}"]')
    page.keyboard.press("Enter")
    one.arrived(f"**/tasks/{task}")
    _tab_to(one, f'form[action="/tasks/{task}/claim"] button')
    with one.leaving():
        page.keyboard.press("Enter")
    expect(page.locator(f'form[action="/tasks/{task}/release"]').first).to_be_visible()
    for _ in range(60):
        if page.evaluate("() => document.activeElement.matches('.form-foot .btn-primary')"):
            break
        page.keyboard.press("Tab")
        if page.evaluate(_EMPTY_TEXT):
            page.keyboard.type("已安排人员")
        elif page.evaluate(_OPEN_CHOICE):
            page.keyboard.press("Space")
    expect(page.locator(".form-foot .btn-primary")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith(task))
    with town.caller(HANDLER) as officer:
        assert officer.get(f"/tasks/{task}")["task"]["state"] == "done"


def _tab_to(one: Seat, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(150):
        if one.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        one.page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")
