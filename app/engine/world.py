"""What a flow needs from outside, as values and functions that the use cases hand in."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from app.domain.actor import Actor
from app.domain.calendar import WorkingCalendar
from app.domain.facts import FactDraft
from app.domain.org import Role
from app.domain.successors import HeirsOf, no_heirs
from app.engine.decisions import DecisionModel

if TYPE_CHECKING:
    # elements ask their world, and versions are made of elements
    from app.engine.versions import ProcessVersion

#: of a task, or what finds out whether they are good once it knows what an expression there reads
Answers = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Library(Protocol):
    """Published definitions, parsed once and shared by all cases."""

    def process(self, key: str, number: int | None = None) -> "ProcessVersion":
        """Return a process version; without number the current one."""

    def decision(self, key: str, number: int | None = None) -> tuple[int, DecisionModel]:
        """Return a decision and its version number; without number the current one."""

    def form_number(self, key: str) -> int:
        """Return the number of a form's current version."""


@dataclass(frozen=True)
class Call:
    """A service task that asks for an operation."""

    operation: str
    params: Mapping[str, Any]
    #: the case's shared record, to be read only
    event: Mapping[str, Any]
    #: the token's variables, to be read only
    variables: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class OperationResult:
    """What an operation found and wants written."""

    value: Any = None
    #: changes to `event`
    event: Mapping[str, Any] = field(default_factory=dict)
    milestones: tuple[str, ...] = ()
    facts: tuple[FactDraft, ...] = ()
    #: rows for the store: kind and payload
    effects: tuple[tuple[str, Mapping[str, Any]], ...] = ()


Operations = Callable[[Call], OperationResult]
#: name of a limit -> what a replay knows that it was set to, None where it is to be computed
Remembered = Callable[[str], dict[str, Any] | None]


def remembers_nothing(name: str) -> dict[str, Any] | None:
    """Let every limit be computed, as a running case does."""
    return None


def performs_here(operation: str) -> bool:
    """Let every operation be performed within the step."""
    return False


@dataclass(frozen=True)
class World:
    """Everything a flow may ask; nothing here reads a clock, a random number or the network."""

    library: Library
    calendar: WorkingCalendar
    roles: Mapping[str, Role]
    operations: Operations
    #: (role, level name) tried in order where a task's unit is unknown
    fallback: tuple[tuple[str, str], ...] = (("street_duty", "command_room"), ("county_duty", "county"),
                                             ("city_duty", "city"))
    #: limits as they were set, for replays: the calendar may say something else today
    remembered: Remembered = remembers_nothing
    #: keys of the limits that a history knows, for replays
    limit_names: Collection[str] | None = None
    #: says of an operation that it is performed outside, after the step
    outside: Callable[[str], bool] = performs_here
    #: who has the work of units that are gone when a task opens; for replays as it was then
    heirs: HeirsOf = no_heirs


@dataclass(frozen=True)
class Command:
    """One act on a case: when and by whom. Time enters here and nowhere else."""

    now: datetime
    actor: Actor
    role: str = ""
    unit: str = ""
