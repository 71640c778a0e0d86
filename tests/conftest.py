"""What every test may ask for: a fresh database, a clock that stands still, settings, a browser."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.config import Config
from app.ports import postgres
from tests.databases import Databases, name_of

ROOT = Path(__file__).resolve().parent.parent
TESTS = Path(__file__).resolve().parent
#: rooms that work in memory; their tests may not open a database
PURE = ("domain", "engine", "schemas")
#: rooms whose tests run the product: the first test of each file waits until a city is made and a server answers, which
#: takes minutes on a machine that does other things too; seconds after which something hangs
SERVED = {"browser": 900, "api": 600, "live": 600, "stories": 600}
#: what a browser says, and what `tests/browser/office.py` says, when something did not come
IN_VAIN = ("Call log:", r"Timeout \d+ms exceeded", "it never became so")
SHANGHAI = timezone(timedelta(hours=8), "CST")
NINE_ON_MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


def room_of(path: Path) -> str:
    """Name the room whose tests are in this file; empty for tests of the whole house."""
    parts = path.relative_to(TESTS).parts
    return parts[0] if len(parts) > 1 else ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of a room by where they are."""
    for item in items:
        room = room_of(item.path)
        if room == "store":
            item.add_marker(pytest.mark.store)
        if room == "browser":
            item.add_marker(pytest.mark.browser)
            # once more where the browser waited in vain (two cores, two browsers), and only there: what a test finds
            # wrong is wrong. A test that was run again is named at the end
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=list(IN_VAIN)))
        if room in SERVED:
            item.add_marker(pytest.mark.timeout(SERVED[room]))


def in_ci() -> bool:
    """Say whether CI runs the tests; there nothing may be left out quietly."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


_left_out: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember the browser tests that did not run."""
    if report.skipped and "browser" in report.keywords and not hasattr(report, "wasxfail"):
        _left_out.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """CI fails when a browser test was skipped, for whatever reason."""
    if in_ci() and _left_out and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the stories reached of each diagram, and which browser tests CI misses."""
    reports = [one for found in terminalreporter.stats.values() for one in found if hasattr(one, "user_properties")]
    coverage = sorted({str(value) for one in reports for name, value in one.user_properties if name == "coverage"})
    if coverage:
        terminalreporter.section("what the stories reach of the diagrams")
        for line in coverage:
            terminalreporter.line(line)
    if in_ci() and _left_out:
        terminalreporter.section("browser tests that CI may not skip")
        for nodeid in _left_out:
            terminalreporter.line(nodeid)


# --- the clock -----------------------------------------------------------------------------------


@dataclass
class FixedClock:
    """A clock that moves only when a test moves it."""

    at: datetime = NINE_ON_MONDAY

    def __call__(self) -> datetime:
        return self.at

    now = __call__

    def move_to(self, moment: datetime) -> datetime:
        """Set the clock; it never goes back."""
        assert moment >= self.at, f"the clock stands at {self.at}, {moment} is before that"
        self.at = moment
        return moment

    def advance(self, **amount: float) -> datetime:
        """Move on by days, hours, minutes or seconds."""
        return self.move_to(self.at + timedelta(**amount))


@pytest.fixture
def clock() -> FixedClock:
    """Stand at Monday, 2026-03-02T09:00+08:00, until the test moves on."""
    return FixedClock()


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    """The moment at which the clock stands."""
    return clock.at


# --- PostgreSQL ----------------------------------------------------------------------------------


class DatabaseInAPureRoom(AssertionError):
    """Tests of the domain, the engine and the schemas may not open a database."""


def forbid_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every way to a database raise."""

    def refuse(*_: object, **__: object) -> None:
        raise DatabaseInAPureRoom(DatabaseInAPureRoom.__doc__)

    # SQLAlchemy and the pool keep their own reference to `connect`; all of them end in these two
    monkeypatch.setattr(psycopg.Connection, "_connect_gen", refuse)
    monkeypatch.setattr(psycopg.AsyncConnection, "_connect_gen", refuse)


@pytest.fixture(autouse=True)
def _pure_rooms_have_no_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if room_of(request.path) in PURE:
        forbid_database(monkeypatch)


@pytest.fixture(scope="session")
def pg_bin() -> Path | None:
    """Folder of the PostgreSQL to test on (TEST_PG_BIN); None: the wheel's."""
    chosen = os.environ.get("TEST_PG_BIN")
    return Path(chosen) if chosen else None


#: files here are never written to a disk
MEMORY = Path("/dev/shm")


def roomy(folder: Path) -> bool:
    """Say whether a few clusters find room in a folder; that of a container is small."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 4 * 2**30


@pytest.fixture(scope="session")
def postgres_server(
    tmp_path_factory: pytest.TempPathFactory, pg_bin: Path | None
) -> Iterator[postgres.Server]:
    """A throw-away cluster of this test process; nothing in it survives a power cut, so it is quick."""
    var = Path(tempfile.mkdtemp(prefix="yongzhi-", dir=MEMORY)) if roomy(MEMORY) else tmp_path_factory.mktemp("cluster")
    unsafe = {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "max_wal_size": "512MB",
    }
    try:
        yield postgres.start(var, pg_bin=pg_bin, settings=unsafe)
    finally:
        postgres.stop(var)
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="session")
def databases(postgres_server: postgres.Server) -> Databases:
    """Where tests get databases from."""
    return Databases(postgres_server)


@pytest.fixture(scope="session")
def template_database(databases: Databases) -> str:
    """Run all migrations once; every test's database is a copy of this one."""
    from alembic import command
    from alembic.config import Config as AlembicConfig
    from sqlalchemy import NullPool, create_engine

    url = databases.copy(name="template_migrated")
    alembic = AlembicConfig(str(ROOT / "setup.cfg"))
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    # a template can only be copied while nobody is connected to it, hence no pool
    with create_engine(url, poolclass=NullPool).begin() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
    return "template_migrated"


@pytest.fixture(scope="session")
def city_template(databases: Databases, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Load the demo city and publish the release's diagrams, tables and forms once; nobody has a password."""
    from app.domain.actor import SYSTEM
    from app.usecases.opening import open_tools
    from app.usecases.people.load_city import load_city
    from app.usecases.studio.publish_files import publish_files

    url = databases.copy(template_database, "template_city")
    tools = open_tools(_settings(tmp_path_factory.mktemp("city"), database_url=url))
    try:
        load_city(tools)
        publish_files(tools, actor=SYSTEM, bpmn=ROOT / "bpmn", forms=ROOT / "forms")
    finally:
        tools.store.dispose()
    return "template_city"


@pytest.fixture(scope="session", autouse=True)
def _each_content_is_parsed_once() -> Iterator[None]:
    """Share parsed definitions between all tests: they never change, and most tests publish the same."""
    from app.engine import library

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(library, "_parsed", lru_cache(maxsize=1000)(library._parsed))
        yield


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """Address of a fresh database without any table."""
    url = databases.copy()
    yield url
    databases.drop(url)


@pytest.fixture
def with_city() -> None:
    """Ask for a `database_url` that holds the demo city and the release's processes."""


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """Address of a fresh, migrated database for this test alone; empty, unless the test asks `with_city`."""
    template = "city_template" if "with_city" in request.fixturenames else "template_database"
    url = databases.copy(request.getfixturevalue(template))
    yield url
    databases.drop(url)


@pytest.fixture(scope="module")
def module_database_url(databases: Databases, template_database: str) -> Iterator[str]:
    """Address of a fresh, migrated database that the tests of one module share."""
    url = databases.copy(template_database)
    yield url
    databases.drop(url)


@pytest.fixture(scope="module")
def module_city_url(databases: Databases, city_template: str) -> Iterator[str]:
    """Address of a city that the tests of one module share."""
    url = databases.copy(city_template)
    yield url
    databases.drop(url)


@pytest.fixture
def superuser_url(postgres_server: postgres.Server, database_url: str) -> str:
    """The same database for PostgreSQL's superuser: what an intruder on the machine could do."""
    return postgres_server.admin_url.replace("/postgres?", f"/{name_of(database_url)}?")


# --- settings ------------------------------------------------------------------------------------


def _settings(var: Path, **fields: Any) -> Config:
    usual: dict[str, Any] = {
        "secret_key": "a key that only tests use, forty letters",
        "data_key": bytes(range(32)),
        "testing": True,
        "movable_clock": True,
        "var_dir": var,
        "bpmn_dir": ROOT / "bpmn",
        "forms_dir": ROOT / "forms",
        "city_dir": ROOT / "city",
    }
    return Config(**usual | fields)


@pytest.fixture
def make_config(tmp_path: Path) -> Callable[..., Config]:
    """Build settings for a test; every field can be given."""
    return partial(_settings, tmp_path / "var")


@pytest.fixture
def config(make_config: Callable[..., Config], database_url: str) -> Config:
    """Settings of a test server with a fresh database."""
    return make_config(database_url=database_url)


# --- the browser ---------------------------------------------------------------------------------

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Find the machine's Chromium."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real Chromium; a machine without one skips, unless it is CI, which may not."""
    path = find_chromium()
    if path is None:
        why = f"no Chromium on this machine (looked for {', '.join(CHROMIUM)})"
        if in_ci():
            pytest.fail(f"{why}; CI must have one")
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        # root's Chromium has no sandbox of its own; the pages are our own too
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        # a microphone that beeps; a page hears it only where a test permits that
        arguments.append("--use-fake-device-for-media-stream")
        browser = tool.chromium.launch(executable_path=path, args=arguments, timeout=120_000)
        yield browser
        browser.close()


@pytest.fixture
def desktop(chromium: Any) -> Iterator[Any]:
    """A browser window of an officer's desk, 1440 x 900, in Chinese."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    yield context
    context.close()


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """A browser window of a phone, 390 x 844, touch, in Chinese."""
    context = chromium.new_context(
        locale="zh-CN",
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
    )
    yield context
    context.close()
