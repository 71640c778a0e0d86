"""Read the catalogue from the city's files, and refuse it as a whole unless it is total.

Total means: every item has an affair, a platform in every generation of names, a lead, an urgency and a start
level, and nothing refers to what does not exist. A city that replaces its list learns of a gap at once, not
when the first report falls into it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.domain.affairs import Affair, Catalogue, Item, Milestone, Party, Platform
from app.domain.calendar import Amount
from app.domain.city_files import load_roles, read_yaml
from app.domain.errors import Invalid
from app.domain.org import Role

__all__ = [
    "Affair",
    "Catalogue",
    "Item",
    "Milestone",
    "Party",
    "Platform",
    "load_catalogue",
    "read_catalogue",
]

URGENCIES = ("U1", "U2", "U3", "U4")
EVIDENCE = ("on_site", "none")
STEPS = ("acceptance", "dispatch", "sign", "contact", "handle", "verify", "callback", "total")


def load_catalogue(folder: Path) -> Catalogue:
    """Load the catalogue of the city.

    Args:
        folder: the folder `city/`, with catalogue/affairs.yaml, platforms.yaml, patrol.yaml and roles.yaml.

    Raises:
        Invalid: a file cannot be read, or the catalogue is not total; the message names the place.
    """
    return read_catalogue(
        read_yaml(folder / "catalogue" / "affairs.yaml"),
        read_yaml(folder / "platforms.yaml"),
        read_yaml(folder / "patrol.yaml"),
        load_roles(folder),
    )


def read_catalogue(
    listed: Mapping[str, Any],
    platforms: Mapping[str, Any],
    patrol: Mapping[str, Any],
    roles: Mapping[str, Role],
) -> Catalogue:
    """Build a catalogue from the content of its files.

    Raises:
        Invalid: as for load_catalogue.
    """
    try:
        generations = _generations(platforms)
        affairs, items = _affairs(listed)
        catalogue = Catalogue(
            version=str(listed["version"]),
            valid_from=listed["valid_from"],
            proposal=bool(listed.get("proposal", False)),
            affairs=MappingProxyType(affairs),
            items=MappingProxyType(items),
            platforms=MappingProxyType(generations),
            current=str(platforms["current"]),
            replaces=MappingProxyType(dict(listed.get("replaces") or {})),
            patrol=tuple(
                MappingProxyType({**row, "number": int(row["number"]), "items": tuple(row["items"])})
                for row in patrol["patrol"]
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        raise Invalid(f"The catalogue cannot be read: {type(cause).__name__} {cause}.") from cause
    findings = [*_gaps(catalogue, roles)]
    if findings:
        raise Invalid("The catalogue is not total: " + "; ".join(findings), errors={"catalogue": findings})
    return catalogue


def _affairs(listed: Mapping[str, Any]) -> tuple[dict[str, Affair], dict[str, Item]]:
    """Read affairs and items, each by its code."""
    affairs: dict[str, Affair] = {}
    items: dict[str, Item] = {}
    for row in listed["affairs"]:
        found = [_item(merged) for merged in _inherited(row, listed.get("defaults", {}))]
        if row["code"] in affairs or not found:
            raise Invalid(f"Affair {row['code']} is listed twice or has no items.")
        usual = tuple(_party(text) for text in row.get("usual_assist", ()))
        codes = tuple(item.code for item in found)
        affairs[row["code"]] = Affair(row["code"], row["zh"], row["en"], codes, usual)
        for item in found:
            if item.code in items:
                raise Invalid(f"Item {item.code} is listed twice.")
            items[item.code] = item
    return affairs, items


def _generations(platforms: Mapping[str, Any]) -> dict[str, Mapping[str, Platform]]:
    """Read the names of the platforms, {generation: {code: platform}}."""
    return {
        str(name): MappingProxyType(
            {
                row["code"]: Platform(row["code"], row["zh"], row["en"], row["seat"], row["role"])
                for row in generation["platforms"]
            }
        )
        for name, generation in platforms["generations"].items()
    }


def _inherited(row: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Fill each item of an affair with what its affair and the defaults say."""
    own = {
        key: value for key, value in row.items() if key not in ("items", "zh", "en", "code", "usual_assist")
    }
    for item in row["items"]:
        yield {**defaults, **own, "affair": row["code"], **item}


def _item(row: Mapping[str, Any]) -> Item:
    """Read one item with everything inherited."""
    more = row.get("raise")
    return Item(
        code=str(row["code"]),
        zh=row["zh"],
        en=row["en"],
        affair=row["affair"],
        platforms=MappingProxyType({str(key): value for key, value in row["platform"].items()}),
        lead=_party(row["lead"]),
        assist=tuple(_party(text) for text in row.get("assist", ())),
        urgency=row["urgency"],
        raised=(int(more["people"]), more["urgency"]) if more else None,
        start_level=int(row["start_level"]),
        radius_m=float(row["radius_m"]),
        evidence=row["evidence"],
        max_distance_m=float(row["max_distance_m"]),
        photos=int(row["photos"]),
        station=row["station"],
        consult=bool(row.get("consult", False)),
        confidential=bool(row.get("confidential", False)),
        limits=MappingProxyType({step: Amount.parse(text) for step, text in row.get("limits", {}).items()}),
        milestones=tuple(
            Milestone(m["code"], m["zh"], m["en"], Amount.parse(m["limit"]), m.get("after", ""))
            for m in row.get("milestones", ())
        ),
        words=tuple(row.get("words", ())),
        reference=(str(row.get("reference", "")), str(row.get("reference_en", ""))),
    )


def _party(text: str) -> Party:
    """Read `role` or `role@seat`."""
    role, _, seat = text.partition("@")
    return Party(role, seat)


def _gaps(catalogue: Catalogue, roles: Mapping[str, Role]) -> Iterator[str]:
    """Find everything that refers to nothing."""
    if not isinstance(catalogue.valid_from, date):
        yield "valid_from is not a date"
    if catalogue.current not in catalogue.platforms:
        yield f"there is no generation {catalogue.current} of platforms"
    for generation in catalogue.platforms.values():
        yield from (
            f"platform {p.code}: no role {p.role}" for p in generation.values() if p.role not in roles
        )
    for item in catalogue.items.values():
        yield from (f"{item.code}: {gap}" for gap in _item_gaps(item, catalogue, roles))
    for affair in catalogue.affairs.values():
        yield from (
            f"{affair.code}: {gap}" for party in affair.usual_assist for gap in _seat_gaps(party, roles)
        )
    for row in catalogue.patrol:
        missing = [code for code in row["items"] if code not in catalogue.items]
        yield from (f"patrol {row['number']}: no item {code}" for code in missing)
    for old, new in catalogue.replaces.items():
        if new not in catalogue.items:
            yield f"replaces {old}: no item {new}"


def _item_gaps(item: Item, catalogue: Catalogue, roles: Mapping[str, Role]) -> Iterator[str]:
    """Find what one item lacks."""
    for generation, platforms in catalogue.platforms.items():
        if item.platforms.get(generation) not in platforms:
            yield f"no platform in generation {generation}"
    for party in (item.lead, *item.assist):
        yield from _seat_gaps(party, roles)
    for grade in (item.urgency, *(item.raised or ("", item.urgency))[1:]):
        if grade not in URGENCIES:
            yield f"no urgency {grade}"
    if item.evidence not in EVIDENCE:
        yield f"no evidence rule {item.evidence}"
    if not 0 <= item.start_level <= 5:
        yield f"no level {item.start_level}"
    if item.radius_m <= 0 or item.max_distance_m <= 0 or item.photos < 1:
        yield "radius, distance and number of photos must be positive"
    yield from (f"no step {step}" for step in item.limits if step not in STEPS)
    known = {""}
    for milestone in item.milestones:
        if milestone.after not in known:
            yield f"milestone {milestone.code} follows {milestone.after}, which does not precede it"
        known.add(milestone.code)


def _seat_gaps(party: Party, roles: Mapping[str, Role]) -> Iterator[str]:
    """Find a role that does not exist, or one whose seat is not said."""
    role = roles.get(party.role)
    if role is None:
        yield f"no role {party.role}"
    elif role.suffix.endswith("*") and not party.seat.startswith(role.suffix[:-1]):
        yield f"{party} needs a seat such as {role.suffix}"
    elif role.suffix.endswith("*") and not party.seat:
        yield f"{party} needs a seat"
