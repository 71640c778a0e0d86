"""Limits and their lights: plan, extend, pause, resume, and say how much is left.

Everything here is a value. A limit carries the moments at which its light changes, so that a list of
thousands of tasks is coloured by comparing dates and never by walking through a calendar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from app.domain.calendar import WORKDAY, Amount, WorkingCalendar
from app.domain.errors import Conflict, Invalid

Light = Literal["green", "yellow", "red", "grey", "black"]

#: shares of the limit at which the light changes (our proposal)
YELLOW, RED, BLACK = 0.7, 1.0, 3.0
_COLOURS: tuple[tuple[Light, str], ...] = (("black", "black_at"), ("red", "due_at"), ("yellow", "yellow_at"))
_ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take, and when its light changes."""

    #: what is limited, for example `handle` or `business`
    name: str
    #: when it began
    started_at: datetime
    #: how much was granted, all extensions included
    amount: Amount
    #: 100 %: the last moment that is in time
    due_at: datetime
    #: 70 %
    yellow_at: datetime
    #: 300 %
    black_at: datetime
    #: share of the usual limit that was granted, 0.5 for a rework
    factor: float = 1.0
    #: since when it stands still
    paused_at: datetime | None = None
    #: how long it stood still before, in the limit's own kind of time
    paused_for: timedelta = _ZERO

    def as_dict(self) -> dict[str, Any]:
        """Write the limit as JSON values; moments are RFC 3339 with offset."""
        return {
            "name": self.name,
            "started_at": self.started_at.isoformat(),
            "amount": str(self.amount),
            "due_at": self.due_at.isoformat(),
            "yellow_at": self.yellow_at.isoformat(),
            "black_at": self.black_at.isoformat(),
            "factor": self.factor,
            "paused_at": self.paused_at.isoformat() if self.paused_at else None,
            "paused_seconds": round(self.paused_for.total_seconds()),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> "Limit":
        """Read what `as_dict` wrote."""
        try:
            paused = record.get("paused_at")
            return cls(
                name=str(record["name"]),
                started_at=moment(record["started_at"]),
                amount=Amount.parse(record["amount"]),
                due_at=moment(record["due_at"]),
                yellow_at=moment(record["yellow_at"]),
                black_at=moment(record["black_at"]),
                factor=float(record.get("factor", 1.0)),
                paused_at=moment(paused) if paused else None,
                paused_for=timedelta(seconds=int(record.get("paused_seconds", 0))),
            )
        except (KeyError, TypeError, ValueError) as cause:
            raise Invalid("This is not a limit.") from cause


@dataclass(frozen=True, slots=True)
class Remaining:
    """How much is left of a limit, or how late it is, in parts for display."""

    late: bool
    #: days, hours and minutes of working time (a day is 7.5 h) or of the clock on the wall
    working: bool
    days: int
    hours: int
    minutes: int


def moment(value: str | datetime) -> datetime:
    """Read an aware moment from RFC 3339 text."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError) as cause:
        raise Invalid(f"{value!r} is not a moment in RFC 3339.") from cause
    if found.utcoffset() is None:
        raise Invalid(f"{value!r} has no time zone.")
    return found


def plan_limit(
    name: str,
    amount: Amount,
    start: datetime,
    calendar: WorkingCalendar,
    factor: float = 1.0,
    minimum: Amount | None = None,
) -> Limit:
    """Begin a limit.

    Args:
        name: what is limited.
        amount: the usual limit.
        start: when it begins, aware.
        factor: share of the usual limit that is granted, 0.5 for a rework.
        minimum: the least that is granted whatever the factor says, for example 4 wh.

    Returns:
        The limit; yellow at 70 % of its working (or calendar) time.
    """
    granted = amount.times(factor)
    due = calendar.add(start, granted)
    if minimum is not None and calendar.add(start, minimum) > due:
        granted, due = minimum, calendar.add(start, minimum)
    return _marked(
        Limit(name, calendar.local(start), granted, due, yellow_at=due, black_at=due, factor=factor),
        calendar,
    )


def extend(limit: Limit, amount: Amount, calendar: WorkingCalendar) -> Limit:
    """Move the due moment; yellow and black follow the longer limit."""
    due = calendar.add(limit.due_at, amount)
    total = calendar.elapsed(_begun(limit, calendar), due, working=limit.amount.working)
    granted = Amount(timedelta(seconds=round(total.total_seconds())), limit.amount.working)
    if amount.working == limit.amount.working:
        granted = Amount(limit.amount.length + amount.length, amount.working)
    return _marked(replace(limit, due_at=due, amount=granted), calendar)


def pause(limit: Limit, at: datetime, calendar: WorkingCalendar) -> Limit:
    """Let the limit stand still from a moment on."""
    if limit.paused_at is not None:
        raise Conflict("This clock stands still already.")
    if at < limit.started_at:
        raise Invalid("A clock cannot stand still before it began.")
    return replace(limit, paused_at=calendar.local(at))


def resume(limit: Limit, at: datetime, calendar: WorkingCalendar) -> Limit:
    """Let the limit run again; due moves by the working (or calendar) time of the pause."""
    if limit.paused_at is None:
        raise Conflict("This clock is running.")
    if at < limit.paused_at:
        raise Invalid("A clock cannot run again before it stood still.")
    exact = calendar.elapsed(limit.paused_at, at, working=limit.amount.working)
    stood = timedelta(seconds=round(exact.total_seconds()))
    due = calendar.add(limit.due_at, Amount(stood, limit.amount.working))
    moved = replace(limit, due_at=due, paused_at=None, paused_for=limit.paused_for + stood)
    return _marked(moved, calendar)


def renew(
    limit: Limit, amount: Amount, at: datetime, calendar: WorkingCalendar, minimum: Amount | None = None
) -> Limit:
    """Give a running limit another usual amount, because what it depends on has changed.

    A longer limit counts from the beginning. A shorter one leaves the whole new amount from now on, but never more
    than there was: nobody is late for what was not known. What is late stays late; extensions are not kept.
    """
    counted = limit.paused_at or at
    if counted > limit.due_at:
        return limit
    begun, granted = _begun(limit, calendar), amount.times(limit.factor)
    granted = max(granted, minimum or granted, key=lambda one: calendar.add(begun, one))
    due = calendar.add(begun, granted)
    if due < limit.due_at:
        due = min(limit.due_at, max(due, calendar.add(counted, granted)))
    total = round(calendar.elapsed(begun, due, working=amount.working).total_seconds())
    stood = calendar.elapsed(limit.started_at, begun, working=amount.working)
    exact = Amount(timedelta(seconds=total), amount.working)
    return _marked(replace(limit, amount=exact, due_at=due, paused_for=stood), calendar)


def light(limit: Limit | Mapping[str, Any], now: datetime) -> Light:
    """Colour a limit: grey paused, green, yellow from 70 %, red from 100 %, black from 300 %.

    Args:
        limit: a Limit, or a mapping with due_at and, where known, yellow_at, black_at, paused_at
            (moments or RFC 3339 text), for example a row of the task list.
        now: aware.
    """
    read = partial(getattr, limit) if isinstance(limit, Limit) else limit.get
    if read("paused_at"):
        return "grey"
    for colour, name in _COLOURS:
        if (value := read(name)) and now >= moment(value):
            return colour
    return "green"


def on_time(limit: Limit, done_at: datetime) -> bool:
    """Say whether something finished at this moment kept the limit."""
    return done_at <= limit.due_at


def share(limit: Limit, now: datetime, calendar: WorkingCalendar) -> float:
    """Measure the used share of the limit: 1.0 is the due moment."""
    at = limit.paused_at or now
    begun, working = _begun(limit, calendar), limit.amount.working
    total = calendar.elapsed(begun, limit.due_at, working=working)
    return max(0.0, calendar.elapsed(begun, at, working=working) / total) if total else 1.0


def at_share(limit: Limit, wanted: float, calendar: WorkingCalendar) -> datetime:
    """Find the moment at which a share of the limit is used, for example 1.5 for the yellow card."""
    return at_shares(limit, (wanted,), calendar)[0]


def at_shares(limit: Limit, wanted: Sequence[float], calendar: WorkingCalendar) -> list[datetime]:
    """Find the moments at which some shares of the limit are used."""
    begun, working = _begun(limit, calendar), limit.amount.working
    total = calendar.elapsed(begun, limit.due_at, working=working)
    return [limit.due_at if one == 1 else calendar.add(begun, Amount(total * one, working)) for one in wanted]


def remaining(limit: Limit, now: datetime, calendar: WorkingCalendar) -> Remaining:
    """Say how much time is left or how late it is; a paused limit keeps what it had."""
    working = limit.amount.working
    left = calendar.elapsed(limit.paused_at or now, limit.due_at, working=working)
    day = WORKDAY if working else timedelta(days=1)
    days, rest = divmod(abs(left), day)
    hours, rest = divmod(rest, timedelta(hours=1))
    return Remaining(left < _ZERO, working, days, hours, rest // timedelta(minutes=1))


def _begun(limit: Limit, calendar: WorkingCalendar) -> datetime:
    """Find when the limit would have begun, had it never stood still."""
    if not limit.paused_for:
        return limit.started_at
    return calendar.add(limit.started_at, Amount(limit.paused_for, limit.amount.working))


def _marked(limit: Limit, calendar: WorkingCalendar) -> Limit:
    """Set the moments at which the light changes."""
    yellow, black = at_shares(limit, (YELLOW, BLACK), calendar)
    return replace(limit, yellow_at=yellow, black_at=black)
