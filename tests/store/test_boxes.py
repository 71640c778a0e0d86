"""Copies, watches, filters on fields, orders of several keys, words by pairs of letters."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import Actor, Assignment
from app.domain.errors import Invalid
from app.domain.filters import Condition, read_conditions, write_conditions
from app.domain.ids import new_id
from app.domain.records import CaseFilters
from app.schemas.values import CITY_ZONE
from app.store import Store
from app.store.words import find_cases, pairs
from tests.store.cast import (
    AT,
    COUNTY,
    OTHER_STREET,
    ROOM,
    STREET,
    VILLAGE,
    Cast,
    claim,
    only_task,
    open_task,
    start,
    step,
)


def nodes(store: Store, actor: Actor, **wanted: Any) -> list[str]:
    """Read one page of a box, by node."""
    with store.unit_of_work() as uow:
        return [task.node for task in uow.tasks.list(actor, **{"now": AT, **wanted}).rows]


def cases(store: Store, actor: Actor, q: str) -> list[str]:
    """Search the cases that somebody may see, by title."""
    with store.unit_of_work() as uow:
        return [row.summary for row in uow.cases.list(actor, CaseFilters(q=q), after=None, limit=50).rows]


def copy(store: Store, case: Any, **to: Any) -> None:
    """Show a case to somebody."""
    with store.unit_of_work() as uow:
        uow.copies.add(case.county, case.id, AT, sender=("x", "x"), reason="r", **to)
        uow.commit()


def test_a_copy_is_found_by_its_person_its_unit_or_its_seat_and_by_nobody_else(store: Store, cast: Cast) -> None:
    water, village = cast.water, cast.village_secretary
    seat = water.assignments[0]
    one = start(store, opened=[open_task("to_person")], record={"village": "", "grid": ""})
    two = start(store, opened=[open_task("to_unit")], record={"village": "", "grid": ""})
    three = start(store, opened=[open_task("to_seat")], record={"village": "", "grid": ""})
    four = start(store, opened=[open_task("to_other_role")], record={"village": "", "grid": ""})
    assert nodes(store, water, box="cc") == [] and cases(store, water, "窨井") == []
    copy(store, one, person=(water.id, "w"))
    copy(store, two, unit=seat.unit)
    copy(store, three, role=seat.role, unit=seat.unit)
    copy(store, four, role="county_duty", unit=seat.unit)
    assert sorted(nodes(store, water, box="cc")) == ["to_person", "to_seat", "to_unit"]
    assert len(cases(store, water, "窨井")) == 3
    assert nodes(store, village, box="cc") == []
    # told twice in two ways is one case
    copy(store, one, unit=seat.unit)
    assert len(nodes(store, water, box="cc")) == 3
    with store.unit_of_work() as uow:
        counts = uow.tasks.list_and_count(water, AT)[1]
        assert counts["cc"] == 3
        assert uow.cases.visible_to(water, one.id)
        assert {row.mine for row in uow.copies.of_case(water, two.id)} == {True}


def test_a_copy_gives_no_sight_of_what_is_confidential_or_about_oneself(store: Store, cast: Cast) -> None:
    secret = start(store, opened=[open_task("secret")], record={"village": "", "grid": "", "confidential": True})
    about = start(store, opened=[open_task("about")], record={"village": "", "grid": "", "accused_unit": COUNTY})
    copy(store, secret, person=(cast.water.id, "w"))
    copy(store, about, person=(cast.water.id, "w"))
    assert nodes(store, cast.water, box="cc") == [] and cases(store, cast.water, "窨井") == []
    # a citizen's seat is no office: what is for a unit is not for him
    citizen = cast.citizen
    shown = start(store, opened=[open_task("shown")], record={"village": "", "grid": ""})
    copy(store, shown, unit=citizen.assignments[0].unit)
    assert nodes(store, citizen, box="cc") == []


def test_a_copy_is_read_once_by_each(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task()])
    copy(store, case, unit=ROOM)
    with store.unit_of_work() as uow:
        (copy_id,) = uow.copies.unread(cast.duty, case.id)
        uow.copies.read(copy_id, cast.duty, AT)
        uow.copies.read(copy_id, cast.duty, AT + timedelta(hours=1))
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.copies.unread(cast.duty, case.id) == []
        assert len(uow.copies.unread(cast.second_duty, case.id)) == 1
        assert uow.copies.unread(cast.water, case.id) == []
        (row,) = uow.copies.of_case(cast.duty, case.id)
        assert len(row.reads) == 1 and row.read_at == AT


def test_who_watches_sees_only_what_he_may_see_anyway(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("mine")])
    with store.unit_of_work() as uow:
        assert uow.watches.begin(case.id, cast.duty, AT) and not uow.watches.begin(case.id, cast.duty, AT)
        assert uow.watches.begin(case.id, cast.water, AT)
        uow.commit()
    assert nodes(store, cast.duty, box="watched") == ["mine"]
    # a watch that was kept from a time when he saw it gives nothing
    assert nodes(store, cast.water, box="watched") == []
    step(store, case, record={"accused_unit": STREET})
    assert nodes(store, cast.duty, box="watched") == []
    with store.unit_of_work() as uow:
        assert uow.watches.end(case.id, cast.duty) and not uow.watches.end(case.id, cast.duty)
        uow.commit()


def test_a_case_is_one_row_in_the_boxes_of_cases(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("first"), open_task("second")])
    copy(store, case, person=(cast.county_duty.id, "c"))
    with store.unit_of_work() as uow:
        uow.watches.begin(case.id, cast.county_duty, AT)
        uow.commit()
        assert len(uow.tasks.list(cast.county_duty, now=AT, box="cc").rows) == 1
        counts = uow.tasks.list_and_count(cast.county_duty, AT)[1]
    assert (counts["cc"], counts["watched"]) == (1, 1)


CONDITIONS = {
    "urgency=U1": ["a"], "urgency!=U1": ["b", "c"], "level>=3": ["b", "c"], "level<=2": ["a"], "level>=10": ["c"],
    "address_text~河东": ["a"], "address_text~%": [], "nature=help": ["b"], "street=" + STREET: ["a", "b", "c"],
    "street=" + OTHER_STREET: [], "assist_units=" + ROOM: ["c"], "assist_units!=" + ROOM: ["a", "b"],
    "nothing=": ["a", "b", "c"], "nothing=x": [], "urgency=U1;level>=3": [], "node~A": ["a"],
    "opened_at>=2026-03-02": ["a", "b", "c"], "opened_at<=2026-03-01": [], "due_at<=2026-03-02": ["a", "b", "c"],
    "opened_at>=2026-03-02T09:00:01+08:00": [], "title=x'\\; drop table cases --": [], "flag=true": ["b"],
}  # fmt: skip


def test_conditions_narrow_every_box_to_fields_of_events(store: Store, cast: Cast) -> None:
    records: dict[str, dict[str, Any]] = {
        "a": {"urgency": "U1", "level": 2, "address_text": "河东路 3 号"},
        "b": {"urgency": "U2", "level": 3, "nature": "help", "flag": True},
        "c": {"urgency": "", "level": 11, "assist_units": [ROOM, VILLAGE]},
    }
    for node, record in records.items():
        start(store, opened=[open_task(node)], record=record)
    for text, expected in CONDITIONS.items():
        where = read_conditions(text)
        assert sorted(nodes(store, cast.duty, where=where)) == expected, text
        assert sorted(nodes(store, cast.director, box="area", where=where)) == expected, text


def test_a_day_holds_all_of_its_moments(store: Store, cast: Cast) -> None:
    start(store, opened=[open_task("here")], record={})
    day, before = (f"{one.astimezone(CITY_ZONE):%Y-%m-%d}" for one in (AT, AT - timedelta(days=1)))
    for text, found in ((f"created_at={day}", ["here"]), (f"created_at={before}", []), (f"created_at!={day}", []),
                        (f"created_at!={before}", ["here"]), (f"created_at<={day}", ["here"])):  # fmt: skip
        assert nodes(store, cast.duty, where=read_conditions(text)) == found, text


@pytest.mark.parametrize("text", ["due_at=soon", "opened_at~2026", "created_at>=2026-02-30"])
def test_a_date_that_is_none_is_invalid(store: Store, cast: Cast, text: str) -> None:
    with pytest.raises(Invalid):
        nodes(store, cast.duty, where=read_conditions(text))


@pytest.mark.parametrize("text", ["", "a=1", "a=1;b~x\\;y\\\\;c>=2", "a!=", "title=甲=乙~丙"])
def test_conditions_are_read_as_they_were_written(text: str) -> None:
    assert write_conditions(read_conditions(text)) == text


@pytest.mark.parametrize("text", [
    "a", "=1", "A=1", "a=1;", ";", "a=1;;b=2", "a = 1", "reported_by=x", "phone=1", "reporter_name=x", "a=\x00",
    "a=1\\", "a" * 61 + "=1", "a=" + "x" * 101, ";".join(f"f{n}=1" for n in range(11)), "started_by=x",
])  # fmt: skip
def test_what_is_no_condition_or_asks_for_people_is_invalid(text: str) -> None:
    if text == "a=1;":
        assert read_conditions(text) == (Condition("a", "=", "1"),)
        return
    with pytest.raises(Invalid):
        read_conditions(text)


def test_keys_that_go_different_ways_give_pages_that_meet(store: Store, cast: Cast) -> None:
    for n in range(12):
        start(store, opened=[open_task(f"n{n}", due=timedelta(hours=n % 3))], record={"urgency": f"U{n % 2}"})
    held = start(store, opened=[open_task("held", due=None)], record={"urgency": "U0"})
    claim(store, only_task(store, held), cast.duty)
    for sort in ("urgency,-due_at", "-urgency,due_at,-created_at", "name,-urgency", "-due_at,urgency", "process,unit"):
        found: list[Any] = []
        after = None
        with store.unit_of_work() as uow:
            whole = uow.tasks.list(cast.duty, now=AT, sort=sort, limit=200).rows
            while True:
                page = uow.tasks.list(cast.duty, now=AT, sort=sort, limit=4, after=after)
                found += page.rows
                after = page.next
                if after is None:
                    break
        assert [row.id for row in found] == [row.id for row in whole] and len(found) == 13, sort
    rows = nodes(store, cast.duty, sort="urgency,-due_at", limit=3)
    assert rows[0] == "held"


@pytest.mark.parametrize("sort", ["due_at,due_at", "due_at,-due_at", "urgency,name,process,unit", "holder", ",", "id",
                                  "finished_at", "due_at;", "-"])  # fmt: skip
def test_what_is_no_order_is_invalid(store: Store, cast: Cast, sort: str) -> None:
    with pytest.raises(Invalid):
        nodes(store, cast.duty, sort=sort)


def test_words_are_found_in_number_text_and_address(store: Store, cast: Cast) -> None:
    start(store, opened=[open_task("a")], record={
        "event_no": "NB-330211-20260302-000007", "title": "窨井盖缺失", "content": "河东路口井盖不见了，Danger",
        "address_text": "庄市街道河东路 12 号"})  # fmt: skip
    start(store, opened=[open_task("b")], record={
        "event_no": "NB-330211-20260302-000008", "title": "噪声扰民", "content": "夜间施工", "address_text": "河西"})
    everything = {
        "井盖": ["a"], "庄市街道": ["a"], "NB-330211-20260302-000008": ["b"], "nb-330211-20260302-000008": ["b"],
        "000007": ["a"], "danger": ["a"], "河": ["a", "b"], "河东": ["a"], "井": ["a"], "东河": [], "盖井": [],
        "路 1": ["a"], "施工": ["b"], "330211": ["a", "b"], "%%": [], "": ["a", "b"],
    }  # fmt: skip
    for q, expected in everything.items():
        assert sorted(nodes(store, cast.duty, q=q)) == expected, q
        assert sorted(nodes(store, cast.director, box="area", q=q)) == expected, q
        assert len(cases(store, cast.director, q)) == len(expected), q
        assert nodes(store, cast.water, q=q) == [] and cases(store, cast.water, q) == [], q


def test_pairs_of_letters_find_what_the_letters_in_order_have(store: Store) -> None:
    assert pairs(" 河东路 ") == sorted(["河东", "东路"]) and pairs("河") == []
    case = start(store, opened=[], record={"title": "河东河西", "content": ""})
    with store.unit_of_work() as uow:
        tx = uow._tx
        assert find_cases(tx, "河东") == [case.id] and find_cases(tx, "东西") == []
        # every pair is there, and still the words are not
        assert find_cases(tx, "河东河东") == [] and find_cases(tx, "河") is None


def test_columns_and_views_are_ones_own(store: Store, cast: Cast) -> None:
    with store.unit_of_work() as uow:
        uow.inbox_views.choose_columns(cast.duty, ["node", "due"])
        uow.inbox_views.save(cast.duty, "甲", {"box": "todo"}, AT)
        uow.inbox_views.save(cast.duty, "甲", {"box": "area"}, AT, seat=("street_duty", ROOM))
        uow.inbox_views.save(cast.director, "乙", {"box": "area"}, AT, seat=("village_secretary", STREET))
        uow.commit()
    with store.unit_of_work() as uow:
        columns, go_on, views = uow.inbox_views.look(cast.duty)
        assert go_on
        assert columns == ("node", "due")
        assert [(one.name, dict(one.query)) for one in views] == [("甲", {"box": "area"})]
        assert uow.inbox_views.look(cast.water) == ((), True, ())
        # with the holders of the role at the unit, and below it
        assert [one.name for one in uow.inbox_views.look(cast.second_duty)[2]] == ["甲"]
        assert [one.name for one in uow.inbox_views.look(cast.village_secretary)[2]] == ["乙"]
        elsewhere = Actor(id="e", username="e", assignments=(Assignment("village_secretary", OTHER_STREET),),
                          person_id=new_id(11, AT))  # fmt: skip
        assert uow.inbox_views.look(elsewhere)[2] == ()
        assert not uow.inbox_views.drop(cast.second_duty, views[0].id)
        assert uow.inbox_views.drop(cast.duty, views[0].id)
        uow.commit()
