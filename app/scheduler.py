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
from app.domain.errors import StoreUnavailable, YongzhiError
from app.usecases import Tools
from app.usecases.command.fire_due_timer import fire_due_timer
from app.usecases.command.next_due_moment import next_due_moment
from app.usecases.opening import open_tools
from app.usecases.people.forget_expired import forget_expired

log = logging.getLogger("yongzhi.scheduler")

#: pause between two sweeps, and before the first
SWEEP_EVERY, FIRST_SWEEP = timedelta(minutes=30), timedelta(seconds=20)
#: longest pause between two attempts to reach the database, in seconds
LONGEST_PAUSE = 30.0
#: a timer that is due and in other hands is not asked for in a busy loop
SHORTEST_PAUSE = 0.02


class Metronome:
    """The jobs of one node."""

    def __init__(self, tools: Tools) -> None:
        """Prepare the jobs; nothing runs before `start`."""
        self._tools = tools
        self._tick = tools.config.tick_seconds
        self._stopping = threading.Event()
        #: held while a round arms the next: a library that is closing holds the lock that arming needs, and waits
        #: for the round
        self._arming = threading.Lock()
        #: growing pause while the database is away
        self._away = 0.0
        self._jobs = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._again_in(0.0)
        self._jobs.add_job(
            self.housekeeping,
            "interval",
            seconds=SWEEP_EVERY.total_seconds(),
            id="housekeeping",
            next_run_time=datetime.now(UTC) + FIRST_SWEEP,
        )

    def start(self) -> None:
        """Begin in the background."""
        self._jobs.start()

    def stop(self) -> None:
        """Let the firing under way finish, and end."""
        with self._arming:
            self._stopping.set()
        if self._jobs.running:
            # without jobs the library's own thread finds nothing to hand to an executor that is closing
            self._jobs.remove_all_jobs()
            self._jobs.shutdown(wait=True)

    def timers(self) -> int:
        """Fire everything that is due, then come back when the next is; return how many fired."""
        fired, pause = 0, self._tick
        try:
            while not self._stopping.is_set() and fire_due_timer(self._tools):
                fired += 1
            pause, self._away = self._until_next(), 0.0
        except StoreUnavailable as cause:
            pause = self._away = min(max(self._tick, self._away * 2), LONGEST_PAUSE)
            log.warning("The database does not answer (%s); next attempt in %.0f s.", cause, pause)
        except Exception:
            # one broken case may not stop the clock of all others; its timer is parked by the use case
            log.exception("A round of timers failed; the next one comes in %s s.", pause)
        finally:
            self._again_in(pause)
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

    def _until_next(self) -> float:
        """Measure the pause: until the next due moment, and never longer than the ordinary one.

        New timers are set and clocks are moved by other processes, so an hour of sleep would be too long
        even if nothing is due for an hour.
        """
        due = next_due_moment(self._tools)
        if due is None:
            return self._tick
        return min(max((due - self._tools.clock.now()).total_seconds(), SHORTEST_PAUSE), self._tick)

    def _again_in(self, seconds: float) -> None:
        """Arm the next round; rounds never overlap, because each arms its follower when it ends."""
        with self._arming:
            if self._stopping.is_set():
                return
            at = datetime.now(UTC) + timedelta(seconds=seconds)
            # two instances: the round that arms this one may still be writing its log line
            self._jobs.add_job(self.timers, "date", run_date=at, id="timers", replace_existing=True, max_instances=2)


def main() -> int:
    """Run until SIGTERM or SIGINT; settings that are missing or wrong end it with one line."""
    try:
        config = Config.from_env()
        tools = open_tools(config)
    except YongzhiError as reason:
        raise SystemExit(f"Not started: {reason}") from None
    logging.basicConfig(level=config.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
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
