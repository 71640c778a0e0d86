"""Rows that name a case which not everybody may know of, rows out of use, long texts in order, files out and in."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.domain.actor import Actor
from app.domain.errors import Fault
from app.domain.ids import new_id
from app.domain.org import Unit, UnitKind
from app.domain.records import UnitPlace
from app.domain.records_registers import Hand
from app.domain.registers import RowTaken, StaleRow
from app.schemas.register_rows import read_sort, read_where
from app.store import Store
from tests.store.cast import AT, COUNTY, DEPARTMENT, STREET, VILLAGE, Cast, open_task, start
from tests.usecases.groves import groves

NAMED = groves(
    case_numbers=["case_no", "other_no"], unique=[],
    rights={"read": ["street_duty", "city_duty"], "write": ["village_secretary"], "retire": ["village_secretary"]},
    fields=[{"name": "name", "zh": "名称", "en": "Name", "type": "text", "max": 20000},
            {"name": "case_no", "zh": "案号", "en": "Case", "type": "string"},
            {"name": "other_no", "zh": "来源", "en": "Origin", "type": "string"},
            {"name": "area", "zh": "面积", "en": "Area", "type": "number"}],
    search=["name", "case_no"],
)  # fmt: skip
GROVES = groves()
BY = Hand(AT, "id-duty", "值班", "street_duty", STREET + ".cmd", reason="登记")


def add(store: Store, register: Any = NAMED, **data: Any) -> UUID:
    row_id = new_id(11, AT)
    with store.unit_of_work() as uow:
        assert uow.registers.add(register, row_id, VILLAGE, data, BY)
        uow.commit()
    return row_id


def case(store: Store, number: str, *seats: tuple[str, str], **record: Any) -> None:
    start(store, opened=[open_task("accept", *seats)], record={"event_no": number, **record})


def seen(store: Store, actor: Actor | None, **more: Any) -> tuple[list[str], int, Any]:
    area = NAMED.find("area")
    assert area
    with store.unit_of_work() as uow:
        page = uow.registers.find(NAMED, actor=actor, **more)
        return ([row.data["name"] for row in page.rows], uow.registers.count(NAMED, actor=actor, **more),
                int(uow.registers.sum(NAMED, area, actor=actor, **more)[0]))  # fmt: skip


def test_a_row_of_a_hidden_case_is_for_those_who_see_the_case(store: Store, cast: Cast) -> None:
    # the platform works on it; the desk of the street does not
    case(store, "NB-1", ("platform_public_order", STREET + ".p-order"), confidential=True)
    case(store, "NB-2", ("platform_public_order", STREET + ".p-order"))
    case(store, "NB-3", ("platform_public_order", STREET + ".p-order"), accused_unit=STREET)
    add(store, name="密", case_no="NB-1", area=1)
    add(store, name="间接", other_no="NB-1", case_no="NB-2", area=2)
    add(store, name="明", case_no="NB-2", area=4)
    add(store, name="被诉", case_no="NB-3", area=8)
    add(store, name="无", area=16)
    add(store, name="别处", case_no="NB-9", area=32)
    open_to_all = (["明", "无", "别处"], 3, 52)
    assert seen(store, cast.director) == ([], 0, 0)
    assert seen(store, cast.duty) == open_to_all and seen(store, cast.duty, q="NB-1") == ([], 0, 0)
    # who works on the case sees its row, if the register is for him; "both" holds either seat
    assert seen(store, cast.both) == (["密", "间接", "明", "无", "别处"], 5, 55)
    # an auditor reads what is confidential in his place; diagrams read everything
    assert seen(store, cast.auditor)[0] == ["密", "间接", "明", "被诉", "无", "别处"]
    assert seen(store, None)[1] == 6


def test_nobody_gets_past_the_guard_with_the_id_of_a_row(store: Store, cast: Cast) -> None:
    case(store, "NB-1", ("platform_public_order", STREET + ".p-order"), confidential=True)
    hidden = add(store, name="密", case_no="NB-1")
    with store.unit_of_work() as uow:
        assert uow.registers.get(NAMED, hidden, actor=cast.duty) is None
        assert uow.registers.get(NAMED, hidden, actor=cast.duty, lock=True) is None
        assert uow.registers.get(NAMED, hidden, actor=cast.both) is not None
        asked = read_where(NAMED, {"case_no": "NB-1"})
        assert uow.registers.count(NAMED, asked, actor=cast.duty) == 0
        assert uow.registers.count(NAMED, asked) == 1
        uow.rollback()


def test_a_row_out_of_use_is_found_no_more_and_its_key_is_free(store: Store) -> None:
    row_id = add(store, GROVES, name="东山", area=3)
    area = GROVES.find("area")
    with store.unit_of_work() as uow:
        row = uow.registers.get(GROVES, row_id)
        assert area and row and row.retired_at is None
        uow.registers.retire(GROVES, row, BY)
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.registers.find(GROVES).rows == () and uow.registers.count(GROVES) == 0
        assert uow.registers.sum(GROVES, area) == (0, 0) and uow.registers.get(GROVES, row_id) is None
        (gone,) = uow.registers.find(GROVES, retired=True).rows
        assert gone.retired_at == AT and gone.version == 2
        told = uow.registers.history(gone)[0]
        assert (told.changes, told.reason, told.actor_name) == ({"retired": [False, True]}, "登记", "值班")
        uow.rollback()
    add(store, GROVES, name="东山")
    with pytest.raises(RowTaken):
        add(store, GROVES, name="东山")
    with store.unit_of_work() as uow, pytest.raises(StaleRow):
        uow.registers.retire(GROVES, row, BY)


@pytest.mark.parametrize("sign", ["东", "😀", "\"", "\n", "a"])
def test_long_texts_are_put_in_order_and_paged(store: Store, sign: str) -> None:
    texts = [sign * 400 + str(number) for number in range(3)] + [sign * 20 + "b", sign]
    for text in texts:
        add(store, name=text)
    for sort in ("name", "-name"):
        order, found, after = read_sort(NAMED, sort), list[str](), None
        assert order
        with store.unit_of_work() as uow:
            while True:
                page = uow.registers.find(NAMED, sort=order, after=after, limit=2)
                found += [row.data["name"] for row in page.rows]
                after = page.next
                if after is None:
                    break
                # what an address and the interface take
                assert len(after) <= 500
        assert sorted(found) == sorted(texts) and len(found) == 5
        assert found[0 if sort == "name" else -1] == sign


def test_what_left_is_recorded_for_good_and_read_by_place(store: Store) -> None:
    for unit, rows in ((STREET + ".cmd", 3), (COUNTY, 7)):
        hand = Hand(AT + timedelta(seconds=rows), "p-1", "值班", "street_duty", unit)
        with store.unit_of_work() as uow:
            uow.register_traffic.record_export(GROVES, new_id(11, AT), hand, {"state": "felled", "q": "山"}, rows)
            uow.commit()
    with store.unit_of_work() as uow:
        assert [one.rows for one in uow.register_traffic.exports(GROVES, [COUNTY])] == [7, 3]
        (one,) = uow.register_traffic.exports(GROVES, [STREET])
        assert (one.rows, one.actor_name, one.asked) == (3, "值班", {"q": "山", "state": "felled"})
        assert uow.register_traffic.exports(GROVES, []) == () == uow.register_traffic.exports(NAMED, ["33.02.26"])
    for order in ("update register_exports set rows = 0", "delete from register_exports",
                  "truncate register_exports"):  # fmt: skip
        with pytest.raises((Fault, psycopg.Error)), store.unit_of_work() as uow:
            uow._tx.write(order)


def test_a_file_waits_for_its_sender_alone_and_not_for_long(store: Store) -> None:
    first, second = new_id(0, AT), new_id(0, AT)
    with store.unit_of_work() as uow:
        uow.register_traffic.keep(first, GROVES, "p-1", AT, "name\n东山")
        uow.commit()
    with store.unit_of_work() as uow:
        kept = uow.register_traffic.kept
        assert kept(first, GROVES, "p-1", AT + timedelta(hours=1)) == "name\n东山"
        assert kept(first, GROVES, "p-2", AT) is None and kept(first, NAMED, "p-1", AT) is not None
        assert kept(first, GROVES, "p-1", AT + timedelta(hours=3)) is None
        uow.register_traffic.keep(second, GROVES, "p-1", AT, "name\n西山")
        assert kept(first, GROVES, "p-1", AT) is None and kept(second, GROVES, "p-1", AT) == "name\n西山"
        uow.register_traffic.forget(GROVES, "p-1")
        assert kept(second, GROVES, "p-1", AT) is None
        uow.commit()


def test_units_are_offered_by_level_place_and_words(store: Store) -> None:
    def place(code: str, name: str, level: int, kind: UnitKind = UnitKind.VILLAGE) -> UnitPlace:
        return UnitPlace(Unit(code, kind, name, name, level, 11, None))

    with store.unit_of_work() as uow:
        uow.units.load_many([
            *(place(f"{STREET}.{number:03d}", f"村{number}", 2) for number in range(1, 9)),
            place(f"{STREET}.003.001", "村3网格", 1, UnitKind.GRID), place(DEPARTMENT, "水利", 4, UnitKind.DEPARTMENT),
            place("33.02.11.0045", "远处", 2),
        ])  # fmt: skip
        owners = uow.register_traffic.owners
        assert [one.code[-3:] for one in owners(GROVES, [STREET], limit=3)] == ["001", "002", "003"]
        assert len(owners(GROVES, [STREET])) == 8
        assert [one.name for one in owners(GROVES, [STREET], q="村3")] == ["村3"]
        assert [one.name for one in owners(GROVES, [STREET], q=".004.007")] == ["村7"]
        assert owners(GROVES, [STREET], q="%") == () == owners(GROVES, [])
        uow.rollback()
