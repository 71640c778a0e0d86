"""Read a task with everything that is needed to do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import TaskNotFound
from app.domain.records import TaskRow
from app.store.sight import is_excluded
from app.usecases import Tools
from app.usecases.desk.acts import Act, acts_for
from app.usecases.desk.case_summary import CaseSummary, named, summarise
from app.usecases.desk.file_lines import FileLine, file_lines
from app.usecases.desk.form_start import first_values, form_context, form_scope
from app.usecases.desk.forms import Options, form_schema, options_for
from app.usecases.desk.hand_view import KINDS, Hand, hand_view
from app.usecases.desk.inbox_row import InboxRow, row_for, with_left
from app.usecases.intake.party_code import Invitation, invitations
from app.usecases.outsiders import has_part_in, is_outsider


@dataclass(frozen=True)
class TaskView:
    """A task page."""

    row: InboxRow
    form: Mapping[str, Any]
    values: Mapping[str, Any]
    #: what the form's conditions read besides its own fields
    context: Mapping[str, Any]
    options: Options
    draft: Mapping[str, Any] | None
    #: when that was kept, as the interface writes it; empty for none
    draft_at: str
    held_by_me: bool
    can_claim: bool
    hand: Hand
    acts: Sequence[Act]
    #: codes with which a party may answer himself, for who holds the task
    invitations: Sequence[Invitation]
    case: CaseSummary
    attachments: Sequence[FileLine]


def read_task(tools: Tools, *, actor: Actor, task_id: UUID) -> TaskView:
    """Read a task, its form with first values and choices, its case in short, its acts and files.

    Raises:
        TaskNotFound: no such task, or not for this actor; a citizen reads his own tasks only.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        page = uow.tasks.page(actor, task_id, KINDS)
        task, case = page.task, page.case
        if is_outsider(actor) and not has_part_in(actor, task):
            raise TaskNotFound()
        schema = form_schema(tools, task.form, task.form_version) if task.form else {"components": []}
        waits = task.state in ("open", "claimed")
        shown = [one for one in page.files if not is_outsider(actor) or one.uploaded_by == actor.id]
        files = file_lines(shown, page.uploaders)
        scope = form_scope(tools, uow, case, task.key, schema, now) if waits else {}
        beside = [one for one in page.waiting if one.task_key == task.key]
        can_claim = task.state == "open" and _may_take(actor, task)
        return TaskView(
            row=with_left(row_for(actor, task, now), task, case.record, tools.city.calendar, now),
            form=schema,
            values=first_values(scope, schema, now) if waits else {},
            context=form_context(scope, schema),
            options=options_for(tools, uow, case.record, schema, actor.locale, scope, actor=actor) if waits else {},
            draft=task.draft if task.holder == actor.desk else None,
            draft_at=task.draft_at.isoformat() if task.draft_at and task.holder == actor.desk else "",
            held_by_me=waits and task.holder == actor.desk,
            can_claim=can_claim,
            hand=hand_view(actor, task, page.facts, can_claim=can_claim),
            acts=acts_for(tools, actor, beside, [task]) if waits else (),
            invitations=invitations(tools, case, beside) if waits and task.holder == actor.desk else (),
            case=summarise(tools, case, named(page.units, actor.locale), now, actor.locale),
            attachments=files,
        )


def _may_take(actor: Actor, task: TaskRow) -> bool:
    seats = {(a.role, a.unit) for a in actor.assignments}
    return bool(seats & set(task.candidates)) and not is_excluded(actor, task)
