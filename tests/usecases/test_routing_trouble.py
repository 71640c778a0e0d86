"""Messages and signals in trouble: circles end, and what cannot be carried holds up nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import Conflict, StepFailed
from app.usecases import offering, routing
from app.usecases.command.deliver_kept import deliver_kept
from app.usecases.command.spread_signal import spread_signal
from app.usecases.desk.deliver_message import Delivered
from app.usecases.desk.send_signal import Sent, send_signal
from app.usecases.incidents import RETRIES
from tests.usecases.drawn import END, START, Stage, begins, catch, drawn, throw, work

ORDER = "={order: order}"
WAITER = drawn("waiter", START, catch("paid", "order.paid", correlation=ORDER), work("unpack"), END)
PAYER = drawn("payer", START, throw("pay", "order.paid", correlation=ORDER), work("rest"), END)
SHOP = drawn("shop", begins("order.placed"), work("pack"), END)
ALARMED = drawn("alarmed", START, catch("hear", "alarm", "signal"), work("flee"), END)
ECHO = drawn("echo", begins("alarm", "signal"), throw("again", "alarm", "signal"), work("rest"), END)


def alarm(stage: Stage) -> Sent:
    return send_signal(stage.tools, actor=SYSTEM, name="alarm", payload={}, id="s")


def again(stage: Stage, incident: Any) -> None:
    with stage.tools.store.unit_of_work() as uow:
        assert RETRIES[incident.kind](uow, incident, stage.tools.clock.now())
        uow.commit()


def failing_once(real: Callable[..., Any], failure: Exception) -> Callable[..., Any]:
    calls: list[Any] = []

    def act(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise failure
        return real(*given, **named)

    return act


def busy_at(what: str = "deadlock_detected") -> Conflict:
    return Conflict(cause=what)


def test_a_circle_of_signals_is_cut_into_transactions_and_ends(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.publish(ECHO)
    monkeypatch.setattr(routing, "LONGEST_ECHO", 50)
    assert alarm(stage) == Sent("sent", 0, 1, 0)
    assert len(stage.cases_of("echo")) == offering.MOST
    rounds = 0
    while spread_signal(stage.tools) and rounds < 20:
        rounds += 1
    assert rounds == 2 and len(stage.cases_of("echo")) == 51
    (incident,) = stage.incidents("message")
    assert incident.case_id in stage.cases_of("echo") and "circles" in incident.cause


@pytest.mark.parametrize("left", [False, True])
def test_a_message_that_may_not_be_taken_hides_no_other(
    stage: Stage, add_person: Callable[..., Actor], left: bool
) -> None:
    stage.publish(WAITER)
    stranger = add_person("stranger", "street_duty", unit="33.02.11.004")
    for number in range(3):
        assert stage.send("order.paid", {"order": 1}, actor=stranger, id=str(number)) == Delivered("buffered", None)
    assert stage.send("order.paid", {"order": 1}, id="right") == Delivered("buffered", None)
    if left:
        with stage.tools.store.unit_of_work() as uow:
            assert stranger.person_id
            uow.people.change(stranger.person_id, active=False)
            uow.commit()
    waiter = stage.start("waiter", order=1)
    assert stage.open(waiter) == ["unpack"]
    assert stage.message("SYSTEM", "right") == (waiter, "delivered")
    assert stage.message(stranger.id, "0") == (None, "buffered")


@pytest.mark.parametrize("what", ["deadlock_detected", "lock_not_available", "serialization_failure"])
def test_a_conflict_that_passes_does_not_end_a_message(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    stage.publish(WAITER, PAYER)
    waiter = stage.start("waiter", order=1)
    with monkeypatch.context() as patched:
        patched.setattr(offering.commands, "deliver", failing_once(offering.commands.deliver, busy_at(what)))
        payer = stage.start("payer", order=1)
    assert stage.message("CASE", f"{payer}/payer/pay#1") == (None, "buffered") and not stage.incidents()
    assert stage.deliver() == 1
    assert stage.open(waiter) == ["unpack"]


def test_any_other_conflict_is_an_incident(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.publish(WAITER, PAYER)
    waiter = stage.start("waiter", order=1)
    with monkeypatch.context() as patched:
        patched.setattr(offering.commands, "deliver", failing_once(offering.commands.deliver, Conflict("taken")))
        stage.start("payer", order=1)
    (incident,) = stage.incidents("message")
    assert (incident.case_id, incident.cause) == (waiter, "taken")


def test_a_beginning_in_a_conflict_that_passes_comes_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.publish(SHOP)
    with monkeypatch.context() as patched:
        patched.setattr(offering, "begin_case", failing_once(offering.begin_case, busy_at()))
        with pytest.raises(Conflict):
            stage.send("order.placed", id="o")
    assert stage.message("SYSTEM", "o") is None and not stage.incidents()
    assert stage.send("order.placed", id="o").outcome == "started"


def kept(stage: Stage, *orders: int) -> list[Any]:
    """Have cases wait for messages that found them busy."""
    waiters = [stage.start("waiter", order=order) for order in orders]
    with stage.tools.store.unit_of_work() as other:
        for waiter in waiters:
            other.cases.lock(waiter)
        for order in orders:
            stage.start("payer", order=order)
    return waiters


@pytest.mark.parametrize("poison", [KeyError("a defect"), StepFailed("no")])
def test_a_message_that_cannot_be_carried_holds_up_no_other(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, poison: Exception
) -> None:
    stage.publish(WAITER, PAYER)
    waiters = kept(stage, 1, 2)
    with monkeypatch.context() as patched:
        patched.setattr("app.usecases.command.deliver_kept.carry", failing_once(routing.carry, poison))
        assert stage.deliver() == 2 and not deliver_kept(stage.tools)
    assert sorted(map(stage.open, waiters)) == [[], ["unpack"]]
    (incident,) = stage.incidents("message")
    assert incident.case_id in stage.cases_of("payer") and str(poison.args[0]) in incident.cause
    assert stage.message("CASE", incident.key.partition("|")[2]) == (None, "failed")
    # whose message it was reads in its history that it failed, and that it was done in the end
    (opened,) = stage.facts(incident.case_id, "IncidentOpened")
    assert (opened.content["incident"], opened.actor) == (str(incident.id), "SYSTEM")
    again(stage, incident)
    assert stage.deliver() == 1 and not stage.incidents()
    assert list(map(stage.open, waiters)) == [["unpack"]] * 2
    (resolved,) = stage.facts(incident.case_id, "IncidentResolved")
    assert resolved.content["incident"] == str(incident.id)
    stage.verified(*waiters, incident.case_id)


def test_a_message_whose_carrying_meets_a_conflict_that_passes_stays_kept(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.publish(WAITER, PAYER)
    (waiter,) = kept(stage, 1)
    with monkeypatch.context() as patched:
        patched.setattr("app.usecases.command.deliver_kept.carry", failing_once(routing.carry, busy_at()))
        assert stage.deliver() == 1
    (payer,) = stage.cases_of("payer")
    assert not stage.incidents() and stage.message("CASE", f"{payer}/payer/pay#1") == (None, "buffered")
    assert stage.deliver() == 1 and stage.open(waiter) == ["unpack"]


def test_a_signal_that_cannot_be_carried_holds_up_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.publish(ALARMED)
    cases = [stage.start("alarmed") for _ in range(2)]
    monkeypatch.setattr(routing, "MOST_AT_ONCE", 0)
    assert alarm(stage) == Sent("sent", 0, 0, 2)
    with monkeypatch.context() as patched:
        patched.setattr("app.usecases.command.spread_signal.carry", failing_once(routing.carry, KeyError("a defect")))
        assert [spread_signal(stage.tools) for _ in range(3)] == [True, True, False]
    assert sorted(map(stage.open, cases)) == [[], ["flee"]]
    (incident,) = stage.incidents("message")
    assert "a defect" in incident.cause and stage.open(incident.case_id) == []
    (opened,) = stage.facts(incident.case_id, "IncidentOpened")
    assert opened.content["incident"] == str(incident.id)
    again(stage, incident)
    assert spread_signal(stage.tools) and not stage.incidents()
    assert list(map(stage.open, cases)) == [["flee"]] * 2
    stage.verified(*cases)


def test_a_signal_that_meets_a_conflict_that_passes_comes_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.publish(ALARMED)
    case = stage.start("alarmed")
    monkeypatch.setattr(routing, "MOST_AT_ONCE", 0)
    alarm(stage)
    with monkeypatch.context() as patched:
        patched.setattr("app.usecases.command.spread_signal.carry", failing_once(routing.carry, busy_at()))
        assert [spread_signal(stage.tools) for _ in range(2)] == [True, False]
    assert not stage.incidents()
    with stage.tools.store.unit_of_work() as uow:
        uow.clock.move(timedelta(minutes=1))
        uow.commit()
    assert spread_signal(stage.tools) and stage.open(case) == ["flee"]


@pytest.mark.parametrize("payload", ['{text: "a\\u0000"}', '{list: [{deep: "\\u0000"}]}'])
def test_what_cannot_be_kept_is_not_thrown(stage: Stage, payload: str) -> None:
    text = payload.replace('"', "&quot;")
    stage.publish(drawn("nul", START, throw("pay", "order.paid", payload=f"={text}"), work("rest"), END))
    with pytest.raises(StepFailed, match="NUL"):
        stage.start("nul")
    assert stage.cases_of("nul") == []
