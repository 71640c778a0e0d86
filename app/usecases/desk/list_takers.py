"""List who may take a task over."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.handing import Taker, check_hand, takers_of
from app.usecases.desk.inbox_row import InboxRow

#: longest list; whoever is not in it is searched for
SHOWN = 50


@dataclass(frozen=True)
class Takers:
    """The people to whom a task may be handed."""

    row: InboxRow
    people: Sequence[Taker]
    #: there are more than these; search
    more: bool


def list_takers(tools: Tools, *, actor: Actor, task_id: UUID, q: str = "") -> Takers:
    """List the people to whom the actor may transfer or delegate a task: no others are named.

    Args:
        q: part of the user name or the shown name.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Forbidden, TaskAlreadyDone, TaskAlreadyClaimed, DelegationOpen, DelegationAwaited: he may not hand it on.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        task = uow.tasks.visible_to(actor, task_id)
        check_hand(uow, task, actor, None)
        found = takers_of(uow, task, actor, at, q)
    return Takers(InboxRow.of(task, at), found[:SHOWN], len(found) > SHOWN)
