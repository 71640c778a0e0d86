"""Pages of the acts on a task: what is offered, what is typed, what is refused, for a browser without scripts."""

import io

import pytest
from PIL import Image

from tests.web.test_handing_pages import send
from tests.web.world import World


@pytest.fixture
def desk(world: World):
    """Two duty officers of one room, their leader, and an open task."""
    duty = [world.person("street_duty", nth) for nth in range(3)]
    first, second = next(pair for pair in zip(duty, duty[1:], strict=False) if pair[0].unit == pair[1].unit)
    leader = next(one for one in (world.person("street_command_director", nth) for nth in range(2))
                  if one.unit == first.unit)  # fmt: skip
    case = first.api("POST", "/processes/one_task/cases", json={"variables": {}}).json["case_id"]
    tasks = first.api("GET", "/tasks?limit=200&sort=-created").json["tasks"]
    task = next(one["id"] for one in tasks if one["case_id"] == case)
    return first.sign_in(), second.sign_in(), leader.sign_in(), f"/tasks/{task}", case


def test_the_page_says_what_may_be_done_and_why_the_rest_not(desk):
    first, second, leader, path, _ = desk
    part = first.browser.get(f"{path}/more", headers={"HX-Request": "true"}).text
    assert "<html" not in part and 'data-offer="assign" data-open="false"' in part and "限承办单位负责人" in part
    assert 'data-offer="sign" data-open="false"' in part and "这一步由一人办理" in part
    assert f'action="{path}/urge"' in part
    page = leader.browser.get(f"{path}/more")
    assert page.status_code == 200 and "<html" in page.text and f'href="{path}/assign"' in page.text
    assert "data-viewer" in page.text
    assert f'hx-get="{path}/more"' in first.browser.get(path).text


def test_a_leader_assigns_in_the_browser(desk):
    first, second, leader, path, case = desk
    form = leader.browser.get(f"{path}/assign").text
    assert form.count('type="radio"') >= 2 and "指派理由" in form
    wrong = send(leader, f"{path}/assign", to=leader.username, reason=" ")
    assert wrong.status_code == 422 and "此项必填" in wrong.text
    assert send(first, f"{path}/assign", to=second.username, reason="r").status_code == 403
    assert send(leader, f"{path}/assign", to=second.username, reason="请办 <b>").headers["Location"] == path
    assert second.api("GET", path).json["held_by_me"]
    assert "请办 &lt;b&gt;" in second.browser.get(path).text
    assert "指派给" in first.browser.get(f"/cases/{case}").text


def test_urging_in_the_browser(desk):
    first, second, leader, path, case = desk
    first.api("POST", f"{path}/claim")
    assert send(leader, f"{path}/urge", reason="").headers["Location"] == path
    assert "必填" in leader.browser.get(path).text
    assert send(leader, f"{path}/urge", reason="群众在等<i>").headers["Location"] == path
    again = leader.browser.get(f"{path}/more").text
    assert "后可再催" in again and f'action="{path}/urge"' not in again
    assert "群众在等&lt;i&gt;" in first.browser.get("/inbox").text
    send(leader, f"{path}/urge", reason="again")
    assert "刚催办过" in leader.browser.get(path).text
    assert leader.browser.post(f"{path}/urge", data={"reason": "r"}).status_code == 400


def test_what_has_no_step_before_is_not_returned(desk):
    first, _, _, path, _ = desk
    first.api("POST", f"{path}/claim")
    assert "没有可退的上一步" in first.browser.get(f"{path}/more").text
    assert send(first, f"{path}/return", reason="r").headers["Location"] == path
    assert "不能退回上一步" in first.browser.get(path).text
    assert first.api("GET", path).json["held_by_me"]
    assert send(first, f"{path}/sign", to="x", reason="r").headers["Location"] == path
    assert send(first, f"{path}/unsign", key="x" * 9000, reason="r").headers["Location"] == path


def test_two_windows_of_one_holder(desk):
    first, _, _, path, _ = desk
    first.api("POST", f"{path}/claim")
    one = first.post(f"{path}/draft", method="PUT", json={"answers": {"decision": "go_on"}, "known": ""})
    assert one.status_code == 200
    two = first.post(f"{path}/draft", method="PUT", json={"answers": {"decision": "close"}, "known": ""})
    assert two.status_code == 409 and two.json["type"].endswith(":draft-overtaken")
    assert "另一个窗口" in two.json["detail"]
    known = one.json["saved_at"]
    assert first.post(f"{path}/draft", method="PUT", json={"answers": {}, "known": known}).status_code == 200
    page = first.browser.get(path).text
    assert 'data-draft-at="20' in page and f'data-draft-at="{known}"' not in page


def test_who_is_next_is_told(desk):
    first, second, _, path, _ = desk
    first.api("POST", f"{path}/claim")
    found = first.post(f"{path}/next", json={"answers": {"decision": "go_on", "note": "继续"}})
    assert found.status_code == 200 and found.json == {"opened": [], "closed": True}
    wrong = first.post(f"{path}/next", json={"answers": {"decision": "go_on", "note": ""}})
    assert wrong.status_code == 422 and list(wrong.json["errors"]) == ["note"]
    assert second.post(f"{path}/next", json={"answers": {}}).status_code == 409
    assert first.api("GET", path).json["held_by_me"]


def test_phrases_in_the_browser(desk):
    first, second, _, _, _ = desk
    assert send(first, "/phrases", text="已核实 <b>").headers["Location"] == "/phrases"
    page = first.browser.get("/phrases").text
    assert "已核实 &lt;b&gt;" in page and "岗位常用语" in page
    assert first.browser.get("/phrases.json").json["phrases"][0] == "已核实 <b>"
    assert "已核实 <b>" not in second.browser.get("/phrases.json").json["phrases"]
    send(first, "/phrases", text="")
    assert "此项必填" in first.browser.get("/phrases").text
    drop = page.partition('action="/phrases/')[2].partition('"')[0]
    assert send(second, f"/phrases/{drop}").status_code == 404
    assert send(first, f"/phrases/{drop}").status_code == 303 and "已核实" not in first.browser.get("/phrases").text


def test_a_photo_has_a_small_picture_and_a_document_has_none(desk):
    first, second, _, path, case = desk
    out = io.BytesIO()
    Image.new("RGB", (2000, 900), "blue").save(out, "JPEG")
    first.api("POST", f"{path}/claim")
    kept = first.api("POST", "/attachments", data={"file": (io.BytesIO(out.getvalue()), "现场.jpg"),
                                                   "case_id": case}).json  # fmt: skip
    small = first.browser.get(f"/attachments/{kept['id']}/thumbnail")
    assert small.mimetype == "image/jpeg" and "private" in small.headers["Cache-Control"]
    with Image.open(io.BytesIO(small.data)) as picture:
        assert picture.size == (320, 144)
    assert f"/attachments/{kept['id']}/thumbnail" in first.browser.get(path).text
    paper = first.api("POST", "/attachments", data={"file": (io.BytesIO(b"%PDF-1.4\n" + b"0" * 900), "a.pdf"),
                                                    "case_id": case}).json  # fmt: skip
    assert first.browser.get(f"/attachments/{paper['id']}/thumbnail").status_code == 404


def test_calling_a_colleague_in_a_remark(desk):
    first, second, _, _, case = desk
    assert send(first, f"/cases/{case}/comments", text=f"@{second.username} 请看").status_code == 303
    assert "提到您" in second.browser.get("/inbox").text
    send(first, f"/cases/{case}/comments", text="@nobody.at.all 请看")
    assert "没有这位工作人员" in first.browser.get(f"/cases/{case}").text
    assert "nobody.at.all" not in first.browser.get(f"/cases/{case}").text


def test_a_case_page_leads_to_its_open_tasks(desk):
    first, _, leader, path, case = desk
    for person in (first, leader):
        assert f'<a href="{path}">' in person.browser.get(f"/cases/{case}").text
        assert person.browser.get(path).status_code == 200
