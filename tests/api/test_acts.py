"""Assign, return, urge and sign over the interface: who is refused with what, and what is recorded."""

import json
import uuid

import pytest

from app.domain.actor import SYSTEM
from app.domain.records import RoleRow
from app.usecases.studio.publish_files import publish_files
from tests.api.test_handing import problem
from tests.api.test_interface import start
from tests.api.trial_pack import FORM
from tests.usecases.desk.test_acts_of_the_desk import SIGNED
from tests.usecases.drawn import END, START, drawn, work

WHY = "请核实"
ANSWERS = {"answers": {"note": "已办"}}
FIELDS = [
    ({"reason": "  "}, "reason", "此项必填"), ({"reason": "长" * 2001}, "reason", "最多 2000 个字"),
    ({"reason": "a\x00b"}, "reason", "含有不允许的控制字符"), ({"force": True}, "force", "没有这个字段"),
    ({"actor": "x"}, "actor", "没有这个字段"), ({"reason": None}, "reason", "此项必填"),
]  # fmt: skip


def desk_work(key):
    """Draw work of the duty officers of a command room."""
    return work(key).replace('name="orgScope" value="city"', 'name="orgScope" value="command_room"')


def signed(key, sequential):
    """Draw a decision that several officers of a room make, each named by his account."""
    asked = 'name="assignee" value="=person"/><spiffworkflow:property name="orgScope"'
    several = desk_work("sign").replace('name="orgScope"', asked)
    return drawn(key, START, several.replace("</bpmn:userTask>", SIGNED.format(sequential, "")), END)


@pytest.fixture(scope="module")
def published(world, tmp_path_factory):
    """A chain of two steps, and decisions of several side by side and in turn."""
    folder = tmp_path_factory.mktemp("acts")
    drawings = [drawn("acts_chain", START, desk_work("first"), desk_work("second"), END),
                signed("acts_jury", "false"), signed("acts_turns", "true")]  # fmt: skip
    for key, content in drawings:
        path = folder / "bpmn" / "trial" / f"{key}.bpmn"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    form = folder / "forms" / "trial" / "answer.form.json"
    form.parent.mkdir(parents=True)
    form.write_text(json.dumps(FORM), encoding="utf-8")
    publish_files(world.tools, actor=SYSTEM, bpmn=folder / "bpmn", forms=folder / "forms")
    return world


@pytest.fixture
def room(published):
    """Two duty officers of one room and its director."""
    duty = [published.person("street_duty", nth) for nth in range(3)]
    first, second = next(pair for pair in zip(duty, duty[1:], strict=False) if pair[0].unit == pair[1].unit)
    leader = next(one for one in (published.person("street_command_director", nth) for nth in range(2))
                  if one.unit == first.unit)  # fmt: skip
    return first, second, leader


def begun(person, process, **variables):
    """Start a case, and give its id."""
    answer = person.api("POST", f"/processes/{process}/cases", json={"variables": variables})
    assert answer.status_code == 201, answer.text
    return answer.json["case_id"]


def task_of(person, case_id, node=None):
    """Find the path of the open task of a case, as its person sees it."""
    listed = person.api("GET", "/tasks?limit=200&sort=-created").json["tasks"]
    return next(f"/tasks/{one['id']}" for one in listed if one["case_id"] == case_id and node in (None, one["node"]))


def facts(person, case_id, kind):
    """List the facts of a kind: (who, role, unit, at, body)."""
    found = person.api("GET", f"/cases/{case_id}/history?limit=200").json["facts"]
    return [(one["actor_name"], one["role"], one["unit"], one["at"], json.loads(one["body"]))
            for one in found if one["kind"] == kind]  # fmt: skip


def offer(person, path, key):
    """Read one of the acts that a task has."""
    return next(one for one in person.api("GET", f"{path}/offers").json["offers"] if one["key"] == key)


def test_a_leader_assigns_and_the_fact_says_who_why_and_where(room):
    first, second, leader = room
    case_id = begun(first, "acts_chain")
    path = task_of(first, case_id)
    assert offer(first, path, "assign") == {"key": "assign", "open": False, "why": "no_leader", "until": None}
    problem(first.api("GET", f"{path}/members"), 403, "forbidden")
    problem(first.api("POST", f"{path}/assign", json={"to": second.username, "reason": WHY}), 403, "forbidden")
    assert offer(leader, path, "assign")["open"]
    listed = {one["username"] for one in leader.api("GET", f"{path}/members").json["people"]}
    assert {first.username, second.username} <= listed
    body = {"to": second.username, "reason": WHY, "revision": leader.api("GET", path).json["task"]["revision"]}
    key = {"Idempotency-Key": uuid.uuid4().hex}
    given = leader.api("POST", f"{path}/assign", json=body, headers=key)
    assert given.status_code == 200 and given.json["state"] == "claimed", given.text
    again = leader.api("POST", f"{path}/assign", json=body, headers=key)
    assert again.json == given.json and "Idempotency-Replayed" in again.headers
    problem(leader.api("POST", f"{path}/assign", json=body | {"to": first.username}), 409, "stale-revision")
    assert second.api("GET", path).json["held_by_me"]
    ((name, role, unit, at, said),) = facts(first, case_id, "TaskTransferred")
    assert (role, unit) == ("street_command_director", leader.unit) and name and at
    assert said["how"] == "assigned" and said["reason"] == WHY and said["to_unit"] == second.unit
    problem(leader.api("POST", f"/tasks/{uuid.uuid4()}/assign", json=body), 404, "task-not-found")


@pytest.mark.parametrize(("change", "field", "text"), FIELDS)
@pytest.mark.parametrize("verb", ["assign", "return", "urge", "sign", "unsign"])
def test_what_does_not_fit_is_said_field_by_field(room, verb, change, field, text):
    first, second, leader = room
    path = task_of(first, begun(first, "acts_chain"))
    first.api("POST", f"{path}/claim")
    body = {"reason": WHY} | ({"to": second.username} if verb in ("assign", "sign") else {})
    body |= {"key": "x"} if verb == "unsign" else {}
    sender = leader if verb in ("assign", "urge") else first
    found = problem(sender.api("POST", f"{path}/{verb}", json=body | change), 422, "invalid")
    assert found["errors"] == {field: [text]}
    assert first.api("GET", path).json["held_by_me"]


def test_the_holder_returns_to_whoever_did_the_step_before(room):
    first, second, _ = room
    case_id = begun(first, "acts_chain")
    before = task_of(first, case_id)
    first.api("POST", f"{before}/claim")
    problem(first.api("POST", f"{before}/return", json={"reason": WHY}), 409, "not-returnable")
    assert offer(first, before, "return")["why"] == "no_way_back"
    first.api("POST", f"{before}/complete", json=ANSWERS)
    path = task_of(second, case_id, "second")
    problem(second.api("POST", f"{path}/return", json={"reason": WHY}), 409, "task-not-held")
    second.api("POST", f"{path}/claim")
    assert offer(second, path, "return")["open"]
    problem(first.api("POST", f"{path}/return", json={"reason": WHY}), 409, "task-not-held")
    problem(second.api("POST", f"{path}/return", json={"reason": WHY, "revision": 99}), 409, "stale-revision")
    again = second.api("POST", f"{path}/return", json={"reason": "缺少照片"})
    assert again.status_code == 200 and again.json["node"] == "first", again.text
    view = first.api("GET", f"/tasks/{again.json['id']}").json
    assert view["held_by_me"] and view["draft"] == ANSWERS["answers"]
    (said,) = (one for one in facts(first, case_id, "TaskTransferred") if one[4]["how"] == "returned")
    assert said[1] == "street_duty" and said[4]["reason"] == "缺少照片"
    verdict = first.api("GET", f"/cases/{case_id}/verify").json
    assert verdict["chain_ok"] and verdict["replay_ok"]


def test_urging_says_when_it_may_be_done_again(room):
    first, second, leader = room
    case_id = begun(first, "acts_chain")
    path = task_of(first, case_id)
    first.api("POST", f"{path}/claim")
    problem(first.api("POST", f"{path}/urge", json={"reason": WHY}), 409, "nothing-to-urge")
    told = leader.api("POST", f"{path}/urge", json={"reason": "群众在等"})
    assert told.status_code == 200 and told.json["until"].endswith("+08:00")
    refused = problem(leader.api("POST", f"{path}/urge", json={"reason": WHY}), 409, "urged-already")
    assert refused["until"]
    shown = offer(leader, path, "urge")
    assert (shown["open"], shown["why"], shown["until"]) == (False, "urged", told.json["until"])
    ((_, role, unit, _, said),) = facts(first, case_id, "TaskUrged")
    assert role and unit == leader.unit and said["reason"] == "群众在等" and said["to_name"]
    first.api("POST", f"{path}/complete", json=ANSWERS)
    problem(second.api("POST", f"{path}/urge", json={"reason": WHY}), 409, "task-already-done")


def test_giving_back_and_taking_back_may_say_why(room):
    first, second, _ = room
    case_id = begun(first, "acts_chain")
    path = task_of(first, case_id)
    first.api("POST", f"{path}/claim")
    assert list(problem(first.api("POST", f"{path}/release", json={"reason": "a\x00"}), 422, "invalid")["errors"]) == [
        "reason"]  # fmt: skip
    assert first.api("POST", f"{path}/release", json={"reason": "不在辖区 <b>"}).status_code == 200
    first.api("POST", f"{path}/claim")
    assert first.api("POST", f"{path}/release").status_code == 200
    first.api("POST", f"{path}/claim")
    first.api("POST", f"{path}/delegate", json={"to": second.username, "reason": WHY})
    assert first.api("POST", f"{path}/recall", json={"reason": "已自行核实"}).status_code == 200
    assert [one[4].get("reason") for one in facts(first, case_id, "TaskReleased")] == ["不在辖区 <b>", None]
    assert [one[4]["reason"] for one in facts(first, case_id, "DelegationReturned")] == ["已自行核实"]
    page = first.sign_in().browser.get(f"/cases/{case_id}").text
    assert "不在辖区 &lt;b&gt;" in page and "已自行核实" in page


def third(published, unit):
    """Give somebody else a seat in a room."""
    person = published.person("street_affairs")
    with published.tools.store.unit_of_work() as uow:
        row = uow.people.by_username(person.username)
        now = published.tools.clock.now()
        if not any((one.role, one.unit) == ("street_duty", unit) for one in uow.people.actor(row.id, now).assignments):
            uow.roles.grant_many([RoleRow(row.id, "street_duty", unit, now)])
            uow.commit()
    return person


def test_one_more_signs_and_is_taken_out_again(published, room):
    first, second, leader = room
    guest = third(published, first.unit)
    case_id = begun(first, "acts_jury", people=[first.username, second.username])
    mine, others = task_of(first, case_id), task_of(second, case_id)
    body = {"to": guest.username, "reason": WHY}
    problem(leader.api("POST", f"{mine}/sign", json=body), 409, "task-not-held")
    problem(second.api("POST", f"{mine}/sign", json=body), 409, "task-not-held")
    added = first.api("POST", f"{mine}/sign", json=body)
    assert added.status_code == 200 and [one["node"] for one in added.json["opened"]] == ["sign"], added.text
    problem(first.api("POST", f"{mine}/sign", json=body), 409, "signs-already")
    seen = first.api("GET", f"{mine}/offers").json["joint"]
    assert (seen["kind"], seen["total"], seen["of_people"]) == ("all", 3, True)
    (key,) = [one["key"] for one in seen["signers"] if one["removable"]]
    (elsewhere,) = [one["key"] for one in seen["signers"] if one["item"] == second.username]
    for sender, path, wrong, status, kind in (
        (first, mine, elsewhere, 403, "forbidden"), (second, others, key, 403, "forbidden"),
        (first, mine, "acts_jury/sign#99", 409, "not-joint"), (guest, mine, key, 409, "task-not-held"),
    ):  # fmt: skip
        problem(sender.api("POST", f"{path}/unsign", json={"key": wrong, "reason": WHY}), status, kind)
    out = first.api("POST", f"{mine}/unsign", json={"key": key, "reason": "不必了"})
    assert out.status_code == 200 and [one["node"] for one in out.json["ended"]] == ["sign"]
    changes = facts(first, case_id, "ParticipantsChanged")
    assert [(one[4]["change"], one[4]["params"]["reason"], one[1]) for one in changes] == [
        ("add", WHY, "street_duty"), ("remove", "不必了", "street_duty")]  # fmt: skip
    assert first.api("POST", f"{mine}/complete", json=ANSWERS).status_code == 200
    assert second.api("POST", f"{others}/complete", json=ANSWERS).json["closed"]
    verdict = first.api("GET", f"/cases/{case_id}/verify").json
    assert verdict["chain_ok"] and verdict["replay_ok"]


def test_whoever_steers_changes_order_rule_and_vote_on_the_page(published, room):
    first, second, _ = room
    admin, guest = published.person("sys_admin").sign_in(), third(published, first.unit)
    people = [first.username, second.username, guest.username]

    def change(case_id, key, **typed):
        form = {"csrf_token": admin.csrf, "kind": "participants", "key": key, "reason": WHY, "do": "carry", **typed}
        return admin.browser.post(f"/cases/{case_id}/steering", data=form)

    turns = begun(first, "acts_turns", people=people)
    here = "acts_turns/sign#1"
    page = admin.browser.get(f"/cases/{turns}/steering?kind=participants").text
    assert "重排次序" in page and "改为票签" in page and "改完成条件" in page
    (key,) = [one["key"] for one in admin.api("GET", f"/cases/{turns}/positions").json["tokens"] if one["instance"]]
    wrong = change(turns, key, change="order", items=f"{second.username}")
    assert wrong.status_code == 409, wrong.text
    done = change(turns, key, change="order", items=f"{guest.username}，{second.username}")
    assert done.status_code == 303, (here, key, done.text)
    joint = first.api("GET", f"{task_of(first, turns)}/offers").json["joint"]
    assert [one["item"] for one in joint["signers"]] == [first.username, guest.username, second.username]
    jury = begun(first, "acts_jury", people=people)
    key = next(one["key"] for one in admin.api("GET", f"/cases/{jury}/positions").json["tokens"] if one["instance"])
    for typed in ({"share": "0"}, {"share": "101"}, {"share": "half"}, {"share": ""}):
        assert change(jury, key, change="vote", value="已办", **typed).status_code == 409
    assert change(jury, key, change="rule", condition="import os").status_code == 409
    assert change(jury, key, change="rule", condition="numberOfCompletedInstances >= 2").status_code == 303
    path = task_of(first, jury)
    joint = first.api("GET", f"{path}/offers").json["joint"]
    assert joint["kind"] in ("share", "own") and not joint["signers"][0]["removable"]
    assert change(jury, key, change="vote", value="已办", share="60").status_code == 303
    assert first.api("GET", f"{path}/offers").json["joint"]["needs"] == "60%"


def test_who_is_next_and_to_whom_a_case_may_be_shown(room):
    first, second, _ = room
    case_id = begun(first, "acts_chain")
    path = task_of(first, case_id)
    problem(first.api("POST", f"{path}/next", json=ANSWERS), 409, "task-not-held")
    first.api("POST", f"{path}/claim")
    found = first.api("POST", f"{path}/next", json=ANSWERS)
    assert [one["name"] for one in found.json["opened"]] == ["second"] and not found.json["closed"]
    assert list(problem(first.api("POST", f"{path}/next", json={"answers": {}}), 422, "invalid-answers")["errors"]) == [
        "note"]  # fmt: skip
    assert first.api("GET", path).json["held_by_me"]
    listed = first.api("GET", f"/cases/{case_id}/recipients?q={second.username}").json["recipients"]
    assert [one["to"].partition(":")[0] for one in listed] == ["person"]
    told = first.api("POST", f"/cases/{case_id}/copies", json={"to": [listed[0]["to"]], "reason": WHY})
    assert told.json["told"] == [listed[0]["to"]]


def test_a_stranger_to_the_case_learns_nothing_of_it(published, room):
    first, _, _ = room
    far = next(one for one in (published.person("street_duty", nth) for nth in range(6)) if one.unit != first.unit)
    case_id = begun(first, "acts_chain")
    path = task_of(first, case_id)
    for method, part, body in (
        ("GET", "offers", None), ("GET", "members", None), ("POST", "next", ANSWERS), ("POST", "urge", {"reason": WHY}),
        ("POST", "assign", {"to": far.username, "reason": WHY}), ("POST", "return", {"reason": WHY}),
        ("POST", "sign", {"to": far.username, "reason": WHY}), ("POST", "unsign", {"key": "x", "reason": WHY}),
    ):  # fmt: skip
        answer = far.api(method, f"{path}/{part}", **({"json": body} if body else {}))
        problem(answer, 404, "task-not-found")
    problem(far.api("GET", f"/cases/{case_id}/recipients"), 404, "case-not-found")


def test_substitutes_over_the_interface(published, room):
    first, second, leader = room
    now = published.tools.clock.now()
    body = {"substitute": second.username, "from": now.isoformat(), "until": "2199-01-01T00:00:00+08:00",
            "reason": "年休假"}  # fmt: skip
    late = problem(first.api("POST", "/substitutes", json=body), 422, "invalid")
    assert list(late["errors"]) == ["until"]
    for change, field in (({"substitute": "nobody"}, "substitute"), ({"person_id": "x"}, "person_id"),
                          ({"from": "soon"}, "from"), ({"named_by": "x"}, "named_by")):  # fmt: skip
        assert list(problem(first.api("POST", "/substitutes", json=body | change), 422, "invalid")["errors"]) == [field]
    until = now.replace(year=now.year + 1, month=1, day=1).isoformat()
    made = first.api("POST", "/substitutes", json=body | {"until": until})
    assert made.status_code == 201, made.text
    listed = second.api("GET", "/substitutes").json["substitutes"]
    assert made.json["id"] in [one["id"] for one in listed if one["person"] == first.username]
    ended = published.person("grid_member").api("POST", f"/substitutes/{made.json['id']}/end")
    assert ended.status_code == 404
    assert second.api("POST", f"/substitutes/{made.json['id']}/end").json == {"done": True}
    problem(second.api("POST", f"/substitutes/{made.json['id']}/end"), 409, "substitution-over")
    problem(first.api("GET", f"/substitutes?person={uuid.uuid4()}"), 404, "person-not-found")


def test_what_somebody_leaves_is_read_and_handed_over_by_his_administrator_only(published, room):
    first, second, _ = room
    admin = published.person("sys_admin")
    with published.tools.store.unit_of_work() as uow:
        person_id = str(uow.people.by_username(second.username).id)
    problem(first.api("GET", f"/people/{person_id}/leave"), 403, "role-missing")
    left = admin.api("GET", f"/people/{person_id}/leave").json
    assert f"street_duty@{second.unit}" in [one["seat"] for one in left["seats"]]
    wrong = admin.api("POST", f"/people/{person_id}/leave", json={"reason": " ", "successors": {}})
    assert list(problem(wrong, 422, "invalid")["errors"]) == ["reason"]
    problem(admin.api("POST", f"/people/{uuid.uuid4()}/leave", json={"reason": WHY}), 404, "person-not-found")


def test_the_small_process_has_no_step_before_and_nobody_to_sign(published):
    person, _, task = start(published)
    path = f"/tasks/{task['id']}"
    person.api("POST", f"{path}/claim")
    problem(person.api("POST", f"{path}/return", json={"reason": WHY}), 409, "not-returnable")
    problem(person.api("POST", f"{path}/sign", json={"to": "x", "reason": WHY}), 409, "not-joint")
    assert offer(person, path, "sign")["why"] == "alone"
