"""What goes over the line between the plan of the simulated city and its parts: small, for it is sent at every act."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from bench.city_day import Arrival


class Work(NamedTuple):
    """What an officer must know of a task to find it."""

    task_id: UUID
    process: str
    node: str
    form: str
    candidates: tuple[tuple[str, str], ...]
    excluded_people: tuple[str, ...]


class Wish(NamedTuple):
    """What a reporter does on the page of his report."""

    event_no: str
    tracking_code: str
    act: str


class Planned(NamedTuple):
    """Something that somebody will do: a report, a task, or an answer of its reporter."""

    at: datetime
    what: Arrival | Work | Wish
    #: None: there is no case yet
    case_id: UUID | None = None
    tries: int = 1
    #: who holds the task already
    by: UUID | None = None
    #: latitude and longitude of the case, written in as the act is handed out
    place: tuple[float, float] | None = None


class Tick(NamedTuple):
    """An order to fire the timers that are due by a moment."""

    at: datetime
    #: timers of one transaction
    most: int
    #: also deliver what is kept
    kept: bool


class Question(NamedTuple):
    """What a case waits for from its reporter."""

    case_id: UUID
    key: str
    act: str
    at: datetime


@dataclass
class Told:
    """What came of one act, or of one tick."""

    planned: list[Planned] = field(default_factory=list)
    #: {case: (number of the event, tracking code)} of those who can follow what they reported
    reported: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    places: dict[UUID, tuple[float, float]] = field(default_factory=dict)
    #: cases that closed or went on the ledger, and those that came back from it
    ended: list[UUID] = field(default_factory=list)
    reopened: list[UUID] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    #: what went wrong, with how often
    wrong: Counter[str] = field(default_factory=Counter)
    #: (seconds, statement) of a wait for the database that was longer than all before it
    slowest: tuple[float, str] = (0.0, "")
    #: seconds that the part had nothing to do before, and that it was busy
    waited: float = 0.0
    took: float = 0.0
