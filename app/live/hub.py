"""Who listens, and who of them is told when something changes."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import TypeVar
from uuid import UUID

import orjson

from app.domain.actor import Actor
from app.domain.errors import StoreUnavailable
from app.domain.records_live import NewLine, Touched
from app.usecases import Tools
from app.usecases.desk.find_changes import find_changes
from app.usecases.desk.find_passed_lights import find_passed_lights
from app.usecases.desk.read_pulse import Pulse, read_pulse

log = logging.getLogger("yongzhi.live")
T = TypeVar("T")

#: seconds between two looks at the facts
LOOK = 1.0
#: looks between two looks at the lights
LIGHTS = 10
#: a command's moment lies at most so many seconds before its commit
BACK = 30.0
#: a page is told at most once in so many seconds; what lies in somebody's area changes all the time
GAP, AREA_GAP = 1.0, 5.0
#: questions to the database at once, for all browsers together
THREADS = 2
#: streams of one session; a browser needs one, however many pages it shows
STREAMS = 6


@dataclass(eq=False)
class Listener:
    """One open stream."""

    session: bytes
    actor: Actor | None = None
    #: places that he answers for
    areas: tuple[str, ...] = ()
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    told_at: float = 0.0
    closed: bool = False

    def hears(self, touched: Touched) -> bool:
        """Say whether a change concerns this person at once."""
        if self.actor is None or touched.everybody or self.actor.id in touched.people:
            return True
        return any((one.role, one.unit) in touched.seats for one in self.actor.assignments)

    def oversees(self, touched: Touched) -> bool:
        """Say whether a change lies in a place that this person answers for."""
        return not touched.places.isdisjoint(self.areas)


class Hub:
    """All open streams of this process, and the one look at the facts for all of them."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.listeners: set[Listener] = set()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._looker = ThreadPoolExecutor(1, thread_name_prefix="look")
        self._task: asyncio.Task[None] | None = None
        #: real moments of earlier looks, with what the installation's clock showed
        self._looks: deque[tuple[float, datetime]] = deque()
        self._seen: dict[UUID, int] = {}
        self._later: dict[Listener, asyncio.TimerHandle] = {}
        self._lights_at: datetime | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        """End all streams; their browsers come back to whoever serves then."""
        if self._task:
            self._task.cancel()
        for one in self.listeners:
            one.closed = True
            one.wake.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._looker.shutdown(wait=False, cancel_futures=True)

    def join(self, session: bytes) -> Listener:
        """Take in a stream; of too many streams of one session the oldest ends."""
        own = [one for one in self.listeners if one.session == session and not one.closed]
        for one in sorted(own, key=lambda each: each.told_at)[: max(0, len(own) - STREAMS + 1)]:
            one.closed = True
            one.wake.set()
        listener = Listener(session)
        self.listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a stream."""
        self.listeners.discard(listener)
        if timer := self._later.pop(listener, None):
            timer.cancel()

    async def pulse(self, listener: Listener) -> str | None:
        """Read what to tell a listener now, never twice within `GAP`; None where his session has ended."""
        await asyncio.sleep(max(0.0, listener.told_at + GAP - monotonic()))
        # what changes from here on wakes it again
        listener.wake.clear()
        found = await self._asked(self._threads, lambda: read_pulse(self._tools, session=listener.session))
        listener.told_at = monotonic()
        if found is None:
            return None
        listener.actor, listener.areas = found.actor, found.areas
        return _written(found)

    def tell(self, touched: Touched) -> int:
        """Wake whom a change concerns; return how many at once."""
        woken = 0
        for one in self.listeners:
            if one.hears(touched):
                one.wake.set()
                woken += 1
            elif touched.places and one.oversees(touched) and one not in self._later:
                wait = max(0.0, one.told_at + AREA_GAP - monotonic())
                self._later[one] = asyncio.get_running_loop().call_later(wait, self._wake_later, one)
        return woken

    def _wake_later(self, listener: Listener) -> None:
        self._later.pop(listener, None)
        listener.wake.set()

    async def _watch(self) -> None:
        turn = 0
        while True:
            try:
                await self._look(lights=turn % LIGHTS == 0)
            except StoreUnavailable:
                log.warning("The database does not answer; open pages wait.")
                await asyncio.sleep(5)
            except Exception:
                log.exception("A look at the facts failed; the next one comes in %s s.", LOOK)
            turn += 1
            await asyncio.sleep(LOOK)

    async def _look(self, *, lights: bool) -> None:
        now = await self._asked(self._looker, self._tools.clock.now)
        self._looks.append((monotonic(), now))
        while len(self._looks) > 1 and self._looks[1][0] < monotonic() - BACK:
            self._looks.popleft()
        since = min(moment for _, moment in self._looks)
        if not self.listeners:
            return
        found = await self._asked(self._looker, lambda: find_changes(self._tools, since=since, seen=self._seen))
        self._seen = {case: max(seq, self._seen.get(case, 0)) for case, seq in found.seen.items()}
        touched = found.touched
        if lights:
            touched |= await self._passed(now)
        if touched:
            self.tell(touched)

    async def _passed(self, now: datetime) -> Touched:
        earlier, self._lights_at = self._lights_at or now, now
        actors = [one.actor for one in self.listeners if one.actor is not None]
        seats = {(held.role, held.unit) for actor in actors for held in actor.assignments}
        people = {actor.id for actor in actors}
        return await self._asked(
            self._looker,
            lambda: find_passed_lights(self._tools, seats=seats, people=people, earlier=earlier, now=now),
        )

    async def _asked(self, threads: ThreadPoolExecutor, question: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, question)


def _written(pulse: Pulse) -> str:
    said = {
        "counts": dict(pulse.counts), "unread": pulse.unread, "tasks": [_line(one) for one in pulse.tasks],
        "notices": [_line(one) for one in pulse.notices],
    }  # fmt: skip
    return orjson.dumps(said).decode()


def _line(line: NewLine) -> dict[str, object]:
    return {
        "id": str(line.id), "at": line.at.timestamp(), "zh": line.zh, "en": line.en, "event_no": line.event_no,
        "urgent": line.urgent,
    }  # fmt: skip
