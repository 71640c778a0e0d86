"""What is said to the server in one transaction, from the connection that is taken to the one that is given back."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import psycopg
from sqlalchemy import Engine, PoolProxiedConnection

from app.domain.errors import Conflict
from app.store.engine import at_the_door
from app.store.wire import Answer, Link, Statement

_BEGIN, _COMMIT, _ROLLBACK = Statement(b"begin"), Statement(b"commit"), Statement(b"rollback")


class Waiting(NamedTuple):
    """A write that waits for COMMIT, or for whatever is sent before it."""

    statement: Statement
    #: makes the exception, with a transaction of its own, where the guard of the statement found nothing to change
    refusal: "Callable[[Any], Exception] | None"


class Exchange:
    """A connection that is taken at the first statement and remembers whether anything was written.

    Every wait for the server counts: BEGIN travels with the first statement that writes or locks, reads before it need
    none (each sees what is committed, inside a transaction or not), and the last writes travel with COMMIT. A write
    whose answer nobody sees before COMMIT is guarded: if it has nothing to change it divides by zero, and the server
    carries out nothing that was sent behind it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: PoolProxiedConnection | None = None
        self._link: Link | None = None
        self._begun = False
        self._waiting: list[Waiting] = []
        #: something was written and not yet committed
        self.dirty = False
        #: the server holds something that a commit would keep
        self._worked = False
        #: a write that waited was sent and lost, by itself or with the statement behind it
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
        """Send statements in one round trip, behind BEGIN where it is missing and behind the writes that wait.

        Returns:
            The answers to the statements; without any, the one to the write that waited last.
        """
        waiting, self._waiting = self._waiting, []
        before = [] if plain or self._begun else [_BEGIN]
        waited, lost = bool(waiting), self._lost
        with at_the_door:
            # what waited goes down with a statement that fails; somebody may catch that and commit all the same
            self._lost = lost or waited
            send = self._first if self._link is None else self._link.send
            try:
                answers = send(*before, *(one.statement for one in waiting), *statements)
            except psycopg.errors.DivisionByZero as guarded:
                at = (self._link.failed if self._link else 0) - len(before)
                if 0 <= at < len(waiting) and (refusal := waiting[at].refusal):
                    raise _reason(type(self)(self._engine), refusal) from guarded
                raise
        self._lost = lost
        self._begun = self._begun or not plain
        self._worked = self._worked or waited
        return answers[len(before) + len(waiting) - (not statements) :]

    def settle(self) -> Answer | None:
        """Send what waits for COMMIT by itself; give the answer to the last of it."""
        return self._send()[0] if self._waiting else None

    def back_to(self, savepoint: str, *, dirty: bool) -> None:
        """Take back what was written since a savepoint.

        Args:
            dirty: whether something had been written before it.
        """
        self._waiting, self._lost = [], False
        self._send(Statement(f"rollback to savepoint {savepoint}".encode()))
        self.dirty = dirty

    def _wrote(self, something: bool) -> None:
        self.dirty = self.dirty or something
        self._worked = self._worked or something

    def commit(self) -> None:
        """Keep what was written, and give the connection back."""
        try:
            if self._lost:
                raise Conflict(cause="aborted")
            if self._begun or len(self._waiting) > 1:
                worked = self._worked or bool(self._waiting)
                (kept,) = self._send(_COMMIT)
                if worked and kept.tag != b"COMMIT":
                    # somebody caught an error of the database inside, and the server forgot the rest
                    raise Conflict(cause="aborted")
            elif self._waiting:
                # alone it is a transaction by itself
                self._send(plain=True)
        finally:
            self._end()

    def rollback(self) -> None:
        """Forget what was written, and give the connection back."""
        self._end()

    def _end(self) -> None:
        self._waiting, self.dirty, self._worked, self._lost = [], False, False, False
        try:
            with at_the_door:
                if self._link is not None and not self._link.broken:
                    if not self._link.idle:
                        self._link.send(_ROLLBACK)
                    self._link.trim()
        finally:
            self._give_back()


def _reason(aside: Exchange, refusal: Callable[[Any], Exception]) -> Exception:
    """Ask, beside the transaction that has failed, why a guarded write found nothing to change."""
    try:
        return refusal(aside)
    finally:
        aside.rollback()
