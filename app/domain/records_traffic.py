"""Rows that come in, go out or are kept beside the cases, as plain values; see `records`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class NewDefinition:
    """A version that is proposed."""

    kind: str
    key: str
    sha256: bytes
    content: bytes = field(repr=False)
    name: str = ""
    name_en: str = ""
    pack: str = ""
    author: str = ""
    message: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """What somebody reported, word by word."""

    county: int
    id: UUID
    case_id: UUID
    channel: str = ""
    source_system: str = ""
    source_id: str = ""
    received_at: datetime
    nature: str = ""
    content: str = ""
    lat: float | None = None
    lon: float | None = None
    address_text: str = ""
    item_hint: str = ""
    anonymous: bool = False
    confidential: bool = False
    wants_callback: bool = False
    #: id of the person with an account, or empty
    reported_by: str = ""
    #: encrypted name and phone
    reporter_enc: bytes | None = field(default=None, repr=False)
    phone_hash: bytes | None = field(default=None, repr=False)
    tracking_hash: bytes | None = field(default=None, repr=False)
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportKey:
    """The report that already came in under a source's own number."""

    report_id: UUID
    case_id: UUID
    event_no: str | None


@dataclass(frozen=True, kw_only=True)
class AttachmentRow:
    """A file that belongs to a case or, before it is sent, to a task."""

    county: int
    id: UUID
    case_id: UUID | None = None
    task_id: UUID | None = None
    name: str
    media_type: str
    size: int
    sha256: bytes
    path: str
    phase: str = ""
    lat: float | None = None
    lon: float | None = None
    taken_at: datetime | None = None
    uploaded_by: str = ""
    uploaded_at: datetime


@dataclass(frozen=True)
class OutboxRow:
    """Something to be sent."""

    county: int
    id: UUID
    case_id: UUID | None
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime
    due_at: datetime
    attempts: int


@dataclass(frozen=True)
class NoticeRow:
    """A line in the product for a person or for everybody in a seat."""

    id: UUID
    role: str
    unit: str
    case_id: UUID | None
    #: key of `city/texts/`
    text: str
    params: Mapping[str, Any]
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class ReporterMessage:
    """A line on the reporter's tracking page."""

    id: UUID
    case_id: UUID
    at: datetime
    text: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class KeptAnswer:
    """The answer that was given to a request with this idempotency key."""

    status: int
    body: bytes
    media_type: str


@dataclass(frozen=True)
class CalendarDay:
    """A day that differs from the printed calendar."""

    day: date
    is_workday: bool
    note: str = ""


@dataclass(frozen=True)
class RefusalRow:
    """A request that was refused."""

    county: int
    id: UUID
    at: datetime
    actor: str
    actor_name: str
    route: str
    reason: str
    detail: str


@dataclass(frozen=True)
class Load:
    """How much there is to do."""

    open_tasks: int
    overdue_tasks: int
    timers_due: int
    timers_parked: int
    outbox_waiting: int
    incidents_open: int
    #: outside calls that are due or running, and messages that nobody has taken yet
    calls_waiting: int
    messages_kept: int


#: what failed: a moment, an outside call, a message, an automatic step, the beginning of a case, news for a person
INCIDENT_KINDS = ("timer", "call", "message", "task", "start", "delivery")


@dataclass(frozen=True)
class IncidentRow:
    """Something that a machine could not do; somebody looks at it and has it done again."""

    county: int
    id: UUID
    #: None where the case itself could not begin
    case_id: UUID | None
    #: one of INCIDENT_KINDS
    kind: str
    #: of the timer, call or message within its case
    key: str
    process: str
    node: str
    #: what went wrong, for people; empty for who may not read the case
    cause: str
    #: what the last one to look at it wrote
    note: str
    #: how often it failed
    attempts: int
    opened_at: datetime
    failed_at: datetime
    #: it is being done again since then; None where it waits for somebody
    retried_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str


@dataclass(frozen=True)
class IncidentLine:
    """An incident in the list of an operator."""

    incident: IncidentRow
    #: number of the event; None where there is none, or it is not for this operator
    event_no: str | None
    #: the operator may open the case
    readable: bool
    #: of the case: its process, when it began, and id of who began it, where the operator may open it
    case_process: str = ""
    began_at: datetime | None = None
    began_by: str = ""
