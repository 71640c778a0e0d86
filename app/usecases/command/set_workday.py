"""Override a day of the working calendar."""

from datetime import date

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid
from app.domain.records_traffic import CalendarDay
from app.usecases import Tools

_LONGEST_NOTE = 200


def set_workday(tools: Tools, *, actor: Actor, day: date, is_workday: bool, note: str = "") -> None:
    """Say that a day is a working day or a holiday, above the announced calendar and the city's file.

    Limits that run keep the due moments that people were told; new ones are planned with the day.

    Args:
        actor: the machine or a system administrator.
        note: why.

    Writes:
        the day.

    Raises:
        Forbidden: anybody else.
    """
    if not (actor.machine or actor.has("sys_admin")):
        raise Forbidden("Only administrators may change the calendar.")
    if not 2000 <= day.year <= 2100:
        raise Invalid(errors={"day": ["must lie between 2000 and 2100"]})
    with tools.store.unit_of_work() as uow:
        uow.calendar.put([CalendarDay(day, is_workday, note.strip()[:_LONGEST_NOTE])])
        uow.commit()
    tools.city.refresh()
