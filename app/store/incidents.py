"""Incidents: what a machine could not do, until it is done or nobody wants it any more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.ids import county_of, new_id
from app.domain.records import Page
from app.domain.records_traffic import IncidentLine, IncidentRow
from app.store.cursor import read_cursor, write_cursor
from app.store.sight import Sight, place_of, seats, sees_case
from app.store.tables.work import PLACES
from app.store.transaction import Transaction, built, columns

#: who looks after the machines; what happens inside a case is not theirs to read
OPERATING = frozenset({"sys_admin", "process_designer"})
LARGEST = 200

OPEN = """
insert into incidents (county, id, case_id, kind, key, process, node, cause, opened_at, failed_at)
values (%(county)s, %(id)s, %(case)s, %(kind)s, %(key)s, %(process)s, %(node)s, %(cause)s, %(at)s, %(at)s)
on conflict (county, case_id, kind, key) where resolved_at is null do update
    set cause = excluded.cause, node = excluded.node, failed_at = excluded.failed_at, retried_at = null,
        attempts = incidents.attempts + 1
returning id"""

#: the timer or call of an incident is gone or was moved: the case went another way, and nobody needs to look any more
STANDS = """i.resolved_at is null and (i.kind <> 'timer' or exists (
    select from timers t where t.county = i.county and t.case_id = i.case_id and t.key = i.key and t.error <> ''))
    and (i.kind <> 'call' or exists (
        select from calls k where k.county = i.county and k.case_id = i.case_id and k.key = i.key))"""
_HERE = f"array[{', '.join(f'c.{column}' for column in PLACES.values())}]"
#: an operator answers for his place; a case without any place is everybody's. What could not begin has only a county
OPERATES = f"""(%(machine)s or c.id is null and (%(city)s or i.county = any(%(counties)s::smallint[]))
    or not c.accused_unit = any(%(lineage)s::text[])
        and ({_HERE} && %(operated)s::text[] or array_to_string({_HERE}, '') = ''))"""
_READABLE = f"(c.id is not null and {sees_case()})"
#: causes quote values of the case
_CAUSE = f"case when c.id is not null and not {_READABLE} then '' else i.cause end"
_FROM = "from incidents i left join cases c on c.county = i.county and c.id = i.case_id"
_LINE = f"""select case when c.confidential and not {_READABLE} then null else c.event_no end, {_READABLE},
    coalesce(c.process, ''), c.opened_at, case when {_READABLE} then c.started_by else '' end,
    {columns(IncidentRow, "i", cause=_CAUSE)} {_FROM}"""
LIST = f"""
{_LINE} where {STANDS} and {OPERATES} and (%(kind)s = '' or i.kind = %(kind)s)
    and (%(at)s::timestamptz is null or (i.failed_at, i.id) < (%(at)s::timestamptz, %(last)s::uuid))
order by i.failed_at desc, i.id desc limit %(limit)s"""


def _sight(actor: Actor) -> dict[str, Any]:
    places = sorted({place_of(unit) for unit in seats(actor, among=OPERATING)})
    codes = [place.split(".") for place in places]
    return Sight.of(actor).params | {
        "operated": places,
        "city": any(len(code) == 2 for code in codes),
        "counties": sorted({int(code[2]) for code in codes if len(code) == 3}),
    }


def _line(row: Sequence[Any]) -> IncidentLine:
    return IncidentLine(built(IncidentRow, row[5:]), *row[:5])


class Incidents:
    """The incidents of all cases."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def open(
        self, case_id: UUID | None, kind: str, key: str, node: str, cause: str, at: datetime,
        *, process: str = "", county: int = 0,
    ) -> UUID:  # fmt: skip
        """Note that something failed and waits for somebody; the same thing failing again counts up.

        Args:
            case_id: None where the case itself could not begin; `county` then says whose it would have been.
            kind: one of INCIDENT_KINDS.
            key: of the timer, call or message within the case.
            cause: what went wrong, for people.
        """
        county = county if case_id is None else county_of(case_id)
        row = self._tx.written(
            OPEN,
            {
                "county": county, "id": new_id(county, at), "case": case_id, "kind": kind, "key": key,
                "process": process, "node": node, "cause": cause.replace("\0", "")[:2000], "at": at,
            },
        )  # fmt: skip
        found: UUID = row[0]
        return found

    def note(self, incident: UUID, text: str) -> bool:
        """Write what somebody found out; say whether the incident is still open."""
        return self._change("note = %(text)s", incident, {"text": text.replace("\0", "")})

    def retried(self, incident: UUID, at: datetime) -> bool:
        """Note that it is being done again; say whether the incident is still open."""
        return self._change("retried_at = %(at)s", incident, {"at": at})

    def resolve(self, incident: UUID, at: datetime, by: str) -> bool:
        """Close an incident; say whether it was open."""
        return self._change("resolved_at = %(at)s, resolved_by = %(by)s", incident, {"at": at, "by": by})

    def done(self, case_id: UUID | None, kind: str, key: str, at: datetime, by: str, *, county: int = 0) -> UUID | None:
        """Close the open incident of something that has now succeeded, if it has one; return its id."""
        row = self._tx.written(
            "update incidents set resolved_at = %(at)s, resolved_by = %(by)s where county = %(county)s"
            " and case_id is not distinct from %(case)s and kind = %(kind)s and key = %(key)s and resolved_at is null"
            " returning id",
            {
                "county": county if case_id is None else county_of(case_id), "case": case_id, "kind": kind,
                "key": key, "at": at, "by": by,
            },
        )  # fmt: skip
        return None if row is None else row[0]

    def of_case(self, case_id: UUID, *, open_only: bool = True) -> tuple[IncidentRow, ...]:
        """List the incidents of a case, the newest first."""
        sql = f"""select {columns(IncidentRow, "i")} from incidents i where i.county = %(county)s
            and i.case_id = %(id)s and (not %(open)s or {STANDS}) order by i.failed_at desc, i.id desc"""
        return self._tx.records(IncidentRow, sql, {"county": county_of(case_id), "id": case_id, "open": open_only})

    def operated(self, actor: Actor, incident: UUID, *, lock: bool = False) -> IncidentLine:
        """Read one incident of an operator's place, open or not.

        Raises:
            NotFound: there is none, or it is not his to look after.
        """
        found = f"{_LINE} where i.county = %(county)s and i.id = %(id)s and {OPERATES}"
        sql = found + (" for update of i" if lock else "")
        row = self._tx.first(sql, _sight(actor) | {"county": county_of(incident), "id": incident})
        if row is None:
            raise NotFound()
        return _line(row)

    def list(
        self, actor: Actor, *, kind: str = "", after: str | None = None, limit: int = 50
    ) -> Page[IncidentLine]:
        """List what waits for an operator, the newest failure first."""
        limit = max(1, min(limit, LARGEST))
        at, last = read_cursor(after, "incidents", ("timestamptz", "uuid")) if after else (None, None)
        values = _sight(actor) | {"kind": kind, "at": at, "last": last, "limit": limit + 1}
        found = self._tx.rows(LIST, values)
        lines = tuple(map(_line, found[:limit]))
        end = lines[-1].incident if len(found) > limit else None
        return Page(lines, write_cursor("incidents", (end.failed_at, end.id)) if end else None)

    def count(self) -> int:
        """Count the open ones of all counties."""
        return int(self._tx.value(f"select count(*) from incidents i where {STANDS}"))

    def overtaken(self, limit: int = 100) -> tuple[IncidentRow, ...]:
        """List what stands open although its case went another way."""
        sql = f"""select {columns(IncidentRow, "i")} from incidents i where i.resolved_at is null and not ({STANDS})
            order by i.failed_at limit %(limit)s"""
        return self._tx.records(IncidentRow, sql, {"limit": limit})

    def _change(self, what: str, incident: UUID, values: Mapping[str, Any]) -> bool:
        where = "county = %(county)s and id = %(id)s and resolved_at is null"
        sql = f"update incidents set {what} where {where}"
        return self._tx.write(sql, {"county": county_of(incident), "id": incident, **values}) == 1
