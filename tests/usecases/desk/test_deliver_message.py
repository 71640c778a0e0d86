"""Messages of officers: what they see, what they are offered, in which seat; also when a message was kept first."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.actor import SYSTEM, Actor, Assignment
from app.domain.errors import Forbidden, Invalid, InvalidAnswers, NotStartable
from app.usecases.desk.deliver_message import Delivered, deliver_message
from app.usecases.senders import SeatNotHeld
from tests.usecases.drawn import END, START, Stage, begins, catch, drawn, work

WAITER = drawn("waiter", START, catch("paid", "order.paid", correlation="={order: order}"), work("unpack"), END)
ACT = drawn("act", START, catch("paid", "order.paid", form="trial/answer", offeredTo="city_director", orgScope="city"),
            work("unpack"), END)  # fmt: skip
SHOP = drawn("shop", begins("order.placed", candidateRoles="street_duty", orgScope="street"), work("pack"), END)
ROOM = "33.02.11.004.cmd"


@pytest.fixture
def duty(add_person: Callable[..., Actor]) -> Actor:
    return add_person("duty", "city_duty")


@pytest.fixture
def stranger(add_person: Callable[..., Actor]) -> Actor:
    return add_person("stranger", "street_duty", unit=ROOM)


def test_an_officer_reaches_only_what_he_sees(stage: Stage, duty: Actor, stranger: Actor) -> None:
    stage.publish(WAITER)
    case = stage.start("waiter", order=1)
    assert stage.send("order.paid", {"order": 1}, actor=stranger) == Delivered("buffered", None)
    # nor does it reach the case later, or one that begins to wait
    assert stage.deliver() == 1
    other = stage.start("waiter", order=1)
    assert stage.open(case) == stage.open(other) == []
    assert stage.send("order.paid", {"order": 1}, actor=duty) == Delivered("delivered", case)
    (received,) = stage.facts(case, "MessageReceived")
    assert (received.actor, received.role, received.unit) == (duty.id, "city_duty", "33.02")
    stage.verified(case)


def test_a_kept_message_is_signed_by_who_sent_it_in_the_seat_he_named(
    stage: Stage, add_person: Callable[..., Actor]
) -> None:
    stage.publish(WAITER)
    actor = add_person("both", "city_duty", "city_director")
    sent = deliver_message(
        stage.tools, actor=actor, name="order.paid", correlation={"order": 2}, payload={}, id="m",
        role="city_duty", unit="33.02",
    )  # fmt: skip
    assert sent == Delivered("buffered", None)
    case = stage.start("waiter", order=2)
    (received,) = stage.facts(case, "MessageReceived")
    assert (received.actor, received.role, received.unit) == (actor.id, "city_duty", "33.02")
    with pytest.raises(SeatNotHeld):
        deliver_message(
            stage.tools, actor=actor, name="order.paid", correlation={}, payload={}, id="n", role="city_duty", unit=ROOM
        )
    assert stage.message(actor.id, "n") is None


def test_what_somebody_kept_here_who_has_left_reaches_nobody(stage: Stage, duty: Actor) -> None:
    stage.publish(WAITER)
    assert stage.send("order.paid", {"order": 3}, actor=duty).outcome == "buffered"
    with stage.tools.store.unit_of_work() as uow:
        uow._tx.write("update people set active = false where username = 'duty'")
        uow.commit()
    case = stage.start("waiter", order=3)
    assert stage.open(case) == []
    assert stage.deliver() == 1
    assert stage.message(duty.id, "m") == (None, "unmatched")


def test_an_act_is_open_to_those_it_is_offered_to(stage: Stage, duty: Actor, add_person: Callable[..., Actor]) -> None:
    stage.publish(ACT)
    case = stage.start("act")
    with pytest.raises(Forbidden):
        stage.send("order.paid", {"case_id": str(case)}, actor=duty)
    with pytest.raises(Forbidden):
        stage.send("order.paid", actor=duty)
    assert stage.message(duty.id, "m") is None
    director = add_person("director", "city_director")
    assert Assignment("city_director", "33.02") in director.assignments
    # over this door, too, he writes what the act's form asks for, and nothing else
    for wrong, field in (({}, "note"), ({"note": "已收到款项", "approved": True}, "approved")):
        with pytest.raises(InvalidAnswers) as refused:
            stage.send("order.paid", {"case_id": str(case)}, actor=director, **wrong)
        assert list(refused.value.errors) == [field]
    assert stage.message(director.id, "m") is None and stage.open(case) == []
    sent = stage.send("order.paid", {"case_id": str(case)}, actor=director, note="已收到款项")
    assert sent == Delivered("delivered", case)
    (received,) = stage.facts(case, "MessageReceived")
    assert received.content["payload"] == {"note": "已收到款项"}
    stage.verified(case)


def test_a_kept_message_does_not_become_an_act_that_was_not_offered(stage: Stage, duty: Actor) -> None:
    stage.publish(ACT)
    assert stage.send("order.paid", actor=duty) == Delivered("buffered", None)
    case = stage.start("act")
    assert stage.open(case) == []
    assert stage.send("order.paid", {"case_id": str(case)}) == Delivered("delivered", case)


def test_a_case_that_is_over_takes_nothing(stage: Stage) -> None:
    stage.publish(drawn("short", START, END))
    case = stage.start("short")
    assert stage.send("order.paid", {"case_id": str(case)}) == Delivered("unmatched", case)
    nobody = "019cac0f-2680-700b-800b-39a941fca24d"
    assert stage.send("order.paid", {"case_id": nobody}, id="n").outcome == "unmatched"
    # a number that does not exist yet may come
    assert stage.send("order.paid", {"event_no": "NB-9"}, id="o").outcome == "buffered"


def test_a_number_is_used_up_for_good_until_it_is_forgotten(stage: Stage) -> None:
    stage.publish(WAITER)
    case = stage.start("waiter", order=1)
    assert stage.send("order.paid", {"order": 1}).outcome == "delivered"
    now = stage.tools.clock.now()
    with stage.tools.store.unit_of_work() as uow:
        assert uow.messages.drop_before(now - timedelta(days=90)) == 0
        uow.rollback()
    assert stage.send("order.paid", {"order": 1}) == Delivered("duplicate", case)
    assert deliver_message(
        stage.tools, actor=SYSTEM, name="order.paid", correlation={"order": 1}, payload={}, id="m2"
    ) == Delivered("buffered", None)


def test_an_officer_begins_cases_only_where_he_sits(stage: Stage, stranger: Actor) -> None:
    stage.publish(SHOP)
    with pytest.raises(Invalid):
        stage.send("order.placed", id="o", actor=stranger, order=1, unit="33.02.26")
    assert stage.cases_of("shop") == []
    # the place of a command room is its street
    begun = stage.send("order.placed", id="p", actor=stranger, order=1, unit="33.02.11.004")
    (shop,) = stage.cases_of("shop")
    assert begun == Delivered("started", shop)


def test_an_officer_does_not_pretend_that_something_happened_elsewhere(stage: Stage, stranger: Actor) -> None:
    stage.publish(drawn("shop", begins("order.placed"), work("pack"), END))
    with pytest.raises(NotStartable):
        stage.send("order.placed", id="o", actor=stranger, order=1)
    assert stage.cases_of("shop") == [] and stage.message(stranger.id, "o") is None
    # programs outside do say that it happened, and the administrator speaks for them
    assert stage.send("order.placed", id="o").outcome == "started"


def test_only_the_roles_of_the_start_event_begin_it(stage: Stage, duty: Actor, stranger: Actor) -> None:
    stage.publish(SHOP)
    with pytest.raises(NotStartable):
        stage.send("order.placed", id="o", actor=duty)
    # also a seat of the role that lies elsewhere opens nothing
    city = drawn("shop", begins("order.placed", candidateRoles="street_duty", orgScope="=&quot;33.02.26&quot;"),
                 work("pack"), END)  # fmt: skip
    stage.publish(city)
    with pytest.raises(NotStartable):
        stage.send("order.placed", id="p", actor=stranger)
    assert stage.cases_of("shop") == []


def test_a_case_is_begun_in_the_seat_that_may(stage: Stage, add_person: Callable[..., Actor]) -> None:
    stage.publish(SHOP)
    both = add_person("both", "street_affairs", "street_duty", unit=ROOM)
    assert stage.send("order.placed", actor=both, unit="33.02.11.004").outcome == "started"
    (shop,) = stage.cases_of("shop")
    (begun,) = stage.facts(shop, "CaseStarted")
    assert (begun.actor, begun.role, begun.unit) == (both.id, "street_duty", ROOM)


def test_what_was_kept_begins_no_case_that_its_sender_may_not_begin(stage: Stage, stranger: Actor) -> None:
    assert stage.send("order.placed", actor=stranger).outcome == "buffered"
    stage.publish(drawn("shop", begins("order.placed"), work("pack"), END))
    assert stage.deliver() <= 1
    assert stage.cases_of("shop") == []
