"""What one command changed in a case: the language between the engine, the use cases and the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from app.domain.facts import FactDraft


class OpenTask(NamedTuple):
    """Human work that waits, as the engine sees it."""

    #: `process/node#nth`, unique within the case, the same on replay
    key: str
    process: str
    node: str
    nth: int
    name: str
    name_en: str
    #: form key and the version number current at opening
    form: str
    form_version: int
    #: (role, unit) pairs; one of them is enough
    candidates: tuple[tuple[str, str], ...]
    #: username that holds it from the start, or None
    assignee: str | None
    excluded_people: tuple[str, ...]
    excluded_units: tuple[str, ...]
    #: name of the limit that governs it, or empty
    limit: str
    started_at: datetime | None
    due_at: datetime | None
    yellow_at: datetime | None
    #: clock stands still
    paused: bool
    evidence: str
    reads_reporter: bool
    phase: str


class WaitingTimer(NamedTuple):
    """A due moment of the case."""

    key: str
    process: str
    node: str
    due_at: datetime


@dataclass(frozen=True)
class Subscription:
    """A message the case waits for; with a form it is an act offered to people."""

    key: str
    process: str
    node: str
    message: str
    name: str
    name_en: str
    #: key of the task it is attached to, or empty
    task_key: str
    form: str
    #: "holder" or role codes
    offered_to: tuple[str, ...]
    unit: str
    open: bool
    closed_text: str
    closed_text_en: str
    #: message or signal
    kind: str = "message"
    #: what a message must carry to be taken; empty takes any
    correlation: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Thrown:
    """A message or signal that leaves the case."""

    #: `process/node#nth` of the throwing element, unique within the case, the same on replay
    key: str
    #: message or signal
    kind: str
    name: str
    payload: Mapping[str, Any]
    #: whom it is meant for; may name `case_id` or `event_no`
    correlation: Mapping[str, Any]


@dataclass(frozen=True)
class WaitingCall:
    """A service task that waits for an answer from outside."""

    key: str
    process: str
    node: str
    operation: str
    params: Mapping[str, Any]
    #: attempts after the first
    retries: int
    #: ISO 8601 duration before the first repetition; it doubles each time
    pause: str


class Progress(NamedTuple):
    """Everything one command did."""

    facts: tuple[FactDraft, ...]
    opened: tuple[OpenTask, ...]
    #: tasks whose due time moved
    moved: tuple[OpenTask, ...]
    #: task key -> "completed" or "cancelled"
    ended: Mapping[str, str]
    #: complete list of what waits now
    timers: tuple[WaitingTimer, ...]
    subscriptions: tuple[Subscription, ...]
    #: timer keys that stood before and are gone or changed their due time
    dropped_timers: tuple[str, ...]
    #: timer keys that are new or changed their due time
    set_timers: tuple[str, ...]
    #: the event's record after the command, flat, with `limits`, `milestones` and `counts` beside its fields
    record: Mapping[str, Any]
    state: bytes
    closed: bool
    #: version number of every process that runs in the case, by key
    versions: Mapping[str, int]
    #: service effects to be performed after commit or by the store: kind and payload
    effects: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    #: what leaves the case, in order
    thrown: tuple[Thrown, ...] = ()
    #: complete list of the outside calls that wait now
    calls: tuple[WaitingCall, ...] = ()
