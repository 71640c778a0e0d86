"""What a step threw, written as messages: their numbers, and how long they are kept."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.calendar import Amount
from app.domain.correlation import comparable
from app.domain.errors import Invalid
from app.domain.progress import Progress
from app.domain.records import StoredCase
from app.domain.records_waiting import MessageRow
from app.usecases import Tools
from app.usecases.senders import CASES

#: key of a thrown correlation that says how long the message is kept
TTL = "ttl"


def messages_of(tools: Tools, at: datetime, case: StoredCase, progress: Progress, hops: int) -> list[MessageRow]:
    """Write what a step threw, in order.

    Args:
        hops: how many messages led to this step.
    """
    found = []
    for thrown in progress.thrown:
        given = comparable(thrown.correlation)
        ttl = given.pop(TTL, None)
        try:
            until = expiry(tools, at, ttl)
        except Invalid:
            # the step stands; what its diagram says about time is not worth losing the message
            until = expiry(tools, at)
        number = f"{case.id}/{thrown.key}"
        found.append(MessageRow(
            CASES, number, thrown.kind, thrown.name, given, thrown.payload, "", "", hops, at, until
        ))  # fmt: skip
    return found


def expiry(tools: Tools, at: datetime, ttl: Any = None) -> datetime:
    """Say until when a message is kept.

    Args:
        ttl: an amount of time as limits are written, or None for the installation's own.

    Raises:
        Invalid: that is no amount.
    """
    if ttl is None:
        return at + timedelta(hours=tools.config.message_hours)
    return tools.city.calendar.add(at, Amount.parse(str(ttl)))
