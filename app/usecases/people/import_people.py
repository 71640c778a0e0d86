"""Bring people as a spreadsheet: first see what would change, then change it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.actor import Actor
from app.domain.errors import Invalid, NotFound, YongzhiError
from app.domain.facts import canonical
from app.domain.office import administered, check_may_give
from app.domain.records_city import PersonShown
from app.schemas.forms import flat_messages
from app.schemas.people_sheet import read_rows, seats_of, wants_active, wrong_cells
from app.schemas.texts import say
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.people.add_person import add_person
from app.usecases.people.change_person import FIELDS, change_person
from app.usecases.people.grant_role import grant_role
from app.usecases.people.person_fields import wrong_fields
from app.usecases.people.revoke_role import revoke_role
from app.usecases.people.sheet_names import read_names


@dataclass
class SheetLine:
    """What a line of a sheet does."""

    number: int
    username: str
    #: add, change or nothing
    does: str = "nothing"
    #: field -> (before, after); roles as role@unit with one side empty
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    granted: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    active: bool | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    #: columns of names that were passed over, as the codes beside them say something else
    passed: list[str] = field(default_factory=list)
    #: after it was carried out: why something of it was not
    problem: str = ""


@dataclass(frozen=True)
class PeopleSheet:
    """A sheet, read against what is there."""

    lines: Sequence[SheetLine]
    #: says what was seen; only exactly that is carried out
    seen: str
    done: bool = False

    @property
    def wrong(self) -> int:
        """How many lines cannot be carried out."""
        return sum(bool(line.errors) for line in self.lines)


def import_people(
    tools: Tools, *, actor: Actor, table: Sequence[Sequence[str]], seen: str | None = None
) -> PeopleSheet:
    """Read a sheet of people; carry it out if it is exactly what was seen before and nothing in it is wrong.

    Whoever is new is added, whoever is there is changed; a column that the sheet does not have is left as it is. Roles
    that are not listed are taken away, where the column is there. People who are not listed stay as they are. The names
    of a unit and of roles count where their codes are not given.

    Args:
        actor: administers the units; lines about others are refused.
        table: headings and rows, as texts.
        seen: of the sheet that was shown; None to see it first.

    Writes:
        what `add_person`, `change_person`, `grant_role` and `revoke_role` write, each with its fact.

    Raises:
        Invalid: field `file`: the table as a whole cannot be read.
    """
    rows = read_rows(table)
    with tools.store.unit_of_work() as uow:
        lines = list(_lines(tools, uow, actor, rows))
    told = [[one.username, one.does, one.changes, one.granted, one.revoked, one.active] for one in lines]
    stamp = hashlib.sha256(canonical(told).encode()).hexdigest()
    sheet = PeopleSheet(lines, stamp)
    if seen != stamp or sheet.wrong:
        return sheet
    for line in lines:
        _carry_out(tools, actor, line)
    return PeopleSheet(lines, stamp, done=True)


def _lines(tools: Tools, uow: UnitOfWork, actor: Actor, rows: Sequence[Mapping[str, str]]) -> Iterator[SheetLine]:
    at, met = tools.clock.now(), set()
    kept = [{} if wrong_cells(row) else row for row in rows]
    for number, (given, meant) in enumerate(zip(rows, read_names(tools, uow, actor, kept), strict=True), 2):
        line = SheetLine(number, given["username"][:60], errors=wrong_cells(given) or meant.errors, passed=meant.passed)
        if line.username in met:
            line.errors["username"] = [say("listed_twice")]
        met.add(line.username)
        if not line.errors:
            row = meant.row
            known = uow.people.by_username(row["username"])
            person = uow.offices.person(administered(actor), known.id, at) if known else None
            if known and person is None:
                line.errors["username"] = [say("other_admin")]
            else:
                _compare(tools, uow, actor, line, row, person)
        yield line


def _compare(
    tools: Tools, uow: UnitOfWork, actor: Actor, line: SheetLine, row: Mapping[str, str], person: PersonShown | None
) -> None:
    given = {name: row[name] for name in ("username", *FIELDS) if name in row}
    line.errors.update(wrong_fields(uow, given))
    if person is None:
        for name in ("name", "unit"):
            if not given.get(name):
                line.errors[name] = [say("required")]
    unit = given.get("unit", "")
    if unit and "unit" not in line.errors and not administered(actor).covers(unit):
        line.errors["unit"] = [say("other_admin")]
    held = person.seats if person else ()
    if "roles" in row:
        wanted = seats_of(row["roles"])
        line.granted = [seat for seat in wanted if seat not in held]
        line.revoked = [seat for seat in held if seat not in wanted]
        wrong = [text for seat in line.granted if (text := _wrong_seat(tools, uow, actor, person, seat))]
        if wrong or (line.revoked and person and str(person.id) == actor.id):
            line.errors["roles"] = wrong or [say("other_admin")]
    before = {name: getattr(person, name) if person else "" for name in FIELDS}
    line.changes = {
        name: (before[name], text) for name, text in given.items() if name in before and text != before[name]
    }
    active = wants_active(row)
    line.active = active if person and active is not None and active != person.active else None
    changed = line.changes or line.granted or line.revoked or line.active is not None
    line.does = "add" if person is None else "change" if changed else "nothing"


def _wrong_seat(tools: Tools, uow: UnitOfWork, actor: Actor, person: PersonShown | None, seat: str) -> str:
    role, _, code = seat.partition("@")
    unit = uow.units.find(code)
    if role not in tools.city.roles or unit is None:
        return f"{seat}: {say('seat_text')}"
    kind = tools.city.roles[role].kind
    if kind is not None and unit.kind is not kind:
        return f"{seat}: {say('wrong_seat')}"
    try:
        check_may_give(actor, str(person.id) if person else "", role, code)
    except YongzhiError:
        return f"{seat}: {say('not_yours')}"
    return ""


def _carry_out(tools: Tools, actor: Actor, line: SheetLine) -> None:
    try:
        for act in _acts(tools, actor, line):
            act()
    except Invalid as refused:
        texts = flat_messages(refused.errors)
        line.problem = "; ".join(f"{name}: {found[0]}" for name, found in texts.items() if found)
    except YongzhiError as refused:
        line.problem = refused.message


def _acts(tools: Tools, actor: Actor, line: SheetLine) -> Iterator[Callable[[], object]]:
    after = {name: text for name, (_, text) in line.changes.items()}
    if line.does == "add":
        yield lambda: add_person(
            tools, actor=actor, username=line.username, name=after["name"], unit=after["unit"],
            phone=after.get("phone", ""), mail=after.get("mail", ""),
        )  # fmt: skip
    with tools.store.unit_of_work() as uow:
        row = uow.people.by_username(line.username)
    if row is None:
        raise NotFound()
    if line.does == "change" and (after or line.active is not None):
        yield lambda: change_person(tools, actor=actor, person_id=row.id, fields=after, active=line.active)
    for seat in line.granted:
        role, _, unit = seat.partition("@")
        yield lambda role=role, unit=unit: grant_role(  # type: ignore[misc]
            tools, actor=actor, username=line.username, role=role, unit=unit
        )
    for seat in line.revoked:
        role, _, unit = seat.partition("@")
        yield lambda role=role, unit=unit: revoke_role(  # type: ignore[misc]
            tools, actor=actor, person_id=row.id, role=role, unit=unit
        )
