"""The messages that nobody waits for yet, as operators look after them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.correlation import comparable
from app.domain.records import Page
from app.domain.records_waiting import MessageRow
from app.store.cursor import read_cursor, write_cursor
from app.store.messages import KEPT, MESSAGE
from app.store.step_values import dumped
from app.store.transaction import Transaction, built

LARGEST = 200
_FROM = f"select {MESSAGE} from messages m where {KEPT}"
LIST = f"""{_FROM} and (%(since)s::timestamptz is null
    or (m.received_at, m.sender, m.id) > (%(since)s::timestamptz, %(sender)s::text, %(last)s::text))
order by m.received_at, m.sender, m.id limit %(limit)s"""
ONE = f"{_FROM} and m.sender = %(sender)s and m.id = %(id)s for update skip locked"


class KeptMessages:
    """What is kept until somebody waits for it, or its time is over."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def list(self, at: datetime, *, after: str | None = None, limit: int = 50) -> Page[MessageRow]:
        """List what is kept at a moment, the oldest first.

        Raises:
            Invalid: not a cursor of this list.
        """
        limit = max(1, min(limit, LARGEST))
        kinds = ("timestamptz", "text", "text")
        since, sender, last = read_cursor(after, "kept", kinds) if after else (None, None, None)
        values = {"at": at, "since": since, "sender": sender, "last": last, "limit": limit + 1}
        rows = self._tx.records(MessageRow, LIST, values)
        shown, end = rows[:limit], rows[limit - 1] if len(rows) > limit else None
        return Page(shown, write_cursor("kept", (end.received_at, end.sender, end.id)) if end else None)

    def take(self, sender: str, id: str, at: datetime) -> MessageRow | None:
        """Keep a message from others until the transaction ends; None if it is kept no more, or in other hands."""
        row = self._tx.first(ONE, {"sender": sender, "id": id, "at": at})
        return built(MessageRow, row) if row else None

    def readdress(self, sender: str, id: str, correlation: Mapping[str, Any]) -> None:
        """Let a message be for another case than it named."""
        self._tx.write(
            "update messages set correlation = %(to)s::jsonb, looks = 0 where sender = %(sender)s and id = %(id)s",
            {"sender": sender, "id": id, "to": dumped(comparable(correlation))},
        )
