"""The one plan of the simulated city: every act once, in time, no case in two hands; nothing here says how fast."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID, uuid4

import pytest

from bench.city_citizens import Citizens
from bench.city_figures import Checks, Sweeper
from bench.city_line import Planned, Question, Tick, Told, Wish, Work
from bench.city_plan import AHEAD, Plan

DAY = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
Answer = Callable[[int, Any], Told]


def minutes(count: float) -> datetime:
    return DAY + timedelta(minutes=count)


def planned(at: float, case_id: UUID | None = None) -> Planned:
    work = Work(uuid4(), "event_lifecycle", "handle", "event/handle", (("handler", "33.02"),), ())
    return Planned(minutes(at), work, case_id or uuid4())


@contextmanager
def plan_of(parts: int, answer: Answer) -> Iterator[tuple[Plan, list[Connection]]]:
    """Let threads be the parts; each answers what it is handed."""

    def live(number: int, line: Connection) -> None:
        while (one := line.recv()) is not None:
            line.send(answer(number, one))

    pipes = [Pipe() for _ in range(parts)]
    threads = [threading.Thread(target=live, args=(number, there)) for number, (_, there) in enumerate(pipes)]
    for each in threads:
        each.start()
    lines = [here for here, _ in pipes]
    try:
        yield Plan(lines, [], seed=1), lines
    finally:
        for line in lines:
            line.send(None)
        for each in threads:
            each.join(timeout=10)


def seeded(plan: Plan, acts: list[Planned]) -> None:
    """Put acts into a plan as the answer to a tick does."""
    for one in acts:
        plan._add(one)


def test_what_is_planned_in_a_round_is_done_in_it_when_due_and_else_later() -> None:
    done: list[Planned] = []

    def answer(_: int, one: Planned) -> Told:
        done.append(one)
        if len(done) == 1:
            return Told(planned=[planned(5), planned(12)], counts=Counter(worked=1))
        return Told(counts=Counter(worked=1))

    with plan_of(1, answer) as (plan, _):
        seeded(plan, [planned(8), planned(1)])
        told = list(plan.act(minutes(10)))
        assert [one.at for one in done] == [minutes(1), minutes(5), minutes(8)]
        assert sum((one.counts for one in told), Counter()) == Counter(worked=3)
        assert plan.following == minutes(12)
        list(plan.act(minutes(20)))
        assert (done[-1].at, plan.following) == (minutes(12), None)


def test_many_parts_do_each_act_once_and_never_two_of_one_case() -> None:
    cases = [uuid4() for _ in range(5)]
    acts = [planned(number / 100, cases[number % 5]) for number in range(300)]
    lock, busy, done, met = threading.Lock(), Counter[UUID](), list[Planned](), list[UUID]()

    def answer(_: int, one: Planned) -> Told:
        assert one.case_id
        with lock:
            busy[one.case_id] += 1
            met.extend(case for case, count in busy.items() if count > 1)
            done.append(one)
        threading.Event().wait(0.0005)
        with lock:
            busy[one.case_id] -= 1
        return Told()

    with plan_of(3, answer) as (plan, _):
        seeded(plan, acts)
        assert len(list(plan.act(minutes(10)))) == 300
    assert Counter(one.what for one in done) == Counter(one.what for one in acts)
    assert met == []
    for case in cases:
        moments = [one.at for one in done if one.case_id == case]
        assert moments == sorted(moments)


def test_a_part_that_is_slow_gets_no_more_than_it_does_while_others_are_free() -> None:
    gate, of = threading.Event(), Counter[int]()

    def answer(number: int, one: Planned) -> Told:
        of[number] += 1
        if one.at == minutes(0):
            assert gate.wait(10)
        elif sum(of.values()) >= 20 - AHEAD + 1:
            # all others are done or lie behind the slow one
            gate.set()
        return Told()

    with plan_of(2, answer) as (plan, _):
        seeded(plan, [planned(number / 10) for number in range(20)])
        list(plan.act(minutes(10)))
    assert sum(of.values()) == 20
    assert min(of.values()) <= AHEAD


def test_a_place_that_one_part_saw_goes_along_to_whoever_acts_there() -> None:
    case, seen = uuid4(), list[Any]()

    def answer(_: int, one: Planned) -> Told:
        seen.append(one.place)
        return Told(places={case: (29.8, 121.5)}) if len(seen) == 1 else Told()

    with plan_of(1, answer) as (plan, _):
        seeded(plan, [planned(1, case), planned(2, case)])
        list(plan.act(minutes(10)))
    assert seen == [None, (29.8, 121.5)]


def test_timers_are_fired_by_as_many_parts_as_they_need_and_messages_by_one() -> None:
    ticks: list[tuple[int, Tick]] = []

    def answer(number: int, one: Tick) -> Told:
        ticks.append((number, one))
        return Told(planned=[planned(4)])

    with plan_of(3, answer) as (plan, _):
        plan.tick(minutes(2), 1, kept=False)
        list(plan.act(minutes(2)))
        assert [(part, tick.kept) for part, tick in ticks] == [(0, False)]
        ticks.clear()
        plan.tick(minutes(2), 60, kept=True)
        list(plan.act(minutes(2)))
        assert sorted((part, tick.most, tick.kept) for part, tick in ticks) == [
            (0, 20, True), (1, 20, False), (2, 20, False)
        ]  # fmt: skip
        assert plan.following == minutes(4)


def test_a_round_that_goes_on_leaves_its_last_act_and_timer_beside_the_next() -> None:
    gate, done = threading.Event(), list[float]()

    def answer(_: int, one: Planned | Tick) -> Told:
        if isinstance(one, Tick) or one.at == minutes(1):
            assert gate.wait(10)
        done.append((one.at - DAY).total_seconds() / 60)
        return Told()

    with plan_of(3, answer) as (plan, _):
        seeded(plan, [planned(1), planned(3), planned(90)])
        assert list(plan.act(minutes(2), until=minutes(4))) == [] and plan.busy
        plan.tick(minutes(2), 1, kept=False)
        threading.Timer(0.2, gate.set).start()
        # the next act is far away: what is under way is waited for
        assert len(list(plan.act(minutes(4), until=minutes(6)))) == 3
        assert done[0] == 3 and sorted(done) == [1, 2, 3] and not plan.busy


def test_a_reporter_is_asked_once_and_only_where_he_can_answer() -> None:
    class Always:
        def random(self) -> float:
            return 0.0

        def expovariate(self, _: float) -> float:
            return 1.0

    citizens, known, unknown = Citizens(Always()), uuid4(), uuid4()  # type: ignore[arg-type]
    citizens.reported(known, "E-1", "code")
    twice = [Question(known, "a", "rate", DAY), Question(known, "a", "rate", DAY), Question(unknown, "a", "rate", DAY)]
    assert list(citizens.wishes(twice)) == [Planned(DAY + timedelta(hours=1), Wish("E-1", "code", "rate"), known)]
    assert list(citizens.wishes(twice)) == []


def test_a_sweep_that_fails_is_not_passed_over() -> None:
    class Broken:
        def execute(self, _: str) -> None:
            raise RuntimeError("no such table")

    sweeper = Sweeper(Checks(), Broken())  # type: ignore[arg-type]
    sweeper.begin()
    with pytest.raises(RuntimeError, match="no such table"):
        sweeper.settle()
    sweeper = Sweeper(Checks(), Broken())  # type: ignore[arg-type]
    sweeper.begin()
    with pytest.raises(RuntimeError, match="no such table"):
        sweeper.begin()
