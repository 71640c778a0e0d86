"""The columns of a task, as every statement on tasks reads them."""

from app.domain.records import TaskInHand, TaskRow
from app.store.transaction import columns

_STATE = "(array['open', 'claimed', 'done', 'cancelled'])[t.state + 1] as state"
TASK = columns(TaskRow, "t", state=_STATE)
IN_HAND = columns(TaskInHand, "t", state=_STATE)
