"""The inbox in a browser: each box, columns and filters, bulk acts, reasons of dates, copies and watches."""

import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import HANDLER, MORNING, Town
from tests.browser.office import Seat

Take = Callable[..., Seat]
COLLEAGUE = "enforce2.zs"
BOXES = ("todo", "mine", "done", "area", "supervise", "cc", "watched")


def row_of(page: Page, task: str):
    """Find the row of a task."""
    return page.locator("tr", has=page.locator(f'a[href="/tasks/{task}"]')).first


def signed(town: Town, content: str) -> tuple[str, str]:
    """Bring a case to where its department signs for it; gives case and task."""
    case = town.report(content, "C14-05")["case_id"]
    town.do("duty.zs", case, "accept_decide", decision="accept")
    with town.caller(HANDLER) as officer:
        return case, town.waiting(officer, case, "sign")


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_box_says_what_is_in_it_or_will_be(town: Town, seat: Take, language: str, size: str) -> None:
    person = seat("duty.zs", size=size, locale="en-GB" if language == "en" else "zh-CN")
    person.open(f"/language/{language}")
    for box in BOXES:
        person.open(f"/inbox?box={box}")
        expect(person.page.locator(".boxes a[aria-current]")).to_have_count(1)
        rows, hint = person.page.locator("#tasks tbody tr"), person.page.locator(".empty-hint")
        expect(rows.or_(hint.filter(has_text=re.compile(".{26}"))).first).to_be_visible()
        person.fits()
    person.open("/language/zh")


def test_columns_sorting_and_conditions(town: Town, seat: Take) -> None:
    _, task = signed(town, "河边堆放建筑垃圾，影响通行")
    person = seat(HANDLER)
    page = person.page
    person.open("/inbox?q=河边堆放建筑垃圾")
    heads = page.locator("#tasks thead th")
    for name in ("流程", "事项", "摘要", "发起人", "发起时间", "当前环节", "到岗时间", "剩余", "编号"):
        expect(heads.filter(has_text=re.compile(f"^{name}"))).to_have_count(1)
    expect(row_of(page, task)).to_contain_text("剩")
    # by one heading, then by another: both count
    with person.leaving():
        heads.get_by_role("link", name=re.compile("^事项")).click()
    with person.leaving():
        heads.get_by_role("link", name=re.compile("^到岗时间")).click()
    person.arrived(re.compile("sort=created(,|%2C)item"))
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(2)
    # a condition on a field of the event
    person.open("/inbox")
    page.locator(".inbox-tools summary", has_text="按字段筛选").click()
    page.locator("[name=add_field]").select_option("content")
    page.locator("[name=add_operator]").select_option("~")
    page.locator("[name=add_value]").fill("河边堆放")
    page.locator("button", has_text="加上条件").click()
    person.arrived("**where=**")
    expect(page.locator("#tasks tbody tr")).to_have_count(1)
    expect(row_of(page, task)).to_be_visible()
    # it is kept under a name, found again, and forgotten
    page.locator(".inbox-tools summary", has_text="保存筛选").click()
    page.locator("[name=name]").fill("河边的")
    with person.leaving():
        page.locator(".inbox-tools details[open] button", has_text="保存").click()
    person.says("筛选已保存")
    person.open("/inbox?box=done")
    view = page.locator(".saved-view", has_text="河边的")
    with person.leaving():
        view.locator("a").click()
    expect(page.locator("#tasks tbody tr")).to_have_count(1)
    view.locator("button").click()
    with person.leaving():
        page.locator("dialog[open] .btn", has_text=re.compile("确定|继续|是")).first.click()
    expect(view).to_have_count(0)
    # columns
    person.open("/inbox")
    page.locator(".inbox-tools summary", has_text="选择列").click()
    page.locator(".inbox-tools label", has_text="紧急程度").click()
    page.locator(".inbox-tools label", has_text="流程").first.click()
    with person.leaving():
        page.locator(".inbox-tools details[open] button", has_text="保存").click()
    expect(heads.filter(has_text=re.compile("^紧急程度$"))).to_have_count(1)
    expect(heads.filter(has_text=re.compile("^流程$"))).to_have_count(0)
    page.locator(".inbox-tools summary", has_text="选择列").click()
    with person.leaving():
        page.locator("button", has_text="恢复默认").click()
    expect(heads.filter(has_text=re.compile("^流程$"))).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False])
def test_values_are_chosen_from_lists_with_and_without_scripts(town: Town, seat: Take, scripts: bool) -> None:
    _, task = signed(town, f"沿街店铺占道堆物，脚本{scripts}")
    person = seat(HANDLER, java_script_enabled=scripts)
    page = person.page

    def narrow(field: str, operator: str, value: str, *, typed: bool = False) -> None:
        page.locator("#narrow summary").click()
        page.locator("[name=add_field]").select_option(label=field)
        if not scripts:
            with person.leaving():
                page.locator("button", has_text="加上条件").click()
        page.locator("[name=add_operator]").select_option(label=operator)
        box = page.locator("[name=add_value]")
        box.fill(value) if typed else box.select_option(label=value)
        with person.leaving():
            page.locator("button", has_text="加上条件").click()
        expect(page.locator(".conditions .tag").last).to_contain_text(f"{field} {operator}")

    person.open("/inbox")
    narrow("事项编码", "等于", "C14-05 垃圾倾倒")
    expect(row_of(page, task)).to_be_visible()
    narrow("状态", "不等于", "已办结")
    narrow("渠道", "等于", "网格上报")
    narrow("街道", "等于", "庄市街道")
    narrow("流程", "等于", "限时处置")
    day = town.clock().astimezone(MORNING.tzinfo)
    narrow("到岗日期", "当天", f"{day:%Y-%m-%d}", typed=True)
    expect(row_of(page, task)).to_be_visible()
    narrow("到岗日期", "不晚于", "2026-01-01", typed=True)
    expect(page.locator("main")).to_contain_text("没有符合条件的任务")
    with person.leaving():
        page.locator(".conditions .tag a").last.click()
    expect(row_of(page, task)).to_be_visible()


def test_search_in_chinese_and_export(town: Town, seat: Take, tmp_path) -> None:
    _, task = signed(town, "绿化带内倾倒泥浆，气味刺鼻")
    person = seat(HANDLER)
    page = person.page
    person.open("/inbox")
    page.locator("input[type=search]").fill("气味刺鼻")
    expect(page.locator("#tasks tbody tr")).to_have_count(1)
    expect(row_of(page, task)).to_be_visible()
    person.open("/inbox?q=气味刺鼻")
    with page.expect_download() as waiting:
        page.locator("a", has_text="导出表格").click()
    kept = tmp_path / "inbox.xlsx"
    waiting.value.save_as(kept)
    rows = list(load_workbook(kept).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2 and "剩余" in rows[0] and any("剩" in str(cell) for cell in rows[1])


def test_bulk_claims_transfers_and_puts_back_with_a_result_for_each(town: Town, seat: Take) -> None:
    # what is alike and near would be taken for the same event
    said = ("渣土车停放未覆盖苫布", "沿河步道旁建材露天散落，未覆盖苫布", "工地出口泥浆外溢且物料未覆盖苫布")
    tasks = [signed(town, one)[1] for one in said]
    with town.caller(COLLEAGUE) as other:
        other.post(f"/tasks/{tasks[0]}/claim")
    person = seat(HANDLER)
    page = person.page
    person.open("/inbox?q=未覆盖苫布")
    # the colleague's is not offered any more
    expect(page.locator("#tasks tbody tr")).to_have_count(2)
    with person.leaving():
        # at once: a list that is drawn anew between pressing and letting go would swallow the click
        page.locator("a", has_text="全选本页").dispatch_event("click")
    expect(page.locator("td.pick input:checked")).to_have_count(2)
    with person.leaving():
        page.locator("#bulk button", has_text="签领").click()
    expect(page.locator(".sub")).to_contain_text("2 项成功，0 项未变")
    person.open("/inbox?q=未覆盖苫布&checked=all")
    with person.leaving():
        page.locator("#bulk button", has_text="转交").click()
    page.locator(".taker").first.click()
    page.locator("#reason").fill("今天由您办")
    with person.leaving():
        page.locator("form[action='/inbox/bulk'] .btn-primary").click()
    expect(page.locator(".sub")).to_contain_text("2 项成功，0 项未变")
    with town.caller(HANDLER) as officer:
        assert not any(officer.get(f"/tasks/{task}")["held_by_me"] for task in tasks)


def test_bulk_completes_with_one_answer(town: Town, seat: Take) -> None:
    said = ("菜场后门烂菜叶成堆，须一并受理", "学校围墙外有人倒卖煤渣扬尘很大，须一并受理")
    cases = [town.report(one, "C14-05")["case_id"] for one in said]
    with town.caller("duty.zs") as officer:
        tasks = [town.take(officer, case, "accept_decide") for case in cases]
    person = seat("duty.zs")
    page = person.page
    person.open("/inbox?q=须一并受理&checked=all")
    expect(page.locator("td.pick input:checked")).to_have_count(2)
    with person.leaving():
        page.locator("#bulk button", has_text="填写并办结").click()
    expect(page.locator("h1")).to_have_text("批量办结")
    person.choose("受理")
    page.locator(".form-foot .btn-primary").click()
    person.arrived("**/inbox/bulk?**")
    expect(page.locator(".sub")).to_contain_text("2 项成功，0 项未变")
    with town.caller("duty.zs") as officer:
        assert {officer.get(f"/tasks/{task}")["task"]["state"] for task in tasks} == {"done"}


def test_who_fills_in_several_claims_them_before_he_writes(town: Town, seat: Take) -> None:
    for one in ("凉亭里堆着旧沙发占满座位，先签后填", "凉亭里有人烧纸熏黑木柱，先签后填"):
        town.report(one, "C14-05")
    person = seat("duty.zs")
    page = person.page
    person.open("/inbox?q=先签后填&checked=all")
    with person.leaving():
        page.locator("#bulk button", has_text="填写并办结").click()
    expect(page.locator(".alert-warning")).to_contain_text("其中 2 项还没有签领")
    expect(page.locator("[data-form]")).to_have_count(0)
    with person.leaving():
        page.get_by_role("button", name="签领并填写").click()
    person.choose("受理")
    page.locator(".form-foot .btn-primary").click()
    person.arrived("**/inbox/bulk?**")
    expect(page.locator(".sub")).to_contain_text("2 项成功，0 项未变")


def test_a_list_is_worked_through_by_keys(town: Town, seat: Take) -> None:
    for one in ("古井旁护栏掉漆生锈，按键挑选", "古井旁石板松动翘起，按键挑选"):
        town.report(one, "C14-05")
    person = seat("duty.zs")
    person.still()
    page = person.page
    person.open("/inbox?q=按键挑选")
    expect(page.locator("#tasks tbody tr")).to_have_count(2)
    for key in "jjx":
        page.keyboard.press(key)
    expect(page.locator("#tasks tbody tr").nth(1).locator(".pick input")).to_be_checked()
    expect(page.locator(".pick input:checked")).to_have_count(1)
    page.keyboard.press("/")
    expect(page.locator("[role=search] input[type=search]")).to_be_focused()
    # a letter that is typed there is a letter
    page.keyboard.press("x")
    expect(page.locator("[role=search] input[type=search]")).to_have_value(re.compile("x"))


def test_a_date_is_explained(town: Town, seat: Take) -> None:
    _, task = signed(town, "道路一侧堆放杂物")
    person = seat(HANDLER)
    person.open("/inbox?q=道路一侧堆放杂物")
    row_of(person.page, task).locator(f'a[href="/tasks/{task}/why"]').click()
    person.arrived("**/why")
    expect(person.page.locator(".why")).to_contain_text("命中的规则：第")
    expect(person.page.locator(".why")).to_contain_text("时限表第")
    phone = seat(HANDLER, size="phone", locale="en-GB")
    phone.open("/language/en")
    phone.open(f"/tasks/{task}/why")
    expect(phone.page.locator(".why")).to_contain_text("Matched rule: row")
    phone.fits()
    phone.open("/language/zh")


def test_a_case_is_copied_read_and_watched(town: Town, seat: Take) -> None:
    case, _ = signed(town, "公园内焚烧落叶")
    sender, reader = seat("duty.zs"), seat("justice.zs", size="phone")
    page = sender.page
    sender.open(f"/cases/{case}")
    with sender.leaving():
        page.locator(".page-head a", has_text="抄送").click()
    page.locator("input[type=search]").fill("justice.zs")
    expect(page.locator("#recipients .taker input[value^='person:']")).to_have_count(1)
    page.locator("#recipients .taker input[value^='person:']").first.check()
    page.locator("#reason").fill("请留意同类线索")
    with sender.leaving():
        page.locator("form[method=post] .btn-primary", has_text="抄送").click()
    sender.says("已抄送 1 个对象")
    expect(page.locator("#copies")).to_contain_text("尚无人已阅")

    reader.open("/inbox?box=cc")
    expect(reader.page.locator("#tasks tbody")).to_contain_text("公园内焚烧落叶")
    reader.open(f"/cases/{case}")
    expect(reader.page.locator("#copies")).to_contain_text("请留意同类线索")
    with reader.leaving():
        reader.page.locator("#copies button", has_text="已阅").click()
    reader.says("已标记为已阅")
    with reader.leaving():
        reader.page.locator(".page-head button", has_text=re.compile("^关注$")).click()
    reader.says("已关注")
    reader.open("/inbox?box=watched")
    expect(reader.page.locator("#tasks tbody")).to_contain_text("公园内焚烧落叶")

    sender.open(f"/cases/{case}")
    expect(page.locator("#copies")).to_contain_text("已阅")
    expect(page.locator("#timeline")).to_contain_text("抄送已阅")
    reader.open(f"/cases/{case}")
    with reader.leaving():
        reader.page.locator(".page-head button", has_text="取消关注").click()
    reader.open("/inbox?box=watched")
    expect(reader.page.locator("#tasks")).not_to_contain_text("公园内焚烧落叶")
