"""Acts that need somebody else first: a failure, a raise, a granted pause, a leader's word, another's second factor."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from app.ports import one_time
from tests.browser.conftest import Town, bring_to_handler
from tests.browser.everything import HANDLER
from tests.browser.office import Seat, said, until
from tests.browser.test_every_event_act import COUNTY, begin, sent
from tests.browser.test_every_office_act import ADMIN, asked, filled
from tests.browser.test_every_office_act import sent as pressed
from tests.browser.test_incidents import begin as begin_case
from tests.browser.test_incidents import publish

Take = Callable[..., Seat]


def told(town: Town, username: str, case: str, message: str, **answers: Any) -> None:
    """Do through the interface what a case offers beside its tasks."""
    with town.caller(username) as one:
        key = next(act["key"] for act in one.get(f"/cases/{case}")["acts"] if act["message"] == message)
        one.post(f"/cases/{case}/acts", {"act": key, "answers": answers})


# --- an event --------------------------------------------------------------------------------------


def test_the_lead_waives_the_assistance(town: Town, seat: Take) -> None:
    case = town.report("河道边砌起围墙，疑似占用水利红线", "C15-02")["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    town.do(HANDLER, case, "sign")
    one = seat(HANDLER)
    begin(one, f"/cases/{case}", "免除协办")
    one.write("理由", "距离明确，无需协办测量")
    sent(one, case, "免除协办")


def test_work_goes_on_after_a_pause_that_was_granted(town: Town, seat: Take) -> None:
    case, _ = bring_to_handler(town, "河滩堆料，须待退潮方可清运", "C14-05")
    told(town, HANDLER, case, "sus.requested", kind="suspend", until="2026-03-20", reason="season",
         explanation="等待潮位下降后方可进场清运")
    town.do("director.zs", case, "suspend_decide", decision="grant", note="同意暂缓")
    one = seat(HANDLER)
    begin(one, f"/cases/{case}", "条件具备，恢复办理")
    one.write("条件已具备", "潮位已经下降，可以进场")
    sent(one, case, "条件具备，恢复办理")


def test_what_was_raised_steps_back(town: Town, seat: Take) -> None:
    case, _ = bring_to_handler(town, "两家单位争执界沟归属，垃圾无人清", "C14-05")
    told(town, "duty.zs", case, "esc.raised", esc_reason="R1", esc_tried="已两次现场协调，双方仍有争议",
         esc_wanted=["people"])
    town.do("command.zs", case, "gate", decision="approve")
    with town.caller(COUNTY) as officer:
        task = town.take(officer, case, "receive")
    one = seat(COUNTY)
    one.open(f"/tasks/{task}")
    one.choose("接办")
    one.write("说明", "区县接办")
    one.submit()
    begin(one, f"/cases/{case}", "降级退回")
    one.pick("理由", "争议已解决")
    one.write("说明", "双方已当面划清")
    sent(one, case, "降级退回")


# --- people ----------------------------------------------------------------------------------------


def test_a_second_leader_approves_whom_the_first_named(seat: Take) -> None:
    # of a town that no other test of this folder goes to
    first, second = seat("director.qt"), seat("county.director.nh")
    first.open("/account/substitutes")
    filled(first, person="duty.qt", substitute="affairs.qt", reason="值班员外出培训")
    pressed(first, "指定代理人")
    first.says("已指定代理人")
    officer = seat("duty.qt")
    officer.open("/account/substitutes")
    row = officer.page.locator("tbody tr", has_text="值班员外出培训")
    expect(row).to_contain_text("待批准")
    second.open("/account/substitutes")
    expect(second.page.locator("#waiting")).to_contain_text("值班员外出培训")
    asked(second, "批准")
    second.says("已批准")
    expect(second.page.locator("#waiting", has_text="值班员外出培训")).to_have_count(0)
    officer.open("/account/substitutes")
    expect(row).not_to_contain_text("待批准")
    expect(row).to_contain_text("未开始")


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
