"""Values of rows: exact numbers, days and moments that survive, and files that hold the same."""

import pytest

from app.domain.registers import InvalidRow
from app.schemas.register_csv import clean_text, parse_csv, read_cell, write_cell, write_csv
from app.schemas.register_rows import read_row, read_where
from tests.usecases.groves import groves

GROVES = groves(unique=[], unit_level="city")


@pytest.mark.parametrize(("sent", "kept"), [
    (0.1, 0.1), (3, 3), (3.0, 3), (1e2, 100), (0, 0), (-0.0, 0), (999.99, 999.99), (0.07, 0.07),
])  # fmt: skip
def test_numbers_are_kept_exactly(sent, kept):
    _, values = read_row(GROVES, {"name": "a", "area": sent})
    assert values["area"] == kept and type(values["area"]) is type(kept)


@pytest.mark.parametrize("sent", ["3", True, None, [], {}, 0.125, -1, 1000.01, 10**400, float("nan"), float("inf"),
                                  0.1 + 0.2])  # fmt: skip
def test_what_is_no_number_of_the_field_is_refused(sent):
    if sent is None:
        assert "area" not in read_row(GROVES, {"name": "a", "area": None})[1]
        return
    with pytest.raises(InvalidRow) as refused:
        read_row(GROVES, {"name": "a", "area": sent})
    assert list(refused.value.errors) == ["area"]


def test_days_and_moments_survive_in_the_citys_time():
    _, values = read_row(GROVES, {"name": "a", "seen_on": "2026-02-28", "seen_at": "2026-02-28T23:30:00.5Z"})
    assert values["seen_on"] == "2026-02-28" and values["seen_at"] == "2026-03-01T07:30:00.500000+08:00"


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), float("nan"), 10**15 + 1])
@pytest.mark.parametrize(("field", "around"), [("tags", list), ("survey", lambda one: {"depth": one[0]})])
def test_an_endless_number_inside_a_value_is_refused_like_any_other(number, field, around):
    with pytest.raises(InvalidRow) as refused:
        read_row(GROVES, {"name": "a", field: around([number])})
    assert list(refused.value.errors) == [field]


def test_every_wrong_field_is_named_at_once():
    with pytest.raises(InvalidRow) as refused:
        read_row(GROVES, {"area": "x", "height": 1, "unit": "moon", "tags": "x", 3: 4})
    assert set(refused.value.errors) == {"name", "area", "height", "unit", "tags", "3"}


def test_a_change_takes_away_what_is_null_but_nothing_required():
    assert read_row(GROVES, {"area": None}, changes=True) == (None, {"area": None})
    assert read_row(GROVES, {}, changes=True) == (None, {})
    with pytest.raises(InvalidRow):
        read_row(GROVES, {"name": ""}, changes=True)


@pytest.mark.parametrize("where", [3, "name", [], {"height": 1}, {"name_from": None}, {"area_from": [1, 2]},
                                   {"area": "x"}, {"tags_from": "a"}, {"survey": {}}, {"_from": 1}, {"": 1},
                                   {"name": ["a"] * 501}, {"id": "x"}, {"unit_within": "x"}, {"seen_on": "soon"}])
def test_what_cannot_be_asked_is_refused(where):
    with pytest.raises(InvalidRow):
        read_where(GROVES, where)


def test_a_field_that_ends_like_a_bound_is_meant_before_the_bound():
    fields = [{"name": "name", "zh": "名", "en": "N", "type": "string"},
              {"name": "valid_until", "zh": "至", "en": "U", "type": "date"}]  # fmt: skip
    register = groves(fields=fields, unique=[], sums=[], search=[])
    found = read_where(register, {"valid_until": "2026-01-01", "valid_until_from": "2026-01-01"})
    assert [(one.kind, one.field.name) for one in found] == [("any", "valid_until"), ("from", "valid_until")]


ROW = {"name": "=cmd()", "area": -0.0, "state": "felled", "seen_on": "2026-03-01", "protected": False,
       "seen_at": "2026-03-01T08:00:00+08:00", "owner": "duty.zs", "office": "33.02.11", "tags": ["旧", "a,b\"c"],
       "survey": {"a": [1, None]}, "note": "第一行\n第二行, \"三\""}  # fmt: skip


def test_a_file_gives_back_what_went_out():
    _, values = read_row(GROVES, ROW)
    text = "".join(write_csv(GROVES, [("id", 1, "33.02", values), ("id", 2, "33.02", {"name": "b"})]))
    assert "'=cmd()" in text
    first, second = parse_csv(GROVES, text)
    assert first.errors == {} and first.values == values and first.unit == "33.02"
    assert second.values == {"name": "b"}


@pytest.mark.parametrize("cell", ["x", "1e5000", "0x10", "NaN", "1_000.5.2", "inf", "0.1234567890123456789"])
def test_a_cell_that_is_no_number_is_none(cell):
    with pytest.raises(ValueError, match=r".*"):
        read_cell(GROVES.find("area"), cell)


def test_words_of_people_are_read():
    assert read_cell(GROVES.find("protected"), "是") is True and read_cell(GROVES.find("protected"), "No") is False
    assert read_cell(GROVES.find("state"), "已采伐") == read_cell(GROVES.find("state"), "Felled") == "felled"
    assert write_cell(None, [1, True, None]) == "1|true|"
    assert clean_text("北山".encode("gb18030")) == clean_text("\ufeff北山".encode()) == "北山"
