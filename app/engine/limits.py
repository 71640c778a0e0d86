"""Limits of a case: started by activities, moved by operations, followed by timers and tasks."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain import clocks
from app.domain.calendar import Amount, WorkingCalendar
from app.domain.errors import StepFailed
from app.engine import cycles
from app.engine.timer_texts import later, read_moment, read_period

#: an amount of time that is no moment
_AMOUNT = re.compile(r"[0-9.]+\s*[a-z]+")
#: percent of a limit whose moments can be read as `limits.<name>.at_<percent>`
_MARKS = (50, 150, 200, 300)


def plan(
    name: str, amount: str, start: datetime, calendar: WorkingCalendar, factor: Any = None, minimum: str | None = None
) -> dict[str, Any]:
    """Start a limit; return it as a JSON mapping with `state: running`."""
    least = Amount.parse(minimum) if minimum else None
    share = 1.0 if factor is None else float(factor)
    limit = clocks.plan_limit(name, Amount.parse(amount), start, calendar, share, least)
    return _record(limit, "running", calendar) | ({"minimum": str(minimum)} if minimum else {})


def _record(limit: clocks.Limit, state: str, calendar: WorkingCalendar) -> dict[str, Any]:
    """Write a limit with the moments that diagrams hang timers on."""
    moments = clocks.at_shares(limit, [percent / 100 for percent in _MARKS], calendar)
    marks = {f"at_{percent}": at.isoformat() for percent, at in zip(_MARKS, moments, strict=True)}
    return {**limit.as_dict(), **marks, "state": state}


def change(
    limits: Mapping[str, Any], operation: str, params: Mapping[str, Any], now: datetime, calendar: WorkingCalendar
) -> dict[str, dict[str, Any]]:
    """Carry out `limits.extend`, `pause`, `resume` or `stop`; return the limits that changed.

    Raises:
        StepFailed: a limit that does not run.
    """
    names = params.get("names") or [params.get("name")]
    names = [names] if isinstance(names, str) else names
    changed: dict[str, dict[str, Any]] = {}
    for name in names:
        record = limits.get(name)
        if record is None:
            raise StepFailed(f"The limit {name!r} does not run in this case.")
        limit = clocks.Limit.from_dict(record)
        state = record["state"]
        if operation == "extend":
            limit = clocks.extend(limit, Amount.parse(str(params["amount"])), calendar)
        elif operation == "pause" and state == "running":
            limit, state = clocks.pause(limit, now, calendar), "paused"
        elif operation == "resume" and state == "paused":
            limit, state = clocks.resume(limit, now, calendar), "running"
        elif operation == "stop":
            state = "ended"
        changed[name] = _kept(record, _record(limit, state, calendar))
    return changed


def renewed(record: Mapping[str, Any], amount: str, now: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
    """Give a limit another usual amount; see `clocks.renew`."""
    least = Amount.parse(record["minimum"]) if record.get("minimum") else None
    limit = clocks.renew(clocks.Limit.from_dict(record), Amount.parse(amount), now, calendar, least)
    return _kept(record, _record(limit, record["state"], calendar))


def _kept(record: Mapping[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """Carry over what a limit is besides its moments."""
    return changed | {name: record[name] for name in ("instance", "minimum") if name in record}


def due_of(value: Any, kind: str, now: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
    """Turn a timer's value into {at, every, left, base, until}: when it is due, and how it comes again.

    Args:
        value: a moment, an ISO duration, an amount such as `3 wd`; a repetition such as `R3/PT30M`, a cron text.
        kind: date, duration or cycle.

    Raises:
        StepFailed: there is no value.
        Invalid: it is none of these.
    """
    if value is None or value == "":
        raise StepFailed("A timer has no value; its expression gives null.")
    text = value.isoformat() if isinstance(value, datetime) else str(value).strip()
    if kind == "cycle" or text.startswith("R"):
        return cycles.first(text, now, calendar)
    if kind == "date" and not text.startswith(("P", "-P", "+P")) and not _AMOUNT.fullmatch(text):
        return {"at": read_moment(text, calendar).isoformat()}
    return {"at": later(now, read_period(text), calendar).isoformat()}


def repeated(due: Mapping[str, Any], calendar: WorkingCalendar, now: datetime | None = None) -> dict[str, Any] | None:
    """Return the next due moment of a repetition, or None when it is used up or none.

    Args:
        now: what was missed until then has come with this one; the next is the first of its row that still lies
            ahead, so that nothing comes in a burst. How often it comes in all stays as it was.
    """
    if not due.get("every") or due.get("left") == 0:
        return None
    return cycles.following(due, calendar, now)
