"""See what somebody who leaves leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.domain.records import TaskRow
from app.domain.records_city import PersonShown, SubstituteShown
from app.usecases import Tools
from app.usecases.people.recording import looked_after


@dataclass(frozen=True)
class LeftBehind:
    """What is on somebody's desk, and what he is."""

    person: PersonShown
    #: tasks that he holds or has lent, at most 1000
    tasks: Sequence[TaskRow]
    #: role@unit with the people who hold the same: (user name, name)
    seats: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    duties: int
    #: running or coming, for him and by him
    substitutes: Sequence[SubstituteShown]


def plan_hand_over(tools: Tools, *, actor: Actor, person_id: UUID) -> LeftBehind:
    """List the tasks, roles, duties and substitutions of somebody who leaves, and who could take each.

    Raises:
        PersonNotFound: somebody else looks after the account.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        person = looked_after(uow, actor, person_id, at)
        tasks = [uow.tasks.get(task_id) for task_id in uow.offices.held_by(person_id)]
        seats = []
        for seat in person.seats:
            role, _, unit = seat.partition("@")
            others = [(one.username, one.name) for one in uow.people.with_role(role, unit, at) if one.id != person_id]
            seats.append((seat, others))
        running = [one for one in uow.substitutes.of_person(person_id, at) if one.ended_at is None]
        return LeftBehind(person, tasks, seats, len(uow.rosters.of_person(person_id, at)), running)
