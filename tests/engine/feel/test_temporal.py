"""Dates, times and durations."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.feel import Months, evaluate, normalise
from app.engine.feel.temporal import parse_duration, parse_temporal, text_of_temporal

EXPRESSIONS = [
    ('date("2026-03-02").year', 2026),
    ('@"2026-03-02".weekday', 1),
    ('date("2026-02-30")', None),
    ("date(2026, 3, 2)", "2026-03-02"),
    ("date(2026, 13, 2)", None),
    ("date(2026.5, 1, 1)", None),
    ('date(date and time("2026-03-02T10:00:00"))', "2026-03-02"),
    ('date and time("2026-03-02T10:00:00+08:00").hour', 10),
    ('date and time("2026-03-02T10:00:00Z")', "2026-03-02T10:00:00+00:00"),
    ('date and time("2026-03-02T10:00:00@Asia/Shanghai")', "2026-03-02T10:00:00+08:00"),
    ('date and time("2026-03-02")', "2026-03-02T00:00:00"),
    ('date and time("2026-03-02T10:00:00@Mars/Olympus")', None),
    ('date and time("2026-03-02T10:00:00@../etc/passwd")', None),
    ('date and time("2026-03-02T10:00:00@Asia/Shanghai").timezone', "Asia/Shanghai"),
    ('date and time(date("2026-03-02"), time("10:00:00"))', "2026-03-02T10:00:00"),
    ("date and time(2026, 3, 2, 10, 0, 0)", "2026-03-02T10:00:00"),
    ('date and time(2026, 3, 2, 10, 0, 0, @"PT8H")', "2026-03-02T10:00:00+08:00"),
    ('date and time(date and time("2026-03-02T10:00:00+08:00"), "Z")', "2026-03-02T02:00:00+00:00"),
    ('date and time("2026-03-02T10:00:00+08:00") = date and time("2026-03-02T02:00:00Z")', True),
    ('is(date and time("2026-03-02T10:00:00+08:00"), date and time("2026-03-02T02:00:00Z"))', False),
    ('is(1, "1")', False),
    ("is(1, 1.0)", True),
    ('date and time("2026-03-02T10:00:00") < date and time("2026-03-02T11:00:00Z")', None),
    ('@"2026-03-02T10:00:00+08:00".time offset', "PT8H"),
    ('time("10:20:30").minute', 20),
    ('time("10:20:30.5").second', 30),
    ('time(10, 20, 30, @"PT8H")', "10:20:30+08:00"),
    ('time("25:00:00")', None),
    ('time("23:00:00") + @"PT2H"', "01:00:00"),
    ('time("10:00:00") - time("08:30:00")', "PT1H30M"),
    ("time(10, 20, 30.25)", "10:20:30.25"),
    ('duration("P1Y2M")', "P1Y2M"),
    ('duration("P1Y2D")', None),
    ('duration("P14M").years', 1),
    ('duration("-P1D").days', -1),
    ('duration("P")', None),
    ('duration("PT36H").days', 1),
    ('duration("PT36H").hours', 12),
    ('duration("P1W")', "P7D"),
    ('@"P1D" * 1.5', "P1DT12H"),
    ('@"P1D" / @"PT6H"', 4),
    ('@"P1D" / 2', "PT12H"),
    ('@"P1D" / 0', None),
    ('@"P1Y" / @"P1M"', 12),
    ('@"P1Y" * 2', "P2Y"),
    ('@"P1Y" + @"P1D"', None),
    ('-@"P1M"', "-P1M"),
    ('date("2026-01-31") + @"P1M"', "2026-02-28"),
    ('date("2024-02-29") + @"P1Y"', "2025-02-28"),
    ('date("2026-03-01") - @"P1D"', "2026-02-28"),
    ('date("2026-03-02") - date("2026-03-01")', "P1D"),
    ('@"P1D" + date("2026-03-02")', "2026-03-03"),
    ('date("9999-12-31") + @"P1D"', None),
    ('date and time("2026-03-02T10:00:00+08:00") - date and time("2026-03-02T00:00:00Z")', "PT2H"),
    ('date("0001-01-01") - @"P1M"', None),
    ('date and time("2026-03-02T10:00:00") - date and time("2026-03-02T00:00:00Z")', None),
    ('date("2026-03-02") * 2', None),
    ('years and months duration(date("2011-12-22"), date("2013-08-24"))', "P1Y8M"),
    ('years and months duration(date("2013-08-24"), date("2011-12-22"))', "-P1Y8M"),
    ('day of year(date("2026-02-01"))', 32),
    ('day of week(date("2026-03-02"))', "Monday"),
    ('month of year(date("2026-03-02"))', "March"),
    ('week of year(date("2026-01-01"))', 1),
    ('last day of month(date("2028-02-10"))', "2028-02-29"),
    ('@"P1D" > @"PT23H"', True),
    ('@"P1M" > @"P1D"', None),
    ('for d in (date("9999-12-30")..date("9999-12-31")] return d', ["9999-12-31"]),
    ('for d in (date("9999-12-31")..date("9999-12-31")] return d', None),
    ('string(date and time("2026-03-02T10:00:00@Asia/Shanghai"))', "2026-03-02T10:00:00@Asia/Shanghai"),
    ('date and time("2026-03-02T10:00:00.123456789").second', 0),
    ('time(date("2026-03-02"))', "00:00:00Z"),
    ('date and time(date("2026-03-02"))', "2026-03-02T00:00:00"),
    ('@"2026-03-02T10:00:00".date', "2026-03-02"),
]


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS)
def test_expression(expression: str, expected: Any) -> None:
    assert normalise(evaluate(expression, {})) == expected


def test_stored_moments_come_back_as_moments() -> None:
    stored = normalise(evaluate('date and time("2026-03-02T10:00:00+08:00") + @"P1D"', {}))
    assert stored == "2026-03-03T10:00:00+08:00"
    assert evaluate('date and time(due) > date and time("2026-03-03T01:59:59Z")', {"due": stored}) is True


TEMPORALS = st.one_of(
    st.dates(),
    st.datetimes(),
    st.times().filter(lambda value: value.tzinfo is None),
    st.timedeltas(min_value=timedelta(days=-99999), max_value=timedelta(days=99999)),
    st.integers(-9999, 9999).map(Months),
)


@given(TEMPORALS)
def test_text_reads_back(value: date | datetime | time | timedelta | Months) -> None:
    assert parse_temporal(text_of_temporal(value)) == value


@given(st.text(max_size=30), st.text("PTYMDHSW0123456789.-", max_size=30))
def test_any_text_is_a_temporal_or_none(text: str, near: str) -> None:
    for one in (text, near):
        parse_temporal(one)
        found = parse_duration(one)
        assert found is None or isinstance(found, timedelta | Months)
