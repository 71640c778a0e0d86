"""Substitutes: who stands in for whom, from when until when, and how far."""

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from app.domain.actor import Absent, Actor, Assignment
from app.domain.ids import county_of
from app.domain.office import Reach
from app.domain.records_city import SubstituteRow, SubstituteShown
from app.domain.rights import SENSITIVE, STOOD_IN_FOR
from app.store.offices import LOOKED_AFTER
from app.store.transaction import Transaction, columns

#: valid at a moment, and ended by itself or by somebody after it
RUNNING = "u.from_at <= %(at)s and u.until_at > %(at)s and u.ended_at is null"
STANDS_IN = f"exists (select from substitutes u where u.substitute_id = p.id and {RUNNING})"
#: named by somebody else for a sensitive post, and approved by nobody yet
WAITS = f"""(u.approved_by = '' and u.named_by <> u.person_id::text and exists (
    select from person_roles w where w.county = u.county and w.person_id = u.person_id
        and (u.role = '' or w.role = u.role) and (w.valid_to is null or w.valid_to > u.from_at)
        and w.role = any(array[{", ".join(f"'{role}'" for role in sorted(SENSITIVE))}])))"""
#: one row for each role of each person for whom somebody stands in
_STANDING = f"""
select u.id, u.person_id, u.role, u.process, u.until_at, x.username, x.name, r.role, r.unit
from substitutes u join people x on x.county = u.county and x.id = u.person_id and x.active
left join person_roles r on r.county = x.county and r.person_id = x.id
    and r.valid_from <= %(at)s and (r.valid_to is null or r.valid_to > %(at)s)
where u.substitute_id = %(me)s and {RUNNING} and not {WAITS} order by u.from_at, u.id, r.role, r.unit"""
_NAMES = ("id", "person_id", "substitute_id", "role", "process", "from_at", "until_at", "reason", "named_by",
          "named_name", "named_at", "ended_at")  # fmt: skip
_SHOWN = columns(SubstituteShown, "u", person="a.username", person_name="a.name", substitute="b.username",
                 substitute_name="b.name", waits=WAITS)  # fmt: skip
_FRAME = f"""select {_SHOWN} from substitutes u
join people a on a.county = u.county and a.id = u.person_id
join people b on b.id = u.substitute_id"""


def standing_of(tx: Transaction, actor: Actor, at: datetime) -> tuple[Actor, ...]:
    """Give an actor in the place of each person for whom he stands in at a moment."""
    rows = tx.rows(_STANDING, {"me": actor.person_id, "at": at})
    return tuple(_in_place(actor, list(found)) for _, found in groupby(rows, key=lambda row: row[0]))


def _in_place(actor: Actor, rows: list[Any]) -> Actor:
    _, person_id, role, process, until, username, name = rows[0][:7]
    held = [Assignment(*row[7:9]) for row in rows if row[7] is not None]
    given = tuple(one for one in held if one.role in STOOD_IN_FOR and role in ("", one.role))
    units = tuple(sorted({one.unit for one in (*held, *actor.assignments)}))
    absent = Absent(str(person_id), username, name, role, process, until, units)
    return Actor(actor.id, actor.username, actor.name, given, actor.locale, person_id=actor.person_id, absent=absent)


class Substitutes:
    """Who stands in for whom."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def standing(self, actor: Actor, at: datetime) -> tuple[Actor, ...]:
        """Give an actor in the place of each person for whom he stands in at a moment."""
        return standing_of(self._tx, actor, at)

    def add(self, row: SubstituteRow) -> None:
        """Name a substitute."""
        names = ", ".join(("county", *_NAMES))
        values = ", ".join(f"%({name})s" for name in ("county", *_NAMES))
        params = {name: getattr(row, name) for name in _NAMES} | {"county": county_of(row.person_id)}
        self._tx.write(f"insert into substitutes ({names}) values ({values})", params)

    def find(self, substitution_id: UUID) -> SubstituteShown | None:
        """Read one with the people's names, or None."""
        found = self._tx.records(SubstituteShown, f"{_FRAME} where u.id = %(id)s", {"id": substitution_id})
        return found[0] if found else None

    def of_person(self, person_id: UUID, since: datetime) -> tuple[SubstituteShown, ...]:
        """List those for a person and those by him that were not over at a moment, the latest first."""
        sql = f"""{_FRAME} where (u.person_id = %(id)s or u.substitute_id = %(id)s) and u.until_at > %(since)s
            order by u.from_at desc, u.id desc limit 200"""
        return self._tx.records(SubstituteShown, sql, {"id": person_id, "since": since})

    def overlapping(self, person_id: UUID, from_at: datetime, until_at: datetime) -> tuple[SubstituteShown, ...]:
        """List who stands in for a person during some of a span of time."""
        sql = f"""{_FRAME} where u.person_id = %(id)s and u.ended_at is null and u.from_at < %(until)s
            and u.until_at > %(from)s order by u.from_at, u.id"""
        return self._tx.records(SubstituteShown, sql, {"id": person_id, "from": from_at, "until": until_at})

    def waiting(self, reach: Reach, at: datetime) -> tuple[SubstituteShown, ...]:
        """List those that wait for an approval, of the people in a part of the tree."""
        sql = f"""{_FRAME} join people p on p.county = u.county and p.id = u.person_id
            where u.ended_at is null and u.until_at > %(at)s and {WAITS} and {LOOKED_AFTER}
            order by u.from_at, u.id limit 100"""
        return self._tx.records(SubstituteShown, sql, reach.params | {"at": at})

    def approve(self, substitution_id: UUID, actor: Actor, at: datetime) -> bool:
        """Approve one that waits; say whether it did."""
        sql = f"""update substitutes u set approved_by = %(me)s, approved_name = %(name)s, approved_at = %(at)s
            where id = %(id)s and ended_at is null and until_at > %(at)s and {WAITS}"""
        named = {"me": actor.id, "name": actor.name or actor.username}
        return self._tx.write(sql, named | {"id": substitution_id, "at": at}) == 1

    def end(self, substitution_id: UUID, at: datetime) -> bool:
        """End one before its time; say whether it was there and not over."""
        sql = """update substitutes set ended_at = %(at)s where id = %(id)s and ended_at is null
            and until_at > %(at)s"""
        return self._tx.write(sql, {"id": substitution_id, "at": at}) == 1
