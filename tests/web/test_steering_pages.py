"""Steering and migrating, as a browser without scripts and as a program use them."""

import pytest

from app.domain.actor import SYSTEM
from app.usecases.studio.publish_files import publish_files
from tests.web.world import REST, World

TWO = REST.replace('id="one_task"', 'id="{key}"').replace("一项任务", "两版流程")


@pytest.fixture
def case(world: World):
    """A case of one task, and the one who may steer it."""
    duty = world.person("street_duty")
    case_id = duty.api("POST", "/processes/one_task/cases", json={"variables": {}}).json["case_id"]
    return world.person("sys_admin"), duty, case_id


def test_programs_look_ahead_and_steer(case):
    admin, duty, case_id = case
    here = f"/cases/{case_id}"
    found = admin.api("GET", f"{here}/positions").json
    (token,) = found["tokens"]
    assert (token["key"], token["name"], token["kind"]) == ("one_task/work#1", "办理", "UserTask")
    assert {one["node"] for one in found["targets"]["one_task@1"]} == {"work", "end"}
    seen = admin.api("POST", f"{here}/preview", json={"kind": "skip", "key": token["key"]}).json
    assert seen["closes"] and [one["node"] for one in seen["ended"]] == ["work"]
    assert admin.api("GET", f"{here}/positions").json["revision"] == found["revision"] == seen["revision"]
    why = {"reason": "演练", "revision": found["revision"]}
    stood = admin.api("POST", f"{here}/suspension", json=why)
    assert stood.status_code == 200 and stood.json["suspended"]
    assert admin.api("POST", f"{here}/suspension", json=why).json["type"].endswith("stale-revision")
    again = admin.api("POST", f"{here}/skips", json={"key": token["key"], "reason": "x"})
    assert (again.status_code, again.json["type"]) == (409, "urn:yongzhi:problem:case-suspended")
    shown = duty.api("GET", here).json
    assert shown["suspended"] and not shown["can_steer"] and shown["open_tasks"][0]["suspended"]
    task = shown["open_tasks"][0]["id"]
    duty.api("POST", f"/tasks/{task}/claim")
    stopped = duty.api("POST", f"/tasks/{task}/complete", json={"answers": {}})
    assert stopped.status_code in (409, 422)
    assert admin.api("POST", f"{here}/resumption", json={"reason": "x"}).status_code == 200
    moved = admin.api("POST", f"{here}/moves", json={"key": token["key"], "target": "work", "reason": "x"})
    assert [one["key"] for one in moved.json["opened"]] == ["one_task/work#2"]
    assert admin.api("POST", f"{here}/cancellations", json={"reason": "x", "key": "one_task/work#2"}).json["closes"]
    assert admin.api("POST", f"{here}/cancellations", json={"reason": "x"}).json["type"].endswith("case-closed")
    assert admin.api("POST", f"{here}/restarts", json={"reason": "x"}).json["opened"]
    verdict = duty.api("GET", f"{here}/verify").json
    assert verdict["chain_ok"] and verdict["replay_ok"]


def test_the_same_request_twice_under_a_key_is_done_once(case):
    admin, _, case_id = case
    send = {"headers": {"Idempotency-Key": f"suspend-{case_id}"}, "json": {"reason": "演练"}}
    first, second = (admin.api("POST", f"/cases/{case_id}/suspension", **send) for _ in range(2))
    assert first.status_code == second.status_code == 200 and first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(("path", "sent", "status"), [
    ("moves", {"key": "x"}, 422), ("moves", {"key": "one_task/work#1", "target": "no", "reason": "x"}, 409),
    ("skips", {"key": "one_task/work#9", "reason": "x"}, 409), ("suspension", {"reason": ""}, 422),
    ("suspension", {"reason": "x\u0000"}, 422), ("preview", {"kind": "fly"}, 422),
    ("limits", {"change": "extend", "name": "business", "amount": "2 h", "reason": "x"}, 409),
    ("limits", {"change": "extend", "name": "business", "amount": "soon", "reason": "x"}, 422),
    ("participants", {"key": "one_task/work#1", "change": "add", "reason": "x"}, 409),
    ("resumption", {"reason": "x"}, 409),
])  # fmt: skip
def test_what_does_not_fit_is_refused(case, path, sent, status):
    admin, duty, case_id = case
    assert admin.api("POST", f"/cases/{case_id}/{path}", json=sent).status_code == status
    assert duty.api("POST", f"/cases/{case_id}/{path}", json=sent).status_code == 403


def test_the_page_previews_before_it_acts(case):
    admin, duty, case_id = case
    page = admin.sign_in().browser.get(f"/cases/{case_id}/steering?kind=move&key=one_task/work%231").text
    assert "正在等待的步骤" in page and "确认执行" not in page and 'value="end"' in page
    form = {"csrf_token": admin.csrf, "kind": "skip", "key": "one_task/work#1", "reason": "<b>演练</b>",
            "revision": "1"}  # fmt: skip
    seen = admin.browser.post(f"/cases/{case_id}/steering", data={**form, "do": "preview"}).text
    assert "执行后将会" in seen and "案件结束" in seen and "确认执行" in seen and "&lt;b&gt;演练" in seen
    none = admin.browser.post(f"/cases/{case_id}/steering", data={**form, "reason": " ", "do": "carry"})
    assert none.status_code == 422
    late = admin.browser.post(f"/cases/{case_id}/steering", data={**form, "revision": "9", "do": "carry"})
    assert late.status_code == 409
    done = admin.browser.post(f"/cases/{case_id}/steering", data={**form, "do": "carry"})
    assert done.status_code == 303 and "已执行" in admin.browser.get(f"/cases/{case_id}/steering").text
    assert admin.browser.get(f"/cases/{case_id}/steering/one_task/1.bpmn").data.startswith(b"<?xml")
    shown = duty.sign_in().browser.get(f"/cases/{case_id}").text
    assert "跳过：办理" in shown and "&lt;b&gt;演练" in shown and "/steering" not in shown
    assert duty.browser.get(f"/cases/{case_id}/steering").status_code == 403


def test_the_page_shows_no_diagram_that_the_case_does_not_run(case, world):
    admin, _, case_id = case
    publish(world, "elsewhere", TWO)
    here = f"/cases/{case_id}/steering"
    browser = admin.sign_in().browser
    assert browser.get(f"{here}/one_task/1.bpmn").status_code == 200
    for other in ("elsewhere/1", "one_task/2", "none/1"):
        assert browser.get(f"{here}/{other}.bpmn").status_code == 404


def publish(world: World, key: str, text: str) -> None:
    folder = world.tools.config.var_dir / "bpmn" / "test"
    (folder / f"{key}.bpmn").write_text(text.replace("{key}", key), encoding="utf-8")
    publish_files(world.tools, actor=SYSTEM, bpmn=folder.parent, forms=world.tools.config.forms_dir)
    world.tools.library.forget()


def test_cases_go_over_to_a_new_version(world):
    publish(world, "two_versions", TWO)
    admin, designer, duty = (world.person(role) for role in ("sys_admin", "process_designer", "street_duty"))
    cases = [duty.api("POST", "/processes/two_versions/cases", json={"variables": {}}).json["case_id"]
             for _ in range(2)]  # fmt: skip
    publish(world, "two_versions", TWO.replace('"work"', '"task"').replace("办理", "承办"))
    place = {"process": "two_versions", "old": 1, "new": 2}
    plan = designer.api("POST", "/migrations/plan", json=place).json
    (work,) = [one for one in plan["elements"] if one["node"] == "work"]
    assert (work["target"], work["why"], work["cases"], plan["blocking"]) == ("task", "place", 2, [])
    assert designer.api("POST", "/migrations/plan", json={**place, "mapping": {"work": "end"}}).status_code == 409
    dry = designer.api("POST", "/migrations", json={**place, "reason": "x", "dry_run": True}).json
    assert [one["outcome"] for one in dry["results"]] == ["migrated"] * 2 and dry["dry_run"]
    key = {"headers": {"Idempotency-Key": "go-over"}}
    done = admin.api("POST", "/migrations", json={**place, "reason": "x", "cases": cases[:1]}, **key)
    assert [(one["case_id"], one["outcome"]) for one in done.json["results"]] == [(cases[0], "migrated")]
    assert admin.api("POST", "/migrations", json={**place, "reason": "x", "cases": cases[:1]}, **key).json == done.json
    assert admin.api("POST", "/migrations", json={**place, "reason": "x", "cases": ["7"]}).status_code == 422
    assert duty.api("POST", "/migrations", json={**place, "reason": "x"}).status_code == 403
    page = designer.sign_in().browser.get("/studio/migrations/two_versions?old=1&new=2").text
    assert "步骤对照" in page and "位置相同" in page and 'name="map.work"' in page
    form = {"csrf_token": designer.csrf, "old": "1", "new": "2", "map.work": "task", "reason": "改版"}
    tried = designer.browser.post("/studio/migrations/two_versions", data={**form, "do": "dry"}).text
    assert "试运行结果" in tried and "可以迁移" in tried and "手工指定" in tried
    ran = designer.browser.post("/studio/migrations/two_versions", data={**form, "do": "run"}).text
    assert "已迁移" in ran
    assert designer.browser.post("/studio/migrations/two_versions", data={**form, "reason": "", "do": "run"}
                                 ).status_code == 422  # fmt: skip
    assert designer.browser.get("/studio/migrations/none").status_code == 404
    for case_id in cases:
        verdict = duty.api("GET", f"/cases/{case_id}/verify").json
        assert verdict["chain_ok"] and verdict["replay_ok"], verdict
        shown = duty.api("GET", f"/cases/{case_id}").json
        assert "迁移到流程第 2 版" in [one["title"] for one in shown["timeline"]]


def test_why_a_change_is_refused_is_said_in_chinese_with_a_code(case):
    admin, _, case_id = case
    where, sent = f"/cases/{case_id}/moves", {"key": "one_task/work#1", "target": "no", "reason": "x"}
    refused = admin.api("POST", where, json=sent, headers={"Accept-Language": "zh"}).json
    assert (refused["code"], refused["detail"]) == ("no-token-there", "流程 one_task 的 no 上不能放置令牌。")
    english = admin.api("POST", where, json=sent, headers={"Accept-Language": "en"}).json
    assert english["code"] == refused["code"]
    limits = {"change": "extend", "name": "business", "amount": "2 h", "reason": "x"}
    assert admin.api("POST", f"/cases/{case_id}/limits", json=limits).json["code"] == "limit-not-running"
