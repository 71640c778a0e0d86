"""Roles: who holds which, where and for how long."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.domain.ids import county_of
from app.domain.records import RoleRow
from app.store.transaction import Transaction, columns


class Roles:
    """The roles of all people."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of_person(self, person_id: UUID) -> tuple[RoleRow, ...]:
        """List every role that a person holds, held or will hold."""
        sql = f"""select {columns(RoleRow)} from person_roles where county = %(county)s and person_id = %(id)s
            order by valid_from, role, unit"""
        return self._tx.records(RoleRow, sql, {"county": county_of(person_id), "id": person_id})

    def grant_many(self, roles: Iterable[RoleRow]) -> None:
        """Give roles.

        Raises:
            Conflict: one of them is held already from the same moment.
        """
        names = ("county", "person_id", "role", "unit", "valid_from", "valid_to")
        rows = ((county_of(r.person_id), r.person_id, r.role, r.unit, r.valid_from, r.valid_to) for r in roles)
        self._tx.copy("person_roles", names, rows)

    def end(self, person_id: UUID, role: str, unit: str, at: datetime) -> bool:
        """Take a role away from a moment on; say whether it was held."""
        sql = """update person_roles set valid_to = %(at)s where county = %(county)s and person_id = %(id)s
            and role = %(role)s and unit = %(unit)s and (valid_to is null or valid_to > %(at)s)"""
        params = {"county": county_of(person_id), "id": person_id, "role": role, "unit": unit, "at": at}
        return self._tx.write(sql, params) > 0
