"""How people want to be told: ways, quiet hours over midnight, addresses."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.domain.city_files import load_calendar
from app.domain.contact import KINDS, Preferences, read_addresses, read_preferences
from app.domain.errors import Invalid

SHANGHAI = timezone(timedelta(hours=8))
CALENDAR = load_calendar(Path(__file__).resolve().parents[2] / "city")


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{day:02d}T{clock}:00+08:00")


@pytest.mark.parametrize(
    ("quiet", "now", "then"),
    [
        (("22:00", "07:00"), at(2, "21:59"), at(2, "21:59")), (("22:00", "07:00"), at(2, "22:00"), at(3, "07:00")),
        (("22:00", "07:00"), at(3, "00:00"), at(3, "07:00")), (("22:00", "07:00"), at(3, "07:00"), at(3, "07:00")),
        (("12:00", "13:30"), at(2, "12:10"), at(2, "13:30")), (("12:00", "13:30"), at(2, "13:30"), at(2, "13:30")),
        (("", ""), at(2, "03:00"), at(2, "03:00")), (("08:00", "08:00"), at(2, "09:00"), at(2, "09:00")),
    ],
)  # fmt: skip
def test_quiet_hours_end_where_they_say(quiet: tuple[str, str], now: datetime, then: datetime) -> None:
    wanted = Preferences({}, *quiet)
    assert wanted.send_at(now.astimezone(timezone.utc), CALENDAR, urgent=False) == then  # noqa: UP017
    assert wanted.send_at(now, CALENDAR, urgent=True) == now


def test_who_has_chosen_nothing_gets_what_is_proposed_and_who_has_chosen_gets_that() -> None:
    assert Preferences().ways("task") == () and Preferences().ways("urgent") == ("mail", "gateway")
    chosen = read_preferences({"choices": {"task": ["gateway"]}})
    assert chosen.ways("task") == ("gateway",) and chosen.ways("urgent") == () and set(chosen.choices) == set(KINDS)


@pytest.mark.parametrize("mail", ["a@b.cn", "x.y+z@mail.ningbo.example.cn"])
def test_addresses_are_taken_without_the_spaces_around_them(mail: str) -> None:
    assert read_addresses(f" {mail} ", " +86 138 0000 0000 ") == (mail, "+86 138 0000 0000")


@pytest.mark.parametrize("mail", ["a@b", "@b.cn", "a b@c.cn", "a@b.cn, c@d.cn", "a@b.cn\nBcc: c@d.cn", "a@[127.0.0.1]"])
def test_what_is_no_address_is_refused(mail: str) -> None:
    with pytest.raises(Invalid):
        read_addresses(mail, "")
