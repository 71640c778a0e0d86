"""The outbox: what is to be sent to the outside, after commit."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.ids import county_of, new_id
from app.domain.records_traffic import OutboxRow
from app.domain.records_waiting import MessageRow
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

    def add_once(self, entry: UUID, kind: str, payload: Mapping[str, Any], at: datetime, due_at: datetime) -> bool:
        """Have something sent from a moment on, unless it was asked for before under this id; say whether it is new."""
        return self._tx.write(
            "insert into outbox (county, id, kind, payload, created_at, due_at) values (%(county)s, %(id)s, %(kind)s,"
            " %(payload)s::jsonb, %(at)s, %(due)s) on conflict (county, id) do nothing",
            {
                "county": county_of(entry), "id": entry, "kind": kind, "payload": dumped(dict(payload)), "at": at,
                "due": due_at,
            },
        ) == 1  # fmt: skip

    def add_signals(
        self, message: MessageRow, cases: Sequence[UUID], at: datetime, *, entry: UUID | None = None
    ) -> None:
        """Have a signal brought to cases later, each in a transaction of its own.

        Args:
            entry: number of the one case's entry that failed already and waits for an operator.
        """
        if not cases:
            return
        self._tx.write(
            "insert into outbox (county, id, case_id, kind, payload, created_at, due_at, state)"
            " select r.county, r.id, r.case_id, 'signal', %(payload)s::jsonb, %(at)s, %(at)s, %(state)s"
            " from json_to_recordset(%(rows)s::json) r (county smallint, id uuid, case_id uuid)",
            {
                "payload": dumped(_told(message)), "at": at, "state": "parked" if entry else "waiting",
                "rows": dumped([
                    {"county": county_of(case), "id": str(entry or new_id(county_of(case), at)), "case_id": str(case)}
                    for case in cases
                ]),
            },
        )  # fmt: skip

    def add_beginning(
        self, message: MessageRow, process: str, node: str, at: datetime, *, parked: bool = True
    ) -> UUID:
        """Keep a message or signal with which a case did not begin, until an operator has it tried again.

        Args:
            parked: False for one that nobody has tried yet: its turn comes by itself.
        """
        entry = self.add(0, "begin", {**_told(message), "process": process, "node": node}, at)
        if parked:
            self.park(entry)
        return entry

    def next_due(self, now: datetime, *kinds: str) -> OutboxRow | None:
        """Take the entry that is due longest until the end of this transaction; None if nothing is left.

        Args:
            kinds: only of these; none for all.
        """
        sql = f"""select {columns(OutboxRow)} from outbox where state = 'waiting' and due_at <= %(now)s
            and (kind = any(%(kinds)s::text[]) or %(kinds)s::text[] = '{{}}')
            order by due_at, id limit 1 for update skip locked"""
        row = self._tx.first(sql, {"now": now, "kinds": list(kinds)})
        return built(OutboxRow, row) if row else None

    def put_off(self, entry: UUID, until: datetime) -> None:
        """Come back to an entry later; that is no failure."""
        self._tx.write(
            "update outbox set due_at = %(until)s where county = %(c)s and id = %(id)s",
            {"c": county_of(entry), "id": entry, "until": until},
        )

    def park(self, entry: UUID) -> bool:
        """Leave an entry to an operator; say whether it was still waiting."""
        sql = "update outbox set state = 'parked', attempts = attempts + 1 where county = %(c)s and id = %(id)s"
        return self._tx.write(f"{sql} and state = 'waiting'", {"c": county_of(entry), "id": entry}) == 1

    def retry(self, entry: UUID, at: datetime) -> bool:
        """Have a parked entry sent again; say whether there was one."""
        sql = "update outbox set state = 'waiting', due_at = %(at)s where county = %(c)s and id = %(id)s"
        return self._tx.write(f"{sql} and state = 'parked'", {"c": county_of(entry), "id": entry, "at": at}) == 1

    def sent(self, entry: UUID) -> None:
        """Note that an entry was sent."""
        self._tx.write(
            "update outbox set state = 'sent', attempts = attempts + 1, error = ''"
            " where county = %(c)s and id = %(id)s",
            {"c": county_of(entry), "id": entry},
        )

    def failed(self, entry: UUID, error: str, retry_at: datetime, held: datetime) -> str:
        """Note a failure of whoever put an entry off; return its state: waiting, parked, or none if it is his no more.

        Args:
            held: until when he has put it off.
        """
        row = self._tx.written(
            "update outbox set attempts = attempts + 1, error = %(error)s, due_at = %(retry)s,"
            " state = case when attempts + 1 >= %(most)s then 'parked' else 'waiting' end"
            " where county = %(c)s and id = %(id)s and state = 'waiting' and due_at = %(held)s returning state",
            {
                "c": county_of(entry), "id": entry, "error": error.replace("\0", "")[:2000], "retry": retry_at,
                "most": ATTEMPTS, "held": held,
            },
        )  # fmt: skip
        return str(row[0]) if row else ""

    def next_at(self, *kinds: str) -> datetime | None:
        """Say when the next entry is due.

        Args:
            kinds: only of these; none for all.
        """
        sql = """select min(due_at) from outbox where state = 'waiting'
            and (kind = any(%(kinds)s::text[]) or %(kinds)s::text[] = '{}')"""
        found: datetime | None = self._tx.value(sql, {"kinds": list(kinds)})
        return found


def _told(message: MessageRow) -> dict[str, Any]:
    return {**vars(message), "received_at": message.received_at.isoformat(), "expires_at": None}


def message_in(payload: Mapping[str, Any]) -> MessageRow:
    """Read the message or signal that an entry carries."""
    told = {one.name: payload[one.name] for one in fields(MessageRow)}
    return MessageRow(**{**told, "received_at": datetime.fromisoformat(payload["received_at"])})
