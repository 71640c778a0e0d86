"""Rows of registers as plain values; see `records`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class RegisterRow:
    """One row as it is now."""

    county: int
    id: UUID
    register: str
    nr: int
    unit: str
    version: int
    #: without nulls
    data: Mapping[str, Any]
    created_at: datetime
    created_by: str
    created_name: str
    changed_at: datetime
    changed_by: str
    changed_name: str
    #: since when it is out of use; its history says why
    retired_at: datetime | None = None


@dataclass(frozen=True)
class RegisterChange:
    """One entry of a row's history."""

    version: int
    at: datetime
    actor: str
    actor_name: str
    role: str
    unit: str
    case_id: UUID | None
    #: {field: [before, after]}
    changes: Mapping[str, Any]
    reason: str


@dataclass(frozen=True)
class Hand:
    """Who adds or changes a row, and why."""

    at: datetime
    actor: str
    actor_name: str
    role: str = ""
    unit: str = ""
    case_id: UUID | None = None
    reason: str = ""


@dataclass(frozen=True)
class RegisterExport:
    """Rows that left as a file."""

    at: datetime
    actor: str
    actor_name: str
    role: str
    unit: str
    #: {field: value} and `q`, as the list was narrowed
    asked: Mapping[str, Any]
    rows: int
