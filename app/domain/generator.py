"""Generate the city from the files under `city/`: the same files always give the same city."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from app.domain.city.full import plan_full
from app.domain.city.people import Cast, people
from app.domain.city.plan import Plan, plan_demo
from app.domain.city.records import Area, City, Duty, Grant, Person, Stream
from app.domain.city.rosters import rosters
from app.domain.city.tree import areas, units
from app.domain.city_files import load_roles, read_csv, read_yaml
from app.domain.errors import Invalid
from app.domain.org import Role

__all__ = ["Area", "City", "CitySpec", "Duty", "Grant", "Person", "Scale", "generate", "load_spec"]

Scale = Literal["demo", "full"]


@dataclass(frozen=True)
class CitySpec:
    """The files that a city is generated from."""

    demo: Mapping[str, Any]
    full: Mapping[str, Any]
    #: rows of the list of streets
    divisions: Sequence[Mapping[str, str]]
    #: units that every street, county and the city have
    parts: Mapping[str, Any]
    #: templates of people, and the rules of their rosters
    people: Mapping[str, Any]
    roles: Mapping[str, Role]


def load_spec(folder: Path) -> CitySpec:
    """Load what a city is generated from.

    Args:
        folder: the folder `city/`.

    Raises:
        Invalid: a file is absent or cannot be read.
    """
    parts = read_yaml(folder / "units.yaml")
    city = parts.get("city")
    if not isinstance(city, dict) or not city.get("departments"):
        raise Invalid("units.yaml must name the city, its code and its departments.")
    return CitySpec(
        demo={**read_yaml(folder / "demo" / "city.yaml"), "city": city},
        full={**read_yaml(folder / "full.yaml"), "city": city},
        divisions=read_csv(folder / "divisions" / "ningbo-streets.csv"),
        parts={**parts, "city": city["departments"]},
        people=read_yaml(folder / "people.yaml"),
        roles=load_roles(folder),
    )


def generate(spec: CitySpec, scale: Scale = "demo") -> City:
    """Generate a city.

    Args:
        spec: from `load_spec`.
        scale: `demo` (some 1,700 units, 200 people) or `full` (the numbers of the whole city).

    Returns:
        A city whose parts are made while they are walked through, so that full scale needs little memory.

    Raises:
        Invalid: the files contradict each other; some contradictions show only while walking.
    """
    plan = _plan(spec, scale)
    cast = Cast(spec.people, spec.roles, spec.parts)
    crowd: Stream[Person] = Stream(lambda: people(plan, cast))
    return City(
        units=Stream(lambda: units(plan, spec.parts)),
        areas=Stream(lambda: areas(plan)),
        people=crowd,
        rosters=Stream(lambda: rosters(crowd, spec.people["rosters"])),
    )


def _plan(spec: CitySpec, scale: Scale) -> Plan:
    """Plan the city at one of its scales."""
    if scale == "demo":
        return plan_demo(spec.demo)
    if scale == "full":
        return plan_full(spec.full, spec.divisions)
    raise Invalid(f"There is no scale {scale!r}; choose demo or full.")
