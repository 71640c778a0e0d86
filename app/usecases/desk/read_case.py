"""Read a case: where it stands, what happened, what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.domain.clocks import Limit, light, remaining
from app.domain.records import StoredCase, TaskRow
from app.domain.rights import is_allowed
from app.engine.commands import positions
from app.store.sight import is_excluded
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.acts import Act, acts_for, is_in_hand
from app.usecases.desk.case_summary import CaseSummary, names_of, summarise
from app.usecases.desk.file_lines import FileLine, file_lines
from app.usecases.desk.inbox_row import InboxRow, with_left
from app.usecases.desk.relatives import Relative, linked_to
from app.usecases.desk.reporter_data import Reporter, reporter_of
from app.usecases.desk.timeline import TimelineRow, timeline_of
from app.usecases.desk.told import Told, told_of
from app.usecases.element_names import ElementNames
from app.usecases.outsiders import has_part_in, is_outsider
from app.usecases.steering.withdrawal import taken_back
from app.usecases.stepping import command_of, make_world

#: facts on one page; the audit room shows all
NEWEST = 400


@dataclass(frozen=True)
class LimitLine:
    """One clock of the case, with the reason for its date."""

    name: str
    started_at: datetime
    due_at: datetime
    yellow_at: datetime
    light: str
    state: str
    amount: str
    factor: float
    late: bool
    working: bool
    days: int
    hours: int
    minutes: int


@dataclass(frozen=True)
class FailedStep:
    """Something that a machine could not do in this case."""

    kind: str
    name: str
    name_en: str
    failed_at: datetime
    retrying: bool


@dataclass(frozen=True)
class CaseView:
    """A case page."""

    summary: CaseSummary
    record: Mapping[str, Any]
    milestones: Mapping[str, str]
    limits: Sequence[LimitLine]
    open_tasks: Sequence[InboxRow]
    #: [(process, version, node)] of everything that waits, outermost process first
    positions: Sequence[tuple[str, int, str]]
    timeline: Sequence[TimelineRow]
    attachments: Sequence[FileLine]
    acts: Sequence[Act]
    reporter: Reporter | None
    #: automatic steps that failed and wait for an operator
    incidents: Sequence[FailedStep]
    #: the case that it comes from, and those that came from it, as far as the actor may see them
    origin: Relative | None = None
    offspring: Sequence[Relative] = ()
    #: the whistle that it is or was handled with, and the events that its own whistle has taken along
    whistle: Relative | None = None
    linked: Sequence[Relative] = ()
    suspended: bool = False
    #: the actor may steer it
    can_steer: bool = False
    #: task that the actor has just completed and may take back
    withdrawable: UUID | None = None
    #: to whom it was shown for their knowledge
    told: Told = Told()
    #: those of the open tasks that the actor may open
    readable: Sequence[UUID] = ()
    #: keys of the tasks in his hands; what stands beside them is offered on their pages
    held: Sequence[str] = ()


def read_case(tools: Tools, *, actor: Actor, case_id: UUID) -> CaseView:
    """Read a case page.

    Raises:
        CaseNotFound: no such case, or not for this actor.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = uow.cases.visible_to(actor, case_id)
        tasks = uow.tasks.of_case(case_id)
        waiting = [task for task in tasks if task.state in ("open", "claimed")]
        record = case.record
        names = names_of(uow, [str(record.get(one) or "") for one in
                               ("county", "street", "village", "grid", "lead_unit")], actor.locale)
        shown = {name: value for name, value in record.items() if name not in ("limits", "milestones", "counts")}
        return CaseView(
            summary=summarise(tools, case, names, now, actor.locale),
            record=shown,
            milestones=dict(record.get("milestones") or {}),
            limits=_limits(tools, case, now),
            open_tasks=[with_left(InboxRow.of(task, now), task, record, tools.city.calendar, now) for task in waiting],
            positions=_positions(tools, uow, case, now) if case.closed_at is None else (),
            timeline=timeline_of(tools, uow, uow.facts.of_case(case_id, after=max(0, case.seq - NEWEST))),
            attachments=file_lines(uow.attachments.of_case(case_id), uow.attachments.uploaders(case_id)),
            acts=acts_for(tools, actor, uow.subscriptions.of_case(case_id), waiting),
            reporter=reporter_of(tools, uow, case, actor, tasks),
            incidents=_failed(tools, uow, case_id),
            origin=_origin(uow, actor, case),
            offspring=[Relative.of(row) for row in uow.origins.offspring(actor, case.event_no or "")
                       if row.id != case_id],
            whistle=next(iter(linked_to(uow, actor, case.record.get("whistle_no"))), None),
            linked=linked_to(uow, actor, case.record.get("linked_events")),
            suspended=case.suspended,
            can_steer=is_allowed(actor, "case.steer") and uow.steering.may(actor, case_id),
            withdrawable=taken_back(tools, uow, actor, case),
            told=told_of(uow, actor, case),
            readable=[task.id for task in waiting if _may_open(actor, task)],
            held=[task.key for task in waiting if is_in_hand(task, actor)],
        )


def _may_open(actor: Actor, task: TaskRow) -> bool:
    """Say of a task of a visible case whether its page is the actor's to see too."""
    return not is_excluded(actor, task) and (not is_outsider(actor) or has_part_in(actor, task))


def _origin(uow: UnitOfWork, actor: Actor, case: StoredCase) -> Relative | None:
    number = case.record.get("origin_no")
    row = uow.origins.of(actor, number) if isinstance(number, str) else None
    return Relative.of(row) if row and row.id != case.id else None


def _failed(tools: Tools, uow: UnitOfWork, case_id: UUID) -> list[FailedStep]:
    names = ElementNames(tools.library)
    return [FailedStep(row.kind, *names.of(row.process, row.node), row.failed_at, row.retried_at is not None)
            for row in uow.incidents.of_case(case_id)]


def _positions(tools: Tools, uow: UnitOfWork, case: StoredCase, now: datetime) -> list[tuple[str, int, str]]:
    return positions(make_world(tools, uow, case.id), command_of(SYSTEM, now), case.state)


def _limits(tools: Tools, case: StoredCase, now: datetime) -> list[LimitLine]:
    found = []
    for name, record in (case.record.get("limits") or {}).items():
        limit = Limit.from_dict(record)
        until = datetime.fromisoformat(record["ended_at"]) if record.get("ended_at") else now
        left = remaining(limit, until, tools.city.calendar)
        found.append(LimitLine(
            name, limit.started_at, limit.due_at, limit.yellow_at, light(limit, until), record["state"],
            str(limit.amount), limit.factor, left.late, left.working, left.days, left.hours, left.minutes,
        ))
    return found
