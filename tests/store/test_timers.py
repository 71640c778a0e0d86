"""Timers: claimed by any number of nodes, never twice, never in the way of a step."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.facts import FactDraft
from app.domain.records import DueTimer
from app.store import Store
from app.store.unit_of_work import UnitOfWork
from tests.store.cast import AT, linked, open_task, progress, start, step, timer

LATER = AT + timedelta(hours=2)


def next_due(uow: UnitOfWork, now: datetime) -> DueTimer | None:
    claimed = uow.timers.claim(now, 1)
    return claimed[0][1][0] if claimed else None


def fire_all(store: Store, fired: list[tuple[UUID, str]]) -> None:
    """Do what a node does: one timer, one step, one transaction, until nothing is due."""
    while True:
        with store.unit_of_work() as uow:
            due = next_due(uow, LATER)
            if due is None:
                return
            case = uow.cases.lock(due.case_id)
            rest = [timer(t.key, t.due_at - AT) for t in uow.timers.of_case(case.id) if t.key != due.key]
            done = progress(FactDraft("TimerFired", body={"key": due.key}), timers=rest)
            uow.cases.write_step(case, done, linked(case, case.id, done.facts), at=LATER)
            uow.commit()
            fired.append((due.case_id, due.key))


def test_four_nodes_fire_every_timer_once(store: Store) -> None:
    cases = [
        start(store, timers=[timer(f"event/t{n}#1", timedelta(minutes=n)) for n in range(1 + number % 3)])
        for number in range(40)
    ]
    fired: list[tuple[UUID, str]] = []
    nodes = [threading.Thread(target=fire_all, args=(store, fired)) for _ in range(4)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join(60)
    # a node that meets only locked cases stops early; whoever comes next finds what is left
    fire_all(store, fired)
    counted = Counter(fired)
    assert set(counted.values()) == {1}
    assert len(counted) == sum(1 + number % 3 for number in range(40))
    with store.unit_of_work() as uow:
        assert uow.timers.next_at() is None
        assert {uow.cases.get(case.id).revision for case in cases} == {2, 3, 4}


def test_a_timer_in_other_hands_is_passed_over(store: Store) -> None:
    first = start(store, timers=[timer(due=timedelta(minutes=1))])
    second = start(store, timers=[timer(due=timedelta(minutes=2))])
    with store.unit_of_work() as one, store.unit_of_work() as two, store.unit_of_work() as three:
        assert [next_due(one, LATER).case_id, next_due(two, LATER).case_id] == [first.id, second.id]
        assert next_due(three, LATER) is None


def test_a_timer_whose_case_is_being_moved_is_passed_over(store: Store) -> None:
    """Waiting for it would end in a deadlock: the step holds the case and may want the timer."""
    case = start(store, timers=[timer()])
    with store.unit_of_work() as officer, store.unit_of_work() as clock:
        officer.cases.lock(case.id)
        assert next_due(clock, LATER) is None


def test_nothing_fires_before_its_time(store: Store) -> None:
    start(store, timers=[timer(due=timedelta(hours=1))])
    with store.unit_of_work() as uow:
        assert next_due(uow, AT + timedelta(minutes=59)) is None
        assert uow.timers.next_at() == AT + timedelta(hours=1)
        found = next_due(uow, AT + timedelta(hours=1))
    assert found is not None
    assert (found.key, found.due_at, found.attempts) == ("event/late#1", AT + timedelta(hours=1), 0)


def test_a_failing_timer_waits_longer_and_is_parked_at_the_third_failure(store: Store) -> None:
    case = start(store, timers=[timer()])
    for attempt in (1, 2, 3):
        with store.unit_of_work() as uow:
            parked = uow.timers.failed(case.id, "event/late#1", "boom\0boom", LATER + timedelta(minutes=attempt),
                                        seen=attempt - 1)
            uow.commit()
        assert parked is (attempt == 3)
    with store.unit_of_work() as uow:
        assert next_due(uow, LATER + timedelta(days=9)) is None
        (row,) = uow.timers.of_case(case.id)
        assert (row.state, row.attempts, row.error, row.due_at) == (
            "parked", 3, "boomboom", AT + timedelta(hours=1))  # fmt: skip
        assert uow.timers.retry(case.id, "event/late#1", LATER)
        assert not uow.timers.retry(case.id, "event/late#1", LATER)
        assert next_due(uow, LATER) is not None
        uow.commit()


def test_a_step_elsewhere_in_the_case_does_not_hurry_a_timer_that_waits_for_its_retry(store: Store) -> None:
    case = start(store, timers=[timer()])
    with store.unit_of_work() as uow:
        uow.timers.failed(case.id, "event/late#1", "boom", LATER, seen=0)
        uow.commit()
    case = step(store, case, timers=[timer()])
    with store.unit_of_work() as uow:
        assert uow.timers.next_at() == LATER
    # but one whose due time moved begins anew
    step(store, case, timers=[timer(due=timedelta(hours=7))])
    with store.unit_of_work() as uow:
        (row,) = uow.timers.of_case(case.id)
    assert (row.fire_at, row.attempts, row.state) == (AT + timedelta(hours=7), 0, "waiting")


def test_an_officer_and_a_timer_on_one_case_never_lock_each_other_up(store: Store) -> None:
    case = start(store, opened=[open_task()], timers=[timer(f"event/t{n}#1", timedelta(minutes=n)) for n in range(20)])
    fired: list[tuple[UUID, str]] = []

    def comment() -> None:
        for _ in range(40):
            with store.unit_of_work() as uow:
                locked = uow.cases.lock(case.id)
                waiting = [timer(t.key, t.due_at - AT) for t in uow.timers.of_case(case.id)]
                done = progress(FactDraft("CommentAdded"), timers=waiting)
                uow.cases.write_step(locked, done, linked(locked, case.id, done.facts), at=AT)
                uow.commit()

    threads = [threading.Thread(target=comment), threading.Thread(target=fire_all, args=(store, fired))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    fire_all(store, fired)
    assert len(set(fired)) == len(fired) == 20
    with store.unit_of_work() as uow:
        assert uow.cases.get(case.id).seq == 1 + 40 + 20


def test_a_claim_takes_cases_with_all_their_due_timers_and_leaves_the_rest_to_others(store: Store) -> None:
    first = start(store, timers=[timer("event/a#1", timedelta(minutes=1)), timer("event/b#1", timedelta(minutes=3))])
    second = start(store, timers=[timer("event/c#1", timedelta(minutes=2)), timer("event/d#1", timedelta(days=9))])
    third = start(store, timers=[timer("event/e#1", timedelta(minutes=4))])
    with store.unit_of_work() as one, store.unit_of_work() as two:
        claimed = one.timers.claim(LATER, 3)
        assert [(case.id, [due.key for due in dues]) for case, dues, _ in claimed] == [
            (first.id, ["event/a#1", "event/b#1"]), (second.id, ["event/c#1"])]  # fmt: skip
        assert claimed[0][0].state == b"state"
        assert [case.id for case, *_ in two.timers.claim(LATER, 3)] == [third.id]


def test_taking_waits_for_the_case_and_finds_what_is_still_due(store: Store) -> None:
    case = start(store, timers=[timer("event/a#1"), timer("event/b#1", timedelta(days=9))])
    with store.unit_of_work() as uow:
        assert uow.timers.take(case.id, ["event/a#1"], AT) == ()
        assert uow.timers.take(case.id, ["event/b#1"], LATER) == ()
        ((_, (due,), _),) = uow.timers.take(case.id, ["event/a#1", "event/b#1", "event/x#1"], LATER)
        assert (due.key, due.error) == ("event/a#1", "")
    step(store, case)
    with store.unit_of_work() as uow:
        assert uow.timers.take(case.id, ["event/a#1"], LATER) == ()


def test_a_lasting_failure_parks_at_once_and_is_remembered_at_the_retry(store: Store) -> None:
    case = start(store, timers=[timer()])
    with store.unit_of_work() as uow:
        assert uow.timers.failed(case.id, "event/late#1", "boom", LATER, seen=0, lasting=True)
        # another node had taken it, too, and met the same failure
        assert not uow.timers.failed(case.id, "event/late#1", "boom", LATER, seen=0, lasting=True)
        assert uow.timers.retry(case.id, "event/late#1", LATER)
        uow.commit()
    with store.unit_of_work() as uow:
        due = next_due(uow, LATER)
        assert due is not None and due.error == "boom"
