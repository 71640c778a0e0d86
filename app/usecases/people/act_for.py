"""Find in whose place somebody acts."""

from contextlib import suppress
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, NotFound
from app.store.sight import as_whom, is_work_of
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


class NotStandingIn(Forbidden):
    """You do not stand in for this person, or not any more."""

    slug = "not-standing-in"


def act_for(
    tools: Tools, *, actor: Actor, whom: str = "", task_id: UUID | None = None, case_id: UUID | None = None,
    attachment_id: UUID | None = None, beside: UUID | None = None,
) -> Actor:  # fmt: skip
    """Give an actor who stands in for others as he acts in this request.

    Whoever stands in only in part acts for the other in that part alone: on a task or a case of it that the request
    is about, never in lists and in what begins something new.

    Args:
        whom: user name of the person for whom he says that he acts; empty if he does not say.
        task_id: the task that he works on. It is his own work, or that of somebody for whom he stands in.
        case_id: a case that he looks at: as himself if he may see it.
        attachment_id: a file of a case that he looks at.
        beside: a task beside which he does something else; the sender says so, the address does not.

    Raises:
        NotStandingIn: he named somebody for whom he does not stand in now, or not in this.
    """
    if whom:
        return _named(tools, actor, whom, task_id, case_id, attachment_id)
    if not actor.standing or not (task_id or case_id or attachment_id or beside):
        return actor
    with tools.store.unit_of_work() as uow:
        with suppress(NotFound):
            if task_id:
                return as_whom(actor, uow.tasks.get(task_id))
            if beside:
                task = uow.tasks.get(beside)
                found = as_whom(actor, task)
                return actor if _in_part(found) and task.case_id != case_id else found
            if attachment_id:
                case_id = uow.attachments.get(attachment_id).case_id
        return _who_sees(uow, actor, case_id) if case_id else actor


def _named(
    tools: Tools, actor: Actor, whom: str, task_id: UUID | None, case_id: UUID | None, attachment_id: UUID | None
) -> Actor:
    alike = [one for one in actor.standing if one.absent and one.absent.username == whom]
    with tools.store.unit_of_work() as uow, suppress(NotFound):
        if attachment_id:
            case_id = uow.attachments.get(attachment_id).case_id
        for one in alike:
            if not _in_part(one):
                return one
            if task_id and is_work_of(one, uow.tasks.get(task_id)):
                return one
            if case_id and not task_id and _is_part(uow, one, case_id):
                return one
    raise NotStandingIn(whom=whom)


def _in_part(one: Actor) -> bool:
    return one.absent is not None and bool(one.absent.role or one.absent.process)


def _is_part(uow: UnitOfWork, one: Actor, case_id: UUID) -> bool:
    """Say whether some work in a case belongs to the part in which somebody stands in."""
    return any(
        is_work_of(one, task) and one.desk == (task.holder or one.desk) for task in uow.tasks.of_case(case_id)
    )


def _who_sees(uow: UnitOfWork, actor: Actor, case_id: UUID) -> Actor:
    for one in (actor, *actor.standing):
        if _in_part(one):
            # who stands in only in part sees what belongs to that part
            if _is_part(uow, one, case_id):
                return one
            continue
        with suppress(NotFound):
            uow.cases.visible_to(one, case_id)
            return one
    return actor
