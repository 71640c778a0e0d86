"""Answers that an officer has typed and not sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import DraftOvertaken, TaskAlreadyDone, TaskNotFound, TaskNotHeld
from app.domain.ids import county_of
from app.store.step_values import dumped
from app.store.transaction import Transaction

_HERE = "where county = %(county)s and id = %(id)s"
KEEP = f"""update tasks set draft = %(draft)s::jsonb, draft_at = %(at)s {_HERE} and state = 1 and holder = %(me)s
    and (%(any)s or draft_at is not distinct from %(over)s::timestamptz) returning id"""


class Drafts:
    """Drafts of open tasks."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def save(
        self, task_id: UUID, actor: Actor, draft: Mapping[str, Any], at: datetime, *,
        over: tuple[datetime | None] | None = None,
    ) -> None:  # fmt: skip
        """Keep the answers so far; only the holder's.

        Args:
            over: only over the draft of this moment, or over none; None: over whatever is there.

        Raises:
            DraftOvertaken: there is another draft by now.
            TaskNotHeld, TaskAlreadyDone, TaskNotFound: nothing was changed.
        """
        key = {"county": county_of(task_id), "id": task_id, "me": actor.desk}
        more = {"draft": dumped(dict(draft)), "at": at, "any": over is None, "over": over[0] if over else None}
        if self._tx.written(KEEP, key | more) is not None:
            return
        found = self._tx.first(f"select state, holder from tasks {_HERE}", key)
        if found is None:
            raise TaskNotFound()
        if found[0] >= 2:
            raise TaskAlreadyDone()
        raise DraftOvertaken() if found[0] == 1 and found[1] == actor.desk else TaskNotHeld()
