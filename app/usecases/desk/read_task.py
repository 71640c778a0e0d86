"""Read a task with everything that is needed to do it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.domain.records import StoredCase, TaskRow
from app.engine import commands, feel
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.acts import Act, acts_for
from app.usecases.desk.case_summary import CaseSummary, names_of, summarise
from app.usecases.desk.file_lines import FileLine, file_lines
from app.usecases.desk.forms import Options, form_schema, options_for
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.stepping import command_of, make_world

_OF_THE_EVENT = re.compile(r"\bevent\.([A-Za-z_]\w*)")


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
    held_by_me: bool
    can_claim: bool
    acts: Sequence[Act]
    case: CaseSummary
    attachments: Sequence[FileLine]


def read_task(tools: Tools, *, actor: Actor, task_id: UUID) -> TaskView:
    """Read a task, its form with first values and choices, its case in short, its acts and files.

    Raises:
        TaskNotFound: no such task, or not for this actor.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        task = uow.tasks.visible_to(actor, task_id)
        case = uow.cases.get(task.case_id)
        schema = form_schema(tools, task.form, task.form_version) if task.form else {"components": []}
        waits = task.state in ("open", "claimed")
        files = file_lines(uow, uow.attachments.of_case(case.id), actor.locale)
        scope = _scope(tools, uow, case, task, schema, now) if waits else {}
        record = case.record
        names = names_of(uow, [str(record.get(one) or "") for one in
                               ("county", "street", "village", "grid", "lead_unit")], actor.locale)
        return TaskView(
            row=InboxRow.of(task, now),
            form=schema,
            values=_first_values(scope, schema, now) if waits else {},
            context=_context(scope, schema),
            options=options_for(tools, uow, case, schema, actor.locale) if waits else {},
            draft=task.draft if task.holder == actor.id else None,
            held_by_me=waits and task.holder == actor.id,
            can_claim=task.state == "open" and _may_take(actor, task),
            acts=acts_for(tools, actor, uow.subscriptions.of_task(case.id, task.key), [task]) if waits else (),
            case=summarise(tools, case, names, now, actor.locale),
            attachments=files,
        )


def _may_take(actor: Actor, task: TaskRow) -> bool:
    seats = {(a.role, a.unit) for a in actor.assignments}
    return bool(seats & set(task.candidates)) and actor.id not in task.excluded_people


def _scope(
    tools: Tools, uow: UnitOfWork, case: StoredCase, task: TaskRow, schema: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Read what the form's expressions can see; nothing where it has none."""
    components = schema.get("components") or ()
    if not _initials(components) and not any(_conditions(components)):
        return {}
    world = make_world(tools, uow, case.id)
    return commands.scope_of(world, command_of(SYSTEM, now), case.state, task.key)


def _first_values(scope: Mapping[str, Any], schema: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Work out the first value of every field that has `properties.initial`, and the values of read-only texts."""
    wanted = _initials(schema.get("components") or ())
    found: dict[str, Any] = {}
    for path, expression in wanted.items():
        value = feel.normalise(feel.evaluate(expression, scope, now=now))
        target = found
        *groups, name = path
        for group in groups:
            target = target.setdefault(group, {})
        target[name] = value
    return found


def _initials(components: Sequence[Mapping[str, Any]], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for component in components:
        initial = (component.get("properties") or {}).get("initial")
        if component.get("components"):
            below = (*path, component["path"]) if component.get("path") else path
            found.update(_initials(component["components"], below))
        elif initial and component.get("key"):
            found[(*path, component["key"])] = str(initial)
    return found


def _context(scope: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give the browser what the conditions read of the event, and nothing else of it."""
    event = scope.get("event") or {}
    texts = " ".join(_conditions(schema.get("components") or ()))
    names = sorted(set(_OF_THE_EVENT.findall(texts)))
    return {"event": {name: feel.normalise(event.get(name)) for name in names}} if names else {}


def _conditions(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for component in components:
        hide = (component.get("conditional") or {}).get("hide")
        yield from (str(text) for text in (hide, component.get("readonly"), component.get("disabled")) if text)
        yield from _conditions(component.get("components") or ())
