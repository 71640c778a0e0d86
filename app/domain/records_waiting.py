"""Rows of what cases wait for, as plain values; see `records`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

#: what becomes of a message, as the API says it
OUTCOMES = ("delivered", "started", "buffered", "duplicate", "unmatched")


@dataclass(frozen=True)
class SubscriptionRow:
    """A message that a case waits for."""

    case_id: UUID
    key: str
    message: str
    process: str
    node: str
    name: str
    name_en: str
    task_key: str
    form: str
    offered_to: tuple[str, ...]
    unit: str
    open: bool
    closed_text: str
    closed_text_en: str
    #: message or signal
    kind: str
    #: what a message must carry
    correlation: Mapping[str, Any]


@dataclass(frozen=True)
class MessageRow:
    """A message or signal on its way."""

    #: `case/<id>` or the id of the actor who sent it
    sender: str
    #: the sender's own number
    id: str
    #: message or signal
    kind: str
    name: str
    correlation: Mapping[str, Any]
    payload: Mapping[str, Any] = field(repr=False)
    #: the seat in which a person sent it
    role: str
    unit: str
    #: how many messages led to this one
    hops: int
    received_at: datetime
    #: no waiter after this gets it
    expires_at: datetime | None


@dataclass(frozen=True)
class CallRow:
    """An outside call of a case."""

    case_id: UUID
    key: str
    process: str
    node: str
    operation: str
    params: Mapping[str, Any]
    #: attempts after the first
    retries: int
    #: ISO 8601 duration before the first repetition
    pause: str
    #: when it is tried next
    fire_at: datetime
    attempts: int
    #: waiting, leased or parked
    state: str
    #: what came back and could not be recorded yet: `{"value": …}`
    answer: Mapping[str, Any] | None
    code: str
    error: str


@dataclass(frozen=True)
class TimedStart:
    """A timer start event of a published process."""

    process: str
    node: str
    #: as the diagram writes it; a version that writes something else counts anew
    expression: str
    #: how the engine counts its repetitions
    due: Mapping[str, Any]
    due_at: datetime | None
