"""Who acts: a plain value, detached from any table."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Assignment:
    """One role held at one unit."""

    role: str
    unit: str


@dataclass(frozen=True)
class Absent:
    """Somebody in whose place another acts, and how far."""

    id: str
    username: str
    name: str
    #: the only role and the only process for which the other stands in; empty for all
    role: str = ""
    process: str = ""
    until: datetime | None = None
    #: every unit of both people: who is excluded with one of them is excluded
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Actor:
    """A person or a machine that acts, with every role and the unit where it is held."""

    #: the person's id as text, or a machine's name such as `SYSTEM`
    id: str
    username: str
    #: shown to others; a role name and number in the demo city
    name: str = ""
    assignments: tuple[Assignment, ...] = ()
    locale: str = "zh"
    machine: bool = False
    #: filled when a reporter without account follows his own report
    person_id: UUID | None = None
    #: in whose place he acts in this command; his assignments are that person's then, his name stays his own
    absent: Absent | None = None
    #: himself in the place of each person for whom he stands in now
    standing: tuple["Actor", ...] = ()

    @property
    def desk(self) -> str:
        """On whose desk the work lies that he does: the id under which tasks are held."""
        return self.absent.id if self.absent else self.id

    @property
    def desk_name(self) -> str:
        """What the owner of that desk is called."""
        return self.absent.name if self.absent else self.name

    @property
    def roles(self) -> frozenset[str]:
        """Every role code held anywhere."""
        return frozenset(a.role for a in self.assignments)

    @property
    def units(self) -> tuple[str, ...]:
        """Every unit at which a role is held, sorted, without repetition."""
        return tuple(sorted({a.unit for a in self.assignments}))

    def has(self, *roles: str) -> bool:
        """True if one of the roles is held anywhere."""
        return not self.roles.isdisjoint(roles)


def signed_name(actor: Actor) -> str:
    """Write under what is done who did it, and in whose place."""
    if actor.absent is None:
        return actor.name
    return f"{actor.name or actor.username}（代{actor.absent.name or actor.absent.username}）"


#: the one machine actor: timers, automatic steps, imports
SYSTEM = Actor(id="SYSTEM", username="SYSTEM", name="系统", machine=True)
