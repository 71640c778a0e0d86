"""Points, distances and the tiling of areas."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.city.layout import shares, split
from app.domain.city.records import Area
from app.domain.errors import Invalid
from app.domain.geometry import GridIndex, check_cover, distance_m

STREET = "33.02.11.004"
GRIDS = [
    Area.of_box(f"{STREET}.001.001", (121.0, 29.0, 121.01, 29.01)),
    Area.of_box(f"{STREET}.001.002", (121.01, 29.0, 121.02, 29.01)),
]
VILLAGE = Area.of_box(f"{STREET}.001", (121.0, 29.0, 121.02, 29.01))


def test_a_point_finds_its_grid_and_only_grids_are_found() -> None:
    index = GridIndex([VILLAGE, *GRIDS])
    assert len(index) == 2
    assert index.find(29.005, 121.015) == f"{STREET}.001.002"
    assert index.find(29.02, 121.015) is None


def test_a_point_on_a_border_belongs_to_the_lower_code() -> None:
    assert GridIndex(reversed(GRIDS)).find(29.005, 121.01) == f"{STREET}.001.001"


def test_the_nearest_grid_is_found_within_a_distance() -> None:
    index = GridIndex(GRIDS)
    assert index.nearest(29.0105, 121.015, 100) == f"{STREET}.001.002"
    assert index.nearest(29.0105, 121.015, 50) is None
    assert index.nearest(29.005, 121.015, 0) == f"{STREET}.001.002"
    assert GridIndex([]).nearest(29.0, 121.0, 1e9) is None


@pytest.mark.parametrize("point", [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_what_is_no_place_on_earth_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(Invalid):
        GridIndex(GRIDS).find(*point)
    with pytest.raises(Invalid):
        distance_m(29, 121, *point)


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((29.93306, 121.60606), (29.93234, 121.60606), 80),
        ((0, 0), (0, 1), 111_195),
        ((0, 179.9999), (0, -179.9999), 22),
        ((29.9, 121.6), (29.9, 121.6), 0),
        ((-90, 0), (90, 0), 20_015_114),
    ],
)
def test_distances(a: tuple[float, float], b: tuple[float, float], metres: int) -> None:
    assert round(distance_m(*a, *b)) == metres
    assert distance_m(*a, *b) == distance_m(*b, *a)


def test_an_exact_cover_has_no_findings() -> None:
    assert check_cover([VILLAGE, *GRIDS]) == []


@pytest.mark.parametrize(
    ("areas", "finding"),
    [
        ([VILLAGE, GRIDS[0]], "do not cover"),
        ([VILLAGE, *GRIDS, Area.of_box(f"{STREET}.001.003", (121.005, 29.0, 121.006, 29.001))], "overlap"),
        ([VILLAGE, *GRIDS, Area.of_box(f"{STREET}.001.003", (121.03, 29.0, 121.04, 29.01))], "do not cover"),
        ([GRIDS[0], GRIDS[0]], "two areas"),
        ([Area(STREET, ((0, 0), (1, 1), (1, 0), (0, 1), (0, 0)))], "not a simple area"),
    ],
)
def test_gaps_overlaps_and_knots_are_found(areas: list[Area], finding: str) -> None:
    assert any(finding in text for text in check_cover(areas)), check_cover(areas)


@given(st.integers(1, 60), st.integers(0, 10**6))
def test_a_split_box_is_covered_exactly(parts: int, seed: int) -> None:
    box = (121.0, 29.0, 121.06, 29.05)
    pieces = split(box, parts, Random(seed))
    areas = [Area.of_box(f"{STREET}.{n:03}", piece) for n, piece in enumerate(pieces)]
    assert len(areas) == parts
    assert check_cover([Area.of_box(STREET, box), *areas]) == []


def test_a_box_that_is_too_small_is_not_split() -> None:
    with pytest.raises(Invalid, match="too small"):
        split((121.0, 29.0, 121.0001, 29.0001), 50, Random(1))


@given(st.integers(1, 50), st.integers(0, 500), st.integers(0, 5), st.integers())
def test_shares_add_up(parts: int, spare: int, least: int, seed: int) -> None:
    found = shares(parts * least + spare, parts, Random(seed), least)
    assert sum(found) == parts * least + spare
    assert min(found) >= least


def test_too_little_cannot_be_shared() -> None:
    for total, parts in ((3, 4), (1, 0)):
        with pytest.raises(Invalid):
            shares(total, parts, Random(1))
