"""The tree of units and the roles that sit in it.

A unit's code is its path: `33.02.11.004.003.012` is city 33.02, county 11, street 004, village 003, grid 012.
Units that are not places end in a word: `.cmd` is a street's command room, `.p-order` a platform, `.o-…` an
office, `.s-…` a stationed unit, and `.d-…` a department of a county or of the city.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from app.domain.errors import Invalid


class UnitKind(StrEnum):
    """What a unit is."""

    CITY_CENTRE = "CITY_CENTRE"
    COUNTY_CENTRE = "COUNTY_CENTRE"
    STREET = "STREET"
    COMMAND_ROOM = "COMMAND_ROOM"
    PLATFORM = "PLATFORM"
    OFFICE = "OFFICE"
    STATION = "STATION"
    DEPARTMENT = "DEPARTMENT"
    VILLAGE = "VILLAGE"
    GRID = "GRID"
    MICRO_GRID = "MICRO_GRID"


#: places by the number of parts in their code: (kind, level, name of the anchor)
PLACES: dict[int, tuple[UnitKind, int, str]] = {
    2: (UnitKind.CITY_CENTRE, 5, "city"),
    3: (UnitKind.COUNTY_CENTRE, 4, "county"),
    4: (UnitKind.STREET, 3, "street"),
    5: (UnitKind.VILLAGE, 2, "village"),
    6: (UnitKind.GRID, 1, "grid"),
    7: (UnitKind.MICRO_GRID, 0, "micro_grid"),
}
_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{3}){0,4})?(\.(cmd|[posd]-[a-z]{2,20}))?")
_WORD_KINDS = {
    "c": UnitKind.COMMAND_ROOM,
    "p": UnitKind.PLATFORM,
    "o": UnitKind.OFFICE,
    "s": UnitKind.STATION,
    "d": UnitKind.DEPARTMENT,
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A place or an office in the tree."""

    code: str
    kind: UnitKind
    name: str
    name_en: str
    #: 0 micro-grid, 1 grid, 2 village, 3 street, 4 county, 5 city
    level: int
    #: number of the county, 0 for the city's own units
    county: int
    #: code of the unit above, None for the city
    parent: str | None
    #: first day and, once it was dissolved, last day
    valid_from: date | None = None
    valid_to: date | None = None
    #: units that it was split or merged from
    predecessors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchors:
    """The units above a place; None where the place is higher than that."""

    city: str
    county: str | None = None
    street: str | None = None
    command_room: str | None = None
    village: str | None = None
    grid: str | None = None
    micro_grid: str | None = None

    def as_dict(self) -> dict[str, str]:
        """Write the anchors that exist."""
        names = ("city", "county", "street", "command_room", "village", "grid", "micro_grid")
        return {name: found for name in names if (found := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Role:
    """What a person may act as, and in which unit the role sits."""

    code: str
    zh: str
    en: str
    level: int
    #: kind of the unit where the role sits; None: nowhere (citizens) or in any unit
    kind: UnitKind | None
    #: place that the seat is reckoned from: city, county, street, village, grid, micro_grid; "" nowhere
    anchor: str
    #: word after the anchor's code: "" the place itself, `cmd`, `p-order`, `s-*` for any station
    suffix: str


def make_unit(code: str, name: str, name_en: str, *, valid_from: date | None = None) -> Unit:
    """Build a unit; its kind, level, county and parent follow from its code.

    Raises:
        Invalid: the code is not a path.
    """
    if not _CODE.fullmatch(code):
        raise Invalid(f"{code!r} is not the code of a unit.")
    parts = code.split(".")
    place = [part for part in parts if _is_number(part)]
    kind, level, _ = PLACES[len(place)]
    if len(place) < len(parts):
        kind = _WORD_KINDS[parts[-1][0]]
    parent = code.rpartition(".")[0] if len(parts) > 2 else None
    return Unit(code, kind, name, name_en, level, county_number(code), parent, valid_from)


def _is_number(part: str) -> bool:
    """Say whether a part of a code is a number; not every digit of the world is one that a code may have."""
    return part.isascii() and part.isdigit()


def county_number(code: str) -> int:
    """Read the number of a unit's county: 11 for `33.02.11.004`, 0 for the city's own units."""
    parts = code.split(".")
    return int(parts[2]) if len(parts) > 2 and _is_number(parts[2]) else 0


def division(root: str, county: int) -> str:
    """Write the six-digit division code of a county number of a city; 0 is the city itself."""
    return f"{root.replace('.', '')}{county:02d}"


def ancestors(code: str) -> tuple[str, ...]:
    """List the codes above a unit, the city first."""
    parts = code.split(".")
    return tuple(".".join(parts[:n]) for n in range(2, len(parts)))


def is_within(code: str, ancestor: str) -> bool:
    """Say whether a unit is the ancestor itself or lies below it."""
    return code == ancestor or code.startswith(ancestor + ".")


def nearest_superior(codes: Iterable[str]) -> str:
    """Find the nearest place that all the units lie in, for conflicts between areas.

    Raises:
        Invalid: they have none, or there are no units.
    """
    paths: list[tuple[str, ...]] = [(*ancestors(code), code) for code in codes]
    shared: list[str] = [steps[0] for steps in zip(*paths, strict=False) if len(set(steps)) == 1]
    places = [code for code in shared if _is_number(code.rpartition(".")[2])]
    if not places:
        raise Invalid("These units have no superior in common.")
    return places[-1]


def anchors(code: str) -> Anchors:
    """Find the places above a unit, and the command room of its street."""
    found: dict[str, str] = {}
    for place in (*ancestors(code), code):
        parts = place.split(".")
        if _is_number(parts[-1]) and len(parts) in PLACES:
            found[PLACES[len(parts)][2]] = place
    if "city" not in found:
        raise Invalid(f"{code!r} is not the code of a unit.")
    if "street" in found:
        found["command_room"] = found["street"] + ".cmd"
    return Anchors(**found)


def seat_of(role: Role, place: str, suffix: str = "") -> str | None:
    """Find the unit in which a role acts for a place.

    Args:
        role: for example street_duty.
        place: code of a grid, village, street ..., or of any unit below.
        suffix: the station or department (`s-water`) for roles that sit in any of them.

    Returns:
        For example `33.02.11.004.cmd`; None where the place is higher than the role's seat, or where the
        role sits in no fixed unit and no suffix is given.
    """
    return _seat(role.anchor, role.suffix, place, suffix)


@lru_cache(maxsize=65536)
def _seat(anchor: str, word: str, place: str, suffix: str) -> str | None:
    """Reckon a seat; the same few places are asked for at every task."""
    base = anchors(place).as_dict().get(anchor)
    if word.endswith("*"):
        if not suffix or not suffix.startswith(word[:-1]):
            return None
        word = suffix
    if base is None:
        return None
    return f"{base}.{word}" if word else base


def read_roles(rows: Iterable[Mapping[str, Any]]) -> dict[str, Role]:
    """Read the role table, {code: role}, and refuse rows that do not hang together."""
    roles: dict[str, Role] = {}
    names = {name for _, _, name in PLACES.values()} | {""}
    for row in rows:
        try:
            kind = UnitKind(row["kind"]) if row.get("kind") else None
            role = Role(
                code=str(row["code"]),
                zh=str(row["zh"]),
                en=str(row["en"]),
                level=int(row["level"]),
                kind=kind,
                anchor=str(row.get("anchor", "")),
                suffix=str(row.get("suffix", "")),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as cause:
            raise Invalid(f"This row of the role table cannot be read: {row!r}.") from cause
        if role.code in roles or role.anchor not in names or not 0 <= role.level <= 5:
            raise Invalid(f"Role {role.code!r} is listed twice, or its seat is unknown.")
        roles[role.code] = role
    return roles
