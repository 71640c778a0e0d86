"""Take the people that somebody looks after away as a spreadsheet."""

from collections.abc import Mapping

from app.domain.actor import Actor
from app.domain.office import administered
from app.domain.org import Role, Unit
from app.domain.records_city import PersonShown
from app.ports.spreadsheets import write_book
from app.schemas.people_sheet import headings, write_csv
from app.schemas.register_names import unit_name
from app.store.offices import LARGEST
from app.usecases import Tools
from app.usecases.people.recording import record
from app.usecases.people.sheet_names import seat_name


def export_people(
    tools: Tools, *, actor: Actor, kind: str = "xlsx", q: str = "", unit: str = "", role: str = "",
    closed: bool | None = None, locale: str = "zh",
) -> bytes:  # fmt: skip
    """Write the accounts in the actor's part of the tree, at most 5,000, units and roles with their names.

    No secret is in it.

    Args:
        kind: xlsx, or csv as UTF-8 with its mark, so that spreadsheet programs show Chinese.
        q, unit, role, closed: as `list_people`.
        locale: zh or en: of the headings and names.

    Writes:
        PeopleExported, in the history of who takes them away.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        people = uow.offices.people(
            administered(actor), at, q=q, unit=unit, role=role, closed=closed, limit=LARGEST
        )
        codes = {person.unit for person in people} | {seat.partition("@")[2] for one in people for seat in one.seats}
        units = uow.units.many(sorted(codes - {""}))
        if actor.person_id:
            body = {"people": len(people), "kind": kind, "q": q, "unit": unit, "role": role}
            record(uow, actor.person_id, "PeopleExported", body, actor, at)
            uow.commit()
    rows = [_row(person, tools.city.roles, units, locale) for person in people]
    if kind == "csv":
        return write_csv(rows, locale).encode("utf-8-sig")
    return write_book(list(headings(locale).values()), rows, title="People" if locale == "en" else "人员")


def _row(person: PersonShown, roles: Mapping[str, Role], units: Mapping[str, Unit], locale: str) -> list[str]:
    yes, no = ("yes", "no") if locale == "en" else ("是", "否")
    called = unit_name(units[person.unit], locale) if person.unit in units else ""
    return [
        person.username, person.name, person.unit, called, person.phone, person.mail,
        ";".join(person.seats),
        ";".join(seat_name(seat, roles, units, locale) for seat in person.seats), yes if person.active else no,
    ]  # fmt: skip
