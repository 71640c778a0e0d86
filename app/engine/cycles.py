"""Repetitions: a row of moments, counted from a base, until it is used up or an end is reached."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.domain.calendar import WorkingCalendar
from app.domain.errors import Invalid
from app.engine.cron import is_cron, next_cron
from app.engine.timer_texts import Period, later, read_moment, read_period

#: a row that comes faster than this would occupy the machine with nothing else
SHORTEST = timedelta(seconds=1)
#: repetitions in working time that are counted one by one; after more, the row begins anew
_STEPS = 500
_HEAD = re.compile(r"R([0-9]{0,6})")
_INSTANT = timedelta(microseconds=1)


def first(text: str, now: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
    """Read a repetition and find its first moment from now on.

    Args:
        text: `R3/PT1H`, `R/PT1H` (the same as `PT1H`), `R2/<start>/P1D`, `R/P1D/<end>`, `R/<start>/<end>`, or a cron
            text. An end closes the row with a moment of its own; `R3` before it means the last three.

    Raises:
        Invalid: it is none, or nothing of it lies ahead.
    """
    if is_cron(text):
        return {"at": next_cron(text, now, calendar.zone).isoformat(), "every": text, "left": None}
    head, rest = text.split("/", 1) if text.startswith("R") and "/" in text else ("R", text)
    count = _HEAD.fullmatch(head)
    parts = rest.split("/")
    if count is None or count[1] and int(count[1]) == 0 or len(parts) > 2:
        raise Invalid(f"{text!r} is not a repetition; write for example `R3/PT1H`.")
    left = int(count[1]) - 1 if count[1] else None
    if len(parts) == 1:
        at = later(now, _period(rest), calendar)
        return {"at": at.isoformat(), "every": rest, "left": left, "base": calendar.local(now).isoformat()}
    base, every, until = _row(parts, calendar)
    due = {"at": "", "every": every, "left": left, "base": base.isoformat()}
    lowest = 0 if until is None else -(10**9) if left is None else -left
    if until is not None:
        due["until"] = until.isoformat()
    at = _on_row(base, read_period(every), calendar, max(now, base) if until is None else now, lowest)
    if until is not None and at > until:
        raise Invalid(f"{text!r} has ended.")
    return {**due, "at": at.isoformat()}


def _row(parts: list[str], calendar: WorkingCalendar) -> tuple[datetime, str, datetime | None]:
    """Tell the base of a row, the text of its period, and its end."""
    one, two = parts
    if two[:1] in "P+-" or two[-1:].islower():
        _period(two)
        return read_moment(one, calendar), two, None
    end = read_moment(two, calendar)
    if one[:1] in "P+-" or one[-1:].islower():
        if _period(one).amount:
            raise Invalid("A repetition in working time begins at a moment; it cannot be counted back from an end.")
        return end, one, end
    start = read_moment(one, calendar)
    seconds = round((end - start).total_seconds())
    every = f"PT{seconds}S" if seconds > 0 else ""
    if not every:
        raise Invalid("A repetition ends before it begins.")
    _period(every)
    return start, every, None


def _period(text: str) -> Period:
    period = read_period(text)
    if period.about < SHORTEST:
        raise Invalid(f"{text!r} is too short for a repetition; it needs a second at least.")
    return period


def following(due: Mapping[str, Any], calendar: WorkingCalendar, now: datetime | None) -> dict[str, Any] | None:
    """Find the moment that follows on a row; None after its end."""
    last = datetime.fromisoformat(due["at"])
    since = max(last + _INSTANT, now or last)
    left = due.get("left")
    if is_cron(due["every"]):
        at = next_cron(due["every"], since - _INSTANT, calendar.zone)
    else:
        at = _on_row(datetime.fromisoformat(due.get("base", due["at"])), read_period(due["every"]), calendar, since,
                     -(10**9) if "until" in due else 0, last)  # fmt: skip
    if "until" in due and at > datetime.fromisoformat(due["until"]):
        return None
    return {**due, "at": at.isoformat(), "left": None if left is None else left - 1}


def _on_row(
    base: datetime, period: Period, calendar: WorkingCalendar, since: datetime, lowest: int,
    last: datetime | None = None,
) -> datetime:  # fmt: skip
    """Find the first moment of a row that does not lie before another."""
    if period.amount:
        at = last or base
        for _ in range(_STEPS):
            if at >= since:
                return at
            at = later(at, period, calendar)
        return later(since, period, calendar)
    # months differ in length: begin a little earlier and walk
    times = max(int((since - base) / period.about) - 2, lowest)
    while (at := later(base, period, calendar, times)) < since:
        times += 1
    return at
