"""Who sits where in the simulated city."""

import random
from collections.abc import Iterator
from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from bench.city_line import Work

#: officers of one seat that are tried when others may not take the task
_TRIED = 4


class Seats:
    """The people of all seats, read once."""

    def __init__(self, tools: Tools, chance: random.Random) -> None:
        self._tools, self._chance = tools, chance
        self._people: dict[tuple[str, str], list[UUID]] = {}
        self._actors: dict[UUID, Actor] = {}

    def candidates(self, task: Work) -> Iterator[Actor]:
        """Find people for a task, in a random order, so that no seat does everything."""
        found = [person for role, unit in task.candidates for person in self._seat(role, unit)
                 if str(person) not in task.excluded_people]
        return map(self.person, self._chance.sample(found, min(_TRIED, len(found))))

    def officer(self, role: str, unit: str) -> Actor:
        """Find somebody in a seat."""
        return self.person(self._chance.choice(self._seat(role, unit)))

    def gateway(self) -> Actor:
        """Find the account under which programs outside report."""
        return self.person(self._seat("sys_admin", self._tools.city.root)[0])

    def person(self, person: UUID) -> Actor:
        """Find somebody by id."""
        if person not in self._actors:
            with self._tools.store.unit_of_work() as uow:
                self._actors[person] = uow.people.actor(person, self._tools.clock.now())
        return self._actors[person]

    def _seat(self, role: str, unit: str) -> list[UUID]:
        if (role, unit) not in self._people:
            with self._tools.store.unit_of_work() as uow:
                at = self._tools.clock.now()
                self._people[role, unit] = sorted(one.id for one in uow.people.with_role(role, unit, at))
        return self._people[role, unit]
