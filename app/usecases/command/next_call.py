"""Look ahead to the next outside call."""

from datetime import datetime

from app.usecases import Tools


def next_call(tools: Tools) -> datetime | None:
    """Say when the next outside call is due; None if none waits."""
    with tools.store.unit_of_work() as uow:
        return uow.calls.next_at()
