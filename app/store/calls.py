"""Outside calls: requested by a step, performed by one node at a time, gone when their answer is recorded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.ids import county_of
from app.domain.records_waiting import CallRow
from app.store.step_values import dumped
from app.store.transaction import Transaction, built, columns

READ = f"select {columns(CallRow)} from calls"
_KEY = "county = %(county)s and case_id = %(id)s and key = %(key)s"

# nothing goes out for a case that stands still;
# a lease runs on real time: a clock that was moved must not hand a running call to a second node
LEASE = f"""
update calls k set state = 'leased', attempts = k.attempts + 1,
    leased_until = clock_timestamp() + make_interval(secs => %(seconds)s)
from (select w.county, w.case_id, w.key from calls w join cases c on c.county = w.county and c.id = w.case_id
    where (w.state = 'waiting' and w.fire_at <= %(now)s or w.state = 'leased' and w.leased_until < clock_timestamp())
        and not c.suspended
    order by w.fire_at limit 1 for update of w skip locked) d
where k.county = d.county and k.case_id = d.case_id and k.key = d.key returning {columns(CallRow, "k")}"""


def _key(case_id: UUID, key: str, **more: Any) -> dict[str, Any]:
    return {"county": county_of(case_id), "id": case_id, "key": key, **more}


class Calls:
    """The outside calls of all cases; written by the steps."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def lease(self, now: datetime, seconds: float) -> CallRow | None:
        """Take the call that is due longest for so many seconds, or one whose holder did not come back.

        The caller commits before it performs the call.
        """
        row = self._tx.written(LEASE, {"now": now, "seconds": seconds})
        return built(CallRow, row) if row else None

    def lock(self, case_id: UUID, key: str) -> CallRow | None:
        """Read a call until the end of this transaction; None if its case does not wait for it any more."""
        row = self._tx.first(f"{READ} where {_KEY} for update", _key(case_id, key))
        return built(CallRow, row) if row else None

    def put_off(
        self, case_id: UUID, key: str, code: str, error: str, until: datetime,
        answer: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Have a call tried again later.

        Args:
            answer: what came back and is only to be recorded then.
        """
        self._tx.write(
            "update calls set state = 'waiting', leased_until = null, fire_at = %(until)s, code = %(code)s,"
            f" error = %(error)s, answer = coalesce(%(answer)s::jsonb, answer) where {_KEY}",
            _key(case_id, key, until=until, code=code, error=_clean(error), answer=_written(answer)),
        )

    def park(
        self, case_id: UUID, key: str, code: str, error: str, answer: Mapping[str, Any] | None = None
    ) -> None:
        """Leave a call to an operator.

        Args:
            answer: what came back, where only recording it failed; it is not performed again then.
        """
        self._tx.write(
            "update calls set state = 'parked', leased_until = null, code = %(code)s, error = %(error)s,"
            f" answer = coalesce(%(answer)s::jsonb, answer) where {_KEY}",
            _key(case_id, key, code=code, error=_clean(error), answer=_written(answer)),
        )

    def retry(self, case_id: UUID, key: str, at: datetime) -> bool:
        """Give a parked call all its attempts again; say whether there was one."""
        sql = f"update calls set state = 'waiting', attempts = 0, fire_at = %(at)s where {_KEY} and state = 'parked'"
        return self._tx.write(sql, _key(case_id, key, at=at)) == 1

    def of_case(self, case_id: UUID) -> tuple[CallRow, ...]:
        """List the calls that a case waits for."""
        sql = f"{READ} where county = %(county)s and case_id = %(id)s order by key"
        return self._tx.records(CallRow, sql, {"county": county_of(case_id), "id": case_id})

    def next_at(self) -> datetime | None:
        """Say when the next call is due; those of cases that stand still are not."""
        found: datetime | None = self._tx.value(
            "select min(k.fire_at) from calls k join cases c on c.county = k.county and c.id = k.case_id"
            " where k.state = 'waiting' and not c.suspended"
        )
        return found


def _written(answer: Mapping[str, Any] | None) -> str | None:
    return None if answer is None else dumped(dict(answer))


def _clean(text: str) -> str:
    return text.replace("\0", "")[:2000]
