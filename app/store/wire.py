"""The wire to the server: several statements in one round trip, each prepared once it proves to be used again.

psycopg's own pipeline sends message by message and works through a cursor for each; on a step that costs more than the
round trips it saves. So the statements are handed to libpq together, and their answers are waited for once. One that
goes alone needs no pipeline.
"""

import json
import re
import select
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import OperationalError, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_loads
from psycopg.types.numeric import Int4

#: statements that one connection remembers
MOST_KNOWN = 250
#: a prepared statement does not fit the tables any more
_OUTDATED = frozenset({"0A000", "26000"})
#: the server ends the connection
_ENDED = "57P"
#: every digit as one sign, to find long numbers ten times as fast as a pattern does
_DIGITS, _LONG = bytes.maketrans(b"0123456789", b"0" * 10), b"0" * 18
#: an element of an array that needs no quotes; NULL would be one
_BARE = re.compile(r"(?!null$)[A-Za-z0-9._:-]+", re.IGNORECASE).fullmatch
_LEAST, _MOST = -(2**31), 2**31 - 1
#: a statement with the types of its values
_Key = tuple[bytes, tuple[int, ...]]


class Statement(NamedTuple):
    """What is sent: a text with `$1`, and its values."""

    text: bytes
    values: Sequence[Any] = ()


class Answer(NamedTuple):
    """What came back for one statement."""

    rows: Sequence[Any]
    #: how many rows were read or written
    touched: int
    #: such as COMMIT, of a statement that gives no rows
    tag: bytes


class Link:
    """One connection of the pool, with the statements that are prepared on it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        set_json_loads(_loaded, connection)
        self._pgconn = connection.pgconn
        self._values = Transformer.from_context(connection)
        self._ready = select.poll()
        self._ready.register(self._pgconn.socket, select.POLLIN)
        #: the name under which a statement is prepared; empty for one that was seen once
        self._known: OrderedDict[_Key, bytes] = OrderedDict()
        self._named = 0
        #: nobody knows what is under way on this connection
        self.broken = False
        #: number of the statement that failed, among those that were sent with it
        self.failed = 0

    @property
    def idle(self) -> bool:
        """Say whether no transaction is open."""
        return self._pgconn.transaction_status == TransactionStatus.IDLE

    def send(self, *statements: Statement) -> list[Answer]:
        """Send statements and wait once, for all their answers.

        Raises:
            psycopg.Error: of the first one that failed; those after it were not carried out.
        """
        # all values are written before anything is sent: what cannot be written leaves nothing half sent
        written = [(one.text, *self._written(one.values)) for one in statements]
        expected: list[_Key | None] = []
        alone = len(written) == 1 and self._known.get((written[0][0], written[0][2])) != b""
        try:
            if not alone:
                self._pgconn.enter_pipeline_mode()
            for text, values, types, formats in written:
                expected += self._queue(text, values, types, formats)
            if alone:
                results = self._collected(None)
            else:
                self._pgconn.pipeline_sync()
                results = self._collected(ExecStatus.PIPELINE_SYNC)
                self._pgconn.exit_pipeline_mode()
        except BaseException:
            self.broken = True
            raise
        return self._answers(results, expected)

    def _written(self, values: Sequence[Any]) -> tuple[Sequence[Any], tuple[int, ...], Sequence[int] | None]:
        if not values:
            return (), (), None
        # one type for all numbers: by itself the driver has one for each size, and each makes a statement of its own
        same = [_plain(one) for one in values]
        buffers = self._values.dump_sequence(same, [PyFormat.AUTO] * len(same))
        return buffers, tuple(self._values.types or ()), self._values.formats

    def _queue(
        self, text: bytes, values: Sequence[Any], types: tuple[int, ...], formats: Sequence[int] | None
    ) -> list[_Key | None]:
        """Give a statement to libpq; name for each answer that will come what it prepares, () for nothing of ours."""
        key = (text, types)
        name = self._known.get(key)
        if name:
            self._known.move_to_end(key)
            self._pgconn.send_query_prepared(name, values, formats)
            return [None]
        if name is None:
            self._known[key] = b""
            self._pgconn.send_query_params(text, values, types, formats)
            return [None]
        self._named += 1
        self._known[key] = name = b"y%d" % self._named
        self._known.move_to_end(key)
        self._pgconn.send_prepare(name, text, types)
        self._pgconn.send_query_prepared(name, values, formats)
        return [key, None]

    def _answers(self, results: Sequence[PGresult], expected: Sequence[_Key | None]) -> list[Answer]:
        found: list[Answer] = []
        failed: PGresult | None = None
        for result, prepares in zip(results, expected, strict=True):
            good = result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
            if not good and prepares is not None:
                self._known.pop(prepares, None)
            if result.status == ExecStatus.FATAL_ERROR and failed is None:
                failed, self.failed = result, len(found)
            elif good and prepares is None:
                found.append(self._answer(result))
        if failed is not None:
            failure = error_from_result(failed, self._connection.info.encoding)
            state = failure.sqlstate or ""
            self.broken = state in _OUTDATED or state.startswith(_ENDED) or self._pgconn.status == ConnStatus.BAD
            raise failure
        return found

    def _answer(self, result: PGresult) -> Answer:
        if result.status == ExecStatus.TUPLES_OK:
            self._values.set_pgresult(result)
            return Answer(self._values.load_rows(0, result.ntuples, tuple), result.ntuples, b"")
        return Answer((), result.command_tuples or 0, result.command_status or b"")

    def _collected(self, last: ExecStatus | None) -> list[PGresult]:
        """Wait until everything that was queued is sent and answered.

        Args:
            last: status of the answer that ends a pipeline; None for a statement alone, which ends with nothing.
        """
        pgconn, ready = self._pgconn, self._ready
        while pgconn.flush():
            ready.modify(pgconn.socket, select.POLLIN | select.POLLOUT)
            ready.poll()
            ready.modify(pgconn.socket, select.POLLIN)
            pgconn.consume_input()
        results: list[PGresult] = []
        nothing = 0
        while True:
            while pgconn.is_busy():
                ready.poll()
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is None:
                # one nothing stands between two answers of a pipeline; two in a row say that no more will come
                nothing += 1
                if last is None and results:
                    return results
                if nothing > 1:
                    raise OperationalError("the connection is lost")
                continue
            nothing = 0
            if result.status == last:
                return results
            results.append(result)

    def trim(self) -> None:
        """Forget the statements that were used least lately, where there are too many; between transactions."""
        while len(self._known) > MOST_KNOWN:
            _, name = self._known.popitem(last=False)
            if name:
                order = b"deallocate " + name
                self.send(Statement(order))
                # it is no statement that will be used again; remembered, it would drive out those that are
                del self._known[order, ()]


def _plain(value: Any) -> Any:
    """Prepare a value whose own way through the driver costs too much."""
    kind = type(value)
    if kind is int and _LEAST <= value <= _MOST:
        return Int4(value)
    # rights are asked with lists of codes in every statement; the statement names the type
    if kind is list and all(type(one) is str for one in value):
        return "{" + ",".join(map(_quoted, value)) + "}"
    return value


def _quoted(text: str) -> str:
    return text if _BARE(text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _loaded(text: str | bytes) -> Any:
    """Read JSON; the quick reader makes fractions of whole numbers that are longer than its own."""
    raw = text if isinstance(text, bytes) else text.encode()
    return json.loads(raw) if _LONG in raw.translate(_DIGITS) else orjson.loads(raw)
