"""When two times or moments are the same, and which is the earlier.

Source:
    DMN 1.4, 10.3.2.3.4 to 10.3.2.3.6: the value of a time or a date and time counts whole seconds, and that of a
    date is its midnight in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

#: a day on which to ask a zone for its offset; its summer time is taken off
_SOME_DAY = date(2000, 1, 1)


def fixed(value: time) -> time:
    """Return a time with its offset in numbers: that of a named zone is the one of its winter.

    A time alone has no day, so that a zone's summer time cannot be told.
    """
    if not isinstance(value.tzinfo, ZoneInfo):
        return value
    moment = datetime.combine(_SOME_DAY, value)
    offset = (moment.utcoffset() or timedelta()) - (moment.dst() or timedelta())
    return value.replace(tzinfo=timezone(offset))


def midnight(value: date) -> datetime:
    """Return the moment that a date stands for beside a date and time."""
    return datetime.combine(value, time(), UTC)


def same(left: datetime | time, right: datetime | time, strict: bool) -> bool | None:
    """Compare two of a kind to the second.

    Returns:
        False where only one of them has a zone; None if that is to be refused (`strict`).
    """
    if isinstance(left, time) and isinstance(right, time):
        left, right = fixed(left), fixed(right)
    if (left.utcoffset() is None) != (right.utcoffset() is None):
        return None if strict else False
    return left.replace(microsecond=0) == right.replace(microsecond=0)
