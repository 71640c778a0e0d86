"""The texts of timers: moments, lengths of time and repetitions, as BPMN editors write them (ISO 8601)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.calendar import LONGEST, Amount, WorkingCalendar
from app.domain.errors import Invalid

_N: Final = r"([0-9]{1,9}(?:[.,][0-9]{1,9})?)"
_PERIOD = re.compile(
    rf"P(?=[0-9T])(?:{_N}Y)?(?:{_N}M)?(?:{_N}W)?(?:{_N}D)?(?:T(?=[0-9])(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?)?"
)
_LENGTHS = (timedelta(days=7), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))
_NAMED = re.compile(r"(.+?)(?:@([A-Za-z0-9_+\-/]{1,64})|\[([A-Za-z0-9_+\-/]{1,64})\])")
_MIDNIGHT = re.compile(r"(.+)T24:?00(?::?00)?(.*)")


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: months and days by the calendar, the rest by the clock, or an amount of working time."""

    months: int = 0
    days: int = 0
    rest: timedelta = timedelta()
    amount: Amount | None = None

    @property
    def about(self) -> timedelta:
        """Roughly how long it is."""
        if self.amount:
            return self.amount.length
        return timedelta(days=self.months * 30.436875 + self.days) + self.rest


def read_period(text: str) -> Period:
    """Read `P1Y2M`, `P2W`, `PT1.5H`, `3 wd` or `4 wh`.

    Raises:
        Invalid: anything else, a negative one, or one beyond the longest limit.
    """
    if not text.startswith("P"):
        if text[:1] in "+-" and text[1:2] == "P":
            raise Invalid(f"{text!r} carries a sign; a timer counts forward only.")
        amount = Amount.parse(text)
        return Period(amount=amount) if amount.working else Period(rest=amount.length)
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise Invalid(f"{text!r} is not a length of time; write for example `PT2H`, `P1M` or `3 wd`.")
    texts = [part.replace(",", ".") if part else "0" for part in found.groups()]
    broken = [place for place, part in enumerate(texts) if "." in part]
    last = max(place for place, part in enumerate(found.groups()) if part)
    if broken and (broken != [last] or last < 2):
        raise Invalid(f"{text!r}: only the last part may have a fraction, and years and months none.")
    years, months, *others = [0 if place in broken else int(part) for place, part in enumerate(texts)]
    weeks, days, *clock = others
    lengths = list(zip(_LENGTHS[2:], clock, strict=True)) + [(_LENGTHS[one - 2], float(texts[one])) for one in broken]
    try:
        rest = sum((length * number for length, number in lengths), timedelta())
        period = Period(years * 12 + months, weeks * 7 + days, rest)
        if period.about > LONGEST:
            raise OverflowError
    except OverflowError as cause:
        raise Invalid(f"{text!r} is longer than {LONGEST.days} days.") from cause
    return period


def later(start: datetime, period: Period, calendar: WorkingCalendar, times: int = 1) -> datetime:
    """Go forward, or back, by so many periods; the 31st becomes the last day of a shorter month.

    Months and days keep the time on the city's clock, also across a clock change.

    Raises:
        Invalid: beyond the calendar.
    """
    if period.amount:
        return calendar.add(start, Amount(period.amount.length * times, working=True))
    local = calendar.local(start)
    try:
        if period.months or period.days:
            year, month = divmod(local.year * 12 + local.month - 1 + period.months * times, 12)
            day = min(local.day, monthrange(year, month + 1)[1])
            wall = local.replace(year=year, month=month + 1, day=day, tzinfo=None, fold=0)
            local = (wall + timedelta(days=period.days * times)).replace(tzinfo=local.tzinfo)
        return calendar.local(local.astimezone(UTC) + period.rest * times)
    except (OverflowError, ValueError) as cause:
        raise Invalid("The calendar ends before this moment.") from cause


def read_moment(text: str, calendar: WorkingCalendar) -> datetime:
    """Read a date or a date with time; without offset it is meant on the city's clock.

    Raises:
        Invalid: it is none.
    """
    plain, zone = text, calendar.zone
    named = _NAMED.fullmatch(text)
    try:
        if named:
            plain, zone = named[1], ZoneInfo(named[2] or named[3])
        midnight = _MIDNIGHT.fullmatch(plain)
        found = datetime.fromisoformat(f"{midnight[1]}T00:00{midnight[2]}" if midnight else plain)
        if found.tzinfo is None:
            # a moment that a clock change skips is the one that stands on the clock then
            found = found.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        return found + timedelta(days=1) if midnight else found
    except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError) as cause:
        raise Invalid(f"{text!r} is not a moment; write for example `2026-03-02T09:00:00+08:00`.") from cause
