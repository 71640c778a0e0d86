"""Rows as plain values: what the store hands out and takes in.

Field names are column names. Moments are aware UTC; empty text stands for "none" except where None is allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from app.domain.records_city import DefinitionRow as DefinitionRow
from app.domain.records_city import PersonRow as PersonRow
from app.domain.records_city import RoleRow as RoleRow
from app.domain.records_city import RosterRow as RosterRow
from app.domain.records_city import UnitPlace as UnitPlace
from app.domain.records_waiting import SubscriptionRow as SubscriptionRow

Row = TypeVar("Row")

#: how the state of a task is written in its column
TASK_STATES = ("open", "claimed", "done", "cancelled")
BOXES = ("todo", "done", "mine", "cc", "watched", "area", "supervise")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list, and the cursor of the next one."""

    rows: tuple[Row, ...]
    #: opaque text to be given as `after`, None on the last page
    next: str | None


@dataclass(frozen=True)
class StoredCase:
    """A case as it stands, with the engine's state."""

    county: int
    id: UUID
    event_no: str | None
    process: str
    version: int
    revision: int
    #: number and hash of the newest fact
    seq: int
    head: bytes
    opened_at: datetime
    closed_at: datetime | None
    status: str
    summary: str
    record: Mapping[str, Any]
    confidential: bool
    started_by: str
    state: bytes = field(repr=False)
    #: a message is kept that something which the last step began to wait for may want
    mail: bool = False
    #: marks of the messages it waits for, None where they are not known
    waits: bytes | None = field(default=None, compare=False, repr=False)
    #: whether it may wait for calls, and whether any message may be kept for later
    calls: bool = field(default=True, compare=False)
    kept: bool = field(default=True, compare=False)
    #: somebody lets it stand still
    suspended: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    county: int
    id: UUID
    event_no: str | None
    process: str
    version: int
    revision: int
    opened_at: datetime
    closed_at: datetime | None
    status: str
    summary: str
    nature: str
    channel: str
    item_code: str
    affair_code: str
    platform: str
    urgency: str
    unit_county: str
    unit_street: str
    unit_village: str
    unit_grid: str
    lead_unit: str
    confidential: bool
    business_due_at: datetime | None
    close_reason: str
    lat: float | None
    lon: float | None
    #: somebody lets it stand still
    suspended: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseFilters:
    """What a list of cases is narrowed to; empty values do not narrow."""

    q: str = ""
    status: str = ""
    process: str = ""
    nature: str = ""
    channel: str = ""
    item_code: str = ""
    affair_code: str = ""
    urgency: str = ""
    close_reason: str = ""
    #: any unit; cases at or below it
    unit: str = ""
    open: bool | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    #: only cases whose business clock has run out
    late_at: datetime | None = None


@dataclass(frozen=True)
class NearCase:
    """A case that may be the same event."""

    id: UUID
    event_no: str | None
    status: str
    opened_at: datetime
    closed_at: datetime | None
    channel: str
    item_code: str
    affair_code: str
    lat: float | None
    lon: float | None
    address_text: str
    content: str
    phone_hash: bytes | None
    #: confidential, or about an office itself: not everybody may hear of it
    guarded: bool


@dataclass(frozen=True)
class TaskInHand:
    """What finishing a task needs to know of it."""

    county: int
    id: UUID
    case_id: UUID
    key: str
    form: str
    form_version: int
    #: ((role, unit), …)
    candidates: tuple[tuple[str, str], ...]
    #: one of TASK_STATES
    state: str
    #: id of the actor who holds it, or empty
    holder: str
    holder_name: str
    #: id of the actor who delegated it to the holder and will finish it, or empty
    owner: str
    revision: int
    evidence: str
    excluded_people: tuple[str, ...]
    excluded_units: tuple[str, ...]
    accused_unit: str


@dataclass(frozen=True)
class TaskRow(TaskInHand):
    """Human work, with the columns of its event that an inbox shows."""

    process: str
    process_version: int
    node: str
    nth: int
    name: str
    name_en: str
    unit: str
    role: str
    owner_name: str
    claimed_at: datetime | None
    finished_by: str
    finished_name: str
    finished_at: datetime | None
    created_at: datetime
    due_at: datetime | None
    yellow_at: datetime | None
    started_at: datetime | None
    paused: bool
    draft: Mapping[str, Any] | None
    draft_at: datetime | None
    reads_reporter: bool
    phase: str
    limit_name: str
    event_no: str
    summary: str
    urgency: str
    item_code: str
    unit_city: str
    unit_county: str
    unit_street: str
    unit_village: str
    unit_grid: str
    confidential: bool
    #: its case stands still
    suspended: bool = False


@dataclass(frozen=True)
class DueTimer:
    """A moment of a case that has come."""

    case_id: UUID
    key: str
    process: str
    node: str
    due_at: datetime
    attempts: int
    #: what went wrong the last time; empty where it is fired for the first time
    error: str


@dataclass(frozen=True)
class TimerRow:
    """A due moment of a case as it is stored."""

    case_id: UUID
    key: str
    process: str
    node: str
    due_at: datetime
    #: next attempt; later than due_at after a failure
    fire_at: datetime
    attempts: int
    #: waiting or parked
    state: str
    error: str
