"""List to whom a leader may assign a task."""

from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, TaskAlreadyDone
from app.usecases import Tools
from app.usecases.desk.handing import takers_of
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.leading import leading_seat
from app.usecases.desk.list_takers import SHOWN, Takers


def list_members(tools: Tools, *, actor: Actor, task_id: UUID, q: str = "") -> Takers:
    """List the people to whom the leader of a unit may assign its task; whoever holds it now is not among them.

    Args:
        q: part of the user name or the shown name.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Forbidden: he leads none of those to whom it is offered.
        TaskAlreadyDone.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        task = uow.tasks.visible_to(actor, task_id)
        if task.state in ("done", "cancelled"):
            raise TaskAlreadyDone()
        if leading_seat(actor, task) is None:
            raise Forbidden()
        found = [one for one in takers_of(uow, task, actor, at, q) if str(one.id) != task.holder]
    return Takers(InboxRow.of(task, at), found[:SHOWN], len(found) > SHOWN)
