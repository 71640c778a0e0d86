"""What a generated city consists of."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from app.domain.org import Unit

T = TypeVar("T")

#: west, south, east, north in degrees (WGS84)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Area:
    """The invented ground of a unit."""

    #: code of the unit
    code: str
    #: closed outline, (longitude, latitude) in WGS84
    ring: tuple[tuple[float, float], ...]

    @classmethod
    def of_box(cls, code: str, box: Box) -> "Area":
        """Outline a box."""
        west, south, east, north = box
        ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
        return cls(code, ring)

    def as_geojson(self) -> dict[str, Any]:
        """Write the area as a GeoJSON geometry."""
        return {"type": "Polygon", "coordinates": [[list(point) for point in self.ring]]}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a person holds in a unit."""

    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demo city: a role with a number, never an invented person."""

    username: str
    name: str
    name_en: str
    #: number of the county (see `org.county_number`)
    county: int
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on duty in a unit and a role, from a moment until another."""

    unit: str
    role: str
    username: str
    starts_at: datetime
    #: None: until further notice
    ends_at: datetime | None


class Stream(Generic[T]):
    """A row of records that is made again each time it is walked through, and never held in memory."""

    def __init__(self, make: Callable[[], Iterator[T]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[T]:
        return self._make()


@dataclass(frozen=True)
class City:
    """A generated city; every part can be walked through any number of times and is always the same."""

    #: parents come before their children
    units: Iterable[Unit]
    #: county, street, village and grid; parents first
    areas: Iterable[Area]
    people: Iterable[Person]
    rosters: Iterable[Duty]
