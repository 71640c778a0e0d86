"""Several statements in one wait, and what becomes of them when one fails."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from app.store.wire import MOST_KNOWN, Link, Statement

BEGIN, COMMIT, ROLLBACK = Statement(b"begin"), Statement(b"commit"), Statement(b"rollback")


@pytest.fixture
def driver(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the driver."""
    with psycopg.connect(database_url, autocommit=True, options="-c timezone=UTC") as found:
        yield found


@pytest.fixture
def link(driver: psycopg.Connection[Any]) -> Link:
    """The wire on it."""
    return Link(driver)


def names(driver: psycopg.Connection[Any]) -> set[str]:
    return {row[0] for row in driver.execute("select name from pg_prepared_statements").fetchall()}


def test_values_go_there_and_back(link: Link) -> None:
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    values = ("甬", 7, 2**40, -(2**70), 1.5, True, None, b"\0x", uuid.UUID(int=5), ["a", "b"], moment)
    kinds = ("text", "int", "bigint", "numeric", "float8", "bool", "text", "bytea", "uuid", "text[]", "timestamptz")
    text = "select " + ", ".join(f"${number}::{kind}" for number, kind in enumerate(kinds, 1))
    for _ in range(3):
        (answer,) = link.send(Statement(text.encode(), values))
        assert answer.rows == [values] and answer.touched == 1


def test_answers_come_in_the_order_of_the_statements(link: Link) -> None:
    for _ in range(3):
        found = link.send(BEGIN, Statement(b"select 1"), Statement(b"create temp table t as select 2 as n"),
                          Statement(b"update t set n = 3"), Statement(b"select n from t"), ROLLBACK)  # fmt: skip
        assert [answer.tag for answer in found] == [b"BEGIN", b"", b"SELECT 1", b"UPDATE 1", b"", b"ROLLBACK"]
        assert (found[1].rows, found[4].rows) == ([(1,)], [(3,)])
        assert link.idle


def test_what_follows_a_failure_is_not_carried_out(link: Link) -> None:
    link.send(Statement(b"create temp table t (n int)"))
    for _ in range(3):
        with pytest.raises(psycopg.errors.DivisionByZero):
            link.send(BEGIN, Statement(b"insert into t values (1)"), Statement(b"select 1 / $1", (0,)), COMMIT)
        assert not link.idle and not link.broken
        link.send(ROLLBACK)
        assert link.send(Statement(b"select count(*) from t"))[0].rows == [(0,)]


def test_what_cannot_be_written_leaves_nothing_half_sent(link: Link) -> None:
    with pytest.raises((UnicodeError, psycopg.Error)):
        link.send(BEGIN, Statement(b"select $1::text", ("\ud800",)))
    assert link.idle and not link.broken
    assert link.send(Statement(b"select 1"))[0].rows == [(1,)]


def test_a_statement_is_prepared_when_it_comes_again(driver: psycopg.Connection[Any], link: Link) -> None:
    statement = Statement(b"select $1::int", (1,))
    link.send(statement)
    assert names(driver) == set()
    link.send(statement)
    assert len(names(driver)) == 1
    # numbers of every size are the same statement
    for value in (0, 40_000, 2**31 - 1, -(2**31)):
        assert link.send(Statement(b"select $1::int", (value,)))[0].rows == [(value,)]
    assert len(names(driver)) == 1


def test_a_statement_that_was_not_prepared_is_prepared_the_next_time(link: Link) -> None:
    late = Statement(b"select $1::text", ("late",))
    for _ in range(2):
        with pytest.raises(psycopg.errors.DivisionByZero):
            link.send(BEGIN, Statement(b"select 1 / $1", (0,)), late)
        link.send(ROLLBACK)
    for _ in range(3):
        assert link.send(late)[0].rows == [("late",)]


def test_statements_that_are_not_used_are_forgotten(driver: psycopg.Connection[Any], link: Link) -> None:
    for number in range(MOST_KNOWN + 40):
        statement = Statement(b"select %d" % number)
        link.send(statement)
        link.send(statement)
        link.trim()
    assert len(names(driver)) == MOST_KNOWN
    assert link.send(Statement(b"select 0"))[0].rows == [(0,)]


def test_a_statement_that_fits_the_tables_no_more_ends_the_connection(link: Link) -> None:
    link.send(Statement(b"create temp table t as select 1 as n"))
    for _ in range(2):
        link.send(Statement(b"select n from t"))
    link.send(Statement(b"alter table t alter n type text"))
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        link.send(Statement(b"select n from t"))
    assert link.broken


def test_a_connection_that_is_cut_is_broken(driver: psycopg.Connection[Any], link: Link, superuser_url: str) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", (driver.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        link.send(BEGIN, Statement(b"select 1"))
    assert link.broken


def test_numbers_in_json_keep_every_digit(link: Link) -> None:
    text = '{"a": 123456789012345678901234567890, "b": [1.5, "甬", null], "c": 9007199254740993}'
    for kind in (b"json", b"jsonb"):
        for _ in range(2):
            (answer,) = link.send(Statement(b"select $1::" + kind, (text,)))
            assert answer.rows == [(json.loads(text),)]
        (answer,) = link.send(Statement(b"select $1::" + kind, ('{"c": 9007199254740993}',)))
        assert answer.rows == [({"c": 9007199254740993},)]
