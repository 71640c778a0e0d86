"""Rows of another city's table: mapped, moved, or refused with a reason."""

from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import load_catalogue
from app.domain.city_files import read_yaml
from app.domain.errors import Invalid
from app.domain.generator import generate, load_spec
from app.domain.geometry import GridIndex
from app.domain.imports import Refusal, ReportDraft, convert, read_mapping

CITY = Path(__file__).parents[2] / "city"
LISTED = read_yaml(CITY / "imports" / "boston311.yaml")
MAPPING = read_mapping(LISTED)
INDEX = GridIndex(generate(load_spec(CITY)).areas)
ROW = {
    "case_enquiry_id": "101001399360",
    "open_dt": "2015-06-01T00:28:00",
    "case_title": "Street Light Outages",
    "reason": "Street Lights",
    "type": "Street Light Outages",
    "neighborhood": "Dorchester",
    "location_street_name": "10 Pleasant St",
    "latitude": "42.318",
    "longitude": "-71.0587",
}


def draft(**change: Any) -> ReportDraft:
    found = convert({**ROW, **change}, MAPPING)
    assert isinstance(found, ReportDraft), found
    return found


def refused(**change: Any) -> Refusal:
    found = convert({**ROW, **change}, MAPPING)
    assert isinstance(found, Refusal), found
    return found


def test_a_row_becomes_a_report() -> None:
    found = draft()
    assert found.reported_at == datetime.fromisoformat("2015-06-01T00:28:00+08:00")
    record = found.as_dict()
    assert record == {
        "channel": "OPEN311",
        "source_system": "boston311",
        "source_id": "101001399360",
        "nature": "help",
        "content": "Street Light Outages(Street Lights):Street Light Outages。地点:10 Pleasant St Dorchester。",
        "lat": record["lat"],
        "lon": record["lon"],
        "address": "10 Pleasant St",
        "item_hint": "C17-01",
        "happened_at": "2015-06-01T00:28:00+08:00",
        "reporter": {
            "name": "", "phone": "", "anonymous": True, "confidential": False, "wants_callback": False,
        },
    }  # fmt: skip


def test_the_point_keeps_its_relative_place() -> None:
    found, west_south = draft(), LISTED["places"]["streets"]["33.02.11.004"][:2]
    assert found.street == "33.02.11.004"
    corner = draft(latitude="42.27", longitude="-71.091")
    assert [corner.lon, corner.lat] == west_south
    assert found.lat > corner.lat
    assert found.lon > corner.lon


def test_a_type_may_have_its_own_nature() -> None:
    assert draft(type="General Comments For a Program or Policy").nature == "suggestion"
    assert draft(type="OCR Front Desk Interactions").nature == "consult"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"case_enquiry_id": " "}, "no_id"),
        ({"open_dt": "yesterday"}, "bad_time"),
        ({"open_dt": ""}, "bad_time"),
        ({"open_dt": None}, "bad_time"),
        ({"open_dt": "0001-01-01T00:00:00"}, "bad_time"),
        ({"type": "Notification"}, "unmapped_type"),
        ({"neighborhood": "Atlantis"}, "unmapped_place"),
        ({"latitude": ""}, "no_point"),
        ({"latitude": "north"}, "no_point"),
        ({"latitude": "nan"}, "outside"),
        ({"longitude": "inf"}, "outside"),
        ({"latitude": "43"}, "outside"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_a_reason(change: dict[str, Any], reason: str) -> None:
    found = refused(**change)
    assert found.reason == reason
    assert found.text()
    assert found.text("en") != found.text("zh")


def test_a_refusal_names_the_value() -> None:
    assert refused(type="Moon Repair").text() == "类型“Moon Repair”没有对应的事项"
    assert refused(type="Moon Repair").text("en") == "No item is mapped to the type 'Moon Repair'"


def test_cells_are_never_read_as_templates_and_carry_no_control_characters() -> None:
    found = draft(location_street_name="{case_enquiry_id} {0.__class__}\x00\x1b[31m\n", reason="{type}")
    assert "{case_enquiry_id} {0.__class__}" in found.content
    assert "({type})" in found.content
    assert all(ord(letter) >= 32 for letter in found.content + found.address_text)


def test_long_cells_are_cut() -> None:
    found = draft(location_street_name="街" * 9000)
    assert (len(found.content), len(found.address_text)) == (4000, 300)


def test_a_time_with_an_offset_is_kept() -> None:
    assert draft(open_dt="2015-06-01T00:28:00Z").reported_at.isoformat() == "2015-06-01T08:28:00+08:00"


def test_every_mapped_item_is_in_the_catalogue() -> None:
    catalogue = load_catalogue(CITY)
    assert len(MAPPING.items) == 129
    for item, nature in MAPPING.items.values():
        assert catalogue.item(item).code == item
        assert nature in ("help", "consult", "suggestion")


def test_every_neighbourhood_falls_into_grids_of_its_street() -> None:
    assert len(MAPPING.places) == 24
    for target in MAPPING.places.values():
        west, south, east, north = target.source
        for lat in (south, (south + north) / 2, north):
            for lon in (west, (west + east) / 2, east):
                point = target.move(lat, lon)
                assert point is not None
                assert str(INDEX.find(*point)).startswith(target.street + ".")


@pytest.mark.parametrize(
    "change",
    [
        {"time": {"column": "open_dt", "zone": "Mars/Olympus"}},
        {"time": None},
        {"items": {"column": "type", "values": {"a": 3}}},
        {"places": {"column": "n", "streets": {}, "values": {"a": {"street": "x", "box": [0, 0, 1, 1]}}}},
        {"places": {**LISTED["places"], "streets": dict.fromkeys(LISTED["places"]["streets"], [1, 1, 0, 0])}},
    ],
)
def test_a_broken_mapping_file_is_refused(change: dict[str, Any]) -> None:
    listed = deepcopy(LISTED)
    listed.update(change)
    with pytest.raises(Invalid):
        read_mapping(listed)
    with pytest.raises(Invalid):
        read_mapping({})


@given(st.dictionaries(st.sampled_from([*ROW]), st.one_of(st.none(), st.text(), st.integers(), st.lists(st.text()))))
def test_no_row_breaks_the_reader(change: dict[str, Any]) -> None:
    found = convert({**ROW, **change, None: ["too", "many"]}, MAPPING)  # type: ignore[dict-item]
    assert isinstance(found, ReportDraft | Refusal)
    if isinstance(found, ReportDraft):
        assert INDEX.find(found.lat, found.lon)
        assert found.content.encode()


def test_a_report_that_says_nothing_is_refused() -> None:
    short = read_mapping({**LISTED, "content": "{location_street_name}"})
    found = convert({**ROW, "location_street_name": "路"}, short)
    assert isinstance(found, Refusal)
    assert found.text() == "内容过短"
