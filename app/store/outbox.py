"""The outbox: what is to be sent to the outside, after commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.ids import county_of, new_id
from app.domain.records_traffic import OutboxRow
from app.store.step_values import dumped
from app.store.transaction import Transaction, built, columns

#: after so many failures an entry is parked and an operator looks at it
ATTEMPTS = 8


class Outbox:
    """Everything to be sent."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(
        self, county: int, kind: str, payload: Mapping[str, Any], at: datetime, case_id: UUID | None = None
    ) -> UUID:
        """Have something sent after commit."""
        entry = new_id(county, at)
        self._tx.write(
            "insert into outbox (county, id, case_id, kind, payload, created_at, due_at)"
            " values (%(county)s, %(id)s, %(case)s, %(kind)s, %(payload)s::jsonb, %(at)s, %(at)s)",
            {
                "county": county,
                "id": entry,
                "case": case_id,
                "kind": kind,
                "payload": dumped(dict(payload)),
                "at": at,
            },
        )
        return entry

    def next_due(self, now: datetime) -> OutboxRow | None:
        """Take the entry that is due longest until the end of this transaction; None if nothing is left."""
        sql = f"""select {columns(OutboxRow)} from outbox where state = 'waiting' and due_at <= %(now)s
            order by due_at limit 1 for update skip locked"""
        row = self._tx.first(sql, {"now": now})
        return built(OutboxRow, row) if row else None

    def sent(self, entry: UUID) -> None:
        """Note that an entry was sent."""
        self._tx.write(
            "update outbox set state = 'sent', attempts = attempts + 1, error = ''"
            " where county = %(c)s and id = %(id)s",
            {"c": county_of(entry), "id": entry},
        )

    def failed(self, entry: UUID, error: str, retry_at: datetime) -> bool:
        """Note a failure; return True if the entry is parked now."""
        row = self._tx.written(
            "update outbox set attempts = attempts + 1, error = %(error)s, due_at = %(retry)s,"
            " state = case when attempts + 1 >= %(most)s then 'parked' else 'waiting' end"
            " where county = %(c)s and id = %(id)s returning state",
            {
                "c": county_of(entry), "id": entry, "error": error.replace("\0", "")[:2000], "retry": retry_at,
                "most": ATTEMPTS,
            },
        )  # fmt: skip
        return row is not None and row[0] == "parked"

    def next_at(self) -> datetime | None:
        """Say when the next entry is due."""
        found: datetime | None = self._tx.value("select min(due_at) from outbox where state = 'waiting'")
        return found
