"""The catalogue: complete, total, and refused as a whole when anything dangles."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app.domain.calendar import Amount
from app.domain.catalogue import Party, load_catalogue, read_catalogue
from app.domain.city_files import load_roles, read_yaml
from app.domain.errors import Invalid, NotFound
from app.domain.org import seat_of

CITY = Path(__file__).parents[2] / "city"
CATALOGUE = load_catalogue(CITY)
ROLES = load_roles(CITY)
FILES = tuple(read_yaml(CITY / name) for name in ("catalogue/affairs.yaml", "platforms.yaml", "patrol.yaml"))
GRID = "33.02.11.004.003.012"


def test_it_has_all_affairs_items_and_patrol_items() -> None:
    assert (len(CATALOGUE.affairs), len(CATALOGUE.items), len(CATALOGUE.patrol)) == (22, 114, 28)
    assert sum(len(affair.items) for affair in CATALOGUE.affairs.values()) == 114


def test_it_says_that_it_is_a_proposal() -> None:
    assert CATALOGUE.proposal


def test_affairs_per_platform_of_the_first_generation() -> None:
    counts: dict[str, int] = {}
    for affair in CATALOGUE.affairs.values():
        platform = CATALOGUE.platform_of(affair.items[0], "2016").zh
        counts[platform] = counts.get(platform, 0) + 1
    assert counts == {"综治工作": 7, "市场监管": 4, "综合执法": 7, "便民服务": 4}


def test_platforms_have_two_generations_of_names() -> None:
    assert CATALOGUE.platform_of("C18-01").zh == "综合执法"
    assert CATALOGUE.platform_of("C18-01", "2021").zh == "应急管理"
    with pytest.raises(NotFound):
        CATALOGUE.platform_of("C18-01", "1999")


def test_every_party_finds_a_seat_for_a_grid() -> None:
    for item in CATALOGUE.items.values():
        for party in (item.lead, *item.assist):
            assert seat_of(ROLES[party.role], GRID, party.seat), (item.code, party)


def test_the_wall_at_the_river() -> None:
    item = CATALOGUE.item("C15-02")
    assert (str(item.lead), [str(party) for party in item.assist]) == (
        "platform_enforce",
        ["dept_station_officer@s-water"],
    )
    assert [(m.code, str(m.limit), m.after) for m in item.milestones] == [
        ("stop", "1 wd", ""),
        ("order", "3 wd", ""),
        ("rectify", "15 wd", "order"),
    ]


def test_special_rules_of_items() -> None:
    assert CATALOGUE.item("C17-02").radius_m == 30
    assert CATALOGUE.item("C14-03").radius_m == 500
    assert CATALOGUE.item("C12-01").limits == {"handle": Amount.parse("2 wh")}
    assert CATALOGUE.item("C02-02").raised == (10, "U1")
    assert CATALOGUE.item("C19-01").lead == Party("grid_member")
    assert CATALOGUE.item("C19-01").station == "s-civil"
    assert CATALOGUE.item("C03-06").confidential


def test_items_are_suggested_from_a_text() -> None:
    found = CATALOGUE.suggest("路边的路灯不亮了")
    assert [(item.code, confidence) for item, confidence in found] == [("C17-01", 1.0)]
    two = CATALOGUE.suggest("井盖旁边有积水")
    assert {item.code for item, _ in two} == {"C17-02", "C17-04"}
    assert all(confidence == 0.5 for _, confidence in two)
    assert CATALOGUE.suggest("hello") == []


def test_an_unknown_item_is_not_found_and_an_old_code_is() -> None:
    with pytest.raises(NotFound, match="C99-01"):
        CATALOGUE.item("C99-01")
    files = deepcopy(FILES)
    files[0]["replaces"] = {"X1": "C12-01"}
    assert read_catalogue(*files, ROLES).item("X1").code == "C12-01"


def test_an_item_can_be_written_as_json() -> None:
    record = CATALOGUE.item("C13-01").as_dict()
    assert record["milestones"][0] == {
        "code": "stop", "zh": "责令停工", "en": "Work stopped", "limit": "4 wh", "after": "",
    }  # fmt: skip
    assert record["limits"] == {"handle": "20 wd"}


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"lead": "wizard"}, "no role wizard"),
        ({"lead": "dept_station_officer"}, "needs a seat"),
        ({"lead": "unit_leader"}, "needs a seat"),
        ({"assist": ["dept_station_officer@d-water"]}, "needs a seat"),
        ({"urgency": "U9"}, "no urgency U9"),
        ({"raise": {"people": 5, "urgency": "U0"}}, "no urgency U0"),
        ({"platform": {"2016": "order"}}, "no platform in generation 2021"),
        ({"evidence": "trust"}, "no evidence rule trust"),
        ({"start_level": 7}, "no level 7"),
        ({"radius_m": 0}, "must be positive"),
        ({"limits": {"lunch": "1 h"}}, "no step lunch"),
        ({"limits": {"handle": "soon"}}, "not an amount"),
        (
            {"milestones": [{"code": "a", "zh": "甲", "en": "A", "limit": "1 h", "after": "b"}]},
            "does not precede",
        ),
        ({"code": "C01-02"}, "listed twice"),
        ({"zh": None, "platform": None}, "cannot be read"),
    ],
)
def test_an_item_with_a_gap_is_refused(change: dict[str, Any], finding: str) -> None:
    files = deepcopy(FILES)
    files[0]["affairs"][0]["items"][0].update(change)
    with pytest.raises(Invalid, match=finding):
        read_catalogue(*files, ROLES)


@pytest.mark.parametrize(
    ("file", "change", "finding"),
    [
        (0, {"replaces": {"X": "C00-00"}}, "replaces X"),
        (0, {"valid_from": "soon"}, "not a date"),
        (0, {"affairs": []}, "patrol 1: no item"),
        (0, {"affairs": None}, "cannot be read"),
        (0, {"affairs": FILES[0]["affairs"] + [FILES[0]["affairs"][0]]}, "listed twice"),
        (1, {"current": "1999"}, "no generation 1999"),
        (2, {"patrol": [{"number": 1}]}, "cannot be read"),
    ],
)
def test_a_file_with_a_gap_is_refused(file: int, change: dict[str, Any], finding: str) -> None:
    files = deepcopy(FILES)
    files[file].update(change)
    with pytest.raises(Invalid, match=finding):
        read_catalogue(*files, ROLES)
