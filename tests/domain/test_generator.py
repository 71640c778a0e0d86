"""The generated city: the stated numbers, a whole tree, a place for everybody, and the same again."""

import shutil
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.catalogue import load_catalogue
from app.domain.city_files import read_yaml
from app.domain.errors import Invalid
from app.domain.generator import City, CitySpec, Duty, generate, load_spec
from app.domain.geometry import GridIndex, check_cover, distance_m
from app.domain.org import UnitKind, is_within, seat_of

FOLDER = Path(__file__).parents[2] / "city"
SPEC = load_spec(FOLDER)
DEMO = generate(SPEC)
ZHUANGSHI = "33.02.11.004"


@pytest.fixture(scope="module")
def full() -> City:
    return generate(SPEC, "full")


def kinds(city: City) -> Counter[UnitKind]:
    return Counter(unit.kind for unit in city.units)


def test_zhuangshi_has_its_real_numbers() -> None:
    below = [unit for unit in DEMO.units if is_within(unit.code, ZHUANGSHI)]
    assert Counter(unit.kind for unit in below)[UnitKind.VILLAGE] == 14
    assert Counter(unit.kind for unit in below)[UnitKind.GRID] == 189


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("33.02", "宁波市"),
        ("33.02.11", "镇海区"),
        (ZHUANGSHI, "庄市街道"),
        (ZHUANGSHI + ".cmd", "庄市街道综合信息指挥室"),
        ("33.02.82.005.001", "群丰社区"),
        ("33.02.26.106.005", "联合村"),
        ("33.02.25.102.001", "杰下村"),
        ("33.02.05.007.001", "鞍山村"),
        ("33.02.12.009", "东胜街道"),
        ("33.02.12.108.001", "上李家村"),
        ("33.02.26.106.005.001", "前童017网格"),
    ],
)
def test_known_places_have_their_names(code: str, name: str) -> None:
    assert {unit.code: unit.name for unit in DEMO.units}[code] == name


def test_real_streets_carry_the_names_of_the_list() -> None:
    listed = {f"33.02.{row['areaCode'][-2:]}.{row['code'][-3:]}": row["name"] for row in SPEC.divisions}
    for unit in DEMO.units:
        if unit.kind is UnitKind.STREET:
            assert listed[unit.code] == unit.name


def test_the_full_city_has_the_stated_numbers(full: City) -> None:
    found = kinds(full)
    assert {kind: found[kind] for kind in ("COUNTY_CENTRE", "STREET", "VILLAGE", "GRID", "MICRO_GRID", "OFFICE")} == {
        "COUNTY_CENTRE": 15,
        "STREET": 156,
        "VILLAGE": 3185,
        "GRID": 12652,
        "MICRO_GRID": 57204,
        "OFFICE": 969,
    }
    roles = Counter(grant.role for person in full.people for grant in person.grants)
    assert (roles["grid_leader"], roles["grid_member"]) == (12652, 40000)


def test_the_full_city_covers_its_ground_and_finds_points(full: City) -> None:
    assert check_cover(full.areas) == []
    index = GridIndex(full.areas)
    assert len(index) == 12652
    assert str(index.find(29.94, 121.61)).startswith("33.02.11.")


@pytest.mark.parametrize("scale", ["demo", "full"])
def test_the_tree_is_whole(scale: Any) -> None:
    seen: set[str] = set()
    for unit in generate(SPEC, scale).units:
        assert unit.parent is None or unit.parent in seen, unit  # parents come first
        assert unit.code not in seen
        seen.add(unit.code)
    city = generate(SPEC, scale)
    names = [person.username for person in city.people]
    assert len(names) == len(set(names))
    assert all(grant.unit in seen for person in city.people for grant in person.grants)
    assert {area.code for area in city.areas} <= seen
    known = set(names)
    assert all(duty.username in known and duty.unit in seen for duty in city.rosters)


def test_the_demo_covers_its_ground() -> None:
    assert check_cover(DEMO.areas) == []
    assert len(GridIndex(DEMO.areas)) == kinds(DEMO)[UnitKind.GRID]


def test_the_same_files_give_the_same_city() -> None:
    again = generate(load_spec(FOLDER))
    for part in ("units", "areas", "people", "rosters"):
        assert list(getattr(DEMO, part)) == list(getattr(again, part)) == list(getattr(DEMO, part))


def test_there_are_about_two_hundred_people_and_every_role_is_held() -> None:
    people = list(DEMO.people)
    assert 200 <= len(people) <= 400
    assert {grant.role for person in people for grant in person.grants} == set(SPEC.roles)


def test_every_item_has_somebody_to_lead_it_in_every_grid() -> None:
    held = {(grant.role, grant.unit) for person in DEMO.people for grant in person.grants}
    items = load_catalogue(FOLDER).items.values()
    parties = {(party.role, party.seat) for item in items for party in (item.lead, *item.assist)}
    parties |= {("dept_station_officer", item.station) for item in items if item.station.startswith("s-")}
    parties |= {(role, "") for role in ("grid_member", "grid_leader", "village_secretary", "street_duty")}
    parties |= {(role, "") for role in ("street_affairs", "street_command_duty", "street_command_director")}
    parties |= {(role, "") for role in ("street_enforce_coord", "county_duty", "county_dispatcher")}
    parties |= {("unit_leader", f"p-{name}") for name in ("order", "market", "enforce", "service")}
    parties.discard(("village_mediator", ""))
    for unit in DEMO.units:
        if unit.kind is UnitKind.GRID:
            for role, seat in parties:
                assert (role, seat_of(SPEC.roles[role], unit.code, seat)) in held, (unit.name, role, seat)
            assert ("village_mediator", unit.parent) in held, unit.name


def test_a_grid_worker_is_never_the_only_one_who_could_verify() -> None:
    by_grid: dict[str, set[str]] = {}
    for person in DEMO.people:
        for grant in person.grants:
            if grant.role in ("grid_member", "grid_leader"):
                by_grid.setdefault(grant.unit, set()).add(person.username)
    assert all(len(names) >= 2 for names in by_grid.values())


def test_two_workers_share_the_grids_of_lianhe() -> None:
    names = {
        person.username
        for person in DEMO.people
        for grant in person.grants
        if grant.unit == "33.02.26.106.005.001" and grant.role == "grid_member"
    }
    assert names == {"grid.qt.017", "grid.qt.018"}


def test_places_lie_in_their_grids() -> None:
    index, places = GridIndex(DEMO.areas), read_yaml(FOLDER / "demo" / "places.yaml")["places"]
    workers = {p.username: {g.unit for g in p.grants if g.role == "grid_member"} for p in DEMO.people}
    for place in places:
        assert index.find(place["lat"], place["lon"]) == place["grid"], place["code"]
        if place["worker"]:
            assert place["grid"] in workers[place["worker"]]
    first, second = places[0], places[1]
    assert 79 < distance_m(first["lat"], first["lon"], second["lat"], second["lon"]) < 81


def on_duty(duties: list[Duty], unit: str, role: str, at: str) -> list[str]:
    now = datetime.fromisoformat(at)
    return [
        duty.username
        for duty in duties
        if (duty.unit, duty.role) == (unit, role)
        and duty.starts_at <= now
        and (duty.ends_at is None or now < duty.ends_at)
    ]


def test_somebody_is_on_duty_at_any_moment() -> None:
    duties = list(DEMO.rosters)
    cmd = ZHUANGSHI + ".cmd"
    assert on_duty(duties, cmd, "street_duty", "2026-03-02T08:29:59+08:00") == ["duty2.zs"]
    assert on_duty(duties, cmd, "street_duty", "2026-03-02T08:30:00+08:00") == ["duty.zs"]
    assert on_duty(duties, cmd, "street_duty", "2026-03-09T08:30:00+08:00") == ["duty2.zs"]
    assert len(on_duty(duties, cmd, "street_duty", "2026-01-01T00:00:00+08:00")) == 1
    assert on_duty(duties, cmd, "street_duty", "2025-12-31T00:00:00+08:00") == []
    assert on_duty(duties, "33.02.26.106.005.001", "grid_member", "2026-03-02T08:05:00+08:00") == ["grid.qt.017"]


def changed(**parts: Any) -> CitySpec:
    return replace(SPEC, **parts)


def test_contradicting_files_are_refused() -> None:
    demo = deepcopy(dict(SPEC.demo))
    demo["counties"][0]["box"] = [122, 30, 121, 31]
    with pytest.raises(Invalid, match="not a box"):
        generate(changed(demo=demo))
    with pytest.raises(Invalid, match="cannot be read"):
        generate(changed(demo={}))
    with pytest.raises(Invalid, match="156 are wanted"):
        generate(changed(divisions=SPEC.divisions[1:]), "full")
    with pytest.raises(Invalid, match="cannot be read"):
        generate(changed(full={"seed": 1}), "full")
    with pytest.raises(Invalid, match="no scale"):
        generate(SPEC, "huge")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        ({"user": "x", "zh": "甲", "en": "X", "roles": ["wizard"]}, "no role wizard"),
        ({"user": "x", "zh": "甲", "en": "X", "roles": ["grid_member"]}, "has no seat"),
        ({"user": "x.{moon}", "zh": "甲", "en": "X", "roles": []}, "something unknown"),
    ],
)
def test_broken_templates_of_people_are_refused(row: dict[str, Any], finding: str) -> None:
    people = deepcopy(dict(SPEC.people))
    people["city"]["main"] = [row]
    with pytest.raises(Invalid, match=finding):
        list(generate(changed(people=people)).people)


def test_units_must_name_the_city(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "city")
    (tmp_path / "city" / "units.yaml").write_text("street: []\ncity: []\n")
    with pytest.raises(Invalid, match=r"units\.yaml must name the city"):
        load_spec(tmp_path / "city")


def test_an_area_can_be_written_as_geojson() -> None:
    area = next(iter(DEMO.areas))
    assert area.as_geojson() == {
        "type": "Polygon",
        "coordinates": [[[121.58, 29.91], [121.65, 29.91], [121.65, 29.97], [121.58, 29.97], [121.58, 29.91]]],
    }
