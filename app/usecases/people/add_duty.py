"""Put somebody on duty."""

from datetime import datetime, timedelta
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.ids import county_of, new_id
from app.domain.office import OutsideYourUnits, led
from app.domain.records import RosterRow
from app.schemas.texts import say
from app.store.office_facts import subject_of
from app.usecases import Tools
from app.usecases.people.recording import named_person, record

#: no duty lasts longer
LONGEST = timedelta(days=31)


def add_duty(
    tools: Tools, *, actor: Actor, unit: str, role: str, username: str, from_at: datetime, to_at: datetime
) -> UUID:
    """Put somebody on the duty roster of a unit.

    Args:
        actor: leads the unit or administers it.
        username: somebody who holds the role there.

    Writes:
        the duty; DutyAdded with the unit.

    Raises:
        NotFound: no such unit. OutsideYourUnits. Invalid: per field.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        uow.units.get(unit)
        if not led(actor).covers(unit):
            raise OutsideYourUnits(unit=unit)
        person = named_person(uow, username, "username")
        errors: dict[str, list[str]] = {}
        held = uow.people.actor(person.id, at).assignments
        if not any((one.role, one.unit) == (role, unit) for one in held):
            errors["username"] = [say("not_seated")]
        if to_at <= from_at or to_at <= at:
            errors["to"] = [say("ends_early")]
        elif to_at - from_at > LONGEST:
            errors["to"] = [say("stay", n=LONGEST.days)]
        elif any(one.person_id == person.id and one.role == role and one.to_at.year < 9000
                 for one in uow.rosters.of_unit(unit, from_at, to_at)):  # fmt: skip
            errors["to"] = [say("overlaps")]
        if errors:
            raise Invalid(errors=errors)
        row = RosterRow(new_id(county_of(person.id), at), unit, role, person.id, from_at, to_at)
        uow.rosters.add_many([row])
        body = {"role": role, "person": str(person.id), "person_name": person.name, "from": from_at.isoformat(),
                "to": to_at.isoformat()}  # fmt: skip
        record(uow, subject_of(unit), "DutyAdded", body, actor, at)
        uow.commit()
    return row.id
