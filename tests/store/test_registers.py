"""Rows of registers: who sees them, what may be asked of them, what is refused, and what is remembered."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.domain.errors import Fault, Invalid
from app.domain.ids import new_id
from app.domain.records_registers import Hand, RegisterRow
from app.domain.registers import RowTaken, StaleRow
from app.schemas.register_rows import read_sort, read_where
from app.store import Store
from app.store.register_sql import Question, ordering
from tests.store.cast import AT, CITY, COUNTY, GRID, OTHER_STREET, STREET, VILLAGE, Cast
from tests.usecases.groves import groves

GROVES = groves(unit_level="village")
WORTH = groves(unit_level="street", unique=[])
BY = Hand(AT, "id-duty", "值班", "street_duty", STREET + ".cmd", reason="登记")
OTHER_VILLAGE = OTHER_STREET + ".001"


def add(store: Store, unit: str = VILLAGE, register: Any = GROVES, **data: Any) -> UUID:
    row_id = new_id(11, AT)
    with store.unit_of_work() as uow:
        assert uow.registers.add(register, row_id, unit, data, BY)
        uow.commit()
    return row_id


def get(store: Store, row_id: UUID, register: Any = GROVES) -> RegisterRow:
    with store.unit_of_work() as uow:
        row = uow.registers.get(register, row_id)
    assert row is not None
    return row


def names(store: Store, where: Any = None, *, register: Any = GROVES, sort: str = "", **more: Any) -> list[Any]:
    order = read_sort(register, sort)
    assert order is not None
    with store.unit_of_work() as uow:
        page = uow.registers.find(register, read_where(register, where), sort=order, **more)
        if "q" not in more and "actor" not in more and "limit" not in more:
            assert uow.registers.count(register, read_where(register, where)) == len(page.rows)
    return [row.data["name"] for row in page.rows]


@pytest.fixture
def six(store: Store) -> Iterator[Store]:
    """Six groves in two streets."""
    add(store, name="东山", area=0.1, state="standing", seen_on="2026-01-31", tags=["旧", "高"], protected=True)
    add(store, name="西山", area=10, state="felled", seen_on="2026-02-01", tags=["旧"], protected=False)
    add(store, name="南山", area=9.5, state="standing", seen_at="2026-03-01T08:00:00+08:00", office=COUNTY)
    add(store, name="北山", note="无面积", owner="duty")
    add(store, OTHER_VILLAGE, name="东山", area=0.2)
    add(store, OTHER_VILLAGE, name="%_\\'\"]}", area=-0.3, survey={"a": [1, None, "x"]})
    yield store


ASKED = {
    "equals": ({"name": "东山"}, ["东山", "东山"]), "a number": ({"area": 10}, ["西山"]),
    "a number with places": ({"area": 0.1}, ["东山"]),
    "the same number, written otherwise": ({"area": 10.0}, ["西山"]),
    "any of": ({"name": ["西山", "北山", "无"]}, ["西山", "北山"]), "none of nothing": ({"name": []}, []),
    "without a value": ({"area": None}, ["北山"]),
    "with or without": ({"state": ["felled", None]}, ["西山", "北山", "东山", "%_\\'\"]}"]),
    "both": ({"name": "东山", "unit": VILLAGE}, ["东山"]),
    "at least": ({"area_from": 9.5}, ["西山", "南山"]), "nine is less than ten": ({"area_until": 9.9, "area_from": 9},
                                                                              ["南山"]),
    "at most": ({"area_until": 0.1}, ["东山", "%_\\'\"]}"]),
    "from a day": ({"seen_on_from": "2026-02-01"}, ["西山"]),
    "until a day": ({"seen_on_until": "2026-01-31"}, ["东山"]),
    "a moment elsewhere": ({"seen_at": "2026-03-01T00:00:00Z"}, ["南山"]),
    "from a moment": ({"seen_at_from": "2026-03-01T00:00:01Z"}, []),
    "in a list": ({"tags": "高"}, ["东山"]), "any in a list": ({"tags": ["高", "旧"]}, ["东山", "西山"]),
    "yes": ({"protected": True}, ["东山"]), "no": ({"protected": False}, ["西山"]),
    "unit named": ({"office": COUNTY}, ["南山"]), "person": ({"owner": "duty"}, ["北山"]),
    "unit": ({"unit": OTHER_VILLAGE}, ["东山", "%_\\'\"]}"]),
    "within a street": ({"unit_within": STREET}, ["东山", "西山", "南山", "北山"]),
    "within two": ({"unit_within": [STREET, OTHER_STREET], "area_until": 0}, ["%_\\'\"]}"]),
    "above a grid": ({"unit_covers": GRID}, ["东山", "西山", "南山", "北山"]),
    "nothing special in a text": ({"name": "%_\\'\"]}"}, ["%_\\'\"]}"]), "no pattern": ({"name": "%"}, []),
    "no choice of today": ({"state": "burnt"}, []),
}  # fmt: skip


@pytest.mark.parametrize("what", ASKED)
def test_what_may_be_asked_of_rows(six: Store, what: str) -> None:
    where, expected = ASKED[what]
    assert names(six, where) == expected


def test_a_row_from_before_a_key_was_declared_gives_back_no_other_rows_key(store: Store) -> None:
    old = add(store, register=groves(unit_level="village", unique=[]), name="东山")
    add(store, name="东山")
    with store.unit_of_work() as uow:
        row = uow.registers.get(GROVES, old)
        assert row is not None
        uow.registers.change(GROVES, row, VILLAGE, {"name": "西山"}, BY)
        uow.commit()
    for taken in ("东山", "西山"):
        with pytest.raises(RowTaken), store.unit_of_work() as uow:
            uow.registers.add(GROVES, new_id(11, AT), VILLAGE, {"name": taken}, BY)


def test_rows_are_sorted_and_paged_by_any_field(six: Store) -> None:
    assert names(six, {"unit": VILLAGE}, sort="area") == ["北山", "东山", "南山", "西山"]
    assert names(six, {"unit": VILLAGE}, sort="-area") == ["西山", "南山", "东山", "北山"]
    assert names(six, {"unit": VILLAGE}, sort="seen_on") == ["南山", "北山", "东山", "西山"]
    for sort in ("", "-", "area", "-area", "name", "-name", "protected", "-seen_at", "-state"):
        order = read_sort(GROVES, sort)
        assert order is not None
        whole, after, pages = names(six, sort=sort), None, []
        with six.unit_of_work() as uow:
            while True:
                page = uow.registers.find(GROVES, sort=order, after=after, limit=2)
                pages += [row.data["name"] for row in page.rows]
                after = page.next
                if after is None:
                    break
        assert pages == whole and len(whole) == 6


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJyZWdpc3RlciBncm92ZXMgIGRvd24iLCJ4Il0",
                                    "WyJyZWdpc3RlciBncm92ZXMgYXJlYSB1cCIsIjEnOyIsIjEiXQ"])  # fmt: skip
def test_a_cursor_that_is_none_is_refused(six: Store, cursor: str) -> None:
    for sort in ("", "-", "area"):
        order = read_sort(GROVES, sort)
        assert order is not None
        with six.unit_of_work() as uow, pytest.raises(Invalid):
            uow.registers.find(GROVES, sort=order, after=cursor)


def test_sums_are_exact(store: Store) -> None:
    for value in (0.1, 0.2, 0.3, 1e14, 123456789.123456):
        add(store, STREET, WORTH, name="x", area=value)
    add(store, STREET, WORTH, name="without")
    field = WORTH.find("area")
    assert field is not None
    with store.unit_of_work() as uow:
        assert uow.registers.sum(WORTH, field) == (Decimal("100000123456789.723456"), 5)
        assert uow.registers.sum(WORTH, field, read_where(WORTH, {"area_until": 0.3})) == (Decimal("0.6"), 3)
        assert uow.registers.sum(WORTH, field, read_where(WORTH, {"name": "nobody"})) == (0, 0)


def test_a_field_that_had_another_type_breaks_no_question(store: Store) -> None:
    """The declaration changed after rows were written."""
    fields = [{"name": "name", "zh": "名称", "en": "Name", "type": "string"},
              {"name": "area", "zh": "面积", "en": "Area", "type": "string"}]  # fmt: skip
    before = groves(fields=fields, search=["name"], sums=[], unique=[])
    add(store, register=before, name="东山", area="十亩")
    add(store, name="西山", area=3)
    assert names(store, {"area_from": 1}) == ["西山"]
    assert names(store, sort="-area") == ["西山", "东山"]
    field = GROVES.find("area")
    assert field is not None
    with store.unit_of_work() as uow:
        assert uow.registers.sum(GROVES, field) == (3, 1)


def test_a_row_is_found_by_its_values_without_looking_at_the_others(store: Store) -> None:
    """Also where only the first rows in order are wanted, and whatever the values are."""
    with store.unit_of_work() as uow:
        uow._tx.write(
            "insert into register_rows (county, id, register, unit, data, created_at, changed_at)"
            " select 11, gen_random_uuid(), 'groves', '33.02', jsonb_build_object('name', 'n' || n), now(), now()"
            " from generate_series(1, 20000) n"
        )
        uow.commit()
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.exec_driver_sql("vacuum analyze register_rows")
    for where in ({"name": "n7"}, {"name": ["n7", "n8"]}):
        asked = Question(GROVES, read_where(GROVES, where))
        sql = f"select * from register_rows r where {asked.sql} order by {ordering((None, False), narrow=asked.narrow)}"
        with store.unit_of_work() as uow:
            plan = str(uow._tx.rows(f"explain {sql} limit 51", asked.params))
        assert "ix_register_rows_data" in plan and "Seq Scan" not in plan, plan


SEEN = {
    "duty": ["东山", "西山", "南山", "北山"], "village_secretary": ["东山", "西山", "南山", "北山"], "grid_worker": [],
    "director": [], "platform": [], "county_duty": [], "auditor": ["东山", "西山", "南山", "北山", "东山", "%_\\'\"]}"],
    "street_auditor": ["东山", "西山", "南山", "北山"], "other_director": [], "admin": [], "citizen": [],
}  # fmt: skip


@pytest.mark.parametrize("who", SEEN)
def test_rows_are_seen_at_their_unit_and_above_by_the_roles_that_the_register_names(
    six: Store, cast: Cast, who: str
) -> None:
    actor = cast.actors[who]
    assert names(six, actor=actor) == SEEN[who]
    with six.unit_of_work() as uow:
        assert uow.registers.count(GROVES, actor=actor) == len(SEEN[who])
        for row in uow.registers.find(GROVES).rows:
            seen = uow.registers.get(GROVES, row.id, actor=actor)
            assert (seen is not None) == (row.data["name"] in SEEN[who] and (row.unit == VILLAGE or who == "auditor"))


def test_what_the_city_knows_is_read_below_only_where_the_register_says_so(store: Store, cast: Cast) -> None:
    shared = groves(unit_level="city", reaches_down=True)
    add(store, CITY, shared, name="全市")
    add(store, STREET, shared, name="本街")
    add(store, OTHER_STREET, shared, name="别街")
    duty, worker = cast.actors["duty"], cast.actors["grid_worker"]
    assert names(store, register=shared, actor=duty) == ["全市", "本街"]
    assert names(store, register=shared, actor=worker) == ["全市", "本街"]
    assert names(store, register=replace(shared, reaches_down=False), actor=duty) == ["本街"]
    assert names(store, register=shared, actor=cast.actors["citizen"]) == []


def test_a_search_finds_parts_and_the_names_of_choices_and_nothing_hidden(six: Store, cast: Cast) -> None:
    assert names(six, q="东") == ["东山", "东山"] and names(six, q="FELLED") == names(six, q="采伐") == ["西山"]
    assert names(six, q="%_\\") == ["%_\\'\"]}"] and names(six, q="面积") == []
    assert names(six, q="东", actor=cast.actors["duty"]) == ["东山"]


def test_a_change_is_remembered_field_by_field(store: Store) -> None:
    row_id = add(store, name="东山", area=1, tags=["a"])
    row = get(store, row_id)
    hand = replace(BY, at=AT + timedelta(hours=1), reason="重新测量", case_id=new_id(11, AT))
    with store.unit_of_work() as uow:
        uow.registers.change(GROVES, row, OTHER_VILLAGE, {"name": "东山", "area": 1.5, "protected": False}, hand)
        uow.commit()
    now = get(store, row_id)
    assert (now.version, now.unit, now.nr) == (2, OTHER_VILLAGE, row.nr)
    assert now.data == {"name": "东山", "area": 1.5, "protected": False}
    assert now.created_at == row.created_at and now.changed_at == hand.at
    with store.unit_of_work() as uow:
        second, first = uow.registers.history(now)
    assert second.changes == {"area": [1, 1.5], "tags": [["a"], None], "protected": [None, False],
                              "unit": [VILLAGE, OTHER_VILLAGE]}  # fmt: skip
    assert (second.version, second.reason, second.case_id) == (2, "重新测量", hand.case_id)
    assert first.changes == {"unit": [None, VILLAGE], "name": [None, "东山"], "area": [None, 1], "tags": [None, ["a"]]}
    assert (first.actor, first.role, first.unit) == ("id-duty", "street_duty", STREET + ".cmd")


def test_a_change_of_nothing_is_none(store: Store) -> None:
    row = get(store, add(store, name="东山"))
    with store.unit_of_work() as uow:
        uow.registers.change(GROVES, row, VILLAGE, {"name": "东山"}, BY)
    assert get(store, row.id).version == 1


def test_the_history_can_neither_be_changed_nor_deleted(store: Store) -> None:
    add(store, name="东山")
    for order in ("update register_changes set reason = ''", "delete from register_changes",
                  "truncate register_changes"):  # fmt: skip
        with store.unit_of_work() as uow, pytest.raises(Fault):
            uow._tx.write(order)


def test_of_two_hands_one_wins(store: Store) -> None:
    row = get(store, add(store, name="东山", area=0))
    won: list[int] = []
    lost: list[int] = []
    together = threading.Barrier(8)

    def change(number: int) -> None:
        together.wait()
        try:
            with store.unit_of_work() as uow:
                uow.registers.change(GROVES, row, VILLAGE, {"name": "东山", "area": number + 1}, BY)
                uow.commit()
            won.append(number)
        except StaleRow:
            lost.append(number)

    hands = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    now = get(store, row.id)
    assert len(won) == 1 and len(lost) == 7 and now.version == 2 and now.data["area"] == won[0] + 1
    with store.unit_of_work() as uow:
        assert len(uow.registers.history(now)) == 2


def test_a_key_is_taken_once_however_many_ask_together(store: Store) -> None:
    taken: list[str] = []
    together = threading.Barrier(8)

    def enter(number: int) -> None:
        together.wait()
        try:
            add(store, name="东山", area=number)
        except RowTaken as refused:
            taken.append(str(refused.attributes["names"]))

    hands = [threading.Thread(target=enter, args=(number,)) for number in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    assert taken == ["(('unit', 'name'),)"] * 7 and len(names(store)) == 1


def test_a_key_is_free_again_once_its_row_has_another(store: Store) -> None:
    first = get(store, add(store, name="东山"))
    with pytest.raises(RowTaken):
        add(store, name="东山")
    with store.unit_of_work() as uow:
        uow.registers.change(GROVES, first, VILLAGE, {"name": "西山"}, BY)
        uow.commit()
    second = get(store, add(store, name="东山"))
    with store.unit_of_work() as uow, pytest.raises(RowTaken):
        uow.registers.change(GROVES, second, VILLAGE, {"name": "西山", "area": 3}, BY)
    assert get(store, second.id).version == 1


def test_what_was_refused_leaves_no_key_behind(store: Store) -> None:
    """A diagram may catch the refusal and go on in the same transaction."""
    both = groves(unique=[["name"], ["area"]])
    add(store, register=both, name="东山", area=1)
    with store.unit_of_work() as uow:
        with pytest.raises(RowTaken):
            uow.registers.add(both, new_id(11, AT), VILLAGE, {"name": "西山", "area": 1}, BY)
        assert uow.registers.add(both, new_id(11, AT), VILLAGE, {"name": "西山", "area": 2}, BY)
        uow.commit()
    assert names(store, register=both) == ["东山", "西山"]


def test_a_key_without_one_of_its_values_binds_nobody(store: Store) -> None:
    yearly = groves(unique=[["owner", "seen_on"]])
    for _ in range(2):
        add(store, register=yearly, name="东山", owner="duty")
    assert names(store, register=yearly) == ["东山", "东山"]


def test_an_id_is_given_once(store: Store) -> None:
    row_id = add(store, register=WORTH, unit=STREET, name="东山")
    with store.unit_of_work() as uow:
        assert not uow.registers.add(WORTH, row_id, STREET, {"name": "西山"}, BY)
        uow.commit()
    assert get(store, row_id, WORTH).data == {"name": "东山"}


def test_rows_of_one_register_are_not_those_of_another(store: Store) -> None:
    row_id = add(store, name="东山")
    other = groves(unit_level="street", unique=[])
    elsewhere = replace(other, key="gardens")
    assert names(store, register=elsewhere) == []
    with store.unit_of_work() as uow:
        assert uow.registers.get(elsewhere, row_id) is None
