"""What tests of verbs may ask for: the tools of a server with its own database, and people to act."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.config import Config
from app.domain.actor import SYSTEM, Actor, Assignment
from app.domain.ids import new_id
from app.domain.org import Unit, UnitKind
from app.domain.records import PersonRow, RoleRow, UnitPlace
from app.ports.passwords import hash_password
from app.usecases import Tools
from app.usecases.intake.submit_report import submit_report
from app.usecases.opening import open_tools
from tests.usecases.drawn import Stage

CITY = "33.02"


@pytest.fixture
def tools(config: Config) -> Iterator[Tools]:
    """The tools of a test server with a fresh, migrated, empty database."""
    made = open_tools(config)
    yield made
    made.store.dispose()


@pytest.fixture
def demo_tools(tools: Tools) -> Tools:
    """The same, as a demo server."""
    return replace(tools, config=replace(tools.config, demo=True))


@pytest.fixture
def add_person(tools: Tools) -> Callable[..., Actor]:
    """Keep a person with a password and roles, and give the acting value."""

    def add(username: str, *roles: str, password: str = "", unit: str = CITY) -> Actor:
        at = datetime(2020, 1, 1, tzinfo=UTC)
        person_id: UUID = new_id(0, at)
        row = PersonRow(
            county=0, id=person_id, username=username, name=username.title(), phone="", locale="zh",
            password_hash=hash_password(password) if password else "", active=True, created_at=at,
        )  # fmt: skip
        with tools.store.unit_of_work() as uow:
            uow.people.add_many([row])
            uow.roles.grant_many([RoleRow(person_id, role, unit, at) for role in roles])
            uow.commit()
        held = tuple(Assignment(role, unit) for role in sorted(roles))
        return Actor(str(person_id), username, username.title(), held, person_id=person_id)

    return add


@pytest.fixture
def stage(tools: Tools, tmp_path: Path) -> Stage:
    """A server with a city that is nothing but its centre, where a test publishes what it has drawn."""
    centre = Unit(CITY, UnitKind.CITY_CENTRE, "市中心", "City centre", 5, 0, None)
    with tools.store.unit_of_work() as uow:
        uow.units.load_many([UnitPlace(centre)])
        uow.commit()
    return Stage(tools, tmp_path / "drawn")


@pytest.fixture
def demo_city(with_city: None, tools: Tools) -> Tools:
    """The tools of a server with the demo city and the release's processes."""
    return tools


@pytest.fixture
def street_case(demo_city: Tools) -> UUID:
    """A citizen's report that waits for acceptance in the command room of 庄市街道."""
    with demo_city.store.unit_of_work() as uow:
        place = uow.units.place("33.02.11.004.001.001")
    assert place
    report = {
        "channel": "HOTLINE_12345", "source_system": "test", "source_id": "1", "nature": "help",
        "content": "路边的井盖不见了，很危险，请尽快处理", "lat": place.lat, "lon": place.lon, "address": "河沿村路口",
        "reporter": {"name": "报告人", "phone": "13800000000"},
    }  # fmt: skip
    return submit_report(demo_city, actor=SYSTEM, report=report).case_id
