"""The server's clock, its calendar and its counters."""

from collections.abc import Iterable
from datetime import date, timedelta

from app.domain.errors import Invalid
from app.domain.records_traffic import CalendarDay
from app.store.transaction import Transaction, columns

#: event numbers have six digits
MOST = 999_999


class Clock:
    """How far the server's clock was moved, for every node; only demo and test servers move it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def offset(self) -> timedelta:
        """Read how far the server is ahead of the machine."""
        return timedelta(seconds=self._tx.value("select offset_seconds from server_clock where id = 1") or 0.0)

    def move(self, offset: timedelta) -> None:
        """Set how far the server is ahead."""
        self._tx.write(
            "update server_clock set offset_seconds = %(offset)s, moved_at = now() where id = 1",
            {"offset": offset.total_seconds()},
        )


class Calendar:
    """Days that differ from the printed calendar."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def days(self) -> tuple[CalendarDay, ...]:
        """List every such day."""
        return self._tx.records(CalendarDay, f"select {columns(CalendarDay)} from calendar_days order by day")

    def put(self, days: Iterable[CalendarDay]) -> None:
        """Add or change days."""
        for day in days:
            self._tx.write(
                "insert into calendar_days (day, is_workday, note) values (%(day)s, %(is_workday)s, %(note)s)"
                " on conflict (day) do update set is_workday = excluded.is_workday, note = excluded.note",
                vars(day),
            )

    def drop(self, day: date) -> bool:
        """Forget a day; say whether it was there."""
        return self._tx.write("delete from calendar_days where day = %(day)s", {"day": day}) == 1


class Counters:
    """Numbers that are given out once."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def next(self, name: str, day: date) -> int:
        """Give out the next number of a counter and day, from 1.

        The number is taken with this transaction: rolled back, it is given out again, so that no number is missing.
        """
        row = self._tx.written(
            "insert into counters (name, day, value) values (%(name)s, %(day)s, 1)"
            " on conflict (name, day) do update set value = counters.value + 1 returning value",
            {"name": name, "day": day},
        )
        assert row is not None
        return int(row[0])

    def next_event_no(self, division: str, day: date) -> str:
        """Give out an event number, `NB-330211-20260302-000017`.

        Args:
            division: six digits of the county, or of the city for what belongs to no county.
            day: the local day.

        Raises:
            Invalid: not a division code, or the county has used up the day's numbers.
        """
        if not (len(division) == 6 and division.isascii() and division.isdigit()):
            raise Invalid(f"{division!r} is not the six-digit code of a division.")
        number = self.next(f"event/{division}", day)
        if number > MOST:
            raise Invalid("This county has used up the day's event numbers.")
        return f"NB-{division}-{day:%Y%m%d}-{number:06d}"
