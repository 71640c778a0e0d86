"""Those who look after people, at their browsers; an officer who goes on leave; a second factor."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from app.ports import one_time
from tests.browser.conftest import HANDLER, Town
from tests.browser.office import Seat, lines, said
from tests.browser.test_handing import handling

ADMIN = "admin"
ROOM = "33.02.11.004.cmd"
PAGES = ("/people", "/people/new", "/people/sheet", "/units?q=33.02.11.004", f"/duties/{ROOM}", "/account",
         "/account/factor", "/account/substitutes")  # fmt: skip


# in English each page is opened by test_every_page.py
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_fits_its_window(seat: Callable[..., Seat], size: str) -> None:
    one = seat(ADMIN, size=size)
    one.open("/people?q=duty.zs")
    with one.leaving():
        one.page.locator("table.dense a").first.click()
    first = one.path
    for path in (*PAGES, first, f"{first}/leave"):
        one.open(path)
        expect(one.page.locator("h1")).to_be_visible()
        one.fits()


def test_an_officer_goes_on_leave(town: Town, seat: Callable[..., Seat]) -> None:
    task = handling(town, "沿街商铺占道堆放杂物，行人绕行")
    case = town.report("店外占道摆放货架，盲道受阻", "C14-05")["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    officer = seat(HANDLER)
    officer.open("/account/substitutes")
    page = officer.page
    page.locator("#substitute").fill("affairs.zs")
    # what it begins with is proposed
    expect(page.locator("#from")).not_to_have_value("")
    page.locator("#from").fill("2026-03-02T00:00")
    page.locator("#reason").fill("年休假")
    with officer.leaving():
        page.locator("form.panel button.btn-primary").click()
    expect(page.locator("tbody tr").first).to_contain_text("进行中")

    other = seat("affairs.zs")
    other.open("/inbox?q=沿街商铺占道堆放杂物")
    row = other.page.locator("tr", has=other.page.locator(f'a[href="/tasks/{task}"]')).first
    expect(row).to_contain_text("代")
    other.open(f"/tasks/{task}")
    expect(other.form).to_have_count(1)
    # he signs for him in his own name, and both find it among what is done
    other.open("/inbox?q=店外占道摆放货架")
    row = other.page.locator("tr", has=other.page.locator(f'a[href="/cases/{case}"]')).first
    row.get_by_role("button", name="签领").click()
    signed = other.arrived("**/tasks/*")
    other.submit()
    other.says("已办结")
    with town.caller(HANDLER) as caller:
        named = caller.get("/substitutes")["substitutes"][0]
    both = f"{named['substitute_name']}（代{named['person_name']}）"
    for one in (other, officer):
        one.open("/inbox?box=done&q=店外占道摆放货架")
        row = one.page.locator("tr", has=one.page.locator(f'a[href="/tasks/{signed}"]')).first
        expect(row).to_contain_text(both)
    officer.open(f"/cases/{case}")
    step = officer.page.locator(".timeline-item", has_text="签收").filter(has_text="（代").first
    expect(step).to_contain_text(both)
    # it comes back when it ends
    officer.open("/account/substitutes")
    page.locator("tbody tr", has_text="进行中").locator("button").first.click()
    with officer.leaving():
        page.locator("dialog[open] button.btn-primary, dialog[open] button.btn-danger").first.click()
    expect(page.locator("tbody tr").first).to_contain_text("已结束")
    other.open("/inbox?q=沿街商铺占道堆放杂物")
    expect(other.page.locator(f'a[href="/tasks/{task}"]')).to_have_count(0)
    # what he did he may still read, the rest not
    other.open(f"/tasks/{signed}")
    expect(other.page.locator("main")).to_contain_text("签收")
    other.open(f"/tasks/{task}")
    expect(other.page.get_by_role("button", name="放回待办")).to_have_count(0)
    officer.open(f"/tasks/{task}")
    expect(officer.page.get_by_role("button", name="放回待办")).to_be_visible()


def test_a_second_factor_is_set_up_and_asked_for(town: Town, seat: Callable[..., Seat]) -> None:
    # an account that no other test of this town signs in with: it asks for codes from now on
    who = "s.migrant.zs"
    one = seat(who)
    one.open("/account/factor")
    expect(one.page.locator(".qr svg")).to_be_visible()
    secret = said(one.page.locator("main .copyable .number"))
    one.page.locator("#code").fill(one_time.code_at(secret, datetime.now(UTC)))
    one.page.locator("#password").fill(town.password(who))
    with one.leaving():
        one.page.locator("main form button.btn-primary").click()
    code = lines(one.page.locator(".recovery-codes li"), 10)[0]

    one.context.clear_cookies()
    one.open("/sign-in")
    one.page.locator("#username").fill(who)
    one.page.locator("#password").fill(town.password(who))
    with one.leaving():
        one.page.locator(".sign-in button[type=submit]").first.click()
    one.page.locator("#code").fill("000")
    with one.expecting(401), one.leaving():
        one.page.locator(".sign-in button").click()
    expect(one.page.locator(".alert-danger")).to_be_visible()
    one.page.locator("#code").fill(code)
    with one.leaving():
        one.page.locator(".sign-in button").click()
    expect(one.page.locator(".usermenu")).to_be_visible()


def test_a_sheet_is_looked_at_before_it_counts(seat: Callable[..., Seat]) -> None:
    one = seat(ADMIN)
    one.open("/people/sheet")
    text = f"账号,姓名,所属单位,岗位\nsheet.one,表中人,{ROOM},street_duty@{ROOM}\n"
    one.page.locator("#file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}
    )
    with one.leaving():
        one.page.locator("main form button.btn-primary").click()
    expect(one.page.locator("tbody tr")).to_contain_text("表中人")
    with one.leaving():
        one.page.locator("main form button.btn-primary").click()
    expect(one.page.locator(".alert-success")).to_be_visible()
    one.open("/people?q=sheet.one")
    expect(one.page.locator("tbody tr")).to_contain_text("表中人")
