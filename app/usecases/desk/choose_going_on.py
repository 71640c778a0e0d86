"""Choose whether the next task opens by itself."""

from app.domain.actor import Actor
from app.usecases import Tools


def choose_going_on(tools: Tools, *, actor: Actor, go_on: bool) -> None:
    """Keep whether the next task of his list opens by itself when somebody has finished one."""
    with tools.store.unit_of_work() as uow:
        uow.inbox_views.choose_going_on(actor, go_on)
        uow.commit()
