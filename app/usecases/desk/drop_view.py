"""Forget a filter of one's inbox."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.usecases import Tools


def drop_view(tools: Tools, *, actor: Actor, view_id: UUID) -> None:
    """Forget a filter that one has kept oneself.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    with tools.store.unit_of_work() as uow:
        if not uow.inbox_views.drop(actor, view_id):
            raise NotFound("There is no such filter of yours.")
        uow.commit()
