"""The command room steers a case on a desktop in Chinese and a phone in English; a designer takes cases over."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.conftest import HANDLER, Town, bring_to_handler
from tests.browser.office import Seat
from tests.usecases.drawn import Stage

CHIEF = "command.zs"
PROCESS = "trial_versions"


def drawn(step: str, name: str) -> tuple[str, bytes]:
    """Draw one task between start and end, with its picture."""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:trial"
 xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">
 <bpmn:process id="{PROCESS}" name="试办流程" isExecutable="true"><bpmn:startEvent id="s"/>
  <bpmn:userTask id="{step}" name="{name}"><bpmn:extensionElements><spiffworkflow:properties>
   <spiffworkflow:property name="candidateRoles" value="city_duty"/>
   <spiffworkflow:property name="orgScope" value="city"/><spiffworkflow:property name="form" value="trial/answer"/>
  </spiffworkflow:properties></bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id="e"/>
  <bpmn:sequenceFlow id="a" sourceRef="s" targetRef="{step}"/>
  <bpmn:sequenceFlow id="b" sourceRef="{step}" targetRef="e"/></bpmn:process></bpmn:definitions>"""
    return PROCESS, text.encode()


@contextmanager
def english(*seats: Seat) -> Iterator[None]:
    """Choose the language on the page as people do, and leave it as it was: it is remembered with the account."""
    def choose(name: str) -> None:
        for seat in seats:
            seat.open("/rights")
            with seat.leaving():
                seat.page.get_by_role("link", name=name).first.click()

    choose("English")
    try:
        yield
    finally:
        choose("中文")


def test_a_step_is_moved_after_its_effect_was_shown(town: Town, seat: Callable[..., Seat]) -> None:
    case, _ = bring_to_handler(town, "河道边堆放渣土，雨水冲刷入河", "C14-05")
    chief = seat(CHIEF)
    chief.open(f"/cases/{case}")
    with chief.leaving():
        chief.page.locator(".page-head a.btn", has_text=re.compile("^调度$")).click()
    expect(chief.page.locator("h1")).to_have_text("调度")
    expect(chief.page.locator("[data-viewer] svg").first).to_be_visible()
    row = chief.page.locator("tbody tr", has_text="handle#").first
    with chief.leaving():
        row.get_by_role("link", name="跳转").click()
    chief.page.locator("#target").select_option("unit_review")
    chief.page.locator("#reason").fill("现场已办完，直接审核")
    with chief.leaving():
        chief.page.get_by_role("button", name="预览效果").click()
    expect(chief.page.locator("#effect")).to_contain_text("取消任务")
    expect(chief.page.locator("#effect")).to_contain_text("新开任务")
    with chief.leaving():
        chief.page.get_by_role("button", name="确认执行").click()
    chief.says("已执行")
    expect(chief.page.locator("tbody")).to_contain_text("unit_review#1")
    chief.open(f"/cases/{case}")
    expect(chief.page.locator("#timeline")).to_contain_text("现场已办完，直接审核")


def test_a_case_stands_still_and_goes_on_from_a_phone(town: Town, seat: Callable[..., Seat]) -> None:
    chief, officer = seat(CHIEF, size="phone", locale="en-GB"), seat(HANDLER, size="phone", locale="en-GB")
    case, task = bring_to_handler(town, "绿化带内堆放建筑垃圾", "C14-05")
    with english(chief, officer):
        for verb, state in (("Suspend", True), ("Resume", False)):
            chief.open(f"/cases/{case}")
            with chief.leaving():
                chief.page.locator(".page-head a.btn", has_text=re.compile(f"^{verb}$")).click()
            chief.page.locator("#reason").fill("Waiting for the court")
            with chief.leaving():
                chief.page.get_by_role("button", name="Preview").tap()
            with chief.leaving():
                chief.page.get_by_role("button", name="Carry out").tap()
            chief.says("Done")
            expect(chief.page.locator(".page-head").get_by_text("Suspended")).to_have_count(int(state))
            officer.open(f"/tasks/{task}")
            expect(officer.page.locator(".tag-amber", has_text="Suspended")).to_have_count(int(state))


def test_a_completion_is_taken_back(town: Town, seat: Callable[..., Seat]) -> None:
    case = town.report("企业门口堆放建筑垃圾，影响通行", "C14-05")["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    town.do(HANDLER, case, "sign")
    officer, other = seat(HANDLER), seat(CHIEF)
    other.open(f"/cases/{case}")
    expect(other.page.locator("#withdraw")).to_have_count(0)
    officer.open(f"/cases/{case}")
    officer.page.locator("#withdraw-reason").fill("派错单位，退回前先收回")
    officer.page.get_by_role("button", name="收回任务").click()
    officer.arrived("**/tasks/*")
    officer.says("任务已收回")
    expect(officer.form).to_be_visible()


def test_a_designer_takes_cases_over(town: Town, seat: Callable[..., Seat]) -> None:
    with town.product.tools() as tools:
        stage = Stage(tools, town.product.var / "trial")
        stage.publish(drawn("work", "办理"))
        cases = [stage.start(PROCESS) for _ in range(3)]
        stage.publish(drawn("task", "承办"))
    designer = seat("designer")
    designer.open("/studio/")
    with designer.leaving():
        designer.page.locator(f'a[href="/studio/migrations/{PROCESS}"]').click()
    row = designer.page.locator("tbody tr", has_text="办理").first
    expect(row).to_contain_text("位置相同")
    row.locator("select").select_option("task")
    with designer.leaving():
        designer.page.get_by_role("button", name="按所选重新对照").click()
    expect(designer.page.locator("tbody tr", has_text="办理").first).to_contain_text("手工指定")
    for button, said in (("试运行", "可以迁移"), ("迁移", "已迁移")):
        designer.page.locator("#reason").fill("流程改版")
        with designer.leaving():
            designer.page.get_by_role("button", name=button, exact=True).click()
            if button == "迁移":
                # what cannot be taken back is asked once more
                designer.page.locator("dialog.ask .btn-danger").click()
        expect(designer.page.locator("#results tbody tr", has_text=said)).to_have_count(len(cases))
    phone = seat("designer2", size="phone", locale="en-GB")
    with english(phone):
        phone.open(f"/studio/migrations/{PROCESS}")
        expect(phone.page.locator("h1")).to_contain_text("Migrate cases")
