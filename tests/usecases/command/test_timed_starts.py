"""Cases that begin by the clock: counted from publication, one for each moment, also on several nodes."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import SYSTEM
from app.domain.errors import StepFailed
from app.usecases import offering, routing
from app.usecases.command.arrange_starts import arrange_starts
from app.usecases.command.move_clock import move_clock
from app.usecases.command.spread_signal import spread_signal
from app.usecases.command.start_on_time import start_on_time
from app.usecases.incidents import RETRIES
from tests.usecases.drawn import END, Stage, drawn, work


def clocked(key: str, timer: str, *elements: str) -> tuple[str, bytes]:
    definition = f"<bpmn:timerEventDefinition id=\"s_d\">{timer}</bpmn:timerEventDefinition>"
    start = f"<bpmn:startEvent id=\"s\">{definition}</bpmn:startEvent>"
    return drawn(key, start, *(elements or (work("look"),)), END)


HOURLY = clocked("hourly", "<bpmn:timeCycle>R/PT1H</bpmn:timeCycle>")
TWICE = clocked("twice", "<bpmn:timeCycle>R2/PT1H</bpmn:timeCycle>")
SOON = clocked("soon", "<bpmn:timeDuration>PT30M</bpmn:timeDuration>")


def fire(stage: Stage) -> int:
    arrange_starts(stage.tools)
    fired = 0
    while start_on_time(stage.tools):
        fired += 1
    return fired


def test_a_case_begins_at_each_moment_and_not_before(stage: Stage) -> None:
    stage.publish(HOURLY, SOON)
    assert arrange_starts(stage.tools) == 2 and arrange_starts(stage.tools) == 0
    assert fire(stage) == 0
    stage.later(minutes=31)
    assert fire(stage) == 1 and len(stage.cases_of("soon")) == 1
    stage.later(minutes=30)
    assert fire(stage) == 1
    # a jump leaves the history that the hours would have left
    stage.later(hours=3)
    assert fire(stage) == 3
    cases = stage.cases_of("hourly")
    assert len(cases) == 4 and [stage.open(case) for case in cases] == [["look"]] * 4
    opened = [stage.case(case).opened_at for case in cases]
    assert [b - a for a, b in zip(opened, opened[1:], strict=False)] == [timedelta(hours=1)] * 3
    stage.verified(*cases, *stage.cases_of("soon"))


def test_a_row_of_beginnings_ends(stage: Stage) -> None:
    stage.publish(TWICE)
    assert fire(stage) == 0
    stage.later(days=1)
    assert fire(stage) == 2 and len(stage.cases_of("twice")) == 2
    stage.later(days=1)
    assert fire(stage) == 0


def test_a_new_version_goes_on_counting_unless_its_timer_says_something_else(stage: Stage) -> None:
    stage.publish(HOURLY)
    fire(stage)
    stage.later(minutes=50)
    stage.publish(clocked("hourly", "<bpmn:timeCycle>R/PT1H</bpmn:timeCycle>", work("look"), work("again")))
    assert arrange_starts(stage.tools) == 0
    stage.later(minutes=11)
    assert fire(stage) == 1
    stage.publish(clocked("hourly", "<bpmn:timeDuration>PT20M</bpmn:timeDuration>"))
    assert arrange_starts(stage.tools) == 1
    stage.later(minutes=21)
    assert fire(stage) == 1
    stage.later(days=1)
    assert fire(stage) == 0
    stage.publish(drawn("hourly", '<bpmn:startEvent id="s"/>', work("look"), END))
    assert arrange_starts(stage.tools) == 1 and arrange_starts(stage.tools) == 0


def test_several_nodes_begin_it_once(stage: Stage) -> None:
    stage.publish(SOON)
    fire(stage)
    stage.later(hours=1)
    threads = [threading.Thread(target=fire, args=[stage]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(stage.cases_of("soon")) == 1


def test_a_beginning_that_fails_does_not_stop_the_next(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.publish(HOURLY)
    fire(stage)
    stage.later(minutes=61)

    def broken(*_: Any) -> None:
        raise StepFailed("not today")

    with monkeypatch.context() as patched:
        patched.setattr(offering, "begin_case", broken)
        assert fire(stage) == 1
    (incident,) = stage.incidents("start")
    assert (incident.process, incident.node, incident.cause) == ("hourly", "s", "not today")
    stage.later(minutes=60)
    assert fire(stage) == 1 and len(stage.cases_of("hourly")) == 1
    with stage.tools.store.unit_of_work() as uow:
        assert RETRIES["start"](uow, incident, stage.tools.clock.now())
        uow.commit()
    assert spread_signal(stage.tools) and len(stage.cases_of("hourly")) == 2 and not stage.incidents()


def test_what_follows_a_beginning_and_fails_does_not_hold_up_other_processes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.publish(HOURLY, SOON)
    fire(stage)
    stage.later(minutes=61)
    real, calls = routing.carry, []

    def broken(travel: offering.Travel) -> None:
        calls.append(travel)
        if len(calls) == 1:
            raise KeyError("a defect")
        real(travel)

    with monkeypatch.context() as patched:
        patched.setattr("app.usecases.command.start_on_time.carry", broken)
        assert fire(stage) == 2
    # the one that was due longest has failed, and is counted on
    assert len(stage.cases_of("hourly")) == 1 and stage.cases_of("soon") == []
    (incident,) = stage.incidents("start")
    assert incident.process == "soon" and "a defect" in incident.cause
    stage.later(minutes=60)
    assert fire(stage) == 1
    with stage.tools.store.unit_of_work() as uow:
        assert RETRIES["start"](uow, incident, stage.tools.clock.now())
        uow.commit()
    assert spread_signal(stage.tools) and len(stage.cases_of("soon")) == 1 and not stage.incidents()


def test_a_moved_clock_begins_what_is_due_on_the_way(stage: Stage) -> None:
    stage.publish(HOURLY)
    arrange_starts(stage.tools)
    now = stage.tools.clock.now()
    moved = move_clock(stage.tools, actor=SYSTEM, to=now + timedelta(hours=3, minutes=1))
    cases = stage.cases_of("hourly")
    assert len(cases) == moved.fired == 3
    opened = [stage.case(case).opened_at for case in cases]
    assert [b - a for a, b in zip(opened, opened[1:], strict=False)] == [timedelta(hours=1)] * 2


def test_a_jump_stops_where_too_many_cases_would_begin_and_goes_on_when_asked(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.usecases.command.move_clock.MOST_BEGUN", 4)
    stage.publish(HOURLY)
    fire(stage)
    target = stage.tools.clock.now() + timedelta(hours=6, minutes=30)
    first = move_clock(stage.tools, actor=SYSTEM, to=target)
    assert not first.arrived and first.fired == 4 and len(stage.cases_of("hourly")) == 4
    assert first.now < target - timedelta(hours=2)
    second = move_clock(stage.tools, actor=SYSTEM, to=target)
    assert second.arrived and len(stage.cases_of("hourly")) == 6
    assert abs(second.now - target) < timedelta(minutes=1)
