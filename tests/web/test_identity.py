"""Signing in and out, forged requests, and what every answer carries."""

import pytest

from app.web.headers import CONTENT_SECURITY_POLICY, HEADERS
from app.web.identity import COOKIE, safe_next
from tests.web.world import read_csrf


def test_sign_in_gives_a_cookie_that_scripts_cannot_read(world):
    person = world.person("grid_member").sign_in()
    cookie = person.browser.get_cookie(COOKIE)
    assert cookie.http_only and cookie.same_site == "Lax" and not cookie.secure
    assert person.browser.get("/inbox").status_code == 200


def test_over_https_the_cookie_is_secure_and_the_browser_stays_there(world):
    person = world.person("grid_member")
    secure = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/sign-in"}}
    csrf = read_csrf(person.browser.get("/sign-in", **secure).text)
    fields = {"csrf_token": csrf, "username": person.username, "password": person.password}
    answer = person.browser.post("/sign-in", data=fields, **secure)
    assert answer.status_code == 303 and "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_sign_out_ends_the_session_in_the_store_too(world):
    person = world.person("grid_member").sign_in()
    token = person.browser.get_cookie(COOKIE).value
    person.browser.post("/sign-out", data={"csrf_token": person.csrf})
    person.browser.set_cookie(COOKIE, token)
    assert person.browser.get("/inbox").status_code == 303


def test_a_wrong_password_says_neither_which_nor_why_and_too_many_are_stopped(world):
    browser = world.app.test_client()
    csrf = read_csrf(browser.get("/sign-in").text)
    fields = {"csrf_token": csrf, "username": "nobody.at.all", "password": "guess"}
    for _ in range(5):
        answer = browser.post("/sign-in", data=fields, environ_base={"REMOTE_ADDR": "10.1.1.1"})
        assert answer.status_code == 401 and "用户名或密码不正确" in answer.text
    stopped = browser.post("/sign-in", data=fields, environ_base={"REMOTE_ADDR": "10.1.1.1"})
    assert stopped.status_code == 429 and "尝试次数过多" in stopped.text and stopped.headers["Retry-After"]


def test_a_page_cannot_be_made_to_send_what_its_user_did_not_mean(world):
    person = world.person("grid_member").sign_in()
    forged = person.browser.post("/report", data={"content": "something happened here", "nature": "patrol"})
    assert forged.status_code == 400
    assert person.browser.post("/sign-out").status_code == 400
    assert person.browser.get("/inbox").status_code == 200


def test_a_cookie_alone_does_not_write_through_the_interface(world):
    person = world.person("street_duty").sign_in()
    body = {"name": "x", "id": "forged-1", "correlation": {"event_no": "NB-0"}}
    assert person.browser.post("/api/v1/messages", json=body).status_code == 400
    assert person.post("/api/v1/messages", json=body).status_code == 200


def test_a_bad_token_is_not_rescued_by_a_good_cookie(world):
    person = world.person("street_duty").sign_in()
    answer = person.browser.get("/api/v1/tasks", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401


@pytest.mark.parametrize("target", [
    "https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)", "http:/x", "/a\nb", "", None,
    "\\\\example.org", "/" + "a" * 3000, "///x",
])  # fmt: skip
def test_nobody_is_sent_elsewhere(target):
    assert safe_next(target) == "/"


def test_sign_in_goes_on_to_our_own_pages_only(world):
    person = world.person("grid_member")
    csrf = read_csrf(person.browser.get("/sign-in").text)
    fields = {"csrf_token": csrf, "username": person.username, "password": person.password}
    answer = person.browser.post("/sign-in", data={**fields, "next": "//example.org/x"})
    assert answer.headers["Location"] == "/"
    assert safe_next("/cases?q=a") == "/cases?q=a"


@pytest.mark.parametrize("address", ["/sign-in", "/nope", "/api/v1/nope", "/api/v1/openapi.json", "/healthz"])
def test_every_answer_carries_the_headers(world, address):
    answer = world.app.test_client().get(address)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["Cache-Control"] == "no-store"


def test_proxies_are_believed_only_where_they_are_announced(world):
    from dataclasses import replace

    from app.bootstrap import create_app

    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.9.9"}
    assert "Strict-Transport-Security" not in world.app.test_client().get("/healthz", headers=forwarded).headers
    config = replace(world.tools.config, trusted_proxies=1)
    behind = create_app(config, replace(world.tools, config=config))
    assert "Strict-Transport-Security" in behind.test_client().get("/healthz", headers=forwarded).headers


def test_a_language_is_chosen_for_this_browser_and_kept_with_the_account(world):
    person = world.person("village_secretary").sign_in()
    assert "退出登录" in person.browser.get("/rights").text
    person.browser.get("/language/en?next=/rights")
    assert "Sign out" in person.browser.get("/rights").text
    again = world.person("village_secretary").sign_in()
    assert "Sign out" in again.browser.get("/rights").text
    assert person.browser.get("/language/fr").status_code == 404
    person.browser.get("/language/zh")


def test_errors_are_said_in_the_language_of_the_request(world):
    strange = world.app.test_client()
    assert strange.get("/api/v1/tasks").json["detail"] == "请先登录。"
    english = strange.get("/api/v1/tasks", headers={"Accept-Language": "en"}).json
    assert english["detail"] == "Sign in first."


def test_what_nobody_foresaw_gets_a_number_and_tells_nothing(world):
    from app.bootstrap import create_app

    app = create_app(world.tools.config, world.tools)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail():
        raise RuntimeError("the inside of the house")

    fail.allowed = "door.open"
    app.add_url_rule("/fail", "fail", fail)
    answer = app.test_client().get("/fail")
    assert answer.status_code == 500 and "the inside" not in answer.text and "故障编号" in answer.text
    document = app.test_client().get("/fail", headers={"Accept": "application/json"}).json
    assert document["type"].endswith(":fault") and document["incident"]


def test_a_database_that_is_away_is_said_so_and_waited_for(world):
    from dataclasses import replace

    from app.bootstrap import create_app

    config = replace(world.tools.config, database_url="postgresql://nobody@127.0.0.1:9/nothing")
    app = create_app(config)
    browser = app.test_client()
    assert browser.get("/healthz").status_code == 200
    ready = browser.get("/readyz")
    assert ready.status_code == 503 and ready.json["problems"] == ["The database does not answer."]
    answer = browser.get("/api/v1/tasks", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 503 and answer.json["type"].endswith(":store-unavailable")
    assert answer.headers["Retry-After"]
    assert "yongzhi_database_up 0.0" in browser.get("/metrics").text


@pytest.mark.parametrize("keyed", [False, True])
def test_guessed_codes_count_also_where_each_request_bears_a_key_of_its_own(world, keyed):
    """A refused request is taken back with all that it wrote; the attempt must not be among that."""
    from app.usecases.people.admitting import PER_PAIR, pass_of

    person = world.person("dept_station_officer", 3 + keyed)
    with world.tools.store.unit_of_work() as uow:
        note = pass_of(world.tools, uow.people.by_username(person.username).id, "code")
    browser = world.app.test_client()
    fields = {"csrf_token": read_csrf(browser.get("/sign-in").text), "note": note}
    answers = []
    for nth in range(PER_PAIR + 1):
        headers = {"Idempotency-Key": f"guess-{nth}"} if keyed else {}
        sent = browser.post("/sign-in/code", data={**fields, "code": f"{nth:06}"}, headers=headers,
                            environ_base={"REMOTE_ADDR": "10.1.1.7"})  # fmt: skip
        answers.append(sent.status_code)
    assert answers == [401] * PER_PAIR + [429]


def test_no_secret_is_kept_for_a_repeated_request(world):
    from app.web.idempotency import NEVER

    secret = {"account.factor", "account.password", "office.password"}
    entering = {name for name in world.app.view_functions if name.startswith("entering.") and name != "entering.back"}
    assert secret | entering <= NEVER and set(world.app.view_functions) >= NEVER
