"""Take somebody off duty."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.office import OutsideYourUnits, led
from app.store.office_facts import subject_of
from app.usecases import Tools
from app.usecases.people.recording import record


def drop_duty(tools: Tools, *, actor: Actor, unit: str, duty_id: UUID) -> None:
    """Take a duty off a unit's roster.

    Args:
        actor: leads the unit or administers it.

    Writes:
        the duty is gone; DutyDropped with the unit.

    Raises:
        NotFound: the unit has no such duty. OutsideYourUnits.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        if not led(actor).covers(unit):
            raise OutsideYourUnits(unit=unit)
        row = uow.rosters.find(duty_id)
        if row is None or row.unit != unit:
            raise NotFound()
        uow.rosters.drop(duty_id)
        body = {"role": row.role, "person": str(row.person_id), "from": row.from_at.isoformat(),
                "to": row.to_at.isoformat()}  # fmt: skip
        record(uow, subject_of(unit), "DutyDropped", body, actor, at)
        uow.commit()
