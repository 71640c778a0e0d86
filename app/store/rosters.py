"""Rosters: who is on duty when."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.domain.ids import county_of
from app.domain.records import RosterRow
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

    def add_many(self, rows: Iterable[RosterRow]) -> None:
        """Add duties."""
        names = ("county", "id", "unit", "role", "person_id", "from_at", "to_at")
        values = ((county_of(r.person_id), r.id, r.unit, r.role, r.person_id, r.from_at, r.to_at) for r in rows)
        self._tx.copy("rosters", names, values)

    def drop(self, roster_id: UUID) -> bool:
        """Take a duty off the list; say whether there was one."""
        return self._tx.write("delete from rosters where id = %(id)s", {"id": roster_id}) == 1
