"""Cases that officers show each other, and cases that they keep an eye on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.ids import county_of, new_id
from app.domain.records_city import SeatedRow
from app.domain.records_inbox import CopyRow
from app.store.people import VALID
from app.store.sight import OUTSIDE, Sight, copied_to_me
from app.store.transaction import Transaction, built, columns
from app.store.words import like

_READS = """coalesce((select array_agg(array[r.person_name, r.read_at::text] order by r.read_at) from copy_reads r
    where r.county = k.county and r.copy_id = k.id), '{}')"""
_MINE = "select r.read_at from copy_reads r where r.county = k.county and r.copy_id = k.id and r.person = %(me)s"
OF_CASE = f"""
select {columns(CopyRow, "k", reads=_READS, mine=copied_to_me(), read_at=f"({_MINE})")}
from case_copies k where k.case_id = %(id)s and k.county = %(county)s order by k.at, k.id"""
UNREAD = f"""
select k.id from case_copies k where k.case_id = %(id)s and k.county = %(county)s and {copied_to_me()}
    and not exists ({_MINE}) order by k.at, k.id"""

#: officers by name, with their seats
PEOPLE = f"""
select {columns(SeatedRow, "p", roles="a.roles", units="a.units", held="0")} from people p cross join lateral (
    select array_agg(r.role order by r.role, r.unit) as roles, array_agg(r.unit order by r.role, r.unit) as units
    from person_roles r where r.county = p.county and r.person_id = p.id and {VALID}
        and not r.role = any(%(outside)s::text[])) a
where p.active and lower(p.username || ' ' || p.name) like %(q)s and a.roles is not null
order by p.username limit 20"""
UNITS = """
select u.code, u.name, u.name_en from units u
where lower(u.name || ' ' || u.name_en || ' ' || u.code) like %(q)s order by u.level, u.code limit 20"""


class Copies:
    """To whom a case was shown for his knowledge, and who has read it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(
        self,
        county: int,
        case_id: UUID,
        at: datetime,
        *,
        sender: tuple[str, str],
        reason: str,
        person: tuple[str, str] = ("", ""),
        role: str = "",
        unit: str = "",
    ) -> UUID:
        """Show a case to a person, to everybody of a unit, or to the holders of a role there.

        Args:
            sender: id and shown name.
            person: id and shown name.
        """
        copy_id = new_id(county, at)
        self._tx.write(
            "insert into case_copies (county, id, case_id, person_id, person_name, role, unit, reason, sender,"
            " sender_name, at) values (%(county)s, %(id)s, %(case)s, %(person)s, %(name)s, %(role)s, %(unit)s,"
            " %(reason)s, %(sender)s, %(sender_name)s, %(at)s)",
            {
                "county": county, "id": copy_id, "case": case_id, "person": person[0], "name": person[1],
                "role": role, "unit": unit, "reason": reason, "sender": sender[0], "sender_name": sender[1], "at": at,
            },
        )  # fmt: skip
        return copy_id

    def has(self, case_id: UUID, *, person_id: str = "", role: str = "", unit: str = "") -> bool:
        """Say whether a case was shown to exactly these before."""
        sql = (
            "select 1 from case_copies where case_id = %(id)s and county = %(county)s and person_id = %(person)s"
            " and role = %(role)s and unit = %(unit)s limit 1"
        )
        return self._tx.first(sql, _key(case_id) | {"person": person_id, "role": role, "unit": unit}) is not None

    def of_case(self, actor: Actor, case_id: UUID) -> tuple[CopyRow, ...]:
        """List to whom a case was shown, oldest first."""
        return self._tx.records(CopyRow, OF_CASE, Sight.of(actor).params | _key(case_id))

    def unread(self, actor: Actor, case_id: UUID) -> list[UUID]:
        """List what of a case was shown to the actor and not read by him."""
        return [row[0] for row in self._tx.rows(UNREAD, Sight.of(actor).params | _key(case_id))]

    def read(self, copy_id: UUID, actor: Actor, at: datetime) -> None:
        """Note that the actor has read it, the first time only."""
        self._tx.write(
            "insert into copy_reads (county, copy_id, person, person_name, read_at)"
            " values (%(county)s, %(id)s, %(me)s, %(name)s, %(at)s) on conflict do nothing",
            _key(copy_id) | {"me": Sight.of(actor).params["me"], "name": actor.name or actor.username, "at": at},
        )

    def addresses(self, person_id: str, role: str, unit: str, at: datetime) -> list[dict[str, str]]:
        """Say to whom a notice goes: a person, a seat, or each office of a unit that somebody holds."""
        if person_id:
            return [{"person_id": person_id}]
        if role:
            return [{"role": role, "unit": unit}]
        sql = f"select distinct r.role from person_roles r where r.unit = %(unit)s and {VALID} order by r.role"
        held = [row[0] for row in self._tx.rows(sql, {"unit": unit, "at": at})]
        return [{"role": one, "unit": unit} for one in held if one not in OUTSIDE]

    def recipients(self, q: str, at: datetime) -> tuple[list[SeatedRow], list[tuple[str, str, str]]]:
        """Find officers by name, and units by name or code: at most twenty of each.

        Returns:
            The officers with their seats; of the units (code, name, English name).
        """
        found = {"q": like(q), "at": at, "outside": sorted(OUTSIDE)}
        people, units = self._tx.together((PEOPLE, found), (UNITS, found))
        return [built(SeatedRow, row) for row in people], [(row[0], row[1], row[2]) for row in units]


class Watches:
    """Cases that somebody keeps an eye on; that gives him no sight of them."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def has(self, case_id: UUID, actor: Actor) -> bool:
        """Say whether the actor watches a case."""
        sql = "select 1 from case_watches where county = %(county)s and case_id = %(id)s and person = %(me)s"
        return self._tx.first(sql, _own(case_id, actor)) is not None

    def begin(self, case_id: UUID, actor: Actor, at: datetime) -> bool:
        """Let the actor watch a case; say whether that is new."""
        sql = (
            "insert into case_watches (county, case_id, person, at) values (%(county)s, %(id)s, %(me)s, %(at)s)"
            " on conflict do nothing"
        )
        return self._tx.write(sql, _own(case_id, actor) | {"at": at}) > 0

    def end(self, case_id: UUID, actor: Actor) -> bool:
        """Let the actor watch it no longer; say whether he did."""
        sql = "delete from case_watches where county = %(county)s and case_id = %(id)s and person = %(me)s"
        return self._tx.write(sql, _own(case_id, actor)) > 0


def _own(case_id: UUID, actor: Actor) -> dict[str, Any]:
    return _key(case_id) | {"me": Sight.of(actor).params["me"]}


def _key(identifier: UUID) -> dict[str, Any]:
    return {"county": county_of(identifier), "id": identifier}
