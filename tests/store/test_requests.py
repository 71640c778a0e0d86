"""Answers kept, messages received once, numbers given out once, reports taken once."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from app.domain.errors import IdempotencyMismatch, Invalid
from app.domain.ids import new_id
from app.domain.records_traffic import CalendarDay, KeptAnswer, ReportRow
from app.store import ForgottenCommit, Store, UnitOfWork
from tests.store.cast import AT, Cast, linked, progress, start

ANSWER = KeptAnswer(201, b'{"id": 1}', "application/json")
DAY = date(2026, 3, 2)


def together(store: Store, number: int, work: Callable[[UnitOfWork], None]) -> None:
    """Run the same command in several threads that begin at once."""
    ready = threading.Barrier(number)
    failures: list[BaseException] = []

    def run() -> None:
        ready.wait(10)
        try:
            with store.unit_of_work() as uow:
                work(uow)
                uow.commit()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]


def test_a_repeated_request_gets_its_first_answer(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.idempotency.begin("me", "k", "POST /x", b"h", AT) is None
        uow.idempotency.finish("me", "k", ANSWER)
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.idempotency.begin("me", "k", "POST /x", b"h", AT) == ANSWER
        for route, request in (("POST /y", b"h"), ("POST /x", b"other")):
            with pytest.raises(IdempotencyMismatch):
                uow.idempotency.begin("me", "k", route, request, AT)
        assert uow.idempotency.begin("you", "k", "POST /y", b"other", AT) is None
        uow.rollback()


def test_of_eight_equal_requests_one_is_carried_out(store: Store) -> None:
    carried_out: list[int] = []
    answers: list[KeptAnswer | None] = []

    def request(uow: UnitOfWork) -> None:
        kept = uow.idempotency.begin("me", "k", "POST /x", b"h", AT)
        if kept is None:
            carried_out.append(uow.counters.next("done", DAY))
            uow.idempotency.finish("me", "k", ANSWER)
        answers.append(kept)

    together(store, 8, request)
    assert carried_out == [1]
    assert answers.count(ANSWER) == 7


def test_a_request_that_failed_can_be_sent_again(store: Store) -> None:
    with pytest.raises(RuntimeError), store.unit_of_work() as uow:
        uow.idempotency.begin("me", "k", "POST /x", b"h", AT)
        raise RuntimeError
    with store.unit_of_work() as uow:
        assert uow.idempotency.begin("me", "k", "POST /x", b"h", AT) is None
        uow.rollback()


def test_old_answers_are_forgotten(store: Store) -> None:
    with store.unit_of_work() as uow:
        for key, at in (("old", AT), ("new", AT + timedelta(days=2))):
            uow.idempotency.begin("me", key, "POST /x", b"h", at)
            uow.idempotency.finish("me", key, ANSWER)
        assert uow.idempotency.drop_before(AT + timedelta(days=1)) == 1
        uow.commit()


def test_event_numbers_are_unique_under_eight_threads(store: Store) -> None:
    given: list[str] = []

    def take(uow: UnitOfWork) -> None:
        given.extend([uow.counters.next_event_no("330211", DAY) for _ in range(25)])

    together(store, 8, take)
    assert sorted(given) == [f"NB-330211-20260302-{number:06d}" for number in range(1, 201)]
    with store.unit_of_work() as uow:
        assert uow.counters.next_event_no("330212", DAY) == "NB-330212-20260302-000001"
        assert uow.counters.next_event_no("330211", date(2026, 3, 3)) == "NB-330211-20260303-000001"
        uow.rollback()
    with store.unit_of_work() as uow:
        # a number that was rolled back is given out again
        assert uow.counters.next_event_no("330212", DAY) == "NB-330212-20260302-000001"
        uow.rollback()


@pytest.mark.parametrize("division", ["", "3302", "3302110", "33021x", "３３０２１１"])
def test_what_is_no_division_gets_no_number(store: Store, division: str) -> None:
    with pytest.raises(Invalid), store.unit_of_work() as uow:
        uow.counters.next_event_no(division, DAY)


def test_a_source_reports_its_own_number_once(store: Store) -> None:
    opened: list[str | None] = []
    known: list[str | None] = []

    def report(uow: UnitOfWork) -> None:
        case_id, report_id = new_id(11, AT), new_id(11, AT)
        before = uow.reports.reserve("12345", "hotline", "A-1", report_id, case_id)
        if before is not None:
            known.append(before.event_no)
            return
        done = progress(record={"event_no": uow.counters.next_event_no("330211", DAY)})
        case = uow.cases.create(case_id, "event", 3, done, linked(None, case_id, done.facts), at=AT)
        uow.reports.add(ReportRow(county=11, id=report_id, case_id=case_id, received_at=AT, channel="12345",
                                  source_system="hotline", source_id="A-1", tracking_hash=b"t"))  # fmt: skip
        opened.append(case.event_no)

    together(store, 6, report)
    assert opened == ["NB-330211-20260302-000001"]
    assert known == opened * 5
    with store.unit_of_work() as uow:
        found = uow.reports.by_tracking(b"t")
        assert found is not None
        assert uow.reports.of_case(found.case_id) == (found,)
        assert uow.reports.by_tracking(b"other") is None
        assert uow.cases.get(found.case_id).seq == 1


def test_reports_of_a_person_and_of_a_phone(store: Store, cast: Cast) -> None:
    case = start(store)
    rows = [
        ReportRow(county=11, id=new_id(11, AT), case_id=case.id, received_at=AT + timedelta(minutes=minute),
                  details={"n": minute}, reported_by=cast.citizen.id if minute else "", phone_hash=b"p")
        for minute in range(3)
    ]  # fmt: skip
    with store.unit_of_work() as uow:
        for row in rows:
            uow.reports.add(row)
        assert uow.reports.of_reporter(cast.citizen.id) == (rows[2], rows[1])
        assert uow.reports.of_reporter("") == ()
        assert uow.reports.by_phone(b"p") == (rows[2], rows[1], rows[0])
        uow.commit()


def test_the_outbox_hands_out_each_entry_once_and_parks_what_always_fails(store: Store) -> None:
    with store.unit_of_work() as uow:
        entry = uow.outbox.add(11, "webhook", {"url": "x"}, AT)
        uow.commit()
    with store.unit_of_work() as one, store.unit_of_work() as two:
        taken = one.outbox.next_due(AT)
        assert taken is not None
        assert (taken.id, taken.payload) == (entry, {"url": "x"})
        assert two.outbox.next_due(AT) is None
    for attempt in range(1, 9):
        held = AT + timedelta(minutes=10 * attempt)
        with store.unit_of_work() as uow:
            uow.outbox.put_off(entry, held)
            stale = uow.outbox.failed(entry, "too late", AT, held - timedelta(minutes=10))
            state = uow.outbox.failed(entry, "refused", AT + timedelta(minutes=attempt), held)
            uow.commit()
        assert (stale, state) == ("", "parked" if attempt == 8 else "waiting")
    with store.unit_of_work() as uow:
        assert (uow.outbox.next_at(), uow.outbox.next_due(AT + timedelta(days=1))) == (None, None)


def test_a_notice_to_a_seat_is_read_by_each_for_himself(store: Store, cast: Cast) -> None:
    with store.unit_of_work() as uow:
        shared = uow.notices.add(11, AT, "shared", role="street_duty", unit="33.02.11.004.cmd", params={"n": 1})
        uow.notices.add(11, AT + timedelta(minutes=1), "own", person_id=cast.duty.id)
        uow.notices.read(cast.duty, shared, AT)
        uow.notices.read(cast.duty, shared, AT + timedelta(hours=1))
        uow.commit()
    with store.unit_of_work() as uow:
        assert [(notice.text, notice.read_at) for notice in uow.notices.of_actor(cast.duty)] == [
            ("own", None),
            ("shared", AT),
        ]
        assert (uow.notices.unread(cast.duty), uow.notices.unread(cast.second_duty)) == (1, 1)
        assert uow.notices.of_actor(cast.citizen) == ()


def test_the_clock_is_moved_for_everybody(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.clock.move(timedelta(days=3, microseconds=5))
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.clock.offset() == timedelta(days=3, microseconds=5)


def test_calendar_days_are_put_changed_and_dropped(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.calendar.put([CalendarDay(DAY, False, "x"), CalendarDay(date(2026, 3, 8), True)])
        uow.calendar.put([CalendarDay(DAY, True, "y")])
        uow.calendar.put([])
        assert uow.calendar.days() == (CalendarDay(DAY, True, "y"), CalendarDay(date(2026, 3, 8), True))
        assert (uow.calendar.drop(DAY), uow.calendar.drop(DAY)) == (True, False)
        uow.commit()


def test_refusals_are_logged_whatever_they_say(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.refusals.add(AT, actor="x", route="/" * 9999, reason="no\0pe", detail="y" * 9999)
        uow.commit()
    with store.unit_of_work() as uow:
        (row,) = uow.refusals.since(AT, AT + timedelta(seconds=1))
        assert (len(row.route), row.reason, len(row.detail)) == (500, "nope", 2000)


def test_a_session_names_its_person_and_reserves_his_key_in_one_question(store: Store, cast: Cast) -> None:
    person, until = cast.duty.person_id, AT + timedelta(hours=1)
    assert person is not None
    with store.unit_of_work() as uow:
        uow.sessions.add(b"token", person, "bearer", AT, until)
        uow.commit()

    def meet(uow: UnitOfWork, token: bytes, key: str, wall: datetime = AT) -> tuple[object, bool]:
        found, reserved = uow.idempotency.begin_for(token, key, "POST /x", b"h", wall=wall, at=AT)
        return found and found[0], reserved

    with store.unit_of_work() as uow:
        assert meet(uow, b"token", "k") == (cast.duty, True)
        uow.idempotency.finish(cast.duty.id, "k", ANSWER)
        uow.commit()
    with store.unit_of_work() as uow:
        # used before, unknown, run out: nothing is reserved
        assert meet(uow, b"token", "k") == (cast.duty, False)
        assert meet(uow, b"other", "l") == (None, False)
        assert meet(uow, b"token", "l", until) == (None, False)
        assert uow.idempotency.begin(cast.duty.id, "k", "POST /x", b"h", AT) == ANSWER
        uow.rollback()
    with pytest.raises(ForgottenCommit), store.unit_of_work() as uow:
        meet(uow, b"token", "left")
    with store.unit_of_work() as uow:
        uow.people.change(person, active=False)
        uow.commit()
    with store.unit_of_work() as uow:
        assert meet(uow, b"token", "m")[0] is None
        uow.rollback()
