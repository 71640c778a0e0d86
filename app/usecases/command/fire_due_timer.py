"""Fire one due timer."""

from datetime import datetime

from app.usecases import Tools
from app.usecases.command.fire_due_timers import fire_due_timers


def fire_due_timer(tools: Tools, *, at: datetime | None = None) -> bool:
    """Fire the timer that is due longest, in its own transaction.

    Args:
        at: the moment that counts; otherwise now.

    Returns:
        True if there was one: ask again. False: nothing is due.

    Raises:
        StoreUnavailable: the timer stays due.
    """
    return fire_due_timers(tools, at=at, most=1) > 0
