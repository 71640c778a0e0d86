"""Drop a phrase."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.usecases import Tools


def drop_phrase(tools: Tools, *, actor: Actor, phrase_id: UUID) -> None:
    """Forget a phrase of one's own.

    Raises:
        NotFound: it is not his, or not there.
    """
    with tools.store.unit_of_work() as uow:
        if not uow.phrases.drop(actor, phrase_id):
            raise NotFound()
        uow.commit()
