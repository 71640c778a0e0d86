"""Rows of the city, its people and its definitions, as plain values; see `records`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.org import Unit


@dataclass(frozen=True)
class UnitPlace:
    """A unit with its outline."""

    unit: Unit
    #: well-known binary, WGS84
    area: bytes | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class PersonRow:
    """Somebody with an account."""

    county: int
    id: UUID
    username: str
    name: str
    password_hash: str = field(repr=False)
    phone: str
    locale: str
    active: bool
    created_at: datetime
    mail: str = ""
    #: code of the unit that the account belongs to, whose administrators look after it
    unit: str = ""


@dataclass(frozen=True)
class RoleRow:
    """A role that somebody holds at a unit for some time."""

    person_id: UUID
    role: str
    unit: str
    valid_from: datetime
    valid_to: datetime | None = None


@dataclass(frozen=True)
class PersonShown:
    """An account as those see it who look after it; no secret is in it."""

    id: UUID
    username: str
    name: str
    phone: str
    mail: str
    unit: str
    unit_name: str
    unit_name_en: str
    locale: str
    active: bool
    has_password: bool
    has_factor: bool
    #: role@unit, those that are held now
    seats: tuple[str, ...]
    created_at: datetime

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role once, wherever it is held."""
        return tuple(dict.fromkeys(seat.partition("@")[0] for seat in self.seats))


@dataclass(frozen=True)
class SeatShown:
    """A role that somebody holds, held or will hold, with the unit's name."""

    role: str
    unit: str
    unit_name: str
    unit_name_en: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True)
class IdentityRow:
    """Who somebody is at an outside provider."""

    issuer: str
    subject: str
    since: datetime


@dataclass(frozen=True)
class SubstituteRow:
    """Somebody stands in for somebody else for some time."""

    id: UUID
    person_id: UUID
    substitute_id: UUID
    #: the only role and the only process for which he does; empty for all
    role: str
    process: str
    from_at: datetime
    until_at: datetime
    reason: str
    named_by: str
    named_name: str
    named_at: datetime
    #: when somebody ended it before its time
    ended_at: datetime | None = None
    #: who approved it besides, where the post is a sensitive one
    approved_by: str = ""
    approved_name: str = ""
    approved_at: datetime | None = None


@dataclass(frozen=True)
class SubstituteShown(SubstituteRow):
    """The same with the names of both."""

    #: somebody else named him for a sensitive post, and nobody has approved it yet: he does not stand in
    waits: bool = False

    person: str = ""
    person_name: str = ""
    substitute: str = ""
    substitute_name: str = ""


@dataclass(frozen=True)
class RosterRow:
    """Who is on duty when."""

    id: UUID
    unit: str
    role: str
    person_id: UUID
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True)
class SeatedRow:
    """Somebody who holds one of a task's seats, with all the roles that he holds."""

    id: UUID
    username: str
    name: str
    locale: str
    #: pairwise with units
    roles: tuple[str, ...]
    units: tuple[str, ...]
    #: tasks that he holds now; stops at 100
    held: int


@dataclass(frozen=True)
class DefinitionRow:
    """One version of a diagram, a table or a form."""

    #: process, decision or form
    kind: str
    key: str
    number: int
    sha256: bytes
    name: str
    name_en: str
    pack: str
    #: proposed, published or refused
    state: str
    author: str
    message: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    published_at: datetime | None
    meta: Mapping[str, Any]
    #: the file; empty in lists
    content: bytes = field(repr=False, default=b"")
