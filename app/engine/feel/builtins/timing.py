"""Functions on dates, times and durations.

Source:
    DMN 1.3, tables 71, 78 and 79; `last day of month` of Camunda 8.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.engine.feel import moments, temporal, wide
from app.engine.feel.builtins.registry import builtin
from app.engine.feel.errors import ExpressionError, Unfit
from app.engine.feel.limits import Run
from app.engine.feel.numbers import whole
from app.engine.feel.temporal import Months
from app.engine.feel.values import equal, kind
from app.engine.feel.wide import FarDate, FarMoment

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def _clock(run: Run, name: str) -> datetime:
    if run.now is None:
        raise ExpressionError(f"{name}() has no clock here", code="clock", expression=run.expression)
    return run.now


@builtin("now")
def now(run: Run) -> datetime:
    """Return the moment of the command."""
    return _clock(run, "now")


@builtin("today")
def today(run: Run) -> date:
    """Return the day of the command."""
    return _clock(run, "today").date()


@builtin("date")
def date_of(from_: str | date | FarDate | FarMoment) -> date | FarDate:
    """Read a date, or take it from a moment."""
    if isinstance(from_, datetime | FarMoment):
        return wide.date_of(from_)
    if not isinstance(from_, str):
        return from_
    found = temporal.parse_date(from_)
    if found is None:
        raise Unfit("date: the text is no date")
    return found


@builtin("date")
def date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> date | FarDate:
    """Make a date of its parts."""
    try:
        return wide.day_of(whole(year), whole(month), whole(day))
    except (ValueError, OverflowError) as cause:
        raise Unfit("date: there is no such day") from cause


@builtin("date and time")
def date_and_time(from_: str | date | FarDate | FarMoment) -> datetime | FarMoment:
    """Read a moment."""
    if isinstance(from_, datetime | FarMoment):
        return from_
    if not isinstance(from_, str):
        return wide.combined(from_, time())
    found = temporal.parse_date_time(from_)
    if found is None:
        raise Unfit("date and time: the text is no moment")
    return found


@builtin("date and time")
def date_and_time_from_parts(date_: date | FarDate | FarMoment, time_: time) -> datetime | FarMoment:
    """Make a moment of a day and a time."""
    return wide.combined(wide.date_of(date_) if isinstance(date_, datetime | FarMoment) else date_, time_)


@builtin("date and time")
def date_and_time_in_zone(date_: datetime, timezone: str) -> datetime:
    """Return the same moment in another zone."""
    target = temporal.zone(timezone if timezone[:1] in "Z+-" else f"@{timezone}")
    if date_.tzinfo is None:
        raise Unfit("date and time: the moment has no time zone")
    return date_.astimezone(target)


@builtin("date and time")
def date_and_time_from_numbers(
    year: Decimal, month: Decimal, day: Decimal, hour: Decimal, minute: Decimal, second: Decimal,
    offset: timedelta | str | None = None,
) -> datetime:  # fmt: skip
    """Make a moment of its parts."""
    at = time_from_parts(hour, minute, second, offset if isinstance(offset, timedelta) else None)
    moment = datetime.combine(_near(date_from_parts(year, month, day)), at)
    return moment.replace(tzinfo=temporal.zone(f"@{offset}")) if isinstance(offset, str) else moment


def _near(day: date | FarDate) -> date:
    if isinstance(day, FarDate):
        raise Unfit("a date beyond the calendar")
    return day


@builtin("time")
def time_of(from_: str | date | time | FarDate | FarMoment) -> time:
    """Read a time of day, or take it from a moment."""
    if isinstance(from_, time):
        return from_
    if isinstance(from_, datetime | FarMoment):
        return wide.clock_of(from_)
    if not isinstance(from_, str):
        return time(tzinfo=temporal.zone("Z"))
    found = temporal.parse_time(from_)
    if found is None:
        raise Unfit("time: the text is no time of day")
    return found


@builtin("time")
def time_from_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> time:
    """Make a time of day of its parts."""
    seconds = whole(second.to_integral_value("ROUND_DOWN"))
    micro = int((second - seconds) * 1_000_000) if 0 <= seconds < 60 else 0
    try:
        made = time(whole(hour), whole(minute), seconds, micro)
    except ValueError as cause:
        raise Unfit("time: there is no such time of day") from cause
    if offset is None:
        return made
    if abs(offset) > timedelta(hours=18):
        raise Unfit("time: an offset beyond 18 hours")
    minutes, seconds = divmod(abs(offset) // timedelta(seconds=1), 60)
    sign = "-" if offset < timedelta() else "+"
    return made.replace(tzinfo=temporal.zone(f"{sign}{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"))


@builtin("duration")
def duration(from_: str | timedelta | Months) -> Any:
    """Read a duration of either kind."""
    if not isinstance(from_, str):
        return from_
    found = temporal.parse_duration(from_)
    if found is None:
        raise Unfit("duration: the text is no duration, or mixes months and days")
    return found


@builtin("years and months duration")
def years_and_months(from_: date | FarDate | FarMoment, to: date | FarDate | FarMoment) -> Months:
    """Return the whole months between two days."""
    start, end = (wide.date_of(item) if isinstance(item, datetime | FarMoment) else item for item in (from_, to))
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return Months(months)


@builtin("is")
def is_same(run: Run, value1: Any, value2: Any) -> bool:
    """Tell whether two values are the same in type and zone too."""
    if kind(value1) != kind(value2):
        return False
    if isinstance(value1, time):
        return bool(moments.fixed(value1).isoformat() == moments.fixed(value2).isoformat())
    if isinstance(value1, datetime):
        return bool(value1.isoformat() == value2.isoformat()) if isinstance(value2, datetime) else False
    return equal(value1, value2, run) is True


@builtin("day of year")
def day_of_year(date_: date) -> Decimal:
    """Return the number of the day in its year."""
    return Decimal(date_.timetuple().tm_yday)


@builtin("day of week")
def day_of_week(date_: date) -> str:
    """Return the English name of the day of the week."""
    return _DAYS[date_.weekday()]


@builtin("month of year")
def month_of_year(date_: date) -> str:
    """Return the English name of the month."""
    return _MONTHS[date_.month - 1]


@builtin("week of year")
def week_of_year(date_: date) -> Decimal:
    """Return the number of the week, by ISO 8601."""
    return Decimal(date_.isocalendar().week)


@builtin("last day of month")
def last_day_of_month(date_: date) -> date:
    """Return the last day of the month of a day."""
    last = calendar.monthrange(date_.year, date_.month)[1]
    return date(date_.year, date_.month, last)
