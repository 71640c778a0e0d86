"""People and units as those who look after them see them: each only his own part of the tree."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.domain.ids import county_of
from app.domain.office import Reach
from app.domain.org import Unit
from app.domain.records_city import PersonShown, SeatShown
from app.store.transaction import Transaction, columns
from app.store.units import read_unit

#: more than any page shows
LARGEST = 5000
_LAST = "(r.valid_to is null or r.valid_to > %(at)s)"


def within(unit: str) -> str:
    """Write the condition that a unit lies in the part of the tree that is looked after."""
    below = f"{unit} > g || '.' and {unit} < g || '/'"
    return f"(%(everywhere)s or exists (select from unnest(%(roots)s::text[]) g where {unit} = g or {below}))"


_OWN_ROLE = "select from person_roles r where r.county = p.county and r.person_id = p.id"
#: whoever holds anything outside is looked after by somebody higher, so that nobody signs in as his own superior
LOOKED_AFTER = f"""(%(everywhere)s or (
    case when p.unit <> '' then {within("p.unit")}
        else exists ({_OWN_ROLE}) and not exists ({_OWN_ROLE} and not {within("r.unit")}) end
    and not exists ({_OWN_ROLE} and {_LAST} and not {within("r.unit")})))"""
_ROLES = f"""coalesce((select array_agg(r.role || '@' || r.unit order by r.role, r.unit) from person_roles r
    where r.county = p.county and r.person_id = p.id and r.valid_from <= %(at)s and {_LAST}), '{{}}')"""
_FACTOR = "exists (select from second_factors f where f.county = p.county and f.person_id = p.id)"
_PERSON = columns(
    PersonShown, "p", has_password="p.password_hash <> ''", has_factor=_FACTOR, seats=_ROLES,
    unit_name="coalesce((select u.name from units u where u.code = p.unit), '')",
    unit_name_en="coalesce((select u.name_en from units u where u.code = p.unit), '')",
)  # fmt: skip
_SEAT = columns(
    SeatShown, "r", unit_name="coalesce(u.name, '')", unit_name_en="coalesce(u.name_en, '')"
)  # fmt: skip
_UNIT = "u.code, u.kind, u.name, u.name_en, u.level, u.county, u.parent, u.valid_from, u.valid_to, u.predecessors"


def _like(q: str) -> str:
    return "%" + q.strip().lower()[:100].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


class Offices:
    """What administrators look after."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def people(
        self, reach: Reach, at: datetime, *, q: str = "", unit: str = "", role: str = "", closed: bool | None = None,
        after: str = "", limit: int = 50,
    ) -> tuple[PersonShown, ...]:  # fmt: skip
        """List the people that somebody looks after, by user name.

        Args:
            q: part of the user name, the shown name or the telephone.
            unit: only those who belong to it or below, or hold a role there.
            role: only those who hold it now.
            closed: only closed or only open accounts.
            after: the last user name of the page before.
        """
        held = f"exists (select from person_roles r where r.county = p.county and r.person_id = p.id and {_LAST}"
        here = "{0} = %(unit)s or ({0} > %(unit)s || '.' and {0} < %(unit)s || '/')"
        where = [LOOKED_AFTER, "p.username > %(after)s"]
        if q.strip():
            where.append("lower(p.username || ' ' || p.name || ' ' || p.phone) like %(q)s")
        if unit:
            where.append(f"({here.format('p.unit')} or {held} and ({here.format('r.unit')})))")
        if role:
            where.append(f"{held} and r.role = %(role)s)")
        if closed is not None:
            where.append("not p.active" if closed else "p.active")
        params = {"at": at, "q": _like(q), "unit": unit, "role": role, "after": after}
        sql = f"select {_PERSON} from people p where {' and '.join(where)} order by p.username limit %(limit)s"
        return self._tx.records(
            PersonShown, sql, params | reach.params | {"limit": max(1, min(limit, LARGEST))}
        )

    def person(self, reach: Reach, person_id: UUID, at: datetime) -> PersonShown | None:
        """Read a person whom somebody looks after, or None."""
        sql = f"select {_PERSON} from people p where p.county = %(county)s and p.id = %(id)s and {LOOKED_AFTER}"
        params = {"county": county_of(person_id), "id": person_id, "at": at}
        found = self._tx.records(PersonShown, sql, params | reach.params)
        return found[0] if found else None

    def seats(self, person_id: UUID) -> tuple[SeatShown, ...]:
        """List every role that a person holds, held or will hold, with the units' names, the newest first."""
        sql = f"""select {_SEAT}
            from person_roles r left join units u on u.code = r.unit
            where r.county = %(county)s and r.person_id = %(id)s
            order by r.valid_to desc nulls first, r.role, r.unit, r.valid_from"""
        return self._tx.records(SeatShown, sql, {"county": county_of(person_id), "id": person_id})

    def units(
        self, reach: Reach, *, q: str = "", below: str = "", after: str = "", limit: int = 50
    ) -> tuple[Unit, ...]:
        """List the units that somebody looks after, by code."""
        where = [within("u.code"), "u.code > %(after)s"]
        if q.strip():
            where.append("lower(u.code || ' ' || u.name || ' ' || u.name_en) like %(q)s")
        if below:
            where.append("(u.code = %(below)s or (u.code > %(below)s || '.' and u.code < %(below)s || '/'))")
        sql = f"select {_UNIT} from units u where {' and '.join(where)} order by u.code limit %(limit)s"
        params = {"q": _like(q), "below": below, "after": after, "limit": max(1, min(limit, LARGEST))}
        return tuple(map(read_unit, self._tx.rows(sql, params | reach.params)))

    def held_by(self, person_id: UUID, limit: int = 1000) -> tuple[UUID, ...]:
        """List the tasks on somebody's desk, those that he has lent among them."""
        sql = """select id from tasks t where t.state = 1 and t.holder = %(me)s union
            select id from tasks t where t.state = 1 and t.owner = %(me)s and t.owner <> ''
            order by id limit %(limit)s"""
        return tuple(row[0] for row in self._tx.rows(sql, {"me": str(person_id), "limit": limit}))

    def move_desk(self, task_id: UUID, leaving: str, to: tuple[str, str], at: datetime) -> None:
        """Put somebody else in the place of whoever leaves, as holder or owner of a task; the draft goes along.

        Nobody lends to himself: where holder and owner become one, the task is simply his.

        Args:
            to: id and shown name.
        """
        sql = """update tasks set revision = revision + 1, claimed_at = %(at)s,
            holder_name = case when holder = %(me)s then %(name)s else holder_name end,
            holder = case when holder = %(me)s then %(to)s else holder end,
            owner_name = case when %(to)s in (holder, owner) then '' when owner = %(me)s then %(name)s
                else owner_name end,
            owner = case when %(to)s in (holder, owner) then '' when owner = %(me)s then %(to)s else owner end
            where county = %(county)s and id = %(id)s and state = 1 and %(me)s in (holder, owner)"""
        key = {"county": county_of(task_id), "id": task_id}
        self._tx.write(sql, key | {"me": leaving, "to": to[0], "name": to[1], "at": at})

    def gone(self) -> tuple[list[str], dict[str, str]]:
        """List the units that were dissolved, and {unit: the one that took it over}."""
        gone = [row[0] for row in self._tx.rows("select code from units where valid_to is not null order by code")]
        taken = "select p, code from units, unnest(predecessors) p where predecessors && %(gone)s::text[] order by code"
        return gone, dict(self._tx.rows(taken, {"gone": gone})) if gone else {}

    def held(self, units: Iterable[str]) -> dict[str, set[str]]:
        """List the roles that somebody holds for good: {unit: roles}; units without any are left out."""
        sql = "select distinct unit, role from person_roles where unit = any(%(units)s::text[]) and valid_to is null"
        found: dict[str, set[str]] = {}
        for unit, role in self._tx.rows(sql, {"units": sorted(units)}):
            found.setdefault(unit, set()).add(role)
        return found

    def staffed(self, unit: str, at: datetime) -> int:
        """Count who holds a role in a unit or below it at a moment or later; stops at 100."""
        sql = f"""select count(*) from (select from person_roles r where {_LAST}
            and (r.unit = %(unit)s or (r.unit > %(unit)s || '.' and r.unit < %(unit)s || '/')) limit 100) n"""
        return int(self._tx.value(sql, {"unit": unit, "at": at}))
