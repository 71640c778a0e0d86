"""Acts that need something to be there first: a failure, another's second factor, a diagram of one's own."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect

from app.ports import one_time
from tests.browser.conftest import Town
from tests.browser.office import Seat, said, until
from tests.browser.test_every_office_act import ADMIN, asked, filled
from tests.browser.test_every_office_act import sent as pressed
from tests.browser.test_incidents import begin as begin_case
from tests.browser.test_incidents import publish

Take = Callable[..., Seat]


# --- people ----------------------------------------------------------------------------------------


def test_an_administrator_takes_a_second_factor_away(town: Town, seat: Take) -> None:
    # an account that no other test of this folder signs in with
    who = "s.civil.qt"
    one = seat(who)
    one.open("/account/factor")
    secret = said(one.page.locator("main .copyable .number"))
    filled(one, code=one_time.code_at(secret, datetime.now(UTC)), password=town.password(who))
    with one.leaving():
        one.page.locator("main form button.btn-primary").click()
    expect(one.page.locator(".recovery-codes li")).to_have_count(10)
    admin = seat(ADMIN)
    admin.open(f"/people?q={who}")
    with admin.leaving():
        admin.page.locator("table.dense a").first.click()
    expect(admin.page.locator(".page-head")).to_contain_text("第二因素")
    asked(admin, "重置第二因素")
    admin.says("已重置第二因素")
    expect(admin.page.locator(".page-head")).not_to_contain_text("第二因素")
    # his password alone lets him in again
    seat().sign_in(who, town.password(who))


# --- those who look after the machine ----------------------------------------------------------------


def test_all_that_failed_is_tried_again_at_once(town: Town, seat: Take, tmp_path: Path) -> None:
    publish(town, tmp_path, "halted")
    operator = seat(ADMIN)
    with town.caller("duty.zs") as officer:
        # a node may not notice at once that something is published
        cases = {until(operator.page, lambda: begin_case(officer, "halted"))["case_id"] for _ in range(2)}
    town.clock()
    with town.caller(ADMIN) as machine:

        def failures(attempts: int) -> bool:
            rows = [one for one in machine.get("/incidents?limit=100")["incidents"] if one["process"] == "halted"]
            return [(row["attempts"], row["state"]) for row in rows] == [(attempts, "open")] * len(cases)

        until(operator.page, lambda: failures(1), "both cases have failed")
        operator.open("/incidents")
        asked(operator, "本页全部重试")
        operator.says(re.compile(r"已安排 \d+ 项重试"))
        # nothing was repaired: both fail again
        until(operator.page, lambda: failures(2), "both cases have failed again")
    operator.open("/incidents")
    rows = operator.page.locator("tbody tr", has_text="halted")
    expect(rows).to_have_count(2)
    for number in range(2):
        expect(rows.nth(number).locator("td").nth(4)).to_have_text("2")


def test_a_diagram_is_drawn_kept_and_proposed(seat: Take) -> None:
    one = seat("designer")
    page = one.page
    one.open("/studio/")
    filled(one, name="道路试行", key="road_trial")
    pressed(one, "开始画图")
    expect(page.locator("[data-modeler]")).to_be_visible()
    page.locator('[data-element-id="begin"]').click()
    page.locator('.djs-context-pad [data-action="append.end-event"]').click()
    expect(page.locator(".djs-connection")).to_have_count(1)
    with one.leaving():
        page.get_by_role("button", name="存为草稿").click()
    expect(page.locator(".page-head")).to_contain_text("草稿")
    filled(one, message="先试一条路")
    pressed(one, "提交审核")
    one.says("已提交，等待另一位设计员审核")
    expect(page.locator("main")).to_contain_text("不能审核自己提交的版本")
    one.open("/studio/")
    expect(page.locator("section.panel", has_text="等待审核")).to_contain_text("先试一条路")
