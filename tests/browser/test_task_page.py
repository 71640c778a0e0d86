"""Everything that an officer has beside his form: files of every kind, earlier steps, where it stands, what is near."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import HANDLER, MORNING, Town, bring_to_handler
from tests.browser.office import Seat, waited
from tests.stories.photos import photo

Take = Callable[..., Seat]


def test_files_of_every_kind_go_to_the_case_with_hash_time_and_place(town: Town, seat: Take, tmp_path: Path) -> None:
    case, task = bring_to_handler(town, "泵房外墙渗水，地面结冰", "C14-05")
    officer = seat(HANDLER)
    officer.open(f"/tasks/{task}")
    page = officer.page
    shot, paper, odd = tmp_path / "现场.jpg", tmp_path / "通知.pdf", tmp_path / "a.html"
    shot.write_bytes(photo(29.9342, 121.6042, MORNING))
    paper.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 one page")
    odd.write_bytes(b"<html><script>alert(1)</script></html>")
    chooser = page.locator("[data-attach] input[type=file]")
    expect(chooser).to_be_hidden()
    with officer.expecting(422):
        chooser.set_input_files([shot, paper, odd])
        sent = page.locator("[data-attach] .file")
        expect(sent).to_have_count(3)
        expect(sent.filter(has_text="SHA-256")).to_have_count(2)
        refused = sent.filter(has_text="a.html")
        expect(refused.get_by_role("button", name="重试")).to_be_visible()
        expect(refused).to_contain_text("只能上传照片")
    officer.open(f"/tasks/{task}")
    kept = page.locator(".file[data-kind=photo]")
    expect(kept).to_contain_text(re.compile(r"现场\.jpg.*位置 29\.93420, 121\.60420.*SHA-256 [0-9a-f]{12}", re.S))
    waited(page, "document.querySelector('.file img').naturalWidth > 0")
    kept.locator("img").click()
    expect(page.locator("dialog.picture img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".file[data-kind=document]")).to_contain_text("通知.pdf")
    officer.open(f"/cases/{case}")
    expect(page.locator(".file")).to_have_count(2)


def test_steps_diagram_map_and_what_is_near_stand_beside_the_form(town: Town, seat: Take) -> None:
    _, task = bring_to_handler(town, "地下车库入口积水，车辆无法通行", "C14-05")
    officer = seat(HANDLER)
    officer.open(f"/tasks/{task}")
    page = officer.page
    expect(page.locator("#offers [data-offer]").first).to_be_visible()
    expect(page.locator("#steps .timeline-item")).to_have_count(2)
    expect(page.locator("#steps")).to_contain_text("受理研判")
    # another of the same kind, some fifty metres away
    town.report("地下车库入口积水，另有住户反映", "C14-05", beside=True)
    # what is still missing is said, before anything is sent
    with officer.expecting(422):
        page.get_by_role("button", name="预览下一步").click()
        expect(page.locator(".form-notice .alert")).to_be_visible()
        expect(page.locator(".fjs-form-field-error", has_text="必填").first).to_be_visible()
    officer.open(f"/tasks/{task}/more")
    expect(page.locator("[data-map]")).to_have_attribute("data-ready", "true")
    expect(page.locator(".map-pin")).to_be_visible()
    expect(page.locator(".map-said")).to_contain_text("位于")
    expect(page.locator("[data-viewer]")).to_have_attribute("data-ready", "true")
    expect(page.locator("#related li").first).to_be_visible()
