"""Working time: the scenarios' own figures, the edges of a day, and the laws of adding."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Amount, WorkingCalendar, announced_workday, is_announced
from app.domain.errors import Invalid

CALENDAR = WorkingCalendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-03-02T21:10", "2 wh", "2026-03-03T10:30"),  # a start outside hours moves to the next opening
        ("2026-03-03T10:10", "4 wh", "2026-03-03T15:40"),  # across the noon break
        ("2026-03-04T11:45", "4 wh", "2026-03-04T17:15"),
        ("2026-03-03T10:00", "15 wd", "2026-03-24T10:00"),
        ("2026-03-24T10:00", "5 wd", "2026-03-31T10:00"),
        ("2026-03-27T16:00", "1 wd", "2026-03-30T16:00"),  # Saturday and Sunday do not count
        ("2026-03-02T13:30", "4 wh", "2026-03-02T17:30"),  # a result on closing time stays there
        ("2026-03-02T08:30", "3.5 wh", "2026-03-02T12:00"),  # and so does one on the noon break
        ("2026-03-02T17:30", "1 wmin", "2026-03-03T08:31"),  # closing time itself is outside hours
        ("2026-03-02T12:00", "1 wmin", "2026-03-02T13:31"),
        ("2026-02-13T17:00", "1 wd", "2026-02-14T17:00"),  # a Saturday that was made a working day
        ("2026-02-14T17:00", "1 wh", "2026-02-24T09:00"),  # over the whole Spring Festival
        ("2026-03-06T17:00", "2 d", "2026-03-08T17:00"),  # calendar days run through the weekend
        ("2026-03-06T17:00", "PT30M", "2026-03-06T17:30"),
        ("2026-03-06T17:00", "P1DT2H", "2026-03-07T19:00"),
        ("2026-03-07T10:00", "0 wh", "2026-03-07T10:00"),  # nothing granted, nothing moved
    ],
)
def test_add(start: str, amount: str, due: str) -> None:
    assert CALENDAR.add(at(start), Amount.parse(amount)) == at(due)


def test_results_carry_the_offset_of_the_city() -> None:
    due = CALENDAR.add(datetime(2026, 3, 2, 1, 0, tzinfo=UTC), Amount.parse("1 wh"))
    assert due.isoformat() == "2026-03-02T10:00:00+08:00"


def test_naive_moments_are_refused() -> None:
    with pytest.raises(Invalid, match="no time zone"):
        CALENDAR.add(datetime(2026, 3, 2, 9, 0), Amount.parse("1 h"))


def test_the_override_table_wins_over_the_library() -> None:
    calendar = WorkingCalendar({date(2026, 3, 3): False, date(2026, 3, 7): True})
    assert calendar.add(at("2026-03-02T17:00"), Amount.parse("1 wh")) == at("2026-03-04T09:00")
    assert calendar.is_workday(date(2026, 3, 7))
    assert not CALENDAR.is_workday(date(2026, 3, 7))


def test_a_later_change_of_the_table_does_not_reach_a_calendar() -> None:
    table = {date(2026, 3, 3): False}
    calendar = WorkingCalendar(table)
    table[date(2026, 3, 4)] = False
    assert calendar.is_workday(date(2026, 3, 4))


def test_a_calendar_without_working_days_is_refused_instead_of_walked_forever() -> None:
    days = {date(2026, 1, 1) + timedelta(days=n): False for n in range(1000)}
    with pytest.raises(Invalid, match="calendar ends"):
        WorkingCalendar(days).add(at("2026-01-05T09:00"), Amount.parse("1 wh"))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 17), False),  # New Year of the lunar calendar
        (date(2026, 2, 14), True),  # shifted working Saturday
        (date(2026, 10, 10), True),
        (date(2026, 10, 1), False),
        (date(2027, 2, 8), False),  # computed: no notice for 2027 is known
        (date(2027, 10, 1), False),
        (date(2027, 3, 1), True),
        (date(2027, 3, 6), False),  # Saturdays count as free until the notice
        (date(1990, 10, 1), False),
    ],
)
def test_days_of_the_state_calendar(day: date, works: bool) -> None:
    assert announced_workday(day) is works


def test_years_without_a_notice_are_known_as_such() -> None:
    assert is_announced(date(2026, 12, 31))
    assert not is_announced(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("10 min", "10 min"),
        ("4h", "4 h"),
        ("48 h", "2 d"),
        ("4 wh", "4 wh"),
        ("3 wd", "3 wd"),
        ("7.5 wh", "1 wd"),
        ("0.5 wh", "30 wmin"),
        ("PT2H", "2 h"),
        ("P1W", "7 d"),
        ("0 min", "0 min"),
    ],
)
def test_amounts_are_read_and_written(text: str, again: str) -> None:
    assert str(Amount.parse(text)) == again
    assert Amount.parse(again) == Amount.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h",
        "-1 h",
        "4 weeks",
        "P1M",
        "P1Y",
        "P",
        "PT",
        "P1DT",
        "1e9 d",
        "9999999 d",
        "4 h 3 min",
        "٣ h",
        "nan h",
        None,
        4,
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        Amount.parse(text)


def test_hours_must_be_in_order() -> None:
    morning, afternoon = CALENDAR.hours
    for hours in ((afternoon, morning), (), (morning, morning)):
        with pytest.raises(Invalid):
            WorkingCalendar(hours=hours)


MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2027, 3, 1), timezones=st.just(CALENDAR.zone)).map(
    lambda found: found.replace(microsecond=0)
)
AMOUNTS = st.integers(0, 6000).map(lambda minutes: Amount(timedelta(minutes=minutes), working=True))


@given(MOMENTS, AMOUNTS, AMOUNTS)
def test_adding_twice_is_adding_the_sum(start: datetime, first: Amount, second: Amount) -> None:
    both = Amount(first.length + second.length, working=True)
    assert CALENDAR.add(CALENDAR.add(start, first), second) == CALENDAR.add(start, both)


@given(MOMENTS, AMOUNTS)
def test_measuring_undoes_adding(start: datetime, amount: Amount) -> None:
    due = CALENDAR.add(start, amount)
    assert CALENDAR.working_between(start, due) == amount.length
    assert CALENDAR.working_between(due, start) == -amount.length


@pytest.mark.parametrize("factor", [-0.1, 101, float("nan")])
def test_a_limit_is_not_multiplied_by_nonsense(factor: float) -> None:
    assert str(Amount.parse("5 wd").times(0.5)) == "1125 wmin"
    with pytest.raises(Invalid):
        Amount.parse("5 wd").times(factor)


def test_time_that_never_works_measures_nothing() -> None:
    days = {date(2026, 1, 1) + timedelta(days=n): False for n in range(1000)}
    closed = WorkingCalendar(days)
    assert closed.working_between(at("2026-01-05T09:00"), at("2026-03-05T09:00")) == timedelta()
    assert closed.elapsed(at("2026-01-05T09:00"), at("2026-01-06T09:00"), working=False) == timedelta(days=1)
