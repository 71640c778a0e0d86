"""What live updates carry, as plain values; see `records`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

#: a role at a unit
Place = tuple[str, str]


@dataclass(frozen=True)
class Touched:
    """Whom a change concerns."""

    seats: frozenset[Place] = frozenset()
    #: ids of people
    people: frozenset[str] = frozenset()
    #: codes of the units that the changed cases lie in
    places: frozenset[str] = frozenset()
    #: so much has changed that it concerns everybody
    everybody: bool = False

    def __or__(self, other: "Touched") -> "Touched":
        return Touched(
            self.seats | other.seats, self.people | other.people, self.places | other.places,
            self.everybody or other.everybody,
        )  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.everybody or self.seats or self.people or self.places)


@dataclass(frozen=True)
class CaseSeen:
    """A case that something was recorded for, and its newest fact."""

    id: UUID
    seq: int


@dataclass(frozen=True)
class NewLine:
    """A task or a notice, as short as a browser notification."""

    id: UUID
    at: datetime
    zh: str
    en: str
    event_no: str
    urgent: bool
