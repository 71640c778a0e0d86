"""Cron texts: five fields as crontab writes them, six or seven as Quartz does, on the city's wall clock."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from app.domain.errors import Invalid

_SHORT = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NEAREST = re.compile(r"([1-9]|[12][0-9]|3[01])W")
_QUARTZ_DAY = re.compile(r"([A-Z]{3}|[0-9]+)(L|#[0-9]+)?")
#: days of a nearest-weekday text that are looked at before it counts as never coming
_LOOKS = 200


def is_cron(text: str) -> bool:
    """Say whether a text has the shape of a cron text; it may still be a wrong one."""
    return text.lower() in _SHORT or len(text.split()) in (5, 6, 7)


def next_cron(text: str, after: datetime, zone: ZoneInfo) -> datetime:
    """Find the first moment after another at which a cron text comes round.

    What falls into the hour that a clock change skips comes right after it; what falls into the hour that comes twice
    comes once.

    Args:
        text: `minute hour day month weekday` as crontab has it, or Quartz's `second minute hour day month weekday
            [year]` with `?`, `L`, `LW`, `15W`, `6L`, `6#3` and weekdays from 1 for Sunday.
        after: aware.

    Raises:
        Invalid: it is none, or its moment never comes.
    """
    second, expression, nearest = _read(text)
    # the second is added afterwards, so that both kinds of text meet a clock change in the same way
    shift = timedelta(seconds=int(second)) if second.isdecimal() else timedelta()
    start = after.astimezone(zone) - shift
    rounds = CronSim(expression if second.isdecimal() else f"{second} {expression}", start)
    for _ in range(_LOOKS):
        try:
            found = next(rounds) + shift
        except StopIteration:
            break
        if nearest and found.day != _nearest_weekday(found.date(), nearest):
            rounds = CronSim(expression, datetime.combine(found.date() + timedelta(days=1), datetime.min.time(), zone)
                             - timedelta(seconds=1))  # fmt: skip
        elif found.astimezone(UTC) > after.astimezone(UTC):
            # a moment that the clock change skips is written as the one that stands on the clock
            return found.astimezone(UTC).astimezone(zone)
    raise Invalid(f"{text!r} never comes round.")


@lru_cache(maxsize=512)
def _read(text: str) -> tuple[str, str, int]:
    """Split a text into its seconds, five fields that the library reads, and the day of a `15W`."""
    fields = _SHORT.get(text.lower(), text).upper().split()
    second, quartz = "0", len(fields) > 5
    if quartz:
        second, *fields = fields
        if len(fields) == 6 and fields.pop() not in ("*", "?"):
            raise Invalid(f"{text!r}: a year cannot be named; write a date instead.")
        if not {fields[2], fields[4]} & {"*", "?"}:
            raise Invalid(f"{text!r} names a day of the month and a weekday; put `?` for one of them.")
        fields[4] = _weekdays(fields[4], text)
    if len(fields) != 5:
        raise Invalid(f"{text!r} is not a cron text; it has five fields, or six with seconds.")
    fields[2], fields[4] = fields[2].replace("?", "*"), fields[4].replace("?", "*")
    nearest = _NEAREST.fullmatch(fields[2])
    day = int(nearest[1]) if nearest else 0
    if nearest:
        fields[2] = f"{max(day - 2, 1)}-{min(day + 2, 31)}"
    expression = " ".join(fields)
    try:
        CronSim(f"{second} {expression}", datetime(2000, 1, 1, tzinfo=UTC))
    except (CronSimError, ValueError) as cause:
        raise Invalid(f"{text!r} is not a cron text: {cause}.") from cause
    if nearest and not second.isdecimal():
        raise Invalid(f"{text!r}: with `W` the seconds must be one number.")
    return second, expression, day


def _weekdays(field: str, text: str) -> str:
    """Rewrite Quartz's weekdays, 1 for Sunday, as crontab's, 0 for Sunday."""
    if field in ("*", "?"):
        return "*"
    found = []
    for term in field.split(","):
        bounds, slash, step = term.partition("/")
        ends = [_weekday(one, text) for one in ("7" if bounds == "L" else bounds).split("-")]
        if len(ends) == 2 and all(len(end) == 1 for end in ends) and ends[1] < ends[0]:
            # from Friday to Monday goes round the end of the week
            found += [str(day % 7) for day in range(int(ends[0]), int(ends[1]) + 8, int(step or 1) or 1)]
        else:
            found.append("-".join(ends) + slash + step)
    return ",".join(found)


def _weekday(name: str, text: str) -> str:
    if name == "*":
        return name
    known = _QUARTZ_DAY.fullmatch(name)
    if known and known[1] in _DAYS:
        return f"{_DAYS.index(known[1])}{known[2] or ''}"
    if known is None or not known[1].isdecimal() or not 1 <= int(known[1]) <= 7:
        raise Invalid(f"{text!r}: {name!r} is not a weekday; write SUN to SAT, or 1 to 7.")
    return f"{int(known[1]) - 1}{known[2] or ''}"


def _nearest_weekday(day: date, wanted: int) -> int:
    """Find the weekday of a month that is nearest to a day and lies in the same month; 0 if it has no such day."""
    last = monthrange(day.year, day.month)[1]
    if wanted > last:
        return 0
    weekday = day.replace(day=wanted).weekday()
    if weekday == 5:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 6:
        return wanted + 1 if wanted < last else wanted - 2
    return wanted
