"""Take a role away."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.office import check_administers, check_not_oneself
from app.usecases import Tools
from app.usecases.people.recording import looked_after, record


def revoke_role(tools: Tools, *, actor: Actor, person_id: UUID, role: str, unit: str) -> None:
    """Let somebody no longer act in a role at a unit; tasks that he has taken stay his until they are handed over.

    Args:
        actor: administers every unit where the person is.

    Writes:
        the end of the role; RoleRevoked.

    Raises:
        PersonNotFound: somebody else looks after the account. NotYourOwn. NotFound: the role is not held.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        looked_after(uow, actor, person_id, at)
        check_administers(actor, unit)
        check_not_oneself(actor, str(person_id))
        if not uow.roles.end(person_id, role, unit, at):
            raise NotFound("This role is not held.")
        record(uow, person_id, "RoleRevoked", {"role": role, "unit": unit}, actor, at)
        uow.commit()
