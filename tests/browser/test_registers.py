"""Registers at their pages: tables come in after a look and go out in words, units are found by name."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from app.ports.spreadsheets import read_book, write_book
from tests.browser.conftest import MORNING, Town
from tests.browser.office import Seat

Take = Callable[..., Seat]
GRID, NEXT = "33.02.11.004.001.001", "33.02.11.004.001.009"
WORKER, LEADER, DIRECTOR = "grid.zs.009", "gridleader.zs.01", "director.zs"
HEADINGS = ["单位", "对象编号", "名称", "类型", "上次检查"]


def table(folder: Path, name: str, *rows: list[str]) -> Path:
    path = folder / name
    path.write_bytes(write_book(HEADINGS, rows, title="检查对象"))
    return path


def check(officer: Seat, path: Path) -> None:
    officer.page.locator("#file").set_input_files(path)
    with officer.leaving():
        officer.page.get_by_role("button", name="检查", exact=True).click()


def test_a_table_is_checked_row_by_row_imported_and_taken_away_in_words(town: Town, seat: Take, tmp_path: Path) -> None:
    officer = seat("command.zs")
    officer.open("/registers/inspection_objects/import")
    page = officer.page
    wrong = table(tmp_path, "wrong.xlsx", [GRID, "TB-1", "好店", "商铺", "2026-03-01"], [],
                  ["没有的单位", "TB-2", "小店", "商铺", ""], ["33.02.11.005.001.001", "TB-3", "别街店", "商铺", ""],
                  [GRID, "TB-4", "旧店", "飞船", "很久以前"], [GRID, "TB-1", "好店二", "商铺", ""])  # fmt: skip
    check(officer, wrong)
    expect(page.locator(".alert-danger")).to_contain_text("4 行不符合要求")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(5)
    # numbered as the table program numbers them, and those that do not fit stand first
    expect(rows.nth(0)).to_contain_text("没有叫这个名称的单位")
    expect(rows.nth(0).locator("td").first).to_have_text("4")
    expect(rows.nth(1)).to_contain_text("您在这个单位没有登记权限")
    expect(rows.nth(2)).to_contain_text("类型：不在可选范围内")
    expect(rows.nth(2)).to_contain_text("上次检查：不是有效的日期")
    expect(rows.nth(3)).to_contain_text("对象编号：与本文件第 2 行重复")
    expect(rows.nth(4)).to_contain_text("可以导入")
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)

    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    with officer.expecting(422):
        check(officer, picture)
        expect(page.locator("#file-errors")).to_contain_text("不是 Excel（.xlsx）或 CSV 表格文件")
    check(officer, table(tmp_path, "empty.xlsx"))
    expect(page.locator(".alert-warning")).to_contain_text("文件里没有记录")
    check(officer, table(tmp_path, "good.xlsx", [GRID, "TB-1", "=1+1", "商铺", "2026-03-01"]))
    with officer.leaving():
        page.get_by_role("button", name="确认导入 1 条").click()
    officer.says("已导入 1 条记录")

    officer.open("/registers/inspection_objects?object_no=TB-1")
    expect(page.locator("tbody tr")).to_have_count(1)
    with page.expect_download() as taken:
        page.get_by_role("link", name="导出 Excel").click()
    head, row = read_book(Path(taken.value.path()).read_bytes())
    assert head[:4] == ["单位", "对象编号", "名称", "类型"]
    assert row[0].endswith(f" · {GRID}") and row[1:4] == ["TB-1", "=1+1", "商铺"]
    auditor = seat("auditor", size="phone")
    auditor.open("/registers/inspection_objects/exports")
    expect(auditor.page.locator("tbody tr").first).to_contain_text("对象编号：TB-1")
    auditor.fits()


def test_a_unit_is_chosen_by_its_name_and_read_by_it(town: Town, seat: Take) -> None:
    officer = seat("command.zs")
    officer.open("/registers/inspection_objects/new")
    page = officer.page
    page.locator("#field-object_no").fill("TB-9")
    page.locator("#field-name").fill("选择单位的店")
    page.locator("#field-kind").select_option("shop")
    unit = page.locator("#field-unit")
    unit.fill("庄市009")
    offered = page.locator("#offered-unit option")
    expect(offered).to_have_count(1)
    expect(offered).to_have_attribute("value", f"庄市009网格 · {NEXT}")
    # without the code behind it, a name that only one unit has is enough
    unit.fill("没有这样的网格")
    with officer.expecting(422), officer.leaving():
        page.get_by_role("button", name="保存").click()
    expect(page.locator("#unit-errors")).to_contain_text("没有叫这个名称的单位")
    page.locator("#field-unit").fill("庄市009网格")
    with officer.leaving():
        page.get_by_role("button", name="保存").click()
    expect(page.locator(".page-head")).to_contain_text("庄市009网格")
    with officer.leaving():
        page.get_by_role("link", name="修改").click()
    expect(page.locator("#field-unit")).to_have_value(f"庄市009网格 · {NEXT}")
    officer.open("/registers/inspection_objects?unit_within=庄市009网格&q=选择单位的店")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_who_looked_at_whom_is_read_by_the_person_and_by_those_above(town: Town, seat: Take) -> None:
    day = MORNING + timedelta(days=-3)
    came = (day + timedelta(minutes=10)).isoformat()
    visit = {"household": "看过的户", "purpose": "care", "finding": "none", "came_at": came, "worker": WORKER,
             "lat": 29.9352, "lon": 121.6042}  # fmt: skip
    with town.caller(WORKER) as caller:
        caller.post("/registers/visits/rows", {"unit": NEXT, "values": visit})
    leader = seat(LEADER)
    leader.open(f"/tracks?day={day:%Y-%m-%d}")
    expect(leader.page.locator("table").last).to_contain_text("看过的户")
    worker = seat(WORKER, size="phone")
    worker.open(f"/tracks?day={day:%Y-%m-%d}")
    expect(worker.page.locator("#looks")).to_contain_text(f"走访地图：{day:%Y-%m-%d} 的走访记录 1 条")
    worker.fits()
    worker.open("/tracks/looks", status=403)
    director = seat(DIRECTOR)
    director.open(f"/tracks?day={day:%Y-%m-%d}")
    with director.leaving():
        director.page.get_by_role("link", name="查看留痕").click()
    rows = director.page.locator("tbody tr", has_text=f"{day:%Y-%m-%d} 的走访记录")
    expect(rows.filter(has_text="网格长")).to_have_count(1)
