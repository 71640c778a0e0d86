"""Make the people of a plan: accounts that carry a role and a number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.city.plan import Plan, StreetPlan, VillagePlan
from app.domain.city.records import Grant, Person
from app.domain.city.tree import Parts
from app.domain.errors import Invalid
from app.domain.org import Role, county_number, seat_of


@dataclass(frozen=True)
class Cast:
    """What people are made of."""

    templates: Mapping[str, Any]
    roles: Mapping[str, Role]
    parts: Parts

    def person(self, row: Mapping[str, Any], place: str, words: Mapping[str, Any]) -> Person:
        """Make one person from a template.

        Raises:
            Invalid: a role of the template does not exist or has no seat at this place.
        """
        grants = tuple(grant for text in row["roles"] for grant in self._grants(text, place, row["user"]))
        return _named(row, words, place, grants)

    def _grants(self, text: str, place: str, user: str) -> Iterator[Grant]:
        """Resolve `role`, `role@seat` or `role@s-*` at a place."""
        code, _, seat = text.partition("@")
        role = self.roles.get(code)
        if role is None:
            raise Invalid(f"{user}: there is no role {code}.")
        seats = [seat]
        if seat.endswith("*"):
            words = [row["code"] for scope in ("street", "county") for row in self.parts[scope]]
            wanted = "d-" if role.anchor == "county" else seat[:-1]
            seats = [word for word in dict.fromkeys(words) if word.startswith(wanted) and word != "cmd"]
            if role.anchor != "county":
                seats = [word for word in seats if not word.startswith("d-")]
        for word in seats:
            unit = place if role.kind is None and not word else seat_of(role, place, word)
            if unit is None:
                raise Invalid(f"{user}: {text} has no seat at {place}.")
            yield Grant(code, unit)


def people(plan: Plan, cast: Cast) -> Iterator[Person]:
    """Walk through all people of the city, by place."""
    templates = cast.templates
    for row in templates["city"][plan.profile]:
        yield cast.person(row, plan.code, {"en": plan.en})
    for row in templates["citizens"]:
        yield _named(row, {}, plan.code, (Grant("citizen", plan.code),))
    for county in plan.counties:
        words = _words(county.tag, county.zh, county.en)
        for row in templates["county"][county.profile]:
            yield cast.person(row, county.code, words)
        for street in county.streets:
            yield from _street(street, cast)


def _street(street: StreetPlan, cast: Cast) -> Iterator[Person]:
    """Make the people of a street, its villages and its grids."""
    words = _words(street.tag, street.short, street.en)
    for row in _wanted(cast.templates["street"][street.profile], street):
        yield cast.person(row, street.code, words)
    for n, village in enumerate(street.villages, start=1):
        for row in _wanted(cast.templates["village"][street.profile], street):
            if (n - 1) % row.get("every", 1) == 0:
                yield _villager(row, n, village, street, cast)
    if street.profile == "full":
        yield from _grid_people(street, cast)
    else:
        yield from _run_workers(street, cast)


def _villager(row: Mapping[str, Any], n: int, village: VillagePlan, street: StreetPlan, cast: Cast) -> Person:
    """Make a person of a village; `@all` is every grid, micro-grid roles sit in the first micro-grid."""
    words = {
        **_words(street.tag, street.short, street.en),
        "n": n,
        "place": f"{street.short}{village.zh}",
        "place_en": f"{street.en} {village.en}",
    }
    grids = [f"{village.code}.{g:03}" for g in range(1, len(village.micro_grids) + 1)]
    leads = tuple(Grant("grid_leader", grid) for grid in grids if "grid_leader@all" in row["roles"])
    others = {**row, "roles": [text for text in row["roles"] if text != "grid_leader@all"]}
    person = cast.person(others, f"{grids[0]}.001", words)
    return replace(person, grants=person.grants + leads)


def _wanted(rows: Sequence[Mapping[str, Any]], street: StreetPlan) -> Iterator[Mapping[str, Any]]:
    """Leave out the templates that are only for other streets."""
    return (row for row in rows if street.tag in row.get("only", (street.tag,)))


def _run_workers(street: StreetPlan, cast: Cast) -> Iterator[Person]:
    """Make the grid workers of the demo: neighbouring grids share theirs, named after the first grid."""
    row = cast.templates["grid"]["member"]
    grids = _grids(street)
    for first in range(0, len(grids), street.run):
        run = grids[first : first + street.run]
        grants = tuple(Grant("grid_member", grid) for grid in run)
        for k in range(min(street.per_run, len(run))):
            words = {**_words(street.tag, street.short, street.en), "n": first + 1 + k}
            yield _named(row, words, run[0], grants)


def _grid_people(street: StreetPlan, cast: Cast) -> Iterator[Person]:
    """Make leader and members of every grid, at full scale."""
    member, leader = cast.templates["grid"]["member"], cast.templates["grid"]["leader"]
    words, number = _words(street.tag, street.short, street.en), 0
    members = [count for village in street.villages for count in village.members]
    for n, (grid, count) in enumerate(zip(_grids(street), members, strict=True), start=1):
        yield _named(leader, {**words, "n": n}, grid, (Grant("grid_leader", grid),))
        for _ in range(count):
            number += 1
            yield _named(member, {**words, "n": number}, grid, (Grant("grid_member", grid),))


def _grids(street: StreetPlan) -> Sequence[str]:
    """List the codes of a street's grids in the order of their numbers."""
    return [f"{village.code}.{n:03}" for village in street.villages for n in range(1, len(village.micro_grids) + 1)]


def _words(tag: str, short: str, en: str) -> dict[str, Any]:
    """Say what the templates may name."""
    return {"tag": tag, "short": short, "en": en}


def _named(row: Mapping[str, Any], words: Mapping[str, Any], place: str, grants: tuple[Grant, ...]) -> Person:
    """Fill in the names of a template."""
    try:
        names = (row["user"].format_map(words), row["zh"].format_map(words), row["en"].format_map(words))
    except (KeyError, ValueError, AttributeError) as cause:
        raise Invalid(f"{row.get('user')}: the template names something unknown: {cause}.") from cause
    return Person(*names, county=county_number(place), grants=grants)
