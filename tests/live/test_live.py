"""Live updates over the real server: gunicorn hands the connection over, the side process speaks."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.api.serving import STREET, Product
from tests.api.trial_pack import FILES
from tests.live.listening import Browser

ROOM = f"{STREET}.cmd"


@pytest.fixture(scope="module")
def product(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with two workers of two threads, and its side process."""
    product = Product(tmp_path_factory.mktemp("var"), module_database_url, threads=2)
    product.prepare(FILES)
    try:
        product.start(live=True)
        yield product
    finally:
        product.stop()


@pytest.fixture(scope="module")
def passwords(product: Product) -> dict[str, str]:
    names = product.usernames("street_duty", ROOM)[:2]
    return {name: product.add_password(name) for name in names}


@pytest.fixture
def officers(product: Product, passwords: dict[str, str]) -> list[Browser]:
    return [Browser(product.config.port).sign_in(*one) for one in passwords.items()]


def begin(product: Product, passwords: dict[str, str]) -> Any:
    """Start a case whose first task goes to the room; gives the officer's program and the task."""
    name, password = next(iter(passwords.items()))
    caller = product.caller(name, password)
    caller.post("/processes/one_task/cases", {"variables": {"title": "新任务"}})
    return caller


def test_the_stream_is_on_the_pages_own_origin_and_says_first_what_is(officers: list[Browser]) -> None:
    officer = officers[0]
    address = officer.ticket()
    assert address.startswith("/live?ticket=")
    answer = officer.open(address)
    assert answer.status == 200
    assert answer.getheader("cache-control") == "no-store"
    # nothing else may travel on a connection that belongs to the side process
    assert answer.getheader("connection") == "close"
    officer.close()
    with officer.listening():
        name, said = officer.next()
        assert name == "pulse" and set(said) == {"counts", "unread", "tasks", "notices"}


def test_a_new_task_a_claim_and_its_end_are_told_to_both(
    product: Product, passwords: dict[str, str], officers: list[Browser]
) -> None:
    with ExitStack() as open_streams:
        for each in officers:
            open_streams.enter_context(each.listening())
        before = [each.next()[1]["counts"]["todo"] for each in officers]
        caller = begin(product, passwords)
        said = [
            each.until(lambda said, n=n: said["counts"]["todo"] == n + 1)
            for each, n in zip(officers, before, strict=True)
        ]
        new = said[0]["tasks"][0]
        assert new["zh"] and said[1]["tasks"][0]["id"] == new["id"]
        caller.post(f"/tasks/{new['id']}/claim")
        # the other one's list has one less; who holds it still has it
        officers[1].until(lambda said: said["counts"]["todo"] == before[1])
        caller.close()


def test_a_stranger_a_forger_and_an_old_ticket_get_nothing(product: Product, officers: list[Browser]) -> None:
    stranger = Browser(product.config.port)
    assert stranger.ask("/live-ticket")[0] in (302, 303, 401)
    address = officers[0].ticket()
    session, until, signature = address.partition("ticket=")[2].split(".")
    later = str(int(until) + 60)
    nobody = "0" * 64
    forged = (f"{session}.{later}.{signature}", f"{nobody}.{until}.{signature}", f"{session}.{until}.{nobody}")
    for ticket in ("", "x", *forged):
        answer = stranger.open(f"/live?ticket={ticket}")
        assert (answer.status, answer.read()) == (401, b""), ticket
        stranger.close()
    for path in ("/live?ticket=a%0d%0aX", "/live?" + "a" * 500, "/live/x"):
        answer = stranger.open(path)
        assert answer.status == 404, path
        stranger.close()


def test_who_signs_out_hears_no_more(officers: list[Browser], product: Product, passwords: dict[str, str]) -> None:
    officer = officers[1]
    with officer.listening():
        assert officer.next()[0] == "pulse"
        token = re.search(r'name="csrf-token" content="([^"]+)"', officer.ask("/rights")[2])
        assert token and officer.ask("/sign-out", {"csrf_token": token[1]})[0] == 303
        begin(product, passwords).close()
        # what happened before may still be told
        while officer.next()[0] != "ended":
            pass


def test_more_open_browsers_than_threads_starve_nobody(
    product: Product, passwords: dict[str, str], officers: list[Browser]
) -> None:
    """The server has four threads; the streams hold none of them."""
    name, password = next(iter(passwords.items()))
    with ExitStack() as open_streams:
        crowd = [Browser(product.config.port).sign_in(name, password) for _ in range(10)]
        for each in crowd:
            open_streams.enter_context(each.listening())
        for each in crowd:
            assert each.next()[0] == "pulse"
        assert officers[0].ask("/inbox")[0] == 200
        begin(product, passwords).close()
        for each in crowd:
            each.until(lambda said: said["tasks"])


def test_of_too_many_streams_of_one_session_the_oldest_ends(officers: list[Browser]) -> None:
    officer = officers[0]
    others = []
    try:
        for _ in range(8):
            one = Browser(officer.port)
            one.cookies = officer.cookies
            context = one.listening()
            context.__enter__()
            others.append((one, context))
            assert one.next()[0] == "pulse"
        for one, _ in others[:2]:
            # fails when nothing more is said
            while one.next()[0] != "end":
                pass
    finally:
        for _, context in others:
            context.__exit__(None, None, None)
