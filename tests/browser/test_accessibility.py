"""Every page passes the accessibility rules without a serious finding, and a task is done with the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HANDLER, Prepared, Town
from tests.browser.office import Seat
from tests.browser.rules import serious_findings
from tests.stories.cast import AUDITOR

Take = Callable[..., Seat]
#: who looks at what; `{case}` and `{task}` are those of a case at the handler's desk
PAGES: dict[str, tuple[str, ...]] = {
    "": ("/sign-in", "/public/track", "/public/report"),
    HANDLER: ("/inbox", "/inbox?box=done", "/tasks/{task}", "/tasks/{task}/more", "/tasks/{task}/transfer", "/cases",
              "/cases/{case}", "/cases/{case}/documents", "/phrases", "/report", "/start", "/registers",
              "/help", "/rights"),
    "enforce.lead.zs": ("/tasks/{task}/assign",),
    "director.zs": ("/inbox?box=area", "/cases/{case}/documents/dispatch"),
    AUDITOR: ("/audit/", "/audit/cases/{case}"),
}  # fmt: skip
_EMPTY_TEXT = "() => document.activeElement.matches('[data-form] textarea') && !document.activeElement.value"
_OPEN_CHOICE = """() => { const here = document.activeElement;
  return here.matches('[data-form] input[type=radio]') && !document.querySelector(`[name="${here.name}"]:checked`); }"""
LOOKS = [(who, path) for who, paths in PAGES.items() for path in paths]


@pytest.mark.parametrize(("who", "path"), LOOKS, ids=lambda value: value or "nobody")
def test_a_page_has_no_serious_finding(town: Town, seat: Take, prepared: Prepared, who: str, path: str) -> None:
    one = seat(who)
    answer = one.page.goto(one.address + path.format(case=prepared.handling, task=prepared.task))
    assert answer is not None and answer.status == 200, answer and answer.status
    one.settled()
    if "/tasks/" in path and not path.endswith(("more", "transfer", "assign")):
        expect(one.page.locator("#offers")).to_be_visible()
    found = serious_findings(one.page)
    assert not found, "\n".join(found)


def test_the_keyboard_alone_completes_a_task(town: Town, seat: Take) -> None:
    """From the inbox to the end: claim, choose, type, send, with Tab, Space and Enter only."""
    case = town.report("楼道堆放杂物，堵塞通道", "C14-05")["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    with town.caller(HANDLER) as officer:
        rows = officer.get("/tasks?box=todo&limit=100")["tasks"]
    task = next(row["id"] for row in rows if row["case_id"] == case and row["node"] == "sign")
    one = seat(HANDLER)
    one.open("/inbox")
    page = one.page
    _tab_to(one, f'a[href="/tasks/{task}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tasks/{task}")
    one.settled()
    _tab_to(one, f'form[action="/tasks/{task}/claim"] button')
    page.keyboard.press("Enter")
    expect(page.locator(f'form[action="/tasks/{task}/release"]')).to_be_visible()
    one.settled()
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
