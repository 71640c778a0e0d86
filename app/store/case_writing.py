"""Write a case: a new one, or one step of one that is there; each in the one statement of its shape."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor, signed_name
from app.domain.errors import StaleRevision, TaskAlreadyDone, TaskNotFound, TaskNotHeld
from app.domain.facts import Fact
from app.domain.ids import county_of
from app.domain.progress import Progress
from app.domain.records import StoredCase
from app.store.case_columns import same_columns
from app.store.step import Shape, shape_of, statement
from app.store.step_values import step_values
from app.store.transaction import Transaction, altered
from app.store.waits import compare


def create_case(
    tx: Transaction,
    case_id: UUID,
    of: tuple[str, int],
    progress: Progress,
    facts: Sequence[Fact],
    *,
    at: datetime,
    task_ids: Mapping[str, UUID],
    started_by: str,
) -> StoredCase:
    """Write a new case; see `Cases.create`.

    Args:
        of: process and version.
    """
    waits = compare(b"", progress.subscriptions)
    shape = shape_of(progress, "create", "", waits, calls=False)
    county = county_of(case_id)
    values = step_values(shape, progress, facts, waits, case_id=case_id, county=county, at=at, task_ids=task_ids)
    values |= {"process": of[0], "version": of[1], "started_by": started_by}
    # what it waits for is new, so the buffer has to be asked
    mail = _write(tx, shape, values, None, wait=not shape.subscribed)
    return StoredCase(
        county, case_id, values["event_no"], *of, 1, values["seq"], values["head"], at,
        at if progress.closed else None, values["status"], values["summary"], progress.record, values["confidential"],
        started_by, progress.state, mail, waits.marks, values["calls_out"],
    )  # fmt: skip


def move_case(
    tx: Transaction,
    case: StoredCase,
    progress: Progress,
    facts: Sequence[Fact],
    *,
    at: datetime,
    task_ids: Mapping[str, UUID],
    finished: tuple[str, Actor] | None,
    guard_task: UUID | None,
) -> StoredCase:
    """Write one step of a case, together with the commit if nothing was written before it; see `Cases.write_step`."""
    same = same_columns(case.record, progress.record)
    waits = compare(case.waits, progress.subscriptions)
    touched = _touched(progress, finished, guard_task, same=same)
    shape = shape_of(progress, "stay" if same else "move", touched, waits, calls=case.calls)
    values = step_values(shape, progress, facts, waits, case_id=case.id, county=case.county, at=at, task_ids=task_ids)
    values |= {"revision": case.revision, "guard": guard_task}
    if finished:
        key, actor = finished
        values |= {
            "finished_key": key, "finished_by": actor.desk, "finished_name": signed_name(actor),
            "machine": actor.machine,
        }  # fmt: skip
    # nothing lies in the buffer, nearly always: then nothing depends on the answer
    mail = _write(tx, shape, values, (case, guard_task), wait=not (case.kept and shape.subscribed))
    closed_at = (case.closed_at or at) if progress.closed else None
    shown = {} if same else {name: values[name] for name in ("event_no", "status", "summary", "confidential")}
    return altered(
        case, revision=case.revision + 1, seq=values["seq"], head=values["head"], closed_at=closed_at,
        record=progress.record, state=progress.state, mail=mail, waits=waits.marks,
        calls=values["calls_out"], **shown,
    )  # fmt: skip


def _touched(progress: Progress, finished: tuple[str, Actor] | None, guard: UUID | None, *, same: bool) -> str:
    """Say which tasks a step changes: none, the one that its holder finished, or any."""
    if progress.moved or not same:
        return "changed"
    held = finished is not None and guard is not None and not finished[1].machine
    if held and finished and dict(progress.ended) == {finished[0]: "completed"}:
        return "finished"
    return "changed" if progress.ended else ""


def _write(
    tx: Transaction, shape: Shape, values: Mapping[str, Any], old: tuple[StoredCase, UUID | None] | None, *, wait: bool
) -> bool:
    """Send the statement, or let it wait for the commit; say whether a message is kept for it, if it was sent."""

    refusal = (lambda aside: _refusal(aside, *old)) if old else None
    if wait:
        tx.write_last(statement(shape), values, refusal)
        return False
    return bool(tx.written(statement(shape), values, refusal)[1])


def _refusal(tx: Transaction, case: StoredCase, guard_task: UUID | None) -> Exception:
    """Find out why the guarded statement changed nothing."""
    key = {"county": case.county, "case": case.id, "task": guard_task}
    revision = tx.value("select revision from cases where county = %(county)s and id = %(case)s", key)
    task = tx.first("select state from tasks where county = %(county)s and id = %(task)s::uuid", key)
    if guard_task is not None and task is None:
        return TaskNotFound()
    if task is not None and task[0] >= 2:
        return TaskAlreadyDone()
    if revision != case.revision:
        return StaleRevision(expected=case.revision, found=revision)
    return TaskNotHeld() if guard_task else StaleRevision()
