"""How much there is to do, for monitoring."""

from datetime import datetime

from app.domain.records_traffic import Load as Figures
from app.store.incidents import STANDS
from app.store.transaction import Transaction

_SQL = f"""
select
  (select count(*) from tasks where state in (0, 1)),
  (select count(*) from tasks where state in (0, 1) and due_at < %(now)s and not paused),
  (select count(*) from timers where state = 'waiting' and due_at <= %(now)s),
  (select count(*) from timers where state = 'parked'),
  (select count(*) from outbox where state = 'waiting'),
  (select count(*) from incidents i where {STANDS}),
  (select count(*) from calls where state in ('waiting', 'leased') and fire_at <= %(now)s),
  (select count(*) from messages where state = 'buffered')
"""


class Load:
    """Counts over all counties."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def measure(self, now: datetime) -> Figures:
        """Count open and overdue tasks, due and parked timers, what waits to be sent or called, and open incidents."""
        row = self._tx.first(_SQL, {"now": now})
        return Figures(*(int(value) for value in row or [0] * 8))
