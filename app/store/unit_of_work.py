"""One command, one transaction: the only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from app.domain.errors import Fault, YongzhiError
from app.store.attachments import Attachments
from app.store.calls import Calls
from app.store.cases import Cases
from app.store.clock import Calendar, Clock, Counters
from app.store.definitions import Definitions
from app.store.facts import Facts
from app.store.hands import Hands
from app.store.incidents import Incidents
from app.store.load import Load
from app.store.messages import Messages
from app.store.notices import Notices
from app.store.outbox import Outbox
from app.store.people import People
from app.store.reports import Reports
from app.store.requests import Idempotency, Refusals
from app.store.roles import Roles
from app.store.rosters import Rosters
from app.store.sessions import Sessions
from app.store.steering import Steering
from app.store.subscriptions import Subscriptions
from app.store.tasks import Tasks
from app.store.timed_starts import TimedStarts
from app.store.timers import Timers
from app.store.transaction import Transaction
from app.store.units import Units


class ForgottenCommit(Fault):
    """Something was written and never committed."""

    slug = "forgotten-commit"


class UnitOfWork:
    """Everything that one command reads and writes.

    Leaving without `commit` rolls back; leaving without `commit` after a write, and without an exception, is a
    mistake of the caller and says so.
    """

    def __init__(self, engine: Engine) -> None:
        self._tx = tx = Transaction(engine)
        self.cases = Cases(tx)
        self.tasks = Tasks(tx)
        self.steering = Steering(tx)
        self.hands = Hands(tx)
        self.facts = Facts(tx)
        self.timers = Timers(tx)
        self.incidents = Incidents(tx)
        self.subscriptions = Subscriptions(tx)
        self.messages = Messages(tx)
        self.calls = Calls(tx)
        self.timed_starts = TimedStarts(tx)
        self.units = Units(tx)
        self.people = People(tx)
        self.roles = Roles(tx)
        self.rosters = Rosters(tx)
        self.sessions = Sessions(tx)
        self.definitions = Definitions(tx)
        self.reports = Reports(tx)
        self.attachments = Attachments(tx)
        self.notices = Notices(tx)
        self.outbox = Outbox(tx)
        self.idempotency = Idempotency(tx)
        self.clock = Clock(tx)
        self.calendar = Calendar(tx)
        self.counters = Counters(tx)
        self.refusals = Refusals(tx)
        self.load = Load(tx)

    def __enter__(self) -> Self:
        return self

    def commit(self) -> None:
        """Keep what was written.

        Raises:
            StoreUnavailable: the database went away; whether it kept the step is unknown, so send the same
                request with the same idempotency key again.
        """
        self._tx.commit()

    def rollback(self) -> None:
        """Forget what was written."""
        self._tx.rollback()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Do something that may fail without the rest: on an exception all that was written inside is forgotten."""
        with self._tx.attempt():
            yield

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        forgotten = self._tx.dirty
        try:
            self._tx.rollback()
        except YongzhiError:
            # what went wrong first is what the caller must hear
            if failure is None:
                raise
        if forgotten and failure is None:
            raise ForgottenCommit()
