"""Rosters: who is on duty when."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.ids import county_of
from app.domain.records import RosterRow
from app.store.people import VALID
from app.store.transaction import Transaction, columns


class Rosters:
    """The duty lists of all units."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of_unit(self, unit: str, since: datetime, until: datetime) -> tuple[RosterRow, ...]:
        """List the duties of a unit that touch a span of time."""
        sql = f"""select {columns(RosterRow)} from rosters where unit = %(unit)s and from_at < %(until)s
            and to_at > %(since)s order by from_at, role, id"""
        return self._tx.records(RosterRow, sql, {"unit": unit, "since": since, "until": until})

    def find(self, roster_id: UUID) -> RosterRow | None:
        """Read a duty, or None."""
        found = self._tx.records(RosterRow, f"select {columns(RosterRow)} from rosters where id = %(id)s",
                                 {"id": roster_id})  # fmt: skip
        return found[0] if found else None

    def of_person(self, person_id: UUID, at: datetime) -> tuple[RosterRow, ...]:
        """List the duties of a person that are not over."""
        sql = f"""select {columns(RosterRow)} from rosters where person_id = %(id)s and to_at > %(at)s
            order by from_at limit 500"""
        return self._tx.records(RosterRow, sql, {"id": person_id, "at": at})

    def shown(self, unit: str, since: datetime, until: datetime) -> Sequence[Sequence[Any]]:
        """List the duties of a unit in a span of time: id, role, person, user name, name, from, to."""
        sql = """select d.id, d.role, d.person_id, p.username, p.name, d.from_at, d.to_at from rosters d
            join people p on p.county = d.county and p.id = d.person_id where d.unit = %(unit)s
            and d.from_at < %(until)s and d.to_at > %(since)s order by d.from_at, d.role, p.username limit 500"""
        return self._tx.rows(sql, {"unit": unit, "since": since, "until": until})

    def seated(self, unit: str, at: datetime) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """List who holds roles in a unit: user name, name, roles."""
        sql = f"""select p.username, p.name, array_agg(r.role order by r.role) from person_roles r
            join people p on p.county = r.county and p.id = r.person_id and p.active
            where r.unit = %(unit)s and {VALID} group by p.username, p.name order by p.username limit 500"""
        rows = self._tx.rows(sql, {"unit": unit, "at": at})
        return tuple((username, name, tuple(roles)) for username, name, roles in rows)

    def add_many(self, rows: Iterable[RosterRow]) -> None:
        """Add duties."""
        names = ("county", "id", "unit", "role", "person_id", "from_at", "to_at")
        values = ((county_of(r.person_id), r.id, r.unit, r.role, r.person_id, r.from_at, r.to_at) for r in rows)
        self._tx.copy("rosters", names, values)

    def drop(self, roster_id: UUID) -> bool:
        """Take a duty off the list; say whether there was one."""
        return self._tx.write("delete from rosters where id = %(id)s", {"id": roster_id}) == 1
