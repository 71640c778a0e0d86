"""What every verb that writes rows of registers shares: whose row it is, what it refers to, and the write."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.org import is_within
from app.domain.records_registers import Hand, RegisterRow
from app.domain.registers import InvalidRow, Register, RegisterNotFound, RowTaken
from app.schemas.register_rows import UNIT, read_value, row_value
from app.schemas.texts import say
from app.store.register_sql import read_places, retire_places, write_places
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: values that a row may refer to, with whether they exist; kept while many rows are looked at
Known = dict[tuple[str, str], bool]


def register_for(tools: Tools, actor: Actor, key: str, *, to_write: bool = False) -> Register:
    """Find a register that somebody may read, or write.

    Raises:
        RegisterNotFound: there is none, or it is not for him.
    """
    register = tools.city.registers.get(key)
    if register is None or not (may_write(actor, register) if to_write else may_read(actor, register)):
        raise RegisterNotFound
    return register


def may_read(actor: Actor, register: Register) -> bool:
    """Say whether some rows of a register could be somebody's to see."""
    return actor.machine or bool(read_places(actor, register))


def may_write(actor: Actor, register: Register) -> bool:
    """Say whether somebody may add rows somewhere."""
    return actor.machine or bool(write_places(actor, register))


def is_own(actor: Actor, register: Register, unit: str) -> bool:
    """Say whether somebody may write rows of a unit."""
    return actor.machine or any(is_within(unit, place) for place in write_places(actor, register))


def may_retire(actor: Actor, register: Register, unit: str) -> bool:
    """Say whether somebody may take rows of a unit out of use."""
    return any(is_within(unit, place) for place in retire_places(actor, register))


def owner_of(actor: Actor, register: Register, given: str | None, values: Mapping[str, Any]) -> str:
    """Say whose row a person writes: the unit in its field, else the one he names, else the only one it can be.

    Raises:
        InvalidRow: no unit at the register's level, or one that is not his.
    """
    field = register.unit_field or "unit"
    named = values.get(register.unit_field) if register.unit_field else given
    places = [str(named)] if named else [] if register.unit_field else write_places(actor, register)
    units = sorted({unit for place in places if place and (unit := register.unit_of(place))})
    if len(units) != 1:
        raise InvalidRow(errors={field: [say("unit_level" if named else "required")]})
    if not is_own(actor, register, units[0]):
        raise InvalidRow(errors={field: [say("not_yours")]})
    return units[0]


def add_row(
    uow: UnitOfWork, register: Register, row_id: UUID, unit: str, values: Mapping[str, Any], hand: Hand,
    known: Known | None = None,
) -> bool:  # fmt: skip
    """Add a row; False where there is one with this id.

    Raises:
        InvalidRow: it names a unit or a person that there is not.
        RowTaken: another row has the same values where they must be unique.
    """
    refuse_unknown(uow, register, unit, values, known)
    try:
        return uow.registers.add(register, row_id, unit, values, hand)
    except RowTaken as taken:
        raise in_words(taken) from taken


def change_row(
    uow: UnitOfWork, register: Register, row: RegisterRow, unit: str, changes: Mapping[str, Any], hand: Hand
) -> None:
    """Write changes of a row; a null takes a value away.

    Raises:
        InvalidRow, RowTaken: as when a row is added.
        StaleRow: somebody has changed it since it was read.
    """
    changed = {name: value for name, value in {**row.data, **changes}.items() if value is not None}
    refuse_unknown(uow, register, unit if unit != row.unit else "", {name: changed.get(name) for name in changes})
    try:
        uow.registers.change(register, row, unit, changed, hand)
    except RowTaken as taken:
        raise in_words(taken) from taken


def in_words(taken: RowTaken) -> RowTaken:
    """Say at the fields of a unique key that another row has its values."""
    names = taken.attributes.get("names") or ()
    fields = {name: [say("taken")] for group in names for name in group}
    return RowTaken(errors=fields)


def refuse_unknown(
    uow: UnitOfWork, register: Register, unit: str, values: Mapping[str, Any], known: Known | None = None
) -> None:
    """Look whether the units and people that a row names exist.

    Raises:
        InvalidRow: at the field.
    """
    kept: Known = {} if known is None else known
    errors = {}
    for name, kind, value in _references(register, unit, values):
        if (kind, value) not in kept:
            kept[kind, value] = _exists(uow, kind, value)
        if not kept[kind, value]:
            errors[name] = [say("person" if kind == "person" else "no_unit")]
    if errors:
        raise InvalidRow(errors=errors)


def _references(register: Register, unit: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if unit:
        yield register.unit_field or "unit", "unit", unit
    for field in register.fields:
        value = values.get(field.name)
        if field.type in ("unit", "person") and value:
            yield field.name, field.type, str(value)


def _exists(uow: UnitOfWork, kind: str, value: str) -> bool:
    if kind == "unit":
        return uow.units.find(value) is not None
    if uow.people.by_username(value) is not None:
        return True
    try:
        uow.people.get(UUID(value))
    except (ValueError, NotFound):
        return False
    return True


def read_unit(unit: str | None) -> str | None:
    """Read the unit that a person names.

    Raises:
        InvalidRow: it is no unit's code.
    """
    return read_value(UNIT, unit) if unit else None


def hand_of(
    actor: Actor, register: Register, at: datetime, reason: str, *, among: frozenset[str] | None = None
) -> Hand:
    """Say who is at work, in the first of his seats that lets him: one that writes rows, if nothing else is said."""
    seats = [a for a in actor.assignments if a.role in (register.write if among is None else among)]
    seat = min(seats, key=lambda a: (a.role, a.unit), default=None)
    role, unit = (seat.role, seat.unit) if seat else ("", "")
    return Hand(at, actor.id, actor.name or actor.username, role, unit, reason=reason.strip()[:500])


def plain_row(register: Register, row: RegisterRow) -> dict[str, Any]:
    """Write a row as diagrams and machines read it."""
    return row_value(register, str(row.id), row.version, row.unit, row.data)
