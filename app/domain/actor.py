"""Who acts: a plain value, detached from any table."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Assignment:
    """One role held at one unit."""

    role: str
    unit: str


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


#: the one machine actor: timers, automatic steps, imports
SYSTEM = Actor(id="SYSTEM", username="SYSTEM", name="系统", machine=True)
