"""The one plan of the simulated city: what will be done and when, handed out act by act to whichever part is free."""

import heapq
import math
import random
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, wait
from uuid import UUID

from app.usecases.command.fire_due_timers import TOGETHER
from bench.city_citizens import Citizens
from bench.city_day import Arrival
from bench.city_line import Planned, Tick, Told

#: acts that lie with a part while many are due, so that it never waits for the plan
AHEAD = 2
#: how far the clock goes at a time; what is still under way in one round goes on beside the next
ROUND = timedelta(minutes=4)


class Plan:
    """What will be done, what is known of cases, and which part does what at the moment."""

    def __init__(self, lines: list[Connection], arrivals: Iterable[Arrival], seed: int) -> None:
        self._citizens = Citizens(random.Random(seed))
        self._places: dict[UUID, tuple[float, float]] = {}
        self._number = 0
        #: what is due in this round, and what later
        self._due: list[tuple[datetime, int, Planned]] = []
        self._later: list[tuple[datetime, int, Planned]] = []
        self._round: datetime | None = None
        #: the case of each act that lies with a part, or the tick, in the order in which they were sent
        self.parts = len(lines)
        self._under_way: dict[Connection, deque[UUID | Tick | None]] = {line: deque() for line in lines}
        for arrival in arrivals:
            self._add(Planned(arrival.at, arrival))

    @property
    def following(self) -> datetime | None:
        """Say when the next act is due."""
        # a timer may have planned something for the round that is over
        return min((heap[0][0] for heap in (self._due, self._later) if heap), default=None)

    def _late(self, moment: datetime) -> bool:
        """Say whether timers of a round before the last one are still being fired: the clock waits for them."""
        ticks = (one for orders in self._under_way.values() for one in orders if isinstance(one, Tick))
        return any(tick.at < moment - ROUND for tick in ticks)

    @property
    def busy(self) -> bool:
        """Say whether any part is at something."""
        return any(self._under_way.values())

    def act(self, moment: datetime, *, until: datetime | None = None) -> Iterator[Told]:
        """Have everything done that is due before a moment, also what is planned meanwhile; tell what came of it.

        Args:
            until: the last acts may still be under way at the end if the next one is due before then.
        """
        self._round = moment
        while self._later and self._later[0][0] < moment:
            # what was due before is earlier, and this comes in order: it stays a heap
            self._due.append(heapq.heappop(self._later))
        self._hand_out()
        while (self._due or self._late(moment)
               or (self.busy and not (until and self.following and self.following < until))):  # fmt: skip
            for told in self._answers():
                self._hand_out()
                yield told

    def tick(self, moment: datetime, timers: int, *, kept: bool) -> None:
        """Have due timers fired, side by side where there are several, and what is kept delivered by one part."""
        ticks = [one for orders in self._under_way.values() for one in orders if isinstance(one, Tick)]
        kept = kept and not any(one.kept for one in ticks)
        # a timer takes so much longer than its transaction that two are better off apart
        wanted = min(max(1, timers), self.parts)
        most = min(TOGETHER, max(1, math.ceil(timers / wanted)))
        free = sorted(self._under_way, key=lambda one: len(self._under_way[one]))
        for number, line in enumerate(free[: max(wanted - len(ticks), int(kept))]):
            tick = Tick(moment, most, kept and number == 0)
            self._send(line, tick, tick)

    def wake(self, moment: datetime) -> None:
        """Let every part look once, so that it has read city and diagrams when the day begins."""
        for line in self._under_way:
            line.send(Tick(moment, 1, True))
        for line in self._under_way:
            line.recv()

    def _answers(self) -> Iterator[Told]:
        """Wait for those who are at something, and note what each of them plans."""
        for line in wait([line for line, acts in self._under_way.items() if acts]):
            assert isinstance(line, Connection)
            told: Told = line.recv()
            self._under_way[line].popleft()
            self._places |= told.places
            for case_id, words in told.reported.items():
                self._citizens.reported(case_id, *words)
            for one in (*told.planned, *self._citizens.wishes(told.questions)):
                self._add(one)
            yield told

    def _add(self, one: Planned) -> None:
        self._number += 1
        now = self._round is not None and one.at < self._round
        heapq.heappush(self._due if now else self._later, (one.at, self._number, one))

    def _hand_out(self) -> None:
        """Give the next acts to the parts that have least to do."""
        while True:
            line = min(self._under_way, key=lambda one: len(self._under_way[one]))
            load = len(self._under_way[line])
            # nobody keeps an act waiting that another will soon be free for
            if load >= AHEAD or (load and len(self._due) <= len(self._under_way)):
                return
            one = self._next()
            if one is None:
                return
            place = self._places.get(one.case_id) if one.case_id else None
            self._send(line, one._replace(place=place) if place else one, one.case_id)

    def _next(self) -> Planned | None:
        """Take the act that is due longest and whose case is in nobody's hands."""
        busy = {one for orders in self._under_way.values() for one in orders if isinstance(one, UUID)}
        held, found = [], None
        while self._due and found is None:
            one = heapq.heappop(self._due)
            if one[2].case_id in busy:
                held.append(one)
            else:
                found = one[2]
        for one in held:
            heapq.heappush(self._due, one)
        return found

    def _send(self, line: Connection, what: Planned | Tick, mark: UUID | Tick | None) -> None:
        self._under_way[line].append(mark)
        line.send(what)
