"""The launcher starts a small invented product; whatever happens to it, nothing blocks the next start."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from app.ports import postgres
from app.ports.processes import born_at, is_alive

ROOT = Path(__file__).resolve().parents[2]

WSGI = """
import json, os, pathlib, click, psycopg
from flask import Flask
app = Flask(__name__)
VAR = pathlib.Path(os.environ["VAR"])

@app.get("/healthz")
def healthz():
    return psycopg.connect(os.environ["DATABASE_URL"]).execute("SELECT word FROM kept").fetchone()[0]

@app.cli.command("db-upgrade")
def db_upgrade():
    if (VAR / "broken").exists():
        raise SystemExit("the schema is from the future [x]")
    with psycopg.connect(os.environ["DATABASE_URL"]) as link:
        link.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 'well' AS word")
    print("up to date")

@app.cli.command("publish")
@click.argument("folders", nargs=2)
def publish(folders):
    print("published", *folders)

@app.cli.group("city")
def city():
    pass

@city.command("load")
@click.option("--scale")
def load(scale):
    assert scale == "demo" and os.environ["DEMO"] == "1"
    account = {"username": "wang", "password": "[secret]", "roles": ["grid_worker"], "unit": "网格一"}
    (VAR / "demo-accounts.json").write_text(json.dumps([account]))

@app.cli.command("check")
def check():
    pass
"""
SCHEDULER = """
import time
while True:
    time.sleep(0.1)
"""


@pytest.fixture
def product(tmp_path):
    """A product of one page, in the place of the real one; the launcher and the ports are the real ones."""
    package = tmp_path / "product/app"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(f"__path__.append({str(ROOT / 'app')!r})\n")
    (package / "scheduler.py").write_text(SCHEDULER)
    (package.parent / "wsgi.py").write_text(WSGI)
    yield package.parent
    postgres.stop(tmp_path / "var")


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def launch(product, port, tmp_path):
    """Start the launcher as `make demo` does."""
    started = []

    def start(**settings):
        environ = {**os.environ, "DEMO": "1", "PORT": str(port), "VAR": str(tmp_path / "var"), "WORKERS": "1"}
        environ.pop("DATABASE_URL", None)
        launcher = subprocess.Popen(
            [sys.executable, "-m", "app.launcher"],
            cwd=product,
            env={**environ, "PYTHONPATH": str(product), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(launcher)
        return launcher

    yield start
    for launcher in started:
        launcher.kill()
        launcher.communicate()


def until_ready(launcher):
    said = []
    for line in launcher.stdout:
        said.append(line)
        if line.startswith("Ready:"):
            return "".join(said)
    raise AssertionError("".join(said))


def fetch(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        return answer.read()


def children(var):
    return json.loads((var / "launcher.json").read_text())


def free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.bind(("127.0.0.1", port)) is None


def test_starts_tells_the_accounts_and_stops_everything(launch, port, tmp_path):
    launcher = launch()
    said = until_ready(launcher)
    assert fetch(port) == b"well"
    assert "wang" in said and "[secret]" in said and "网格一" in said and f"http://127.0.0.1:{port}" in said
    left = children(tmp_path / "var")
    assert len(left) == 3 and postgres.running_url(tmp_path / "var")
    launcher.send_signal(signal.SIGINT)
    assert launcher.wait(30) == 0
    assert not [pid for pid, birthday in left if is_alive(pid) and born_at(pid) == birthday]
    assert postgres.running_url(tmp_path / "var") is None
    assert free(port)


def test_a_second_start_finds_the_data(launch, port):
    for signal_number in (signal.SIGTERM, signal.SIGHUP):
        before = time.monotonic()
        launcher = launch()
        until_ready(launcher)
        assert time.monotonic() - before < 60 and fetch(port) == b"well"
        launcher.send_signal(signal_number)
        assert launcher.wait(30) == 0


def test_a_killed_launcher_blocks_nothing(launch, port, tmp_path):
    first = launch()
    until_ready(first)
    first.kill()
    first.wait()
    second = launch()
    until_ready(second)
    assert fetch(port) == b"well"
    second.send_signal(signal.SIGINT)
    assert second.wait(30) == 0
    # the database of the killed one was taken over, so it is stopped too
    assert postgres.running_url(tmp_path / "var") is None


@pytest.mark.parametrize("after_seconds", [0.4, 1.2, 2.5, 4])
def test_a_start_killed_at_any_moment_blocks_nothing(launch, port, after_seconds):
    first = launch()
    time.sleep(after_seconds)
    first.kill()
    first.wait()
    second = launch()
    until_ready(second)
    assert fetch(port) == b"well"


def test_a_taken_port_is_said_before_anything_starts(launch, port, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        launcher = launch()
        said, _ = launcher.communicate(timeout=30)
    assert launcher.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used: Address already in use" in said
    assert not (tmp_path / "var/postgres").exists()


def test_a_second_launcher_is_refused_and_the_first_lives_on(launch, port):
    until_ready(launch())
    second = launch()
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 1 and "already runs" in said and str(port) in said
    assert fetch(port) == b"well"


def test_a_failing_preparation_is_shown_and_nothing_stays(launch, port, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var/broken").touch()
    launcher = launch()
    said, _ = launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert "db-upgrade" in said and "the schema is from the future [x]" in said
    assert postgres.running_url(tmp_path / "var") is None and free(port)


def test_a_database_that_is_down_is_said(launch, tmp_path):
    launcher = launch(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    said, _ = launcher.communicate(timeout=60)
    assert launcher.returncode == 1 and "refused" in said
    assert not (tmp_path / "var/postgres").exists()


def test_wrong_settings_are_all_said(launch):
    launcher = launch(THREADS="0", LOCALE="fr")
    said, _ = launcher.communicate(timeout=30)
    assert launcher.returncode == 1 and "THREADS" in said and "LOCALE" in said


@pytest.mark.parametrize("which", [0, 1])
def test_when_a_part_ends_by_itself_all_of_it_ends_with_a_word(launch, tmp_path, which):
    launcher = launch()
    until_ready(launcher)
    os.kill(children(tmp_path / "var")[which][0], signal.SIGKILL)
    said, _ = launcher.communicate(timeout=30)
    assert launcher.returncode == 1 and "ended by itself (-9)" in said
    assert postgres.running_url(tmp_path / "var") is None


def test_a_database_that_ran_before_is_left_running(launch, tmp_path):
    postgres.start(tmp_path / "var")
    launcher = launch()
    until_ready(launcher)
    launcher.send_signal(signal.SIGINT)
    assert launcher.wait(30) == 0
    assert postgres.running_url(tmp_path / "var")
