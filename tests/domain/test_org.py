"""The tree: codes, ancestors, and the unit in which a role sits."""

from datetime import date
from pathlib import Path

import pytest

from app.domain.city_files import load_calendar, load_roles, read_yaml
from app.domain.errors import Invalid
from app.domain.org import (
    UnitKind,
    ancestors,
    anchors,
    county_number,
    is_within,
    make_unit,
    nearest_superior,
    read_roles,
    seat_of,
)

CITY = Path(__file__).parents[2] / "city"
ROLES = load_roles(CITY)
GRID = "33.02.11.004.003.012"


@pytest.mark.parametrize(
    ("code", "kind", "level", "county", "parent"),
    [
        ("33.02", UnitKind.CITY_CENTRE, 5, 0, None),
        ("33.02.d-police", UnitKind.DEPARTMENT, 5, 0, "33.02"),
        ("33.02.11", UnitKind.COUNTY_CENTRE, 4, 11, "33.02"),
        ("33.02.11.d-court", UnitKind.DEPARTMENT, 4, 11, "33.02.11"),
        ("33.02.11.004", UnitKind.STREET, 3, 11, "33.02.11"),
        ("33.02.11.004.cmd", UnitKind.COMMAND_ROOM, 3, 11, "33.02.11.004"),
        ("33.02.11.004.p-enforce", UnitKind.PLATFORM, 3, 11, "33.02.11.004"),
        ("33.02.11.004.s-water", UnitKind.STATION, 3, 11, "33.02.11.004"),
        ("33.02.11.004.o-general", UnitKind.OFFICE, 3, 11, "33.02.11.004"),
        ("33.02.11.004.003", UnitKind.VILLAGE, 2, 11, "33.02.11.004"),
        (GRID, UnitKind.GRID, 1, 11, "33.02.11.004.003"),
        (GRID + ".005", UnitKind.MICRO_GRID, 0, 11, GRID),
    ],
)
def test_a_code_says_what_a_unit_is(code: str, kind: UnitKind, level: int, county: int, parent: str | None) -> None:
    unit = make_unit(code, "名", "Name", valid_from=date(2026, 1, 1))
    assert (unit.kind, unit.level, unit.county, unit.parent) == (kind, level, county, parent)


@pytest.mark.parametrize(
    "code", ["", "33", "33.2", "33.02.11.4", "33.02.11.004.x-y", "33.02.11.004.cmd.1", "33.02\n", "'--"]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        make_unit(code, "名", "Name")


@pytest.mark.parametrize("code", ["33.02.²", "33.02.１１", "33.02.١١", "33.02.²²²"])
def test_a_digit_that_is_no_number_is_no_place(code: str) -> None:
    assert county_number(code) == 0
    assert anchors(code).as_dict() == {"city": "33.02"}
    assert nearest_superior([code, code]) == "33.02"


def test_ancestors_and_within() -> None:
    assert ancestors(GRID) == ("33.02", "33.02.11", "33.02.11.004", "33.02.11.004.003")
    assert ancestors("33.02") == ()
    assert is_within(GRID, "33.02.11.004")
    assert is_within(GRID, GRID)
    assert not is_within("33.02.11.0041", "33.02.11.004")  # a longer number is not below


def test_anchors_of_a_grid_a_station_and_the_city() -> None:
    assert anchors(GRID + ".001").as_dict() == {
        "city": "33.02",
        "county": "33.02.11",
        "street": "33.02.11.004",
        "command_room": "33.02.11.004.cmd",
        "village": "33.02.11.004.003",
        "grid": GRID,
        "micro_grid": GRID + ".001",
    }
    assert anchors("33.02.11.004.s-water").street == "33.02.11.004"
    assert anchors("33.02.d-police").as_dict() == {"city": "33.02"}
    with pytest.raises(Invalid):
        anchors("33")


@pytest.mark.parametrize(
    ("codes", "superior"),
    [
        (["33.02.11.004.001", "33.02.11.004.002.003"], "33.02.11.004"),  # two villages: the street decides
        (["33.02.11.004.p-order", "33.02.11.004.s-water"], "33.02.11.004"),
        (["33.02.11.004", "33.02.11.005.001"], "33.02.11"),  # two streets: the county
        (["33.02.11.d-police", "33.02.12.d-police"], "33.02"),  # two counties: the city
        (["33.02.11.004.s-water"], "33.02.11.004"),
    ],
)
def test_nearest_superior(codes: list[str], superior: str) -> None:
    assert nearest_superior(codes) == superior


def test_units_of_two_cities_have_no_nearest_superior() -> None:
    for codes in (["33.02.11", "33.01.11"], []):
        with pytest.raises(Invalid):
            nearest_superior(codes)


@pytest.mark.parametrize(
    ("role", "suffix", "seat"),
    [
        ("street_duty", "", "33.02.11.004.cmd"),
        ("platform_enforce", "", "33.02.11.004.p-enforce"),
        ("grid_member", "", GRID),
        ("village_secretary", "", "33.02.11.004.003"),
        ("dept_station_officer", "s-water", "33.02.11.004.s-water"),
        ("dept_station_officer", "", None),
        ("dept_station_officer", "d-water", None),
        ("county_dept_contact", "d-land", "33.02.11.d-land"),
        ("unit_leader", "p-enforce", "33.02.11.004.p-enforce"),
        ("county_director", "", "33.02.11"),
        ("city_duty", "", "33.02"),
        ("micro_grid_leader", "", None),
        ("citizen", "", None),
    ],
)
def test_seats(role: str, suffix: str, seat: str | None) -> None:
    assert seat_of(ROLES[role], GRID, suffix) == seat


def test_every_seat_is_a_unit_of_the_stated_kind() -> None:
    for role in ROLES.values():
        suffix = {"s-*": "s-water", "d-*": "d-land"}.get(role.suffix, "")
        seat = seat_of(role, GRID + ".001", suffix)
        if seat is not None:
            unit = make_unit(seat, "名", "Name")
            assert (unit.kind, unit.level) == (role.kind, role.level) or role.code == "legal_adviser", role


@pytest.mark.parametrize(
    "rows",
    [
        [{"code": "a", "zh": "甲", "en": "A", "level": 9}],
        [{"code": "a", "zh": "甲", "level": 1}],
        [{"code": "a", "zh": "甲", "en": "A", "level": 1, "anchor": "moon"}],
        [{"code": "a", "zh": "甲", "en": "A", "level": 1, "kind": "CASTLE"}],
        [{"code": "a", "zh": "甲", "en": "A", "level": 1}] * 2,
        ["a"],
    ],
)
def test_a_broken_role_table_is_refused(rows: list[dict[str, object]]) -> None:
    with pytest.raises(Invalid):
        read_roles(rows)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    for text in ("a: [", "- 1", "!!python/object/apply:os.system ['true']"):
        (tmp_path / "x.yaml").write_text(text)
        with pytest.raises(Invalid, match=r"x\.yaml"):
            read_yaml(tmp_path / "x.yaml")
    with pytest.raises(Invalid, match=r"none\.yaml"):
        read_yaml(tmp_path / "none.yaml")


def test_the_override_table_is_read_and_checked(tmp_path: Path) -> None:
    table = tmp_path / "calendar.csv"
    table.write_text("date,is_workday,note\n2026-03-03,0,停电\n2026-03-07,1,\n", encoding="utf-8")
    calendar = load_calendar(tmp_path)
    assert not calendar.is_workday(date(2026, 3, 3))
    assert calendar.is_workday(date(2026, 3, 7))
    for row in ("2026-13-01,1,", "2026-03-03,yes,", "2026-03-03,1,\n2026-03-03,0,"):
        table.write_text("date,is_workday,note\n" + row, encoding="utf-8")
        with pytest.raises(Invalid, match=r"calendar\.csv line"):
            load_calendar(tmp_path)
    assert load_calendar(CITY).overrides == {}


def test_other_files_that_cannot_be_read(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_text("#" * 4_000_001)
    with pytest.raises(Invalid, match="too large"):
        read_yaml(large)
    large.write_text(f"a: {'[' * 100_000}")
    with pytest.raises(Invalid, match="recursion"):
        read_yaml(large)
    (tmp_path / "calendar.csv").write_bytes(b"date,is_workday\n\xff\xfe")
    with pytest.raises(Invalid, match=r"calendar\.csv cannot be read"):
        load_calendar(tmp_path)
