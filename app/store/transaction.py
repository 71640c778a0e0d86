"""One database transaction: statements go in, rows come out, failures are told in our own words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from typing import Any, TypeVar, cast

import psycopg
from sqlalchemy import Engine, PoolProxiedConnection

from app.domain.errors import Conflict, StoreUnavailable
from app.store.engine import at_the_door
from app.store.statements import Numbered, numbered
from app.store.wire import Answer, Link, Statement

T = TypeVar("T")
Params = Mapping[str, Any]
NOTHING: Params = {}
_BEGIN, _COMMIT, _ROLLBACK = Statement(b"begin"), Statement(b"commit"), Statement(b"rollback")
Look = Callable[[Answer], None]


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
    return kind(*[_value(value) if type(value) is list else value for value in row])


def _valued(found: Numbered, params: Params) -> Statement:
    return Statement(found.text, [params[name] for name in found.names])


class Transaction:
    """A connection that is taken at the first statement and remembers whether anything was written.

    Every wait for the server counts: BEGIN travels with the first statement that writes or locks, reads before it need
    none (each sees what is committed, inside a transaction or not), and the last write travels with COMMIT.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: PoolProxiedConnection | None = None
        self._link: Link | None = None
        self._begun = False
        #: a write that waits for COMMIT, and who looks at its answer
        self._last: tuple[Statement, Look | None] | None = None
        #: something was written and not yet committed
        self.dirty = False
        #: the server holds something that a commit would keep
        self._worked = False
        self._depth = 0

    def _driver(self) -> "psycopg.Connection[Any]":
        assert self._connection is not None
        return cast("psycopg.Connection[Any]", self._connection.driver_connection)

    def _take(self) -> Link:
        self._connection = self._engine.raw_connection()
        known = self._connection.info
        if "link" not in known:
            known["link"] = Link(self._driver())
        self._link = link = cast(Link, known["link"])
        return link

    def _give_back(self) -> None:
        connection, link = self._connection, self._link
        self._connection = self._link = None
        self._begun = False
        if connection is not None:
            if link is None or link.broken or not link.idle:
                connection.invalidate()
            connection.close()

    def _first(self, *statements: Statement) -> list[Answer]:
        """Send the first statements on a connection; one that was cut while nobody used it is replaced, once."""
        try:
            return self._take().send(*statements)
        except psycopg.OperationalError:
            if self._link is None or not self._link.broken:
                raise
            # the server was restarted; nothing of ours can have been kept, and the other connections are cut too
            self._give_back()
            self._engine.dispose()
            return self._take().send(*statements)

    def _send(self, *statements: Statement, plain: bool = False) -> list[Answer]:
        """Send statements in one round trip, behind BEGIN where it is missing and behind the write that waits."""
        before: list[Statement] = []
        look = None
        waits = self._last is not None
        if not plain and not self._begun:
            before.append(_BEGIN)
        if self._last is not None:
            (waiting, look), self._last = self._last, None
            before.append(waiting)
        with at_the_door():
            send = self._first if self._link is None else self._link.send
            answers = send(*before, *statements)
        self._begun = self._begun or not plain
        if waits:
            answer = answers[len(before) - 1]
            self._worked = self._worked or answer.touched != 0
            if look is not None:
                look(answer)
        return answers[len(before) :]

    def together(self, *asked: tuple[str, Params]) -> list[Sequence[Any]]:
        """Read several things in one round trip; parameters are written `%(name)s`."""
        found = [(numbered(sql), params) for sql, params in asked]
        plain = self._last is None and all(one.plain for one, _ in found)
        return [answer.rows for answer in self._send(*(_valued(*each) for each in found), plain=plain)]

    def rows(self, sql: str, params: Params = NOTHING) -> Sequence[Any]:
        """Read; parameters are written `%(name)s`."""
        return self.together((sql, params))[0]

    def first(self, sql: str, params: Params = NOTHING) -> Any:
        """Read the first row, or None."""
        return next(iter(self.rows(sql, params)), None)

    def value(self, sql: str, params: Params = NOTHING) -> Any:
        """Read the first column of the first row, or None."""
        row = self.first(sql, params)
        return None if row is None else row[0]

    def records(self, kind: type[T], sql: str, params: Params = NOTHING) -> tuple[T, ...]:
        """Read rows as records."""
        return tuple(built(kind, row) for row in self.rows(sql, params))

    def write(self, sql: str, params: Params = NOTHING) -> int:
        """Write; return how many rows were touched. Nothing touched is nothing written."""
        touched = self._send(_valued(numbered(sql), params))[0].touched
        self._wrote(touched != 0)
        return touched

    def written(self, sql: str, params: Params = NOTHING) -> Any:
        """Write, and return the first row that the statement gives back; no row means that nothing was written."""
        row = next(iter(self._send(_valued(numbered(sql), params))[0].rows), None)
        self._wrote(row is not None)
        return row

    def write_last(self, sql: str, params: Params, look: Look | None = None) -> None:
        """Write together with COMMIT, or ahead of whatever is sent before it.

        Args:
            sql: changes either all that it is to change, or nothing.
            look: gets the answer, and raises if nothing was changed. Where something was written before, the statement
                is sent at once then: a commit would keep the other half of the work.
        """
        statement = _valued(numbered(sql), params)
        if self._link is None or self._last is not None or (look is not None and self._worked):
            answer = self._send(statement)[0]
            self._wrote(answer.touched != 0)
            if look is not None:
                look(answer)
        else:
            self._last = statement, look
            self.dirty = True

    def run(self, sql: str) -> None:
        """Run a statement that neither gives rows nor changes any: a lock, a temporary table."""
        self._send(Statement(sql.encode()))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Take back what is written inside if an exception leaves; the transaction goes on."""
        name, dirty = f"attempt_{self._depth}", self.dirty
        self.run(f"savepoint {name}")
        self._depth += 1
        try:
            yield
            self._let_go()
            self.run(f"release savepoint {name}")
        except BaseException:
            # a connection that is gone has nothing to take back
            with suppress(StoreUnavailable):
                self._last = None
                self.run(f"rollback to savepoint {name}")
                self.dirty = dirty
            raise
        finally:
            self._depth -= 1

    def copy(self, table: str, names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
        """Load many rows at once."""
        # the driver's own way of copying must find the transaction open
        self._let_go()
        if not self._begun:
            self._send()
        with at_the_door():
            self._wrote(True)
            order = f"copy {table} ({', '.join(names)}) from stdin"
            with self._driver().cursor() as cursor, cursor.copy(order.encode()) as stream:
                for row in values:
                    stream.write_row(row)

    def _let_go(self) -> None:
        """Send what waits for COMMIT by itself."""
        if self._last is not None:
            self._send()

    def _wrote(self, something: bool) -> None:
        self.dirty = self.dirty or something
        self._worked = self._worked or something

    def commit(self) -> None:
        """Keep what was written, and give the connection back."""
        try:
            if self._begun:
                worked = self._worked or self._last is not None
                (kept,) = self._send(_COMMIT)
                if worked and kept.tag != "COMMIT":
                    # somebody caught an error of the database inside, and the server forgot the rest
                    raise Conflict(cause="aborted")
            elif self._last is not None:
                # alone it is a transaction by itself
                self._send(plain=True)
        finally:
            self._end()

    def rollback(self) -> None:
        """Forget what was written, and give the connection back."""
        self._end()

    def _end(self) -> None:
        self._last, self.dirty, self._worked = None, False, False
        try:
            with at_the_door():
                if self._link is not None and not self._link.broken:
                    if not self._link.idle:
                        self._link.send(_ROLLBACK)
                    self._link.trim()
        finally:
            self._give_back()
