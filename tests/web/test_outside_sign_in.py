"""Signing in with another house's account, against a real provider in a process of its own."""

import base64
import html
import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from app.bootstrap import create_app
from app.domain.facts import first_break
from app.ports import oidc
from app.ports.oidc import NotConfirmed, ProviderUnreachable, challenge_of
from app.ports.outside import Outside
from app.ports.secrets import Secrets
from tests.web.world import World, read_csrf

CLIENT, SECRET = "yongzhi-test", "a secret of both"
BACK = "http://localhost/sign-in/outside/back"


@dataclass
class Provider:
    """The other house."""

    issuer: str

    def knows(self, subject: str, **claims: object) -> None:
        """Let it know somebody."""
        request = urllib.request.Request(
            f"{self.issuer}/users/{subject}", json.dumps(claims).encode(), {"Content-Type": "application/json"},
            method="PUT",
        )  # fmt: skip
        urllib.request.urlopen(request, timeout=10).close()

    def confirms(self, address: str, subject: str | None) -> str:
        """Say yes on its page, or no; where it sends the browser back to."""
        form = {"sub": subject} if subject else {"action": "deny"}

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object, **__: object) -> None:
                return None

        try:
            urllib.request.build_opener(Stay).open(address, urlencode(form).encode(), timeout=10)
        except urllib.error.HTTPError as answer:
            assert answer.code in (302, 303), answer.read()
            return str(answer.headers["Location"])
        raise AssertionError("the provider did not send the browser back")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("provider.py")
    process = subprocess.Popen([sys.executable, str(script), str(port)], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    try:
        assert process.stdout and process.stdout.readline().strip() == "ready"
        yield Provider(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout and process.stdout.close()


def served(world: World, provider: Provider, **settings: object) -> Flask:
    """The same city, with a provider."""
    hosts = (provider.issuer.removeprefix("http://"),)
    folder = world.tools.config.var_dir / "secrets"
    folder.mkdir(exist_ok=True)
    (folder / "oidc_client_secret").write_text(SECRET)
    config = replace(
        world.tools.config, oidc_issuer=provider.issuer, oidc_client_id=CLIENT, outside_hosts=hosts,
        secrets_dir=folder, **settings,
    )  # fmt: skip
    secrets = Secrets(data_key=config.data_key, secret_key=config.secret_key, folder=folder)
    app = create_app(config, replace(world.tools, config=config, outside=Outside(hosts), secrets=secrets))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def browser(world: World, provider: Provider) -> FlaskClient:
    return served(world, provider).test_client()


def onward(answer) -> str:
    """Read where a page of ours leads by itself; a redirect would break the page's form-action in a browser."""
    assert answer.status_code == 200 and "Location" not in answer.headers, answer.text
    found = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', answer.text)
    assert found and f'href="{found[1]}"' in answer.text
    return html.unescape(found[1])


def sent_away(browser: FlaskClient, target: str = "/rights") -> str:
    """Press the button; the address of the provider."""
    page = browser.get("/sign-in").text
    assert "/sign-in/outside" in page
    answer = browser.post("/sign-in/outside", data={"csrf_token": read_csrf(page), "next": target})
    return onward(answer)


def back(browser: FlaskClient, location: str):
    return browser.get(location.removeprefix("http://localhost"))


def whoever(world: World, role: str, nth: int) -> str:
    return world.person(role, nth).username


def test_somebody_comes_in_with_another_houses_account(world: World, provider: Provider, browser: FlaskClient) -> None:
    name = whoever(world, "street_duty", 0)
    provider.knows("s-1", preferred_username=name)
    address = sent_away(browser)
    asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
    assert asked["redirect_uri"] == "http://localhost/sign-in/outside/back" and "openid" in asked["scope"].split()
    assert len(asked["state"]) > 40 and len(asked["nonce"]) > 40 and asked["state"] != asked["nonce"]
    location = provider.confirms(address, "s-1")
    answer = back(browser, location)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rights"), answer.text
    assert browser.get("/inbox").status_code == 200
    # the same way back a second time is refused: the note is gone, and so is the code
    browser.delete_cookie("yongzhi_session")
    assert back(browser, location).status_code == 403
    with world.tools.store.unit_of_work() as uow:
        person = uow.people.by_username(name)
        assert person and uow.identities.owner(provider.issuer, "s-1") == person.id
        facts = uow.office_facts.of(person.id)
    assert "IdentityLinked" in [fact.kind for fact in facts] and first_break(reversed(facts)) is None
    # from now on the identity counts, whatever the provider calls him
    provider.knows("s-1", preferred_username="somebody.else")
    assert back(browser, provider.confirms(sent_away(browser), "s-1")).status_code == 303


def test_two_identities_are_not_one_account(world: World, provider: Provider, browser: FlaskClient) -> None:
    name = whoever(world, "street_duty", 1)
    for subject in ("s-2", "s-3"):
        provider.knows(subject, preferred_username=name)
    assert back(browser, provider.confirms(sent_away(browser), "s-2")).status_code == 303
    browser.delete_cookie("yongzhi_session")
    refused = back(browser, provider.confirms(sent_away(browser), "s-3"))
    assert refused.status_code == 403 and "绑定" in refused.text


@pytest.mark.parametrize("claims", [{}, {"preferred_username": "nobody.here"}, {"preferred_username": 7}])
def test_nobody_here_has_this_account(provider: Provider, browser: FlaskClient, claims: dict[str, object]) -> None:
    provider.knows("s-4", **claims)
    refused = back(browser, provider.confirms(sent_away(browser), "s-4"))
    assert refused.status_code == 403 and "没有对应账号" in refused.text


def test_a_closed_account_stays_closed(world: World, provider: Provider, browser: FlaskClient) -> None:
    name = whoever(world, "street_duty", 2)
    provider.knows("s-5", preferred_username=name)
    with world.tools.store.unit_of_work() as uow:
        person = uow.people.by_username(name)
        assert person
        uow.people.change(person.id, active=False)
        uow.commit()
    try:
        assert back(browser, provider.confirms(sent_away(browser), "s-5")).status_code == 403
    finally:
        with world.tools.store.unit_of_work() as uow:
            uow.people.change(person.id, active=True)
            uow.commit()


def test_who_says_no_there_does_not_come_in(provider: Provider, browser: FlaskClient) -> None:
    refused = back(browser, provider.confirms(sent_away(browser), None))
    assert refused.status_code == 403 and "没有完成" in refused.text


def test_what_was_forged_on_the_way_is_refused(world: World, provider: Provider, browser: FlaskClient) -> None:
    provider.knows("s-6", preferred_username=whoever(world, "street_duty", 3))
    location = provider.confirms(sent_away(browser), "s-6")
    # another browser, without the note
    assert back(browser.application.test_client(), location).status_code == 403
    # the state of another request
    forged = re.sub(r"state=[^&]+", "state=forged", location)
    assert back(browser, forged).status_code == 403
    # the code of one request in another one: its verifier and its nonce are others
    first = provider.confirms(sent_away(browser), "s-6")
    state = parse_qs(urlsplit(sent_away(browser)).query)["state"][0]
    assert back(browser, re.sub(r"state=[^&]+", f"state={state}", first)).status_code == 403
    assert browser.get("/inbox").status_code == 303


def test_the_second_factor_is_asked_for_all_the_same(world: World, provider: Provider) -> None:
    provider.knows("s-7", preferred_username=whoever(world, "street_duty", 4))
    strict = served(world, provider, second_factor_roles=("street_duty",)).test_client()
    answer = back(strict, provider.confirms(sent_away(strict), "s-7"))
    assert answer.status_code == 200 and "二维码" in answer.text and answer.headers["Cache-Control"] == "no-store"
    assert strict.get("/inbox").status_code == 303


def test_a_provider_that_is_away_or_another_one_is_named(world: World, provider: Provider) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    other = provider.issuer.replace("127.0.0.1", "localhost")
    for issuer, hosts in ((nobody, ("127.0.0.1",)), (other, ("localhost", "127.0.0.1")), (provider.issuer, ())):
        config = replace(world.tools.config, oidc_issuer=issuer, oidc_client_id=CLIENT, outside_hosts=hosts)
        app = create_app(config, replace(world.tools, config=config, outside=Outside(hosts)))
        browser = app.test_client()
        page = browser.get("/sign-in").text
        answer = browser.post("/sign-in/outside", data={"csrf_token": read_csrf(page), "next": "/"})
        if issuer == other:
            # it calls itself as it was asked; then that is its name
            assert onward(answer).startswith(other)
            continue
        assert answer.headers["Location"] == "/sign-in"
        assert "统一身份平台没有正常应答" in browser.get("/sign-in").text


def test_without_a_provider_there_is_no_button(world: World) -> None:
    browser = world.app.test_client()
    page = browser.get("/sign-in").text
    assert "/sign-in/outside" not in page
    assert browser.post("/sign-in/outside", data={"csrf_token": read_csrf(page)}).status_code == 404
    assert browser.get("/sign-in/outside/back?code=x&state=y").status_code == 403


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B
    made = challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert made == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def code_for(there: oidc.Provider, provider: Provider, subject: str) -> tuple[str, dict[str, str]]:
    """Get a code, and what goes with it."""
    held = {name: oidc.new_secret() for name in ("state", "nonce", "verifier")}
    address = there.address(**held, back=BACK, at=datetime.now(UTC))
    code = parse_qs(urlsplit(provider.confirms(address, subject)).query)["code"][0]
    return code, held


def test_what_the_provider_says_counts_only_for_this_request(provider: Provider) -> None:
    provider.knows("s-9", preferred_username="x")
    hosts = ("127.0.0.1",)
    there = oidc.Provider(provider.issuer, CLIENT, Outside(hosts), SECRET)
    at = datetime.now(UTC)
    code, held = code_for(there, provider, "s-9")
    right = {"verifier": held["verifier"], "nonce": held["nonce"], "back": BACK, "at": at}
    found = there.claims(code=code, **right)
    assert (found["sub"], found["aud"], found["iss"]) == ("s-9", [CLIENT], provider.issuer)
    with pytest.raises(NotConfirmed):
        there.claims(code=code, **right)
    for wrong in (
        {"verifier": oidc.new_secret()}, {"nonce": oidc.new_secret()}, {"at": at + timedelta(hours=3)},
        {"at": at - timedelta(hours=3)}, {"back": "http://localhost/elsewhere"},
    ):  # fmt: skip
        code, held = code_for(there, provider, "s-9")
        with pytest.raises(NotConfirmed):
            there.claims(code=code, **{**right, "verifier": held["verifier"], "nonce": held["nonce"], **wrong})
    code, held = code_for(there, provider, "s-9")
    with pytest.raises(NotConfirmed):
        other = oidc.Provider(provider.issuer, "another-client", Outside(hosts), SECRET)
        other.claims(code=code, verifier=held["verifier"], nonce=held["nonce"], back=BACK, at=at)
    with pytest.raises(ProviderUnreachable):
        # whatever calls itself differently is not the one that was meant
        oidc.Provider(f"{provider.issuer}/", CLIENT, Outside(hosts)).address(**held, back=BACK, at=at)


@pytest.mark.parametrize("forged", ["none", "HS256", "other key"])
def test_a_token_that_the_provider_did_not_sign_counts_nothing(provider: Provider, forged: str) -> None:
    there = oidc.Provider(provider.issuer, CLIENT, Outside(("127.0.0.1",)), SECRET)
    at = datetime.now(UTC)
    keys = json.loads(urllib.request.urlopen(f"{provider.issuer}/jwks", timeout=10).read())
    stamp = int(at.timestamp())
    claims = {"iss": provider.issuer, "aud": CLIENT, "sub": "s-9", "exp": stamp + 60, "iat": stamp, "nonce": "n"}
    if forged == "other key":
        token = jwt.encode({"alg": "RS256", "kid": keys["keys"][0].get("kid")}, claims, RSAKey.generate_key(2048))
    elif forged == "HS256":
        token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
    else:
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
                 for part in ({"alg": "none"}, claims)]  # fmt: skip
        token = ".".join([*parts, ""])
    with pytest.raises(NotConfirmed):
        there._checked(token, keys, "n", at)


# --- tie and untie -------------------------------------------------------------------------------


def at_home(world: World, browser: FlaskClient, role: str, nth: int) -> tuple[str, str, str]:
    """Sign somebody in with his password: (user name, password, token of his pages)."""
    person = world.person(role, nth)
    person.app, person.browser = browser.application, browser
    person.sign_in()
    return person.username, person.password, person.csrf


def ties(browser: FlaskClient, provider: Provider, csrf: str, password: str, subject: str) -> str:
    """Ask to tie an identity, and say yes at the provider; the way back."""
    sent = browser.post("/account/identity", data={"csrf_token": csrf, "password": password})
    address = onward(sent)
    assert address.startswith(provider.issuer)
    return provider.confirms(address, subject)


def tied_to(world: World, username: str) -> list[str]:
    with world.tools.store.unit_of_work() as uow:
        person = uow.people.by_username(username)
        assert person
        return [one.subject for one in uow.identities.list_of(person.id)]


def test_somebody_ties_an_identity_and_unties_it(world: World, provider: Provider, browser: FlaskClient) -> None:
    name, password, csrf = at_home(world, browser, "street_affairs", 0)
    provider.knows("t-1", preferred_username="called.otherwise")
    assert "统一身份" in browser.get("/account").text
    wrong = browser.post("/account/identity", data={"csrf_token": csrf, "password": "guessed"})
    assert wrong.status_code == 422 and tied_to(world, name) == []
    assert browser.post("/account/identity", data={"password": password}).status_code == 400
    location = ties(browser, provider, csrf, password, "t-1")
    answer = back(browser, location)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "t-1" in browser.get("/account").text and tied_to(world, name) == ["t-1"]
    # by that identity he comes in, though it is called otherwise there
    other = browser.application.test_client()
    assert back(other, provider.confirms(sent_away(other), "t-1")).status_code == 303
    assert other.get("/inbox").status_code == 200
    # the way back a second time ties nothing, and takes nobody in
    assert back(browser.application.test_client(), location).status_code == 403
    csrf = read_csrf(browser.get("/account").text)
    gone = browser.post("/account/identity/drop", data={"csrf_token": csrf, "password": password})
    assert gone.status_code == 303 and tied_to(world, name) == []
    assert browser.get("/inbox").status_code == 200 and other.get("/inbox").status_code == 303
    refused = back(other, provider.confirms(sent_away(other), "t-1"))
    assert refused.status_code == 403 and "没有对应账号" in refused.text
    with world.tools.store.unit_of_work() as uow:
        person = uow.people.by_username(name)
        facts = uow.office_facts.of(person.id)
    assert [fact.kind for fact in facts[:2]] == ["IdentityUnlinked", "IdentityLinked"]
    assert first_break(reversed(facts)) is None


def test_nobody_ties_his_identity_to_somebody_elses_account(
    world: World, provider: Provider, browser: FlaskClient
) -> None:
    name, password, csrf = at_home(world, browser, "street_affairs", 1)
    provider.knows("t-2", preferred_username="x")
    location = ties(browser, provider, csrf, password, "t-2")
    # the link is opened where another one is signed in, or nobody
    with browser.session_transaction() as kept:
        note = kept["tying"]
    victim = browser.application.test_client()
    at_home(world, victim, "street_affairs", 0)
    with victim.session_transaction() as kept:
        kept["tying"] = note
    assert back(victim, location).status_code == 303
    stranger = browser.application.test_client()
    with stranger.session_transaction() as kept:
        kept["tying"] = note
    assert back(stranger, location).status_code == 303
    # as a way in it is refused too, and a way in ties nothing
    with stranger.session_transaction() as kept:
        kept["outside"] = note
    assert back(stranger, location).status_code == 403
    with world.tools.store.unit_of_work() as uow:
        assert uow.identities.owner(provider.issuer, "t-2") is None
    # whose identity is tied already cannot be tied again, by nobody
    assert back(browser, ties(browser, provider, csrf, password, "t-2")).status_code == 303
    assert tied_to(world, name) == ["t-2"]
    victim = browser.application.test_client()
    other_name, other_password, other_csrf = at_home(world, victim, "street_enforce_coord", 0)
    back(victim, ties(victim, provider, other_csrf, other_password, "t-2"))
    assert tied_to(world, other_name) == [] and "先解除" in victim.get("/account").text


def test_an_administrator_unties_others_and_himself_only_with_his_password(
    world: World, provider: Provider, browser: FlaskClient
) -> None:
    name, password, csrf = at_home(world, browser, "street_command_duty", 0)
    provider.knows("t-3", preferred_username="x")
    back(browser, ties(browser, provider, csrf, password, "t-3"))
    assert tied_to(world, name) == ["t-3"]
    admin = browser.application.test_client()
    at_home(world, admin, "sys_admin", 0)
    with world.tools.store.unit_of_work() as uow:
        person = uow.people.by_username(name)
        himself = uow.people.by_username(world.person("sys_admin").username)
    page = admin.get(f"/people/{person.id}").text
    assert "t-3" in page and f"/people/{person.id}/identity/drop" in page
    csrf = read_csrf(page)
    assert admin.post(f"/people/{himself.id}/identity/drop", data={"csrf_token": csrf}).status_code == 403
    done = admin.post(f"/people/{person.id}/identity/drop", data={"csrf_token": csrf})
    assert done.status_code == 303 and tied_to(world, name) == []
    assert browser.get("/inbox").status_code == 303, "his sessions have ended"
    assert admin.post(f"/people/{person.id}/identity/drop", data={"csrf_token": csrf}).status_code == 404
    with world.tools.store.unit_of_work() as uow:
        fact = uow.office_facts.of(person.id)[0]
    assert (fact.kind, fact.role, fact.content["subject"]) == ("IdentityUnlinked", "sys_admin", "t-3")
