"""Dissolve a unit."""

from datetime import datetime

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import Conflict, Invalid
from app.domain.office import UnitInUse, check_administers
from app.domain.org import is_within
from app.schemas.texts import say
from app.schemas.values import is_clean
from app.store.office_facts import subject_of
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.send_signal import send_signal
from app.usecases.people.recording import record
from app.usecases.people.reseat_tasks import reseat_tasks


class UnitDissolved(Conflict):
    """This unit was dissolved before."""

    slug = "unit-dissolved"


def dissolve_unit(tools: Tools, *, actor: Actor, code: str, successor: str = "") -> int:
    """Note that a unit in which nobody works any more has ended today, and hand on what still lies there.

    Args:
        successor: code of the unit that takes it over; empty for none: then the unit above has its work.

    Returns:
        How many open tasks went to another unit.

    Writes:
        its last day; UnitDissolved; what the signal org_changed {unit, successor} sets going; the seats of open tasks.

    Raises:
        NotFound: there is none. OutsideYourUnits. UnitInUse: somebody still holds a role there or below.
        Invalid: field `successor`.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        unit = uow.units.get(code)
        check_administers(actor, unit.parent or code)
        if unit.valid_to is not None:
            raise UnitDissolved()
        if uow.offices.staffed(code, at):
            raise UnitInUse()
        if successor:
            _check_successor(uow, code, successor)
        uow.units.dissolve(code, tools.city.calendar.local(at).date(), successor or None)
        told = {"code": code, "name": unit.name} | ({"successor": successor} if successor else {})
        record(uow, subject_of(code), "UnitDissolved", told, actor, at)
        uow.commit()
    return _hand_on(tools, actor, code, successor, at)


def _check_successor(uow: UnitOfWork, code: str, successor: str) -> None:
    heir = uow.units.find(successor) if is_clean(successor) else None
    if heir is None or heir.valid_to is not None or is_within(successor, code):
        raise Invalid(errors={"successor": [say("successor")]})
    if not uow.offices.held([successor]):
        raise Invalid(errors={"successor": [say("successor_empty")]})


def _hand_on(tools: Tools, actor: Actor, code: str, successor: str, at: datetime) -> int:
    tools.city.refresh()
    # cases that this unit leads are dispatched anew; the same signal twice has no second effect
    payload = {"unit": code, "successor": successor or None}
    send_signal(tools, actor=SYSTEM, name="org_changed", payload=payload, id=f"org_changed {code} {at.isoformat()}")
    return reseat_tasks(tools, actor=actor)
