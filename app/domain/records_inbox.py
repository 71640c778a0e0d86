"""Rows of the inbox as plain values: tasks with their events, copies, watches, views."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.records import TaskRow


@dataclass(frozen=True)
class ListedTask(TaskRow):
    """A task in a list, with what the list shows of its event."""

    opened_at: datetime | None = None
    channel: str = ""
    #: who opened the case: shown name, role and unit as the first fact has them
    starter: str = ""
    starter_role: str = ""
    starter_unit: str = ""
    #: its limit as the case keeps it, or None
    limit: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class CopyRow:
    """That a case was shown to somebody for his knowledge."""

    id: UUID
    case_id: UUID
    #: one person, or a unit, or a role at a unit
    person_id: str
    person_name: str
    role: str
    unit: str
    reason: str
    sender: str
    sender_name: str
    at: datetime
    #: who has read it: ((name, moment), …), oldest first
    reads: tuple[tuple[str, str], ...]
    #: it is meant for whoever asked
    mine: bool
    #: when whoever asked has read it
    read_at: datetime | None


@dataclass(frozen=True)
class ViewRow:
    """A named filter of the inbox."""

    id: UUID
    name: str
    owner: str
    owner_name: str
    #: with whom it is shared: the holders of a role at a unit or below; both empty for nobody
    role: str
    unit: str
    #: {box, where, light, role, q, sort} as the list takes them
    query: Mapping[str, Any]
    at: datetime
