"""Forget somebody's second factor."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.office import check_not_oneself
from app.usecases import Tools
from app.usecases.people.recording import looked_after, record


def reset_factor(tools: Tools, *, actor: Actor, person_id: UUID) -> None:
    """Forget the second factor of somebody who has lost his telephone and his codes; he is signed out everywhere.

    Args:
        actor: administers every unit where the person is; not himself.

    Writes:
        the factor and its codes are gone; FactorReset.

    Raises:
        PersonNotFound: somebody else looks after the account. NotYourOwn. NotFound: there is no factor.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        looked_after(uow, actor, person_id, at)
        check_not_oneself(actor, str(person_id))
        if not uow.factors.drop(person_id):
            raise NotFound("There is no second factor.")
        uow.sessions.drop_of(person_id)
        record(uow, person_id, "FactorReset", {}, actor, at)
        uow.commit()
