"""Citizens with an account: they see what is theirs, never the inner desk."""

from app.domain.actor import Actor
from app.domain.records import TaskRow

_OUTSIDE = frozenset({"citizen"})


def is_outsider(actor: Actor) -> bool:
    """Say whether somebody holds no office at all."""
    return not actor.machine and actor.roles <= _OUTSIDE


def has_part_in(actor: Actor, task: TaskRow) -> bool:
    """Say whether a task is, was or may become the actor's own work."""
    if actor.id and actor.desk in (task.holder, task.finished_by):
        return True
    seats = {(a.role, a.unit) for a in actor.assignments}
    return task.state == "open" and not seats.isdisjoint(task.candidates)
