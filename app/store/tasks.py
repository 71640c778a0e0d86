"""Tasks: claim and release, drafts, boxes. Finishing a task is a step of its case; see `Cases.write_step`."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import (
    Forbidden,
    StaleRevision,
    TaskAlreadyClaimed,
    TaskAlreadyDone,
    TaskNotFound,
    TaskNotHeld,
)
from app.domain.facts import CaseHead
from app.domain.ids import county_of
from app.domain.records import Page, TaskRow
from app.domain.records_inbox import ListedTask
from app.store.locking import lock_with_task
from app.store.sight import Sight, is_excluded, sees_task
from app.store.task_columns import TASK
from app.store.task_hold import CLAIM, RELEASE, TAKE
from app.store.task_list import list_and_count, list_tasks
from app.store.task_page import TaskPage, read_page
from app.store.transaction import Transaction, altered, built

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

    def page(self, actor: Actor, task_id: UUID, kinds: Sequence[str]) -> TaskPage:
        """Read a task that the actor may see, with its case and what lies around them.

        Args:
            kinds: of the facts that are wanted.

        Raises:
            TaskNotFound: there is none, or it is not for him.
        """
        found = read_page(self._tx, actor, task_id, kinds)
        if found is None:
            raise TaskNotFound()
        return found

    def lock(self, task_id: UUID, actor: Actor) -> tuple[CaseHead, TaskRow]:
        """Read a task that the actor may see and where the history of its case stands, and lock both.

        Raises:
            TaskNotFound: there is none, or it is not for him.
        """
        found = lock_with_task(self._tx, CaseHead, TaskRow, task_id, sees_task(), Sight.of(actor).params)
        if found is None:
            raise TaskNotFound()
        return found

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
        held_by, name = holder or (actor.desk, actor.desk_name)
        params = Sight.of(actor).params | _key(task_id) | {
            "holder": held_by, "holder_name": name, "at": at, "assigned": holder is not None,
        }  # fmt: skip
        row = self._tx.written(CLAIM, params)
        if row is None:
            raise _not_claimed(self.visible_to(actor, task_id))
        return built(TaskRow, row)

    def take(self, task: TaskRow, actor: Actor, at: datetime) -> TaskRow:
        """Take an open task that was read and locked with its case; it is written with the commit.

        Returns:
            The task as it is then.

        Raises:
            TaskAlreadyClaimed, TaskAlreadyDone: nothing was changed.
            Forbidden: it is not offered to any of his seats.
        """
        held = {(one.role, one.unit) for one in actor.assignments}
        if task.state != "open" or held.isdisjoint(task.candidates) or is_excluded(actor, task):
            raise _not_claimed(task)
        values = _key(task.id) | {
            "holder": actor.desk, "holder_name": actor.desk_name, "at": at, "revision": task.revision,
        }  # fmt: skip
        self._tx.write_last(TAKE, values, lambda _: StaleRevision(expected=task.revision))
        return altered(
            task, state="claimed", holder=actor.desk, holder_name=actor.desk_name, claimed_at=at,
            revision=task.revision + 1,
        )  # fmt: skip

    def release(self, task_id: UUID, actor: Actor, *, by_superior: bool = False) -> TaskRow:
        """Put a held task back; its draft stays.

        Args:
            by_superior: whoever holds it loses it; the caller has checked the right to do so.

        Returns:
            The task as it is now.

        Raises:
            TaskNotHeld, TaskAlreadyDone, TaskNotFound: nothing was changed.
        """
        row = self._tx.written(RELEASE, _key(task_id) | {"me": actor.desk, "any": by_superior})
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
            _key(task_id) | {"me": actor.desk, "to": to[0], "name": to[1], "at": at},
        )
        if row is None:
            raise _not_held(self, task_id)
        return built(TaskRow, row)

    def list(self, actor: Actor, *, now: datetime, **wanted: Any) -> Page[ListedTask]:
        """Read one page of a box.

        Args:
            now: moment that the lights are reckoned for.
            wanted: box, one of BOXES; role, only tasks offered to it, as first candidate or not; light: red, yellow,
                green or grey; q, words in number, text or address of the event; where, conditions on its fields; sort,
                up to three keys of `box_filters.KEYS`, each with - before it where it goes down; limit, at most 200;
                after, cursor of the page before; or beyond_task, a task that stood in this list.

        Raises:
            Invalid: an unknown box, light or sort, or a cursor of another list.
        """
        return list_tasks(self._tx, actor, now=now, **wanted)

    def list_and_count(self, actor: Actor, now: datetime, **wanted: Any) -> tuple[Page[ListedTask], dict[str, int]]:
        """Do what `list` does and count all boxes, exact up to 1000 (1001 stands for more), in one round trip."""
        return list_and_count(self._tx, actor, now, **wanted)



def _not_claimed(task: TaskRow) -> Exception:
    if task.state == "claimed":
        return TaskAlreadyClaimed(holder=task.holder_name)
    return Forbidden() if task.state == "open" else TaskAlreadyDone()


def _not_held(tasks: Tasks, task_id: UUID) -> Exception:
    return TaskNotHeld() if tasks.get(task_id).state in ("open", "claimed") else TaskAlreadyDone()


def _key(identifier: UUID) -> dict[str, Any]:
    return {"county": county_of(identifier), "id": identifier}
