"""Units of work inside another one: what they commit is kept when the outer one commits."""

from types import TracebackType
from typing import Self

from app.domain.errors import Conflict
from app.store.store import Store
from app.store.unit_of_work import ForgottenCommit, UnitOfWork


class Joined:
    """The outer unit of work, and what became of those inside it."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        #: something inside was committed, so the outer one has to be
        self.kept = False
        #: the outer one has ended; units opened from now on are their own
        self.over = False


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
        self._undone = False

    def __enter__(self) -> Self:
        if self._later:
            try:
                # with it goes what the command before this one left to the commit
                self._tx.run("savepoint joined")
            except BaseException:
                self._forsake()
                raise
        self._tx.dirty = False
        return self

    def commit(self) -> None:
        """Mark what was written as part of the outer transaction."""
        if self._joined.over:
            if not self._undone:
                # a command inside this one failed and took with it what was written here
                raise Conflict(cause="joined")
            super().commit()
            return
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
        if self._joined.over:
            super().__exit__(kind, failure, trace)
            return
        forgotten = self._tx.dirty and failure is None
        if failure is not None or forgotten:
            self._undo()
        if forgotten:
            raise ForgottenCommit()

    def _undo(self) -> None:
        self._undone = True
        if self._later:
            self._tx.back_to("joined", dirty=False)
        else:
            self._forsake()

    def _forsake(self) -> None:
        self._joined.kept, self._joined.over = False, True
        self._joined.uow.rollback()
