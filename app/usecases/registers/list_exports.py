"""List what left a register as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.actor import Actor
from app.domain.org import Unit
from app.domain.records_city import PersonRow
from app.domain.records_registers import RegisterExport
from app.domain.registers import Register
from app.store.sight import AUDITING, place_of, seats
from app.usecases import Tools
from app.usecases.registering import register_for


@dataclass(frozen=True)
class Exports:
    """The newest exports of a register."""

    register: Register
    exports: tuple[RegisterExport, ...]
    #: what units and people are called that they name
    units: Mapping[str, Unit]
    people: Mapping[str, PersonRow]


def list_exports(tools: Tools, *, actor: Actor, key: str) -> Exports:
    """List who of an auditor's place took which rows of a register, the newest first.

    Raises:
        RegisterNotFound.
    """
    register = register_for(tools, actor, key)
    places = [place_of(unit) for unit in seats(actor, among=AUDITING)]
    with tools.store.unit_of_work() as uow:
        found = uow.register_traffic.exports(register, places)
        codes = {one.unit for one in found} | {code for one in found for code in _units(register, one.asked)}
        return Exports(register, found, uow.units.many(sorted(codes)), {})


def _units(register: Register, asked: Mapping[str, Any]) -> Iterator[str]:
    """List the units that an export was narrowed to."""
    named = {"unit", "unit_within", "unit_covers", *(one.name for one in register.fields if one.type == "unit")}
    for name in named & asked.keys():
        yield from (str(code) for code in (asked[name] if isinstance(asked[name], list) else [asked[name]]))
