"""Units of work inside another one: what they commit is kept when the outer one commits."""

from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from app.domain.errors import Conflict, StoreUnavailable
from app.store.store import Store
from app.store.unit_of_work import ForgottenCommit, UnitOfWork


class Joined:
    """The outer unit of work, and what became of those inside it."""

    def __init__(self, uow: UnitOfWork, reserve: Callable[[], None] = lambda: None) -> None:
        """Begin with an outer transaction that has reserved what it is about.

        Args:
            reserve: does so again, after a failed command took the reservation with it.
        """
        self.uow = uow
        self._reserve = reserve
        #: something inside was committed, so the outer one has to be
        self.kept = False
        #: the outer one has ended; units opened from now on are their own
        self.over = False
        #: a command that failed took the reservation with it; who works on reserves again
        self.lost = False
        #: savepoints so far: each command has one of its own, also inside another
        self.marks = 0

    def renew(self) -> None:
        """Reserve again what was lost, so that what follows is done once, too.

        Raises:
            Conflict: somebody else did the same in the meantime.
        """
        if self.lost:
            self._reserve()
            self.lost = False

    def forsake(self) -> None:
        """Forget everything, the reservation too."""
        self.kept, self.lost = False, True
        self.uow.rollback()


class JoinedStore(Store):
    """The store as verbs see it whose work belongs to a transaction that began before them."""

    def __init__(self, store: Store, joined: Joined) -> None:
        self.engine = store.engine
        self._joined = joined

    def unit_of_work(self) -> UnitOfWork:
        """Begin one command inside the outer transaction."""
        return super().unit_of_work() if self._joined.over else JoinedWork(self._joined)


class JoinedWork(UnitOfWork):
    """One command inside the outer transaction.

    A first command that fails takes the outer transaction with it: nothing had been done there. A later one
    returns to where it began.
    """

    def __init__(self, joined: Joined) -> None:
        vars(self).update(vars(joined.uow))
        self._joined = joined
        self._later = joined.kept
        #: where a later command returns to
        self._mark = ""
        self._undone = False

    def __enter__(self) -> Self:
        self._joined.renew()
        if self._later:
            self._joined.marks += 1
            self._mark = f"joined_{self._joined.marks}"
            try:
                # with it goes what the command before this one left to the commit
                self._tx.run(f"savepoint {self._mark}")
            except BaseException:
                self._joined.forsake()
                raise
        self._tx.dirty = False
        return self

    def commit(self) -> None:
        """Mark what was written as part of the outer transaction."""
        if self._joined.lost:
            if not self._undone:
                # a command inside this one failed and took with it what was written here
                raise Conflict(cause="joined")
            self._joined.renew()
        if self._later:
            # whether it is refused must show here, where what was kept before can stay
            self._tx.settle()
        self._joined.kept = True
        self._tx.dirty = False

    def rollback(self) -> None:
        """Forget what this command wrote."""
        self._undo()

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        forgotten = self._tx.dirty and failure is None
        if failure is not None or forgotten:
            self._undo()
        if forgotten:
            raise ForgottenCommit()

    def _undo(self) -> None:
        self._undone = True
        if not self._mark:
            self._joined.forsake()
            return
        try:
            self._tx.back_to(self._mark, dirty=False)
        except StoreUnavailable:
            # the connection is gone, and with it what was kept before
            with suppress(StoreUnavailable):
                self._joined.forsake()
            raise
