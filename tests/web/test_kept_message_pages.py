"""Messages that nobody waits for, as an operator's browser and a program sort them."""

import uuid

import pytest

from tests.web.world import World


@pytest.fixture
def sent(world: World):
    """A message with a wrong number, the administrator who sorts it, and a case that it might be for."""
    admin, duty = world.person("sys_admin"), world.person("street_duty")
    case_id = duty.api("POST", "/processes/one_task/cases", json={"variables": {}}).json["case_id"]
    number = uuid.uuid4().hex
    body = {"name": "nobody.waits", "id": number, "payload": {"phone": "13800000000"},
            "correlation": {"event_no": f"NB-<{number[:6]}>", "order": 7}}
    assert admin.api("POST", "/messages", json=body).json["outcome"] == "buffered"
    sender = next(one for one in _kept(admin) if one["id"] == number)["sender"]
    return admin, {"sender": sender, "id": number}, case_id, f"NB-&lt;{number[:6]}&gt;"


def _kept(admin):
    return admin.api("GET", "/messages/kept?limit=200").json["messages"]


def test_the_list_says_what_came_from_whom_and_not_what_it_carried(sent, world):
    admin, message, _, asked = sent
    page = admin.sign_in().browser.get("/incidents/messages").text
    assert "无人接收的消息" in page and f"没有编号为 {asked} 的案件" in page and "order：7" in page
    assert message["id"] in page and "13800000000" not in page
    assert 'href="/incidents/messages"' in admin.browser.get("/incidents").text
    duty = world.person("street_duty").sign_in()
    assert duty.browser.get("/incidents/messages").status_code == 403
    assert duty.api("GET", "/messages/kept").status_code == 403
    designer = world.person("process_designer").sign_in()
    assert 'href="/incidents/messages"' not in designer.browser.get("/incidents").text


def test_it_is_given_to_a_case_by_hand(sent):
    admin, message, case_id, _ = sent
    form = {"csrf_token": admin.sign_in().csrf, **message}
    wrong = admin.browser.post("/incidents/messages/assign", data={**form, "number": "NB-none"})
    assert wrong.status_code == 422 and "没有这个编号的案件" in wrong.text and 'value="NB-none"' in wrong.text
    given = admin.browser.post("/incidents/messages/assign", data={**form, "number": f" {case_id} "})
    assert given.status_code == 303 and "已为它保留" in admin.browser.get("/incidents/messages").text
    assert next(one for one in _kept(admin) if one["id"] == message["id"])["case_no"] == case_id
    facts = admin.api("GET", f"/cases/{case_id}/history")
    assert facts.status_code == 404, "who sorts messages need not see the case"


def test_it_is_dropped_with_a_reason_and_only_once(sent):
    admin, message, _, _ = sent
    form = {"csrf_token": admin.sign_in().csrf, **message}
    blank = admin.browser.post("/incidents/messages/drop", data={**form, "reason": " "})
    assert blank.status_code == 422 and "此项必填" in blank.text
    done = admin.browser.post("/incidents/messages/drop", data={**form, "reason": "重复推送"})
    assert done.status_code == 303 and "消息已作废" in admin.browser.get("/incidents/messages").text
    for path, more in (("drop", {"reason": "x"}), ("assign", {"number": str(uuid.UUID(int=1))})):
        answer = admin.api("POST", f"/messages/kept/{path}", json={**message, **more})
        assert answer.status_code == (409 if path == "drop" else 422)
    again = admin.browser.post("/incidents/messages/drop", data={**form, "reason": "重复推送"})
    assert again.status_code == 303 and "已不在保留中" in admin.browser.get("/incidents/messages").text


def test_a_program_sorts_it_too(sent):
    admin, message, case_id, _ = sent
    given = admin.api("POST", "/messages/kept/assign", json={**message, "number": case_id})
    assert (given.status_code, given.json) == (200, {"outcome": "buffered"})
    assert admin.api("POST", "/messages/kept/drop", json={**message, "reason": "x"}).status_code == 204
    for change in ({"sender": ""}, {"id": 5}, {"number": "x" * 101}, {"more": 1}):
        answer = admin.api("POST", "/messages/kept/assign", json={**message, "number": case_id, **change})
        assert answer.status_code == 422, change
