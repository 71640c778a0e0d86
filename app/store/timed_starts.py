"""Timed starts: when the processes that begin by the clock begin next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.records_waiting import TimedStart
from app.store.step_values import dumped
from app.store.transaction import Transaction, built, columns

READ = f"select {columns(TimedStart)} from timed_starts"
_KEY = "process = %(process)s and node = %(node)s"


class TimedStarts:
    """The timer start events of all published processes."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def all(self) -> tuple[TimedStart, ...]:
        """List them."""
        return self._tx.records(TimedStart, f"{READ} order by process, node")

    def arm(self, process: str, node: str, expression: str, due: Mapping[str, Any], at: datetime | None) -> bool:
        """Set when a start event that is new, or says something else now, begins first; False if another node did."""
        row = self._tx.written(
            "insert into timed_starts (process, node, expression, due, due_at)"
            " values (%(process)s, %(node)s, %(expression)s, %(due)s::jsonb, %(at)s)"
            " on conflict (process, node) do update set expression = excluded.expression, due = excluded.due,"
            " due_at = excluded.due_at where timed_starts.expression <> excluded.expression returning process",
            {"process": process, "node": node, "expression": expression, "due": dumped(dict(due)), "at": at},
        )
        return row is not None

    def drop(self, process: str, node: str) -> None:
        """Forget a start event that is no longer there."""
        self._tx.write(f"delete from timed_starts where {_KEY}", {"process": process, "node": node})

    def next_due(self, now: datetime) -> TimedStart | None:
        """Take the one that is due longest until the end of this transaction; None if nothing is due."""
        sql = f"{READ} where due_at <= %(now)s order by due_at, process, node limit 1 for update skip locked"
        row = self._tx.first(sql, {"now": now})
        return built(TimedStart, row) if row else None

    def advance(self, start: TimedStart, due: Mapping[str, Any] | None, at: datetime | None) -> None:
        """Set when it begins next; None for never again."""
        self._tx.write(
            f"update timed_starts set due = %(due)s::jsonb, due_at = %(at)s where {_KEY}",
            {"process": start.process, "node": start.node, "due": dumped(dict(due or {})), "at": at},
        )

    def next_at(self) -> datetime | None:
        """Say when the next one is due."""
        found: datetime | None = self._tx.value("select min(due_at) from timed_starts")
        return found
