"""Looks at where people were: each is a fact of its own chain, which its person and those above him may read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from app.domain.actor import Actor
from app.domain.records_registers import RegisterRow
from app.domain.registers import Register
from app.schemas.values import CITY_ZONE
from app.store.register_sql import look_places
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.people.recording import record

How = Literal["map", "list", "row", "export"]
KIND = "TracksSeen"


def looks_at(person: str) -> UUID:
    """Name the chain of the looks at somebody; his account's own history is not drowned in them."""
    return uuid5(NAMESPACE_URL, f"urn:yongzhi:looks:{person}")


def answered_places(tools: Tools, actor: Actor) -> list[str]:
    """List the places for whose people an actor answers: where he reads their consents, or audits."""
    registers = tools.city.registers
    consents = {one.consent for one in registers.values() if one.consent in registers}
    return sorted({place for key in consents for place in look_places(actor, registers[key])})


def note_looks(
    uow: UnitOfWork, register: Register, rows: Iterable[RegisterRow], *, actor: Actor, how: How, at: datetime
) -> bool:
    """Write down whose rows somebody is shown, but not that he sees his own; the caller commits.

    Rows that their register shows with consent only are looked at, and those of which it wants to know.

    Returns:
        Whether there was anything to write down.
    """
    return note_all(uow, [(register, rows)], actor=actor, how=how, at=at)


def note_all(
    uow: UnitOfWork, shown: Iterable[tuple[Register, Iterable[RegisterRow]]], *, actor: Actor, how: How, at: datetime,
    known: Mapping[str, str] | None = None,
) -> bool:  # fmt: skip
    """Write down whose rows of several registers somebody is shown, as `note_looks` does.

    Args:
        known: who is meant by what rows say, {id or user name: id}; looked up if it is not given.
    """
    told: list[tuple[str, str, list[str]]] = []
    for register, rows in shown:
        if register.consent or register.looks:
            seen = _seen(uow, register, rows, actor, known)
            told += [(person, register.key, days) for person, days in seen.items()]
    # in one order, so that nobody waits in a circle
    for person, key, days in sorted(told, key=lambda one: (str(looks_at(one[0])), one[1])):
        body = {
            "person": person, "register": key, "how": how, "rows": len(days), "from": min(days), "until": max(days),
        }  # fmt: skip
        record(uow, looks_at(person), KIND, body, actor, at)
    return bool(told)


def _seen(
    uow: UnitOfWork, register: Register, rows: Iterable[RegisterRow], actor: Actor, known: Mapping[str, str] | None
) -> dict[str, list[str]]:
    """Find whose rows these are, and of which days, {person: days}; not the actor's own."""
    when = next((one.name for one in register.fields if one.type in ("date", "datetime")), "")
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(str(row.data.get(register.person) or ""), []).append(_day(row.data.get(when)))
    seen: dict[str, list[str]] = {}
    for name, days in said.items():
        person = known.get(name, "") if known is not None else _person(uow, name)
        if person and person != actor.id:
            seen.setdefault(person, []).extend(days)
    return seen


def _person(uow: UnitOfWork, name: str) -> str:
    try:
        return str(UUID(name))
    except ValueError:
        found = uow.people.by_username(name) if name else None
        return str(found.id) if found else ""


def _day(value: object) -> str:
    text = str(value or "")
    try:
        return text if len(text) <= 10 else _local(datetime.fromisoformat(text)).isoformat()
    except ValueError:
        return ""


def _local(moment: datetime) -> date:
    return (moment.astimezone(CITY_ZONE) if moment.tzinfo else moment).date()
