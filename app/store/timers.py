"""Timers: due moments, claimed by any number of nodes, each by one."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.domain.ids import county_of
from app.domain.records import DueTimer, StoredCase, TimerRow
from app.store.facts import LAST_AT
from app.store.locking import CASE
from app.store.transaction import Transaction, built, columns

#: after so many failures a timer is parked and an operator looks at it
ATTEMPTS = 3

_WIDTH = len(fields(DueTimer))
# the case is locked first and both are skipped if somebody has them: a step that holds the case may touch its timers
_DUE = f"""
select {columns(DueTimer, "t")}, {LAST_AT}, {CASE}
from timers t join cases c on c.county = t.county and c.id = t.case_id
where t.state = 'waiting' and t.fire_at <= %(now)s """
CLAIM = _DUE + "order by t.fire_at limit %(most)s for update of c, t skip locked"
TAKE = _DUE + """and t.county = %(county)s and t.case_id = %(id)s and t.key = any(%(keys)s::text[])
order by t.fire_at for update of c, t"""



class Claimed(NamedTuple):
    """A case with those of its timers that are due and ours until the end of the transaction."""

    case: StoredCase
    due: tuple[DueTimer, ...]
    #: when the newest fact of the case was recorded
    last_at: datetime


READ = f"select {columns(TimerRow)} from timers"


class Timers:
    """The due moments of all cases."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def claim(self, now: datetime, most: int) -> tuple[Claimed, ...]:
        """Take the timers that are due longest, with their cases, until the end of this transaction.

        Returns:
            Nothing if nothing is due, or everything due is in other hands.
        """
        return self._claimed(CLAIM, {"now": now, "most": most})

    def take(self, case_id: UUID, keys: Iterable[str], now: datetime) -> tuple[Claimed, ...]:
        """Take these timers of one case if they are still due; wait for whoever has the case."""
        return self._claimed(TAKE, {"county": county_of(case_id), "id": case_id, "keys": list(keys), "now": now})

    def _claimed(self, sql: str, values: dict[str, Any]) -> tuple[Claimed, ...]:
        cases: dict[UUID, tuple[StoredCase, datetime]] = {}
        due: dict[UUID, list[DueTimer]] = {}
        for row in self._tx.rows(sql, values):
            timer = built(DueTimer, row[:_WIDTH])
            if timer.case_id not in cases:
                cases[timer.case_id] = built(StoredCase, row[_WIDTH + 1 :]), row[_WIDTH]
            due.setdefault(timer.case_id, []).append(timer)
        return tuple(Claimed(case, tuple(due[case_id]), last_at) for case_id, (case, last_at) in cases.items())

    def next_at(self) -> datetime | None:
        """Say when the next timer is due."""
        found: datetime | None = self._tx.value("select min(fire_at) from timers where state = 'waiting'")
        return found

    def failed(
        self, case_id: UUID, key: str, error: str, retry_at: datetime, *, seen: int, lasting: bool = False
    ) -> bool:
        """Note a failure, in a transaction of its own; the third one, or a lasting one, parks the timer.

        Args:
            seen: attempts that it had when it was taken; where another node has noted the same failure since,
                nothing is noted again.

        Returns:
            True if it is parked now.
        """
        row = self._tx.written(
            "update timers set attempts = attempts + 1, error = %(error)s, fire_at = %(retry)s,"
            " state = case when %(lasting)s or attempts + 1 >= %(most)s then 'parked' else 'waiting' end"
            " where county = %(county)s and case_id = %(id)s and key = %(key)s and state = 'waiting'"
            " and attempts = %(seen)s returning state",
            {
                "county": county_of(case_id), "id": case_id, "key": key, "seen": seen, "retry": retry_at,
                "error": error.replace("\0", "")[:2000], "most": ATTEMPTS, "lasting": lasting,
            },
        )  # fmt: skip
        return row is not None and row[0] == "parked"

    def retry(self, case_id: UUID, key: str, at: datetime) -> bool:
        """Give a parked timer another three attempts; say whether there was one."""
        where = "county = %(county)s and case_id = %(id)s and key = %(key)s and state = 'parked'"
        sql = f"update timers set state = 'waiting', attempts = 0, fire_at = %(at)s where {where}"
        return self._tx.write(sql, {"county": county_of(case_id), "id": case_id, "key": key, "at": at}) == 1

    def of_case(self, case_id: UUID) -> tuple[TimerRow, ...]:
        """List the timers of a case, the next one first."""
        sql = f"{READ} where county = %(county)s and case_id = %(id)s order by due_at, key"
        return self._tx.records(TimerRow, sql, {"county": county_of(case_id), "id": case_id})
