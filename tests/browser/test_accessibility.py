"""Every page passes the accessibility rules without a serious finding, and a task is done with the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HANDLER, Town, prepare
from tests.browser.office import Seat
from tests.browser.rules import serious_findings
from tests.browser.test_whistle import SQUAD, Told, accepts, checks_in
from tests.stories.cast import AUDITOR

Take = Callable[..., Seat]
#: an address at which there is nothing
NOWHERE = "/no-such-page"
#: who looks at what; `{case}` and `{task}` are those of a case at the handler's desk
PAGES: dict[str, tuple[str, ...]] = {
    "": ("/sign-in", "/public/track", "/public/report", NOWHERE),
    HANDLER: ("/inbox", "/inbox?box=done", "/inbox?box=mine", "/inbox?box=cc", "/inbox?box=watched",
              "/inbox?q=%E7%BB%BF%E5%8C%96", "/tasks/{task}", "/tasks/{task}/more", "/tasks/{task}/transfer", "/cases",
              "/cases/{case}", "/cases/{case}/documents", "/phrases", "/report", "/start", "/registers", "/help",
              "/rights", "/contact", "/account", "/account/substitutes", "/account/factor"),
    "enforce.lead.zs": ("/tasks/{task}/assign",),
    "director.zs": ("/inbox?box=area", "/inbox?box=supervise", "/cases/{case}/documents/dispatch",
                    "/cases/{whistle}/whistle"),
    "command.zs": ("/registers/inspection_objects", "/registers/inspection_objects/new",
                   "/registers/inspection_objects/import", "/start/whistle_case"),
    AUDITOR: ("/audit/", "/audit/cases/{case}", "/audit/cases/{case}/facts"),
    "admin": ("/people", "/people/new", "/people/{person}", "/people/sheet", "/units", "/duties", "/incidents",
              "/cases/{case}/steering", "/studio/migrations/event_lifecycle"),
    "designer": ("/studio/", "/studio/process/event_lifecycle/versions/1", "/studio/process/event_lifecycle/edit",
                 "/studio/decision/sla/versions/1", "/studio/form/event/withdraw/versions/1",
                 "/studio/tables/urgency/1"),
    "grid.zs.041": ("/phone", "/contact"),
}
_EMPTY_TEXT = "() => document.activeElement.matches('[data-form] textarea') && !document.activeElement.value"
_OPEN_CHOICE = """() => { const here = document.activeElement;
  return here.matches('[data-form] input[type=radio]') && !document.querySelector(`[name="${here.name}"]:checked`); }"""
LOOKS = [(who, path) for who, paths in PAGES.items() for path in paths]


@pytest.fixture(scope="module")
def places(town: Town) -> dict[str, str]:
    """What stands in the addresses: a case and its task, a whistle, a person."""
    prepared = prepare(town)
    told = Told(town)
    accepts(told.event, SQUAD)
    checks_in(told.event, SQUAD)
    told.desk.close()
    with town.product.tools() as tools, tools.store.unit_of_work() as uow:
        person = uow.people.by_username(HANDLER)
    assert person
    return {"case": prepared.handling, "task": prepared.task, "whistle": told.event.reported.case_id,
            "person": str(person.id)}


@pytest.mark.parametrize(("who", "path"), LOOKS, ids=lambda value: value or "nobody")
def test_a_page_has_no_serious_finding(town: Town, seat: Take, places: dict[str, str], who: str, path: str) -> None:
    one = seat(who)
    one.still()
    status = 404 if path == NOWHERE else 200
    one.open(path.format(**places), status)
    if "/tasks/" in path and not path.endswith(("more", "transfer", "assign")):
        expect(one.page.locator("#offers")).to_be_visible()
    found = serious_findings(one.page)
    assert not found, "\n".join(found)


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
