"""Dissolve a unit."""

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import Conflict
from app.domain.office import UnitInUse, check_administers
from app.store.office_facts import subject_of
from app.usecases import Tools
from app.usecases.desk.send_signal import send_signal
from app.usecases.people.recording import record


class UnitDissolved(Conflict):
    """This unit was dissolved before."""

    slug = "unit-dissolved"


def dissolve_unit(tools: Tools, *, actor: Actor, code: str) -> None:
    """Note that a unit in which nobody works any more has ended today.

    Writes:
        its last day; UnitDissolved; what the signal org_changed {unit, successor} sets going.

    Raises:
        NotFound: there is none. OutsideYourUnits. UnitInUse: somebody still holds a role there or below.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        unit = uow.units.get(code)
        check_administers(actor, unit.parent or code)
        if unit.valid_to is not None:
            raise UnitDissolved()
        if uow.offices.staffed(code, at):
            raise UnitInUse()
        uow.units.dissolve(code, tools.city.calendar.local(at).date())
        record(uow, subject_of(code), "UnitDissolved", {"code": code, "name": unit.name}, actor, at)
        uow.commit()
    # cases that this unit leads look for another one; the same signal twice has no second effect
    payload = {"unit": code, "successor": None}
    send_signal(tools, actor=SYSTEM, name="org_changed", payload=payload, id=f"org_changed {code} {at.isoformat()}")
