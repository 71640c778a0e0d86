"""Acts of the desk that other tests of this folder do not need: signing together, returning, remarks, notices."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Town, bring_to_handler
from tests.browser.everything import COLLEAGUE, HANDLER
from tests.browser.office import Seat
from tests.usecases.desk.test_acts_of_the_desk import SIGNED
from tests.usecases.drawn import END, START, Stage, drawn, work

Take = Callable[..., Seat]
FIRST, SECOND, ROOM = "duty.zs", "duty2.zs", "33.02.11.004.cmd"
#: how several decide: in turn or not, what is enough, what the page says about it
WAYS = {
    "all": ("false", "", "全部同意才算完成"),
    "share": ("false", "numberOfCompletedInstances / numberOfInstances &gt;= 0.5", "办结比例 ≥ 50% 即完成"),
    "any": ("false", "numberOfCompletedInstances &gt;= 1", "任一人办结即完成（或签）"),
    "turns": ("true", "", "依次"),
}
#: of these one signature of two is enough
ENOUGH = ("share", "any")


def room_work(key: str) -> str:
    """Draw work of the duty officers of the command room."""
    return work(key).replace('name="orgScope" value="city"', 'name="orgScope" value="=room"')


def together(way: str) -> tuple[str, bytes]:
    """Draw a decision of several, each named by his account, and one step before it."""
    sequential, rule, _ = WAYS[way]
    enough = f"<bpmn:completionCondition>{rule}</bpmn:completionCondition>" if rule else ""
    asked = 'name="assignee" value="=person"/><spiffworkflow:property name="orgScope"'
    several = room_work("sign").replace('name="orgScope"', asked)
    several = several.replace("</bpmn:userTask>", SIGNED.format(sequential, enough))
    return drawn(f"desk_{way}", START, several, END)


@pytest.fixture(scope="module")
def stage(town: Town) -> Iterator[Stage]:
    """Processes of the command room: one step after the other, and decisions of several."""
    with town.product.tools() as tools:
        made = Stage(tools, town.product.var / "desk")
        chain = drawn("desk_chain", START, room_work("desk_first"), room_work("desk_second"), END)
        made.publish(chain, *map(together, WAYS))
        yield made


def begun(town: Town, stage: Stage, way: str, *people: str) -> tuple[str, str]:
    """Begin a decision of several; gives the case and the first one's task."""
    case = str(stage.start(f"desk_{way}", room=ROOM, people=list(people)))
    with town.caller(people[0]) as officer:
        return case, town.take(officer, case, "sign")


def offer(page: Page, key: str, reason: str) -> None:
    """Open an act beside the task and say why."""
    one = page.locator(f'#offers [data-offer="{key}"]')
    expect(one).to_have_attribute("data-open", "true")
    one.locator("summary").click()
    one.locator("textarea").fill(reason)
    one.locator("button[type=submit]").click()


@pytest.mark.parametrize("way", WAYS)
def test_several_decide_together(town: Town, seat: Take, stage: Stage, way: str) -> None:
    case, task = begun(town, stage, way, FIRST, SECOND)
    one = seat(FIRST)
    one.open(f"/tasks/{task}")
    expect(one.page.locator("#joint")).to_contain_text(WAYS[way][2])
    expect(one.page.locator("#joint")).to_contain_text("0/2")
    one.write("说明", "同意")
    one.submit()
    one.open(f"/cases/{case}")
    waits = one.page.locator("section.panel", has_text="正在办理").locator("tbody tr")
    expect(waits).to_have_count(0 if way in ENOUGH else 1)
    expect(one.page.locator("#timeline")).to_contain_text("办结归档" if way in ENOUGH else "办理完成")


def test_one_more_signs_and_is_taken_out_again(town: Town, seat: Take, stage: Stage) -> None:
    case, task = begun(town, stage, "all", FIRST)
    one = seat(FIRST)
    one.open(f"/tasks/{task}")
    page = one.page
    with one.leaving():
        page.locator('#offers [data-offer="sign"] a').click()
    page.locator(".taker").first.click()
    page.locator("#reason").fill("请一并把关")
    with one.leaving():
        page.locator("form[method=post] .btn-primary").click()
    one.says("已加签")
    joint = page.locator("#joint")
    expect(joint).to_contain_text("0/2")
    joint.locator("summary", has_text="减签").click()
    joint.locator("textarea").fill("不必了")
    with one.leaving():
        joint.locator("button", has_text="减签").click()
    one.says("已减签")
    expect(joint).to_contain_text("0/1")
    one.open(f"/cases/{case}")
    for reason in ("请一并把关", "不必了"):
        expect(page.locator("#timeline")).to_contain_text(reason)


def test_a_task_is_returned_and_comes_with_what_was_typed(town: Town, seat: Take, stage: Stage) -> None:
    case = str(stage.start("desk_chain", room=ROOM))
    with town.caller(FIRST) as officer:
        first = town.take(officer, case, "desk_first")
        officer.post(f"/tasks/{first}/complete", {"answers": {"note": "先前写的"}})
    with town.caller(SECOND) as officer:
        second = town.take(officer, case, "desk_second")
    other = seat(SECOND)
    other.open(f"/tasks/{second}")
    with other.leaving():
        offer(other.page, "return", "缺现场照片，请补")
    other.says("已退回上一步")
    other.open(f"/cases/{case}")
    expect(other.page.locator("#timeline")).to_contain_text("缺现场照片，请补")
    one = seat(FIRST)
    one.open(f"/cases/{case}")
    with one.leaving():
        one.page.locator("section.panel", has_text="正在办理").get_by_role("link", name="desk_first").click()
    expect(one.field("说明")).to_have_value("先前写的")
    expect(one.page.locator("main")).to_contain_text("缺现场照片，请补")
    offer(one.page, "release", "换人办理")
    one.says("放回")


def test_a_colleague_is_called_in_a_remark_and_reads_his_notices(town: Town, seat: Take) -> None:
    case, task = bring_to_handler(town, "桥栏杆松动，行人倚靠危险", "C14-05")
    one = seat(HANDLER)
    one.open(f"/tasks/{task}")
    one.page.locator("#comment").fill(f"@{COLLEAGUE} 请核对栏杆归属")
    with one.leaving():
        one.page.get_by_role("button", name="留言", exact=True).click()
    expect(one.page.locator("#timeline, #steps").first).to_be_visible()
    one.open(f"/cases/{case}")
    expect(one.page.locator("#timeline")).to_contain_text("请核对栏杆归属")
    other = seat(COLLEAGUE)
    other.open("/inbox")
    line = other.page.locator("#notices .timeline-item", has_text="请核对栏杆归属")
    expect(line).to_be_visible()
    with other.leaving():
        line.get_by_role("button", name="标为已读").click()
    other.page.locator("#notices summary").click()
    expect(line).to_have_count(1)
    expect(line.get_by_role("button", name="标为已读")).to_have_count(0)


def test_all_notices_are_read_at_once(town: Town, seat: Take) -> None:
    case, _ = bring_to_handler(town, "候车亭玻璃破裂，碎片掉落", "C14-05")
    reader = "coord.zs"
    with town.caller(HANDLER) as officer:
        officer.post(f"/cases/{case}/comments", {"text": f"@{reader} 请看玻璃"})
    one = seat(reader)
    one.open("/inbox")
    with one.leaving():
        one.page.get_by_role("button", name="全部标为已读").click()
    expect(one.page.get_by_role("button", name="标为已读")).to_have_count(0)


def test_what_was_claimed_in_bulk_is_put_back_in_bulk(town: Town, seat: Take, stage: Stage) -> None:
    case = str(stage.start("desk_chain", room=ROOM))
    with town.caller(SECOND) as officer:
        task = town.take(officer, case, "desk_first")
    one = seat(SECOND)
    one.open("/inbox?q=desk_first")
    row = one.page.locator("tr", has=one.page.locator(f'a[href="/tasks/{task}"]'))
    row.locator("td.pick input").check()
    with one.leaving():
        one.page.locator("#bulk button", has_text=re.compile("^放回$")).click()
    expect(one.page.locator(".sub")).to_contain_text("1 项成功，0 项未变")


def test_the_next_task_is_opened_or_not_as_one_likes(seat: Take) -> None:
    one = seat("lead.zs")
    one.open("/inbox")
    for now, then in (("开", "关"), ("关", "开")):
        with one.leaving():
            one.page.get_by_role("button", name=f"办结后自动打开下一件：{now}").click()
        expect(one.page.get_by_role("button", name=f"办结后自动打开下一件：{then}")).to_be_visible()


def test_a_phrase_is_forgotten(seat: Take) -> None:
    one = seat("affairs.zs")
    one.open("/phrases")
    one.page.locator("#text").fill("已转交经办人核实。")
    with one.leaving():
        one.page.get_by_role("button", name="保存").click()
    row = one.page.locator("li", has_text="已转交经办人核实。")
    with one.leaving():
        row.get_by_role("button", name="删除").click()
    expect(row).to_have_count(0)


def test_a_reporter_is_looked_up_and_the_look_is_recorded(town: Town, seat: Take) -> None:
    spot = {**next(town.places), "address": "庄市街道同心路6号"}
    given = {"channel": "CITY_APP", "nature": "complaint", "content": "楼道灯长期不亮，老人摔倒", **spot,
             "item_hint": "C14-05", "reporter": {"name": "群众己", "phone": "13900000006"}}
    with town.caller("citizen01") as citizen:
        case = str(citizen.post("/reports", given)["case_id"])
    town.do(FIRST, case, "accept_decide", decision="accept")
    town.do(HANDLER, case, "sign")
    with town.caller(HANDLER) as officer:
        town.take(officer, case, "contact")
    one = seat(HANDLER)
    one.open(f"/cases/{case}")
    one.page.get_by_role("button", name="查看完整信息").click()
    with one.leaving():
        one.page.locator("dialog.ask .btn-primary, dialog.ask .btn-danger").first.click()
    expect(one.page.locator("main")).to_contain_text("13900000006")
    with one.leaving():
        one.page.get_by_role("link", name="返回案件").click()
    expect(one.page.locator("#timeline")).to_contain_text("查看保密信息")
