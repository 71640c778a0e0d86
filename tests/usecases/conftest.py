"""What tests of verbs may ask for: the tools of a server with its own database, and people to act."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.config import Config
from app.domain.actor import Actor, Assignment
from app.domain.ids import new_id
from app.domain.records import PersonRow, RoleRow
from app.ports.passwords import hash_password
from app.usecases import Tools
from app.usecases.opening import open_tools

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
