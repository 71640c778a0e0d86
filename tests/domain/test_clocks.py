"""Limits and lights: planned, extended, paused, written down and read again."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Amount, WorkingCalendar
from app.domain.clocks import (
    Limit,
    at_share,
    extend,
    light,
    moment,
    on_time,
    pause,
    plan_limit,
    remaining,
    renew,
    resume,
    share,
)
from app.domain.errors import Conflict, Invalid

CALENDAR = WorkingCalendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


def limit(amount: str = "10 wh", start: str = "2026-03-02T08:30", **options: object) -> Limit:
    return plan_limit("handle", Amount.parse(amount), at(start), CALENDAR, **options)  # type: ignore[arg-type]


def test_yellow_is_seventy_percent_of_the_working_time() -> None:
    planned = limit("10 wh")
    assert planned.yellow_at == at("2026-03-02T17:00")
    assert planned.due_at == at("2026-03-03T11:00")
    assert planned.black_at == CALENDAR.add(at("2026-03-02T08:30"), Amount.parse("4 wd"))


def test_yellow_is_seventy_percent_of_the_calendar_time() -> None:
    planned = limit("10 h", "2026-03-07T00:00")
    assert (planned.yellow_at, planned.due_at) == (at("2026-03-07T07:00"), at("2026-03-07T10:00"))


@pytest.mark.parametrize(
    ("now", "colour"),
    [
        ("2026-03-07T00:00:00", "green"),
        ("2026-03-07T06:59:59", "green"),
        ("2026-03-07T07:00:00", "yellow"),
        ("2026-03-07T09:59:59", "yellow"),
        ("2026-03-07T10:00:00", "red"),
        ("2026-03-08T05:59:59", "red"),
        ("2026-03-08T06:00:00", "black"),
    ],
)
def test_light(now: str, colour: str) -> None:
    planned = limit("10 h", "2026-03-07T00:00")
    assert light(planned, at(now)) == colour
    assert light(planned.as_dict(), at(now)) == colour
    assert light({"due_at": None}, at(now)) == "green"


def test_a_paused_limit_is_grey_even_when_it_was_late() -> None:
    late = pause(limit("1 h"), at("2026-03-09T09:00"), CALENDAR)
    assert light(late, at("2026-03-09T10:00")) == "grey"


def test_finishing_at_the_due_moment_is_in_time() -> None:
    planned = limit("10 h")
    assert on_time(planned, planned.due_at)
    assert not on_time(planned, planned.due_at + timedelta(seconds=1))


def test_a_rework_gets_half_but_not_less_than_the_minimum() -> None:
    minimum = Amount.parse("4 wh")
    assert limit("5 wd", factor=0.5, minimum=minimum).amount == Amount.parse("2.5 wd")
    small = limit("1 wh", factor=0.5, minimum=minimum)
    assert small.due_at == at("2026-03-02T14:00")
    assert small.amount == minimum


def test_an_extension_counts_from_the_old_due_moment() -> None:
    longer = extend(limit("15 wd", "2026-03-03T10:00"), Amount.parse("5 wd"), CALENDAR)
    assert longer.due_at == at("2026-03-31T10:00")
    assert str(longer.amount) == "20 wd"
    assert longer.yellow_at == CALENDAR.add(at("2026-03-03T10:00"), Amount.parse("14 wd"))


def test_working_days_may_extend_a_calendar_limit() -> None:
    longer = extend(limit("24 h", "2026-03-06T10:00"), Amount.parse("1 wd"), CALENDAR)
    assert longer.due_at == at("2026-03-09T17:30")
    assert not longer.amount.working


def test_a_pause_moves_every_mark_by_the_working_time_of_the_pause() -> None:
    planned = limit("10 wh")
    still = pause(planned, at("2026-03-02T10:00"), CALENDAR)
    again = resume(still, at("2026-03-02T14:30"), CALENDAR)
    three = Amount.parse("3 wh")
    assert again.paused_for == three.length
    for name in ("due_at", "yellow_at", "black_at"):
        assert getattr(again, name) == CALENDAR.add(getattr(planned, name), three)
    assert share(still, at("2026-03-20T10:00"), CALENDAR) == pytest.approx(0.15)
    assert share(again, at("2026-03-02T14:30"), CALENDAR) == pytest.approx(0.15)


def test_a_pause_over_the_weekend_costs_nothing() -> None:
    planned = limit("10 wh", "2026-03-06T16:00")
    again = resume(pause(planned, at("2026-03-06T18:00"), CALENDAR), at("2026-03-08T12:00"), CALENDAR)
    assert again.due_at == planned.due_at


def test_an_extension_after_a_pause_keeps_the_pause() -> None:
    paused = resume(pause(limit("10 h"), at("2026-03-02T09:30"), CALENDAR), at("2026-03-02T11:30"), CALENDAR)
    longer = extend(paused, Amount.parse("10 h"), CALENDAR)
    assert longer.due_at == at("2026-03-03T06:30")
    assert longer.yellow_at == at("2026-03-03T00:30")


def test_a_late_limit_stays_late_after_a_pause() -> None:
    planned = limit("1 h")
    again = resume(pause(planned, at("2026-03-02T11:00"), CALENDAR), at("2026-03-02T20:00"), CALENDAR)
    assert light(again, at("2026-03-02T20:00")) == "red"


def test_pausing_twice_and_resuming_a_running_clock_are_refused() -> None:
    planned = limit()
    still = pause(planned, at("2026-03-02T10:00"), CALENDAR)
    with pytest.raises(Conflict):
        pause(still, at("2026-03-02T11:00"), CALENDAR)
    with pytest.raises(Conflict):
        resume(planned, at("2026-03-02T11:00"), CALENDAR)
    with pytest.raises(Invalid):
        resume(still, at("2026-03-02T09:00"), CALENDAR)
    with pytest.raises(Invalid):
        pause(planned, at("2026-03-01T09:00"), CALENDAR)


def test_what_is_left_is_told_in_working_days_or_in_days() -> None:
    left = remaining(limit("2 wd"), at("2026-03-02T09:30"), CALENDAR)
    assert (left.late, left.working, left.days, left.hours, left.minutes) == (False, True, 1, 6, 30)
    late = remaining(limit("1 d"), at("2026-03-04T09:45"), CALENDAR)
    assert (late.late, late.working, late.days, late.hours, late.minutes) == (True, False, 1, 1, 15)


def test_cards_come_at_a_share_of_the_limit() -> None:
    planned = limit("10 h", "2026-03-07T00:00")
    assert at_share(planned, 1.5, CALENDAR) == at("2026-03-07T15:00")
    assert at_share(planned, 1, CALENDAR) == planned.due_at


def test_an_immediate_limit_is_used_up_at_once() -> None:
    now = limit("0 min")
    assert now.due_at == now.started_at
    assert share(now, now.started_at, CALENDAR) == 1.0


@pytest.mark.parametrize(
    "change", [{"due_at": "soon"}, {"amount": 3}, {"started_at": "2026-03-02T08:30:00"}, {"factor": []}]
)
def test_a_broken_record_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Limit.from_dict(limit().as_dict() | change)
    with pytest.raises(Invalid):
        Limit.from_dict({})


def test_moments_need_an_offset() -> None:
    assert moment("2026-03-02T00:30:00Z") == at("2026-03-02T08:30")
    with pytest.raises(Invalid):
        moment("2026-03-02T08:30:00")


@given(st.integers(1, 5000), st.booleans(), st.integers(0, 3000), st.integers(0, 3000))
def test_limits_survive_writing_and_the_marks_stay_in_order(minutes: int, working: bool, wait: int, stood: int) -> None:
    planned = plan_limit("x", Amount(timedelta(minutes=minutes), working), at("2026-03-02T08:30"), CALENDAR)
    still = pause(planned, planned.started_at + timedelta(minutes=wait), CALENDAR)
    again = resume(still, still.paused_at + timedelta(minutes=stood), CALENDAR)  # type: ignore[operator]
    for one in (planned, still, again):
        assert Limit.from_dict(one.as_dict()) == one
        assert one.started_at <= one.yellow_at <= one.due_at <= one.black_at
    assert again.due_at >= planned.due_at


@pytest.mark.parametrize(
    ("now", "amount", "due"),
    [
        # longer: counted from the beginning
        ("2026-03-02T10:30", "15 wh", "2026-03-03T17:30"),
        # shorter: the whole new amount from now on ...
        ("2026-03-02T10:30", "2 h", "2026-03-02T12:30"),
        ("2026-03-02T10:30", "2 wh", "2026-03-02T14:00"),
        # ... but never more than there was
        ("2026-03-03T10:30", "2 h", "2026-03-03T11:00"),
        # what is late stays late
        ("2026-03-03T11:01", "5 wd", "2026-03-03T11:00"),
    ],
)
def test_another_amount_never_makes_late_and_never_gives_away(now: str, amount: str, due: str) -> None:
    renewed = renew(limit(), Amount.parse(amount), at(now), CALENDAR)
    assert renewed.due_at == at(due) and renewed.started_at == at("2026-03-02T08:30")
    assert renewed.yellow_at <= renewed.due_at <= renewed.black_at


def test_another_amount_keeps_the_share_and_the_least_of_a_rework() -> None:
    half = limit("10 wh", factor=0.5)
    assert renew(half, Amount.parse("20 wh"), at("2026-03-02T09:00"), CALENDAR).due_at == limit("10 wh").due_at
    least = renew(half, Amount.parse("2 wh"), at("2026-03-02T08:30"), CALENDAR, Amount.parse("4 wh"))
    assert least.due_at == limit("4 wh").due_at


def test_another_amount_of_a_clock_that_stands_still() -> None:
    still = pause(limit("10 wh"), at("2026-03-02T09:30"), CALENDAR)
    renewed = renew(still, Amount.parse("2 wh"), at("2026-03-05T09:30"), CALENDAR)
    assert renewed.due_at == at("2026-03-02T11:30") and renewed.paused_at == still.paused_at
    assert resume(renewed, at("2026-03-05T09:30"), CALENDAR).due_at == at("2026-03-05T11:30")


def test_what_a_pause_took_counts_in_the_new_kind_of_time_too() -> None:
    paused = pause(limit("10 wh"), at("2026-03-02T09:30"), CALENDAR)
    went_on = resume(paused, at("2026-03-02T11:30"), CALENDAR)
    renewed = renew(went_on, Amount.parse("48 h"), at("2026-03-02T13:30"), CALENDAR)
    assert renewed.due_at == at("2026-03-04T10:30") and renewed.paused_for == timedelta(hours=2)
