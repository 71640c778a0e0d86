"""The metronome of one node: fires what is due, sweeps out what has expired.

It holds no state. What is due stands in the store, and each firing is a transaction of its own that takes its
timer with `FOR UPDATE SKIP LOCKED`; so any number of nodes may run it, and one that dies leaves nothing
undone. A database that is away is waited for.
"""

import logging
import signal
import threading
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped,unused-ignore]

from app.config import Config
from app.domain.errors import StoreUnavailable
from app.usecases import Tools
from app.usecases.command.fire_due_timer import fire_due_timer
from app.usecases.command.next_due_moment import next_due_moment
from app.usecases.opening import open_tools
from app.usecases.people.forget_expired import forget_expired

log = logging.getLogger("yongzhi.scheduler")

#: pause between two sweeps
SWEEP_EVERY = timedelta(minutes=30)
#: longest pause between two attempts to reach the database
LONGEST_PAUSE = 30.0


class Metronome:
    """The jobs of one node."""

    def __init__(self, tools: Tools) -> None:
        """Prepare the jobs; nothing runs before `start`."""
        self._tools = tools
        self._tick = tools.config.tick_seconds
        self._stopping = threading.Event()
        self._pause = 0.0
        self._jobs = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        soon = datetime.now(UTC)
        self._jobs.add_job(self.timers, "interval", seconds=self._tick, id="timers", next_run_time=soon)
        self._jobs.add_job(
            self.housekeeping,
            "interval",
            seconds=SWEEP_EVERY.total_seconds(),
            id="housekeeping",
            next_run_time=soon + timedelta(seconds=20),
        )

    def start(self) -> None:
        """Begin in the background."""
        self._jobs.start()

    def stop(self) -> None:
        """Let the firing under way finish, and end."""
        self._stopping.set()
        if self._jobs.running:
            self._jobs.shutdown(wait=True)

    def timers(self) -> int:
        """Fire everything that is due, then come back when the next is; return how many fired."""
        fired = 0
        try:
            while not self._stopping.is_set() and fire_due_timer(self._tools):
                fired += 1
            self._come_back(self._until_next())
        except StoreUnavailable as cause:
            self._wait_for_store(cause)
        except Exception:
            # one broken case may not stop the clock of all others; the timer itself is parked by its use case
            log.exception("A round of timers failed; the next one comes in %s s.", self._tick)
        else:
            self._pause = 0.0
        if fired:
            log.info("Fired %d timers.", fired)
        return fired

    def housekeeping(self) -> None:
        """Forget expired sessions, old failed attempts and old idempotency keys."""
        try:
            gone = forget_expired(self._tools)
        except StoreUnavailable:
            log.warning("The database does not answer; housekeeping is left for the next time.")
        except Exception:
            log.exception("Housekeeping failed; it is tried again in %s.", SWEEP_EVERY)
        else:
            log.info("Forgot %d sessions, %d attempts, %d keys.", gone.sessions, gone.attempts, gone.keys)

    def _until_next(self) -> float | None:
        """Measure the seconds until the next due moment on the installation's clock."""
        due = next_due_moment(self._tools)
        return None if due is None else (due - self._tools.clock.now()).total_seconds()

    def _come_back(self, seconds: float | None) -> None:
        """Set the next round earlier than the ordinary pause if something is due before."""
        if seconds is not None and seconds < self._tick:
            self._again_in(max(seconds, 0.01))

    def _wait_for_store(self, cause: StoreUnavailable) -> None:
        """Double the pause with each failure, and say it each time: minutes of silence look like health."""
        self._pause = min(max(self._tick, self._pause * 2), LONGEST_PAUSE)
        log.warning("The database does not answer (%s); next attempt in %.0f s.", cause, self._pause)
        self._again_in(self._pause)

    def _again_in(self, seconds: float) -> None:
        if self._jobs.running and not self._stopping.is_set():
            self._jobs.modify_job("timers", next_run_time=datetime.now(UTC) + timedelta(seconds=seconds))


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    config = Config.from_env()
    logging.basicConfig(level=config.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    tools = open_tools(config)
    metronome = Metronome(tools)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    metronome.start()
    log.info("The metronome runs, one round every %s s.", config.tick_seconds)
    stop.wait()
    metronome.stop()
    tools.store.dispose()
    log.info("The metronome has stopped.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
