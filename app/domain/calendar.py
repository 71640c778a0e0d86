"""Working time: which days count, and when an amount of time ends.

The rule (our proposal): Monday to Friday 08:30-12:00 and 13:30-17:30, without statutory
holidays, with shifted working days. `docs/adr/0005-working-calendar.md` says where the days come from.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays
from chinese_calendar import constants as announced  # type: ignore[import-untyped,unused-ignore]

from app.domain.errors import Invalid

#: n wd = n x 7.5 wh, whatever the opening hours of one place are
WORKDAY = timedelta(hours=7, minutes=30)
#: longer limits are typing errors; 90 d is the longest of the city's
LONGEST = timedelta(days=3660)
#: a stretch without any working day that is longer than this is a broken override table
_NO_WORK_FOR = 400

#: years with a State Council notice in the library
_FIRST_YEAR: int = min(announced.holidays).year
_LAST_YEAR: int = max(announced.holidays).year

_UNITS = {
    "s": (timedelta(seconds=1), False),
    "min": (timedelta(minutes=1), False),
    "h": (timedelta(hours=1), False),
    "d": (timedelta(days=1), False),
    "ws": (timedelta(seconds=1), True),
    "wmin": (timedelta(minutes=1), True),
    "wh": (timedelta(hours=1), True),
    "wd": (WORKDAY, True),
}
_PLAIN = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,4})?)\s*(wmin|min|wh|wd|ws|s|h|d)")
_ISO = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,5})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,7})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A length of time that a limit grants."""

    #: how long; whole seconds
    length: timedelta
    #: counted in working time (True) or by the clock on the wall (False)
    working: bool = False

    @classmethod
    def parse(cls, text: str) -> "Amount":
        """Read `10 min`, `4 h`, `2 d`, `4 wh`, `3 wd`, or an ISO 8601 duration such as `PT2H`.

        Raises:
            Invalid: anything else; months and years are refused because their length is not fixed.
        """
        plain = _PLAIN.fullmatch(text.strip()) if isinstance(text, str) else None
        if plain:
            unit, working = _UNITS[plain[2]]
            return cls._bounded(float(plain[1]) * unit, working, text)
        iso = _ISO.fullmatch(text.strip()) if isinstance(text, str) else None
        if iso is None:
            raise Invalid(f"{text!r} is not an amount of time; write for example `4 h`, `3 wd` or `PT2H`.")
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return cls._bounded(length, False, text)

    @classmethod
    def _bounded(cls, length: timedelta, working: bool, text: str) -> "Amount":
        """Keep whole seconds and refuse what no rule can mean."""
        if length > LONGEST:
            raise Invalid(f"{text!r} is longer than {LONGEST.days} days.")
        return cls(timedelta(seconds=round(length.total_seconds())), working)

    def times(self, factor: float) -> "Amount":
        """Scale, for example by 0.5 for a rework limit."""
        if not 0 <= factor <= 100:
            raise Invalid(f"A limit cannot be multiplied by {factor}.")
        return self._bounded(self.length * factor, self.working, f"{self} x {factor}")

    def __str__(self) -> str:
        """Write the amount so that `parse` reads it back exactly."""
        seconds = round(self.length.total_seconds())
        names = ("wd", "wh", "wmin", "ws") if self.working else ("d", "h", "min", "s")
        for name in names:
            unit = round(_UNITS[name][0].total_seconds())
            if seconds % unit == 0 and seconds:
                return f"{seconds // unit} {name}"
        return f"0 {names[2]}"


@lru_cache(maxsize=8192)
def announced_workday(day: date) -> bool:
    """Say whether the state's calendar makes this a working day.

    Source:
        Up to the last announced year: chinesecalendar, the State Council's yearly notices, with shifted
        working days. Other years: the `holidays` library's computed public holidays; a Saturday that the
        State Council will turn into a working day is unknown until the notice, so it counts as free
        until the override table says otherwise.
    """
    if day in announced.holidays:
        return False
    if day in announced.workdays:
        return True
    if day.weekday() >= 5:
        return False
    return is_announced(day) or day not in _computed(day.year)


def is_announced(day: date) -> bool:
    """Say whether the State Council's notice for this year is known to the library."""
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


@lru_cache(maxsize=64)
def _computed(year: int) -> frozenset[date]:
    """Public holidays by law and lunar calendar, for years without a notice."""
    return frozenset(holidays.country_holidays("CN", years=year))


@dataclass(frozen=True)
class WorkingCalendar:
    """The hours in which working time runs."""

    #: days that differ from the announced calendar: {day: is a working day}
    overrides: Mapping[date, bool] = field(default_factory=dict)
    #: opening hours of a working day, in order
    hours: tuple[tuple[time, time], ...] = (
        (time(8, 30), time(12, 0)),
        (time(13, 30), time(17, 30)),
    )
    #: the zone whose wall clock the hours mean
    tz: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        """Refuse hours that cannot be walked through."""
        marks = [mark for opening in self.hours for mark in opening]
        if not marks or any(a >= b for a, b in pairwise(marks)):
            raise Invalid("Opening hours must be ordered and must not overlap.")
        object.__setattr__(self, "overrides", MappingProxyType(dict(self.overrides)))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.tz)

    def is_workday(self, day: date) -> bool:
        """Say whether working time runs on this day."""
        override = self.overrides.get(day)
        return announced_workday(day) if override is None else override

    def add(self, start: datetime, amount: Amount) -> datetime:
        """Find the moment at which an amount, begun at start, is used up.

        Args:
            start: aware. Outside hours, working time begins at the next opening.
            amount: calendar or working time.

        Returns:
            Aware, in the calendar's zone; a result that falls on closing time stays there.
        """
        begun = self.local(start)
        if not amount.working:
            return self.local(begun.astimezone(UTC) + amount.length)
        if not amount.length:
            return begun
        left, whole = amount.length, self._whole_day
        for day in self._workdays(begun.date()):
            if left > whole and day != begun.date():
                left -= whole
                continue
            for opened, closed in self._openings(day, begun):
                if left <= closed - opened:
                    return opened + left
                left -= closed - opened
        raise Invalid("The calendar ends before this limit does.")

    def working_between(self, a: datetime, b: datetime) -> timedelta:
        """Measure the working time from a to b; negative if b is before a."""
        first, last = self.local(a), self.local(b)
        if last < first:
            return -self.working_between(b, a)
        total, edges = timedelta(), {first.date(), last.date()}
        for day in self._workdays(first.date()):
            if day > last.date():
                break
            if day not in edges:
                total += self._whole_day
                continue
            for opened, closed in self._openings(day, first):
                total += max(timedelta(), min(closed, last) - opened)
        return total

    def elapsed(self, a: datetime, b: datetime, *, working: bool) -> timedelta:
        """Measure from a to b in working time or by the clock on the wall."""
        return self.working_between(a, b) if working else self.local(b) - self.local(a)

    def local(self, moment: datetime) -> datetime:
        """Move an aware moment into the calendar's zone."""
        if moment.tzinfo is self.zone:
            return moment
        if moment.tzinfo is None or moment.utcoffset() is None:
            raise Invalid(f"{moment.isoformat()} has no time zone.")
        return moment.astimezone(self.zone)

    @cached_property
    def _whole_day(self) -> timedelta:
        """Working time of a whole day."""
        day = date(2000, 1, 1)
        spans = (datetime.combine(day, closed) - datetime.combine(day, opened) for opened, closed in self.hours)
        return sum(spans, timedelta())

    def _workdays(self, day: date) -> Iterator[date]:
        """Walk through working days from a day on."""
        idle = 0
        while idle <= _NO_WORK_FOR and day < date.max:
            idle = 0 if self.is_workday(day) else idle + 1
            if not idle:
                yield day
            day += timedelta(days=1)

    def _openings(self, day: date, begun: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Walk through what is left of a day's opening hours after a moment."""
        for opened, closed in self.hours:
            until = datetime.combine(day, closed, self.zone)
            if until > begun:
                yield max(datetime.combine(day, opened, self.zone), begun), until
