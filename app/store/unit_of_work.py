"""One command, one transaction: the only place that commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Generic, Self, TypeVar

from sqlalchemy import Engine

from app.domain.errors import Fault, YongzhiError
from app.store.attachments import Attachments
from app.store.calls import Calls
from app.store.case_texts import CaseTexts
from app.store.cases import Cases
from app.store.changes import Changes
from app.store.clock import Calendar, Clock, Counters
from app.store.contacts import Contacts
from app.store.copies import Copies, Watches
from app.store.definitions import Definitions
from app.store.drafts import Drafts
from app.store.factors import Factors
from app.store.facts import Facts
from app.store.hands import Hands
from app.store.identities import Identities
from app.store.inbox_views import InboxViews
from app.store.incidents import Incidents
from app.store.kept_messages import KeptMessages
from app.store.load import Load
from app.store.messages import Messages
from app.store.notices import Notices
from app.store.office_facts import OfficeFacts
from app.store.offices import Offices
from app.store.origins import Origins
from app.store.outbox import Outbox
from app.store.people import People
from app.store.phrases import Phrases
from app.store.public_tries import PublicTries
from app.store.register_traffic import RegisterTraffic
from app.store.registers import Registers
from app.store.reports import Reports
from app.store.requests import Idempotency, Refusals
from app.store.roles import Roles
from app.store.rosters import Rosters
from app.store.sessions import Sessions
from app.store.steering import Steering
from app.store.subscriptions import Subscriptions
from app.store.substitutes import Substitutes
from app.store.tasks import Tasks
from app.store.timed_starts import TimedStarts
from app.store.timers import Timers
from app.store.transaction import Transaction
from app.store.units import Units

N = TypeVar("N")


class ForgottenCommit(Fault):
    """Something was written and never committed."""

    slug = "forgotten-commit"


class Part(Generic[N]):
    """A noun of a unit of work, made when it is first asked for: most commands need four of thirty."""

    def __init__(self, kind: Callable[[Transaction], N]) -> None:
        self._kind = kind

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, uow: "UnitOfWork", _: type) -> N:
        made = self._kind(uow._tx)
        vars(uow)[self._name] = made
        return made


class UnitOfWork:
    """Everything that one command reads and writes.

    Leaving without `commit` rolls back; leaving without `commit` after a write, and without an exception, is a
    mistake of the caller and says so.
    """

    cases = Part(Cases)
    tasks = Part(Tasks)
    steering = Part(Steering)
    hands = Part(Hands)
    copies = Part(Copies)
    watches = Part(Watches)
    inbox_views = Part(InboxViews)
    phrases = Part(Phrases)
    drafts = Part(Drafts)
    facts = Part(Facts)
    texts = Part(CaseTexts)
    origins = Part(Origins)
    timers = Part(Timers)
    incidents = Part(Incidents)
    subscriptions = Part(Subscriptions)
    messages = Part(Messages)
    kept_messages = Part(KeptMessages)
    calls = Part(Calls)
    timed_starts = Part(TimedStarts)
    units = Part(Units)
    registers = Part(Registers)
    register_traffic = Part(RegisterTraffic)
    people = Part(People)
    roles = Part(Roles)
    rosters = Part(Rosters)
    factors = Part(Factors)
    identities = Part(Identities)
    offices = Part(Offices)
    substitutes = Part(Substitutes)
    office_facts = Part(OfficeFacts)
    sessions = Part(Sessions)
    public_tries = Part(PublicTries)
    definitions = Part(Definitions)
    reports = Part(Reports)
    attachments = Part(Attachments)
    notices = Part(Notices)
    outbox = Part(Outbox)
    idempotency = Part(Idempotency)
    clock = Part(Clock)
    calendar = Part(Calendar)
    counters = Part(Counters)
    refusals = Part(Refusals)
    load = Part(Load)
    changes = Part(Changes)
    contacts = Part(Contacts)

    def __init__(self, engine: Engine) -> None:
        self._tx = Transaction(engine)

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
