"""Whose hands a task goes through: who may take it, lent to somebody and given back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import NotDelegated, TaskAlreadyDone, TaskNotFound, TaskNotHeld
from app.domain.ids import county_of
from app.domain.records import TaskRow
from app.domain.records_city import SeatedRow
from app.domain.successors import Seats
from app.store.case_list import like
from app.store.people import VALID
from app.store.sight import OUTSIDE, Sight, not_excluded, was_offered
from app.store.step_values import dumped
from app.store.task_columns import TASK
from app.store.task_hold import RELEASE
from app.store.transaction import Transaction, built, columns

#: most people that are looked at for one task
MOST = 200
_HELD = "(select count(*) from (select from tasks h where h.holder = p.id::text and h.state = 1 limit 100) n)"

SEATED = f"""
select {columns(SeatedRow, "p", roles="a.roles", units="a.units", held=_HELD)}
from (select distinct r.county, r.person_id
        from unnest(%(roles)s::text[], %(units)s::text[]) s (role, unit)
        join person_roles r on r.role = s.role and r.unit = s.unit and {VALID}) d
    join people p on p.county = d.county and p.id = d.person_id and p.active
    cross join lateral (
        select array_agg(r.role order by r.role, r.unit) as roles, array_agg(r.unit order by r.role, r.unit) as units
        from person_roles r where r.county = p.county and r.person_id = p.id and {VALID}) a
where lower(p.username || ' ' || p.name) like %(q)s
order by p.username limit {MOST}"""

#: asks for everybody what taking a task asks of one
FIT = f"""
select x.me, {was_offered("t", "x")}, {not_excluded("t", "x")}
from json_to_recordset(%(people)s::json)
        x (me text, mine text[], machine boolean, lineage text[], roles text[], units text[])
    cross join tasks t
where t.county = %(county)s and t.id = %(id)s"""
_ASKED = ("me", "mine", "machine", "lineage", "roles", "units")

LEND = f"""
update tasks t set owner = holder, owner_name = holder_name, holder = %(to)s, holder_name = %(name)s,
    claimed_at = %(at)s, revision = revision + 1
where county = %(county)s and id = %(id)s and state = 1 and holder = %(me)s and owner = '' returning {TASK}"""

GIVE_BACK = f"""
update tasks t set holder = owner, holder_name = owner_name, owner = '', owner_name = '', claimed_at = %(at)s,
    revision = revision + 1
where county = %(county)s and id = %(id)s and state = 1 and owner <> '' and %(me)s in (holder, owner)
returning {TASK}"""


#: unheld tasks are in no list between the two statements, as if somebody held them
RESEAT = """
update tasks set candidates = %(seats)s::jsonb, role = %(role)s, unit = %(unit)s,
    state = case when %(keeps)s then state else 1 end, revision = revision + 1
where county = %(county)s and id = %(id)s and state < 2"""

UNLIST = "delete from task_candidates where county = %(county)s and task_id = %(id)s"

LEFT_AT = """
select t.id from tasks t where t.state < 2 and exists (
    select from jsonb_array_elements(t.candidates) s, unnest(%(units)s::text[]) u
    where s ->> 1 = u or starts_with(s ->> 1, u || '.'))
order by t.county, t.case_id, t.id"""

#: a task that was opened on somebody's desk was given to him, not taken; what is lent has two people who wait
IDLE = """
select t.id, t.urgency, greatest(t.claimed_at, t.draft_at, (
        select f.at from facts f where f.county = t.county and f.case_id = t.case_id and f.actor = t.holder
        order by f.seq desc limit 1))
from tasks t
where t.state = 1 and t.owner = '' and not t.paused and t.claimed_at > t.created_at
    and greatest(t.claimed_at, t.draft_at) <= %(before)s
order by t.county, t.case_id, t.id"""

FINISHED_FOR = """
update tasks set finished_self = %(self)s where county = %(county)s and id = %(id)s and state = 2
    and finished_by = %(me)s"""


class Hands:
    """Tasks on their way from one person to another."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def seated(self, seats: Sequence[tuple[str, str]], at: datetime, q: str = "") -> tuple[SeatedRow, ...]:
        """List who holds one of the seats at a moment, by user name; a seat of no office is nobody's.

        Args:
            q: part of the user name or the shown name.
        """
        offices = [seat for seat in seats if seat[0] not in OUTSIDE]
        params = {"roles": [role for role, _ in offices], "units": [unit for _, unit in offices]}
        return self._tx.records(SeatedRow, SEATED, params | {"at": at, "q": like(q)})

    def fit(self, task_id: UUID, people: Iterable[Actor]) -> dict[str, tuple[bool, bool]]:
        """Ask of each person what taking a task asks: {id: (holds one of its seats, is not excluded from it)}."""
        asked = []
        for one in people:
            params = Sight.of(one).params
            asked.append({name: params[name] for name in _ASKED} | {"me": one.id})
        rows = self._tx.rows(FIT, _key(task_id) | {"people": dumped(asked)})
        return {me: (seated, free) for me, seated, free in rows}

    def left_at(self, units: Iterable[str]) -> tuple[UUID, ...]:
        """List the open tasks that are offered at one of the units or below it."""
        return tuple(row[0] for row in self._tx.rows(LEFT_AT, {"units": list(units)}))

    def idle(self, before: datetime) -> tuple[tuple[UUID, str, datetime], ...]:
        """List the claimed tasks whose holder did nothing in their case since a moment: (id, urgency, his last act)."""
        return tuple(row for row in self._tx.rows(IDLE, {"before": before}) if row[2] <= before)

    def reseat(self, task: TaskRow, seats: Seats, at: datetime) -> bool:
        """Offer a task to other seats; it leaves the desk of whoever holds none of them.

        Args:
            task: read and locked.

        Returns:
            Whether somebody goes on holding it.
        """
        keeps = task.state == "claimed" and task.holder in {str(one.id) for one in self.seated(seats, at)}
        role, unit = seats[0]
        told = {"seats": dumped(seats), "role": role, "unit": unit, "keeps": keeps}
        self._tx.write(RESEAT, _key(task.id) | told)
        if not keeps:
            self._tx.write(UNLIST, _key(task.id))
            self._tx.written(RELEASE, _key(task.id) | {"me": "", "any": True})
        return keeps

    def lend(self, task_id: UUID, actor: Actor, to: tuple[str, str], at: datetime) -> TaskRow:
        """Let somebody work on a task that the actor holds and goes on owning; the draft goes along.

        Args:
            to: id and shown name.

        Raises:
            TaskNotHeld, TaskAlreadyDone, TaskNotFound: nothing was changed.
        """
        return self._moved(task_id, LEND, {"me": actor.desk, "to": to[0], "name": to[1], "at": at}, TaskNotHeld)

    def give_back(self, task_id: UUID, actor: Actor, at: datetime) -> TaskRow:
        """Let the owner hold a lent task again; its holder and its owner may do so.

        Raises:
            NotDelegated, TaskAlreadyDone, TaskNotFound: nothing was changed.
        """
        return self._moved(task_id, GIVE_BACK, {"me": actor.desk, "at": at}, NotDelegated)

    def finished_for(self, task_id: UUID, actor: Actor) -> None:
        """Note that an actor finished a task in somebody's place: it is done work of both."""
        self._tx.write(FINISHED_FOR, _key(task_id) | {"me": actor.desk, "self": actor.id})

    def _moved(self, task_id: UUID, sql: str, params: dict[str, Any], refusal: type[Exception]) -> TaskRow:
        row = self._tx.written(sql, _key(task_id) | params)
        if row is not None:
            return built(TaskRow, row)
        where = "where county = %(county)s and id = %(id)s"
        found = self._tx.first(f"select state from tasks {where}", _key(task_id))
        if found is None:
            raise TaskNotFound()
        raise TaskAlreadyDone() if found[0] >= 2 else refusal()


def _key(task_id: UUID) -> dict[str, Any]:
    return {"county": county_of(task_id), "id": task_id}
