"""Find in whose place somebody acts."""

from contextlib import suppress
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, NotFound
from app.store.sight import as_whom
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


class NotStandingIn(Forbidden):
    """You do not stand in for this person, or not any more."""

    slug = "not-standing-in"


def act_for(
    tools: Tools, *, actor: Actor, whom: str = "", task_id: UUID | None = None, case_id: UUID | None = None,
    attachment_id: UUID | None = None,
) -> Actor:  # fmt: skip
    """Give an actor who stands in for others as he acts in this request.

    Args:
        whom: user name of the person for whom he says that he acts; empty if he does not say.
        task_id: the task that he works on. It is his own work, or that of somebody for whom he stands in.
        case_id: a case that he looks at: as himself if he may see it.
        attachment_id: a file of a case that he looks at.

    Raises:
        NotStandingIn: he named somebody for whom he does not stand in now.
    """
    if whom:
        found = next((one for one in actor.standing if one.absent and one.absent.username == whom), None)
        if found is None:
            raise NotStandingIn(whom=whom)
        return found
    if not actor.standing or not (task_id or case_id or attachment_id):
        return actor
    with tools.store.unit_of_work() as uow:
        with suppress(NotFound):
            if task_id:
                return as_whom(actor, uow.tasks.get(task_id))
            if attachment_id:
                case_id = uow.attachments.get(attachment_id).case_id
        return _who_sees(uow, actor, case_id) if case_id else actor


def _who_sees(uow: UnitOfWork, actor: Actor, case_id: UUID) -> Actor:
    for one in (actor, *actor.standing):
        limits = one.absent
        if limits and (limits.role or limits.process):
            # who stands in only in part sees what belongs to that part
            tasks = uow.tasks.of_case(case_id)
            if any(as_whom(one, task) is one and one.desk == (task.holder or one.desk) for task in tasks):
                return one
            continue
        with suppress(NotFound):
            uow.cases.visible_to(one, case_id)
            return one
    return actor
