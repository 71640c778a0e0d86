"""Look ahead."""

from datetime import datetime

from app.usecases import Tools


def next_due_moment(tools: Tools) -> datetime | None:
    """Say when the next timer is due, so that the metronome can come back in time; None if none waits."""
    with tools.store.unit_of_work() as uow:
        return uow.timers.next_at()
