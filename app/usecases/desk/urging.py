"""When somebody urged a task last; shared by the verb and by the page that offers it."""

from datetime import datetime, timedelta

from app.domain.actor import Actor
from app.domain.records import TaskRow
from app.store.unit_of_work import UnitOfWork

URGED = "TaskUrged"
#: between two urgings of one task by one person; our own figure
PAUSE = timedelta(hours=2)


def last_urged(uow: UnitOfWork, task: TaskRow, actor: Actor) -> datetime | None:
    """Find when an actor urged a task last, or None."""
    facts = uow.facts.of_kinds(task.case_id, [URGED])
    mine = [fact.at for fact in facts if fact.actor == actor.id and fact.content.get("key") == task.key]
    return max(mine, default=None)
