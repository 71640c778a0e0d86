"""The generated city is kept, once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.domain.errors import Forbidden
from app.ports.secrets import Secrets
from app.usecases import Tools
from app.usecases.people.load_city import load_city
from app.usecases.people.sign_in import sign_in
from tests.hashes import cheap_hashes


@pytest.fixture(autouse=True)
def _quickly() -> Iterator[None]:
    with cheap_hashes():
        yield


def test_the_demo_city_is_loaded_once_and_its_accounts_work(demo_tools: Tools) -> None:
    first = load_city(demo_tools, scale="demo", demo_passwords=True)
    assert first.people == first.added == len(first.accounts) > 150
    assert first.units > 1000
    account = next(one for one in first.accounts if "street_duty" in one.roles)
    signed = sign_in(
        demo_tools, username=account.username, password=account.password, address="10.0.0.1", kind="bearer"
    )
    assert signed.actor.has("street_duty")
    assert account.unit in signed.actor.units

    again = load_city(demo_tools, scale="demo", demo_passwords=True)
    assert (again.added, again.accounts, again.people) == (0, first.accounts, first.people)
    with demo_tools.store.unit_of_work() as uow:
        assert uow.units.count() == first.units


def test_points_find_their_grids(demo_tools: Tools) -> None:
    assert len(demo_tools.city.grids) == 0
    load_city(demo_tools)
    grids = demo_tools.city.grids
    assert len(grids) > 150
    with demo_tools.store.unit_of_work() as uow:
        place = uow.units.place("33.02.11.004.001.001")
    assert place and place.lat and place.lon
    assert grids.find(place.lat, place.lon) == "33.02.11.004.001.001"
    assert grids.find(0.0, 0.0) is None


def test_when_the_secret_changes_so_do_the_passwords(demo_tools: Tools) -> None:
    load_city(demo_tools, demo_passwords=True)
    turned = replace(
        demo_tools, secrets=Secrets(data_key=bytes(32), secret_key="another key, forty letters long ......")
    )
    account = load_city(turned, demo_passwords=True).accounts[0]
    assert sign_in(turned, username=account.username, password=account.password, address="", kind="cookie")


def test_without_demo_there_are_no_known_passwords(tools: Tools) -> None:
    with pytest.raises(Forbidden):
        load_city(tools, demo_passwords=True)
    loaded = load_city(tools)
    assert loaded.accounts == ()
    with tools.store.unit_of_work() as uow:
        assert {person.password_hash for person in uow.people.list(limit=500)} == {""}


def test_somebody_is_on_duty(demo_tools: Tools) -> None:
    from datetime import UTC, datetime

    load_city(demo_tools)
    with demo_tools.store.unit_of_work() as uow:
        found = uow.people.on_duty("33.02.11.004.cmd", "street_duty", datetime(2026, 3, 4, 3, tzinfo=UTC))
    assert [person.username for person in found]
