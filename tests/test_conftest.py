"""The tests' own tools: a database for each test, none in pure rooms, a clock that stands."""

import os
import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest

from tests.conftest import NINE_ON_MONDAY, DatabaseInAPureRoom, forbid_database, room_of
from tests.conftest import TESTS as HERE


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_has_its_own_database(empty_database_url, number):
    with psycopg.connect(empty_database_url) as link:
        link.execute("CREATE TABLE mine AS SELECT 1")
        assert link.execute("SHOW fsync").fetchone() == ("off",)


def test_a_fresh_database_is_migrated(database_url, superuser_url):
    for url in (database_url, superuser_url):
        with psycopg.connect(url) as link:
            tables = link.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()[0]
            assert tables > 5
    with psycopg.connect(superuser_url) as link:
        mighty = link.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        assert mighty == (True,)


def test_a_pure_room_cannot_open_a_database(empty_database_url, monkeypatch):
    with monkeypatch.context() as patched, pytest.raises(DatabaseInAPureRoom):
        forbid_database(patched)
        psycopg.connect(empty_database_url)


def test_a_pure_room_cannot_open_one_through_sqlalchemy_either(empty_database_url, monkeypatch):
    import sqlalchemy

    with monkeypatch.context() as patched, pytest.raises(DatabaseInAPureRoom):
        forbid_database(patched)
        sqlalchemy.create_engine(empty_database_url).connect()


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_ci_fails_when_a_browser_test_is_skipped(tmp_path, ci, code):
    (tmp_path / "conftest.py").write_text((HERE / "conftest.py").read_text())
    (tmp_path / "test_page.py").write_text(
        "import pytest\n@pytest.mark.browser\n@pytest.mark.skip(reason='later')\ndef test_page(): pass\n"
    )
    order = [sys.executable, "-m", "pytest", "-c", str(HERE.parent / "setup.cfg"), "--rootdir", str(tmp_path)]
    environ = {**os.environ, "CI": ci, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [*order, "-p", "no:cacheprovider", str(tmp_path)],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 skipped" in done.stdout
    assert (done.returncode, "test_page.py::test_page" in done.stdout) == (code, bool(ci))


def test_the_room_of_a_test():
    assert room_of(HERE / "domain/test_org.py") == "domain"
    assert room_of(HERE / "test_config.py") == ""


def test_the_clock_stands_until_it_is_moved(clock, now):
    assert clock() == clock.now() == now == NINE_ON_MONDAY
    assert clock.advance(hours=2) == now + timedelta(hours=2) == clock()
    with pytest.raises(AssertionError):
        clock.move_to(now)


def test_settings_of_a_test_server(make_config):
    assert make_config(port=1).port == 1 and make_config().testing
