"""What is said to the server in one transaction, from the connection that is taken to the one that is given back."""

from collections.abc import Callable
from typing import Any, cast

import psycopg
from sqlalchemy import Engine, PoolProxiedConnection

from app.domain.errors import Conflict
from app.store.engine import at_the_door
from app.store.wire import Answer, Link, Statement

_BEGIN, _COMMIT, _ROLLBACK = Statement(b"begin"), Statement(b"commit"), Statement(b"rollback")
Look = Callable[[Answer], None]


class Exchange:
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
        #: a write that waited was sent and lost with the statement behind it
        self._lost = False
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
            # what waited goes down with a statement that fails; somebody may catch that and commit all the same
            self._lost = self._lost or waits
            answers = send(*before, *statements)
        self._lost = self._lost and not waits
        self._begun = self._begun or not plain
        if waits:
            answer = answers[len(before) - 1]
            self._worked = self._worked or answer.touched != 0
            if look is not None:
                look(answer)
        return answers[len(before) :]

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
            if self._lost:
                raise Conflict(cause="aborted")
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
        self._last, self.dirty, self._worked, self._lost = None, False, False, False
        try:
            with at_the_door():
                if self._link is not None and not self._link.broken:
                    if not self._link.idle:
                        self._link.send(_ROLLBACK)
                    self._link.trim()
        finally:
            self._give_back()
