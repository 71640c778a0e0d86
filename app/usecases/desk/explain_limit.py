"""Explain why a date is what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.clocks import Limit, Remaining, light, remaining, share
from app.domain.errors import NotFound, TaskNotFound
from app.domain.records import StoredCase, TaskRow
from app.engine.dmn.wording import RuleWords
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.limit_facts import FreeDay, LimitChange, changes_of, free_days
from app.usecases.desk.limit_origin import Origin, origin_of
from app.usecases.outsiders import has_part_in, is_outsider


@dataclass(frozen=True)
class Explanation:
    """A limit, where it comes from and what became of it."""

    name: str
    event_no: str
    case_id: UUID
    #: of the task that was asked about
    task_name: str
    task_name_en: str
    started_at: datetime
    due_at: datetime
    yellow_at: datetime
    light: str
    #: running, paused or ended
    state: str
    amount: str
    factor: float
    #: working time or the clock on the wall
    working: bool
    left: Remaining
    #: percent of the time that are used
    used: int
    paused_at: datetime | None
    #: how much of the limit's own kind of time it stood still before, in minutes
    paused_minutes: int
    origin: Origin | None
    #: the row of the table that gave the amount
    rules: Sequence[RuleWords]
    changes: Sequence[LimitChange]
    #: days between beginning and end that do not count
    free: Sequence[FreeDay]
    #: moments that were not counted stand in `free` only as far as these many
    free_more: int


def explain_limit(
    tools: Tools, *, actor: Actor, task_id: UUID | None = None, case_id: UUID | None = None, name: str = ""
) -> Explanation | None:
    """Say which limit a date follows, from which row of which table, when it stood still and why, and who moved it.

    Args:
        task_id: a task, whose limit is meant; otherwise
        case_id: a case, and
        name: one of its limits.

    Returns:
        Nothing for a task without a limit.

    Raises:
        TaskNotFound, CaseNotFound: none, or not for this actor.
        NotFound: the case has no such limit.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        task = _task(uow, actor, task_id)
        case = uow.cases.get(task.case_id) if task else uow.cases.visible_to(actor, case_id or UUID(int=0))
        wanted = task.limit_name if task else name
        record = (case.record.get("limits") or {}).get(wanted)
        if not isinstance(record, Mapping):
            if task:
                return None
            raise NotFound("The case has no such limit.")
        limit = Limit.from_dict(record)
        return _explained(tools, uow, actor, case, task, limit, record, now)


def _task(uow: UnitOfWork, actor: Actor, task_id: UUID | None) -> TaskRow | None:
    if task_id is None:
        return None
    task = uow.tasks.visible_to(actor, task_id)
    if is_outsider(actor) and not has_part_in(actor, task):
        raise TaskNotFound()
    return task


def _explained(
    tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, task: TaskRow | None, limit: Limit,
    record: Mapping[str, Any], now: datetime,
) -> Explanation:  # fmt: skip
    until = datetime.fromisoformat(record["ended_at"]) if record.get("ended_at") else now
    calendar = tools.city.calendar
    origin, rules = origin_of(tools, uow, case.id, limit.name)
    free, more = free_days(calendar, limit)
    outside = is_outsider(actor)
    return Explanation(
        name=limit.name, event_no=case.event_no or "", case_id=case.id, task_name=task.name if task else "",
        task_name_en=task.name_en if task else "", started_at=limit.started_at, due_at=limit.due_at,
        yellow_at=limit.yellow_at, light=light(limit, until), state=str(record.get("state") or "running"),
        amount=str(limit.amount), factor=limit.factor, working=limit.amount.working,
        left=remaining(limit, until, calendar), used=round(100 * share(limit, until, calendar)),
        paused_at=limit.paused_at, paused_minutes=round(limit.paused_for.total_seconds() / 60),
        origin=origin, rules=() if outside else rules,
        changes=changes_of(tools, uow, case.id, limit.name, named=not outside), free=free, free_more=more,
    )  # fmt: skip
