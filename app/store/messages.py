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
_FOR_CASE = """not (m.correlation ? 'case_id' and coalesce(m.correlation ->> 'case_id', {case}::text) <> {case}::text)
    and not (m.correlation ? 'event_no'
        and coalesce(m.correlation ->> 'event_no', {number}, '') <> coalesce({number}, ''))"""
KEPT = "m.state = 'buffered' and m.kind = 'message' and (m.expires_at is null or m.expires_at > %(at)s)"

ADD = f"""
insert into messages ({columns(MessageRow)}, state)
values (%(sender)s, %(id)s, %(kind)s, %(name)s, %(correlation)s::jsonb, %(payload)s::jsonb, %(role)s, %(unit)s,
    %(hops)s, %(received_at)s, %(expires_at)s, 'received')
on conflict do nothing returning id"""

_FOR_WAITER = f"""
select {MESSAGE} from messages m where {KEPT} and m.name = %(name)s {{asking}}
    and {_FOR_CASE.format(case="%(case)s", number="%(number)s::text")}
    and not m.sender || '|' || m.id = any(%(but)s::text[])
order by {{oldest}}, m.sender, m.id limit 1 for update skip locked"""
#: the sum keeps the planner from walking through all messages in their order; few fit
FOR_WAITER = _FOR_WAITER.format(
    asking=f"and m.correlation @> %(asked)s::jsonb and {_FITS.format(asked='%(asked)s::jsonb')}",
    oldest="m.received_at + interval '0'",
)
#: for a waiter that asks for nothing in particular: what it takes stands first in that order
FOR_ANYONE = _FOR_WAITER.format(asking="", oldest="m.received_at")

NEXT = f"""
select {MESSAGE} from messages m where {KEPT} and m.rests_until < clock_timestamp()
order by m.rests_until limit 1 for update skip locked"""

#: seconds after which a message that nobody took is looked at again: a waiter that came at the same moment did not see
#: it; after that only those that begin to wait look for it
LOOKS = (2, 10, 60, 300)
_AFTER = " ".join(f"when {look} then clock_timestamp() + interval '{length} s'" for look, length in enumerate(LOOKS))


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
            "update messages set state = %(state)s, case_id = %(case)s, cause = %(cause)s,"
            " rests_until = case when %(state)s <> 'buffered' then null when state = 'buffered' then rests_until"
            " else clock_timestamp() + interval '1 s' end,"
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
        self, name: str, asked: Mapping[str, Any], *, case_id: UUID, event_no: str | None, at: datetime,
        but: Iterable[str] = (),
    ) -> MessageRow | None:  # fmt: skip
        """Take the oldest kept message that a waiter may have, until the end of this transaction.

        Args:
            but: messages that were tried, as `sender|id`.
        """
        values = {"name": name, "asked": dumped(comparable(asked)), "case": case_id, "number": event_no, "at": at}
        return self._one(FOR_WAITER if asked else FOR_ANYONE, {**values, "but": list(but)})

    def next_rested(self, at: datetime) -> MessageRow | None:
        """Take the kept message that is to be looked at again for longest, until the end of this transaction."""
        return self._one(NEXT, {"at": at})

    def is_kept(self, sender: str, id: str) -> bool:
        """Keep a message from others until the end of this transaction; False if it is no longer kept."""
        sql = "select 1 from messages where sender = %(sender)s and id = %(id)s and state = 'buffered' for update"
        return self._tx.first(sql, {"sender": sender, "id": id}) is not None

    def rest(self, sender: str, id: str, seconds: float | None = None) -> None:
        """Leave a kept message alone for a while of real time.

        Args:
            seconds: None for longer each time, and at last until somebody begins to wait for it.
        """
        after = f"case looks {_AFTER} end" if seconds is None else "clock_timestamp() + make_interval(secs => %(s)s)"
        self._tx.write(
            f"update messages set rests_until = {after}, looks = least(looks + 1, 100)"
            " where sender = %(sender)s and id = %(id)s",
            {"sender": sender, "id": id, "s": seconds},
        )

    def retry(self, sender: str, id: str) -> bool:
        """Keep a message that failed for its waiter again; say whether there was one."""
        sql = """update messages set state = 'buffered', expires_at = null, rests_until = clock_timestamp(), looks = 0
            where sender = %(sender)s and id = %(id)s"""
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
