"""Transfer and delegation over the interface: who is refused with what, and what is done once."""

import uuid

import pytest

from tests.api.test_interface import fill, start


@pytest.fixture
def desk(world):
    """Two duty officers of one room, and a fresh task that both may take."""
    duty = [world.person("street_duty", nth) for nth in range(3)]
    first, second = next(pair for pair in zip(duty, duty[1:], strict=False) if pair[0].unit == pair[1].unit)
    _, case_id, task = start(world, first)
    return first, second, case_id, f"/tasks/{task['id']}"


def problem(answer, status, kind):
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json["type"] == f"urn:yongzhi:problem:{kind}"
    return answer.json


def test_a_task_is_transferred_and_finished_by_the_other(desk):
    first, second, case_id, path = desk
    first.api("POST", f"{path}/claim")
    first.api("PUT", f"{path}/draft", json={"answers": {"note": "half"}})
    listed = first.api("GET", f"{path}/takers").json
    chosen = next(one for one in listed["people"] if one["username"] == second.username)
    assert set(chosen) == {"id", "username", "name", "role", "unit", "held"} and not listed["more"]
    assert first.username not in {one["username"] for one in listed["people"]}
    body = {"to": chosen["id"], "reason": "交接班", "revision": first.api("GET", path).json["task"]["revision"]}
    key = {"Idempotency-Key": uuid.uuid4().hex}
    given = first.api("POST", f"{path}/transfer", json=body, headers=key)
    assert given.status_code == 200 and given.json["holder"] == chosen["id"], given.text
    again = first.api("POST", f"{path}/transfer", json=body, headers=key)
    assert again.json == given.json and "Idempotency-Replayed" in again.headers
    # as a new request it comes too late
    late = problem(first.api("POST", f"{path}/transfer", json=body), 409, "task-already-claimed")
    assert late["holder"] == chosen["name"]
    view = second.api("GET", path).json
    assert view["draft"] == {"note": "half"} and view["hand"]["notes"][0]["text"] == "交接班"
    done = second.api("POST", f"{path}/complete", json={"answers": fill(view["form_schema"])})
    assert done.status_code == 200, done.text
    assert problem(second.api("POST", f"{path}/transfer", json=body | {"revision": None}), 409, "task-already-done")
    facts = first.api("GET", f"/cases/{case_id}/history?limit=100").json["facts"]
    assert [fact["kind"] for fact in facts].count("TaskTransferred") == 1
    verdict = first.api("GET", f"/cases/{case_id}/verify").json
    assert verdict["chain_ok"] and verdict["replay_ok"]


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"to": None}, "to", "此项必填"), ({"to": "nobody.at.all"}, "to", "没有这个人员，或账号已停用"),
        ({"to": "director.zs"}, "to", "此人不在可以办理这项任务的岗位上"), ({"to": 7}, "to", "应为文字"),
        ({"to": "x" * 101}, "to", "最多 100 个字"), ({"reason": "  "}, "reason", "此项必填"),
        ({"reason": "长" * 2001}, "reason", "最多 2000 个字"), ({"reason": "a\x00b"}, "reason", "含有不允许的控制字符"),
        ({"revision": "1"}, "revision", "应为数字"), ({"force": True}, "force", "没有这个字段"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["transfer", "delegate"])
def test_a_wrong_target_or_reason_is_said_field_by_field(desk, verb, change, field, text):
    first, second, _, path = desk
    first.api("POST", f"{path}/claim")
    body = {"to": second.username, "reason": "请协助"} | change
    found = problem(first.api("POST", f"{path}/{verb}", json=body), 422, "invalid")
    assert found["errors"] == {field: [text]}
    assert first.api("GET", path).json["held_by_me"]


def test_what_is_wrong_is_said_in_english_too(desk):
    first, second, _, path = desk
    english = {"Cookie": "yongzhi_language=en"}
    first.api("POST", f"{path}/claim")
    body = {"to": first.username, "reason": "r"}
    answer = first.api("POST", f"{path}/transfer", json=body, headers=english)
    assert answer.json["errors"] == {"to": ["A task cannot be handed to oneself"]}
    first.api("POST", f"{path}/delegate", json={"to": second.username, "reason": "r"})
    refused = second.api("POST", f"{path}/complete", json={"answers": {}}, headers=english)
    assert refused.json["detail"].startswith("This task was delegated to you: give it back with your opinion")


def test_a_delegated_task_comes_back_with_an_opinion(desk):
    first, second, case_id, path = desk
    assert problem(
        first.api("POST", f"{path}/delegate", json={"to": second.username, "reason": "请核实"}), 409, "task-not-held"
    )
    first.api("POST", f"{path}/claim")
    lent = first.api("POST", f"{path}/delegate", json={"to": second.username, "reason": "请核实"}).json
    assert lent["owner_name"] and lent["holder"] != lent["owner"]
    mine = first.api("GET", path).json
    assert mine["hand"]["can_recall"] and not mine["held_by_me"]
    for person in (first, second):
        listed = person.api("GET", "/tasks?limit=200").json["tasks"]
        assert [one["owner"] for one in listed if one["case_id"] == case_id] == [lent["owner"]]
    answers = {"answers": fill(mine["form_schema"])}
    refused = problem(second.api("POST", f"{path}/complete", json=answers), 409, "delegation-open")
    assert refused["detail"] == "这项任务是委派给您的：请附上意见退回，由委派人办结。"
    problem(first.api("POST", f"{path}/complete", json=answers), 409, "delegation-awaited")
    problem(second.api("POST", f"{path}/release"), 409, "delegation-open")
    problem(second.api("POST", f"{path}/recall"), 403, "forbidden")
    problem(first.api("POST", f"{path}/resolve", json={"opinion": "自己答"}), 403, "forbidden")
    empty = problem(second.api("POST", f"{path}/resolve", json={"opinion": " "}), 422, "invalid")
    assert list(empty["errors"]) == ["opinion"]
    back = second.api("POST", f"{path}/resolve", json={"opinion": "属实"})
    assert back.status_code == 200 and back.json["owner"] == "" and back.json["holder"] == lent["owner"]
    problem(second.api("POST", f"{path}/resolve", json={"opinion": "属实"}), 409, "not-delegated")
    problem(first.api("POST", f"{path}/recall"), 409, "not-delegated")
    assert first.api("POST", f"{path}/complete", json=answers).status_code == 200
    verdict = first.api("GET", f"/cases/{case_id}/verify").json
    assert verdict["chain_ok"] and verdict["replay_ok"]


def test_a_delegation_is_taken_back(desk):
    first, second, _, path = desk
    first.api("POST", f"{path}/claim")
    first.api("POST", f"{path}/delegate", json={"to": second.username, "reason": "请核实"})
    assert first.api("POST", f"{path}/recall").json["owner"] == ""
    problem(second.api("POST", f"{path}/resolve", json={"opinion": "晚了"}), 409, "not-delegated")
    assert first.api("GET", path).json["held_by_me"]


def test_nobody_else_hands_it_on(world, desk):
    first, second, _, path = desk
    body = {"to": second.username, "reason": "r"}
    for verb, sent in (("transfer", body), ("delegate", body), ("resolve", {"opinion": "o"}), ("recall", None)):
        problem(world.person("auditor").api("POST", f"{path}/{verb}", json=sent), 403, "role-missing")
        elsewhere = world.person("county_dept_contact")
        assert elsewhere.api("POST", f"{path}/{verb}", json=sent).status_code in (403, 404)
        strange = f"/tasks/{uuid.uuid4()}/{verb}"
        problem(first.api("POST", strange, json=sent), 404, "task-not-found")
    director = world.person("street_command_director")
    problem(director.api("POST", f"{path}/transfer", json=body), 403, "forbidden")
    problem(director.api("GET", f"{path}/takers"), 403, "forbidden")
    assert first.api("GET", path).json["task"]["holder"] == ""
