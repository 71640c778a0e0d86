"""Who looks after whom: administrators in their part of the tree, leaders for their own people.

Nobody gives himself anything, and nobody gives others what reaches further than he does himself.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.actor import Actor, Assignment
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.org import is_within
from app.domain.rights import KEEPERS

#: may name substitutes for the people below them
LEADING = frozenset(
    {"unit_leader", "village_secretary", "street_command_director", "county_director", "county_dept_leader",
     "mediation_director", "agency_head", "city_director"}
)  # fmt: skip
#: what these do holds for the whole city, so that only the city's administrator gives them
CITYWIDE = frozenset({"process_designer", "auditor"})
ADMIN = "sys_admin"
#: who administers people; the county's one administers nothing else, and nobody who does
ADMINS = KEEPERS
#: parts in the code of the city
_CITY = 2
_ROOM = ".cmd"


class PersonNotFound(NotFound):
    """There is no such person, or somebody else looks after the account."""

    slug = "person-not-found"


class OutsideYourUnits(Forbidden):
    """You look after other units only."""

    slug = "outside-your-units"


class MoreThanYouHave(Forbidden):
    """Nobody gives himself a role, and nobody gives away more than he has."""

    slug = "more-than-you-have"


class NotYourOwn(Forbidden):
    """Your own account is looked after by somebody else."""

    slug = "not-your-own"


class UnitInUse(Conflict):
    """People still work in this unit; move them first."""

    slug = "unit-in-use"


@dataclass(frozen=True)
class Reach:
    """Which part of the tree somebody looks after."""

    everywhere: bool
    roots: tuple[str, ...]

    def covers(self, unit: str) -> bool:
        """Say whether a unit lies in it."""
        return self.everywhere or any(is_within(unit, root) for root in self.roots)

    @property
    def params(self) -> dict[str, object]:
        """What the queries compare with."""
        return {"everywhere": self.everywhere, "roots": list(self.roots)}


def administered(actor: Actor) -> Reach:
    """Give the part of the tree that somebody administers."""
    return Reach(actor.machine, _units(actor.assignments, ADMINS))


def led(actor: Actor) -> Reach:
    """Give the part of the tree whose people somebody leads or administers; a command room leads its street."""
    leading = {unit.removesuffix(_ROOM) for unit in _units(actor.assignments, LEADING)}
    return Reach(actor.machine, tuple(sorted(leading | set(administered(actor).roots))))


def _units(assignments: Iterable[Assignment], roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted({one.unit for one in assignments if one.role in roles}))


def check_administers(actor: Actor, unit: str) -> None:
    """Refuse whoever does not administer a unit.

    Raises:
        OutsideYourUnits: he does not.
    """
    if not administered(actor).covers(unit):
        raise OutsideYourUnits(unit=unit)


def check_may_give(actor: Actor, person_id: str, role: str, unit: str) -> None:
    """Refuse to give a role that is not the actor's to give.

    Raises:
        OutsideYourUnits: at a unit that he does not administer.
        MoreThanYouHave: to himself, or one that reaches further than he does.
    """
    check_administers(actor, unit)
    if actor.machine:
        return
    whole_city = any(len(root.split(".")) == _CITY for root in _units(actor.assignments, frozenset({ADMIN})))
    if person_id == actor.id or role in CITYWIDE and not whole_city or role == ADMIN and not actor.has(ADMIN):
        raise MoreThanYouHave(role=role)


def check_not_oneself(actor: Actor, person_id: str) -> None:
    """Refuse to look after one's own account with an administrator's rights.

    Raises:
        NotYourOwn: it is.
    """
    if actor.id == person_id:
        raise NotYourOwn()
