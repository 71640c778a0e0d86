"""A server gets ready beside its first requests, a command at the prompt does not; a database that is away is met."""

import threading
from collections.abc import Callable, Iterator

import click
import pytest

from app import bootstrap
from app.config import Config

AWAY = "postgresql://nobody:x@127.0.0.1:1/none"


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Heard when the memory is settled, which the other tests of this process would feel."""
    told = threading.Event()
    monkeypatch.setattr(bootstrap, "settle_memory", told.set)
    yield told
    for one in threading.enumerate():
        if one.name == "reading ahead":
            one.join(30)


def test_a_server_starts_without_its_database_and_settles(
    make_config: Callable[..., Config], settled: threading.Event
) -> None:
    app = bootstrap.create_app(make_config(database_url=AWAY))
    assert app.test_client().get("/healthz").status_code == 200
    assert settled.wait(30)


def test_a_server_reads_what_is_published_and_a_command_does_not(
    make_config: Callable[..., Config], settled: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    monkeypatch.setattr(bootstrap, "read_ahead", read.append)
    with click.Context(click.Command("check")):
        bootstrap.create_app(make_config(database_url=AWAY))
    assert not read and not [one for one in threading.enumerate() if one.name == "reading ahead"]
    bootstrap.create_app(make_config(database_url=AWAY))
    assert settled.wait(30) and len(read) == 1
