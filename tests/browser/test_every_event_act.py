"""Acts that the diagrams of an event offer on the pages of the case and its task, done by those who may."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Town, bring_to_handler
from tests.browser.everything import HANDLER
from tests.browser.office import Seat, said
from tests.browser.test_turning import to_sign

Take = Callable[..., Seat]
DUTY, COUNTY = "duty.zs", "county.duty.zh"


def begin(one: Seat, path: str, act: str) -> None:
    """Open an act from the page that offers it."""
    one.open(path)
    with one.leaving():
        one.page.get_by_role("link", name=act, exact=True).click()
    expect(one.page.locator("h1")).to_have_text(act)


def sent(one: Seat, case: str, title: str) -> None:
    """Send the act's form; the case remembers it."""
    one.submit()
    one.says("已提交")
    one.open(f"/cases/{case}")
    expect(one.page.locator("#timeline")).to_contain_text(title)


def test_the_handler_arrives_notes_progress_and_asks_for_the_ledger(town: Town, seat: Take) -> None:
    case, task = bring_to_handler(town, "老旧挡土墙开裂，雨后可能垮塌", "C14-05")
    one = seat(HANDLER)
    begin(one, f"/tasks/{task}", "到场签到")
    one.write("纬度", "29.9330")
    one.write("经度", "121.6060")
    one.write("说明", "已到挡土墙下")
    sent(one, case, "到场签到")
    begin(one, f"/tasks/{task}", "进展记录")
    one.write("进展", "已设警戒线")
    sent(one, case, "进展记录")
    begin(one, f"/tasks/{task}", "申请暂缓")
    one.choose("挂账")
    one.pick("理由", "资金")
    one.write("说明", "加固须列入明年预算")
    one.form.locator(".fjs-form-field-datetime input").first.click()
    one.page.locator(".flatpickr-calendar.open .flatpickr-day:not(.flatpickr-disabled)").last.click()
    expect(one.page.locator(".flatpickr-calendar.open")).to_have_count(0)
    sent(one, case, "申请暂缓")


def test_the_duty_officer_urges_changes_the_urgency_and_asks_to_raise(town: Town, seat: Take) -> None:
    case, _ = bring_to_handler(town, "窨井冒水漫过人行道，气味难闻", "C14-05")
    one = seat(DUTY)
    begin(one, f"/cases/{case}", "催办")
    one.write("催办内容", "群众等待，请先处置")
    sent(one, case, "催办")
    begin(one, f"/cases/{case}", "申请提级")
    one.pick("理由", "超出能力")
    one.write("已采取的措施", "已围挡并抽水")
    one.form.get_by_label("资金", exact=True).check()
    sent(one, case, "申请提级")
    begin(one, f"/cases/{case}", "改级")
    one.choose("紧急")
    one.write("理由", "积水仍在上涨")
    sent(one, case, "改级")


def test_an_event_is_merged_and_another_taken_up(town: Town, seat: Take) -> None:
    first, _ = bring_to_handler(town, "公厕门锁损坏，无法使用", "C14-05")
    other, _ = bring_to_handler(town, "健身器材断裂，铁管外露", "C14-05")
    duty, county = seat(DUTY), seat(COUNTY)
    duty.open(f"/cases/{first}")
    number = said(duty.page.locator(".number").first)
    begin(duty, f"/cases/{other}", "并入主事件")
    duty.write("主事件编号", number)
    duty.write("说明", "同一处设施")
    sent(duty, other, "并入主事件")
    begin(county, f"/cases/{first}", "上级提办")
    first_of(county, "承办单位")
    county.pick("理由", "领导交办")
    county.write("说明", "区县直接办理")
    sent(county, first, "上级提办")


def test_what_nobody_has_signed_for_is_recalled_or_returned(town: Town, seat: Take) -> None:
    case, other = (to_sign(town, text) for text in ("鱼塘边护网破损，儿童靠近", "消防栓漏水，路面结冰"))
    with town.caller(HANDLER) as officer:
        task = town.take(officer, other, "sign")
    duty, handler = seat(DUTY), seat(HANDLER)
    begin(duty, f"/cases/{case}", "撤回派单")
    first_of(duty, "事项")
    duty.write("说明", "派错单位")
    sent(duty, case, "撤回派单")
    begin(handler, f"/tasks/{task}", "申请退单")
    handler.pick("理由", "非本单位职责")
    first_of(handler, "认为应由")
    handler.write("说明", "水利设施不归本单位")
    sent(handler, other, "申请退单")


def first_of(one: Seat, label: str) -> None:
    """Choose the first that a list offers."""
    box = one.form.locator(".fjs-form-field-select", has_text=label).last
    box.locator(".fjs-input-group").click()
    box.locator(".fjs-dropdownlist-item").first.click()
    expect(box.locator(".fjs-dropdownlist-item")).to_have_count(0)
