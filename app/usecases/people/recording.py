"""What every verb that changes people, units or rosters shares: the fact that it leaves, and what it asks first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid, NotFound
from app.domain.facts import FactDraft
from app.domain.office import ADMIN, ADMINS, CITYWIDE, PersonNotFound, Reach, administered
from app.domain.records import PersonRow
from app.domain.records_city import PersonShown
from app.schemas.texts import say
from app.schemas.values import is_clean
from app.store.unit_of_work import UnitOfWork

#: longest reason
LONGEST = 500


def record(
    uow: UnitOfWork, subject: UUID, kind: str, body: Mapping[str, Any], actor: Actor, at: datetime
) -> None:
    """Write down what was done to a person, a unit or its roster; the caller commits."""
    seats = sorted(actor.assignments, key=lambda one: (one.role not in ADMINS, one.role, one.unit))
    role, unit = (seats[0].role, seats[0].unit) if seats else ("", "")
    signed = (actor.id, actor.name or actor.username, role, unit)
    uow.office_facts.append(subject, [FactDraft(kind, body=body)], at=at, actor=signed)


def looked_after(
    uow: UnitOfWork, actor: Actor, person_id: UUID, at: datetime, reach: Reach | None = None
) -> PersonShown:
    """Read a person whom the actor looks after.

    Args:
        reach: the part of the tree; the actor administers it if it is not given.

    Raises:
        PersonNotFound: there is none, or somebody else does.
    """
    found = uow.offices.person(reach or administered(actor), person_id, at)
    if found is None or not (actor.machine or actor.has(ADMIN)) and _is_higher(found):
        raise PersonNotFound()
    return found


def _is_higher(person: PersonShown) -> bool:
    """Say whether only an administrator of everything looks after somebody."""
    return any(seat.partition("@")[0] in CITYWIDE | {ADMIN} for seat in person.seats)


def named_person(uow: UnitOfWork, who: str, field: str) -> PersonRow:
    """Find an open account by id or user name.

    Raises:
        Invalid: the field says that there is none.
    """
    text = who.strip()
    try:
        row: PersonRow | None = uow.people.get(UUID(text))
    except (ValueError, NotFound):
        row = uow.people.by_username(text) if is_clean(text) else None
    if row is None or not row.active:
        raise Invalid(errors={field: [say("person")]})
    return row


def clean_words(text: str, field: str, *, longest: int = LONGEST, needed: bool = False) -> str:
    """Give a text without its edges.

    Raises:
        Invalid: it cannot be kept, or it is needed and missing.
    """
    words = text.strip()
    if needed and not words:
        raise Invalid(errors={field: [say("required")]})
    if len(words) > longest:
        raise Invalid(errors={field: [say("too_long", n=longest)]})
    if not is_clean(words):
        raise Invalid(errors={field: [say("characters")]})
    return words
