"""Notices in the product, and messages on the reporter's page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.ids import county_of, new_id
from app.domain.records_traffic import NoticeRow, ReporterMessage
from app.store.sight import Sight, not_excluded
from app.store.step_values import dumped
from app.store.transaction import Transaction, columns

_SEATS = "unnest(%(roles)s::text[], %(units)s::text[]) s (role, unit)"
#: what a case is told to a seat is not for whom the case, or its work that is offered to the seat, keeps out
_HEARD = f"""(n.case_id is null or not exists (select from cases c where c.county = n.county and c.id = n.case_id
        and c.accused_unit = any(%(lineage)s::text[]))
    and not exists (select from tasks t where t.county = n.county and t.case_id = n.case_id and t.created_at <= n.at
        and t.candidates @> jsonb_build_array(jsonb_build_array(n.role, n.unit)) and not {not_excluded("t")}))"""
_LATEST = "order by at desc, id desc limit %(limit)s"
#: the actor's own and those of each of his seats, one index scan each
FOR_ACTOR = f"""
(select * from notices where person_id = %(me)s and person_id <> '' {_LATEST})
union all
(select n.* from {_SEATS} cross join lateral
    (select * from notices n where person_id = '' and role = s.role and unit = s.unit and {_HEARD} {_LATEST}) n)"""


def _params(actor: Actor, limit: int) -> dict[str, Any]:
    sight = Sight.of(actor).params
    return {name: sight[name] for name in ("mine", "lineage", "machine")} | {
        "me": actor.id, "roles": [a.role for a in actor.assignments], "units": [a.unit for a in actor.assignments],
        "limit": max(1, min(limit, 200)),
    }  # fmt: skip


class Notices:
    """Lines for people in the product and for reporters."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(
        self,
        county: int,
        at: datetime,
        text: str,
        *,
        person_id: str = "",
        role: str = "",
        unit: str = "",
        case_id: UUID | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> UUID:
        """Tell a person, or everybody who holds a role at a unit."""
        notice_id = new_id(county, at)
        self._tx.write(
            "insert into notices (county, id, person_id, role, unit, case_id, text, params, at) values (%(county)s,"
            " %(id)s, %(person)s, %(role)s, %(unit)s, %(case)s, %(text)s, %(params)s::jsonb, %(at)s)",
            {
                "county": county, "id": notice_id, "person": person_id, "role": role, "unit": unit, "case": case_id,
                "text": text, "params": dumped(dict(params or {})), "at": at,
            },
        )  # fmt: skip
        return notice_id

    def of_actor(self, actor: Actor, limit: int = 50) -> tuple[NoticeRow, ...]:
        """List what an actor was told, the newest first."""
        sql = f"""select {columns(NoticeRow, "n", read_at="r.read_at")} from (
            select distinct on (at, id) * from ({FOR_ACTOR}) a order by at desc, id desc) n
            left join notice_reads r on r.county = n.county and r.notice_id = n.id and r.person = %(me)s
            order by n.at desc, n.id desc limit %(limit)s"""
        return self._tx.records(NoticeRow, sql, _params(actor, limit))

    def is_for(self, actor: Actor, notice_id: UUID) -> bool:
        """Say whether a holder of the seat that was told may hear of it."""
        sql = f"select {_HEARD} from notices n where n.county = %(county)s and n.id = %(id)s"
        key = {"county": county_of(notice_id), "id": notice_id}
        return bool(self._tx.value(sql, _params(actor, 1) | key))

    def unread(self, actor: Actor) -> int:
        """Count what an actor has not read among his newest 200."""
        return sum(notice.read_at is None for notice in self.of_actor(actor, 200))

    def read(self, actor: Actor, notice_id: UUID, at: datetime) -> None:
        """Note that an actor has read a notice, the first time only."""
        self._tx.write(
            "insert into notice_reads (county, notice_id, person, read_at)"
            " values (%(county)s, %(id)s, %(me)s, %(at)s) on conflict do nothing",
            {"county": county_of(notice_id), "id": notice_id, "me": actor.id, "at": at},
        )

    def for_reporter(self, case_id: UUID) -> tuple[ReporterMessage, ...]:
        """List what the reporter of a case was told, the oldest first."""
        sql = f"""select {columns(ReporterMessage)} from reporter_messages
            where county = %(county)s and case_id = %(id)s order by at, id"""
        return self._tx.records(ReporterMessage, sql, {"county": county_of(case_id), "id": case_id})
