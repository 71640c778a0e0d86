"""The metronome of one node: fires what is due, sweeps out what has expired.

It holds no state. What is due stands in the store, and each firing takes its timers with `FOR UPDATE SKIP LOCKED` until
its transaction ends; so any number of nodes may run it, and one that dies leaves nothing undone. A database that is
away is waited for.
"""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped,unused-ignore]

from app.config import Config
from app.domain.errors import StoreUnavailable, YongzhiError
from app.usecases import Tools
from app.usecases.command.arrange_starts import arrange_starts
from app.usecases.command.close_overtaken_incidents import close_overtaken_incidents
from app.usecases.command.deliver_kept import deliver_kept
from app.usecases.command.deliver_news import deliver_news
from app.usecases.command.fire_due_timers import fire_due_timers
from app.usecases.command.next_call import next_call
from app.usecases.command.next_delivery import next_delivery
from app.usecases.command.next_due_moment import next_due_moment
from app.usecases.command.next_start import next_start
from app.usecases.command.perform_call import perform_call
from app.usecases.command.spread_news import spread_news
from app.usecases.command.spread_signal import spread_signal
from app.usecases.command.start_on_time import start_on_time
from app.usecases.opening import open_tools
from app.usecases.people.forget_expired import forget_expired
from app.usecases.people.release_idle import release_idle
from app.usecases.people.reseat_tasks import reseat_tasks

log = logging.getLogger("yongzhi.scheduler")

#: pause between two sweeps, and before the first
SWEEP_EVERY, FIRST_SWEEP = timedelta(minutes=30), timedelta(seconds=20)
#: pause between two looks for claimed tasks that lie
IDLE_EVERY = timedelta(minutes=5)
#: longest pause between two attempts to reach the database, in seconds
LONGEST_PAUSE = 30.0
#: a timer that is due and in other hands is not asked for in a busy loop
SHORTEST_PAUSE = 0.01
#: threads that fire timers: one computes while the database writes for the other
FIRERS = 2
#: outside calls that a node performs at once; a system that does not answer keeps one of them busy
CALLERS = 4
#: mails and messages that a node sends at once
SENDERS = 2


class Beat:
    """One act of the node, repeated in a thread of its own: at once when the next thing is due, else a tick later."""

    def __init__(self, name: str, tools: Tools, act: Callable[[], int], next_at: Callable[[], datetime | None]) -> None:
        """Prepare it; nothing runs before `start`.

        Args:
            act: does some of what is due, and says how much; 0 when nothing is left.
            next_at: says when the next thing is due; None if nothing waits.
        """
        self.name = name
        self._tools, self._act, self._next_at = tools, act, next_at
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        #: growing pause while the database is away
        self.away = 0.0
        #: seconds until the next round
        self.pause = 0.0

    def start(self) -> None:
        """Begin in the background."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let what is under way finish, and then end."""
        self._stopping.set()

    def join(self) -> None:
        """Wait for the end."""
        if self._thread.is_alive():
            self._thread.join()

    def round(self) -> int:
        """Do everything that is due; return how much it was."""
        done, tick = 0, self._tools.config.tick_seconds
        self.pause = tick
        try:
            while not self._stopping.is_set() and (some := self._act()):
                done += some
            self.pause, self.away = self._until_next(), 0.0
        except StoreUnavailable as cause:
            self.pause = self.away = min(max(tick, self.away * 2), LONGEST_PAUSE)
            log.warning("The database does not answer (%s); next attempt in %.0f s.", cause, self.pause)
        except Exception:
            # one broken case may not stop the clock of all others; its timer is parked by the use case
            log.exception("A round of %s failed; the next one comes in %s s.", self.name, self.pause)
        if done:
            log.info("%s: %d done.", self.name, done)
        return done

    def _until_next(self) -> float:
        """Measure the pause: until the next due moment, and never longer than the ordinary one.

        What is new, and a clock that is moved, come from other processes, so an hour of sleep would be too long even
        if nothing is due for an hour.
        """
        due = self._next_at()
        tick = self._tools.config.tick_seconds
        if due is None:
            return tick
        return min(max((due - self._tools.clock.now()).total_seconds(), SHORTEST_PAUSE), tick)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.round()
            self._stopping.wait(self.pause)


class Metronome:
    """The beats of one node, and its housekeeping."""

    def __init__(self, tools: Tools) -> None:
        """Prepare the jobs; nothing runs before `start`."""
        self._tools = tools
        timers = [
            Beat(f"timers-{number}", tools, lambda: fire_due_timers(tools), lambda: next_due_moment(tools))
            for number in range(FIRERS)
        ]
        messages = Beat(
            "messages", tools, lambda: deliver_kept(tools) + spread_signal(tools), lambda: None
        )
        calls = [
            Beat(f"calls-{number}", tools, lambda: perform_call(tools), lambda: next_call(tools))
            for number in range(CALLERS)
        ]
        starts = Beat(
            "starts", tools, lambda: arrange_starts(tools) + start_on_time(tools), lambda: next_start(tools)
        )
        news = Beat("news", tools, lambda: spread_news(tools), lambda: None)
        deliveries = [
            Beat(f"deliveries-{number}", tools, lambda: deliver_news(tools), lambda: next_delivery(tools))
            for number in range(SENDERS)
        ]
        self.beats: tuple[Beat, ...] = (*timers, messages, starts, *calls, news, *deliveries)
        self._jobs = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._jobs.add_job(
            self.housekeeping,
            "interval",
            seconds=SWEEP_EVERY.total_seconds(),
            id="housekeeping",
            next_run_time=datetime.now(UTC) + FIRST_SWEEP,
        )
        if not tools.config.movable_clock:
            # on a clock that is moved nobody was idle: the hours between were skipped
            self._jobs.add_job(self.take_back, "interval", seconds=IDLE_EVERY.total_seconds(), id="idle")

    def start(self) -> None:
        """Begin in the background."""
        self._jobs.start()
        for beat in self.beats:
            beat.start()

    def stop(self) -> None:
        """Let what is under way finish, and end."""
        for beat in self.beats:
            beat.ask_to_stop()
        for beat in self.beats:
            beat.join()
        if self._jobs.running:
            # without jobs the library's own thread finds nothing to hand to an executor that is closing
            self._jobs.remove_all_jobs()
            self._jobs.shutdown(wait=True)

    def take_back(self) -> None:
        """Put claimed tasks back that lie; what fails is tried again at the next look."""
        try:
            if taken := release_idle(self._tools):
                log.info("Put %d idle tasks back.", taken)
        except StoreUnavailable:
            log.warning("The database does not answer; idle tasks are looked for the next time.")
        except Exception:
            log.exception("Looking for idle tasks failed; it is tried again in %s.", IDLE_EVERY)

    def housekeeping(self) -> None:
        """Forget what has expired, close overtaken incidents, hand on what still lies at units that are gone."""
        try:
            gone = forget_expired(self._tools)
            overtaken = close_overtaken_incidents(self._tools)
            # of units dissolved a moment ago, tasks that other processes opened before they knew
            reseat_tasks(self._tools)
        except StoreUnavailable:
            log.warning("The database does not answer; housekeeping is left for the next time.")
        except Exception:
            log.exception("Housekeeping failed; it is tried again in %s.", SWEEP_EVERY)
        else:
            log.info("Forgot %d sessions, %d attempts, %d keys.", gone.sessions, gone.attempts, gone.keys)
            if overtaken:
                log.info("Closed %d incidents that nothing waits for any more.", overtaken)


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
