"""One case that cannot go on does not hold up the clock of the others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM
from app.domain.errors import StepFailed, StoreUnavailable
from app.domain.facts import FactDraft
from app.usecases import Tools
from app.usecases.audit.verify_case import verify_case
from app.usecases.command import fire_due_timers as module
from app.usecases.command.fire_due_timer import fire_due_timer
from app.usecases.command.fire_due_timers import BACK_OFF, fire_due_timers
from app.usecases.stepping import add_fact, command_of


def later(tools: Tools, by: timedelta) -> None:
    with tools.store.unit_of_work() as uow:
        uow.clock.move(by)
        uow.commit()


def drain(tools: Tools) -> int:
    fired = 0
    while fire_due_timer(tools):
        fired += 1
    return fired


def failing(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> Callable[[], None]:
    def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(module, "_fire", fail)
    return monkeypatch.undo


def test_a_timer_that_fails_three_times_is_parked_with_its_reason(
    tools: Tools, street_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(tools, timedelta(days=2))
    failing(monkeypatch, KeyError("a defect"))
    with tools.store.unit_of_work() as uow:
        waiting = len(uow.timers.of_case(street_case))
    for round in range(1, 4):
        later(tools, timedelta(days=2, hours=round))
        assert drain(tools) == waiting
        with tools.store.unit_of_work() as uow:
            assert uow.incidents.count() == (waiting if round == 3 else 0)
    with tools.store.unit_of_work() as uow:
        parked = [row for row in uow.timers.of_case(street_case) if row.state == "parked"]
    assert len(parked) == waiting and all(one.attempts == 3 for one in parked)
    assert "a defect" in parked[0].error
    later(tools, timedelta(days=3))
    assert drain(tools) == 0


def test_what_trying_again_does_not_change_is_an_incident_at_once(
    tools: Tools, street_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(tools, timedelta(days=2))
    failing(monkeypatch, StepFailed("The diagram cannot go on."))
    assert fire_due_timers(tools) == 1
    with tools.store.unit_of_work() as uow:
        rows = uow.incidents.of_case(street_case)
        parked = [row for row in uow.timers.of_case(street_case) if row.state == "parked"]
        facts = [fact for fact in uow.facts.of_case(street_case) if fact.kind == "IncidentOpened"]
    assert {row.key for row in rows} == {one.key for one in parked} == {fact.content["key"] for fact in facts}
    assert {row.cause for row in rows} == {"The diagram cannot go on."} and len(rows) == len(facts) > 1
    assert drain(tools) == 0


def test_two_nodes_that_meet_one_failure_open_one_incident(
    tools: Tools, street_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(tools, timedelta(days=2))
    note = module._note

    def twice(tools: Tools, case: Any, timer: Any, failure: Exception, now: Any) -> None:
        # both had taken the timer before either noted that it fails
        note(tools, case, timer, failure, now)
        note(tools, case, timer, failure, now)

    failing(monkeypatch, StepFailed("The diagram cannot go on."))
    monkeypatch.setattr(module, "_note", twice)
    drain(tools)
    with tools.store.unit_of_work() as uow:
        rows = uow.incidents.of_case(street_case)
        facts = [fact for fact in uow.facts.of_case(street_case) if fact.kind == "IncidentOpened"]
    assert len(facts) == len(rows) and {row.attempts for row in rows} == {1}


def test_one_failing_timer_holds_up_neither_its_own_case_nor_others(
    tools: Tools, street_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(tools, timedelta(days=2))
    with tools.store.unit_of_work() as uow:
        keys = [row.key for row in uow.timers.of_case(street_case)]
    fire = module._fire

    def fail(tools: Tools, uow: Any, claimed: Any, at: Any) -> None:
        # the step is written, and then something goes wrong
        fire(tools, uow, claimed, at)
        if any(timer.key == keys[0] for timer in claimed.due):
            raise StepFailed("no such table")

    monkeypatch.setattr(module, "_fire", fail)
    drain(tools)
    with tools.store.unit_of_work() as uow:
        fired = {f.content["key"] for f in uow.facts.of_case(street_case) if f.kind == "TimerFired"}
        (row,) = uow.incidents.of_case(street_case)
    assert row.key == keys[0] and keys[0] not in fired and set(keys[1:]) <= fired
    # the incident ends with the timer that works
    monkeypatch.undo()
    with tools.store.unit_of_work() as uow:
        assert uow.timers.retry(street_case, keys[0], tools.clock.now())
        uow.commit()
    drain(tools)
    with tools.store.unit_of_work() as uow:
        facts = uow.facts.of_case(street_case)
        assert uow.incidents.of_case(street_case) == ()
    assert [f.content["why"] for f in facts if f.kind == "IncidentResolved"] == ["done"]
    assert verify_case(tools, actor=SYSTEM, case_id=street_case).replay_ok


@pytest.mark.parametrize(
    ("statements", "state"),
    [
        (["set local statement_timeout = '50ms'", "select pg_sleep(5)"], "waiting"),
        (["do $$ begin raise exception 'too long' using errcode = '54000'; end $$"], "parked"),
    ],
)
def test_what_the_database_refuses_one_timer_holds_up_no_other(
    tools: Tools, street_case: UUID, monkeypatch: pytest.MonkeyPatch, statements: list[str], state: str
) -> None:
    later(tools, timedelta(days=2))
    with tools.store.unit_of_work() as uow:
        refused, *others = [row.key for row in uow.timers.of_case(street_case)]
    fire = module._fire

    def refuse(tools: Tools, uow: Any, claimed: Any, at: Any) -> None:
        if any(timer.key == refused for timer in claimed.due):
            for statement in statements:
                uow._tx.run(statement)
        fire(tools, uow, claimed, at)

    monkeypatch.setattr(module, "_fire", refuse)
    drain(tools)
    with tools.store.unit_of_work() as uow:
        fired = {f.content["key"] for f in uow.facts.of_case(street_case) if f.kind == "TimerFired"}
        (row,) = [one for one in uow.timers.of_case(street_case) if one.key == refused]
    assert refused not in fired and set(others) <= fired
    assert (row.state, row.attempts) == (state, 1)


def test_after_a_repair_the_next_attempt_fires(
    tools: Tools, street_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(tools, timedelta(days=2))
    repair = failing(monkeypatch, KeyError("a defect"))
    drain(tools)
    repair()
    assert drain(tools) == 0
    later(tools, timedelta(days=2) + BACK_OFF[0] + timedelta(seconds=1))
    assert drain(tools) > 0
    with tools.store.unit_of_work() as uow:
        assert any(fact.kind == "TimerFired" for fact in uow.facts.of_case(street_case))


def test_an_outage_is_no_attempt(tools: Tools, street_case: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    later(tools, timedelta(days=2))
    failing(monkeypatch, StoreUnavailable())
    with pytest.raises(StoreUnavailable):
        fire_due_timer(tools)
    with tools.store.unit_of_work() as uow:
        assert {one.attempts for one in uow.timers.of_case(street_case)} == {0}


def test_a_timer_that_comes_late_is_recorded_after_what_was_already_said(tools: Tools, street_case: UUID) -> None:
    with tools.store.unit_of_work() as uow:
        case = uow.cases.get(street_case)
        first = min(timer.due_at for timer in uow.timers.of_case(street_case))
        # the clock was moved past the due moment, and somebody wrote before the scheduler came
        said = first + timedelta(minutes=10)
        add_fact(uow, case, FactDraft("CommentAdded", body={"text": "已联系"}), command_of(SYSTEM, said))
        uow.commit()
    assert fire_due_timer(tools, at=said + timedelta(hours=1))
    with tools.store.unit_of_work() as uow:
        facts = uow.facts.of_case(street_case)
    assert any(fact.kind == "TimerFired" for fact in facts)
    moments = [fact.at for fact in facts]
    assert moments == sorted(moments)
