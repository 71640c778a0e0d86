"""Subscriptions: messages that cases wait for."""

from uuid import UUID

from app.domain.ids import county_of
from app.domain.records import SubscriptionRow
from app.store.transaction import Transaction, columns

READ = f"select {columns(SubscriptionRow)} from subscriptions"


class Subscriptions:
    """What all cases wait for; written by the steps."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of_case(self, case_id: UUID) -> tuple[SubscriptionRow, ...]:
        """List what a case waits for."""
        sql = f"{READ} where county = %(county)s and case_id = %(id)s order by key"
        return self._tx.records(SubscriptionRow, sql, {"county": county_of(case_id), "id": case_id})

    def of_task(self, case_id: UUID, task_key: str) -> tuple[SubscriptionRow, ...]:
        """List the acts offered beside a task."""
        return tuple(row for row in self.of_case(case_id) if row.task_key == task_key)

    def for_message(self, case_id: UUID, message: str) -> tuple[SubscriptionRow, ...]:
        """List where a case waits for this message."""
        return tuple(row for row in self.of_case(case_id) if row.message == message)
