"""Acts of those who look after people, units, registers and definitions, clicked one by one."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Town
from tests.browser.office import Seat
from tests.stories.photos import ROOT
from tests.usecases.drawn import END, START, drawn, work

Take = Callable[..., Seat]
ADMIN, ROOM, STREET, GRID = "admin", "33.02.11.004.cmd", "33.02.11.004", "33.02.11.004.003.014"


def sure(one: Seat) -> None:
    """Say yes to the question that comes before what cannot be taken back."""
    with one.leaving():
        one.page.locator("dialog.ask .btn-primary, dialog.ask .btn-danger").first.click()


def asked(one: Seat, button: str) -> None:
    """Press a button that asks first."""
    one.page.get_by_role("button", name=button, exact=True).first.click()
    sure(one)


def sent(one: Seat, button: str) -> None:
    """Press a button that sends its form."""
    with one.leaving():
        one.page.get_by_role("button", name=button, exact=True).first.click()


def filled(one: Seat, **fields: str) -> None:
    """Fill fields in by their ids; the first underscore stands for a hyphen."""
    for name, text in fields.items():
        one.page.locator(f"#{name.replace('_', '-', 1)}").fill(text)


def person(one: Seat, username: str) -> None:
    """Add somebody."""
    one.open("/people/new")
    filled(one, username=username, name="新来人员", unit=ROOM)
    sent(one, "新增账号")
    expect(one.page.locator("main")).to_contain_text(username)


def test_a_person_comes_changes_and_leaves(seat: Take) -> None:
    one = seat(ADMIN)
    page = one.page
    person(one, "click.one")
    one.open("/people?q=click.one")
    with one.leaving():
        page.get_by_role("link", name="新来人员").click()
    filled(one, phone="13900000011")
    sent(one, "保存")
    expect(page.locator("#phone")).to_have_value("13900000011")
    page.locator("#role").select_option("street_affairs")
    filled(one, role_unit=ROOM)
    sent(one, "授予")
    seats = page.locator("section.panel", has=page.locator("#role")).locator("tbody tr")
    expect(seats).to_contain_text("至今")
    asked(one, "撤销")
    expect(seats).not_to_contain_text("至今")
    asked(one, "重置密码")
    expect(page.locator(".alert-success .number")).not_to_be_empty()
    asked(one, "停用账号")
    expect(page.locator(".page-head")).to_contain_text("停用")
    sent(one, "启用账号")
    expect(page.locator(".page-head")).to_contain_text("启用")
    with one.leaving():
        page.get_by_role("link", name="离岗移交").click()
    filled(one, reason="调离")
    asked(one, "移交")
    expect(page.locator("#results")).to_contain_text("停用账号")


def test_a_new_person_changes_his_password(town: Town, seat: Take) -> None:
    admin = seat(ADMIN)
    person(admin, "click.two")
    one = seat()
    old, new = town.password("click.two"), "a long word of my own"
    one.sign_in("click.two", old)
    one.open("/account")
    filled(one, old=old, new=new, again=new)
    sent(one, "修改密码")
    one.says("密码")
    again = seat()
    again.sign_in("click.two", new)


def test_a_unit_is_added_and_dissolved_and_a_roster_filled(seat: Take) -> None:
    one = seat(ADMIN)
    page = one.page
    one.open("/units?q=33.02.11.004.003")
    filled(one, code="33.02.11.004.003.099", name="试设网格")
    sent(one, "保存")
    one.open("/units?q=33.02.11.004.003.099")
    row = page.locator("tbody tr", has_text="试设网格")
    row.locator("summary", has_text="撤销该单位").click()
    row.get_by_role("button", name="确认撤销").click()
    sure(one)
    one.open("/units?q=33.02.11.004.003.099")
    expect(row).to_contain_text("已撤销")
    one.open(f"/duties/{ROOM}")
    page.locator("#seat").select_option("duty2.zs@street_duty")
    page.locator("#from").fill("2026-03-07T08:00")
    page.locator("#to").fill("2026-03-07T20:00")
    sent(one, "排班")
    day = page.locator("tbody tr", has_text="03-07")
    expect(day).to_contain_text("综合指挥岗02")
    day.locator("div:has(> form)", has_text="03-07 20:00").get_by_role("button", name="撤班").click()
    sure(one)
    expect(day).not_to_contain_text("03-07 20:00")


def test_one_sends_oneself_a_message(seat: Take) -> None:
    one = seat("coord.zs")
    one.open("/contact")
    sent(one, "给自己发一条测试消息")
    one.says("没有可用的地址")


def test_a_row_is_added_changed_retired_and_brought_by_a_file(seat: Take) -> None:
    one = seat("command.zs")
    page = one.page
    one.open("/registers/inspection_objects/new")
    filled(one, field_object_no="CLICK-1", field_name="点选五金店", field_unit=GRID)
    page.locator("#field-kind").select_option("shop")
    sent(one, "保存")
    one.open("/registers/inspection_objects?q=CLICK-1")
    with one.leaving():
        page.locator("tbody tr", has_text="点选五金店").get_by_role("link").first.click()
    with one.leaving():
        page.get_by_role("link", name="修改", exact=True).click()
    filled(one, field_name="点选五金二店", field_reason="更名")
    sent(one, "保存")
    expect(page.locator("main")).to_contain_text("第 2 版")
    expect(page.locator(".timeline").first).to_contain_text("更名")
    filled(one, retire_reason="停业")
    page.get_by_role("button", name="撤下", exact=True).click()
    sure(one)
    expect(page.locator("main")).to_contain_text("不再列出")
    filled(one, restore_reason="又开业")
    sent(one, "重新启用")
    expect(page.locator(".timeline").first).to_contain_text("又开业")
    expect(page.locator("#retire-reason")).to_be_visible()
    one.open("/registers/inspection_objects/import")
    sheet = f"unit,object_no,name,kind\n{GRID},CLICK-2,点选饭店,shop\n"
    page.locator("#file").set_input_files(
        {"name": "rows.csv", "mimeType": "text/csv", "buffer": sheet.encode("utf-8-sig")}
    )
    sent(one, "检查")
    sent(one, "确认导入 1 条")
    one.open("/registers/inspection_objects?q=CLICK-2")
    expect(page.locator("tbody")).to_contain_text("点选饭店")


def test_a_designer_brings_files_and_changes_a_table(seat: Take) -> None:
    one = seat("designer")
    page = one.page
    one.open("/studio/")
    key, content = drawn("click_foreign", START, work("click_work"), END)
    file = {"name": f"{key}.bpmn", "mimeType": "application/xml", "buffer": content}
    page.locator("#foreign").set_input_files(file)
    sent(one, "导入为草稿")
    expect(page.locator("main")).to_contain_text("草稿")
    asked(one, "丢弃草稿")
    one.open("/studio/")
    expect(page.locator("main")).not_to_contain_text("click_foreign")
    own = (ROOT / "forms" / "handling" / "progress.form.json").read_text("utf-8").replace("进展", "进展情况")
    page.locator("#files").set_input_files(
        {"name": "handling/progress.form.json", "mimeType": "application/json", "buffer": own.encode()}
    )
    filled(one, message="点选提交")
    sent(one, "提交审核")
    one.open("/studio/")
    expect(page.locator("section.panel", has_text="等待审核")).to_contain_text("点选提交")
    one.open("/studio/tables/urgency/1")
    page.locator("textarea[name^='cell.0.']").last.fill('"U3"')
    filled(one, message="点选改表")
    sent(one, "提交审核")


def test_a_designer_begins_a_diagram(seat: Take) -> None:
    one = seat("designer")
    one.open("/studio/")
    filled(one, name="点选新流程", key="click_begun")
    sent(one, "开始画图")
    expect(one.page.locator("[data-modeler]")).to_be_visible()
    one.open("/studio/process/click_begun/versions/1")
    asked(one, "丢弃草稿")
    one.says("丢弃")


def test_a_case_is_begun_by_hand(seat: Take) -> None:
    one = seat("village.zs.03")
    one.open("/start")
    with one.leaving():
        one.page.locator('a[href^="/start/home_observation"]').click()
    one.write("住户（门牌或编号）", "河东路 21 号")
    one.write("观察天数", "7")
    one.write("需求", "独居老人，每日探望")
    one.submit()
    expect(one.page.locator("main")).to_contain_text("河东路 21 号")
