"""The texts of timers: moments, lengths, repetitions, across months and clock changes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import WorkingCalendar
from app.domain.errors import Invalid, StepFailed, YongzhiError
from app.engine.limits import due_of, repeated

CITY, BERLIN = WorkingCalendar(), WorkingCalendar(tz="Europe/Berlin")
NOW = datetime(2026, 3, 2, 9, tzinfo=CITY.zone)


def due(text: object, kind: str = "duration", now: datetime = NOW, calendar: WorkingCalendar = CITY) -> str:
    return due_of(text, kind, now, calendar)["at"]


def row(text: str, count: int, now: datetime = NOW, calendar: WorkingCalendar = CITY) -> list[str]:
    """The moments of a repetition, each fired in time."""
    found, one = [], due_of(text, "cycle", now, calendar)
    while one is not None and len(found) < count:
        found.append(one["at"])
        one = repeated(one, calendar, datetime.fromisoformat(one["at"]))
    return found


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("2026-03-05T08:30:00+02:00", "date", "2026-03-05T08:30:00+02:00"),
        ("2026-03-05T08:30:00Z", "date", "2026-03-05T08:30:00+00:00"),
        ("2026-03-05T08:30", "date", "2026-03-05T08:30:00+08:00"),
        ("2026-03-05", "date", "2026-03-05T00:00:00+08:00"),
        ("20260305T083000Z", "date", "2026-03-05T08:30:00+00:00"),
        ("2026-03-05T24:00", "date", "2026-03-06T00:00:00+08:00"),
        ("2026-07-05T09:00@Europe/Berlin", "date", "2026-07-05T09:00:00+02:00"),
        ("2026-01-05T09:00[Europe/Berlin]", "date", "2026-01-05T09:00:00+01:00"),
        ("3 wd", "date", "2026-03-05T09:00:00+08:00"),
        ("PT2H", "date", "2026-03-02T11:00:00+08:00"),
        ("PT0S", "duration", "2026-03-02T09:00:00+08:00"),
        ("PT1.5H", "duration", "2026-03-02T10:30:00+08:00"),
        ("PT0,5S", "duration", "2026-03-02T09:00:00.500000+08:00"),
        ("P0.5W", "duration", "2026-03-05T21:00:00+08:00"),
        ("P2W", "duration", "2026-03-16T09:00:00+08:00"),
        ("P1M", "duration", "2026-04-02T09:00:00+08:00"),
        ("P1Y2M10DT2H30M", "duration", "2027-05-12T11:30:00+08:00"),
        ("4 wh", "duration", "2026-03-02T14:30:00+08:00"),
    ],
)
def test_every_form_an_editor_writes(text, kind, expected):
    assert due(text, kind) == expected


@pytest.mark.parametrize("text", [
    "-PT5M", "PT-5M", "+PT5M", "P", "PT", "P1H", "1H", "P1,5M", "P1.5DT2H", "P4000D", "P11Y", "P999999999Y", "3 xx",
    "x", "２ wd", "R3/PT1H/", "PT1H/PT1H",
])  # fmt: skip
def test_what_is_no_length_is_refused(text):
    with pytest.raises(Invalid):
        due(text)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01T00:00", "soon", "2026-03-05T09:00@No/Where",
                                  "9999-12-31T24:00", "2026-03-05T09:00@../../etc/passwd"])  # fmt: skip
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(Invalid):
        due(text, "date")


@pytest.mark.parametrize("text", [
    "R0/PT1H", "R-1/PT1H", "Rx/PT1H", "R/PT0S", "R/PT0.2S", "R3/", "R", "R/2026-03-02/2026-03-01", "R3/P1D/2026-03-01",
    "R/4 wh/2026-04-01", "R/a/b", "* * * *", "61 * * * *", "a b c d e", "0 0 30 2 *", "0 0 0 31W 2 ?", "0 0 9 1 * MON",
    "0 0 9 ? * 0", "0 0 9 ? * 8", "0 0 9 1 1 ? 2027", "0 0 9 L-3 * ?", "*/5 * * 15W * ?", "@reboot",
])  # fmt: skip
def test_what_is_no_repetition_is_refused(text):
    with pytest.raises(Invalid):
        due(text, "cycle")


@pytest.mark.parametrize("value", [None, ""])
def test_a_timer_without_value_says_so(value):
    with pytest.raises(StepFailed):
        due(value)


def test_months_end_where_the_month_ends_and_a_row_does_not_drift():
    last = datetime(2026, 1, 31, 9, tzinfo=CITY.zone)
    assert due("P1M", now=last) == "2026-02-28T09:00:00+08:00"
    assert due("P1Y", now=datetime(2028, 2, 29, 9, tzinfo=CITY.zone)) == "2029-02-28T09:00:00+08:00"
    assert [text[:10] for text in row("R4/P1M", 9, last)] == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    assert [text[:10] for text in row("R3/P1M/2026-05-31", 9)] == ["2026-03-31", "2026-04-30", "2026-05-31"]


def test_rows_with_a_start_an_end_or_both():
    assert [text[5:16] for text in row("R2/2026-03-05T08:00/P1D", 9)] == ["03-05T08:00", "03-06T08:00"]
    # a start that has passed sets the row, and the first moment ahead is due
    assert row("R/2020-01-01T08:00/P1D", 2) == ["2026-03-03T08:00:00+08:00", "2026-03-04T08:00:00+08:00"]
    assert [text[5:16] for text in row("R/P1D/2026-03-04T10:00", 9)] == ["03-02T10:00", "03-03T10:00", "03-04T10:00"]
    assert [text[5:16] for text in row("R2/P1D/2026-03-14T10:00", 9)] == ["03-13T10:00", "03-14T10:00"]
    assert row("P1D/2026-03-04T10:00", 9) == row("R/P1D/2026-03-04T10:00", 9)
    assert [text[11:16] for text in row("R/2026-03-02T08:00/2026-03-02T08:45", 2)] == ["09:30", "10:15"]
    assert row("PT1H", 2) == row("R/PT1H", 2)
    # working time: over the closed hours, the weekend and a shifted working day
    shifted = WorkingCalendar({date(2026, 3, 7): True})
    friday = datetime(2026, 3, 6, 15, tzinfo=CITY.zone)
    assert [text[5:16] for text in row("R3/4 wh", 9, friday, shifted)] == ["03-07T10:00", "03-07T15:30", "03-09T10:30"]


def test_what_was_missed_comes_once_and_how_often_stays():
    one = due_of("R3/PT1H", "cycle", NOW, CITY)
    two = repeated(one, CITY, NOW + timedelta(hours=5, minutes=20))
    assert two is not None and (two["at"][11:16], two["left"]) == ("15:00", 1)
    three = repeated(two, CITY, NOW + timedelta(hours=9))
    assert three is not None and (three["at"][11:16], three["left"]) == ("18:00", 0)
    assert repeated(three, CITY, NOW + timedelta(hours=10)) is None
    # a row since long ago is found at once
    old = {"at": "2016-01-01T00:00:00+08:00", "every": "PT1S", "left": None, "base": "2016-01-01T00:00:00+08:00"}
    assert repeated(old, CITY, NOW)["at"] == NOW.isoformat()
    assert repeated({**old, "every": "1 wh"}, CITY, NOW)["at"][:10] == "2026-03-02"
    ended = due_of("R/P1D/2026-03-04T10:00", "cycle", NOW, CITY)
    assert repeated(ended, CITY, datetime(2026, 3, 5, tzinfo=CITY.zone)) is None


def test_a_state_written_before_goes_on():
    old = {"at": "2026-03-02T10:00:00+08:00", "every": "PT30M", "left": 1}
    assert repeated(old, CITY) == {"at": "2026-03-02T10:30:00+08:00", "every": "PT30M", "left": 0}
    assert repeated({"at": "2026-03-02T10:00:00+08:00"}, CITY) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 9 * * MON-FRI", ["03-03T09:00:00", "03-04T09:00:00"]),
        ("*/20 9 * * *", ["03-02T09:20:00", "03-02T09:40:00"]),
        ("0 9 * * 7", ["03-08T09:00:00", "03-15T09:00:00"]),
        ("0 9 13 * 5", ["03-06T09:00:00", "03-13T09:00:00"]),
        ("0 0 9 ? * 2-6", ["03-03T09:00:00", "03-04T09:00:00"]),
        ("0 0 9 ? * FRI-MON", ["03-06T09:00:00", "03-07T09:00:00"]),
        ("0 0 9 ? * 1", ["03-08T09:00:00", "03-15T09:00:00"]),
        ("0 0 9 ? * L", ["03-07T09:00:00", "03-14T09:00:00"]),
        ("0 0 9 ? * 6L", ["03-27T09:00:00", "04-24T09:00:00"]),
        ("0 0 9 ? * 6#3", ["03-20T09:00:00", "04-17T09:00:00"]),
        ("0 0 9 L * ?", ["03-31T09:00:00", "04-30T09:00:00"]),
        ("0 0 9 LW * ?", ["03-31T09:00:00", "04-30T09:00:00"]),
        ("0 0 9 15W * ?", ["03-16T09:00:00", "04-15T09:00:00"]),
        ("0 0 9 1W * ?", ["04-01T09:00:00", "05-01T09:00:00"]),
        ("30 0/5 * * * ? *", ["03-02T09:00:30", "03-02T09:05:30"]),
        ("*/10 * * * * *", ["03-02T09:00:10", "03-02T09:00:20"]),
        ("@daily", ["03-03T00:00:00", "03-04T00:00:00"]),
    ],
)
def test_cron_as_crontab_and_quartz_write_it(text, expected):
    assert [one[5:19] for one in row(text, 2)] == expected


def test_days_keep_the_hour_and_hours_keep_their_length_across_a_clock_change():
    evening = datetime(2026, 3, 28, 20, tzinfo=BERLIN.zone)
    assert due("P1D", now=evening, calendar=BERLIN) == "2026-03-29T20:00:00+02:00"
    assert due("PT24H", now=evening, calendar=BERLIN) == "2026-03-29T21:00:00+02:00"
    assert due("2026-03-29T02:30", "date", calendar=BERLIN) == "2026-03-29T03:30:00+02:00"
    assert due("2026-10-25T02:30", "date", calendar=BERLIN) == "2026-10-25T02:30:00+02:00"
    assert [text[8:] for text in row("R3/2026-03-28T02:30/P1D", 9, evening.replace(hour=1), BERLIN)] == [
        "28T02:30:00+01:00", "29T03:30:00+02:00", "30T02:30:00+02:00"]  # fmt: skip


@pytest.mark.parametrize("text", ["30 2 * * *", "0 30 2 * * ?"])
def test_a_daily_cron_comes_once_a_day_across_both_clock_changes(text):
    spring = row(text, 3, datetime(2026, 3, 28, 0, tzinfo=BERLIN.zone), BERLIN)
    assert [one[8:] for one in spring] == ["28T02:30:00+01:00", "29T03:00:00+02:00", "30T02:30:00+02:00"]
    autumn = row(text, 3, datetime(2026, 10, 24, 12, tzinfo=BERLIN.zone), BERLIN)
    assert [one[8:] for one in autumn] == ["25T02:30:00+02:00", "26T02:30:00+01:00", "27T02:30:00+01:00"]
    # asked in the hour that comes twice, the answer lies ahead
    second = datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN.zone, fold=1)
    assert due_of(text, "cycle", second, BERLIN)["at"][8:10] == "26"


NAMES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns"]
ZONES = st.sampled_from(NAMES)
MOMENTS = st.datetimes(
    datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=ZONES.map(ZoneInfo), allow_imaginary=False
)
PERIODS = st.one_of(
    st.builds("P{}M".format, st.integers(1, 30)), st.builds("P{}D".format, st.integers(1, 40)),
    st.builds("PT{}M".format, st.integers(20, 5000)),
    st.builds("P{}MT{}S".format, st.integers(1, 6), st.integers(0, 9)),
)
CRONS = st.builds("{} {} * * {}".format, st.integers(0, 59), st.integers(0, 23), st.sampled_from(["*", "MON-FRI", "7"]))


@settings(deadline=None)
@given(MOMENTS, st.one_of(PERIODS.map("R/{}".format), CRONS), st.timedeltas(timedelta(), timedelta(days=9)), ZONES)
def test_the_next_moment_lies_ahead_and_nothing_between_is_left_out(now, text, late, zone):
    calendar = WorkingCalendar(tz=zone)
    one = due_of(text, "cycle", now, calendar)
    at = datetime.fromisoformat(one["at"])
    assert at > now
    skipped, walked = repeated(one, calendar, at + late), one
    while datetime.fromisoformat(walked["at"]) < at + late or walked is one:
        walked = repeated(walked, calendar)
    assert skipped == walked


@given(MOMENTS, st.integers(1, 100), st.sampled_from("YMWD"))
def test_a_calendar_length_is_never_negative_and_keeps_the_clock(now, count, unit):
    calendar = WorkingCalendar(tz=str(now.tzinfo))
    try:
        at = datetime.fromisoformat(due(f"P{count}{unit}", now=now, calendar=calendar))
    except Invalid:
        assert unit == "Y" and count > 10
        return
    assert at > now
    assert at.time() == now.time() or at.utcoffset() != now.utcoffset()


@given(
    st.text(alphabet="PRTYMWDHS0123456789./-+: *?LW#@wdh ", max_size=24),
    st.sampled_from(["date", "duration", "cycle"]),
)
def test_hostile_texts_are_understood_or_refused(text, kind):
    try:
        found = due_of(text, kind, NOW, CITY)
    except YongzhiError:
        return
    assert datetime.fromisoformat(found["at"]).tzinfo is not None
