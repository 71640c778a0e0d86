"""List who is on duty when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.office import led
from app.domain.org import Unit
from app.usecases import Tools


@dataclass(frozen=True)
class Duty:
    """Somebody is on duty."""

    id: UUID
    role: str
    person_id: UUID
    username: str
    name: str
    from_at: datetime
    #: None for a duty without end
    to_at: datetime | None


@dataclass(frozen=True)
class DutyRoster:
    """The duties of a unit."""

    unit: Unit
    duties: Sequence[Duty]
    #: the actor may change it
    may_write: bool
    #: who may be put on duty: (user name, name, roles held there)
    people: Sequence[tuple[str, str, tuple[str, ...]]]


#: years from which on a duty has no end
_NEVER = 9000


def list_duties(tools: Tools, *, actor: Actor, unit: str, since: datetime, until: datetime) -> DutyRoster:
    """List the duties of a unit that touch a span of time.

    Args:
        actor: works in the unit, leads it or administers it.

    Raises:
        NotFound: no such unit, or not his to look at.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        found = uow.units.get(unit)
        may_write = led(actor).covers(unit)
        if not may_write and unit not in actor.units:
            # as if there were none
            uow.units.get("")
        rows = uow.rosters.shown(unit, since, until)
        duties = [_duty(*row) for row in rows]
        people = uow.rosters.seated(unit, at) if may_write else ()
    return DutyRoster(found, duties, may_write, people)


def _duty(
    duty_id: UUID, role: str, person_id: UUID, username: str, name: str, from_at: datetime, to_at: datetime
) -> Duty:
    return Duty(duty_id, role, person_id, username, name, from_at, None if to_at.year > _NEVER else to_at)
