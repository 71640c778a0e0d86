"""Who may change those who sign; shared by the verbs that do."""

from app.domain.actor import Actor
from app.domain.errors import Conflict, StaleRevision, TaskAlreadyDone, TaskNotHeld
from app.domain.records import TaskInHand
from app.usecases.desk.handing import check_not_lent


class NotJoint(Conflict):
    """Nobody signs here together with others, or those who do are not chosen by name."""

    slug = "not-joint"


def check_signing(task: TaskInHand, actor: Actor, revision: int | None) -> None:
    """Refuse whoever does not sign himself.

    Raises:
        TaskAlreadyDone, TaskNotHeld, DelegationOpen, DelegationAwaited, StaleRevision.
    """
    if task.state in ("done", "cancelled"):
        raise TaskAlreadyDone()
    check_not_lent(task, actor)
    if task.state != "claimed" or task.holder != actor.desk:
        raise TaskNotHeld(holder=task.holder_name)
    if revision is not None and revision != task.revision:
        raise StaleRevision(expected=revision, found=task.revision)
