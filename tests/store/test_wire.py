"""Statements on their way: nothing waits that need not wait, and nothing is lost when a connection is."""

import threading
from collections.abc import Iterator

import psycopg
import pytest

from app.domain.errors import Conflict, Fault, Invalid, StoreUnavailable
from app.store import Store
from app.store.transaction import Transaction
from app.store.wire import MOST_KNOWN, Link
from bench.wire import Wire

READ, ADD = "select count(*) from words where word = %(w)s", "insert into words values (%(w)s)"


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    """A transaction on a database with a table of words."""
    with store.engine.begin() as link:
        link.exec_driver_sql("create table words (word text primary key)")
    made = Transaction(store.engine)
    yield made
    made.rollback()


def crossings(store: Store, tx: Transaction, *words: str) -> tuple[int, int]:
    """Read, write and write at last; count the round trips and commits."""
    wire = Wire(store.engine)

    def act(word: str) -> None:
        tx.value(READ, {"w": word})
        tx.write(ADD, {"w": word})
        tx.write_last(ADD, {"w": word + "!"})
        tx.commit()

    for word in words[:-1]:
        act(word)
    crossing = wire.during(lambda: act(words[-1]))
    return crossing.round_trips, crossing.commits


def test_begin_and_commit_travel_with_the_writes(store: Store, tx: Transaction) -> None:
    assert crossings(store, tx, "a", "b", "c") == (3, 1)
    assert tx.value("select count(*) from words") == 6


def test_what_only_reads_opens_no_transaction(tx: Transaction) -> None:
    assert tx.value(READ, {"w": "a"}) == 0
    assert tx._link is not None and tx._link.idle
    assert tx.value("select word from words for update") is None
    assert not tx._link.idle


@pytest.mark.parametrize("lock", ["for update", "for no key update", "for share", "for key share skip locked"])
def test_a_locking_read_holds_its_lock_until_the_end(store: Store, tx: Transaction, lock: str) -> None:
    tx.write(ADD, {"w": "a"})
    tx.commit()
    other = Transaction(store.engine)
    assert tx.rows(f"select word from words {lock}") == [("a",)]
    assert other.rows("select word from words for update skip locked") == []
    tx.commit()
    assert other.rows("select word from words for update skip locked") == [("a",)]
    other.rollback()


def test_the_last_write_is_seen_by_what_follows_and_gone_with_a_rollback(tx: Transaction) -> None:
    tx.write(ADD, {"w": "a"})
    tx.write_last(ADD, {"w": "b"})
    tx.write_last(ADD, {"w": "c"})
    assert tx.value("select count(*) from words") == 3
    tx.write_last(ADD, {"w": "d"})
    tx.rollback()
    assert tx.value("select count(*) from words") == 0


def test_a_last_write_that_is_refused_keeps_nothing(tx: Transaction) -> None:
    tx.write(ADD, {"w": "a"})
    tx.write_last(ADD, {"w": "a"})
    with pytest.raises(Conflict):
        tx.commit()
    assert tx.value("select count(*) from words") == 0


def test_a_commit_after_a_failed_statement_says_so(tx: Transaction) -> None:
    tx.write(ADD, {"w": "a"})
    with pytest.raises(Invalid):
        tx.rows("select cast(%(w)s as text)::int", {"w": "x"})
    with pytest.raises(Conflict):
        tx.commit()
    assert tx.value("select count(*) from words") == 0


def test_large_values_cross_in_both_directions(tx: Transaction) -> None:
    large = "字" * 3_000_000
    sent = "insert into words select 'k' where %(w)s <> '' returning %(w)s || ''"
    for _ in range(3):
        assert tx.written(sent, {"w": large}) == (large,)
        tx.rollback()


def test_more_statements_than_a_connection_keeps(store: Store, tx: Transaction) -> None:
    for _ in range(2):
        for number in range(MOST_KNOWN + 20):
            for _ in range(2):
                assert tx.value(f"select {number} + %(n)s", {"n": 1}) == number + 1
    tx.commit()
    assert 0 < tx.value("select count(*) from pg_prepared_statements") <= MOST_KNOWN


def test_a_statement_whose_answer_has_changed_is_prepared_anew(store: Store, tx: Transaction) -> None:
    read = "select * from words"
    for _ in range(3):
        assert tx.rows(read) == []
    tx.commit()
    with store.engine.begin() as link:
        link.exec_driver_sql("alter table words add column more int")
    with pytest.raises(Fault):
        tx.rows(read)
    tx.rollback()
    assert tx.rows(read) == []


def test_every_stale_connection_of_a_pool_is_replaced(store: Store, tx: Transaction, superuser_url: str) -> None:
    several = [Transaction(store.engine) for _ in range(4)]
    for one in several:
        one.value("select 1")
    for one in several:
        one.commit()
    with psycopg.connect(superuser_url, autocommit=True) as link:
        link.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'yongzhi'")
    for number, one in enumerate(several):
        one.write(ADD, {"w": str(number)})
    for one in several:
        one.commit()
    assert tx.value("select count(*) from words") == 4


def test_what_breaks_after_the_first_statement_is_not_repeated(
    tx: Transaction, superuser_url: str
) -> None:
    tx.write(ADD, {"w": "a"})
    with psycopg.connect(superuser_url, autocommit=True) as link:
        link.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'yongzhi'")
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            tx.write(ADD, {"w": "b"})
    tx.rollback()
    assert tx.value("select count(*) from words") == 0


def test_one_that_waits_for_a_lock_does_not_stop_the_others(store: Store, tx: Transaction) -> None:
    tx.write(ADD, {"w": "a"})
    waiting, done = Transaction(store.engine), []

    def wait() -> None:
        try:
            done.append(waiting.written(f"{ADD} on conflict do nothing returning word", {"w": "a"}))
        finally:
            waiting.commit()

    other = threading.Thread(target=wait)
    other.start()
    other.join(0.3)
    assert other.is_alive()
    tx.commit()
    other.join(10)
    assert done == [None]


def test_text_that_cannot_be_stored_leaves_the_connection_as_it_was(tx: Transaction) -> None:
    for text in ("a\0b", "\ud800"):
        with pytest.raises(Invalid):
            tx.write(ADD, {"w": text})
        assert tx.value(READ, {"w": "a"}) == 0


def test_a_connection_is_taken_from_the_pool_with_what_is_prepared_on_it(tx: Transaction) -> None:
    links: set[int] = set()
    for _ in range(3):
        tx.value(READ, {"w": "a"})
        assert isinstance(tx._link, Link)
        links.add(id(tx._link))
        tx.commit()
    assert len(links) == 1
    assert tx.value("select count(*) from pg_prepared_statements") == 1
