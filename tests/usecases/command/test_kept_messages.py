"""A message that no case waits for is offered to an operator, who gives it to a case or drops it."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from app.domain.actor import Actor
from app.domain.errors import CaseClosed, Conflict, Invalid
from app.usecases.command.assign_message import assign_message
from app.usecases.command.drop_message import drop_message
from app.usecases.command.list_kept_messages import KeptMessage, list_kept_messages
from tests.usecases.drawn import END, START, Stage, catch, drawn, throw, work

WAITER = drawn("waiter", START, work("pack"), catch("paid", "order.paid"), work("unpack"), END)
ASKING = drawn("asking", START, catch("paid", "order.paid", correlation="={order: order}"), work("unpack"), END)
PAYER = drawn("payer", START, throw("pay", "order.paid", correlation='={case_id: to}'), END)


@pytest.fixture
def operator(add_person: Callable[..., Actor]) -> Actor:
    return add_person("operator", "sys_admin")


@pytest.fixture
def hotline(add_person: Callable[..., Actor]) -> Actor:
    return add_person("hotline", "sys_admin")


def kept(stage: Stage, operator: Actor) -> tuple[KeptMessage, ...]:
    return list_kept_messages(stage.tools, actor=operator).messages


def assigned(stage: Stage, operator: Actor, message: KeptMessage, case: UUID | str) -> str:
    return assign_message(stage.tools, actor=operator, sender=message.sender, id=message.id, number=str(case))


def test_a_message_with_a_wrong_number_is_offered_and_reaches_the_case_that_it_is_for(
    stage: Stage, operator: Actor, hotline: Actor
) -> None:
    stage.publish(ASKING)
    case = stage.start("asking", order=7)
    assert stage.send("order.paid", {"event_no": "NB-no-such", "order": 7}, actor=hotline).outcome == "buffered"
    (one,) = kept(stage, operator)
    assert (one.name, one.title, one.sender_name) == ("order.paid", "paid", hotline.name)
    assert (one.asked_no, one.case_no, one.hidden) == ("NB-no-such", "", False)
    assert one.correlation == {"order": 7} and one.expires_at is not None
    assert assigned(stage, operator, one, case) == "delivered"
    assert stage.open(case) == ["unpack"] and kept(stage, operator) == ()
    (by,), (received,) = stage.facts(case, "MessageAssigned"), stage.facts(case, "MessageReceived")
    # who sorted it is told, and it came from who sent it
    assert (by.actor, by.content["sender"], received.actor) == (operator.id, hotline.id, hotline.id)
    stage.verified(case)
    with pytest.raises(Conflict):
        assigned(stage, operator, one, case)


def test_what_the_case_does_not_wait_for_yet_is_kept_for_it_alone(stage: Stage, operator: Actor) -> None:
    stage.publish(WAITER)
    mine, other = stage.start("waiter"), stage.start("waiter")
    stage.send("order.paid", {"order": 1}, id="early")
    (one,) = kept(stage, operator)
    assert assigned(stage, operator, one, mine) == "buffered"
    (again,) = kept(stage, operator)
    assert again.case_no == str(mine) and again.correlation == {"order": 1}
    stage.complete(other)
    assert stage.open(other) == []
    stage.complete(mine)
    assert stage.open(mine) == ["unpack"] and kept(stage, operator) == ()
    stage.verified(mine)


def test_a_value_that_the_case_asks_for_otherwise_keeps_the_message_from_it(stage: Stage, operator: Actor) -> None:
    stage.publish(ASKING)
    case = stage.start("asking", order=7)
    stage.send("order.paid", {"order": 8})
    (one,) = kept(stage, operator)
    assert assigned(stage, operator, one, case) == "buffered" and stage.open(case) == []


def test_what_cannot_be_delivered_any_more_is_refused_and_stays(
    stage: Stage, operator: Actor, hotline: Actor
) -> None:
    stage.publish(WAITER, PAYER, drawn("short", START, END))
    busy = stage.start("waiter")
    stage.start("payer", to=str(busy))
    stage.send("order.paid", {"order": 9}, actor=hotline, id="h")
    thrown, sent = sorted(kept(stage, operator), key=lambda one: one.sender != "CASE")
    # nothing would be left of what another case sent to one that is closed
    with pytest.raises(CaseClosed):
        assigned(stage, operator, thrown, stage.start("short"))
    with stage.tools.store.unit_of_work() as uow:
        uow._tx.write("update people set active = false where id = %(id)s", {"id": UUID(hotline.id)})
        uow.commit()
    with pytest.raises(Conflict):
        assigned(stage, operator, sent, busy)
    assert len(kept(stage, operator)) == 2 and stage.facts(busy, "MessageAssigned") == []


def test_a_number_that_no_case_has_is_refused_and_nothing_changes(stage: Stage, operator: Actor) -> None:
    stage.publish(ASKING)
    stage.send("order.paid", {"order": 8})
    (one,) = kept(stage, operator)
    for number in ("", "NB-none", str(uuid4())):
        with pytest.raises(Invalid) as refused:
            assigned(stage, operator, one, number)
        assert list(refused.value.errors) == ["number"]
    assert kept(stage, operator) == (one,)


def test_a_dropped_message_is_forgotten_with_its_reason_in_the_history_of_who_sent_it(
    stage: Stage, operator: Actor, hotline: Actor
) -> None:
    stage.publish(WAITER, PAYER)
    busy = str(stage.start("waiter"))
    case = stage.start("payer", to=busy)
    stage.send("order.paid", {"order": 9}, actor=hotline, id="h")
    thrown, sent = sorted(kept(stage, operator), key=lambda one: one.sender != "CASE")
    assert (thrown.sender_no, thrown.case_no, thrown.asked_no) == (str(case), busy, "")
    for one in (thrown, sent):
        with pytest.raises(Invalid):
            drop_message(stage.tools, actor=operator, sender=one.sender, id=one.id, reason="  ")
        drop_message(stage.tools, actor=operator, sender=one.sender, id=one.id, reason="重复推送")
        with pytest.raises(Conflict):
            drop_message(stage.tools, actor=operator, sender=one.sender, id=one.id, reason="重复推送")
    assert kept(stage, operator) == () and stage.message(hotline.id, "h") == (None, "unmatched")
    (fact,) = stage.facts(case, "MessageDropped")
    assert (fact.actor, fact.content["reason"]) == (operator.id, "重复推送")
    with stage.tools.store.unit_of_work() as uow:
        (told,) = [one for one in uow.office_facts.of(UUID(hotline.id)) if one.kind == "MessageDropped"]
    assert told.content["reason"] == "重复推送"
    stage.verified(case)


def test_what_has_expired_is_offered_no_more(stage: Stage, operator: Actor) -> None:
    stage.publish(ASKING)
    stage.send("order.paid", {"order": 1}, id="hour", ttl="PT1H")
    stage.send("order.paid", {"order": 2}, id="day")
    assert [one.id for one in kept(stage, operator)] == ["hour", "day"]
    stage.later(hours=2)
    assert [one.id for one in kept(stage, operator)] == ["day"]
    stage.later(hours=23)
    assert kept(stage, operator) == ()


def test_pages_follow_on_each_other(stage: Stage, operator: Actor) -> None:
    stage.publish(ASKING)
    for number in range(5):
        stage.send("order.paid", {"order": number}, id=f"m{number}")
    seen, after = [], None
    while True:
        page = list_kept_messages(stage.tools, actor=operator, after=after, limit=2)
        seen += [one.id for one in page.messages]
        after = page.next
        if after is None:
            break
    assert seen == [f"m{number}" for number in range(5)]
