"""Commit, rollback, and failures told in our own words."""

import secrets
import threading
from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.errors import CaseNotFound, Conflict, Fault, Invalid, StoreUnavailable
from app.domain.ids import new_id
from app.domain.records import PersonRow
from app.store import ForgottenCommit, Store
from tests.store.cast import AT, Cast, linked, progress, start, subscription


def person(name: str) -> PersonRow:
    return PersonRow(11, new_id(11, AT), name, name, "", "", "zh", True, AT)


def test_what_is_not_committed_is_gone(store: Store) -> None:
    with pytest.raises(RuntimeError, match="stop"), store.unit_of_work() as uow:
        uow.people.add_many([person("lost")])
        raise RuntimeError("stop")
    with store.unit_of_work() as uow:
        assert uow.people.by_username("lost") is None


def test_forgetting_to_commit_is_an_error(store: Store) -> None:
    with pytest.raises(ForgottenCommit), store.unit_of_work() as uow:
        uow.people.add_many([person("lost")])
    with store.unit_of_work() as uow:
        assert uow.people.by_username("lost") is None


def test_writing_again_after_a_commit_needs_another(store: Store) -> None:
    with pytest.raises(ForgottenCommit), store.unit_of_work() as uow:
        uow.people.add_many([person("kept")])
        uow.commit()
        uow.people.add_many([person("lost")])
    with store.unit_of_work() as uow:
        assert uow.people.by_username("kept")
        assert uow.people.by_username("lost") is None


def test_reading_needs_no_commit(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.people.by_username("nobody") is None


def test_a_deliberate_rollback_is_no_forgotten_commit(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.people.add_many([person("lost")])
        uow.rollback()


def test_a_database_that_is_not_there_is_unavailable(tmp_path: object) -> None:
    store = Store(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(StoreUnavailable), store.unit_of_work() as uow:
        uow.clock.offset()
    assert store.check() == ["The database does not answer."]


def test_a_pool_that_is_used_up_is_unavailable(database_url: str) -> None:
    store = Store(database_url, pool_size=1, overflow=0, wait_seconds=0.2)
    with store.unit_of_work() as first:
        first.clock.offset()
        with pytest.raises(StoreUnavailable), store.unit_of_work() as second:
            second.clock.offset()
    with store.unit_of_work() as third:
        assert third.clock.offset() == timedelta()
    store.dispose()


def test_a_broken_connection_is_replaced(store: Store, superuser_url: str) -> None:
    import psycopg

    with store.unit_of_work() as uow:
        uow.clock.offset()
    with psycopg.connect(superuser_url, autocommit=True) as link:
        link.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'yongzhi'")
    with store.unit_of_work() as uow:
        assert uow.clock.offset() == timedelta()


def test_a_connection_that_breaks_in_the_middle_is_unavailable(store: Store, superuser_url: str) -> None:
    import psycopg

    with pytest.raises(StoreUnavailable), store.unit_of_work() as uow:
        uow.people.add_many([person("lost")])
        with psycopg.connect(superuser_url, autocommit=True) as link:
            link.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'yongzhi'")
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.people.by_username("lost") is None


def test_a_text_that_no_index_takes_is_invalid_and_no_outage(store: Store) -> None:
    # of random digits, so that it does not shrink
    with pytest.raises(Invalid):
        start(store, subscriptions=[subscription(message=secrets.token_hex(8000))])


def test_a_statement_that_takes_too_long_is_a_fault_and_no_outage(store: Store) -> None:
    with pytest.raises(Fault) as failure, store.unit_of_work() as uow:
        uow._tx.run("set local statement_timeout = '50ms'")
        uow._tx.rows("select pg_sleep(5)")
    assert not isinstance(failure.value, StoreUnavailable) and failure.value.attributes == {"cause": "57014"}


def test_a_server_that_has_no_room_is_unavailable(store: Store) -> None:
    with pytest.raises(StoreUnavailable), store.unit_of_work() as uow:
        uow._tx.run("do $$ begin raise exception 'full' using errcode = '53100'; end $$")


def test_a_taken_user_name_is_a_conflict(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.people.add_many([person("twice")])
        uow.commit()
    with pytest.raises(Conflict, match="user name"), store.unit_of_work() as uow:
        uow.people.add_many([person("twice")])


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_cannot_be_stored_is_invalid(store: Store, cast: Cast, text: str) -> None:
    for record in ({"title": text}, {"nested": {"key": text}}, {"event_no": text}):
        with pytest.raises(Invalid):
            start(store, record=record)
    with pytest.raises(Invalid), store.unit_of_work() as uow:
        uow.people.by_username(text)
    with pytest.raises(Invalid), store.unit_of_work() as uow:
        uow.tasks.list(cast.duty, now=AT, q=text)


@pytest.mark.parametrize("foreign", [UUID(int=0), UUID(int=2**128 - 1), UUID("12345678-1234-5678-1234-567812345678")])
def test_an_id_from_elsewhere_finds_nothing(store: Store, cast: Cast, foreign: UUID) -> None:
    with store.unit_of_work() as uow:
        for read in (uow.cases.get, uow.cases.lock):
            with pytest.raises(CaseNotFound):
                read(foreign)
        with pytest.raises(CaseNotFound):
            uow.cases.visible_to(cast.city_supervisor, foreign)
        assert uow.facts.of_case(foreign) == ()


def test_a_locked_case_waits_for_the_other_and_then_reads_its_work(store: Store) -> None:
    case = start(store)
    seen = []

    def wait() -> None:
        with store.unit_of_work() as uow:
            seen.append(uow.cases.lock(case.id).revision)

    with store.unit_of_work() as uow:
        locked = uow.cases.lock(case.id)
        other = threading.Thread(target=wait)
        other.start()
        done = progress()
        uow.cases.write_step(locked, done, linked(locked, case.id, done.facts), at=AT)
        other.join(0.3)
        assert other.is_alive()
        uow.commit()
    other.join(5)
    assert seen == [2]
