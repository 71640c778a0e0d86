"""Read an account with all that was done to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import Fact
from app.domain.records_city import IdentityRow, PersonShown, SeatShown, SubstituteShown
from app.usecases import Tools
from app.usecases.people.recording import looked_after

#: how long a substitution that is over is still shown
SHOWN = timedelta(days=90)


@dataclass(frozen=True)
class PersonView:
    """Somebody as his administrator sees him."""

    person: PersonShown
    seats: Sequence[SeatShown]
    substitutes: Sequence[SubstituteShown]
    #: the newest first
    history: Sequence[Fact]
    #: tasks that he holds; stops at 1000
    held: int
    #: who he is at outside providers
    identities: Sequence[IdentityRow] = ()


def read_person(tools: Tools, *, actor: Actor, person_id: UUID) -> PersonView:
    """Read an account that the actor looks after.

    Raises:
        PersonNotFound: there is none, or somebody else does.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        person = looked_after(uow, actor, person_id, at)
        return PersonView(
            person, uow.offices.seats(person_id), uow.substitutes.of_person(person_id, at - SHOWN),
            uow.office_facts.of(person_id), len(uow.offices.held_by(person_id)),
            uow.identities.list_of(person_id),
        )  # fmt: skip
