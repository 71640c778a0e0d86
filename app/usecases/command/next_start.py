"""Look ahead to the next case that begins by the clock."""

from datetime import datetime

from app.usecases import Tools


def next_start(tools: Tools) -> datetime | None:
    """Say when the next timer start event is due; None if there is none."""
    with tools.store.unit_of_work() as uow:
        return uow.timed_starts.next_at()
