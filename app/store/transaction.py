"""One database transaction: statements go in, rows come out, failures are told in our own words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar, cast

import psycopg
from sqlalchemy import Connection, Engine

from app.domain.errors import StoreUnavailable
from app.store.engine import at_the_door

T = TypeVar("T")
Params = Mapping[str, Any]
NOTHING: Params = {}
_PLACE = re.compile(r"%\((\w+)\)s|%%")


def columns(kind: type, alias: str = "", **instead: str) -> str:
    """List the columns that make up a record, in its order.

    Args:
        alias: of the table in the statement.
        instead: expression for a field that is not simply its column.
    """
    prefix = f"{alias}." if alias else ""
    return ", ".join(instead.get(f.name, prefix + f.name) for f in fields(kind))


def _value(value: Any) -> Any:
    return tuple(map(_value, value)) if type(value) is list else value


def built(kind: type[T], row: Iterable[Any]) -> T:
    """Make a record of a row whose columns stand in the record's order."""
    return kind(*map(_value, row))


@lru_cache(maxsize=2048)
def numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """Rewrite `%(name)s` as `$1`, once per statement; the driver would parse a long statement anew at each call.

    Returns:
        The statement and the names in the order of their numbers.
    """
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "%" if found[0] == "%%" else f"${names.setdefault(found[1], len(names) + 1)}"

    return _PLACE.sub(number, sql).encode(), tuple(names)


class Transaction:
    """A connection that is taken at the first statement and remembers whether anything was written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        #: something was written and not yet committed
        self.dirty = False
        self._depth = 0

    def _driver(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            self._connection = self._engine.connect()
            # statements go to the driver directly, so this is what commit and rollback will end
            self._connection.begin()
        return cast("psycopg.Connection[Any]", self._connection.connection.driver_connection)

    def _execute(self, sql: str, params: Params) -> psycopg.RawCursor[Any]:
        statement, names = numbered(sql)
        with at_the_door():
            cursor = psycopg.RawCursor(self._driver())
            return cursor.execute(statement, [params[name] for name in names] if names else None)

    def rows(self, sql: str, params: Params = NOTHING) -> Sequence[Any]:
        """Read; parameters are written `%(name)s`."""
        return self._execute(sql, params).fetchall()

    def first(self, sql: str, params: Params = NOTHING) -> Any:
        """Read the first row, or None."""
        return self._execute(sql, params).fetchone()

    def value(self, sql: str, params: Params = NOTHING) -> Any:
        """Read the first column of the first row, or None."""
        row = self.first(sql, params)
        return None if row is None else row[0]

    def records(self, kind: type[T], sql: str, params: Params = NOTHING) -> tuple[T, ...]:
        """Read rows as records."""
        return tuple(built(kind, row) for row in self.rows(sql, params))

    def write(self, sql: str, params: Params = NOTHING) -> int:
        """Write; return how many rows were touched. Nothing touched is nothing written."""
        touched = self._execute(sql, params).rowcount
        self.dirty = self.dirty or touched != 0
        return touched

    def written(self, sql: str, params: Params = NOTHING) -> Any:
        """Write, and return the first row that the statement gives back; no row means that nothing was written."""
        row = self._execute(sql, params).fetchone()
        self.dirty = self.dirty or row is not None
        return row

    def run(self, sql: str) -> None:
        """Run a statement that neither gives rows nor changes any: a lock, a temporary table."""
        self._execute(sql, NOTHING)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Take back what is written inside if an exception leaves; the transaction goes on."""
        name, dirty = f"attempt_{self._depth}", self.dirty
        self.run(f"savepoint {name}")
        self._depth += 1
        try:
            yield
        except BaseException:
            # a connection that is gone has nothing to take back
            with suppress(StoreUnavailable):
                self.run(f"rollback to savepoint {name}")
                self.dirty = dirty
            raise
        else:
            self.run(f"release savepoint {name}")
        finally:
            self._depth -= 1

    def copy(self, table: str, names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
        """Load many rows at once."""
        with at_the_door():
            self.dirty = True
            order = f"copy {table} ({', '.join(names)}) from stdin"
            with self._driver().cursor() as cursor, cursor.copy(order.encode()) as stream:
                for row in values:
                    stream.write_row(row)

    def end(self, how: Callable[[Connection], None]) -> None:
        """Commit or roll back, and give the connection back."""
        connection, self._connection, self.dirty = self._connection, None, False
        if connection is not None:
            try:
                with at_the_door():
                    how(connection)
            finally:
                connection.close()
