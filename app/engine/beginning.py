"""Processes that begin by the clock: when, and when again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.calendar import WorkingCalendar
from app.engine import limits
from app.engine.scope import property_value
from app.engine.versions import ProcessVersion


@dataclass(frozen=True)
class ClockStart:
    """A timer start event."""

    node: str
    #: date, duration or cycle
    form: str
    expression: str


def clock_starts(version: ProcessVersion) -> list[ClockStart]:
    """List the timer start events of a process."""
    return [
        ClockStart(point.node, version.nodes[point.node].triggers[0].form, point.expression)
        for point in version.starts
        if point.kind == "timer"
    ]


def first_due(start: ClockStart, now: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
    """Say when a process begins first, counted from the moment at which it was published.

    Raises:
        StepFailed, Invalid: the timer has no value, or one that is none.
    """
    return limits.due_of(property_value(start.expression, {}, now), start.form, now, calendar)


def next_due(due: Mapping[str, Any], calendar: WorkingCalendar, now: datetime | None) -> dict[str, Any] | None:
    """Say when it begins again; None for never.

    Args:
        now: moments that were missed until then are left out; None counts every one of them.
    """
    return limits.repeated(due, calendar, now)


def moment_of(due: Mapping[str, Any]) -> datetime:
    """Read the due moment."""
    return datetime.fromisoformat(due["at"])
