"""Find what somebody goes on with."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Unpack
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid, NotFound
from app.domain.records import TaskRow
from app.domain.records_inbox import ListedTask
from app.store.sight import is_work_of
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.listing import Wanted, as_stored

#: rows that are looked at from a place on: what waits for others, or stands still, is passed over
LOOKED_AT = 20


@dataclass(frozen=True)
class Onward:
    """Where somebody goes on."""

    #: of the same case, else of his list; None for neither
    task_id: UUID | None
    #: it belongs to the case in which he has just finished something
    same_case: bool = False
    #: he wants the list's next task to open by itself
    go_on: bool = True


def find_next_task(
    tools: Tools, *, actor: Actor, done: UUID, following: UUID | None = None, **wanted: Unpack[Wanted]
) -> Onward:
    """Find the task with which somebody goes on: the case's own next one, else the next in the list he came from.

    The list goes on after the finished task, in its own order, and then from its beginning. Nothing is claimed.

    Args:
        actor: himself, with those for whom he stands in.
        done: the task that he has just finished.
        following: a task of the same case that opened for him.
        wanted: the list he came from, as `read_inbox` takes it.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        go_on = uow.inbox_views.goes_on(actor)
        if following and _is_his(uow, actor, following):
            return Onward(following, True, go_on)
        if not go_on:
            return Onward(None, False, False)
        try:
            asked = as_stored(wanted)
            for place in ({"beyond_task": done}, {}):
                page = uow.tasks.list(actor, now=now, limit=LOOKED_AT, **asked, **place)
                found = next((row.id for row in page.rows if row.id != done and _can_be_done(actor, row)), None)
                if found:
                    return Onward(found)
        except Invalid:
            # a list that was remembered from before knows fields that are no more
            pass
    return Onward(None)


def _is_his(uow: UnitOfWork, actor: Actor, task_id: UUID) -> bool:
    with suppress(NotFound):
        task = uow.tasks.get(task_id)
        return task.state in ("open", "claimed") and any(is_work_of(one, task) for one in (actor, *actor.standing))
    return False


def _can_be_done(actor: Actor, row: ListedTask | TaskRow) -> bool:
    """Say whether somebody can work on a row of his list: nothing that he has lent, nothing that stands still."""
    desks = {one.desk for one in (actor, *actor.standing)}
    return not row.suspended and (row.state == "open" or row.state == "claimed" and row.holder in desks)
