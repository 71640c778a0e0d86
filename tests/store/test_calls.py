"""Outside calls: written by the step, leased to one node, put off, parked, gone with the step that ends them."""

from datetime import timedelta

import pytest

from app.domain.progress import WaitingCall
from app.domain.records import StoredCase
from app.domain.records_waiting import CallRow
from app.store import Store
from app.store.unit_of_work import UnitOfWork
from tests.store.cast import AT, start, step
from tests.store.test_requests import together

KEY = "event/ask#1"
LATER = AT + timedelta(minutes=5)


def call(key: str = KEY) -> WaitingCall:
    return WaitingCall(key, "event", "ask", "police.ask", {"plate": "浙B00001"}, 3, "PT30S")


def calling(store: Store, *keys: str) -> StoredCase:
    return start(store, calls=[call(key) for key in keys or (KEY,)])


def lease(store: Store, seconds: float = 60) -> CallRow | None:
    with store.unit_of_work() as uow:
        found = uow.calls.lease(LATER, seconds)
        uow.commit()
    return found


def test_one_node_gets_a_call(store: Store) -> None:
    case = calling(store)
    taken: list[CallRow] = []

    def take(uow: UnitOfWork) -> None:
        found = uow.calls.lease(LATER, 60)
        if found:
            taken.append(found)

    together(store, 6, take)
    (row,) = taken
    assert (row.case_id, row.key, row.operation, row.params) == (case.id, KEY, "police.ask", {"plate": "浙B00001"})
    assert (row.attempts, row.retries, row.pause, row.state) == (1, 3, "PT30S", "leased")


def test_a_node_that_dies_gives_its_call_to_another(store: Store) -> None:
    calling(store)
    assert lease(store, 0)
    again = lease(store)
    assert again and again.attempts == 2
    assert lease(store) is None


def test_what_failed_comes_again_when_its_pause_is_over(store: Store) -> None:
    case = calling(store)
    assert lease(store)
    with store.unit_of_work() as uow:
        uow.calls.put_off(case.id, KEY, "http.503", "busy\0", LATER + timedelta(seconds=1))
        assert uow.calls.next_at() == LATER + timedelta(seconds=1)
        uow.commit()
    assert lease(store) is None
    with store.unit_of_work() as uow:
        again = uow.calls.lease(LATER + timedelta(seconds=1), 60)
        assert again and (again.attempts, again.code, again.error) == (2, "http.503", "busy")
        uow.commit()


def test_a_parked_call_waits_for_an_operator_and_keeps_its_answer(store: Store) -> None:
    case = calling(store)
    assert lease(store)
    with store.unit_of_work() as uow:
        uow.calls.park(case.id, KEY, "step-failed", "no", {"value": 1})
        assert not uow.calls.retry(case.id, "event/other#1", LATER)
        uow.commit()
    assert lease(store, 0) is None
    with store.unit_of_work() as uow:
        assert uow.calls.retry(case.id, KEY, LATER)
        assert not uow.calls.retry(case.id, KEY, LATER)
        uow.commit()
    again = lease(store)
    assert again and again.attempts == 1 and again.answer == {"value": 1}


def test_the_step_that_ends_a_call_removes_it_and_leaves_the_others(store: Store) -> None:
    case = calling(store, KEY, "event/ask#2")
    leased = lease(store)
    assert leased
    step(store, case, calls=[call("event/ask#2")])
    with store.unit_of_work() as uow:
        assert [row.key for row in uow.calls.of_case(case.id)] == ["event/ask#2"]
        assert uow.calls.lock(case.id, KEY) is None
        kept = uow.calls.lock(case.id, "event/ask#2")
        assert kept and kept.attempts == (1 if leased.key == "event/ask#2" else 0)


def test_a_case_that_stands_still_wakes_no_node(store: Store) -> None:
    case, other = calling(store), calling(store)
    with store.unit_of_work() as uow:
        uow.calls.put_off(other.id, KEY, "http.503", "busy", LATER)
        assert uow.calls.next_at() == AT
        uow.steering.stand(case.id, True)
        assert uow.calls.next_at() == LATER
        uow.steering.stand(other.id, True)
        assert uow.calls.next_at() is None
        uow.commit()
    assert lease(store) is None


@pytest.mark.parametrize("closed", [True, False])
def test_a_case_that_went_another_way_calls_nobody(store: Store, closed: bool) -> None:
    case = calling(store)
    step(store, case, closed=closed)
    assert lease(store) is None
