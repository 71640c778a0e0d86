"""Where a step of a case led; shared by the verbs that move one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.ids import derived_id
from app.domain.progress import Progress
from app.domain.records import StoredCase
from app.store.sight import is_kept_from


@dataclass(frozen=True)
class Completed:
    """Where the case went."""

    case_id: UUID
    event_no: str
    #: a task that opened for the same person, or None
    next_task_id: UUID | None
    closed: bool


def outcome(case: StoredCase, progress: Progress, actor: Actor, at: datetime) -> Completed:
    """Say where a step led, and which new task the same person may go on with."""
    seats = {(a.role, a.unit) for a in actor.assignments}
    mine = next(
        (task for task in progress.opened
         if task.assignee == actor.username or (task.assignee is None and seats & set(task.candidates))), None,
    )  # fmt: skip
    accused = str(case.record.get("accused_unit") or "")
    hidden = mine is None or is_kept_from(actor, accused, mine.excluded_units, mine.excluded_people)
    following = None if mine is None or hidden else derived_id(case.id, mine.key, at)
    return Completed(case.id, case.event_no or "", following, progress.closed)

