"""The plan of a city: which streets, villages and grids there are, before units and areas are made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.city.records import Box
from app.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class VillagePlan:
    """A village and the number of micro-grids in each of its grids."""

    code: str
    zh: str
    en: str
    micro_grids: tuple[int, ...]
    #: people of each grid besides its leader, at full scale
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """A street with its villages."""

    code: str
    zh: str
    short: str
    en: str
    #: middle part of user names
    tag: str
    box: Box
    villages: tuple[VillagePlan, ...]
    #: how many of the listed offices it has
    offices: int
    #: which list of people it gets
    profile: str
    #: so many neighbouring grids share their workers
    run: int = 1
    #: workers of such a run
    per_run: int = 1


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """A county with its streets."""

    code: str
    zh: str
    en: str
    tag: str
    box: Box
    profile: str
    streets: tuple[StreetPlan, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A city with its counties."""

    code: str
    zh: str
    en: str
    profile: str
    seed: int
    valid_from: date
    counties: tuple[CountyPlan, ...]


def plan_demo(spec: Mapping[str, Any]) -> Plan:
    """Read the plan of the demo city, in which every village is written down.

    Raises:
        Invalid: the file lacks something; the message says what.
    """
    try:
        city = spec["city"]["code"]
        counties = tuple(_demo_county(row, f"{city}.{row['number']}", spec) for row in spec["counties"])
        return Plan(city, spec["city"]["zh"], spec["city"]["en"], "main", spec["seed"], spec["valid_from"], counties)
    except (KeyError, TypeError, ValueError) as cause:
        raise Invalid(f"The plan of the demo city cannot be read: {type(cause).__name__} {cause}.") from cause


def _demo_county(row: Mapping[str, Any], code: str, spec: Mapping[str, Any]) -> CountyPlan:
    """Read one county; a street without a box gets the whole county."""
    streets = []
    for street in row["streets"]:
        place = f"{code}.{street['number']}"
        villages = tuple(
            VillagePlan(f"{place}.{n:03}", village["zh"], village["en"], (spec["micro_grids"],) * village["grids"])
            for n, village in enumerate(street["villages"], start=1)
        )
        streets.append(
            StreetPlan(
                place,
                street["zh"],
                street["short"],
                street["en"],
                street["tag"],
                read_box(street.get("box", row["box"])),
                villages,
                spec["offices"],
                street["profile"],
                street["run"],
                street["per_run"],
            )
        )
    return CountyPlan(code, row["zh"], row["en"], row["tag"], read_box(row["box"]), row["profile"], tuple(streets))


def read_box(values: Sequence[float]) -> Box:
    """Read a box and refuse one that is turned over.

    Raises:
        Invalid: west is not west of east, or south not south of north.
    """
    west, south, east, north = (float(value) for value in values)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Invalid(f"{values} is not a box of west, south, east, north.")
    return west, south, east, north
