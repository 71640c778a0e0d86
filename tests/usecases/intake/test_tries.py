"""Guesses at the codes of reports and questions end after a few; a right code is not held back by earlier slips."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.errors import NotFound, TooManyAttempts
from app.usecases import Tools
from app.usecases.intake.admit_report import TooManyReports, admit_report
from app.usecases.intake.announce_try import PER_ADDRESS, PER_NUMBER, PER_PAIR, WINDOW, TooManyCodes
from app.usecases.intake.own_report import ReportNotFound
from app.usecases.intake.party_code import QuestionNotFound
from app.usecases.intake.read_question import read_question
from app.usecases.intake.submit_report import Submitted, submit_report
from app.usecases.intake.track_report import track_report
from app.usecases.intake.tries import network_of
from app.usecases.people.forget_expired import ATTEMPTS_KEPT, forget_expired

HOME, CAFE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def report(demo_city: Tools) -> Submitted:
    with demo_city.store.unit_of_work() as uow:
        place = uow.units.place("33.02.11.004.001.001")
    assert place
    return submit_report(demo_city, actor=None, report={
        "channel": "CITY_APP", "nature": "help", "content": "路边的井盖不见了，很危险，请尽快处理", "lat": place.lat,
        "lon": place.lon})  # fmt: skip


def look(tools: Tools, report: Submitted, code: str, address: str | None = HOME) -> Any:
    return track_report(tools, event_no=report.event_no, tracking_code=code, address=address)


def guess(tools: Tools, number: str, address: str) -> None:
    with pytest.raises(ReportNotFound):
        track_report(tools, event_no=number, tracking_code="2222222222", address=address)


def test_a_number_is_closed_to_an_address_after_a_few_wrong_codes(demo_city: Tools, report: Submitted) -> None:
    for _ in range(PER_PAIR - 1):
        guess(demo_city, report.event_no, HOME)
    assert look(demo_city, report, report.tracking_code).event_no == report.event_no
    for _ in range(PER_PAIR):
        guess(demo_city, report.event_no, HOME)
    with pytest.raises(TooManyCodes):
        look(demo_city, report, report.tracking_code)
    assert look(demo_city, report, report.tracking_code, CAFE).event_no == report.event_no
    # his browser knows the code, and is not asked for it
    assert look(demo_city, report, report.tracking_code, None).event_no == report.event_no
    wall = demo_city.clock.wall()
    with demo_city.store.unit_of_work() as uow:
        assert uow.public_tries.count("track", report.event_no, HOME, wall - timedelta(minutes=1))[0] == PER_PAIR
        assert uow.public_tries.drop_before(wall + timedelta(minutes=1)) == PER_PAIR
        uow.commit()
    assert look(demo_city, report, report.tracking_code).event_no == report.event_no


def tried(tools: Tools, report: Submitted, times: int) -> None:
    """Have as many networks try a number just now."""
    wall = tools.clock.wall()
    with tools.store.unit_of_work() as uow:
        for nth in range(times):
            uow.public_tries.add("track", report.event_no, f"192.0.2.{nth}", wall)
        uow.commit()


def test_a_stranger_with_a_few_addresses_locks_nobody_out(demo_city: Tools, report: Submitted) -> None:
    for nth in range(12):
        for _ in range(PER_PAIR):
            guess(demo_city, report.event_no, f"192.0.2.{nth}")
        with pytest.raises(TooManyCodes):
            look(demo_city, report, report.tracking_code, f"192.0.2.{nth}")
    assert look(demo_city, report, report.tracking_code).event_no == report.event_no


def test_all_addresses_of_one_network_are_one(demo_city: Tools, report: Submitted) -> None:
    for nth in range(PER_PAIR):
        guess(demo_city, report.event_no, f"2001:db8:0:7::{nth:x}")
    for same in ("2001:db8:0:7:ffff::1", "2001:DB8:0:7::9", "2001:db8:0:7::9%eth0"):
        with pytest.raises(TooManyCodes):
            look(demo_city, report, report.tracking_code, same)
    assert look(demo_city, report, report.tracking_code, "2001:db8:0:8::1").event_no == report.event_no
    for nth in range(PER_PAIR):
        guess(demo_city, report.event_no, "203.0.113.5" if nth % 2 else "::ffff:203.0.113.5")
    with pytest.raises(TooManyCodes):
        look(demo_city, report, report.tracking_code, "::ffff:203.0.113.5")


@pytest.mark.parametrize(("address", "network"), [
    ("203.0.113.5", "203.0.113.5"), (" 203.0.113.5\0", "203.0.113.5"), ("::ffff:203.0.113.5", "203.0.113.5"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", ""), ("' or 1=1", "' or 1=1"), ("x" * 900, "x" * 150),
    ("1.2.3", "1.2.3"), ("::", "::/64"),
])  # fmt: skip
def test_an_address_is_named_by_the_network_that_one_sender_has(address: str, network: str) -> None:
    assert network_of(address) == network


def test_many_addresses_close_a_number_and_many_numbers_an_address(demo_city: Tools, report: Submitted) -> None:
    tried(demo_city, report, PER_NUMBER - 1)
    assert look(demo_city, report, report.tracking_code).event_no == report.event_no
    tried(demo_city, report, 1)
    with pytest.raises(TooManyCodes):
        look(demo_city, report, report.tracking_code)
    for nth in range(PER_ADDRESS):
        guess(demo_city, f"NB-{nth}", CAFE)
    with pytest.raises(TooManyCodes):
        track_report(demo_city, event_no="NB-99", tracking_code="2222222222", address=CAFE)
    # guesses at one thing hold nobody back from another
    with pytest.raises(QuestionNotFound):
        read_question(demo_city, event_no=report.event_no, code="2222", locale="zh", address=CAFE)


def test_codes_of_parties_are_guarded_and_hostile_text_is_a_wrong_code(demo_city: Tools, report: Submitted) -> None:
    for number in ("\0", "x" * 9000, "' or 1=1 --", " ", report.event_no):
        with pytest.raises(QuestionNotFound):
            read_question(demo_city, event_no=number.replace("\0", ""), code="é", locale="zh", address=HOME + "\0")
    for _ in range(PER_PAIR - 1):
        with pytest.raises(QuestionNotFound):
            read_question(demo_city, event_no=report.event_no, code="2222", locale="zh", address=HOME)
    with pytest.raises(TooManyCodes) as stopped:
        read_question(demo_city, event_no=report.event_no, code="2222", locale="zh", address=HOME)
    assert isinstance(stopped.value, TooManyAttempts)


def test_guesses_at_the_same_moment_count_one_by_one(demo_city: Tools, report: Submitted) -> None:
    found: list[type[BaseException]] = []

    def once() -> None:
        try:
            look(demo_city, report, "2222222222")
        except (NotFound, TooManyCodes) as refused:
            found.append(type(refused))

    threads = [threading.Thread(target=once) for _ in range(PER_PAIR + 5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found.count(ReportNotFound) == PER_PAIR and found.count(TooManyCodes) == 5


def test_old_tries_are_forgotten(demo_city: Tools, report: Submitted) -> None:
    wall = demo_city.clock.wall()
    with demo_city.store.unit_of_work() as uow:
        uow.public_tries.add("track", report.event_no, HOME, wall - ATTEMPTS_KEPT - timedelta(minutes=1))
        uow.public_tries.add("track", report.event_no, HOME, wall)
        uow.commit()
    assert forget_expired(demo_city).attempts == 1
    assert WINDOW < ATTEMPTS_KEPT


def test_reports_without_account_are_limited_by_address_and_hour(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(tools, config=replace(tools.config, public_reports_per_hour=2))
    for _ in range(2):
        admit_report(few, address=HOME)
    with pytest.raises(TooManyReports):
        admit_report(few, address=HOME)
    admit_report(few, address=CAFE)
    wall = few.clock.wall()
    with few.store.unit_of_work() as uow:
        assert uow.public_tries.count("report", "", HOME, wall - timedelta(hours=1))[2] == 2
        uow.commit()
    monkeypatch.setattr(type(few.clock), "wall", lambda clock: wall + timedelta(minutes=61))
    admit_report(few, address=HOME)
    for _ in range(40):
        admit_report(replace(tools, config=replace(tools.config, public_reports_per_hour=0)), address=HOME)
