"""The clock of the installation: the only place where a use case gets its time from."""

from datetime import UTC, datetime

from app.store import Store


class Clock:
    """Real time, or real time plus an offset where the clock can be moved."""

    def __init__(self, store: Store, *, movable: bool) -> None:
        """Take the store that keeps the offset.

        Args:
            store: where all processes of a demo or test server find the same offset.
            movable: False on a production server; then the store is never asked.
        """
        self._store = store
        self.movable = movable

    def now(self) -> datetime:
        """Say what time it is for cases, aware and in UTC.

        The offset is read anew each time: after the clock was moved in one process, no other may act at an
        earlier moment.
        """
        if not self.movable:
            return self.wall()
        with self._store.unit_of_work() as uow:
            return self.wall() + uow.clock.offset()

    def wall(self) -> datetime:
        """Say what time it really is: for sessions and throttles, which no moved clock may end."""
        return datetime.now(UTC)
