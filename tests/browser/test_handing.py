"""Two colleagues at their browsers hand a task to and fro: on a desktop in Chinese, on a phone in English."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import HANDLER, Town
from tests.browser.office import Seat

COLLEAGUE = "enforce2.zs"
#: a list, whatever stands behind its name
LIST = re.compile(r"/inbox(\?|$)")


def handling(town: Town, content: str) -> str:
    """Bring a case to the handler's desk; gives the task's id."""
    case = town.report(content, "C14-05")["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    town.do(HANDLER, case, "sign")
    with town.caller(HANDLER) as officer:
        return town.take(officer, case, "handle")


def hand(seat: Seat, action: str, name: str, reason: str) -> None:
    """Choose a colleague on the page of the action, and say why."""
    page = seat.page
    with seat.leaving():
        page.locator(".page-head a.btn", has_text=re.compile(f"^{action}$")).click()
    expect(page.locator("h1")).to_contain_text(action)
    expect(page.locator(".taker")).not_to_have_count(0)
    page.locator(".taker", has_text=name).click()
    page.locator("#reason").fill(reason)
    page.locator("form[method=post] button.btn-primary").click()
    seat.arrived(LIST)


def test_a_delegated_task_goes_there_and_back(town: Town, seat: Callable[..., Seat]) -> None:
    task = handling(town, "渣土车沿途抛洒泥浆，路面湿滑")
    owner, other = seat(HANDLER), seat(COLLEAGUE, size="phone", locale="en-GB")
    owner.open(f"/tasks/{task}")
    hand(owner, "委派", "02", "请到现场核实堆放人")
    owner.says("已委派")
    owner.open("/inbox?q=渣土车沿途抛洒泥浆")
    row = owner.page.locator("tr", has=owner.page.locator(f'a[href="/tasks/{task}"]')).first
    expect(row).to_contain_text("等待意见")

    other.open("/inbox?q=渣土车沿途抛洒泥浆")
    expect(other.page.locator("tr", has=other.page.locator(f'a[href="/tasks/{task}"]')).first).to_contain_text("委派")
    expect(other.page.locator("#notices")).to_contain_text("请到现场核实堆放人")
    other.open(f"/tasks/{task}")
    expect(other.page.locator("#hand")).to_contain_text("请到现场核实堆放人")
    # he fills in the draft, but there is nothing to send it with
    expect(other.form.locator(".form-foot .btn-primary")).to_have_count(0)
    other.write("采取的措施", "已查明堆放人，限期清运")
    expect(other.form.locator(".form-said")).to_contain_text("草稿已保存")
    other.page.locator("#opinion").fill("堆放人已查明，建议限期清运后办结")
    other.page.get_by_role("button", name="附意见退回").tap()
    other.arrived(LIST)
    other.says("意见已退回")

    owner.open(f"/tasks/{task}")
    expect(owner.page.locator("#hand")).to_contain_text("建议限期清运后办结")
    expect(owner.field("采取的措施")).to_have_value("已查明堆放人，限期清运")
    expect(owner.form.locator(".form-foot .btn-primary")).to_be_visible()


def test_a_delegation_is_taken_back_and_the_task_transferred_for_good(town: Town, seat: Callable[..., Seat]) -> None:
    task = handling(town, "沿街店铺占用盲道摆放货架")
    owner = seat(HANDLER, size="phone")
    owner.open(f"/tasks/{task}")
    hand(owner, "委派", "02", "请协助")
    owner.open(f"/tasks/{task}")
    owner.page.get_by_role("button", name="收回委派").tap()
    with owner.leaving():
        owner.page.locator("dialog.ask .btn-primary, dialog.ask .btn-danger").first.tap()
    owner.says("委派已收回")
    hand(owner, "转交", "02", "本人调岗，请接办")
    owner.says("已转交")
    owner.open("/inbox?q=沿街店铺占用盲道")
    expect(owner.page.locator(f'a[href="/tasks/{task}"]')).to_have_count(0)
    other = seat(COLLEAGUE)
    other.open(f"/tasks/{task}")
    expect(other.page.locator("#hand")).to_contain_text("本人调岗，请接办")
    expect(other.page.get_by_role("button", name="放回待办")).to_be_visible()
    # the picker is asked for as one types, and names nobody without a seat
    with other.leaving():
        other.page.locator(".page-head a.btn", has_text=re.compile("^转交$")).click()
    other.page.locator("input[type=search]").press_sequentially("duty", delay=20)
    expect(other.page.locator("#takers")).to_contain_text("没有符合条件的人。")
