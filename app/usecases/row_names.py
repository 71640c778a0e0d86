"""Names in rows of registers: what units and people that a row names are called, and whom a typed name means."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.city_files import read_yaml
from app.domain.org import Unit, is_within
from app.domain.records_city import PersonRow
from app.domain.records_registers import RegisterChange, RegisterRow
from app.domain.registers import Register
from app.schemas.register_csv import Line
from app.schemas.register_names import Meant, code_in
from app.store.register_sql import write_places
from app.store.unit_of_work import UnitOfWork
from app.usecases.city import City

#: candidates that are named where a name means several
_TOLD = 3


@dataclass(frozen=True)
class Named:
    """What is called how."""

    units: Mapping[str, Unit] = field(default_factory=dict)
    #: {id or user name, as rows say it: person}
    people: Mapping[str, PersonRow] = field(default_factory=dict)


def names_of(
    uow: UnitOfWork, register: Register, rows: Iterable[RegisterRow | Line], history: Iterable[RegisterChange] = ()
) -> Named:
    """Read what units and people are called that rows, or lines of a file, and the changes of a row name."""
    rows = list(rows)
    said = {"unit": {row.unit for row in rows if row.unit}, "person": set[str]()}
    told = [row.data if isinstance(row, RegisterRow) else row.values for row in rows]
    for change in history:
        pairs = {name: pair for name, pair in change.changes.items() if isinstance(pair, list) and len(pair) > 1}
        sides = [{name: pair[side] for name, pair in pairs.items()} for side in (0, 1)]
        told += sides
        said["unit"] |= {str(side["unit"]) for side in sides if side.get("unit")}
    for one in register.fields:
        kind = "person" if one.of == "people" else one.type
        if kind in said:
            said[kind] |= {text for values in told for text in _texts(values.get(one.name))}
    return Named(uow.units.many(sorted(said["unit"])), _people(uow, said["person"]))


def _texts(value: object) -> Iterator[str]:
    yield from (str(one) for one in (value if isinstance(value, list) else [value]) if one)


def _people(uow: UnitOfWork, said: Collection[str]) -> dict[str, PersonRow]:
    ids = {one: found for one in said if (found := _id(one))}
    rows = uow.register_traffic.people_called([one for one in said if one not in ids], ids=sorted(set(ids.values())))
    by_id, by_name = {row.id: row for row in rows}, {row.username: row for row in rows}
    return {one: row for one in said if (row := by_id.get(ids[one]) if one in ids else by_name.get(one))}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def code_name(city: City, of: str, code: str, locale: str) -> str:
    """Name an item of the catalogue, a role or a kind of office; empty for one that there is not."""
    if of == "offices":
        name = _offices(city.folder).get(code, ("", ""))[locale == "en"]
        return name[:1].upper() + name[1:]
    known: Mapping[str, Any] = {"items": city.catalogue.items, "roles": city.roles}.get(of, {})
    found = known.get(code)
    return "" if found is None else found.en if locale == "en" else found.zh


@lru_cache(maxsize=8)
def _offices(folder: Path) -> dict[str, tuple[str, str]]:
    """Read the kinds of offices that streets, counties and the city have, {word of the code: names}."""
    found = read_yaml(folder / "units.yaml")
    lists = [found["city"].get("departments", []), *(found.get(name, []) for name in ("county", "offices", "street"))]
    return {one["code"]: (one["zh"], one["en"]) for several in lists for one in several}


def meant_by(
    uow: UnitOfWork, actor: Actor, register: Register, said: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Meant]:
    """Find which unit or person a typed text means: a code or user name, alone or behind a name, or a name alone.

    Args:
        said: {(kind, text)}; kind is `owner` for the unit whose row it is, `unit` or `person`.

    Returns:
        What each means; texts that mean nothing are left out, and what was typed stands.
    """
    found: dict[tuple[str, str], Meant] = {}
    places = write_places(actor, register)
    names: dict[str, set[str]] = {"unit": set(), "person": set()}
    for kind, text in said:
        code = code_in(text, person=kind == "person")
        if code:
            found[kind, text] = Meant(code)
        else:
            names["person" if kind == "person" else "unit"].add(text)
    units = uow.register_traffic.units_called(sorted(names["unit"]))
    people = uow.register_traffic.people_called(sorted(names["person"]), among=places)
    for kind, text in said:
        if (kind, text) in found:
            continue
        if kind == "person":
            options = [(one.username, one.name) for one in people if text in (one.name, one.username)]
        else:
            options = _fitting(register, [one for one in units if _called(one, text)], places, owner=kind == "owner")
        if options:
            several = tuple(f"{name} · {code}" for code, name in options[:_TOLD])
            found[kind, text] = Meant(options[0][0]) if len(options) == 1 else Meant("", several, len(options))
    return found


def _called(unit: Unit, text: str) -> bool:
    return text == unit.name or bool(unit.name_en) and text.lower() == unit.name_en.lower()


def _fitting(
    register: Register, units: Collection[Unit], places: Collection[str], *, owner: bool
) -> list[tuple[str, str]]:
    """Leave the units of a name that can be meant; of namesakes, those of one's own part of the city first."""
    own = [one for one in units if any(is_within(one.code, place) for place in places)]
    lifted = [one for one in own if register.unit_of(one.code)] if owner else own
    return [(one.code, one.name) for one in (lifted or own or units)]

