"""An incident as operators see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.domain.causes import cause_of
from app.domain.records_traffic import IncidentLine
from app.usecases.element_names import ElementNames


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


def view_of(line: IncidentLine, names: ElementNames) -> IncidentView:
    """Write an incident for people."""
    row = line.incident
    name, name_en = names.of(row.process, row.node)
    cause = cause_of(row.cause)
    return IncidentView(
        row.id, row.case_id, line.event_no, line.readable, row.kind, row.process, row.node,
        name or row.node, name_en, row.cause, row.note, row.attempts, row.opened_at, row.failed_at, row.retried_at,
        "resolved" if row.resolved_at else "retrying" if row.retried_at else "open",
        cause.code, cause.zh,
    )  # fmt: skip
