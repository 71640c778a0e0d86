"""A city for every story: each gets a copy of the one with people and published diagrams."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app.config import Config
from app.usecases import Tools
from app.usecases.clock import Clock
from app.usecases.opening import open_tools
from tests.databases import Databases
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


@pytest.fixture
def city_url(databases: Databases, city_template: str) -> Iterator[str]:
    """Address of this story's own city."""
    url = databases.copy(city_template)
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def shelf(databases: Databases, city_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    """Tools whose parsed diagrams and city files all stories share; they are the same in every copy."""
    url = databases.copy(city_template)
    tools = open_tools(_config(url, tmp_path_factory.mktemp("shelf")))
    yield tools
    tools.store.dispose()
    databases.drop(url)


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
