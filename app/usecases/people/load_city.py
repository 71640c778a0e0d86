"""Load the city."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.domain.city.records import City, Person
from app.domain.errors import Forbidden
from app.domain.generator import Scale, generate, load_spec
from app.domain.ids import new_id
from app.domain.outlines import write_outline
from app.domain.records import PersonRow, RoleRow, RosterRow, UnitPlace
from app.ports.passwords import hash_passwords, verify_password
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.people.load_registers import load_registers

#: roles of the generated city hold at every moment that a movable clock may show
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
#: end of a duty without end
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_PAGE = 500


@dataclass(frozen=True)
class Account:
    """A demo account, with its password in plain text."""

    username: str
    password: str
    roles: tuple[str, ...]
    #: where the first of them is held
    unit: str


@dataclass(frozen=True)
class CityLoaded:
    """What is there now."""

    units: int
    people: int
    #: of them new
    added: int
    #: empty unless demo passwords were asked for
    accounts: tuple[Account, ...]


def load_city(tools: Tools, *, scale: Scale = "demo", demo_passwords: bool = False) -> CityLoaded:
    """Generate the city from its files and keep what is not there yet.

    Repeating it changes nothing; a unit whose name or area changed in the files is brought up to date.

    Args:
        scale: demo or full.
        demo_passwords: give each account the password that this installation derives for it; on demo
            servers only. Without it, accounts cannot sign in until somebody gives them a password.

    Writes:
        units with their areas, people, roles, rosters, in one transaction; then rows of registers.

    Raises:
        Forbidden: demo passwords on a server that is none.
        Invalid: the city's files contradict each other.
    """
    if demo_passwords and not tools.config.demo:
        raise Forbidden("Known passwords are for demo servers only.")
    city = generate(load_spec(tools.config.city_dir), scale)
    people = list(city.people)
    with tools.store.unit_of_work() as uow:
        known = _known(uow)
    fresh = [person for person in people if person.username not in known]
    stale = _stale(tools, people, known) if demo_passwords else []
    secret = [tools.secrets.demo_password(person.username) for person in (*fresh, *stale)]
    hashes = hash_passwords(secret) if demo_passwords else [""] * len(fresh)
    with tools.store.unit_of_work() as uow:
        units = uow.units.load_many(_places(city))
        rows = _rows(fresh, hashes, tools.clock.wall())
        uow.people.add_many(rows.values())
        uow.roles.grant_many(_roles(fresh, rows))
        uow.rosters.add_many(_duties(city, rows))
        for person, found in zip(stale, hashes[len(fresh) :], strict=True):
            uow.people.change(known[person.username].id, password_hash=found)
        uow.commit()
    tools.city.refresh()
    load_registers(tools)
    accounts = tuple(_account(tools, person) for person in people) if demo_passwords else ()
    return CityLoaded(units, len(people), len(fresh), accounts)


def _known(uow: UnitOfWork) -> dict[str, PersonRow]:
    """Read everybody who has an account already."""
    known: dict[str, PersonRow] = {}
    last = ""
    while page := uow.people.list(after=last, limit=_PAGE):
        known.update((row.username, row) for row in page)
        last = page[-1].username
    return known


def _stale(tools: Tools, people: Iterable[Person], known: Mapping[str, PersonRow]) -> list[Person]:
    """Find accounts whose password is not the one that would be printed.

    The passwords follow from the installation's secret, so one account tells for all whether it is still the
    secret that they were made with.
    """
    there = [person for person in people if person.username in known]
    if not there:
        return []
    first = there[0].username
    if verify_password(known[first].password_hash, tools.secrets.demo_password(first)):
        return [person for person in there if not known[person.username].password_hash]
    return there


def _places(city: City) -> Iterator[UnitPlace]:
    """Join units with their areas; the middle of an area is its point."""
    rings = {area.code: area.ring for area in city.areas}
    for unit in city.units:
        ring = rings.get(unit.code)
        if ring is None:
            yield UnitPlace(unit)
            continue
        lons, lats = zip(*ring, strict=True)
        middle = round((min(lats) + max(lats)) / 2, 6), round((min(lons) + max(lons)) / 2, 6)
        yield UnitPlace(unit, write_outline(ring), *middle)


def _rows(people: Iterable[Person], hashes: Iterable[str], at: datetime) -> dict[str, PersonRow]:
    return {
        person.username: PersonRow(
            county=person.county, id=new_id(person.county, at), username=person.username, name=person.name,
            password_hash=found, phone="", locale="zh", active=True, created_at=at,
            unit=person.grants[0].unit if person.grants else "",
        )
        for person, found in zip(people, hashes, strict=False)
    }  # fmt: skip


def _roles(people: Iterable[Person], rows: Mapping[str, PersonRow]) -> Iterator[RoleRow]:
    for person in people:
        for role, unit in dict.fromkeys((grant.role, grant.unit) for grant in person.grants):
            yield RoleRow(rows[person.username].id, role, unit, _ALWAYS)


def _duties(city: City, rows: Mapping[str, PersonRow]) -> Iterator[RosterRow]:
    """Make the duties of people who are new; those of the others are there already."""
    if not rows:
        return
    for duty in city.rosters:
        row = rows.get(duty.username)
        if row is not None:
            yield RosterRow(_roster_id(row), duty.unit, duty.role, row.id, duty.starts_at, duty.ends_at or _NEVER)


def _roster_id(row: PersonRow) -> UUID:
    return new_id(row.county, row.created_at)


def _account(tools: Tools, person: Person) -> Account:
    roles = tuple(dict.fromkeys(grant.role for grant in person.grants))
    unit = person.grants[0].unit if person.grants else ""
    return Account(person.username, tools.secrets.demo_password(person.username), roles, unit)
