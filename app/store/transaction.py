"""One database transaction: statements go in, rows come out, failures are told in our own words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from app.domain.errors import StoreUnavailable
from app.store.engine import at_the_door
from app.store.exchange import Exchange, Waiting
from app.store.statements import Numbered, numbered
from app.store.wire import Statement

T = TypeVar("T")
Refusal = Callable[["Transaction"], Exception]
Params = Mapping[str, Any]
NOTHING: Params = {}
#: what a guarded write gives back, of the rows that it was to change exactly one of
GUARDED = "1 / (select count(*)::int from c)"


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Name the fields of a record: a frozen dataclass, or a named tuple."""
    return getattr(kind, "_fields", None) or tuple(one.name for one in fields(kind))


def columns(kind: type, alias: str = "", **instead: str) -> str:
    """List the columns that make up a record, in its order.

    Args:
        alias: of the table in the statement.
        instead: expression for a field that is not simply its column.
    """
    prefix = f"{alias}." if alias else ""
    return ", ".join(instead.get(name, prefix + name) for name in _names(kind))


def _value(value: Any) -> Any:
    return tuple(map(_value, value)) if type(value) is list else value


def built(kind: type[T], row: Iterable[Any]) -> T:
    """Make a record of a row whose columns stand in the record's order, one for each of its fields.

    The constructor of a frozen record sets each field past its own ban; of fifty columns that takes 11 µs, this 4.
    """
    values = [_value(value) if type(value) is list else value for value in row]
    make: Any = kind
    record: T = make(*values) if issubclass(make, tuple) else object.__new__(kind)
    if not isinstance(record, tuple):
        record.__dict__.update(zip(_names(make), values, strict=True))
    return record


def altered(record: T, /, **values: Any) -> T:
    """Make a frozen record like another one with some of its fields otherwise; past the constructor, as `built`."""
    made: T = object.__new__(type(record))
    assert values.keys() <= record.__dict__.keys(), values.keys() - record.__dict__.keys()
    made.__dict__.update(record.__dict__, **values)
    return made


def _valued(found: Numbered, params: Params) -> Statement:
    return Statement(found.text, [params[name] for name in found.names])


class Transaction(Exchange):
    """What the nouns of the store say to the server: reads, writes, and what must be all or nothing."""

    def together(self, *asked: tuple[str, Params]) -> list[Sequence[Any]]:
        """Read several things in one round trip; parameters are written `%(name)s`."""
        found = [(numbered(sql), params) for sql, params in asked]
        plain = not self._waiting and all(one.plain for one, _ in found)
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

    def written(self, sql: str, params: Params = NOTHING, refusal: Refusal | None = None) -> Any:
        """Write, and return the first row that the statement gives back; no row means that nothing was written.

        Args:
            refusal: as for `write_last`.
        """
        worked = self._worked or bool(self._waiting)
        self._waiting.append(Waiting(_valued(numbered(sql), params), refusal))
        answer = self.settle()
        row = next(iter(answer.rows), None) if answer else None
        self._worked = worked
        self._wrote(row is not None)
        return row

    def write_last(self, sql: str, params: Params, refusal: Refusal | None = None) -> None:
        """Write together with COMMIT, or ahead of whatever is sent before it.

        Args:
            sql: changes all that it is to change; if it cannot, it divides by zero (`GUARDED`).
            refusal: finds out why it could not, in a transaction of its own; this one is lost.
        """
        self._waiting.append(Waiting(_valued(numbered(sql), params), refusal))
        self.dirty = True
        if self._link is None:
            # nothing may be sent twice together with its commit, as the first statement of a connection may be
            self.settle()

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
            self.settle()
            self.run(f"release savepoint {name}")
        except BaseException:
            # a connection that is gone has nothing to take back
            with suppress(StoreUnavailable):
                self.back_to(name, dirty=dirty)
            raise
        finally:
            self._depth -= 1

    def copy(self, table: str, names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
        """Load many rows at once."""
        # the driver's own way of copying must find the transaction open
        self.settle()
        if not self._begun:
            self._send()
        with at_the_door:
            self._wrote(True)
            order = f"copy {table} ({', '.join(names)}) from stdin"
            with self._driver().cursor() as cursor, cursor.copy(order.encode()) as stream:
                for row in values:
                    stream.write_row(row)
