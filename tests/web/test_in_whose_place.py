"""Over the interface and in the browser: whoever stands in for somebody acts for him where it is his work."""

import json
from datetime import timedelta

import pytest

from app.usecases.people.end_substitute import end_substitute
from app.usecases.people.name_substitute import name_substitute
from tests.web.world import World


@pytest.fixture
def leave(world: World):
    """A duty officer on leave with a task in hand, and an officer of another office who stands in for him."""
    away, other = world.person("street_duty", 5), world.person("grid_member", 5)
    case = away.api("POST", "/processes/one_task/cases", json={"variables": {}}).json["case_id"]
    tasks = away.api("GET", "/tasks?limit=200&sort=-created").json["tasks"]
    task = next(one["id"] for one in tasks if one["case_id"] == case)
    away.api("POST", f"/tasks/{task}/claim")
    with world.tools.store.unit_of_work() as uow:
        person = uow.people.by_username(away.username)
        actor = uow.people.actor(person.id, world.tools.clock.now())
    now = world.tools.clock.now()
    made = name_substitute(world.tools, actor=actor, substitute=other.username, from_at=now - timedelta(hours=1),
                           until_at=now + timedelta(days=2), reason="休假")  # fmt: skip
    yield away, other, task, case
    try:
        end_substitute(world.tools, actor=actor, substitution_id=made)
    except Exception as over:
        assert getattr(over, "slug", "") == "substitution-over", over


def test_his_work_is_found_and_done_for_him(leave) -> None:
    away, other, task, case = leave
    rows = {row["id"]: row for row in other.api("GET", "/tasks?limit=200&sort=-created").json["tasks"]}
    assert rows[task]["for_name"] and rows[task]["holder"] != ""
    # a stranger finds nothing, and cannot say that he acts for somebody
    assert other.api("GET", f"/tasks/{task}").status_code == 200
    other.sign_in()
    page = other.browser.get(f"/tasks/{task}")
    assert page.status_code == 200 and rows[task]["for_name"] in page.text
    draft = other.api("PUT", f"/tasks/{task}/draft", json={"answers": {}})
    assert draft.status_code in (200, 204), draft.text
    facts = other.api("GET", f"/cases/{case}/history", headers={"On-Behalf-Of": away.username})
    assert facts.status_code == 200
    released = other.api("POST", f"/tasks/{task}/release")
    assert released.status_code == 200, released.text
    last = away.api("GET", f"/cases/{case}/history").json["facts"][-1]
    assert last["kind"] == "TaskReleased" and json.loads(last["body"])["for"]["username"] == away.username
    assert away.username != last["actor"]


def test_nobody_says_so_who_does_not_stand_in(world: World, leave) -> None:
    away, other, task, _ = leave
    stranger = world.person("grid_member", 6)
    refused = stranger.api("GET", f"/tasks/{task}", headers={"On-Behalf-Of": away.username})
    assert refused.status_code == 403 and refused.json["type"].endswith("not-standing-in")
    assert other.api("GET", "/tasks", headers={"On-Behalf-Of": "nobody"}).status_code == 403
    assert stranger.api("GET", f"/tasks/{task}").status_code == 404
