"""Messages: taken once, found by those that wait for them, kept, tried again, given up."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.correlation import MOST_KEYS, fits
from app.domain.progress import Subscription
from app.domain.records import StoredCase
from app.domain.records_waiting import MessageRow
from app.store import Store
from app.store.messages import LOOKS
from app.store.subscriptions import TRIED
from app.store.unit_of_work import UnitOfWork
from tests.store.cast import AT, start, step
from tests.store.test_requests import together


def waits(key: str = "event/catch#1", message: str = "paid", **changes: Any) -> Subscription:
    values: dict[str, Any] = {
        "key": key, "process": "event", "node": key.split("/")[1].split("#")[0], "message": message, "name": message,
        "name_en": "", "task_key": "", "form": "", "offered_to": (), "unit": "", "open": True, "closed_text": "",
        "closed_text_en": "",
    }  # fmt: skip
    return Subscription(**values | changes)


def message(id: str = "m1", name: str = "paid", /, **changes: Any) -> MessageRow:
    row = MessageRow("case/1", id, "message", name, {}, {"amount": 5}, "", "", 0, AT, AT + timedelta(hours=24))
    return replace(row, **changes)


def keep(store: Store, *rows: MessageRow) -> None:
    with store.unit_of_work() as uow:
        for row in rows:
            assert uow.messages.receive(row)
            uow.messages.settle(row.sender, row.id, "buffered")
        uow.commit()


def rested(uow: UnitOfWork) -> None:
    uow._tx.write("update messages set rests_until = clock_timestamp() - interval '1 s' where rests_until is not null")


def waiting_case(store: Store, *subscriptions: Subscription) -> StoredCase:
    return start(store, subscriptions=subscriptions)


def test_a_message_is_received_once_from_each_sender(store: Store) -> None:
    received: list[bool] = []

    def receive(uow: UnitOfWork) -> None:
        new = uow.messages.receive(message())
        if new:
            uow.messages.settle("case/1", "m1", "unmatched")
        received.append(new)

    together(store, 6, receive)
    assert received.count(True) == 1
    with store.unit_of_work() as uow:
        assert uow.messages.outcome("case/1", "m1") == (None, "unmatched")
        assert uow.messages.outcome("case/2", "m1") is None
        assert uow.messages.receive(message(sender="case/2"))
        uow.rollback()


@pytest.mark.parametrize(
    ("asked", "given", "found"),
    [
        ({}, {}, True),
        ({}, {"order": 7}, True),
        ({"order": 7}, {"order": 7, "city": "甬"}, True),
        ({"order": 7}, {"order": 7.0}, True),
        ({"order": 7}, {"order": "7"}, False),
        ({"order": 7}, {}, False),
        ({"order": 7, "city": "甬"}, {"order": 7}, False),
        ({"order": None}, {"order": None}, False),
        ({"items": [1]}, {"items": [1, 2]}, False),
        ({"items": [1, 2]}, {"items": [1, 2]}, True),
        ({"k1": 1}, {f"k{n}": n for n in range(12)}, True),
        ({"k1": 2}, {f"k{n}": n for n in range(12)}, False),
    ],
)
def test_both_ways_find_the_same_pairs(store: Store, asked: Any, given: Any, found: bool) -> None:
    case = waiting_case(store, waits(correlation=asked))
    with store.unit_of_work() as uow:
        waiters = uow.subscriptions.that_fit("paid", given)
        rows = [row for row in waiters if fits(row.correlation, given)]
        # with many keys too, so that none is crowded out by those that do not fit
        assert len(given) <= MOST_KEYS or len(rows) == len(waiters)
        assert [row.case_id for row in rows] == ([case.id] if found else [])
        assert uow.subscriptions.that_fit("other", given) == ()
    keep(store, message(correlation=given))
    with store.unit_of_work() as uow:
        taken = uow.messages.for_waiter("paid", asked, case_id=case.id, event_no=None, at=AT)
        assert (taken is not None) is found


def test_a_message_with_many_keys_finds_the_one_waiter_behind_many_others(store: Store) -> None:
    given = {f"k{number}": number for number in range(MOST_KEYS + 1)}
    for number in range(TRIED):
        waiting_case(store, waits(correlation={"k1": 100 + number}))
    last = waiting_case(store, waits(correlation={"k1": 1.0, "k2": 2}))
    with store.unit_of_work() as uow:
        assert [row.case_id for row in uow.subscriptions.that_fit("paid", given)] == [last.id]


def test_a_message_that_names_its_case_is_for_no_other(store: Store) -> None:
    one, other = waiting_case(store, waits()), waiting_case(store, waits())
    keep(store, message(correlation={"case_id": str(other.id)}))
    with store.unit_of_work() as uow:
        assert uow.messages.for_waiter("paid", {}, case_id=one.id, event_no=None, at=AT) is None
        assert uow.messages.for_waiter("paid", {}, case_id=other.id, event_no=None, at=AT) is not None
    keep(store, message("m2", "told", correlation={"event_no": "NB-1"}))
    with store.unit_of_work() as uow:
        assert uow.messages.for_waiter("told", {}, case_id=one.id, event_no=None, at=AT) is None
        assert uow.messages.for_waiter("told", {}, case_id=one.id, event_no="NB-2", at=AT) is None
        assert uow.messages.for_waiter("told", {}, case_id=one.id, event_no="NB-1", at=AT) is not None


def test_a_step_says_whether_a_new_waiter_should_look(store: Store) -> None:
    assert not waiting_case(store, waits()).mail
    keep(store, message())
    case = waiting_case(store, waits("event/other#1", "other"))
    assert not case.mail
    case = step(store, case, subscriptions=(waits("event/other#1", "other"), waits()))
    assert case.mail
    # who waited before does not look again
    case = step(store, case, subscriptions=(waits("event/other#1", "other"), waits()))
    assert not case.mail
    assert waiting_case(store, waits()).mail


def test_nobody_gets_a_message_after_its_time(store: Store) -> None:
    case = waiting_case(store, waits())
    keep(store, message(expires_at=AT + timedelta(hours=1)))
    late = AT + timedelta(hours=1)
    with store.unit_of_work() as uow:
        assert uow.messages.for_waiter("paid", {}, case_id=case.id, event_no=None, at=late) is None
        rested(uow)
        assert uow.messages.next_rested(late) is None
        assert uow.messages.expire(late - timedelta(seconds=1)) == 0
        assert uow.messages.expire(late) == 1
        assert uow.messages.outcome("case/1", "m1") == (None, "expired")
        uow.commit()


def test_the_oldest_comes_first_and_each_goes_to_one_hand(store: Store) -> None:
    case = waiting_case(store, waits())
    keep(store, message("m2", received_at=AT + timedelta(minutes=1)), message("m1"))
    with store.unit_of_work() as uow:
        rested(uow)
        uow.commit()
    with store.unit_of_work() as one, store.unit_of_work() as two, store.unit_of_work() as three:
        first = one.messages.for_waiter("paid", {}, case_id=case.id, event_no=None, at=AT)
        second = two.messages.next_rested(AT)
        assert first and second and (first.id, second.id) == ("m1", "m2")
        assert first.payload == {"amount": 5}
        assert three.messages.next_rested(AT) is None
        assert three.messages.for_waiter("paid", {}, case_id=case.id, event_no=None, at=AT) is None
    with store.unit_of_work() as uow:
        second = uow.messages.for_waiter("paid", {}, case_id=case.id, event_no=None, at=AT, but=["case/1|m1"])
        assert second and second.id == "m2"


def test_a_failed_message_waits_for_somebody(store: Store) -> None:
    waiting_case(store, waits())
    keep(store, message())
    with store.unit_of_work() as uow:
        uow.messages.settle("case/1", "m1", "failed", cause="it broke\0")
        assert uow.messages.next_rested(AT) is None
        assert uow.messages.expire(AT + timedelta(days=9)) == 0
        assert uow.messages.drop_before(AT + timedelta(days=9)) == 0
        assert uow.messages.retry("case/1", "m1")
        assert not uow.messages.retry("case/1", "m1")
        kept = uow.messages.next_rested(AT + timedelta(days=9))
        assert kept and kept.payload == {"amount": 5}
        uow.messages.rest("case/1", "m1", 60)
        assert uow.messages.next_rested(AT) is None
        uow.messages.settle("case/1", "m1", "delivered")
        assert uow.messages.drop_before(AT + timedelta(seconds=1)) == 1
        uow.commit()


def test_a_signal_reaches_every_case_once_but_not_its_sender(store: Store) -> None:
    signal = {"message": "alarm", "kind": "signal"}
    sender = waiting_case(store, waits(**signal))
    two = waiting_case(store, waits(**signal), waits("event/again#1", **signal))
    one = waiting_case(store, waits(**signal))
    waiting_case(store, waits("event/x#1", "alarm"))
    with store.unit_of_work() as uow:
        assert uow.subscriptions.cases_for_signal("alarm", but=sender.id) == tuple(sorted((one.id, two.id)))
        assert len(uow.subscriptions.cases_for_signal("alarm")) == 3
        assert uow.subscriptions.that_fit("alarm", {})[0].key == "event/x#1"


def test_an_attempt_that_fails_leaves_the_rest(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.messages.receive(message("m1"))
        with pytest.raises(KeyError), uow.attempt():
            uow.messages.receive(message("m2"))
            with uow.attempt():
                uow.messages.receive(message("m3"))
            raise KeyError
        with uow.attempt():
            uow.messages.receive(message("m4"))
        uow.commit()
    with store.unit_of_work() as uow:
        assert [uow.messages.outcome("case/1", f"m{n}") is not None for n in (1, 2, 3, 4)] == [True, False, False, True]


def test_a_message_that_nobody_takes_is_looked_at_a_few_times(store: Store) -> None:
    keep(store, message())
    with store.unit_of_work() as uow:
        # it has only just come
        assert uow.messages.next_rested(AT) is None
        for _ in range(len(LOOKS) + 1):
            rested(uow)
            assert uow.messages.next_rested(AT)
            uow.messages.rest("case/1", "m1")
        rested(uow)
        assert uow.messages.next_rested(AT) is None
        uow.messages.settle("case/1", "m1", "buffered")
        rested(uow)
        assert uow.messages.next_rested(AT) is None
        uow.rollback()
