"""Take the people that somebody looks after away as a spreadsheet."""

from app.domain.actor import Actor
from app.domain.office import administered
from app.domain.records_city import PersonShown
from app.ports.spreadsheets import write_book
from app.schemas.people_sheet import HEADINGS, write_csv
from app.store.offices import LARGEST
from app.usecases import Tools
from app.usecases.people.recording import record

_TITLE = "人员"


def export_people(
    tools: Tools, *, actor: Actor, kind: str = "xlsx", q: str = "", unit: str = "", role: str = "",
    closed: bool | None = None,
) -> bytes:  # fmt: skip
    """Write the accounts in the actor's part of the tree, at most 5,000; no secret is in it.

    Args:
        kind: xlsx, or csv as UTF-8 with its mark, so that spreadsheet programs show Chinese.
        q, unit, role, closed: as `list_people`.

    Writes:
        PeopleExported, in the history of who takes them away.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        people = uow.offices.people(
            administered(actor), at, q=q, unit=unit, role=role, closed=closed, limit=LARGEST
        )
        if actor.person_id:
            body = {"people": len(people), "kind": kind, "q": q, "unit": unit, "role": role}
            record(uow, actor.person_id, "PeopleExported", body, actor, at)
            uow.commit()
    rows = [_row(person) for person in people]
    if kind == "csv":
        return write_csv(rows).encode("utf-8-sig")
    return write_book(list(HEADINGS.values()), rows, title=_TITLE)


def _row(person: PersonShown) -> list[str]:
    return [person.username, person.name, person.unit, person.phone, person.mail, ";".join(person.seats),
            "是" if person.active else "否"]  # fmt: skip
