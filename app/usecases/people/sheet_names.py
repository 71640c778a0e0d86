"""Names of units and roles in a sheet of people: what codes are called, and which code a name means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.actor import Actor
from app.domain.office import administered
from app.domain.org import Role, Unit
from app.schemas.people_sheet import named_seats, seats_of
from app.schemas.register_names import code_in, unit_name
from app.schemas.texts import say
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: candidates that are told where a name means several
_TOLD = 3


@dataclass
class Meaning:
    """A row of a sheet with codes where it had names only."""

    row: dict[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)
    #: columns whose names were passed over, as the codes beside them are of something else
    passed: list[str] = field(default_factory=list)


def seat_name(seat: str, roles: Mapping[str, Role], units: Mapping[str, Unit], locale: str) -> str:
    """Write role@unit with the names of both; what is called nothing stays a code."""
    role, at, unit = seat.partition("@")
    known = roles.get(role)
    called = (known.en if locale == "en" else known.zh) if known else role
    return f"{called}{at}{unit_name(units[unit], locale) if unit in units else unit}"


def read_names(
    tools: Tools, uow: UnitOfWork, actor: Actor, rows: Sequence[Mapping[str, str]]
) -> list[Meaning]:
    """Read names as codes, where a row has no codes; of units of one name those that the actor looks after count."""
    called = {row.get("unit_name", "") for row in rows}
    coded = {row.get("unit", "") for row in rows if row.get("unit_name")}
    for row in rows:
        called |= {seat.partition("@")[2].strip() for seat in named_seats(row.get("role_names", ""))}
        coded |= {seat.partition("@")[2] for seat in seats_of(row.get("roles", "")) if row.get("role_names")}
    reading = _Reading(
        actor, tools.city.roles, uow.register_traffic.units_called(sorted(called - {""})),
        uow.units.many(sorted(coded - {""})),
    )  # fmt: skip
    return [reading.read(row) for row in rows]


class _Reading:
    """Reads rows of one sheet."""

    def __init__(
        self, actor: Actor, roles: Mapping[str, Role], called: Iterable[Unit], coded: Mapping[str, Unit]
    ) -> None:
        self._reach = administered(actor)
        self._roles, self._coded = roles, coded
        self._called: dict[str, list[Unit]] = {}
        for unit in called:
            for name in {unit.name, unit.name_en.lower()} - {""}:
                self._called.setdefault(name, []).append(unit)

    def read(self, row: Mapping[str, str]) -> Meaning:
        found = Meaning(dict(row))
        self._read_unit(found)
        if "role_names" in row:
            self._read_roles(found)
        return found

    def _read_unit(self, found: Meaning) -> None:
        name, code = found.row.get("unit_name", ""), found.row.get("unit", "")
        if not name:
            return
        if code:
            known = self._coded.get(code)
            if known and name not in (known.name, known.name_en):
                found.passed.append("unit_name")
            return
        found.row["unit"], problem = self._unit(name)
        if problem:
            found.errors["unit_name"] = [problem]

    def _read_roles(self, found: Meaning) -> None:
        names, codes = named_seats(found.row["role_names"]), seats_of(found.row.get("roles", ""))
        if codes:
            spelled = [{seat_name(seat, self._roles, self._coded, locale) for seat in codes} for locale in ("zh", "en")]
            if names and set(names) not in spelled:
                found.passed.append("role_names")
            return
        read = [self._seat(name) for name in names]
        wrong = [problem for _, problem in read if problem]
        if wrong:
            found.errors["role_names"] = wrong
        else:
            found.row["roles"] = ";".join(seat for seat, _ in read)

    def _seat(self, text: str) -> tuple[str, str]:
        """Read role@unit by names; the second is what is wrong with it."""
        role, _, unit = (part.strip() for part in text.partition("@"))
        known = self._roles.values()
        meant = [one.code for one in known if role in (one.code, one.zh) or role.lower() == one.en.lower()]
        if len(meant) != 1:
            return "", f"{text}: {say('seat_name')}"
        code, problem = self._unit(unit)
        return f"{meant[0]}@{code}", f"{text}: {problem}" if problem else ""

    def _unit(self, name: str) -> tuple[str, str]:
        """Read a unit by its name, or by the code behind it; the second is what is wrong with it."""
        code = code_in(name)
        if code:
            return code, ""
        found = self._called.get(name) or self._called.get(name.lower()) or []
        meant = [one for one in found if self._reach.covers(one.code)] or found
        if not meant:
            return "", say("no_unit")
        if len(meant) > 1:
            told = say("and").join(f"{one.name} · {one.code}" for one in meant[:_TOLD])
            return "", say("several", n=len(meant), names=told)
        return meant[0].code, ""
