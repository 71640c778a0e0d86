"""A city for every story: one database with people and published diagrams is made once, each story gets a copy."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.config import Config
from app.domain.actor import SYSTEM
from app.ports import postgres
from app.usecases import Tools
from app.usecases.clock import Clock
from app.usecases.opening import open_tools
from app.usecases.people.load_city import load_city
from app.usecases.studio.publish_files import publish_files
from tests.stories.desk import UseCaseDesk
from tests.stories.photos import ROOT
from tests.stories.telling import Scene


class WholeMinutes(Clock):
    """The movable clock, without the seconds that a story itself takes: its times are exactly the table's."""

    def now(self) -> datetime:
        return super().now().replace(second=0, microsecond=0)


def _config(database_url: str, var: Path) -> Config:
    return Config(
        secret_key="a key that only the stories use, forty", data_key=bytes(range(32)), testing=True,
        movable_clock=True, database_url=database_url, var_dir=var, bpmn_dir=ROOT / "bpmn", forms_dir=ROOT / "forms",
        city_dir=ROOT / "city",
    )  # fmt: skip


def _copy(server: postgres.Server, template: str) -> tuple[str, str]:
    """Copy a database; its name and address."""
    name = f"story_{uuid.uuid4().hex}"
    with psycopg.connect(server.admin_url, autocommit=True) as link:
        order = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        link.execute(order.format(*map(sql.Identifier, (name, postgres.OWNER, template))))
    return name, server.url.replace(f"/{postgres.DATABASE}?", f"/{name}?")


def _drop(server: postgres.Server, name: str) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as link:
        link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def city_template(
    postgres_server: postgres.Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Load the demo city and publish the real diagrams, tables and forms, once."""
    name, url = _copy(postgres_server, template_database)
    tools = open_tools(_config(url, tmp_path_factory.mktemp("city")))
    load_city(tools)
    publish_files(tools, actor=SYSTEM, bpmn=ROOT / "bpmn", forms=ROOT / "forms")
    tools.store.dispose()
    return name


@pytest.fixture
def city_url(postgres_server: postgres.Server, city_template: str) -> Iterator[str]:
    """Address of this story's own city."""
    name, url = _copy(postgres_server, city_template)
    yield url
    _drop(postgres_server, name)


@pytest.fixture(scope="module")
def module_city_url(postgres_server: postgres.Server, city_template: str) -> Iterator[str]:
    """Address of a city that the stories of one module share."""
    name, url = _copy(postgres_server, city_template)
    yield url
    _drop(postgres_server, name)


@pytest.fixture(scope="session")
def shelf(
    postgres_server: postgres.Server, city_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tools]:
    """Tools whose parsed diagrams and city files all stories share; they are the same in every copy."""
    name, url = _copy(postgres_server, city_template)
    tools = open_tools(_config(url, tmp_path_factory.mktemp("shelf")))
    yield tools
    tools.store.dispose()
    _drop(postgres_server, name)


@pytest.fixture
def tools(city_url: str, shelf: Tools, tmp_path: Path) -> Iterator[Tools]:
    """The tools of this story's own city, on a clock that shows whole minutes."""
    own = open_tools(_config(city_url, tmp_path / "var"))
    clock = WholeMinutes(own.store, movable=True)
    yield replace(own, clock=clock, city=shelf.city, library=shelf.library)
    own.store.dispose()


@pytest.fixture
def scene(tools: Tools) -> Scene:
    """The city, through the use cases, on Monday morning."""
    made = Scene(UseCaseDesk(tools))
    made.at("03-02 08:00")
    return made
