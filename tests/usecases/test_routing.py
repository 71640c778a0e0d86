"""Messages and signals from case to case: once, to the right one, in one transaction, and nothing is lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import Invalid, StepFailed
from app.usecases import Tools, offering, routing
from app.usecases.command.list_incidents import list_incidents
from app.usecases.command.retry_incident import retry_incident
from app.usecases.command.spread_signal import spread_signal
from app.usecases.desk.deliver_message import Delivered
from app.usecases.desk.send_signal import Sent, send_signal
from app.usecases.desk.start_case import start_case
from app.usecases.incidents import RETRIES
from tests.engine.running import flow
from tests.usecases.drawn import END, START, Stage, begins, catch, drawn, throw, work

ORDER = "={order: order}"
#: places an order, waits until it is paid, works
BUYER = drawn("buyer", START, throw("place", "order.placed", payload="={order: order, unit: null}", correlation=ORDER),
              catch("paid", "order.paid", correlation=ORDER), work("unpack"), END)  # fmt: skip
#: begins with an order, says at once that it is paid, works
SHOP = drawn("shop", begins("order.placed"), throw("pay", "order.paid", correlation=ORDER), work("pack"), END)
#: waits for a payment
WAITER = drawn("waiter", START, catch("paid", "order.paid", correlation=ORDER), work("unpack"), END)
ANY = drawn("any_one", START, catch("paid", "order.paid"), work("unpack"), END)
PAYER = drawn("payer", START, throw("pay", "order.paid", correlation=ORDER, payload="={amount: 5}"), work("rest"), END)
ALARMED = drawn("alarmed", START, catch("hear", "alarm", "signal"), work("flee"), END)
BELL = drawn("bell", START, throw("ring", "alarm", "signal", payload="={loud: true}"), work("rest"), END)


def test_an_order_begins_a_case_and_its_answer_comes_back_in_one_transaction(stage: Stage) -> None:
    stage.publish(BUYER, SHOP)
    buyer = stage.start("buyer", order=7)
    (shop,) = stage.cases_of("shop")
    assert (stage.open(buyer), stage.open(shop)) == (["unpack"], ["pack"])
    assert stage.case(shop).record["correlation"] == {"order": 7}
    (received,) = stage.facts(buyer, "MessageReceived")
    assert received.actor == "SYSTEM"
    assert stage.message("CASE", f"{buyer}/buyer/place#1") == (shop, "started")
    assert stage.message("CASE", f"{shop}/shop/pay#1") == (buyer, "delivered")
    stage.verified(buyer, shop)
    assert not stage.deliver() and not stage.incidents()


def test_a_message_reaches_the_waiter_that_asks_for_it_and_no_other(stage: Stage) -> None:
    stage.publish(WAITER, PAYER)
    one, two, same = (stage.start("waiter", order=order) for order in ("A", "B", "B"))
    stage.start("payer", order="B")
    # the oldest of those that fit
    assert [stage.open(case) for case in (one, two, same)] == [[], ["unpack"], []]
    (received,) = stage.facts(two, "MessageReceived")
    assert received.content["payload"] == {"amount": 5}
    stage.verified(one, two, same)


@pytest.mark.parametrize("order", [7, "7", 7.5, True, "甬"])
def test_a_message_that_comes_first_is_kept_for_its_waiter(stage: Stage, order: Any) -> None:
    stage.publish(WAITER, PAYER)
    payer = stage.start("payer", order=order)
    assert stage.message("CASE", f"{payer}/payer/pay#1") == (None, "buffered")
    other = stage.start("waiter", order="X")
    waiter = stage.start("waiter", order=order)
    assert (stage.open(other), stage.open(waiter)) == ([], ["unpack"])
    assert stage.message("CASE", f"{payer}/payer/pay#1") == (waiter, "delivered")
    # it was one message, for one waiter
    assert stage.open(stage.start("waiter", order=order)) == []
    stage.verified(payer, waiter)


def test_a_kept_message_ends_with_its_time(stage: Stage) -> None:
    stage.publish(WAITER)
    assert stage.send("order.paid", {"order": 1}, id="day") == Delivered("buffered", None)
    assert stage.send("order.paid", {"order": 2}, id="hour", ttl="PT1H") == Delivered("buffered", None)
    assert stage.send("order.paid", {"order": 3}, id="never", ttl="PT0S") == Delivered("unmatched", None)
    stage.later(hours=2)
    assert [stage.open(stage.start("waiter", order=order)) for order in (1, 2, 3)] == [["unpack"], [], []]
    with pytest.raises(Invalid) as no:
        stage.send("order.paid", id="wrong", ttl="for ever")
    assert list(no.value.errors) == ["ttl"]


def test_the_diagram_says_how_long(stage: Stage) -> None:
    short = "={order: order, ttl: &quot;PT1H&quot;}"
    stage.publish(WAITER, drawn("hasty", START, throw("pay", "order.paid", correlation=short), work("rest"), END))
    stage.start("hasty", order=1)
    stage.start("hasty", order=2)
    assert stage.open(stage.start("waiter", order=1)) == ["unpack"]
    stage.later(hours=1)
    assert stage.open(stage.start("waiter", order=2)) == []


def test_a_message_from_outside_has_one_effect(stage: Stage) -> None:
    stage.publish(SHOP, WAITER)
    waiter = stage.start("waiter", order=1)
    assert stage.send("order.paid", {"order": 1}, id="p") == Delivered("delivered", waiter)
    assert stage.send("order.paid", {"order": 1}, id="p") == Delivered("duplicate", waiter)
    begun = stage.send("order.placed", {"order": 9}, id="o", order=9)
    (shop,) = stage.cases_of("shop")
    assert begun == Delivered("started", shop)
    assert stage.send("order.placed", {"order": 9}, id="o", order=9) == Delivered("duplicate", shop)
    assert stage.cases_of("shop") == [shop]
    assert stage.case(shop).record["city"] == stage.tools.city.root
    # a case that is named is the only one that counts
    assert stage.send("order.placed", {"case_id": str(waiter)}, id="x") == Delivered("buffered", waiter)
    assert stage.cases_of("shop") == [shop]


def test_what_a_sender_writes_wrong_is_told_to_him_and_not_kept(stage: Stage) -> None:
    stage.publish(SHOP)
    with pytest.raises(Invalid):
        stage.send("order.placed", {"case_id": "no id"}, id="o")
    with pytest.raises(Invalid):
        stage.send("order.placed", id="o", limits={})
    assert stage.message("SYSTEM", "o") is None
    assert stage.send("order.placed", id="o", order=1).outcome == "started"


#: fails when it is told nothing
FRAGILE = drawn("fragile", START, catch("paid", "order.paid", correlation=ORDER),
                '<bpmn:exclusiveGateway id="g" default="g_unpack"/>', work("unpack"), END,
                ways=flow("g", "e", "amount &gt; 3"))  # fmt: skip


def test_a_waiter_that_fails_does_not_undo_the_sender(stage: Stage) -> None:
    poor = drawn("poor", START, throw("pay", "order.paid", correlation=ORDER), work("rest"), END)
    stage.publish(FRAGILE, poor)
    fragile = stage.start("fragile", order=1)
    sender = stage.start("poor", order=1)
    assert stage.open(sender) == ["rest"] and stage.open(fragile) == []
    (incident,) = stage.incidents("message")
    assert (incident.case_id, incident.node, incident.process) == (fragile, "paid", "fragile")
    assert "amount" in incident.cause
    number = f"{sender}/poor/pay#1"
    assert stage.message("CASE", number) == (fragile, "failed")
    # nobody tries by himself, and its time does not run out
    stage.later(days=3)
    assert not stage.deliver()
    with stage.tools.store.unit_of_work() as uow:
        assert uow.messages.retry("CASE", number)
        uow.commit()
    assert stage.deliver() == 1 and not stage.deliver()
    (again,) = stage.incidents("message")
    assert again.attempts == 2
    # another message helps the case, and the first one keeps its incident
    assert stage.send("order.paid", {"order": 1}, amount=2) == Delivered("delivered", fragile)
    assert stage.open(fragile) == ["unpack"]
    stage.verified(fragile, sender)


def test_an_incident_ends_when_the_message_is_taken(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.publish(WAITER, PAYER)
    waiter = stage.start("waiter", order=1)

    def broken(*_: Any, **__: Any) -> None:
        raise StepFailed("no")

    with monkeypatch.context() as patched:
        patched.setattr(offering.commands, "deliver", broken)
        payer = stage.start("payer", order=1)
    assert len(stage.incidents("message")) == 1
    with stage.tools.store.unit_of_work() as uow:
        assert uow.messages.retry("CASE", f"{payer}/payer/pay#1")
        uow.commit()
    assert stage.deliver() == 1
    assert stage.open(waiter) == ["unpack"] and not stage.incidents()
    assert [fact.kind for fact in stage.facts(waiter)].count("IncidentResolved") == 1
    stage.verified(waiter)


def test_a_beginning_that_fails_is_an_incident_that_can_be_repeated(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.publish(BUYER, SHOP)

    def broken(*_: Any, **__: Any) -> None:
        raise StepFailed("closed today")

    with monkeypatch.context() as patched:
        patched.setattr(offering, "begin_case", broken)
        buyer = stage.start("buyer", order=1)
    assert stage.cases_of("shop") == [] and stage.open(buyer) == []
    (incident,) = stage.incidents("start")
    assert (incident.case_id, incident.process, incident.cause) == (None, "shop", "closed today")
    assert not spread_signal(stage.tools)
    with stage.tools.store.unit_of_work() as uow:
        assert RETRIES["start"](uow, incident, stage.tools.clock.now())
        uow.commit()
    assert spread_signal(stage.tools) and not spread_signal(stage.tools)
    assert len(stage.cases_of("shop")) == 1 and stage.open(buyer) == ["unpack"] and not stage.incidents()


def test_a_beginning_that_fails_is_for_the_operators_of_the_county_it_would_have_been_in(
    demo_city: Tools, add_person: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(demo_city, demo_city.config.var_dir)
    stage.publish(SHOP)
    here, there = (add_person(f"machines_{unit[-2:]}", "sys_admin", unit=unit) for unit in ("33.02.11", "33.02.12"))

    def broken(*_: Any, **__: Any) -> None:
        raise StepFailed("closed today")

    with monkeypatch.context() as patched:
        patched.setattr(offering, "begin_case", broken)
        stage.send("order.placed", {"order": 1}, unit="33.02.11.004", order=1)
    (incident,) = list_incidents(demo_city, actor=here).incidents
    assert (incident.kind, incident.cause) == ("start", "closed today")
    assert not list_incidents(demo_city, actor=there).incidents
    retry_incident(demo_city, actor=here, incident_id=incident.id)
    assert spread_signal(demo_city) and len(stage.cases_of("shop")) == 1
    assert not list_incidents(demo_city, actor=here).incidents and not stage.incidents()


def test_a_case_in_other_hands_gets_its_message_a_moment_later(stage: Stage) -> None:
    stage.publish(WAITER, PAYER)
    waiter = stage.start("waiter", order=1)
    with stage.tools.store.unit_of_work() as other:
        other.cases.lock(waiter)
        stage.start("payer", order=1)
        assert stage.open(waiter) == []
        # still busy
        assert stage.deliver() == 1 and stage.open(waiter) == []
    assert stage.deliver() == 1
    assert stage.open(waiter) == ["unpack"]


def test_two_cases_that_write_to_each_other_at_once_neither_lock_nor_lose(stage: Stage) -> None:
    both = [
        drawn(key, START, work("wait"), throw("tell", mine, correlation="={order: order}"),
              catch("hear", theirs, correlation="={order: order}"), work("end"), END)
        for key, mine, theirs in (("left", "ping", "pong"), ("right", "pong", "ping"))
    ]  # fmt: skip
    stage.publish(*both)
    pairs = [(stage.start("left", order=n), stage.start("right", order=n)) for n in range(8)]
    failures: list[BaseException] = []

    def finish(case_id: Any) -> None:
        try:
            stage.complete(case_id)
        except BaseException as failure:
            failures.append(failure)

    for pair in pairs:
        threads = [threading.Thread(target=finish, args=[case]) for case in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert not failures
    stage.deliver(3)
    assert [stage.open(case) for pair in pairs for case in pair] == [["end"]] * 16
    stage.verified(*(case for pair in pairs for case in pair))


def test_a_long_chain_is_cut_into_transactions(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = drawn("ring", begins("ping"), throw("again", "ping", payload="={n: n + 1}"), work("rest"), END)
    stage.publish(ring)
    monkeypatch.setattr(routing, "LONGEST_CHAIN", 50)
    stage.send("ping", n=1)
    # one transaction is bounded, and the rest is kept
    assert len(stage.cases_of("ring")) == offering.MOST
    assert stage.deliver(9) == 2
    assert len(stage.cases_of("ring")) == 51
    (incident,) = stage.incidents("message")
    assert "circles" in incident.cause


def test_a_signal_reaches_everybody_who_listens_once(stage: Stage) -> None:
    starter = drawn("watch", begins("alarm", "signal"), work("look"), END)
    stage.publish(ALARMED, BELL, starter)
    cases = [stage.start("alarmed") for _ in range(3)]
    bell = stage.start("bell")
    assert [stage.open(case) for case in cases] == [["flee"]] * 3 and stage.open(bell) == ["rest"]
    (watch,) = stage.cases_of("watch")
    (received,) = stage.facts(cases[0], "SignalReceived")
    assert received.content["payload"] == {"loud": True}
    # it is over for those who come later
    late = stage.start("alarmed")
    assert stage.open(late) == []
    sent = send_signal(stage.tools, actor=SYSTEM, name="alarm", payload={}, id="s")
    assert sent == Sent("sent", 1, 1, 0) and stage.open(late) == ["flee"]
    assert send_signal(stage.tools, actor=SYSTEM, name="alarm", payload={}, id="s") == Sent("duplicate")
    stage.verified(*cases, bell, watch, late)


def test_of_many_cases_each_is_reached_by_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.publish(ALARMED, BELL)
    monkeypatch.setattr(routing, "MOST_AT_ONCE", 2)
    cases = [stage.start("alarmed") for _ in range(3)]
    sent = send_signal(stage.tools, actor=SYSTEM, name="alarm", payload={}, id="s")
    assert sent == Sent("sent", 0, 0, 3)
    assert [stage.open(case) for case in cases] == [[]] * 3
    busy = cases[1]
    with stage.tools.store.unit_of_work() as other:
        other.cases.lock(busy)
        assert [spread_signal(stage.tools) for _ in range(4)] == [True, True, True, False]
    assert [stage.open(case) for case in cases] == [["flee"], [], ["flee"]]
    stage.later(minutes=1)
    assert spread_signal(stage.tools) and not spread_signal(stage.tools)
    assert stage.open(busy) == ["flee"]


def test_a_listener_that_fails_is_tried_again_alone(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.publish(ALARMED, BELL)
    first, second = stage.start("alarmed"), stage.start("alarmed")
    real, calls = offering.commands.deliver, []

    def broken(world: Any, command: Any, state: bytes, *more: Any, **named: Any) -> Any:
        calls.append(state)
        if len(calls) == 1:
            raise KeyError("a defect")
        return real(world, command, state, *more, **named)

    with monkeypatch.context() as patched:
        patched.setattr(offering.commands, "deliver", broken)
        bell = stage.start("bell")
    assert (stage.open(first), stage.open(second), stage.open(bell)) == ([], ["flee"], ["rest"])
    (incident,) = stage.incidents("message")
    assert incident.case_id == first and "a defect" in incident.cause
    assert not spread_signal(stage.tools)
    with stage.tools.store.unit_of_work() as uow:
        assert RETRIES["message"](uow, incident, stage.tools.clock.now())
        uow.commit()
    assert spread_signal(stage.tools)
    assert stage.open(first) == ["flee"] and not stage.incidents()


def test_a_step_that_is_refused_sends_nothing(stage: Stage) -> None:
    stage.publish(WAITER, PAYER)
    waiter = stage.start("waiter", order=1)
    with pytest.raises(Invalid):
        start_case(stage.tools, actor=SYSTEM, process="payer", variables={"order": 1, "unit": "nowhere"})
    assert stage.open(waiter) == [] and stage.cases_of("payer") == []


def test_a_case_that_stands_still_gets_its_messages_when_it_goes_on(stage: Stage) -> None:
    stage.publish(WAITER, PAYER)
    waiter = stage.start("waiter", order=1)
    stage.stand(waiter, True)
    stage.start("payer", order=1)
    assert stage.deliver() == 1 and not stage.incidents() and stage.open(waiter) == []
    stage.stand(waiter, False)
    assert stage.open(waiter) == ["unpack"]
    stage.verified(waiter)


def test_message_and_waiter_at_the_same_moment_find_each_other(stage: Stage) -> None:
    stage.publish(WAITER)
    stage.start("waiter", order="warm")
    number, failures = 24, []
    barrier = threading.Barrier(2)

    def run(act: Any) -> None:
        try:
            for order in range(number):
                barrier.wait(20)
                act(order)
        except BaseException as failure:
            failures.append(failure)
            barrier.abort()

    sending = threading.Thread(target=run, args=[lambda n: stage.send("order.paid", {"order": n}, id=str(n))])
    waiting = threading.Thread(target=run, args=[lambda n: stage.start("waiter", order=n)])
    for thread in (sending, waiting):
        thread.start()
    for thread in (sending, waiting):
        thread.join(60)
    assert not failures
    stage.deliver(3)
    cases = stage.cases_of("waiter")[1:]
    assert len(cases) == number and [stage.open(case) for case in cases] == [["unpack"]] * number
    assert [len(stage.facts(case, "MessageReceived")) for case in cases] == [1] * number


def test_of_many_senders_and_waiters_each_message_goes_to_one(stage: Stage) -> None:
    stage.publish(ANY)
    failures: list[BaseException] = []

    def run(act: Any) -> None:
        try:
            for n in range(10):
                act(n)
        except BaseException as failure:
            failures.append(failure)

    acts = [lambda n, k=k: stage.send("order.paid", id=f"{k}-{n}", sender=k) for k in range(3)]
    acts += [lambda n: stage.start("any_one") for _ in range(3)]
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert not failures
    stage.deliver(3)
    cases = stage.cases_of("any_one")
    assert [stage.open(case) for case in cases] == [["unpack"]] * 30
    taken = {(fact.content["payload"]["sender"], fact.case_id) for case in cases
             for fact in stage.facts(case, "MessageReceived")}  # fmt: skip
    assert len(taken) == 30
    stage.verified(*cases[:3])


def test_what_a_confidential_case_begins_is_confidential_too(stage: Stage) -> None:
    hide = 'event.confidential = true\nevent.accused_unit = "33.02.11"'
    guarded = drawn(
        "guarded", START,
        f'<bpmn:scriptTask id="hide"><bpmn:script>{hide}</bpmn:script></bpmn:scriptTask>',
        throw("place", "order.placed", payload="={order: order}", correlation=ORDER), work("rest"), END,
    )  # fmt: skip
    stage.publish(guarded, SHOP)
    stage.start("guarded", order=1)
    (shop,) = stage.cases_of("shop")
    case = stage.case(shop)
    assert case.confidential and case.record["accused_unit"] == "33.02.11"
