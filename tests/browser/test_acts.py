"""Acts in the browser: phrases, signature, two windows, who is next, documents, the whistle desk; desktop and phone."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.conftest import HANDLER, Town, bring_to_handler
from tests.browser.office import Seat, waited

Take = Callable[..., Seat]
LEADER = "enforce.lead.zs"


def test_a_leader_urges_and_assigns_and_the_holder_sees_both(town: Town, seat: Take) -> None:
    _, task = bring_to_handler(town, "广告牌松动，有坠落危险", "C14-05")
    leader = seat(LEADER)
    leader.open(f"/tasks/{task}")
    offers = leader.page.locator("#offers")
    expect(offers.locator('[data-offer="assign"]')).to_have_attribute("data-open", "true")
    expect(offers.locator('[data-offer="return"]')).to_contain_text("正在办理")
    offers.locator('[data-offer="urge"] summary').click()
    offers.locator('[data-offer="urge"] textarea').fill("有坠落危险，请今天办完")
    with leader.leaving():
        offers.locator('[data-offer="urge"] button[type=submit]').click()
    leader.says("已催办")
    expect(leader.page.locator('[data-offer="urge"]')).to_contain_text("后可再催")
    with leader.leaving():
        leader.page.locator('[data-offer="assign"] a').click()
    leader.page.locator(".taker", has_text="02").click()
    leader.page.locator("#reason").fill("01 外出")
    with leader.leaving():
        leader.page.locator("form[method=post] button.btn-primary").click()
    leader.says("已指派")
    holder = seat(HANDLER, size="phone")
    holder.open("/inbox")
    expect(holder.page.locator("#notices")).to_contain_text("请今天办完")
    expect(holder.page.locator("#notices")).to_contain_text("改派给")
    other = seat("enforce2.zs", locale="en-GB")
    other.open("/language/en?next=/rights")
    other.open(f"/tasks/{task}")
    expect(other.page.locator("#offers")).to_contain_text("Return to the step before")
    expect(other.page.locator("#steps")).to_be_visible()
    other.open("/language/zh?next=/rights")


def test_a_phrase_and_a_draft_of_two_windows(town: Town, seat: Take) -> None:
    _, task = bring_to_handler(town, "井盖破损，边缘翘起", "C14-05")
    first = seat(HANDLER)
    first.open("/phrases")
    first.page.locator("#text").fill("已更换井盖，恢复通行。")
    with first.leaving():
        first.page.get_by_role("button", name="保存").click()
    first.open(f"/tasks/{task}")
    second = seat(HANDLER)
    second.open(f"/tasks/{task}")
    first.form.locator(".phrase-button").first.click()
    first.form.locator(".phrase-list button", has_text="已更换井盖").click()
    expect(first.field("采取的措施")).to_have_value("已更换井盖，恢复通行。")
    expect(first.form.locator(".form-said")).to_contain_text("草稿已保存")
    # the other window does not know of it, and is told instead of overwriting it
    with second.expecting(409):
        second.write("采取的措施", "另一个窗口写的")
        expect(second.form.locator(".form-notice .alert")).to_contain_text("另一个窗口")
    first.open(f"/tasks/{task}")
    expect(first.field("采取的措施")).to_have_value("已更换井盖，恢复通行。")
    second.form.get_by_role("button", name="用我的覆盖").click()
    expect(second.form.locator(".form-said")).to_contain_text("草稿已保存")
    third = seat(HANDLER)
    third.open(f"/tasks/{task}")
    expect(third.field("采取的措施")).to_have_value("另一个窗口写的")


def test_what_was_typed_without_a_line_is_saved_when_it_is_back(town: Town, seat: Take) -> None:
    _, task = bring_to_handler(town, "路牌倒伏，遮挡视线", "C14-05")
    one = seat(HANDLER, size="phone")
    one.open(f"/tasks/{task}")
    one.forgive("ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")
    one.context.set_offline(True)
    one.write("采取的措施", "没有信号时写的")
    expect(one.form.locator(".form-said")).to_contain_text("已留在本机")
    one.context.set_offline(False)
    expect(one.form.locator(".form-said")).to_contain_text("草稿已保存")
    other = seat(HANDLER)
    other.open(f"/tasks/{task}")
    expect(other.field("采取的措施")).to_have_value("没有信号时写的")


def test_who_is_next_is_said_before_one_sends(town: Town, seat: Take) -> None:
    case = town.report("护栏缺失一段，行人危险", "C14-05")["case_id"]
    with town.caller("duty.zs") as officer:
        task = town.take(officer, case, "accept_decide")
    duty = seat("duty.zs")
    duty.open(f"/tasks/{task}")
    duty.choose("受理")
    duty.form.get_by_role("button", name="预览下一步").click()
    expect(duty.form.locator(".form-notice .alert")).to_contain_text(re.compile("接下来：签收"))
    expect(duty.form.locator(".form-notice .alert")).to_be_in_viewport()
    with town.caller("duty.zs") as officer:
        assert officer.get(f"/tasks/{task}")["task"]["state"] == "claimed"


def test_a_dispatch_sheet_is_previewed_issued_and_downloaded(town: Town, seat: Take) -> None:
    case, _ = bring_to_handler(town, "绿化带内倾倒渣土", "C14-05")
    duty = seat("duty.zs")
    duty.open(f"/cases/{case}")
    duty.page.get_by_role("link", name="文书").first.click()
    duty.arrived("**/documents")
    row = duty.page.locator("#offers tr", has_text="事件交办单")
    with duty.leaving():
        row.get_by_role("link").click()
    expect(duty.page.locator(".paper-organ")).to_contain_text("庄市街道")
    expect(duty.page.locator(".paper")).to_contain_text("绿化带内倾倒渣土")
    duty.page.get_by_role("button", name="出具").click()
    duty.page.locator("dialog.ask .btn-primary").click()
    duty.arrived("**/issued/**")
    expect(duty.page.locator(".paper-number")).to_contain_text("-JB-1")
    expect(duty.page.locator(".paper-foot")).to_contain_text("SHA-256")
    with duty.page.expect_download() as kept:
        duty.page.get_by_role("link", name="下载 PDF").click()
    assert kept.value.path().read_bytes().startswith(b"%PDF")
    # on paper nothing but the paper
    duty.page.emulate_media(media="print")
    expect(duty.page.locator(".topbar")).to_be_hidden()
    expect(duty.page.locator(".paper-title")).to_be_visible()


def test_a_signature_is_drawn_and_kept_with_the_task(town: Town, seat: Take) -> None:
    case, task = bring_to_handler(town, "电动车占用消防通道", "C14-05")
    one = seat(HANDLER)

    def ask_for_one(route: Route) -> None:
        """Let the first file field of the form ask for a signature."""
        answer = route.fetch()
        before, block, after = answer.text().partition('id="form-schema">')
        text, end, rest = after.partition("</script>")
        schema = json.loads(text)
        field = next(part for part in schema["components"] if part["type"] == "filepicker")
        field["properties"] = {**field.get("properties", {}), "signature": "true"}
        route.fulfill(response=answer, body=before + block + json.dumps(schema) + end + rest)

    one.page.route(f"**/tasks/{task}", ask_for_one)
    one.open(f"/tasks/{task}")
    one.form.get_by_role("button", name="手写签名").click()
    canvas = one.page.locator("canvas.signature")
    expect(canvas).to_be_visible()
    # nothing drawn is no signature
    one.page.get_by_role("button", name="确定").click()
    expect(one.form.locator(".file-row")).to_have_count(0)
    expect(canvas).to_have_count(0)
    one.form.get_by_role("button", name="手写签名").click()
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box is not None
    one.page.mouse.move(box["x"] + 40, box["y"] + 60)
    one.page.mouse.down()
    for step in range(12):
        one.page.mouse.move(box["x"] + 40 + 20 * step, box["y"] + 60 + 25 * (step % 3))
    one.page.mouse.up()
    one.page.get_by_role("button", name="确定").click()
    expect(one.form.locator(".file-row.file-kept")).to_contain_text("signature-")
    with town.caller(HANDLER) as officer:
        files = officer.get(f"/cases/{case}")["attachments"]
    assert [one["media_type"] for one in files if one["name"].startswith("signature-")] == ["image/png"]


def test_the_guide_shows_ones_own_posts_first_with_pictures(town: Town, seat: Take) -> None:
    for size, locale, title in (("desktop", "zh-CN", "承办人员"), ("phone", "en-GB", "Handling officers")):
        one = seat(HANDLER, size=size, locale=locale)
        one.open(f"/language/{locale[:2]}?next=/rights")
        one.open("/help")
        first = one.page.locator("section.panel").first
        expect(first.locator("h2")).to_have_text(title)
        expect(first.locator("li")).to_have_count(4)
        expect(first.locator("img")).to_be_visible()
        waited(one.page, "document.querySelector('section.panel img').naturalWidth > 600")
        one.open("/language/zh?next=/rights")
