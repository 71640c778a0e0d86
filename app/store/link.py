"""A connection of the pool as statements use it: prepared once, and several of them in one round trip.

This is libpq's own interface as the driver offers it. The driver's cursors cost several times as much for each
statement, and they wait for BEGIN and COMMIT apart from the statements that these belong to.
"""

import select
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

#: statements that a connection keeps prepared; the oldest goes first
MOST_PREPARED = 300
_GOOD = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})
#: the server's idea of a prepared statement is not ours any more: after a migration, for example
_OUTDATED = (errors.FeatureNotSupported, errors.InvalidSqlStatementName)
_Key = tuple[bytes, tuple[int, ...]]


class Link:
    """One connection; used by one thread at a time."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self.driver = driver
        self._wire = driver.pgconn
        self._form = Transformer(driver)
        #: None: seen once and not worth preparing yet
        self._names: OrderedDict[_Key, bytes | None] = OrderedDict()
        self._made = 0
        self._poll = select.poll()
        #: something was sent whose answer was not read
        self._owing = False

    @property
    def usable(self) -> bool:
        """Say whether another statement may be sent."""
        return self._wire.status == ConnStatus.OK and not self._owing

    @property
    def idle(self) -> bool:
        """Say whether no transaction is open."""
        return self._wire.transaction_status == TransactionStatus.IDLE

    @property
    def failed(self) -> bool:
        """Say whether a statement of the open transaction has failed."""
        return self._wire.transaction_status == TransactionStatus.INERROR

    def run(self, statement: bytes, values: Sequence[Any], *, before: bytes = b"", after: bytes = b"") -> PGresult:
        """Send a statement and wait for its answer.

        Args:
            before: an order that begins, sent in the same round trip.
            after: an order that ends, sent in the same round trip; not carried out if the statement fails.

        Raises:
            psycopg.Error: it was refused, or the connection broke.
        """
        form = self._form
        params: Any = form.dump_sequence(values, [PyFormat.AUTO] * len(values)) if values else ()
        types, formats = tuple(form.types or ()) if values else (), form.formats if values else None
        try:
            name = self._prepared(statement, types)
            if before or after:
                return self._together(name, statement, (params, types, formats), before, after)
            if name is None:
                return self._good(self._wire.exec_params(statement, params, types, formats))
            return self._good(self._wire.exec_prepared(name, params, formats))
        except _OUTDATED:
            self._names.clear()
            self._owing = True
            raise
        except MemoryError as cause:
            # what libpq says when it could not even send
            raise psycopg.OperationalError("the connection is lost") from cause

    def order(self, text: bytes) -> PGresult:
        """Send an order without values: BEGIN, COMMIT, ROLLBACK."""
        try:
            return self._good(self._wire.exec_(text))
        except MemoryError as cause:
            raise psycopg.OperationalError("the connection is lost") from cause

    def rows(self, result: PGresult) -> list[tuple[Any, ...]]:
        """Read the rows of an answer."""
        self._form.set_pgresult(result)
        return self._form.load_rows(0, result.ntuples, tuple)

    def _prepared(self, statement: bytes, types: tuple[int, ...]) -> bytes | None:
        """Name the prepared form of a statement; a statement that is met for the first time has none."""
        key = (statement, types)
        if key not in self._names:
            self._names[key] = None
            if len(self._names) > MOST_PREPARED:
                _, old = self._names.popitem(last=False)
                if old is not None:
                    self.order(b"DEALLOCATE " + old)
            return None
        name = self._names[key]
        if name is None:
            self._made += 1
            name = b"s%d" % self._made
            self._good(self._wire.prepare(name, statement, types))
            self._names[key] = name
        self._names.move_to_end(key)
        return name

    def _together(
        self, name: bytes | None, statement: bytes, values: tuple[Any, Any, Any], before: bytes, after: bytes
    ) -> PGresult:
        wire, (params, types, formats) = self._wire, values
        self._owing = True
        wire.enter_pipeline_mode()
        if before:
            wire.send_query_params(before, None)
        if name is None:
            wire.send_query_params(statement, params, types, formats)
        else:
            wire.send_query_prepared(name, params, formats)
        if after:
            wire.send_query_params(after, None)
        wire.pipeline_sync()
        answers = self._answers()
        wire.exit_pipeline_mode()
        self._owing = False
        for answer in answers:
            self._good(answer)
        return answers[1 if before else 0]

    def _answers(self) -> list[PGresult]:
        """Wait for what was sent together; other threads run meanwhile."""
        wire, found = self._wire, list[PGresult]()
        self._poll.register(wire.socket, select.POLLIN | select.POLLOUT)
        while wire.flush():
            if any(event & ~select.POLLOUT for _, event in self._poll.poll()):
                wire.consume_input()
        self._poll.modify(wire.socket, select.POLLIN)
        while True:
            while wire.is_busy():
                self._poll.poll()
                wire.consume_input()
            answer = wire.get_result()
            if answer is None:
                if wire.status != ConnStatus.OK:
                    raise psycopg.OperationalError("the connection is lost")
            elif answer.status == ExecStatus.PIPELINE_SYNC:
                return found
            else:
                found.append(answer)

    def _good(self, result: PGresult) -> PGresult:
        if result.status in _GOOD:
            return result
        if self._wire.status != ConnStatus.OK:
            raise psycopg.OperationalError(result.get_error_message())
        raise errors.error_from_result(result)
