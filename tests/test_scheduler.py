"""The metronome: fires what is due, survives an outage, stops when asked."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app import scheduler
from app.config import SETTINGS
from app.domain.errors import StoreUnavailable
from app.scheduler import Metronome
from app.usecases.people.forget_expired import Forgotten

ROOT = Path(__file__).resolve().parent.parent


def until(condition: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def timers(metronome: Metronome) -> int:
    return metronome.beats[0].round()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A stand-in for the verbs: moments that are due, and what fired."""
    made = SimpleNamespace(due=[], fired=[], away=False, broken=0, swept=0, handed_on=[], lock=threading.Lock())

    def fire(tools: Any) -> bool:
        if made.away:
            raise StoreUnavailable
        if made.broken:
            made.broken -= 1
            raise RuntimeError("a defect")
        with made.lock:
            ready = [at for at in made.due if at <= datetime.now(UTC)]
            if not ready:
                return False
            made.due.remove(min(ready))
            made.fired.append(time.monotonic())
            return True

    def sweep(tools: Any) -> Forgotten:
        made.swept += 1
        if made.away:
            raise StoreUnavailable
        return Forgotten(1, 2, 3)

    monkeypatch.setattr(scheduler, "fire_due_timers", fire)
    monkeypatch.setattr(scheduler, "close_overtaken_incidents", lambda tools: 4)
    monkeypatch.setattr(scheduler, "next_due_moment", lambda tools: min(made.due, default=None))
    monkeypatch.setattr(scheduler, "forget_expired", sweep)
    monkeypatch.setattr(scheduler, "reseat_tasks", made.handed_on.append)
    made.tools = SimpleNamespace(
        config=SimpleNamespace(tick_seconds=0.2, movable_clock=False),
        clock=SimpleNamespace(now=lambda: datetime.now(UTC)),
    )
    return made


@pytest.fixture
def metronome(world: SimpleNamespace) -> Any:
    made = Metronome(world.tools)
    yield made
    made.stop()


def test_everything_due_fires_in_one_round(world: SimpleNamespace, metronome: Metronome) -> None:
    world.due = [datetime.now(UTC) - timedelta(seconds=n) for n in range(50)]
    assert timers(metronome) == 50
    assert timers(metronome) == 0


def test_it_comes_back_when_the_next_is_due_and_not_a_tick_later(world: SimpleNamespace, metronome: Metronome) -> None:
    world.tools.config.tick_seconds = 5.0
    metronome = Metronome(world.tools)
    world.due = [datetime.now(UTC) + timedelta(seconds=0.6)]
    begun = time.monotonic()
    metronome.start()
    until(lambda: world.fired, 4)
    assert 0.5 < world.fired[0] - begun < 4
    metronome.stop()


def test_what_others_set_meanwhile_is_found_at_the_next_tick(world: SimpleNamespace, metronome: Metronome) -> None:
    metronome.start()
    time.sleep(0.3)
    world.due.append(datetime.now(UTC))
    until(lambda: world.fired, 3)


def test_it_goes_on_for_many_rounds(world: SimpleNamespace, metronome: Metronome) -> None:
    metronome.start()
    for _ in range(40):
        world.due.append(datetime.now(UTC) + timedelta(milliseconds=10))
        time.sleep(0.03)
    until(lambda: len(world.fired) == 40, 5)


def test_an_outage_is_waited_for(
    world: SimpleNamespace, metronome: Metronome, caplog: pytest.LogCaptureFixture
) -> None:
    world.away = True
    world.due = [datetime.now(UTC)]
    with caplog.at_level(logging.WARNING, "yongzhi.scheduler"):
        metronome.start()
        until(lambda: caplog.records, 3)
    assert "does not answer" in caplog.text
    world.away = False
    until(lambda: world.fired, 5)


def test_the_pause_of_an_outage_grows_to_its_limit(world: SimpleNamespace, metronome: Metronome) -> None:
    world.away = True
    for _ in range(12):
        timers(metronome)
    assert metronome.beats[0].away == scheduler.LONGEST_PAUSE
    world.away = False
    timers(metronome)
    assert metronome.beats[0].away == 0


def test_a_defect_in_one_round_does_not_stop_the_clock(
    world: SimpleNamespace, metronome: Metronome, caplog: pytest.LogCaptureFixture
) -> None:
    world.broken, world.due = 1, [datetime.now(UTC)]
    metronome.start()
    until(lambda: world.fired, 5)
    assert "a defect" in caplog.text


def test_housekeeping_sweeps_and_survives_an_outage(
    world: SimpleNamespace, metronome: Metronome, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "yongzhi.scheduler"):
        metronome.housekeeping()
        world.away = True
        metronome.housekeeping()
    assert world.swept == 2 and world.handed_on == [world.tools]
    assert "Forgot 1 sessions, 2 attempts, 3 keys" in caplog.text and "Closed 4 incidents" in caplog.text


def test_idle_tasks_are_taken_back_where_nobody_moves_the_clock(
    world: SimpleNamespace, metronome: Metronome, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looked: list[Any] = []

    def look(tools: Any) -> int:
        looked.append(tools)
        if len(looked) > 1:
            raise StoreUnavailable if len(looked) == 2 else RuntimeError("a defect")
        return 2

    monkeypatch.setattr(scheduler, "release_idle", look)
    with caplog.at_level(logging.INFO, "yongzhi.scheduler"):
        for _ in range(3):
            metronome.take_back()
    assert looked == [world.tools] * 3
    assert all(said in caplog.text for said in ("Put 2 idle tasks back", "does not answer", "a defect"))
    assert metronome._jobs.get_job("idle")
    world.tools.config.movable_clock = True
    assert Metronome(world.tools)._jobs.get_job("idle") is None


def test_after_stop_nothing_fires(world: SimpleNamespace, metronome: Metronome) -> None:
    metronome.start()
    metronome.stop()
    world.due = [datetime.now(UTC)]
    time.sleep(0.5)
    assert not world.fired
    assert timers(metronome) == 0


def test_stopping_in_the_middle_of_a_round_ends(world: SimpleNamespace) -> None:
    world.tools.config.tick_seconds = 0.01
    for _ in range(60):
        metronome = Metronome(world.tools)
        metronome.start()
        time.sleep(0.005)
        stopper = threading.Thread(target=metronome.stop)
        stopper.start()
        stopper.join(10)
        assert not stopper.is_alive()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_stops_cleanly_at_a_signal(database_url: str, tmp_path: Path, number: signal.Signals) -> None:
    environment = {
        **os.environ, "DATABASE_URL": database_url, "DEMO": "1", "MOVABLE_CLOCK": "1", "VAR": str(tmp_path / "var"),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "app.scheduler"], env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr and "metronome runs" in process.stderr.readline()
        time.sleep(0.5)
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, said
    assert "has stopped" in said and "Traceback" not in said


def test_without_settings_it_says_so_in_one_line(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in scheduler_settings()}
    done = subprocess.run(
        [sys.executable, "-m", "app.scheduler"], env=bare | {"VAR": str(tmp_path)}, cwd=ROOT, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Not started: ") and "SECRET_KEY" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def scheduler_settings() -> set[str]:
    return {name for name, _ in SETTINGS.values()}
