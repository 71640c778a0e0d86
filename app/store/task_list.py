"""The boxes: which tasks an actor finds where, page by page, and how many.

"To do" is the union of what the actor holds, what he has delegated and, for each of his seats, one index-only scan of
the open tasks offered to it; each scan stops after one page. Rows with exclusions are marked in the index, and only
those look at the task.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.records import BOXES, Page, TaskRow
from app.store.case_list import like, with_limit
from app.store.cursor import read_cursor, write_cursor
from app.store.sight import LENT, Sight, not_excluded, sees_place, works_on
from app.store.task_columns import TASK
from app.store.transaction import Transaction, built

LARGEST = 200
#: counting stops here
CAP = 1000
COUNTED = ("todo", "area", "supervise")

#: name of a sort -> (columns with their types, direction)
SORTS: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "due_at": ((("due_order", "timestamptz"), ("id", "uuid")), "asc"),
    "-due_at": ((("due_order", "timestamptz"), ("id", "uuid")), "desc"),
    "created_at": ((("created_at", "timestamptz"), ("id", "uuid")), "asc"),
    "-created_at": ((("created_at", "timestamptz"), ("id", "uuid")), "desc"),
    "urgency": ((("urgency", "text"), ("due_order", "timestamptz"), ("id", "uuid")), "asc"),
    "-finished_at": ((("finished_at", "timestamptz"), ("id", "uuid")), "desc"),
}
LIGHTS = {
    "grey": "t.paused",
    "red": "not t.paused and t.due_order <= %(now)s",
    "yellow": "not t.paused and t.due_order > %(now)s and t.yellow_at <= %(now)s",
    "green": "not t.paused and t.due_order > %(now)s and (t.yellow_at is null or t.yellow_at > %(now)s)",
}
_SEATS = "unnest(%(roles)s::text[], %(units)s::text[]) s (role, unit)"


@dataclass(frozen=True)
class Query:
    """What the statement of a page is made of; who asks, and when, are its parameters."""

    box: str
    sort: str
    limit: int
    #: columns of the places that the actor supervises
    columns: tuple[str, ...]
    #: only tasks offered to the role that is asked for
    of_role: bool = False
    conditions: tuple[str, ...] = ()
    counting: bool = False
    #: the plain inbox: everything that it compares with is in the index of the seats
    index_only: bool = True

    @property
    def order(self) -> str:
        """Write the order of the page."""
        names, direction = SORTS[self.sort]
        return ", ".join(f"t.{name} {direction}" for name, _ in names)

    def scan(self, where: str, frame: str = "tasks t") -> str:
        """Write one scan that stops after a page, or where counting stops."""
        if self.counting:
            return f"select t.county, t.id from {frame} where {where} order by t.due_order, t.id limit {CAP}"
        names = ", ".join({f"t.{name}": None for name, _ in SORTS[self.sort][0]} | {"t.county": None})
        every = " and ".join([where, *self.conditions])
        return f"select {names} from {frame} where {every} order by {self.order} limit %(limit)s"


def _query(
    actor: Actor, *, box: str, role: str, light: str, q: str, sort: str, limit: int, after: str | None, now: datetime
) -> tuple[Query, dict[str, Any]]:
    if box not in BOXES or (light and light not in LIGHTS) or (sort and sort not in SORTS):
        raise Invalid(errors={"box": [*BOXES], "light": [*LIGHTS], "sort": [*SORTS]})
    sort = sort or ("-finished_at" if box == "done" else "-created_at" if box == "mine" else "due_at")
    if sort == "-finished_at" and box != "done":
        raise Invalid(errors={"sort": ["-finished_at: done"]})
    columns, params = _asked(actor, now)
    params |= {"role": role, "q": like(q)}
    conditions = [f"({LIGHTS[light]})"] if light else []
    if q.strip():
        conditions.append("lower(t.event_no || ' ' || t.summary || ' ' || t.name) like %(q)s")
    if after:
        names, direction = SORTS[sort]
        kinds = [kind for _, kind in names]
        values = read_cursor(after, sort, kinds)
        params |= {f"after{n}": value for n, value in enumerate(values)}
        left = ", ".join(f"t.{name}" for name, _ in names)
        right = ", ".join(f"%(after{n})s::{kind}" for n, kind in enumerate(kinds))
        conditions.append(f"({left}) {'>' if direction == 'asc' else '<'} ({right})")
    query = Query(
        box, sort, max(1, min(limit, LARGEST)), columns, bool(role), tuple(conditions),
        index_only=not (q.strip() or role) and sort.endswith("due_at"),
    )  # fmt: skip
    return query, params


def _asked(actor: Actor, now: datetime) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Give the columns of the places that an actor supervises, and what every box compares with."""
    sight = Sight.of(actor)
    places = sight.places()
    return tuple(places), sight.params | {"now": now} | {f"in_{column}": codes for column, codes in places.items()}


def _offered(query: Query) -> str:
    """Write the scans of the open tasks offered to each seat."""
    if query.index_only:
        # the offset keeps the planner from reading all tasks at once to answer this for one
        own = f"select from tasks o where o.county = t.county and o.id = t.id and {not_excluded('o')} offset 0"
        hidden = f"(not t.guarded or exists ({own}))"
        frame = "(select k.*, k.task_id as id from task_candidates k) t"
        inner = query.scan(f"t.role = s.role and t.unit = s.unit and {hidden}", frame)
    else:
        frame = "task_candidates k join tasks t on t.county = k.county and t.id = k.task_id"
        chosen = " and k.role = %(role)s" if query.of_role else ""
        inner = query.scan(f"k.role = s.role and k.unit = s.unit and {not_excluded()}{chosen}", frame)
    return f"select x.* from {_SEATS} cross join lateral ({inner}) x"


def _area(query: Query) -> list[str]:
    red = f"and {LIGHTS['red']}" if query.box == "supervise" else ""
    found = []
    for column in query.columns:
        # a confidential case is supervised by those who work on it
        seen = f"({sees_place('t')} or {works_on()})"
        here = f"t.state < 2 and t.{column} <> '' and t.{column} = place"
        inner = query.scan(f"{here} and {not_excluded()} and {seen} {red}")
        found.append(f"select x.* from unnest(%(in_{column})s::text[]) place cross join lateral ({inner}) x")
    return found


def _among_all(query: Query) -> Query:
    """Ask for the role among all candidates of a task; the scan of the offers has them in rows of their own."""
    role = "exists (select from jsonb_array_elements(t.candidates) o where o ->> 0 = %(role)s)"
    return replace(query, conditions=(*query.conditions, role)) if query.of_role else query


def _mine(query: Query) -> list[str]:
    """Write the scans of the newest task, of those he may see, of each case that the actor reported or started."""
    newest = (
        f"{not_excluded()} and not exists (select from tasks n where n.county = t.county and n.case_id = t.case_id"
        f" and (n.state < 2, n.created_at, n.id) > (t.state < 2, t.created_at, t.id) and {not_excluded('n')})"
    )
    # finished tasks do not follow when a unit is accused later: the case itself is asked
    unaccused = "not c.accused_unit = any(%(lineage)s::text[])"
    frame = "cases c join tasks t on t.county = c.county and t.case_id = c.id"
    # the case of a confidential or anonymous report does not name the account that filed it
    hidden = (
        "(select distinct county, case_id from reports where reported_by = %(me)s and reported_by <> ''"
        " and (anonymous or confidential or nature = 'report')) r"
        " join cases c on c.county = r.county and c.id = r.case_id"
        " join tasks t on t.county = c.county and t.case_id = c.id"
    )
    return [query.scan(f"{unaccused} and {newest}", hidden)] + [
        query.scan(f"c.{column} = %(me)s and c.{column} <> '' and {unaccused} and {newest}", frame)
        for column in ("reported_by", "started_by")
    ]


def _scans(query: Query) -> list[str]:
    if query.box == "todo":
        offered, query = _offered(query), _among_all(query)
        held = (query.scan(f"{mine} and {not_excluded()}") for mine in ("t.state = 1 and t.holder = %(me)s", LENT))
        return [*held, offered]
    query = _among_all(query)
    if query.box == "done":
        return [query.scan(f"t.state = 2 and t.finished_by = %(me)s and t.finished_by <> '' and {not_excluded()}")]
    if query.box == "mine":
        return _mine(query)
    if query.box in ("area", "supervise"):
        return _area(query)
    return []


def list_tasks(tx: Transaction, actor: Actor, **wanted: Any) -> Page[TaskRow]:
    """Read one page of a box; see `Tasks.list`."""
    query, params = _query(actor, **wanted)
    sql = _page(query)
    return _paged(query, tx.rows(sql, params)) if sql else Page((), None)


def count_tasks(tx: Transaction, actor: Actor, now: datetime) -> dict[str, int]:
    """Count the boxes in one question; see `Tasks.counts`."""
    return _counted(tx.rows(*_counts(actor, now)))


def list_and_count(tx: Transaction, actor: Actor, now: datetime, **wanted: Any) -> tuple[Page[TaskRow], dict[str, int]]:
    """Read one page of a box and count the boxes in one round trip; see `Tasks.list`."""
    query, params = _query(actor, now=now, **wanted)
    sql = _page(query)
    if not sql:
        return Page((), None), count_tasks(tx, actor, now)
    rows, counts = tx.together((sql, params), _counts(actor, now))
    return _paged(query, rows), _counted(counts)


@lru_cache(maxsize=512)
def _page(query: Query) -> str:
    """Write the statement that reads a page; empty for a box that has nothing."""
    names = ", ".join(name for name, _ in SORTS[query.sort][0])
    parts = " union all ".join(f"({scan})" for scan in _scans(query))
    if not parts:
        return ""
    sql = f"""select {TASK} from (
        select distinct {names}, county from ({parts}) t order by {query.order} limit %(limit)s
        ) k cross join lateral (
            -- one by one: together they would be found by reading the whole table
            select * from tasks t where t.county = k.county and t.id = k.id offset 0
        ) t order by {query.order}"""
    return with_limit(sql, query.limit + 1)


def _paged(query: Query, found: Sequence[Any]) -> Page[TaskRow]:
    rows = tuple(built(TaskRow, row) for row in found)
    following = None
    if len(rows) > query.limit:
        last = rows[query.limit - 1]
        due = last.due_at or "infinity"
        values = [due if name == "due_order" else getattr(last, name) for name, _ in SORTS[query.sort][0]]
        following = write_cursor(query.sort, values)
    return Page(rows[: query.limit], following)


def _counts(actor: Actor, now: datetime) -> tuple[str, dict[str, Any]]:
    """Write the statement that counts all boxes, and what it compares with."""
    columns, params = _asked(actor, now)
    return _counting(columns), params


@lru_cache(maxsize=64)
def _counting(columns: tuple[str, ...]) -> str:
    counts = []
    for box in COUNTED:
        query = Query(box, "due_at", CAP, columns, counting=True)
        parts = " union ".join(f"({scan})" for scan in _scans(query))
        counts.append(f"(select least(count(*), {CAP}) from ({parts}) t)" if parts else "0")
    return f"select {', '.join(counts)}"


def _counted(rows: Sequence[Any]) -> dict[str, int]:
    return dict(zip(COUNTED, rows[0], strict=True))
