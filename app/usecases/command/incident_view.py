"""An incident as operators see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.domain.causes import cause_of
from app.domain.records_traffic import IncidentLine
from app.store.unit_of_work import UnitOfWork
from app.usecases.element_names import ElementNames

_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class IncidentView:
    """One line of the list."""

    id: UUID
    #: None where no case could begin
    case_id: UUID | None
    event_no: str | None
    #: the operator may open the case
    readable: bool
    kind: str
    process: str
    node: str
    #: of the element on the diagram
    name: str
    name_en: str
    #: empty where values of the case are not for this operator
    cause: str
    note: str
    attempts: int
    opened_at: datetime
    failed_at: datetime
    retried_at: datetime | None
    state: Literal["open", "retrying", "resolved"]
    #: of the cause, and the cause in Chinese
    code: str
    cause_zh: str
    #: of the case: its process, when it began, and who began it; empty where that is not for this operator
    case_process: str = ""
    began_at: datetime | None = None
    began_name: str = ""


def views_of(uow: UnitOfWork, lines: Iterable[IncidentLine], names: ElementNames) -> tuple[IncidentView, ...]:
    """Write incidents for people; a case without a number is known by its process and by who began it when."""
    lines = list(lines)
    people = {text: found for line in lines if (text := line.began_by) and (found := _id(text))}
    known = uow.people.names(sorted(set(people.values())))
    return tuple(_view(line, names, known.get(people.get(line.began_by, _NOBODY), "")) for line in lines)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _view(line: IncidentLine, names: ElementNames, began_name: str) -> IncidentView:
    row = line.incident
    name, name_en = names.of(row.process, row.node)
    cause = cause_of(row.cause)
    return IncidentView(
        row.id, row.case_id, line.event_no, line.readable, row.kind, row.process, row.node,
        name or row.node, name_en, row.cause, row.note, row.attempts, row.opened_at, row.failed_at, row.retried_at,
        "resolved" if row.resolved_at else "retrying" if row.retried_at else "open",
        cause.code, cause.zh, line.case_process, line.began_at, began_name,
    )  # fmt: skip
