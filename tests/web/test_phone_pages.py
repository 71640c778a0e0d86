"""The pages of the phone and of contact over HTTP: what a stranger sees, what is refused, what is kept."""

import pytest

from app.domain.city_files import read_yaml
from app.web.headers import CONTENT_SECURITY_POLICY
from tests.web.world import World


def test_the_shell_is_the_same_for_everybody_and_holds_nobodys_data(world: World) -> None:
    stranger = world.app.test_client().get("/phone/shell")
    worker = world.person("grid_member").sign_in()
    his = worker.browser.get("/phone/shell")
    assert stranger.status_code == his.status_code == 200
    assert 'name="actor" content=""' in his.text and worker.username not in his.text and "usermenu" not in his.text
    assert his.text.count('name="problem"') == 28


def test_the_policy_grows_by_workers_the_manifest_sounds_and_pictures_alone() -> None:
    before = (
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-elem 'self'; "
        "style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    added = {"worker-src 'self'", "manifest-src 'self'", "media-src 'self' blob:", "img-src 'self' data: blob:"}
    now = set(CONTENT_SECURITY_POLICY.split("; "))
    assert now - set(before.split("; ")) == added
    assert set(before.split("; ")) - now == {"img-src 'self' data:"}


def test_the_microphone_is_for_our_own_pages_alone_and_a_voice_ends_where_the_city_says(world: World) -> None:
    worker = world.person("grid_member").sign_in()
    page = worker.browser.get("/report")
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    most = read_yaml(world.tools.city.folder / "attachments.yaml")["voice"]["longest_seconds"]
    assert 10 <= most <= 600 and f'name="voice-seconds" content="{most}"' in page.text


def test_worker_and_manifest_come_from_the_top_and_are_asked_for_anew(world: World) -> None:
    worker = world.app.test_client().get("/sw.js")
    assert worker.status_code == 200 and "javascript" in worker.content_type
    assert worker.headers["Cache-Control"] == "no-cache"
    worker.close()
    with world.app.test_client().get("/manifest.webmanifest") as manifest:
        assert manifest.content_type == "application/manifest+json"


def test_who_is_signed_in_is_said_with_a_token_and_a_stranger_gets_none(world: World) -> None:
    assert world.app.test_client().get("/phone/me").json == {"actor": "", "csrf": ""}
    worker = world.person("grid_member").sign_in()
    said = worker.browser.get("/phone/me").json
    assert said["actor"] and said["csrf"]
    worker.csrf = said["csrf"]
    grid = next(one.unit for one in world.accounts.values() if one.username == worker.username)
    row = {"unit": grid, "values": {"household": "一户", "worker": said["actor"], "purpose": "care", "finding": "none",
           "came_at": "2026-03-02T09:00:00Z", "lat": 29.9, "lon": 121.5}}  # fmt: skip
    key = {"Idempotency-Key": "visit-once"}
    first = worker.post("/api/v1/registers/visits/rows", json=row, headers=key)
    again = worker.post("/api/v1/registers/visits/rows", json=row, headers=key)
    assert first.status_code == again.status_code == 201 and first.json["id"] == again.json["id"]
    bare = worker.browser.post("/api/v1/registers/visits/rows", json=row)
    assert bare.status_code in (400, 403), "a page of another origin may not write"


def test_preferences_are_kept_and_wrong_ones_are_shown_at_their_field(world: World) -> None:
    officer = world.person("street_duty").sign_in()
    sent = {"mail": "duty@example.cn", "phone": "", "quiet_from": "22:30", "quiet_to": "06:30",
            "choices.task": ["mail"], "csrf_token": officer.csrf}  # fmt: skip
    assert officer.browser.post("/contact", data=sent).status_code == 303
    page = officer.browser.get("/contact").text
    assert 'value="duty@example.cn"' in page and 'value="22:30"' in page
    refused = officer.browser.post("/contact", data={**sent, "mail": "nowhere", "quiet_to": ""})
    assert refused.status_code == 422 and 'value="nowhere"' in refused.text
    assert 'value="duty@example.cn"' in officer.browser.get("/contact").text


@pytest.mark.parametrize("role", ["citizen", "process_designer", "auditor"])
def test_everybody_with_an_account_says_how_he_is_told(world: World, role: str) -> None:
    found = [one for one in world.accounts.values() if role in one.roles]
    if not found:
        pytest.skip(f"the demo city has no {role}")
    assert world.person(role).sign_in().browser.get("/contact").status_code == 200


def test_a_ticket_is_for_who_has_an_inbox(world: World) -> None:
    officer = world.person("street_duty").sign_in()
    assert officer.browser.get("/live-ticket").json["address"].startswith("/live?ticket=")
    assert officer.api("GET", "/../../live-ticket").status_code in (401, 404)
    assert world.person("auditor").sign_in().browser.get("/live-ticket").status_code == 403
