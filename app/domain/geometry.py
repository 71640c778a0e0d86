"""Where a point lies, how far two points are apart, and whether areas cover their parents.

The only module of the domain that imports shapely.
"""

from collections import defaultdict
from collections.abc import Iterable
from math import asin, cos, isfinite, radians, sin, sqrt

import shapely
from shapely import STRtree

from app.domain.city.records import Area
from app.domain.errors import Invalid

_EARTH_M = 6_371_008.8
_GRID_PARTS = 6
#: share of a parent's ground that rounding may lose; real gaps are far larger
_TOLERANCE = 1e-9


class GridIndex:
    """Find the grid of a point."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Index the grids among the areas; larger areas are left out."""
        grids = sorted(
            (area for area in areas if len(area.code.split(".")) == _GRID_PARTS), key=lambda area: area.code
        )
        self._codes = [area.code for area in grids]
        self._tree = STRtree([shapely.Polygon(area.ring) for area in grids])

    def __len__(self) -> int:
        return len(self._codes)

    def find(self, lat: float, lon: float) -> str | None:
        """Find the code of the grid that a point lies in; None outside the city.

        A point on a border belongs to the grid with the lower code, so that every place has one answer.
        """
        check_point(lat, lon)
        hits = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return self._codes[min(hits)] if len(hits) else None

    def nearest(self, lat: float, lon: float, within_m: float) -> str | None:
        """Find the grid of a point, or the nearest grid not farther than a distance."""
        inside = self.find(lat, lon)
        if inside is not None or not self._codes:
            return inside
        point = shapely.Point(lon, lat)
        number = int(self._tree.nearest(point))
        touch = shapely.shortest_line(point, self._tree.geometries[number]).coords[1]
        return self._codes[number] if distance_m(lat, lon, touch[1], touch[0]) <= within_m else None


def check_point(lat: float, lon: float) -> None:
    """Refuse what is no place on earth.

    Raises:
        Invalid: not finite, or outside the range of latitude and longitude.
    """
    if not (isfinite(lat) and isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(f"{lat}, {lon} is not a place on earth.")


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Measure the great-circle distance of two points in metres."""
    check_point(lat1, lon1)
    check_point(lat2, lon2)
    north, east = radians(lat2 - lat1), radians(lon2 - lon1)
    half = sin(north / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(east / 2) ** 2
    return 2 * _EARTH_M * asin(sqrt(min(1.0, half)))


def check_cover(areas: Iterable[Area]) -> list[str]:
    """Say where areas leave gaps in their parent, overlap each other or are no areas.

    Returns:
        One sentence per finding; empty if the children of every area tile it exactly.
    """
    shapes: dict[str, shapely.Polygon] = {}
    findings = []
    for area in areas:
        if area.code in shapes:
            findings.append(f"{area.code} has two areas")
        shapes[area.code] = shapely.Polygon(area.ring)
        if not shapes[area.code].is_valid or shapes[area.code].is_empty:
            findings.append(f"{area.code} is not a simple area")
    if findings:
        return findings
    children: dict[str, list[shapely.Polygon]] = defaultdict(list)
    for code, shape in shapes.items():
        children[code.rpartition(".")[0]].append(shape)
    for parent, parts in sorted(children.items()):
        whole = shapely.union_all(parts)
        if sum(part.area for part in parts) - whole.area > _TOLERANCE * whole.area:
            findings.append(f"areas below {parent} overlap")
        if parent in shapes and whole.symmetric_difference(shapes[parent]).area > _TOLERANCE * whole.area:
            findings.append(f"areas below {parent} do not cover it exactly")
    return findings
