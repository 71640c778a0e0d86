"""Incidents: one open per thing that fails, seen by those who look after the machines of their place."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM, Actor, Assignment
from app.domain.errors import NotFound
from app.domain.ids import new_id
from app.store import Store
from tests.store.cast import AT, COUNTY, DEPARTMENT, STREET, Cast, start, timer

KEY = "event/late#1"


def opened(store: Store, case_id: UUID | None, key: str = KEY, kind: str = "timer", minutes: int = 0) -> UUID:
    with store.unit_of_work() as uow:
        found = uow.incidents.open(case_id, kind, key, "late", "boom\0", AT + timedelta(minutes=minutes))
        if case_id and kind == "timer":
            uow.timers.failed(case_id, key, "boom", AT, seen=0)
        uow.commit()
    return found


def operator(actor: Actor, unit: str, role: str = "sys_admin") -> Actor:
    return replace(actor, assignments=(Assignment(role, unit),))


def test_the_same_thing_failing_again_counts_up_and_calls_for_help_again(store: Store) -> None:
    case = start(store, timers=[timer(KEY)])
    first = opened(store, case.id)
    with store.unit_of_work() as uow:
        assert uow.incidents.retried(first, AT)
        assert uow.incidents.note(first, "the table lacks a row")
        uow.commit()
    assert opened(store, case.id, minutes=5) == first
    with store.unit_of_work() as uow:
        (row,) = uow.incidents.of_case(case.id)
        assert (row.attempts, row.cause, row.retried_at) == (2, "boom", None)
        assert (row.opened_at, row.failed_at) == (AT, AT + timedelta(minutes=5))
        assert row.note == "the table lacks a row" and uow.incidents.count() == 1
        assert uow.incidents.done(case.id, "timer", KEY, AT, "SYSTEM") == first
        assert uow.incidents.done(case.id, "timer", KEY, AT, "SYSTEM") is None
        assert not uow.incidents.note(first, "too late") and not uow.incidents.resolve(first, AT, "x")
        assert uow.incidents.of_case(case.id) == () and len(uow.incidents.of_case(case.id, open_only=False)) == 1
        uow.commit()
    assert opened(store, case.id, minutes=9) != first


def test_a_beginning_that_failed_has_no_case_and_one_incident(store: Store, cast: Cast) -> None:
    assert opened(store, None, "p/s", "start") == opened(store, None, "p/s", "start")
    assert opened(store, None, "p/t", "start") != opened(store, None, "p/s", "start")
    with store.unit_of_work() as uow:
        lines = uow.incidents.list(cast.admin, kind="start").rows
    found = {(line.incident.key, line.incident.cause, line.readable) for line in lines}
    assert found == {("p/s", "boom", False), ("p/t", "boom", False)}


def test_what_could_not_begin_is_seen_by_the_operators_of_its_county_and_of_the_city(store: Store, cast: Cast) -> None:
    with store.unit_of_work() as uow:
        here = uow.incidents.open(None, "start", "p/s", "s", "boom", AT, county=11)
        whole = uow.incidents.open(None, "start", "p/s", "s", "boom", AT)
        uow.commit()

    def seen(actor: Actor) -> set[UUID]:
        with store.unit_of_work() as uow:
            return {line.incident.id for line in uow.incidents.list(actor).rows}

    assert seen(cast.admin) == seen(SYSTEM) == {here, whole}
    assert seen(operator(cast.admin, COUNTY)) == seen(operator(cast.admin, DEPARTMENT)) == {here}
    for unit in ("33.02.12", STREET):
        assert seen(operator(cast.admin, unit)) == set()
        with store.unit_of_work() as uow, pytest.raises(NotFound):
            uow.incidents.operated(operator(cast.admin, unit), here)


def test_an_operator_sees_his_place_and_nobody_sees_what_concerns_himself(store: Store, cast: Cast) -> None:
    here, hidden = start(store, timers=[timer(KEY)]), start(store, record={"confidential": True}, timers=[timer(KEY)])
    against = start(store, record={"accused_unit": DEPARTMENT}, timers=[timer(KEY)])
    ids = {name: opened(store, case.id) for name, case in (("here", here), ("hidden", hidden), ("against", against))}

    def seen(actor: Actor) -> dict[UUID, str]:
        with store.unit_of_work() as uow:
            return {line.incident.id: line.incident.cause for line in uow.incidents.list(actor).rows}

    # who only looks after machines is told that something failed, not what it says of the case
    assert seen(cast.admin) == dict.fromkeys(ids.values(), "")
    officer = replace(cast.admin, assignments=(*cast.admin.assignments, *cast.county_duty.assignments))
    assert seen(officer) == {ids["here"]: "boom", ids["hidden"]: "", ids["against"]: "boom"}
    assert seen(operator(cast.admin, "33.02.12")) == {} == seen(cast.duty)
    assert set(seen(operator(cast.admin, STREET, "process_designer"))) == set(ids.values())
    assert set(seen(operator(cast.admin, DEPARTMENT))) == {ids["here"], ids["hidden"]}
    both = replace(cast.admin, assignments=(Assignment("sys_admin", COUNTY), Assignment("x", DEPARTMENT)))
    assert set(seen(both)) == {ids["here"], ids["hidden"]}
    assert seen(SYSTEM)[ids["hidden"]] == "boom"
    with store.unit_of_work() as uow:
        with pytest.raises(NotFound):
            uow.incidents.operated(both, ids["against"])
        with pytest.raises(NotFound):
            uow.incidents.operated(cast.admin, new_id(11, AT))
        assert uow.incidents.operated(officer, ids["here"], lock=True).incident.cause == "boom"


def test_the_list_is_paged_newest_first(store: Store, cast: Cast) -> None:
    case = start(store, timers=[timer(f"event/t{n}#1") for n in range(5)])
    made = [opened(store, case.id, f"event/t{n}#1", minutes=n // 2) for n in range(5)]
    found, after = [], None
    while True:
        with store.unit_of_work() as uow:
            page = uow.incidents.list(cast.admin, after=after, limit=2)
        found += [line.incident.id for line in page.rows]
        if (after := page.next) is None:
            break
    assert sorted(found) == sorted(made) and found[0] == made[4]


def test_a_timer_that_is_gone_or_moved_leaves_nothing_to_look_at(store: Store, cast: Cast) -> None:
    case = start(store, timers=[timer(KEY), timer("event/other#1")])
    first, second = opened(store, case.id), opened(store, case.id, "event/other#1")
    with store.unit_of_work() as uow:
        uow._tx.write("delete from timers where key = %(key)s", {"key": KEY})
        uow._tx.write("update timers set due_at = due_at + interval '1 h', error = ''")
        assert uow.incidents.list(cast.admin).rows == () and uow.incidents.count() == 0
        assert {row.id for row in uow.incidents.overtaken()} == {first, second}
        uow.rollback()
