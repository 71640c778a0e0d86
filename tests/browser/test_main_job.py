"""The main job in the browser: different officers click one report from intake to closed, in Chinese."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import HANDLER, MORNING, Town
from tests.browser.office import Seat
from tests.stories.cast import place
from tests.stories.photos import photo

# no other test reports near it: what is near may be the same
SPOT = place("canal-bridge")
WORKER, DUTY = "grid.zs.033", "duty.zs"
LEADER, GRID_LEADER = "enforce.lead.zs", "gridleader.zs.03"
TEXT = "路口有流动摊贩占道经营，油烟扰民"


def picture(folder: Path, name: str, at: datetime) -> Path:
    """Take a photo at the spot."""
    path = folder / name
    path.write_bytes(photo(SPOT["lat"], SPOT["lon"], at))
    return path


def report(worker: Seat, shot: Path) -> str:
    """Report from the street on a telephone, for a citizen who wants to be told; gives the case's id."""
    page = worker.page
    worker.open("/report")
    page.locator("#content-text").fill(TEXT)
    page.locator(".suggestion", has_text="占道经营").click()
    page.locator("#photos").set_input_files(shot)
    expect(page.locator(".photo .photo-said")).to_have_text("")
    page.locator("#channel").select_option(label="当面反映")
    page.get_by_role("button", name="使用我的位置").tap()
    expect(page.locator(".map-said")).to_contain_text("038网格")
    page.locator("#address").fill(SPOT["zh"])
    page.get_by_text("更多", exact=True).tap()
    page.locator("#reporter_name").fill("群众甲")
    page.locator("#reporter_phone").fill("13900000000")
    page.get_by_role("button", name="提交上报").tap()
    case = worker.arrived("**/cases/*")
    worker.says(re.compile(r"已上报，编号 NB-330211-\d{8}-\d{6}。"))
    return case


def take(officer: Seat, case: str, name: str) -> None:
    """Find the task in the inbox, and claim it."""
    officer.open(f"/inbox?q={TEXT[:12]}")
    row = officer.page.locator("tr", has=officer.page.locator(f'a[href="/cases/{case}"]')).filter(has_text=name)
    row.get_by_role("button", name="签领").click()
    officer.arrived("**/tasks/*")
    expect(officer.page.locator("h1")).to_contain_text(name)


def go_on(officer: Seat, name: str) -> None:
    """Claim the task that the last one led to."""
    expect(officer.page.locator("h1")).to_have_text(name)
    with officer.leaving():
        officer.page.get_by_role("button", name="签领").click()
    expect(officer.page.get_by_role("button", name="放回待办")).to_be_visible()


def fill_position(officer: Seat) -> None:
    officer.form.get_by_role("button", name="使用我的位置").click()
    expect(officer.form.locator(".here-said")).to_contain_text("已定位")


def attach(officer: Seat, field: str, shot: Path) -> None:
    box = officer.form.locator(".fjs-form-field-filepicker", has_text=field)
    box.locator("input[type=file]").set_input_files(shot)
    expect(box.locator(".file-row:not(.file-sending)")).to_have_count(1)


def handle(officer: Seat, at: datetime, shot: Path) -> None:
    """Say what was done on site, with a photo of it."""
    officer.field("到场时间").fill(at.strftime("%Y/%m/%d"))
    officer.field("到场时间").press("Enter")
    officer.field("时间").fill(at.strftime("%H:%M"))
    officer.field("时间").press("Enter")
    fill_position(officer)
    officer.write("采取的措施", "已劝离摊贩并清扫路面，告知其到疏导点经营")
    officer.choose("已解决")
    attach(officer, "处置后照片", shot)
    officer.submit()


def verify(leader: Seat, case: str, shot: Path) -> None:
    """Look at the place, and say that it is done."""
    take(leader, case, "现场验收")
    leader.choose("通过")
    fill_position(leader)
    attach(leader, "验收照片", shot)
    leader.submit()


def call_back(duty: Seat, case: str) -> None:
    """Ring the citizen up; that ends the case."""
    take(duty, case, "电话回访")
    duty.form.get_by_label("接通").check()
    duty.choose("已解决")
    duty.choose("满意")
    duty.submit()
    duty.says("案件关闭")


def check_closed(officer: Seat, case: str) -> None:
    """The case's page tells the whole story."""
    officer.open(f"/cases/{case}")
    summary = officer.page.locator(".facts").first
    expect(summary).to_contain_text("已办结")
    expect(officer.page.locator("main")).to_contain_text("没有等待办理的任务")
    for milestone in ("上报", "受理", "派单", "签收", "首次联系", "验收", "办结"):
        expect(officer.page.locator("dl.facts dt", has_text=re.compile(f"^{milestone}$")).first).to_be_visible()
    timeline = officer.page.locator(".timeline")
    done = ("受理研判", "签收", "首次联系", "办理", "单位审核", "现场验收", "电话回访")
    for line in ("登记立案", *(f"办理完成：{name}" for name in done), "办结归档"):
        expect(timeline).to_contain_text(line)
    expect(officer.page.locator(".files .file")).to_have_count(3)


def test_a_report_is_clicked_from_intake_to_closed(
    town: Town, seat: Callable[..., Seat], tmp_path: Path
) -> None:
    here = {"geolocation": {"latitude": SPOT["lat"], "longitude": SPOT["lon"], "accuracy": 8},
            "permissions": ["geolocation"]}  # fmt: skip
    worker = seat(WORKER, size="phone", **here)
    town.clock(MORNING)
    case = report(worker, picture(tmp_path, "before.jpg", MORNING))
    expect(worker.page.locator("main")).to_contain_text("已上报")

    town.clock(MORNING.replace(hour=9, minute=20))
    duty = seat(DUTY)
    take(duty, case, "受理研判")
    expect(duty.form).not_to_contain_text("改级理由")
    duty.submit()

    town.clock(MORNING.replace(hour=10))
    handler = seat(HANDLER, **here)
    take(handler, case, "签收")
    handler.write("承办人", "执法人员01")
    handler.submit()
    go_on(handler, "首次联系")
    handler.choose("电话")
    handler.form.get_by_label("联系上").check()
    handler.write("沟通情况", "已与反映人核对时间与地点")
    handler.submit()
    go_on(handler, "办理")
    town.clock(MORNING.replace(hour=11))
    on_site = MORNING.replace(hour=10, minute=30)
    handle(handler, on_site, picture(tmp_path, "after.jpg", on_site))

    leader = seat(LEADER)
    take(leader, case, "单位审核")
    leader.choose("通过")
    leader.submit()

    town.clock(MORNING.replace(hour=14))
    verify(seat(GRID_LEADER, **here), case, picture(tmp_path, "seen.jpg", MORNING.replace(hour=14)))
    call_back(duty, case)
    check_closed(duty, case)
