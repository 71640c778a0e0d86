"""Limits of a case: started by activities, moved by operations, followed by timers and tasks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain import clocks
from app.domain.calendar import Amount, WorkingCalendar
from app.domain.errors import StepFailed

#: percent of a limit whose moments can be read as `limits.<name>.at_<percent>`
_MARKS = (50, 150, 200, 300)


def plan(
    name: str, amount: str, start: datetime, calendar: WorkingCalendar, factor: Any = None, minimum: str | None = None
) -> dict[str, Any]:
    """Start a limit; return it as a JSON mapping with `state: running`."""
    least = Amount.parse(minimum) if minimum else None
    share = 1.0 if factor is None else float(factor)
    limit = clocks.plan_limit(name, Amount.parse(amount), start, calendar, share, least)
    return _record(limit, "running", calendar)


def _record(limit: clocks.Limit, state: str, calendar: WorkingCalendar) -> dict[str, Any]:
    """Write a limit with the moments that diagrams hang timers on."""
    marks = {f"at_{percent}": clocks.at_share(limit, percent / 100, calendar).isoformat() for percent in _MARKS}
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
        changed[name] = _record(limit, state, calendar)
    return changed


def due_of(value: Any, kind: str, now: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
    """Turn a timer's value into {at, every, left}.

    Args:
        value: RFC 3339 text, ISO duration, amount such as `3 wd`, or a repetition `R3/PT30M`.
    """
    if value is None or value == "":
        raise StepFailed("A timer has no value; its expression gives null.")
    text = value.isoformat() if isinstance(value, datetime) else str(value).strip()
    if kind == "cycle" or text.startswith("R"):
        return _cycle(text, now, calendar)
    if kind == "date" and not text.startswith("P") and "T" in text:
        return {"at": clocks.moment(text).isoformat()}
    return {"at": calendar.add(now, Amount.parse(text)).isoformat()}


def _cycle(text: str, now: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
    head, _, rest = text.partition("/")
    if not head.startswith("R") or not rest:
        head, rest = "R", text
    left = int(head[1:]) - 1 if head[1:] else None
    start, _, every = rest.rpartition("/")
    at = clocks.moment(start) if start else calendar.add(now, Amount.parse(every))
    return {"at": at.isoformat(), "every": every, "left": left}


def repeated(due: Mapping[str, Any], calendar: WorkingCalendar) -> dict[str, Any] | None:
    """Return the next due moment of a repetition, or None when it is used up or none."""
    if not due.get("every") or due.get("left") == 0:
        return None
    at = calendar.add(datetime.fromisoformat(due["at"]), Amount.parse(due["every"]))
    left = due.get("left")
    return {"at": at.isoformat(), "every": due["every"], "left": None if left is None else left - 1}

