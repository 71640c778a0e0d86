"""To whom a case may be shown for his knowledge; shared by the verbs that do so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid, NotFound
from app.domain.org import ancestors
from app.domain.records import StoredCase
from app.domain.rights import OFFICERS
from app.schemas.texts import say
from app.schemas.values import is_clean
from app.store.unit_of_work import UnitOfWork

#: most recipients at a time
MOST = 20


@dataclass(frozen=True)
class Recipient:
    """A person, everybody of a unit, or the holders of one of its roles."""

    #: id and shown name, or both empty
    person: tuple[str, str] = ("", "")
    role: str = ""
    unit: str = ""
    #: what the person or the unit is called
    name: str = ""
    #: the person as he acts, to ask what he may see
    actor: Actor | None = None

    @property
    def text(self) -> str:
        """Write him as `read_recipients` reads him."""
        if self.person[0]:
            return f"person:{self.person[0]}"
        return f"seat:{self.role}@{self.unit}" if self.role else f"unit:{self.unit}"


def read_recipients(uow: UnitOfWork, case: StoredCase, to: Sequence[str], at: datetime) -> list[Recipient]:
    """Read `person:<id or user name>`, `unit:<code>` and `seat:<role>@<code>`.

    Raises:
        Invalid: field `to`: nobody, too many, somebody who is not there or must not hear of the case.
    """
    asked = list(dict.fromkeys(one.strip() for one in to if one.strip()))
    if not asked:
        raise Invalid(errors={"to": [say("required")]})
    if len(asked) > MOST:
        raise Invalid(errors={"to": [say("too_many", n=MOST)]})
    found = [_read(uow, one, at) for one in asked]
    accused = str(case.record.get("accused_unit") or "")
    for one in found:
        units = one.actor.units if one.actor else (one.unit,)
        if accused and any(accused in (*ancestors(unit), unit) for unit in units):
            raise Invalid(errors={"to": [say("excluded_case")]})
    return found


def _read(uow: UnitOfWork, text: str, at: datetime) -> Recipient:
    kind, _, name = text.partition(":")
    if not is_clean(text):
        raise Invalid(errors={"to": [say("characters")]})
    if kind == "person":
        person = _person(uow, name, at)
        if person is None or person.roles.isdisjoint(OFFICERS | {"auditor", "sys_admin"}):
            raise Invalid(errors={"to": [say("person")]})
        called = person.name or person.username
        return Recipient((person.id, called), name=called, actor=person)
    role, _, unit = name.rpartition("@") if kind == "seat" else ("", "", name)
    known = uow.units.find(unit) if kind in ("seat", "unit") else None
    if known is None:
        raise Invalid(errors={"to": [say("no_unit")]})
    if kind == "seat" and role not in OFFICERS:
        raise Invalid(errors={"to": [say("option")]})
    return Recipient(role=role, unit=unit, name=known.name)


def _person(uow: UnitOfWork, name: str, at: datetime) -> Actor | None:
    try:
        person_id = UUID(name)
    except ValueError:
        row = uow.people.by_username(name)
        if row is None:
            return None
        person_id = row.id
    try:
        return uow.people.actor(person_id, at)
    except NotFound:
        return None
