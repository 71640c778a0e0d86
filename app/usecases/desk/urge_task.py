"""Urge a task."""

from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict, Forbidden, TaskAlreadyDone
from app.domain.facts import FactDraft
from app.domain.records import StoredCase, TaskRow
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.handing import check_said, shown
from app.usecases.desk.urging import PAUSE, URGED, last_urged
from app.usecases.outsiders import is_outsider
from app.usecases.stepping import add_fact, command_of, seat_of


class UrgedAlready(Conflict):
    """You have urged this task a short while ago; wait until it has been read."""

    slug = "urged-already"


class NothingToUrge(Conflict):
    """The task lies with you; there is nobody to urge."""

    slug = "nothing-to-urge"


def urge_task(tools: Tools, *, actor: Actor, task_id: UUID, reason: str) -> datetime:
    """Tell those with whom a task lies that somebody waits for it.

    Args:
        actor: an officer who sees the task and does not hold it.

    Returns:
        When he may urge it again.

    Writes:
        TaskUrged, and a notice to the holder, or to every seat that it is offered to.

    Raises:
        TaskNotFound: no such task, or not for this actor.
        Forbidden: he holds no office.
        TaskAlreadyDone, NothingToUrge, UrgedAlready: nobody was told.
        Invalid: field `reason`.
    """
    at = tools.clock.now()
    words = check_said(reason, "reason")
    with tools.store.unit_of_work() as uow:
        case, task = uow.cases.lock_for_task(task_id, actor)
        _may_urge(uow, task, actor, at)
        body = {"key": task.key, "name": task.name, "to": task.holder, "to_name": task.holder_name, "reason": words}
        draft = FactDraft(URGED, task.process, task.node, task.nth, body)
        add_fact(uow, case, draft, command_of(actor, at, seat_of(actor)))
        _tell(uow, case, task, at, {"by": shown(actor), "reason": words})
        uow.commit()
    return at + PAUSE


def _may_urge(uow: UnitOfWork, task: TaskRow, actor: Actor, at: datetime) -> None:
    if is_outsider(actor):
        raise Forbidden()
    if task.state in ("done", "cancelled"):
        raise TaskAlreadyDone()
    if actor.desk in (task.holder, task.owner):
        raise NothingToUrge()
    before = last_urged(uow, task, actor)
    if before is not None and at < before + PAUSE:
        raise UrgedAlready(until=(before + PAUSE).isoformat())


def _tell(uow: UnitOfWork, case: StoredCase, task: TaskRow, at: datetime, words: dict[str, str]) -> None:
    params = {"event_no": case.event_no or "", "task": task.name, "task_en": task.name_en or task.name, **words}
    if task.holder:
        uow.notices.add(case.county, at, "unit.task_urged", person_id=task.holder, case_id=case.id, params=params)
        return
    for role, unit in dict.fromkeys(task.candidates):
        uow.notices.add(case.county, at, "unit.task_urged", role=role, unit=unit, case_id=case.id, params=params)
