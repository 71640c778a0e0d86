"""The interface of machines, request by request."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.world import REPORT, REST


def start(world, person=None):
    """Start the smallest process and find its task."""
    person = person or world.person("street_duty")
    case_id = person.api("POST", "/processes/one_task/cases", json={"variables": {}}).json["case_id"]
    tasks = person.api("GET", "/tasks?limit=200&sort=-created").json["tasks"]
    return person, case_id, next(task for task in tasks if task["case_id"] == case_id)


def test_a_report_becomes_a_case_once(world):
    person = world.person("street_duty")
    body = {**REPORT, "source_system": "hotline", "source_id": uuid.uuid4().hex}
    first = person.api("POST", "/reports", json=body)
    assert first.status_code == 201 and first.json["created"] and first.json["tracking_code"]
    again = person.api("POST", "/reports", json=body)
    assert again.json["case_id"] == first.json["case_id"] and not again.json["created"]
    assert again.json["tracking_code"] == ""


@pytest.mark.parametrize(("change", "field"), [
    ({"content": "短"}, "content"), ({"content": "长" * 4001}, "content"),
    ({"content": "nul\x00 inside here"}, "content"),
    ({"nature": "nonsense"}, "nature"), ({"lat": 91}, "lat"), ({"lat": "30"}, "lat"), ({"lon": None}, "lon"),
    ({"photos": ["x"]}, "photos"), ({"photos": [str(uuid.UUID(int=n)) for n in range(10)]}, "photos"),
    ({"role": "sys_admin"}, "role"), ({"happened_at": "yesterday"}, "happened_at"),
    ({"source_id": "1"}, "source_system"),
    ({"reporter": {"phone": "none"}}, "reporter.phone"), ({"reporter": []}, "reporter"),
    ({"self_handled": "yes"}, "self_handled"),
])  # fmt: skip
def test_a_report_that_does_not_fit_is_refused_field_by_field(world, change, field):
    answer = world.person("grid_member").api("POST", "/reports", json={**REPORT, **change})
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert list(answer.json["errors"]) == [field]


@pytest.mark.parametrize(("body", "kind", "status"), [
    (b'{"content": NaN}', "application/json", 400), (b"[" * 100_000, "application/json", 400),
    (b'{"lat": ' + b"9" * 5000 + b"}", "application/json", 400), (b'{"a": "\xff"}', "application/json", 400),
    (b"[]", "application/json", 422), (b'"text"', "application/json", 422), (b"null", "application/json", 422),
    (b"content=x", "application/x-www-form-urlencoded", 415), (b"{}", "text/plain", 415),
    (b'{"content": "' + b"x" * 5_000_000 + b'"}', "application/json", 413),
])  # fmt: skip
def test_hostile_documents_are_answered_with_a_problem(world, body, kind, status):
    answer = world.person("grid_member").api("POST", "/reports", data=body, content_type=kind)
    assert answer.status_code == status and answer.json["status"] == status
    assert answer.json["type"].startswith("urn:yongzhi:problem:")


def test_a_task_from_claim_to_done(world):
    person, case_id, task = start(world)
    path = f"/tasks/{task['id']}"
    assert task["name"] == "办理" and task["form"] and task["light"]
    assert person.api("POST", f"{path}/complete", json={"answers": {}}).json["type"].endswith("task-not-held")
    assert person.api("POST", f"{path}/claim").json["holder"]
    view = person.api("GET", path).json
    assert view["held_by_me"] and view["form_schema"]["components"]
    revision = view["task"]["revision"]
    stale = {"answers": {}, "revision": revision + 7}
    assert person.api("POST", f"{path}/complete", json=stale).json["type"].endswith("stale-revision")
    wrong = person.api("POST", f"{path}/complete", json={"answers": {"nonsense": 1}, "revision": revision})
    assert wrong.status_code == 422 and "nonsense" in wrong.json["errors"]
    draft = person.api("PUT", f"{path}/draft", json={"answers": {"note": "half"}, "revision": revision})
    assert draft.status_code == 200 and draft.json["saved_at"]
    assert person.api("GET", path).json["draft"] == {"note": "half"}
    sent = {"answers": fill(view["form_schema"]), "revision": revision, "form_version": view["task"]["form_version"]}
    done = person.api("POST", f"{path}/complete", json=sent)
    assert done.status_code == 200 and done.json == {**done.json, "case_id": case_id, "closed": True}, done.json
    assert person.api("POST", f"{path}/complete", json=sent).json["type"].endswith("task-already-done")


def fill(form):
    """Fill in what a form requires."""
    filled = {}
    for one in form["components"]:
        if one.get("validate", {}).get("required") and "conditional" not in one:
            kind = one["type"]
            plain = 1 if kind == "number" else "已经转办完成"
            filled[one["key"]] = one["values"][0]["value"] if one.get("values") else plain
    return filled


def test_two_officers_one_task(world):
    person, _, task = start(world)
    other = world.person("street_duty", 1)
    if other.unit != person.unit:
        pytest.skip("the city has one duty officer in that street")
    assert person.api("POST", f"/tasks/{task['id']}/claim").status_code == 200
    lost = other.api("POST", f"/tasks/{task['id']}/claim")
    assert lost.status_code == 409 and lost.json["holder"]


def test_the_case_its_history_and_the_verdict(world):
    person, case_id, _ = start(world)
    case = person.api("GET", f"/cases/{case_id}").json
    assert case["open_tasks"] and case["positions"][0][0] == "one_task"
    history = person.api("GET", f"/cases/{case_id}/history?limit=2").json
    assert [fact["seq"] for fact in history["facts"]] == [1, 2] and history["next"] == 2
    assert history["facts"][0]["hash"] == history["facts"][1]["previous"]
    verdict = person.api("GET", f"/cases/{case_id}/verify").json
    assert verdict["chain_ok"] and verdict["replay_ok"] and verdict["facts"] >= 2
    comment = person.api("POST", f"/cases/{case_id}/comments", json={"text": "已联系"})
    assert comment.status_code == 201 and comment.json["seq"] > 2


def test_somebody_elses_case_does_not_exist(world):
    _, case_id, task = start(world)
    stranger = world.person("county_dept_contact")
    for path in (f"/cases/{case_id}", f"/cases/{case_id}/history", f"/cases/{case_id}/verify", f"/tasks/{task['id']}"):
        assert stranger.api("GET", path).status_code == 404, path


def test_lists_are_paged_by_cursor(world):
    for _ in range(3):
        person, _, _ = start(world)
    seen, after = [], ""
    for _ in range(100):
        page = person.api("GET", f"/tasks?limit=2{after}").json
        seen += [task["id"] for task in page["tasks"]]
        if not page["next"]:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) >= 3
    for path in ("/tasks?after=nonsense", "/cases?after=%00", "/tasks?limit=0", "/tasks?limit=x", "/tasks?box=x"):
        assert person.api("GET", path).status_code == 422, path


def test_the_same_key_is_answered_again_and_done_once(world):
    person = world.person("street_duty")
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = person.api("POST", "/processes/one_task/cases", json={"variables": {}}, headers=key)
    again = person.api("POST", "/processes/one_task/cases", json={"variables": {}}, headers=key)
    assert first.status_code == again.status_code == 201 and first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    other = person.api("POST", "/processes/one_task/cases", json={"variables": {"a": 1}}, headers=key)
    assert other.status_code == 409 and other.json["type"].endswith("idempotency-mismatch")


def test_the_same_key_at_the_same_moment_is_done_once(world):
    person = world.person("street_duty")
    person.api("GET", "/tasks")
    key = {"Idempotency-Key": uuid.uuid4().hex}

    def send(_):
        return person.api("POST", "/processes/one_task/cases", json={"variables": {}}, headers=key)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(send, range(4)))
    assert {one.status_code for one in found} == {201} and len({one.json["case_id"] for one in found}) == 1


def test_a_refused_request_leaves_its_key_free(world):
    person, _, task = start(world)
    key = {"Idempotency-Key": uuid.uuid4().hex}
    path = f"/tasks/{task['id']}/release"
    assert person.api("POST", path, headers=key).status_code == 409
    assert person.api("POST", f"/tasks/{task['id']}/claim").status_code == 200
    assert person.api("POST", path, headers=key).status_code == 200


def test_a_message_is_delivered_once(world):
    person = world.person("street_duty")
    body = {"name": "nobody.waits", "id": uuid.uuid4().hex, "correlation": {"event_no": "NB-0"}, "payload": {}}
    assert person.api("POST", "/messages", json=body).json["outcome"] == "unmatched"
    assert person.api("POST", "/messages", json=body).json["outcome"] == "duplicate"


def test_the_clock_moves_by_durations_and_seconds(world):
    person = world.person("street_duty")
    moved = person.api("POST", "/clock", json={"advance": "PT1M"})
    assert moved.status_code == 200 and moved.json["now"].endswith("+08:00") and moved.json["fired"] >= 0
    assert person.api("POST", "/clock", json={"advance": 60}).json["now"] > moved.json["now"]
    both = {"to": "2020-01-01T00:00:00Z", "advance": 1}
    for body in ({}, both, {"advance": "soon"}, {"advance": -1}, {"advance": "P"}):
        assert person.api("POST", "/clock", json=body).status_code == 422, body


def test_a_production_server_refuses_to_move_its_clock(world):
    from dataclasses import replace

    from app.bootstrap import create_app

    config = replace(world.tools.config, movable_clock=False)
    person = world.person("street_duty")
    person.app = create_app(config, replace(world.tools, config=config))
    answer = person.api("POST", "/clock", json={"advance": "PT1M"})
    assert answer.status_code == 403 and answer.json["type"].endswith("clock-fixed")


def test_files_go_in_and_come_out_for_those_who_may_see_them(world):
    person, case_id, _ = start(world)
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360f8cf500f0003860180905a4a7f0000000049454e44ae426082"
    )
    sent = {"file": (io.BytesIO(png), "../../a\x00.png"), "case_id": case_id, "phase": "before"}
    kept = person.api("POST", "/attachments", data=sent, content_type="multipart/form-data")
    assert kept.status_code == 201 and "/" not in kept.json["name"], kept.json
    got = person.api("GET", f"/attachments/{kept.json['id']}")
    assert got.data == png and got.mimetype == "image/png"
    got.close()
    assert world.person("county_dept_contact").api("GET", f"/attachments/{kept.json['id']}").status_code == 404
    page = {"file": (io.BytesIO(b"<script>alert(1)</script>"), "a.png")}
    refused = person.api("POST", "/attachments", data=page, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert person.api("POST", "/attachments", data={}, content_type="multipart/form-data").status_code == 422
    large = {"data": b"x" * (21 * 2**20), "content_type": "multipart/form-data; boundary=x"}
    assert person.api("POST", "/attachments", **large).status_code == 413


def test_a_designer_proposes_and_another_one_approves(world):
    first, second = world.person("process_designer"), world.person("process_designer", 1).sign_in()
    changed = REST.replace('name="办理"', f'name="办理 {uuid.uuid4().hex[:6]}"').encode()

    def propose(content, name="test/one_task.bpmn"):
        sent = {"files": (io.BytesIO(content), name), "message": "改名"}
        return first.api("POST", "/processes", data=sent, content_type="multipart/form-data")

    proposed = propose(changed)
    assert proposed.status_code == 201, proposed.json
    number = proposed.json["proposed"][0]["number"]
    broken = propose(changed.replace(b"candidateRoles", b"candidateRolez"))
    assert broken.status_code == 422 and broken.json["findings"][0]["element"] == "work"
    assert propose(b"no xml").status_code == 422
    assert propose(b"x", "evil.exe").status_code == 422
    decision = f"/studio/process/one_task/versions/{number}/decision"
    own = first.sign_in().post(decision, data={"approve": "yes", "csrf_token": first.csrf})
    assert own.status_code == 303
    rows = second.api("GET", "/processes").json["definitions"]
    assert next(row for row in rows if row["key"] == "one_task")["current"] < number
    second.post(decision, data={"approve": "yes", "csrf_token": second.csrf})
    rows = second.api("GET", "/processes").json["definitions"]
    assert next(row for row in rows if row["key"] == "one_task")["current"] == number


def test_lookups(world):
    person = world.person("street_duty")
    assert person.api("GET", "/items?q=占道").json["options"]
    assert person.api("GET", "/units?kind=GRID&under=33.02.11.004").json["options"]
    assert person.api("GET", "/units?kind=NONSENSE").status_code == 422
    place = person.api("GET", "/places?lat=29.912&lon=121.582").json
    assert place["unit"].startswith("33.02.11.004") and place["path"]
    assert person.api("GET", "/places?lat=0&lon=0").status_code == 404
    assert person.api("GET", "/affairs/suggestions?q=占道经营").json["suggestions"][0]["item_code"]


def test_wrong_methods_and_addresses(world):
    strange = world.app.test_client()
    wrong = strange.delete("/api/v1/tasks")
    assert wrong.status_code == 405 and "GET" in wrong.headers["Allow"]
    assert wrong.json["type"].endswith("method-not-allowed")
    for path in ("/api/v1/nope", "/api/v1/tasks/not-an-id", "/api/v1/processes/%00/cases", "/api/v1/tasks/%ff"):
        assert strange.get(path).json["status"] in (404, 405), path


def test_the_openapi_document_names_all_of_it(world):
    document = world.app.test_client().get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.")
    wanted = {
        "/api/v1/session", "/api/v1/reports", "/api/v1/tasks", "/api/v1/tasks/{task_id}/claim",
        "/api/v1/tasks/{task_id}/release", "/api/v1/tasks/{task_id}/complete", "/api/v1/cases/{case_id}",
        "/api/v1/cases/{case_id}/history", "/api/v1/cases/{case_id}/verify", "/api/v1/processes",
        "/api/v1/processes/{key}/cases", "/api/v1/messages", "/api/v1/clock",
    }  # fmt: skip
    assert wanted <= set(document["paths"])
    report = document["components"]["schemas"]["ReportRecord"]["properties"]
    assert report["content"] == {**report["content"], "type": "string", "minLength": 6, "maxLength": 4000}
