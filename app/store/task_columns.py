"""The columns of a task, as every statement on tasks reads them."""

from app.domain.records import TaskInHand, TaskRow
from app.domain.records_inbox import ListedTask
from app.store.transaction import columns

_STATE = "(array['open', 'claimed', 'done', 'cancelled'])[t.state + 1] as state"
TASK = columns(TaskRow, "t", state=_STATE)
IN_HAND = columns(TaskInHand, "t", state=_STATE)
#: with what a list shows of the event
LISTED = columns(
    ListedTask, "t", state=_STATE, draft="null::jsonb as draft", opened_at="e.opened_at", channel="e.channel",
    starter="coalesce(b.actor_name, '')", starter_role="coalesce(b.role, '')", starter_unit="coalesce(b.unit, '')",
    limit='e."limit"',
)  # fmt: skip
