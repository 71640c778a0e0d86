"""Tasks: claim and release, drafts, boxes. Finishing a task is a step of its case; see `Cases.write_step`."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Forbidden, TaskAlreadyClaimed, TaskAlreadyDone, TaskNotFound, TaskNotHeld
from app.domain.ids import county_of
from app.domain.records import Page, TaskRow
from app.store.sight import Sight, not_excluded, sees_task, was_offered
from app.store.step_values import dumped
from app.store.task_columns import TASK
from app.store.task_list import count_tasks, list_and_count, list_tasks
from app.store.transaction import Transaction, built

CLAIM = f"""
with t as (
    update tasks t set state = 1, holder = %(holder)s, holder_name = %(holder_name)s, claimed_at = %(at)s,
        revision = revision + 1
    -- the sum hides the state from the planner, which would read an index of open tasks from end to end
    where county = %(county)s and id = %(id)s and state + 0 = 0 and {not_excluded()}
        and (%(assigned)s or {was_offered()})
    returning {TASK}),
gone as (delete from task_candidates k using t where k.county = t.county and k.task_id = t.id)
select * from t"""

RELEASE = f"""
with t as (
    update tasks t set state = 0, holder = '', holder_name = '', owner = '', owner_name = '', claimed_at = null,
        revision = revision + 1
    where county = %(county)s and id = %(id)s and state = 1 and (holder = %(me)s or %(any)s)
    -- as text: a task without limit is due at infinity, which Python's moments cannot say
    returning {TASK}, t.due_order::text as due_text),
back as (
    insert into task_candidates (county, task_id, role, unit, due_order, yellow_at, paused, guarded)
    select distinct t.county, t.id, s ->> 0, s ->> 1, t.due_text::timestamptz, t.yellow_at, t.paused,
        cardinality(t.excluded_people) + cardinality(t.excluded_units) > 0 or t.accused_unit <> ''
    from t cross join jsonb_array_elements(t.candidates) s
    on conflict do nothing)
select * from t"""

_WIDTH = len(fields(TaskRow))


class Tasks:
    """Human work that waits or is done."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def get(self, task_id: UUID) -> TaskRow:
        """Read a task.

        Raises:
            TaskNotFound: there is none.
        """
        row = self._tx.first(f"select {TASK} from tasks t where t.county = %(county)s and t.id = %(id)s", _key(task_id))
        if row is None:
            raise TaskNotFound()
        return built(TaskRow, row)

    def visible_to(self, actor: Actor, task_id: UUID) -> TaskRow:
        """Read a task if the actor may see it.

        Raises:
            TaskNotFound: there is none, or it is not for him.
        """
        params = Sight.of(actor).params | _key(task_id)
        row = self._tx.first(
            f"select {TASK} from tasks t join cases c on c.county = t.county and c.id = t.case_id"
            f" where t.county = %(county)s and t.id = %(id)s and {sees_task()}",
            params,
        )
        if row is None:
            raise TaskNotFound()
        return built(TaskRow, row)

    def of_case(self, case_id: UUID) -> tuple[TaskRow, ...]:
        """List every task of a case, oldest first."""
        sql = (
            f"select {TASK} from tasks t where t.county = %(county)s and t.case_id = %(id)s order by t.created_at, t.id"
        )
        return self._tx.records(TaskRow, sql, _key(case_id))

    def claim(self, task_id: UUID, actor: Actor, at: datetime, *, holder: tuple[str, str] | None = None) -> TaskRow:
        """Take an open task.

        Args:
            holder: id and shown name of somebody else who gets it, for an assignment; the caller has checked
                the right to assign.

        Returns:
            The task as it is now.

        Raises:
            TaskAlreadyClaimed, TaskAlreadyDone, TaskNotFound: nothing was changed.
            Forbidden: he may see the task, but it is not offered to any of his seats.
        """
        held_by, name = holder or (actor.id, actor.name)
        params = Sight.of(actor).params | _key(task_id) | {
            "holder": held_by, "holder_name": name, "at": at, "assigned": holder is not None,
        }  # fmt: skip
        row = self._tx.written(CLAIM, params)
        if row is None:
            raise self._not_claimed(task_id, actor)
        return built(TaskRow, row)

    def release(self, task_id: UUID, actor: Actor, *, by_superior: bool = False) -> TaskRow:
        """Put a held task back; its draft stays.

        Args:
            by_superior: whoever holds it loses it; the caller has checked the right to do so.

        Returns:
            The task as it is now.

        Raises:
            TaskNotHeld, TaskAlreadyDone, TaskNotFound: nothing was changed.
        """
        row = self._tx.written(RELEASE, _key(task_id) | {"me": actor.id, "any": by_superior})
        if row is None:
            raise _not_held(self, task_id)
        return built(TaskRow, row[:_WIDTH])

    def hand_over(self, task_id: UUID, actor: Actor, to: tuple[str, str], at: datetime) -> TaskRow:
        """Give a task that the actor holds, and nobody has lent him, to somebody else; the draft goes along.

        Args:
            to: id and shown name.

        Returns:
            The task as it is now.

        Raises:
            TaskNotHeld, TaskAlreadyDone, TaskNotFound: nothing was changed.
        """
        row = self._tx.written(
            "update tasks t set holder = %(to)s, holder_name = %(name)s, claimed_at = %(at)s, revision = revision + 1"
            " where county = %(county)s and id = %(id)s and state = 1 and holder = %(me)s and owner = ''"
            f" returning {TASK}",
            _key(task_id) | {"me": actor.id, "to": to[0], "name": to[1], "at": at},
        )
        if row is None:
            raise _not_held(self, task_id)
        return built(TaskRow, row)

    def save_draft(self, task_id: UUID, actor: Actor, draft: Mapping[str, Any], at: datetime) -> None:
        """Keep the answers so far; only the holder's.

        Raises:
            TaskNotHeld, TaskAlreadyDone, TaskNotFound: nothing was changed.
        """
        touched = self._tx.written(
            "update tasks set draft = %(draft)s::jsonb, draft_at = %(at)s"
            " where county = %(county)s and id = %(id)s and state = 1 and holder = %(me)s returning id",
            _key(task_id) | {"draft": dumped(dict(draft)), "at": at, "me": actor.id},
        )
        if touched is None:
            raise _not_held(self, task_id)

    def list(
        self,
        actor: Actor,
        *,
        now: datetime,
        box: str = "todo",
        role: str = "",
        light: str = "",
        q: str = "",
        sort: str = "",
        limit: int = 20,
        after: str | None = None,
    ) -> Page[TaskRow]:
        """Read one page of a box.

        Args:
            now: moment that the lights are reckoned for.
            box: one of BOXES; `cc` and `watched` are empty.
            role: only tasks offered to this role, as first candidate or not.
            light: red, yellow, green or grey.
            q: part of the event number, the summary or the task's name.
            sort: due_at, -due_at, created_at, -created_at, urgency; `done` also -finished_at.
            limit: at most 200.
            after: cursor of the page before.

        Raises:
            Invalid: an unknown box, light or sort, or a cursor of another list.
        """
        return list_tasks(
            self._tx,
            actor,
            box=box,
            role=role,
            light=light,
            q=q,
            sort=sort,
            limit=limit,
            after=after or "",
            now=now,
        )

    def list_and_count(self, actor: Actor, now: datetime, **wanted: Any) -> tuple[Page[TaskRow], dict[str, int]]:
        """Do what `list` and `counts` do, in one round trip."""
        return list_and_count(self._tx, actor, now, **wanted)

    def counts(self, actor: Actor, now: datetime) -> dict[str, int]:
        """Count the boxes todo, area and supervise; numbers stop at 1000."""
        return count_tasks(self._tx, actor, now)

    def _not_claimed(self, task_id: UUID, actor: Actor) -> Exception:
        task = self.visible_to(actor, task_id)
        if task.state == "claimed":
            return TaskAlreadyClaimed(holder=task.holder_name)
        return Forbidden() if task.state == "open" else TaskAlreadyDone()


def _not_held(tasks: Tasks, task_id: UUID) -> Exception:
    return TaskNotHeld() if tasks.get(task_id).state in ("open", "claimed") else TaskAlreadyDone()


def _key(identifier: UUID) -> dict[str, Any]:
    return {"county": county_of(identifier), "id": identifier}
