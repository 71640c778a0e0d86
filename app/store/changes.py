"""What has changed since a moment, and whom it concerns: a hint for open pages, never the content itself."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.ids import county_of
from app.domain.records_live import CaseSeen, Place, Touched
from app.store.tables.work import PLACES
from app.store.transaction import Transaction

#: more changed cases than this concern everybody
MOST = 2000
SINCE = f"select case_id, max(seq) from facts where at > %(since)s group by county, case_id limit {MOST + 1}"

_PLACES = ", ".join(f"k.{column}" for column in PLACES.values())
TOUCHED = f"""
with c as (select * from unnest(%(counties)s::smallint[], %(cases)s::uuid[]) c (county, id)),
t as materialized (
    select t.candidates, t.holder, t.owner, t.finished_by from c join tasks t on t.case_id = c.id
        and t.county = c.county where t.state < 2 or t.finished_at > %(since)s
)
select 'seat', s ->> 0, s ->> 1 from t cross join lateral jsonb_array_elements(t.candidates) s
union select 'person', p, '' from t cross join lateral unnest(array[t.holder, t.owner, t.finished_by]) p
union select 'person', p, '' from c join cases k on k.county = c.county and k.id = c.id
    cross join lateral unnest(array[k.started_by, k.reported_by]) p
union select 'place', p, '' from c join cases k on k.county = c.county and k.id = c.id
    cross join lateral unnest(array[{_PLACES}, k.command_room, k.lead_unit]) p
union select case when n.person_id = '' then 'seat' else 'person' end,
    case when n.person_id = '' then n.role else n.person_id end, n.unit
    from notices n where n.at > %(since)s and n.case_id = any(%(cases)s::uuid[])"""

_PASSED = "{t}.{column} > %(earlier)s and {t}.{column} <= %(now)s and not {t}.paused"


def _passed(alias: str) -> str:
    return " or ".join(f"({_PASSED.format(t=alias, column=column)})" for column in ("due_order", "yellow_at"))


PASSED = f"""
select 'seat', s.role, s.unit from unnest(%(roles)s::text[], %(units)s::text[]) s (role, unit)
where exists (select from task_candidates k where k.role = s.role and k.unit = s.unit and ({_passed("k")}))
union select 'person', t.holder, '' from tasks t
where t.holder = any(%(people)s::text[]) and t.state = 1 and ({_passed("t")})"""


class Changes:
    """What open pages would like to hear of."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def cases_since(self, since: datetime) -> tuple[CaseSeen, ...]:
        """List the cases for which something was recorded after a moment, at most `MOST` and one."""
        return tuple(CaseSeen(row[0], row[1]) for row in self._tx.rows(SINCE, {"since": since}))

    def touched(self, cases: Collection[UUID], since: datetime) -> Touched:
        """Say whom changes of these cases concern: who may take, holds or has just finished a task of them, who was
        told something, who reported them, and the places that they lie in.
        """
        if not cases:
            return Touched()
        params = {"counties": [county_of(case) for case in cases], "cases": list(cases), "since": since}
        return _read(self._tx.rows(TOUCHED, params))

    def lights(self, seats: Collection[Place], people: Collection[str], earlier: datetime, now: datetime) -> Touched:
        """Say which of these seats and people have a task whose light has changed by itself between two moments."""
        params = {
            "roles": [role for role, _ in seats], "units": [unit for _, unit in seats], "people": list(people),
            "earlier": earlier, "now": now,
        }  # fmt: skip
        return _read(self._tx.rows(PASSED, params))


def _read(rows: Sequence[Any]) -> Touched:
    return Touched(
        frozenset((row[1], row[2]) for row in rows if row[0] == "seat"),
        frozenset(row[1] for row in rows if row[0] == "person" and row[1]),
        frozenset(row[1] for row in rows if row[0] == "place" and row[1]),
    )
