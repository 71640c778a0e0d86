"""A task as an inbox shows it; shared by the verbs of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.calendar import WorkingCalendar
from app.domain.clocks import Limit, Remaining, light, remaining
from app.domain.records import TaskRow
from app.store.sight import as_whom
from app.usecases.outsiders import is_outsider


@dataclass(frozen=True)
class InboxRow:
    """A task in a list."""

    id: UUID
    name: str
    name_en: str
    node: str
    process: str
    case_id: UUID
    event_no: str
    summary: str
    role: str
    unit: str
    holder: str
    holder_name: str
    #: who delegated it to the holder and will finish it, or empty
    owner: str
    owner_name: str
    form: str
    form_version: int
    state: str
    phase: str
    urgency: str
    item_code: str
    paused: bool
    created_at: datetime
    started_at: datetime | None
    due_at: datetime | None
    yellow_at: datetime | None
    light: str
    revision: int
    candidates: tuple[tuple[str, str], ...]
    #: its case stands still
    suspended: bool
    #: in whose place the actor works on it, or empty
    for_name: str = ""
    #: who finished it, and in whose place; empty for what is not done
    finished_name: str = ""
    # what lists show besides
    opened_at: datetime | None = None
    channel: str = ""
    item_name: str = ""
    #: the officer who began the case, or empty
    starter: str = ""
    starter_role: str = ""
    #: how much of its limit is left, in the limit's own kind of time
    left: Remaining | None = None
    #: how much of its limit is used, in percent
    used: int | None = None

    @classmethod
    def of(cls, row: TaskRow, now: datetime) -> "InboxRow":
        """Show a stored row as it looks at this moment."""
        dates = {"due_at": row.due_at, "yellow_at": row.yellow_at, "paused_at": now if row.paused else None}
        return cls(
            id=row.id, name=row.name, name_en=row.name_en, node=row.node, process=row.process, case_id=row.case_id,
            event_no=row.event_no, summary=row.summary, role=row.role, unit=row.unit, holder=row.holder,
            holder_name=row.holder_name, owner=row.owner, owner_name=row.owner_name, form=row.form,
            form_version=row.form_version, state=row.state, phase=row.phase, urgency=row.urgency,
            item_code=row.item_code, paused=row.paused, created_at=row.created_at, started_at=row.started_at,
            due_at=row.due_at, yellow_at=row.yellow_at, light=light(dates, now), revision=row.revision,
            candidates=row.candidates, suspended=row.suspended,
            finished_name=row.finished_name if row.state == "done" else "",
        )  # fmt: skip


def with_left(
    shown: InboxRow, row: TaskRow, record: Mapping[str, Any], calendar: WorkingCalendar, now: datetime
) -> InboxRow:  # fmt: skip
    """Say how much is left of the limit that a waiting task follows.

    Args:
        record: the case's, in which its limits stand.
    """
    limit = (record.get("limits") or {}).get(row.limit_name)
    if row.state not in ("open", "claimed") or not isinstance(limit, Mapping):
        return shown
    return replace(shown, left=remaining(Limit.from_dict(limit), now, calendar))


def row_for(actor: Actor, row: TaskRow, now: datetime) -> InboxRow:
    """Show a row to somebody; a citizen is not told which officer holds it."""
    shown = InboxRow.of(row, now)
    absent = as_whom(actor, row).absent if actor.standing else actor.absent
    if absent:
        shown = replace(shown, for_name=absent.name or absent.username)
    if is_outsider(actor) and row.holder != actor.id:
        return replace(shown, holder="", holder_name="", owner="", owner_name="", finished_name="")
    return shown
