"""From a finished task to the next one: the page stays, what stands in it changes."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import HANDLER, Town
from tests.browser.office import Seat, said

Take = Callable[..., Seat]


def to_sign(town: Town, text: str) -> str:
    """Bring a case to where its department signs for it."""
    case = str(town.report(text, "C14-05")["case_id"])
    town.do("duty.zs", case, "accept_decide", decision="accept")
    return case


def begin_signing(officer: Seat, case: str) -> None:
    officer.open("/inbox?limit=200")
    row = officer.page.locator("tr", has=officer.page.locator(f'a[href="/cases/{case}"]'))
    row.get_by_role("button", name="签领").click()
    officer.arrived("**/tasks/*")


def test_the_next_task_comes_into_the_same_page(town: Town, seat: Take) -> None:
    case = to_sign(town, "河堤下有人倾倒渣土，堵住排水口")
    officer = seat(HANDLER)
    page = officer.page
    begin_signing(officer, case)
    signed = officer.path
    page.evaluate("window.still = 'here'")
    officer.submit()
    assert page.evaluate("window.still") == "here", "the page was loaded anew"
    assert officer.path != signed
    officer.says("已办结")
    name = said(page.locator("h1"))
    expect(page).to_have_title(re.compile(re.escape(name)))
    expect(page.locator("#content")).to_be_focused()
    # what is asked for beside the form comes for this task, and its button still posts
    expect(page.locator("#offers")).to_be_visible()
    with officer.leaving():
        page.get_by_role("button", name="签领").click()
    expect(page.get_by_role("button", name="放回待办")).to_be_visible()


def test_each_tab_goes_on_in_its_own_list(town: Town, seat: Take) -> None:
    case = to_sign(town, "桥下空地有人养鸡，气味很大，邻居有意见")
    officer = seat(HANDLER)
    page = officer.page
    officer.open("/inbox?q=养鸡&limit=100")
    row = page.locator("tr", has=page.locator(f'a[href="/cases/{case}"]'))
    row.get_by_role("button", name="签领").click()
    officer.arrived("**/tasks/*")
    other = page.context.new_page()
    other.goto(f"{officer.address}/inbox?q=别的事")  # stands: another page of this window
    expect(other.locator("#tasks")).to_contain_text("没有符合条件的任务")
    page.get_by_role("button", name="放回待办").click()
    page.locator("dialog.ask .btn-primary, dialog.ask .btn-danger").first.click()
    officer.arrived(re.compile(r"/inbox\?"))
    expect(page.locator("#tasks")).to_contain_text("养鸡")
    other.close()


def test_back_leads_to_the_finished_task(town: Town, seat: Take) -> None:
    case = to_sign(town, "公园长椅旁堆放旧家具，多日无人清理")
    officer = seat(HANDLER)
    page = officer.page
    begin_signing(officer, case)
    signed, name = officer.path, said(page.locator("h1"))
    officer.submit()
    expect(page.locator("h1")).not_to_have_text(name)
    page.go_back()
    expect(page.locator(".page-head")).to_contain_text("已办")
    expect(page.locator("h1")).to_have_text(name)
    officer.arrived(f"**{signed}")


def test_another_release_gets_a_page_of_its_own(town: Town, seat: Take) -> None:
    case = to_sign(town, "围墙外焚烧落叶，烟雾飘进教室")
    officer = seat(HANDLER)
    page = officer.page
    begin_signing(officer, case)
    page.evaluate("window.still = 'here'")
    # as if this page came from the release before
    page.evaluate("document.querySelector('head script[src]').setAttribute('src', '/static/dist/older.js')")
    officer.submit()
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("window.still") is None, "the scripts of the old release went on"
