"""Subscriptions: messages and signals that cases wait for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.correlation import comparable, fingerprints
from app.domain.ids import county_of
from app.domain.records import SubscriptionRow
from app.store.step_values import dumped
from app.store.transaction import Transaction, columns

READ = f"select {columns(SubscriptionRow)} from subscriptions"
#: with more keys than can be looked up at once the waiters are compared; an unset value equals nothing
_FITS = """not exists (select from jsonb_each(correlation) k
    where k.value = 'null' or %(given)s::jsonb -> k.key is distinct from k.value)"""
#: waiters that are tried for one message before it is kept
TRIED = 20


class Subscriptions:
    """What all cases wait for; written by the steps."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of_case(self, case_id: UUID) -> tuple[SubscriptionRow, ...]:
        """List what a case waits for."""
        sql = f"{READ} where county = %(county)s and case_id = %(id)s order by key"
        return self._tx.records(SubscriptionRow, sql, {"county": county_of(case_id), "id": case_id})

    def for_message(self, case_id: UUID, message: str) -> tuple[SubscriptionRow, ...]:
        """List where a case waits for this message."""
        return tuple(row for row in self.of_case(case_id) if row.message == message)

    def that_fit(self, name: str, given: Mapping[str, Any], *, limit: int = TRIED) -> tuple[SubscriptionRow, ...]:
        """List who waits for a message in all cases, the oldest case first.

        Args:
            given: what the message carries; every key that a waiter asks for has the same value there.
        """
        prints = fingerprints(given)
        fitting = _FITS if prints is None else "fingerprint = any(%(prints)s::text[])"
        sql = f"""{READ} where kind = 'message' and message = %(name)s and {fitting}
            order by case_id, key limit %(limit)s"""
        values = {"name": name, "prints": prints, "given": dumped(comparable(given)), "limit": limit}
        return self._tx.records(SubscriptionRow, sql, values)

    def cases_for_signal(self, name: str, *, but: UUID | None = None) -> tuple[UUID, ...]:
        """List every case that waits for a signal, the oldest first.

        Args:
            but: the case that sends it.
        """
        sql = """select distinct case_id from subscriptions where kind = 'signal' and message = %(name)s
            and case_id is distinct from %(but)s::uuid order by case_id"""
        return tuple(row[0] for row in self._tx.rows(sql, {"name": name, "but": but}))
