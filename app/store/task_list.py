"""The boxes: which tasks an actor finds where, page by page, and how many; `boxes.py` says what lies in each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.filters import Condition
from app.domain.ids import county_of
from app.domain.records import BOXES, Page
from app.domain.records_inbox import ListedTask
from app.store.box_filters import LIGHTS, beyond, in_event, keys_of, narrowed
from app.store.boxes import CAP, SHARED, Query, scans
from app.store.case_list import with_limit
from app.store.cursor import write_cursor
from app.store.sight import Sight
from app.store.task_columns import LISTED
from app.store.task_places import all_places
from app.store.transaction import Transaction, built
from app.store.words import find_cases, like

LARGEST = 200
#: in these boxes there may be too many tasks to compare each one's name
_WIDE = ("area", "supervise")
_FIRST = {"done": "-finished_at", "mine": "-created_at", "cc": "-created_at", "watched": "-created_at"}
_BY_DUE = keys_of("due_at", "todo")

#: what a list shows of a task's event: its case, its limit, and who opened it
_EVENT = """
    cross join lateral (
        select c.opened_at, c.channel, c.record #> array['limits', t.limit_name] as "limit" from cases c
        where c.county = t.county and c.id = t.case_id offset 0) e
    left join lateral (
        select f.actor_name, f.role, f.unit from facts f
        where f.county = t.county and f.case_id = t.case_id and f.seq = 1 offset 0) b on true"""


def _query(
    tx: Transaction,
    actor: Actor,
    *,
    box: str = "todo",
    role: str = "",
    light: str = "",
    q: str = "",
    sort: str = "",
    limit: int = 20,
    after: str | None = None,
    beyond_task: UUID | None = None,
    where: Sequence[Condition] = (),
    now: datetime,
) -> tuple[tuple[Query, ...], dict[str, Any]]:
    if box not in BOXES or (light and light not in LIGHTS):
        raise Invalid(errors={"box": [*BOXES], "light": [*LIGHTS]})
    sort = sort or _FIRST.get(box, "due_at")
    keys = keys_of(sort, box)
    columns, params = _asked(actor, now)
    params["role"] = role
    conditions = [f"({LIGHTS[light]})"] if light else []
    if q.strip():
        conditions.append(_worded(tx, q, box, params))
    conditions += narrowed(where, params)
    if beyond_task is not None:
        after = _place_of_task(tx, beyond_task, sort, keys)
    if after:
        conditions.append(beyond(after, sort, keys, params))
    plain = not (q.strip() or role or where)
    query = Query(
        box, keys, max(1, min(limit, LARGEST)), columns, bool(role), tuple(conditions),
        index_only=plain and sort in ("due_at", "-due_at"),
    )  # fmt: skip
    return _everywhere(query, actor, params), params


def _place_of_task(tx: Transaction, task_id: UUID, sort: str, keys: Sequence[tuple[str, str, bool]]) -> str | None:
    """Write the cursor of a task that has left the list; None for one whose place in this order is not known."""
    names = ", ".join(f"t.{name}::text" for name, _, _ in keys)
    row = tx.first(f"select {names} from tasks t where t.county = %(county)s and t.id = %(id)s",
                   {"county": county_of(task_id), "id": task_id})  # fmt: skip
    return write_cursor(sort, row) if row and None not in row else None


def _everywhere(query: Query, actor: Actor, params: dict[str, Any]) -> tuple[Query, ...]:
    """Ask for the actor himself, and for each of those for whom he stands in."""
    if query.box not in SHARED:
        return (query,)
    now = params["now"]
    return tuple(all_places(query, actor, params, lambda one: _asked(one, now)))


def _worded(tx: Transaction, q: str, box: str, params: dict[str, Any]) -> str:
    """Write the condition that a task's event has the words in its number, text or address, or the task in its name."""
    params["q"] = like(q)
    found = find_cases(tx, q)
    if found is None:
        event = in_event("e.search like %(q)s")
    else:
        params["found"] = found
        event = "t.case_id = any(%(found)s::uuid[])"
    return event if box in _WIDE else f"({event} or lower(t.name) like %(q)s)"


def _asked(actor: Actor, now: datetime) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Give the columns of the places that an actor supervises, and what every box compares with."""
    sight = Sight.of(actor)
    places = sight.places()
    return tuple(places), sight.params | {"now": now} | {f"in_{column}": codes for column, codes in places.items()}


def list_tasks(tx: Transaction, actor: Actor, **wanted: Any) -> Page[ListedTask]:
    """Read one page of a box; see `Tasks.list`."""
    queries, params = _query(tx, actor, **wanted)
    sql = _page(queries)
    return _paged(queries[0], _sort_of(wanted), tx.rows(sql, params)) if sql else Page((), None)


def count_tasks(tx: Transaction, actor: Actor, now: datetime) -> dict[str, int]:
    """Count all boxes in one question; exact up to 1000, 1001 stands for more."""
    return _counted(tx.rows(*_counts(actor, now)))


def list_and_count(
    tx: Transaction, actor: Actor, now: datetime, **wanted: Any
) -> tuple[Page[ListedTask], dict[str, int]]:
    """Read one page of a box and count the boxes in one round trip; see `Tasks.list`."""
    queries, params = _query(tx, actor, now=now, **wanted)
    sql = _page(queries)
    if not sql:
        return Page((), None), count_tasks(tx, actor, now)
    rows, counts = tx.together((sql, params), _counts(actor, now))
    return _paged(queries[0], _sort_of(wanted), rows), _counted(counts)


def _sort_of(wanted: dict[str, Any]) -> str:
    return str(wanted.get("sort") or _FIRST.get(str(wanted.get("box")), "due_at"))


@lru_cache(maxsize=512)
def _page(queries: tuple[Query, ...]) -> str:
    """Write the statement that reads a page; empty for a box that has nothing."""
    query = queries[0]
    names = ", ".join(name for name, _, _ in query.keys)
    parts = " union all ".join(f"({scan})" for one in queries for scan in scans(one))
    if not parts:
        return ""
    sql = f"""select {LISTED} from (
        select distinct {names}, county from ({parts}) t order by {query.order} limit %(limit)s
        ) k cross join lateral (
            -- one by one: together they would be found by reading the whole table
            select * from tasks t where t.county = k.county and t.id = k.id offset 0
        ) t {_EVENT} order by {query.order}"""
    return with_limit(sql, query.limit + 1)


def _values(last: ListedTask, keys: Sequence[tuple[str, str, bool]]) -> list[Any]:
    due = last.due_at or "infinity"
    return [due if name == "due_order" else getattr(last, name) for name, _, _ in keys]


def _paged(query: Query, sort: str, found: Sequence[Any]) -> Page[ListedTask]:
    rows = tuple(built(ListedTask, row) for row in found)
    following = write_cursor(sort, _values(rows[query.limit - 1], query.keys)) if len(rows) > query.limit else None
    return Page(rows[: query.limit], following)


def _counts(actor: Actor, now: datetime) -> tuple[str, dict[str, Any]]:
    """Write the statement that counts all boxes, and what it compares with."""
    columns, params = _asked(actor, now)
    query = Query("todo", _BY_DUE, CAP, columns, counting=True)
    return _counting(tuple(all_places(query, actor, params, lambda one: _asked(one, now)))), params


@lru_cache(maxsize=64)
def _counting(queries: tuple[Query, ...]) -> str:
    counts = []
    for box in BOXES:
        asked = [replace(one, box=box) for one in (queries if box in SHARED else queries[:1])]
        parts = " union ".join(f"({scan})" for one in asked for scan in scans(one))
        counts.append(f"(select least(count(*), {CAP + 1}) from ({parts}) t)" if parts else "0")
    return f"select {', '.join(counts)}"


def _counted(rows: Sequence[Any]) -> dict[str, int]:
    return dict(zip(BOXES, rows[0], strict=True))
