"""Dates, times and durations that Python's own types do not hold: far years, and billionths of a second.

They can be written, compared and asked for their parts; nothing is calculated with a far year, and what is
calculated with a fine fraction has microseconds.

Source:
    DMN 1.3, 10.3.2.3.4 to 10.3.2.3.7; XML Schema 1.1: years of any number of digits, seconds of any fraction.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self

#: largest year, forwards and backwards
MAX_YEAR = 999_999_999


class FineTime(time):
    """A time of day with billionths of a second beyond its microseconds."""

    nano = 0


class FineMoment(datetime):
    """A date and time with billionths of a second beyond its microseconds."""

    nano = 0


class FineSpan(timedelta):
    """A days and time duration with billionths of a second beyond its microseconds."""

    nano = 0


def _days(year: int, month: int, day: int) -> int:
    """Count the days of the Gregorian calendar, carried on both ways, to a day."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year


@dataclass(frozen=True, slots=True)
class FarDate:
    """A day in a year before 1 or after 9999."""

    year: int
    month: int
    day: int

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, FarDate | date):
            return NotImplemented
        return (self.year, self.month, self.day) < (other.year, other.month, other.day)

    def __gt__(self, other: Any) -> bool:
        if not isinstance(other, FarDate | date):
            return NotImplemented
        return (self.year, self.month, self.day) > (other.year, other.month, other.day)

    def isoformat(self) -> str:
        """Return `-0044-03-15` or `12026-01-01`."""
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class FarMoment:
    """A date and time in a year before 1 or after 9999."""

    day: FarDate
    clock: time

    def utcoffset(self) -> timedelta | None:
        """Return the offset; that of a named zone is the one that it has nearest to then."""
        nearest = datetime.combine(date(9998 if self.day.year > 0 else 2, self.day.month, 1), self.clock)
        return nearest.utcoffset()

    def replace(self, microsecond: int) -> Self:
        """Return the moment with another fraction of its second."""
        return replace(self, clock=self.clock.replace(microsecond=microsecond))

    def place(self) -> tuple[bool, timedelta, int]:
        """Return where it lies: with zone or without, time since midnight in UTC, and days."""
        return _place(self.day, self.clock, self.utcoffset())

    def __lt__(self, other: Any) -> bool:
        return _before(self, other)

    def __gt__(self, other: Any) -> bool:
        return _before(other, self)


def _place(day: date | FarDate, clock: time, offset: timedelta | None) -> tuple[bool, timedelta, int]:
    since = timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)
    since -= offset or timedelta()
    on = _days(day.year, day.month, day.day) + since.days
    return offset is not None, since - timedelta(days=since.days), on


def _before(left: Any, right: Any) -> bool:
    places = []
    for moment in (left, right):
        if isinstance(moment, FarMoment):
            places.append(moment.place())
        elif isinstance(moment, datetime):
            places.append(_place(moment.date(), moment.time(), moment.utcoffset()))
        else:
            raise TypeError("no moment")
    one, two = places
    if one[0] != two[0]:
        raise TypeError("a moment with time zone against one without")
    return (one[2], one[1]) < (two[2], two[1])


def day_of(year: int, month: int, day: int) -> date | FarDate:
    """Return a day of any year but the year 0.

    Raises:
        ValueError: there is no such day.
    """
    if 1 <= year <= 9999:
        return date(year, month, day)
    if year == 0 or abs(year) > MAX_YEAR or not 1 <= month <= 12:
        raise ValueError("no such month")
    longest = 29 if month == 2 and calendar.isleap(year) else (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month]
    if not 1 <= day <= longest:
        raise ValueError("no such day")
    return FarDate(year, month, day)


def with_nano(value: Any, nano: int) -> Any:
    """Return a time, a date and time or a days and time duration with more billionths of a second."""
    if not nano:
        return value
    made: FineTime | FineMoment | FineSpan
    if isinstance(value, timedelta):
        made = FineSpan(days=value.days, seconds=value.seconds, microseconds=value.microseconds)
    elif isinstance(value, datetime):
        made = FineMoment.combine(value.date(), value.timetz())
    else:
        made = FineTime(value.hour, value.minute, value.second, value.microsecond, value.tzinfo)
    made.nano = nano
    return made


def nano_of(value: Any) -> int:
    """Return the billionths of a second beyond the microseconds."""
    return value.nano if isinstance(value, FineTime | FineMoment | FineSpan) else 0


def combined(day: date | FarDate, clock: time) -> datetime | FarMoment:
    """Return the moment of a day and a time."""
    if isinstance(day, FarDate):
        return FarMoment(day, clock)
    made: datetime = with_nano(datetime.combine(day, clock), nano_of(clock))
    return made


def clock_of(moment: datetime | FarMoment) -> time:
    """Return the time of day of a moment, with its zone."""
    if isinstance(moment, FarMoment):
        return moment.clock
    made: time = with_nano(moment.timetz(), nano_of(moment))
    return made


def date_of(moment: datetime | FarMoment) -> date | FarDate:
    """Return the day of a moment."""
    return moment.day if isinstance(moment, FarMoment) else moment.date()


FAR = (FarDate, FarMoment)
