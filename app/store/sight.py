"""Who sees what: the actor's seats turned into the values that the queries compare with.

Nobody at or below the accused unit, or excluded by name or unit, sees a case in any list. A confidential case is
seen only by those who work or worked on it, by the desk that accepted it, by its reporter and by auditors.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.org import ancestors, anchors
from app.domain.records import TaskInHand, TaskRow
from app.store.tables.work import PLACES

#: see what happens in their place (the street of a command room) and have the boxes "area" and "to be supervised"
SUPERVISING = frozenset(
    {
        "village_secretary", "grid_leader", "street_duty", "street_affairs", "street_enforce_coord",
        "street_command_duty", "street_command_director", "county_duty", "county_dispatcher", "county_director",
        "supervisor_county", "supervisor_city", "city_duty", "city_director", "assessment_admin",
    }
)  # fmt: skip
#: read everything in their place, confidential cases too; the reporter's own data stays encrypted
AUDITING = frozenset({"auditor"})
#: desks whose acceptance opens a confidential case to the whole desk
ACCEPTING = frozenset({"street_duty", "county_duty", "city_duty", "discipline_officer"})
#: hold no office: a seat alone shows them nothing
OUTSIDE = frozenset({"citizen", "sys_admin", "county_admin", "process_designer"})
#: tasks that the actor has delegated and not got back; the index wants to hear that nobody is no owner
LENT = "t.state = 1 and t.owner = %(me)s and t.owner <> ''"


def place_of(unit: str) -> str:
    """Find the place that a seat lies in: the street of a command room, the county of a department."""
    try:
        places = anchors(unit).as_dict()
    except Invalid:
        return unit
    return [place for name, place in places.items() if name != "command_room"][-1]


def _lineage(units: Iterable[str]) -> list[str]:
    return sorted({code for unit in units for code in (*ancestors(unit), unit)})


def _units(actor: Actor) -> list[str]:
    """List the units that bind an actor; in somebody's place he is bound by those of both."""
    return [*(a.unit for a in actor.assignments), *(actor.absent.units if actor.absent else ())]


def _names(actor: Actor) -> set[str]:
    """Name an actor as those name him who exclude him; in somebody's place he is either of them."""
    other = {actor.absent.id, actor.absent.username} if actor.absent else set()
    return {actor.id, actor.username, *other} - {""}


def seats(actor: Actor, *, among: frozenset[str] | None = None, without: frozenset[str] = frozenset()) -> list[str]:
    """List the units where the actor holds one of the roles."""
    return sorted({a.unit for a in actor.assignments if (among is None or a.role in among) and a.role not in without})


@dataclass(frozen=True)
class Sight:
    """What a query needs to know about the one who asks."""

    actor: Actor
    #: places that a supervisor or an auditor answers for
    areas: tuple[str, ...]

    @staticmethod
    @lru_cache(maxsize=2048)
    def of(actor: Actor) -> "Sight":
        """Work out an actor's sight from the roles that he holds now; for equal actors it is the same."""
        return Sight(actor, tuple(sorted({place_of(unit) for unit in seats(actor, among=SUPERVISING | AUDITING)})))

    @cached_property
    def params(self) -> dict[str, Any]:
        """Everything that the conditions below compare with."""
        held = self.actor.assignments
        accepting = [a for a in held if a.role in ACCEPTING]
        return {
            "me": self.actor.desk,
            "self": self.actor.id,
            "mine": sorted(_names(self.actor)),
            "machine": self.actor.machine,
            "lineage": _lineage(_units(self.actor)),
            "roles": [a.role for a in held],
            "units": [a.unit for a in held],
            "offices": seats(self.actor, without=OUTSIDE),
            "areas": list(self.areas),
            "audited": sorted({place_of(unit) for unit in seats(self.actor, among=AUDITING)}),
            "desk_roles": [a.role for a in accepting],
            "desk_units": [a.unit for a in accepting],
        }

    def places(self) -> dict[str, list[str]]:
        """Group the areas by the column that holds places of their level."""
        found: dict[str, list[str]] = {}
        for area in self.areas:
            column = PLACES.get(len(area.split(".")))
            if column:
                found.setdefault(column, []).append(area)
        return found


def _within(alias: str, places: str) -> str:
    columns = ", ".join(f"{alias}.{column}" for column in PLACES.values())
    return f"array[{columns}] && %({places})s::text[]"


def _of(who: str, name: str, kind: str = "text[]") -> str:
    return f"{who}.{name}" if who else f"%({name})s::{kind}"


def is_excluded(actor: Actor, task: TaskInHand) -> bool:
    """Say what `not_excluded` asks the database, of a task that was read already."""
    return is_kept_from(actor, task.accused_unit, task.excluded_units, task.excluded_people)


def is_kept_from(actor: Actor, accused: str, units: Sequence[str], people: Sequence[str]) -> bool:
    """Say whether somebody is kept from work on an accused unit, or from which units and people are excluded."""
    if actor.machine or not (accused or units or people):
        return False
    lineage = _lineage(_units(actor))
    return accused in lineage or not set(lineage).isdisjoint(units) or not _names(actor).isdisjoint(people)


def as_whom(actor: Actor, task: TaskRow) -> Actor:
    """Give the actor as he works on a task: himself where it is his own work, else in the place of whose it is."""
    return next((one for one in (actor, *actor.standing) if is_work_of(one, task)), actor)


def is_work_of(actor: Actor, task: TaskRow) -> bool:
    """Say whether a task is work of an actor, in whose place he may act; in part only what belongs to that part."""
    limits = actor.absent
    if limits and limits.process and limits.process != task.process:
        return False
    if limits and limits.role and limits.role not in {role for role, _ in task.candidates}:
        return False
    if is_excluded(actor, task):
        return False
    if task.state == "open":
        return not {(one.role, one.unit) for one in actor.assignments}.isdisjoint(task.candidates)
    return actor.desk in (task.holder, task.owner, task.finished_by)


#: a person never sees what he is excluded from
def not_excluded(t: str = "t", who: str = "") -> str:
    """Write the condition that the actor, or everybody in the rows `who`, is not excluded from a task."""
    lineage = _of(who, "lineage")
    return (
        f"({_of(who, 'machine', 'boolean')} or not ({t}.accused_unit = any({lineage})"
        f" or {t}.excluded_units && {lineage} or {t}.excluded_people && {_of(who, 'mine')}))"
    )


def was_offered(t: str = "t", who: str = "") -> str:
    """Write the condition that a task is or was offered to a seat of the actor, or of each in the rows `who`."""
    return (
        f"exists (select from unnest({_of(who, 'roles')}, {_of(who, 'units')}) s (role, unit)"
        f" where {t}.candidates @> jsonb_build_array(jsonb_build_array(s.role, s.unit)))"
    )


def is_candidate(t: str = "t") -> str:
    """Write the condition that the actor may take an open task."""
    return f"({t}.state = 0 and {was_offered(t)})"


def works_on(t: str = "t") -> str:
    """Write the condition that the actor holds, held, delegated or may take a task, or finished it for somebody."""
    return (
        f"({t}.holder = %(me)s or {t}.owner = %(me)s or {t}.finished_by = %(me)s or {is_candidate(t)}"
        f" or {t}.finished_self <> '' and {t}.finished_self = %(self)s)"
    )


def knows(t: str = "t", c: str = "c") -> str:
    """Write the condition that the actor works on a task, or that it went past his seat in a case for everybody."""
    return f"({works_on(t)} or not {c}.confidential and {was_offered(t)})"


def sees_place(c: str = "c") -> str:
    """Write the condition that a case, or the case of a task, lies where the actor may look."""
    supervised = f"{_within(c, 'areas')} or {_within(c, 'offices')}"
    return f"(case when {c}.confidential then {_within(c, 'audited')} else {supervised} end)"


def reported_by_me(c: str = "c") -> str:
    """Write the condition that the actor reported a case whose record does not name its reporter."""
    return (
        f"exists (select from reports r where r.county = {c}.county and r.case_id = {c}.id"
        " and r.reported_by = %(self)s and r.reported_by <> '')"
    )


def copied_to_me(k: str = "k") -> str:
    """Write the condition that a case was shown to the actor, to an office of his or to one of his seats."""
    return (
        f"({k}.person_id = %(me)s and {k}.person_id <> '' or {k}.unit <> '' and {k}.unit = any(%(offices)s::text[])"
        f" and ({k}.role = '' or ({k}.role, {k}.unit) in"
        " (select * from unnest(%(roles)s::text[], %(units)s::text[]))))"
    )


def sees_case(c: str = "c") -> str:
    """Write the condition that the actor may see a case."""
    return f"""(%(machine)s or (not ({c}.accused_unit = any(%(lineage)s::text[])) and (
        {c}.reported_by = %(self)s or {c}.started_by = %(self)s or {sees_place(c)}
        or {reported_by_me(c)}
        or (not {c}.confidential and (({c}.lead_unit = any(%(offices)s::text[]))
                                      or {c}.assist_units && %(offices)s::text[]))
        or (not {c}.confidential and exists (select from case_copies k where k.county = {c}.county
            and k.case_id = {c}.id and {copied_to_me()} offset 0))
        or exists (select from tasks t where t.county = {c}.county and t.case_id = {c}.id
            and {not_excluded()} and ({knows("t", c)} or (t.role, t.unit) in
                (select * from unnest(%(desk_roles)s::text[], %(desk_units)s::text[])))))))"""


def sees_task(t: str = "t", c: str = "c") -> str:
    """Write the condition that the actor may see a task of a case."""
    return f"({not_excluded(t)} and (%(machine)s or {knows(t, c)} or {sees_case(c)}))"
