"""One database transaction: statements go in, rows come out, failures are told in our own words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from app.store.engine import at_the_door

T = TypeVar("T")
Params = Mapping[str, Any] | Sequence[Any]


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


class Transaction:
    """A connection that is taken at the first statement and remembers whether anything was written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        #: something was written and not yet committed
        self.dirty = False

    @property
    def connection(self) -> Connection:
        """The open connection."""
        if self._connection is None:
            self._connection = self._engine.connect()
            # a COPY alone would not begin one, and then there would be nothing to commit
            self._connection.begin()
        return self._connection

    def rows(self, sql: str, params: Params | None = None) -> Sequence[Any]:
        """Read; parameters are written `%(name)s`."""
        with at_the_door():
            return self.connection.exec_driver_sql(sql, params or None).all()

    def first(self, sql: str, params: Params | None = None) -> Any:
        """Read the first row, or None."""
        with at_the_door():
            return self.connection.exec_driver_sql(sql, params or None).first()

    def value(self, sql: str, params: Params | None = None) -> Any:
        """Read the first column of the first row, or None."""
        row = self.first(sql, params)
        return None if row is None else row[0]

    def records(self, kind: type[T], sql: str, params: Params | None = None) -> tuple[T, ...]:
        """Read rows as records."""
        return tuple(built(kind, row) for row in self.rows(sql, params))

    def write(self, sql: str, params: Params | None = None) -> int:
        """Write; return how many rows were touched. Nothing touched is nothing written."""
        with at_the_door():
            touched = self.connection.exec_driver_sql(sql, params or None).rowcount
        self.dirty = self.dirty or touched != 0
        return touched

    def written(self, sql: str, params: Params | None = None) -> Any:
        """Write, and return the first row that the statement gives back; only a given row counts as written."""
        with at_the_door():
            row = self.connection.exec_driver_sql(sql, params or None).first()
        self.dirty = self.dirty or row is not None
        return row

    def run(self, sql: str) -> None:
        """Run a statement that neither gives rows nor changes any: a lock, a temporary table."""
        with at_the_door():
            self.connection.exec_driver_sql(sql)

    def copy(self, table: str, names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
        """Load many rows at once."""
        with at_the_door():
            self.dirty = True
            raw: Any = self.connection.connection.cursor()
            with raw, raw.copy(f"copy {table} ({', '.join(names)}) from stdin") as stream:
                for row in values:
                    stream.write_row(row)

    def end(self, how: Callable[[Connection], None]) -> None:
        """Commit or roll back, and give the connection back."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                with at_the_door():
                    how(connection)
                self.dirty = False
            finally:
                connection.close()
        self.dirty = False
