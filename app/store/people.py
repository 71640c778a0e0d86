"""People and the roles that they hold."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor, Assignment
from app.domain.errors import NotFound
from app.domain.ids import county_of
from app.domain.records import PersonRow
from app.store.transaction import Transaction, built, columns

_NAMES = tuple(field.name for field in fields(PersonRow))
READ = f"select {columns(PersonRow, 'p')} from people p"
VALID = "r.valid_from <= %(at)s and (r.valid_to is null or r.valid_to > %(at)s)"
#: what makes an acting value of a person: one row for each role that is valid
ACTING = "p.username, p.name, p.locale, r.role, r.unit"
HELD = f"left join person_roles r on r.county = p.county and r.person_id = p.id and {VALID}"
HOLDERS = f"""{READ} join person_roles r on r.county = p.county and r.person_id = p.id
where r.role = %(role)s and r.unit = %(unit)s and {VALID} and p.active order by p.username"""

ON_DUTY = f"""
select distinct {columns(PersonRow, "p")} from rosters d join people p on p.county = d.county and p.id = d.person_id
where d.unit = %(unit)s and d.role = %(role)s and d.from_at <= %(at)s and d.to_at > %(at)s and p.active
order by p.username"""


def acting(person_id: UUID, rows: Sequence[Sequence[Any]]) -> Actor:
    """Make the acting value of a person of rows of `ACTING`."""
    username, name, locale = rows[0][:3]
    held = dict.fromkeys(Assignment(role, unit) for role, unit in (row[3:5] for row in rows) if role is not None)
    return Actor(str(person_id), username, name, tuple(held), locale, person_id=person_id)


class People:
    """Everybody with an account."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def get(self, person_id: UUID) -> PersonRow:
        """Read a person.

        Raises:
            NotFound: there is none.
        """
        where = "where p.county = %(county)s and p.id = %(id)s"
        row = self._tx.first(f"{READ} {where}", {"county": county_of(person_id), "id": person_id})
        if row is None:
            raise NotFound("There is no such person.")
        return built(PersonRow, row)

    def by_username(self, username: str) -> PersonRow | None:
        """Read a person by the name that is typed at sign-in."""
        row = self._tx.first(f"{READ} where p.username = %(username)s", {"username": username})
        return built(PersonRow, row) if row else None

    def names(self, ids: Collection[UUID]) -> dict[UUID, str]:
        """Read the names of several people; unknown ones are left out."""
        if not ids:
            return {}
        # as an account's county stands in its id, each is found by its key
        sql = """select p.id, p.name from unnest(%(counties)s::smallint[], %(ids)s::uuid[]) w (county, id)
            join people p on p.county = w.county and p.id = w.id"""
        return dict(self._tx.rows(sql, {"counties": [county_of(one) for one in ids], "ids": list(ids)}))

    def actor(self, person_id: UUID, at: datetime) -> Actor:
        """Make the acting value of a person, with the roles that are valid at a moment.

        Raises:
            NotFound: there is no such person, or the account is closed.
        """
        sql = f"""select {ACTING} from people p {HELD}
            where p.county = %(county)s and p.id = %(id)s and p.active order by r.role, r.unit"""
        rows = self._tx.rows(sql, {"county": county_of(person_id), "id": person_id, "at": at})
        if not rows:
            raise NotFound("There is no such person.")
        return acting(person_id, rows)

    def with_role(self, role: str, unit: str, at: datetime) -> tuple[PersonRow, ...]:
        """List who holds a role at a unit at a moment."""
        return self._tx.records(PersonRow, HOLDERS, {"role": role, "unit": unit, "at": at})

    def on_duty(self, unit: str, role: str, at: datetime) -> tuple[PersonRow, ...]:
        """List who is on duty for a role of a unit at a moment."""
        return self._tx.records(PersonRow, ON_DUTY, {"unit": unit, "role": role, "at": at})

    def list(self, *, q: str = "", after: str = "", limit: int = 50) -> tuple[PersonRow, ...]:
        """List people by user name, those after a name; q is part of the user name or the shown name."""
        pattern = "%" + q.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        sql = f"""{READ} where p.username > %(after)s and lower(p.username || ' ' || p.name) like %(q)s
            order by p.username limit %(limit)s"""
        return self._tx.records(PersonRow, sql, {"after": after, "q": pattern, "limit": max(1, min(limit, 500))})

    def add_many(self, people: Iterable[PersonRow]) -> None:
        """Add people.

        Raises:
            Conflict: a user name is taken.
        """
        self._tx.copy("people", _NAMES, ([getattr(person, name) for name in _NAMES] for person in people))

    def change(self, person_id: UUID, **changes: Any) -> None:
        """Change name, phone, mail, locale, password_hash or active of a person.

        Raises:
            NotFound: there is no such person.
        """
        allowed: Sequence[str] = ("name", "phone", "mail", "locale", "password_hash", "active")
        unknown = sorted(set(changes) - set(allowed))
        if unknown or not changes:
            raise TypeError(f"cannot change {unknown}")
        sets = ", ".join(f"{name} = %({name})s" for name in changes)
        where = "where county = %(county)s and id = %(id)s"
        found = self._tx.write(
            f"update people set {sets} {where}", changes | {"county": county_of(person_id), "id": person_id}
        )
        if not found:
            raise NotFound("There is no such person.")
