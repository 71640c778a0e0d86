"""Dates, times and durations: reading them, writing them, and their parts.

Days and time durations are `timedelta`, years and months durations a count of months. What Python's own
types do not hold, far years and billionths of a second, is in `wide`.

Source:
    DMN 1.3, 10.3.2.3 and 10.3.4.1; XML Schema 1.1 lexical forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.engine.feel.errors import Unfit
from app.engine.feel.wide import FAR, FarDate, FarMoment, clock_of, combined, day_of, nano_of, with_nano

_DATE = re.compile(r"(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,18}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+\-/]{0,60})?"
)
_SHORT_TIME = re.compile(r"([0-9]{2}):([0-9]{2})()()(Z|[+-][0-9]{2}:[0-9]{2})?")
_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,10})Y)?(?:([0-9]{1,11})M)?(?:([0-9]{1,6})W)?(?:([0-9]{1,9})D)?"
    r"(T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]{0,18}))?S)?)?"
)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration."""

    count: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.count), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.count < 0 else ''}P{parts}"


@lru_cache(maxsize=128)
def zone(text: str) -> tzinfo:
    """Return the zone of `Z`, `+08:00` or `@Asia/Shanghai`.

    Raises:
        Unfit: there is no such zone.
    """
    if text == "Z":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
            raise Unfit(f"there is no time zone {text[1:]}") from cause
    parts = [int(part) for part in text[1:].split(":")]
    offset = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)
    if offset > timedelta(hours=18):
        raise Unfit("an offset beyond 18 hours")
    return timezone(-offset if text[0] == "-" else offset)


def parse_date(text: str) -> date | FarDate | None:
    """Return the date of `2026-03-02` or `-0044-03-15`, or None."""
    match = _DATE.fullmatch(text)
    try:
        return day_of(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def parse_time(text: str, short: bool = False) -> time | None:
    """Return the time of `10:00:00+08:00`, or None; `10:00` counts where short forms are allowed."""
    match = _TIME.fullmatch(text) or (_SHORT_TIME.fullmatch(text) if short else None)
    if not match:
        return None
    hour, minute, second, fraction, offset = match.groups()
    try:
        micro, nano = _fraction(fraction)
        made = time(int(hour), int(minute), int(second or 0), micro, zone(offset) if offset else None)
        return with_nano(made, nano)  # type: ignore[no-any-return]
    except (ValueError, Unfit):
        return None


def _fraction(digits: str | None) -> tuple[int, int]:
    """Return the microseconds and the billionths beyond them of a fraction of a second."""
    padded = (digits or "")[:9].ljust(9, "0")
    return int(padded[:6]), int(padded[6:])


def parse_date_time(text: str) -> datetime | FarMoment | None:
    """Return the moment of `2026-03-02T10:00:00+08:00`, or None; a bare date is its midnight."""
    day, mark, clock = text.partition("T")
    on = parse_date(day)
    at = parse_time(clock, short=True) if mark else time()
    if on is None or at is None:
        return None
    return combined(on, at)


def parse_duration(text: str) -> timedelta | Months | None:
    """Return the duration of `P1DT2H` or `P1Y2M`, or None; the two kinds do not mix."""
    match = _DURATION.fullmatch(text)
    if not match or text.endswith(("P", "T")):
        return None
    sign, years, months, weeks, days, clock, hours, minutes, seconds, fraction = match.groups()
    factor = -1 if sign else 1
    if years or months:
        if weeks or days or clock:
            return None
        return Months(factor * (int(years or 0) * 12 + int(months or 0)))
    micro, nano = _fraction(fraction)
    try:
        span = factor * timedelta(
            weeks=int(weeks or 0), days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0),
            seconds=int(seconds or 0), microseconds=micro,
        )  # fmt: skip
        return with_nano(span, nano)  # type: ignore[no-any-return]
    except OverflowError:
        return None


def parse_temporal(text: str) -> Any:
    """Return the date, time or duration that a text is, or None."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if "T" in text and text[2:3] != ":":
        return parse_date_time(text)
    found = parse_date(text)
    return found if found is not None else parse_time(text)


def text_of_duration(value: timedelta) -> str:
    """Return the ISO 8601 form, for example `P1DT2H`."""
    total = abs(value)
    hours, rest = divmod(total.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{total.microseconds:06d}{nano_of(value):03d}".rstrip("0").rstrip(".")
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    text = (f"{total.days}D" if total.days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if value < timedelta() else ''}P{text or 'T0S'}"


def text_of_temporal(value: Any) -> str:
    """Return the text that reads back as the same date, time or duration."""
    if isinstance(value, timedelta):
        return text_of_duration(value)
    if isinstance(value, Months):
        return str(value)
    if isinstance(value, FarMoment):
        return f"{value.day.isoformat()}T{text_of_temporal(value.clock)}"
    if isinstance(value, datetime | time):
        named = value.tzinfo if isinstance(value.tzinfo, ZoneInfo) else None
        text = _with_fraction(value.replace(tzinfo=None) if named else value, nano_of(value))
        if value.tzinfo is UTC:
            text = text.replace("+00:00", "Z")
        if "." in text:
            text = re.sub(r"(\.[0-9]*?)0+(?=$|[Z+-])", r"\1", text)
        return f"{text}@{named.key}" if named else text
    return str(value.isoformat())


def _with_fraction(value: datetime | time, nano: int) -> str:
    if not nano:
        return value.isoformat()
    return re.sub(r"(\.[0-9]{6})", rf"\g<1>{nano:03d}", value.isoformat(timespec="microseconds"), count=1)


def stored_text(value: Any) -> str:
    """Return the text for storage: like `text_of_temporal`, but a named zone becomes its offset."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return _with_fraction(value, nano_of(value))
    return text_of_temporal(value)


def part(value: Any, name: str) -> Any:
    """Return a property of a date, time or duration, or None where it has no such property."""
    if isinstance(value, FAR):
        return _part_of_far(value, name)
    if isinstance(value, Months):
        years, months = divmod(abs(value.count), 12)
        sign = -1 if value.count < 0 else 1
        found = {"years": sign * years, "months": sign * months}.get(name)
    elif isinstance(value, timedelta):
        found = _part_of_days(value, name)
    elif name in ("time offset", "timezone") and isinstance(value, datetime | time):
        if name == "timezone":
            return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
        return value.utcoffset()
    elif name in ("date", "time") and isinstance(value, datetime):
        return value.date() if name == "date" else clock_of(value)
    elif name in ("year", "month", "day") and isinstance(value, date):
        found = getattr(value, name)
    elif name == "weekday" and isinstance(value, date):
        found = value.isoweekday()
    elif name in ("hour", "minute", "second") and isinstance(value, datetime | time):
        found = getattr(value, name)
    else:
        return None
    return None if found is None else Decimal(found)


def _part_of_far(value: FarDate | FarMoment, name: str) -> Any:
    if isinstance(value, FarDate):
        return Decimal(getattr(value, name)) if name in ("year", "month", "day") else None
    if name == "time offset":
        return value.utcoffset()
    if name in ("date", "time"):
        return value.day if name == "date" else value.clock
    return part(value.day if name in ("year", "month", "day") else value.clock, name)


def _part_of_days(value: timedelta, name: str) -> int | None:
    total = abs(value)
    sign = -1 if value < timedelta() else 1
    parts = {
        "days": total.days, "hours": total.seconds // 3600, "minutes": total.seconds // 60 % 60,
        "seconds": total.seconds % 60,
    }  # fmt: skip
    return sign * parts[name] if name in parts else None


def add_months(value: date, months: int) -> date:
    """Return the day so many months on; the last of the month where that month is shorter.

    Raises:
        Unfit: beyond the calendar.
    """
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise Unfit("a date beyond the calendar")
    for day in range(value.day, 27, -1):
        try:
            return value.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return value.replace(year=year, month=month + 1)
