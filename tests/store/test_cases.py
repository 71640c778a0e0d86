"""Cases: who may see one, the list, likely duplicates."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import CaseNotFound, Conflict, Invalid, TaskNotFound
from app.domain.ids import new_id
from app.domain.records import CaseFilters, StoredCase
from app.domain.records_traffic import ReportRow
from app.store import Store
from tests.store.cast import (
    AT,
    DEPARTMENT,
    OTHER_STREET,
    PLATFORM,
    ROOM,
    STREET,
    VILLAGE,
    Cast,
    claim,
    linked,
    only_task,
    open_task,
    progress,
    start,
    step,
)

ELSEWHERE = {
    "street": OTHER_STREET, "village": OTHER_STREET + ".001", "grid": OTHER_STREET + ".001.001",
    "command_room": OTHER_STREET + ".cmd",
}  # fmt: skip


def seen_by(store: Store, cast: Cast, case: StoredCase) -> set[str]:
    """Find out who sees a case, and check that the list says the same as the page."""
    found = set()
    with store.unit_of_work() as uow:
        for name, actor in cast.actors.items():
            listed = case.id in {row.id for row in uow.cases.list(actor, CaseFilters(), limit=200).rows}
            try:
                assert uow.cases.visible_to(actor, case.id) == uow.cases.get(case.id)
                found.add(name)
            except CaseNotFound:
                assert not listed, name
    return found


STREET_DESKS = {"duty", "second_duty", "both", "director", "village_secretary", "grid_worker", "street_auditor"}
ABOVE = {"county_duty", "city_supervisor", "auditor"}


def test_a_case_is_seen_where_it_lies(store: Store, cast: Cast) -> None:
    assert seen_by(store, cast, start(store)) == STREET_DESKS | ABOVE
    assert seen_by(store, cast, start(store, record=ELSEWHERE)) == ABOVE | {"other_director"}


def test_a_case_is_seen_by_who_leads_or_assists(store: Store, cast: Cast) -> None:
    assert "water" in seen_by(store, cast, start(store, record={"lead_unit": DEPARTMENT}))
    assert "platform" in seen_by(store, cast, start(store, record={"assist_units": [PLATFORM]}))


def test_a_case_is_seen_by_who_works_or_worked_on_it(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("handle", ("county_dept_contact", DEPARTMENT))])
    assert "water" in seen_by(store, cast, case)
    task = only_task(store, case)
    claim(store, task, cast.water)
    assert "water" in seen_by(store, cast, case)
    case = step(store, case, finished=("event/handle#1", cast.water), guard=task, ended={"event/handle#1": "completed"})
    assert "water" in seen_by(store, cast, case)


def test_a_case_is_seen_by_who_reported_or_started_it(store: Store, cast: Cast) -> None:
    assert "citizen" in seen_by(store, cast, start(store, record={"reported_by": cast.citizen.id}))
    assert "citizen" in seen_by(store, cast, start(store, started_by=cast.citizen.id))
    assert "citizen" not in seen_by(store, cast, start(store))


def test_the_accused_and_everybody_below_see_nothing(store: Store, cast: Cast) -> None:
    assert seen_by(store, cast, start(store, record={"accused_unit": STREET})) == ABOVE
    accused_room = start(store, record={"accused_unit": ROOM}, opened=[open_task()])
    assert seen_by(store, cast, accused_room) == (STREET_DESKS | ABOVE) - {"duty", "second_duty", "both", "director"}
    # not even the auditor of an accused city
    assert seen_by(store, cast, start(store, record={"accused_unit": "33.02"})) == set()


def test_a_confidential_case_is_seen_by_its_desk_and_the_auditors(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("accept")], record={"confidential": True, "lead_unit": DEPARTMENT})
    accepting = {"duty", "second_duty", "both", "auditor", "street_auditor"}
    assert seen_by(store, cast, case) == accepting
    claim(store, only_task(store, case), cast.duty)
    handed_on = step(
        store, case, finished=("event/accept#1", cast.duty), guard=only_task(store, case),
        ended={"event/accept#1": "completed"}, opened=[open_task("handle", ("platform_public_order", PLATFORM))],
        record={"confidential": True, "lead_unit": DEPARTMENT},
    )  # fmt: skip
    # the whole desk that accepted it, and the seat that handles it
    assert seen_by(store, cast, handed_on) == accepting | {"platform"}


def test_a_case_that_becomes_confidential_later_is_hidden_from_then_on(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("handle", ("county_dept_contact", DEPARTMENT))])
    claim(store, only_task(store, case), cast.platform, seat=("county_dept_contact", DEPARTMENT))
    case = step(store, case, finished=("event/handle#1", cast.platform), guard=only_task(store, case),
                ended={"event/handle#1": "completed"})  # fmt: skip
    # it went past their seat
    assert seen_by(store, cast, case) == STREET_DESKS | ABOVE | {"water", "platform"}
    case = step(store, case, record={"confidential": True})
    assert seen_by(store, cast, case) == {"platform", "auditor", "street_auditor"}


def test_the_reporter_follows_his_own_confidential_report(store: Store, cast: Cast) -> None:
    case = start(store, record={"confidential": True, "reported_by": cast.grid_worker.id})
    assert seen_by(store, cast, case) == {"grid_worker", "auditor", "street_auditor"}


def test_machines_see_everything(store: Store) -> None:
    case = start(store, record={"confidential": True, "accused_unit": STREET})
    with store.unit_of_work() as uow:
        assert uow.cases.visible_to(SYSTEM, case.id) == case
        assert [row.id for row in uow.cases.list(SYSTEM, CaseFilters()).rows] == [case.id]


def test_a_task_is_seen_with_its_case(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("a"), open_task("b", excluded_people=(cast.second_duty.id,))])
    with store.unit_of_work() as uow:
        first, second = sorted(uow.tasks.of_case(case.id), key=lambda task: task.node)
        assert uow.tasks.visible_to(cast.director, first.id) == first
        assert uow.cases.lock_for_task(first.id, cast.duty) == (case, first)
        assert uow.cases.lock_for_task(first.id) == (case, first)
        for who, task in ((cast.citizen, first), (cast.other_director, first), (cast.second_duty, second)):
            with pytest.raises(TaskNotFound):
                uow.tasks.visible_to(who, task.id)
            with pytest.raises(TaskNotFound):
                uow.cases.lock_for_task(task.id, who)
        with pytest.raises(TaskNotFound):
            uow.cases.lock_for_task(new_id(11, AT))


def numbers(store: Store, actor: Actor, filters: CaseFilters, **wanted: Any) -> list[str]:
    with store.unit_of_work() as uow:
        return [row.summary for row in uow.cases.list(actor, filters, **wanted).rows]


def test_the_list_pages_newest_first_without_gap_or_repetition(store: Store, cast: Cast) -> None:
    for number in range(11):
        # some seen in several ways at once, and all opened at three moments only
        started = cast.duty.id if number % 2 else ""
        start(store, at=AT + timedelta(minutes=number % 3), started_by=started, record={"title": f"{number}"})
    found: list[str] = []
    after = None
    with store.unit_of_work() as uow:
        while True:
            page = uow.cases.list(cast.duty, CaseFilters(), after=after, limit=4)
            found += [row.summary for row in page.rows]
            after = page.next
            if after is None:
                break
    assert sorted(found, key=int) == [str(number) for number in range(11)]
    assert [int(title) % 3 for title in found] == [2] * 3 + [1] * 4 + [0] * 4
    with pytest.raises(Invalid), store.unit_of_work() as uow:
        uow.cases.list(cast.duty, CaseFilters(), after="WyJvcGVuZWQiXQ")


def test_the_list_is_narrowed(store: Store, cast: Cast) -> None:
    start(store, at=AT, record={
        "title": "A", "content": "井盖100%_坏了", "nature": "help", "channel": "GRID", "item_code": "C17-02",
        "urgency": "U2", "event_no": "NB-330211-20260302-000001", "address_text": "中官路",
        "business_due_at": "2026-03-02T09:00:00+08:00",
    })  # fmt: skip
    start(
        store,
        at=AT + timedelta(days=1),
        record={"title": "B", "nature": "complaint", "status": "handling", "village": ""},
    )
    start(
        store, at=AT + timedelta(days=2), closed=True, record={"title": "C", "status": "closed", "close_reason": "done"}
    )
    start(store, at=AT, record={"title": "hidden", "content": "井盖", **ELSEWHERE})
    expected = {
        "CBA": CaseFilters(), "A": CaseFilters(q="井盖"), "": CaseFilters(q="隐藏"), "BA": CaseFilters(open=True),
        "C": CaseFilters(open=False), "B": CaseFilters(status="handling"),
        "CB": CaseFilters(opened_from=AT + timedelta(days=1)),
        "CA": CaseFilters(unit=VILLAGE),
    }  # fmt: skip
    for titles, filters in expected.items():
        assert "".join(numbers(store, cast.duty, filters)) == titles, filters
    for filters in (
        CaseFilters(q="00000"), CaseFilters(q=" nb-330211-20260302-000001"),
        CaseFilters(q="100%_"), CaseFilters(q="中官路"), CaseFilters(nature="help"),
        CaseFilters(channel="GRID"), CaseFilters(item_code="C17-02"), CaseFilters(urgency="U2"),
        CaseFilters(opened_to=AT + timedelta(hours=1)), CaseFilters(late_at=AT + timedelta(minutes=1)),
    ):  # fmt: skip
        assert numbers(store, cast.duty, filters) == ["A"], filters
    for filters in (
        CaseFilters(q="100%5"), CaseFilters(q="NB-330211-20260302-000009"),
        CaseFilters(q="井_100"), CaseFilters(q="' or true --"), CaseFilters(late_at=AT),
        CaseFilters(process="other"), CaseFilters(unit="33.02.11.00"),
    ):  # fmt: skip
        assert numbers(store, cast.duty, filters) == [], filters
    assert numbers(store, cast.duty, CaseFilters(), limit=10**9) == ["C", "B", "A"]


def test_a_number_that_people_know_finds_the_case(store: Store) -> None:
    case = start(store, record={"event_no": "NB-330211-20260302-000001"})
    with store.unit_of_work() as uow:
        assert uow.cases.find_by_event_no("NB-330211-20260302-000001") == case
        assert uow.cases.find_by_event_no("NB-330211-20260302-000002") is None
    with pytest.raises(Conflict):
        start(store, record={"event_no": "NB-330211-20260302-000001"})


def test_a_case_is_created_once(store: Store) -> None:
    case = start(store)
    done = progress()
    with pytest.raises(Conflict), store.unit_of_work() as uow:
        uow.cases.create(case.id, "event", 3, done, linked(None, case.id, done.facts), at=AT)


def test_cases_nearby_that_may_be_the_same_event(store: Store) -> None:
    def report(case: StoredCase, content: str, minutes: int = 0) -> None:
        with store.unit_of_work() as uow:
            uow.reports.add(
                ReportRow(county=11, id=new_id(11, AT), case_id=case.id, received_at=AT + timedelta(minutes=minutes),
                          content=content, address_text="中官路 1 号", phone_hash=b"p")
            )  # fmt: skip
            uow.commit()

    place = {"affair_code": "C17", "item_code": "C17-02", "lat": 29.95, "lon": 121.7}
    same = start(store, record=place)
    report(same, "井盖没有了", 1)
    report(same, "第一句话", 0)
    start(store, record=place | {"affair_code": "C12"})
    start(store, record=place | {"lat": 29.96})
    start(store, record=place | {"lat": None})
    start(store, at=AT - timedelta(days=40), record=place)
    other_item = start(store, at=AT + timedelta(seconds=1), record=place | {"item_code": "C17-03"})
    just_closed = start(store, at=AT + timedelta(seconds=2), record=place, closed=True)
    start(store, at=AT + timedelta(seconds=3), record=place | {"close_reason": "duplicate"}, closed=True)
    asking = start(store, at=AT + timedelta(seconds=4), record=place)
    wanted: dict[str, Any] = {
        "affair_code": "C17", "box": (29.949, 121.699, 29.951, 121.701), "since": AT - timedelta(days=30),
        "but": asking.id,
    }  # fmt: skip
    with store.unit_of_work() as uow:
        near = uow.cases.near(now=AT + timedelta(days=1), **wanted)
        assert [row.id for row in near] == [just_closed.id, other_item.id, same.id]
        assert (near[2].content, near[2].phone_hash, near[2].address_text) == ("第一句话", b"p", "中官路 1 号")
        assert (near[1].content, near[1].phone_hash) == ("", None)
        of_item = uow.cases.near(now=AT + timedelta(days=1), item_codes=["C17-03"], **wanted)
        assert [row.id for row in of_item] == [other_item.id]
        week_later = uow.cases.near(now=AT + timedelta(days=8), **wanted)
        assert [row.id for row in week_later] == [other_item.id, same.id]
