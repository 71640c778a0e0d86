"""Messages and signals: each taken once, kept until somebody waits for it or nobody will."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.correlation import comparable
from app.domain.records_waiting import MessageRow
from app.store.step_values import dumped
from app.store.transaction import Transaction, built, columns

MESSAGE = columns(MessageRow, "m")
#: everything that a waiter asks for is there and equal; an unset value equals nothing
_FITS = """not exists (select from jsonb_each({asked}) k
    where k.value = 'null' or m.correlation -> k.key is distinct from k.value)"""
#: a message that names its case is for no other
_FOR_CASE = """coalesce(m.correlation ->> 'case_id', {case}::text) = {case}::text
    and coalesce(m.correlation ->> 'event_no', {number}, '') = coalesce({number}, '')"""
_KEPT = """m.state = 'buffered' and m.kind = 'message' and (m.expires_at is null or m.expires_at > %(at)s)
    and (m.rests_until is null or m.rests_until < clock_timestamp())"""

ADD = f"""
insert into messages ({columns(MessageRow)}, state)
values (%(sender)s, %(id)s, %(kind)s, %(name)s, %(correlation)s::jsonb, %(payload)s::jsonb, %(role)s, %(unit)s,
    %(hops)s, %(received_at)s, %(expires_at)s, 'received')
on conflict do nothing returning id"""

FOR_WAITER = f"""
select {MESSAGE} from messages m
where {_KEPT} and m.name = %(name)s and m.correlation @> %(asked)s::jsonb and {_FITS.format(asked="%(asked)s::jsonb")}
    and {_FOR_CASE.format(case="%(case)s", number="%(number)s::text")}
order by m.received_at, m.sender, m.id limit 1 for update skip locked"""

WANTED = f"""
select {MESSAGE} from messages m
where {_KEPT} and (m.name = any(%(begin)s::text[]) and not m.correlation ?| array['case_id', 'event_no'] or exists (
    select from subscriptions s join cases c on c.county = s.county and c.id = s.case_id
    where s.kind = 'message' and s.open and s.message = m.name and {_FITS.format(asked="s.correlation")}
        and {_FOR_CASE.format(case="s.case_id", number="c.event_no")}))
order by m.received_at, m.sender, m.id limit 1 for update skip locked"""


class Messages:
    """The messages of all senders."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def receive(self, message: MessageRow) -> bool:
        """Take a message; False if this sender's number was taken before, and then nothing may be done with it."""
        message = replace(message, correlation=comparable(message.correlation))
        values = {
            **vars(message),
            "correlation": dumped(dict(message.correlation)), "payload": dumped(dict(message.payload)),
        }  # fmt: skip
        return self._tx.written(ADD, values) is not None

    def settle(self, sender: str, id: str, state: str, *, case_id: UUID | None = None, cause: str = "") -> None:
        """Note what became of a message.

        Args:
            state: delivered, started, unmatched or sent end it, and what it carried is forgotten; buffered keeps it
                for a waiter to come; failed keeps it until somebody has it tried again.
        """
        self._tx.write(
            "update messages set state = %(state)s, case_id = %(case)s, cause = %(cause)s, rests_until = null,"
            " payload = case when %(state)s in ('buffered', 'failed') then payload else '{}' end"
            " where sender = %(sender)s and id = %(id)s",
            {"sender": sender, "id": id, "state": state, "case": case_id, "cause": cause.replace("\0", "")[:2000]},
        )

    def outcome(self, sender: str, id: str) -> tuple[UUID | None, str] | None:
        """Read what became of a message, or None if it never came."""
        sql = "select case_id, state from messages where sender = %(sender)s and id = %(id)s"
        row = self._tx.first(sql, {"sender": sender, "id": id})
        return (row[0], row[1]) if row else None

    def for_waiter(
        self, name: str, asked: Mapping[str, Any], *, case_id: UUID, event_no: str | None, at: datetime
    ) -> MessageRow | None:
        """Take the oldest kept message that a waiter may have, until the end of this transaction."""
        values = {"name": name, "asked": dumped(comparable(asked)), "case": case_id, "number": event_no, "at": at}
        return self._one(FOR_WAITER, values)

    def next_wanted(self, at: datetime, begin: Iterable[str] = ()) -> MessageRow | None:
        """Take the oldest kept message that somebody waits for, until the end of this transaction.

        Args:
            begin: names of messages that a process begins with.

        A waiter looks among the kept messages when it begins to wait; this finds the pairs that came at the same
        moment and did not see each other, and those that somebody has tried again.
        """
        return self._one(WANTED, {"at": at, "begin": list(begin)})

    def rest(self, sender: str, id: str, seconds: float) -> None:
        """Leave a message alone for a while of real time: who waits for it is busy or does not take it now."""
        self._tx.write(
            "update messages set rests_until = clock_timestamp() + make_interval(secs => %(seconds)s)"
            " where sender = %(sender)s and id = %(id)s",
            {"sender": sender, "id": id, "seconds": seconds},
        )

    def retry(self, sender: str, id: str) -> bool:
        """Keep a message that failed for its waiter again; say whether there was one."""
        sql = "update messages set state = 'buffered', expires_at = null where sender = %(sender)s and id = %(id)s"
        return self._tx.write(f"{sql} and state = 'failed'", {"sender": sender, "id": id}) == 1

    def expire(self, at: datetime) -> int:
        """Give up what nobody came for in time; return how many."""
        sql = "update messages set state = 'expired', payload = '{}' where state = 'buffered' and expires_at <= %(at)s"
        return self._tx.write(sql, {"at": at})

    def drop_before(self, at: datetime) -> int:
        """Forget messages that are long done, with their numbers; return how many."""
        sql = "delete from messages where received_at < %(at)s and state not in ('buffered', 'failed')"
        return self._tx.write(sql, {"at": at})

    def _one(self, sql: str, values: Mapping[str, Any]) -> MessageRow | None:
        row = self._tx.first(sql, values)
        return built(MessageRow, row) if row else None
