"""Look ahead to the next delivery of news."""

from datetime import datetime

from app.domain.contact import WAYS
from app.usecases import Tools


def next_delivery(tools: Tools) -> datetime | None:
    """Say when the next mail or message is due; None if none waits."""
    with tools.store.unit_of_work() as uow:
        return uow.outbox.next_at(*WAYS)
