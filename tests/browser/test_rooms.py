"""The officer's task, the designer's studio and the auditor's replay, clicked as people do it."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from app.engine.library import FRESH
from tests.browser.conftest import HANDLER, Prepared, Town, bring_to_handler
from tests.browser.office import Seat

Take = Callable[..., Seat]
DUTY = "duty.zs"


def own_task(town: Town, seat: Take, content: str, item: str) -> tuple[Seat, str, str]:
    """Bring a new report to the duty officer's desk: (his window, task, case)."""
    case = town.report(content, item)["case_id"]
    with town.caller(DUTY) as officer:
        task = town.take(officer, case, "accept_decide")
    duty = seat(DUTY)
    duty.open(f"/tasks/{task}")
    return duty, task, case


# --- the task --------------------------------------------------------------------------------------


def test_who_comes_second_is_told_and_keeps_what_was_typed(town: Town, seat: Take) -> None:
    duty, task, case = own_task(town, seat, "绿化带内有人种菜，面积约十平方米", "C17-06")
    duty.choose("受理")
    duty.write("说明", "已电话核实")
    town.do(DUTY, case, "accept_decide", decision="accept")
    with duty.expecting(409):
        duty.refused("已被他人处理")
    expect(duty.field("说明")).to_have_value("已电话核实")
    with duty.expecting(409):
        with duty.leaving():
            duty.form.get_by_role("button", name="重新载入").click()
        expect(duty.page.locator(".page-head")).to_contain_text("已办")


def test_a_draft_survives_reloading_and_an_ended_session(town: Town, seat: Take) -> None:
    duty, task, _ = own_task(town, seat, "公交站台玻璃破碎，有划伤风险", "C17-02")
    duty.choose("受理")
    duty.write("说明", "等待现场照片")
    expect(duty.form.locator(".form-said")).to_contain_text("草稿已保存")
    duty.page.reload()
    duty.settled()
    expect(duty.field("说明")).to_have_value("等待现场照片")
    kept = duty.context.cookies()
    duty.context.clear_cookies()
    duty.write("说明", "照片已到，情况属实")
    with duty.expecting(400, 401, 403):
        duty.refused("登录已过期")
    expect(duty.field("说明")).to_have_value("照片已到，情况属实")
    duty.context.add_cookies(kept)
    duty.page.reload()
    duty.settled()
    expect(duty.field("说明")).to_have_value("照片已到，情况属实")
    duty.submit()
    duty.says("已办结")


def test_wrong_answers_are_shown_at_their_fields(seat: Take, prepared: Prepared) -> None:
    handler = seat(HANDLER)
    handler.open(f"/tasks/{prepared.task}")
    handler.refused(re.compile(r"有 \d 处需要修改"))
    expect(handler.form.locator(".fjs-form-field-error", has_text="此项必填").first).to_be_visible()


def test_an_officer_asks_for_more_time(seat: Take, town: Town) -> None:
    _, task = bring_to_handler(town, "洼地积水未退，堆料无法清运", "C14-05")
    handler = seat(HANDLER)
    handler.open(f"/tasks/{task}")
    handler.page.get_by_role("link", name="申请延期").click()
    handler.arrived("**/acts/**")
    handler.write("延长", "1")
    handler.pick("单位", "工作日")
    handler.pick("理由", "天气")
    handler.write("说明", "连续降雨，无法清运")
    handler.submit()
    handler.says("已提交")
    command = seat("command.zs")
    command.open("/inbox?q=洼地积水未退")
    expect(command.page.locator("#tasks tbody")).to_contain_text("延期审批")


# --- the studio ------------------------------------------------------------------------------------


def test_a_changed_diagram_is_proposed_approved_and_used_by_new_cases_only(town: Town, seat: Take) -> None:
    running = town.report("河面漂浮大量水葫芦，气味难闻", "C15-02")["case_id"]
    designer = seat("designer")
    designer.open("/studio/process/intake_triage/edit")
    page = designer.page
    expect(page.locator(".findings")).to_contain_text("没有问题")
    page.locator('[data-element-id="accept_decide"]').dblclick()
    page.locator(".djs-direct-editing-content").fill("受理研判与分派")
    page.locator(".djs-direct-editing-content").press("Control+Enter")
    expect(page.locator('[data-element-id="accept_decide"]')).to_contain_text("分派")
    page.locator('[data-act="propose"]').click()
    page.locator("dialog.ask textarea").fill("名称写清楚两件事")
    page.locator("dialog.ask .btn-primary").click()
    designer.arrived("**/studio/process/intake_triage/versions/2")
    expect(page.locator("main")).to_contain_text("不能审核自己提交的版本")

    second = seat("designer2")
    second.open("/studio/")
    second.page.get_by_role("link", name="受理与研判").first.click()
    second.arrived("**/versions/2")
    with second.leaving():
        second.page.get_by_role("button", name="同意并发布").click()
    second.says("已发布")
    second.page.wait_for_timeout(FRESH * 1000)  # stands: for so long the other node need not notice

    fresh = town.report("广场健身器材螺丝松动，儿童常在此玩耍", "C18-02")["case_id"]
    duty = seat(DUTY)
    for case, name in ((running, "受理研判"), (fresh, "受理研判与分派")):
        duty.open(f"/cases/{case}")
        expect(duty.page.locator("main td.main")).to_have_text(name)


def test_a_diagram_that_cannot_run_is_refused_with_its_reasons(seat: Take) -> None:
    designer = seat("designer")
    designer.open("/studio/process/callback/edit")
    page = designer.page
    page.locator('[data-element-id="callback_call"]').click()
    page.locator('[data-element-id="callback_call"]').press("Delete")
    findings = page.locator(".findings-list li")
    expect(findings.first).to_be_visible()
    page.locator('[data-act="propose"]').click()
    page.locator("dialog.ask textarea").fill("试一试")
    with designer.expecting(422):
        page.locator("dialog.ask .btn-primary").click()
        expect(page.locator("#flash .alert-danger")).to_be_visible()
    expect(page).to_have_url(re.compile("/edit$"))


# --- the audit -------------------------------------------------------------------------------------


def test_an_auditor_steps_through_a_case(seat: Take, prepared: Prepared) -> None:
    auditor = seat("auditor")
    auditor.open("/audit/?q=占用绿化带")
    auditor.page.get_by_role("link", name=re.compile("占用绿化带")).first.click()
    auditor.arrived("**/audit/cases/*")
    page = auditor.page
    verdict = page.locator("main .facts").first
    expect(verdict).to_contain_text("未被改动")
    expect(verdict).to_contain_text("结果与记录相同")
    replay = page.locator("[data-replay]")
    replay.locator('[data-act="first"]').click()
    expect(replay).to_have_attribute("data-step", "1")
    side = replay.locator(".replay-side")
    expect(side).to_contain_text("登记立案")
    expect(side).to_contain_text("庄市网格员041")
    expect(side).to_contain_text("网格员")
    replay.locator(".replay-list button", has_text="办理完成：受理研判").click()
    expect(side).to_contain_text("庄市综合指挥岗01")
    expect(side).to_contain_text("2026-03-0")
    expect(side.locator(".changes")).to_contain_text("accept")
    expect(replay.locator(".diagram-title")).to_contain_text("受理与研判")
    expect(replay.locator('[data-element-id="accept_decide"].active')).to_be_visible()
    before = int(replay.get_attribute("data-step") or 0)  # stands: nothing moves it but these buttons
    replay.locator('[data-act="next"]').click()
    expect(replay).to_have_attribute("data-step", str(before + 1))
