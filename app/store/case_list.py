"""The list of cases: one index scan per place that the actor answers for, merged and cut to a page.

A plain OR over all ways to see a case reads far more than a page; each branch here stops after one page.
"""

from collections.abc import Callable
from typing import Any

from app.domain.actor import Actor
from app.domain.records import CaseFilters, CaseRow, Page
from app.store.cursor import read_cursor, write_cursor
from app.store.sight import LENT, Sight, copied_to_me, sees_case
from app.store.tables.work import PLACES
from app.store.transaction import Transaction, columns
from app.store.words import find_cases
from app.store.words import like as like

LARGEST = 200
_EQUAL = ("status", "process", "nature", "channel", "item_code", "affair_code", "urgency", "close_reason")


def _narrowed(tx: Transaction, filters: CaseFilters, params: dict[str, Any]) -> list[str]:
    """Write the filters as conditions and add what they compare with."""
    found = [f"c.{name} = %({name})s" for name in _EQUAL if getattr(filters, name)]
    params.update({name: getattr(filters, name) for name in _EQUAL})
    params.update(
        q=like(filters.q), at_unit=filters.unit, opened_from=filters.opened_from, opened_to=filters.opened_to,
        late_at=filters.late_at,
    )  # fmt: skip
    if filters.q.strip():
        # whoever searches must not learn of cases that he may not see: the branches decide that
        found_cases = find_cases(tx, filters.q)
        params["found"] = found_cases or []
        found.append("c.search like %(q)s" if found_cases is None else "c.id = any(%(found)s::uuid[])")
    if filters.unit:
        places = ", ".join(f"c.{column}" for column in (*PLACES.values(), "command_room", "lead_unit"))
        found.append(f"%(at_unit)s in ({places})")
    if filters.open is not None:
        found.append("c.closed_at is null" if filters.open else "c.closed_at is not null")
    if filters.opened_from:
        found.append("c.opened_at >= %(opened_from)s")
    if filters.opened_to:
        found.append("c.opened_at < %(opened_to)s")
    if filters.late_at:
        found.append("c.business_due_at < %(late_at)s and c.closed_at is null")
    return found


def _page(where: str) -> str:
    return (
        f"select c.county, c.id, c.opened_at from cases c where {where}"
        " order by c.opened_at desc, c.id desc limit %(limit)s"
    )


def _branches(sight: Sight, where: Callable[[str], str], params: dict[str, Any]) -> list[str]:
    """Write one scan per way to see a case."""
    if sight.actor.machine:
        return [_page(where("true"))]
    own = f"({sees_case()})"
    found = [
        _page(where(f"c.{column} <> '' and c.{column} = %(me)s and {own}")) for column in ("reported_by", "started_by")
    ]
    # confidential and anonymous reports are the reporter's own only in the table of reports
    inner = _page(where(f"c.county = r.county and c.id = r.case_id and {own}"))
    mine = "select county, case_id from reports where reported_by = %(me)s and reported_by <> ''"
    found.append(f"select x.* from ({mine}) r cross join lateral ({inner}) x")
    told = f"select distinct k.county, k.case_id from case_copies k where {copied_to_me()}"
    inner = _page(where(f"c.county = k.county and c.id = k.case_id and {own}"))
    found.append(f"select x.* from ({told}) k cross join lateral ({inner}) x")
    # offices that are not places (a department) see what they lead; places see what lies in them
    held = set(params["offices"]) | set(sight.areas)
    by_column: dict[str, list[str]] = {"lead_unit": sorted(params["offices"])}
    for code in sorted(held):
        column = PLACES.get(len(code.split(".")))
        if column:
            by_column.setdefault(column, []).append(code)
    for column, codes in by_column.items():
        params[f"in_{column}"] = codes
        inner = _page(where(f"c.{column} <> '' and c.{column} = place and {own}"))
        found.append(f"select x.* from unnest(%(in_{column})s::text[]) place cross join lateral ({inner}) x")
    # one scan each instead of one OR, so that each finds its partial index
    worked = " union ".join(
        f"select t.county, t.case_id from tasks t where {mine} and %(me)s <> ''"
        for mine in ("t.state = 1 and t.holder = %(me)s", LENT, "t.state = 2 and t.finished_by = %(me)s",
                     "t.finished_self = %(self)s and t.finished_self <> ''")
    )
    inner = _page(where(f"c.county = w.county and c.id = w.case_id and {own}"))
    found.append(f"select x.* from ({worked}) w cross join lateral ({inner}) x")
    return found


def with_limit(sql: str, limit: int) -> str:
    """Write the length of a page into its statement: a plan for any length is one for a tenth of the table."""
    return sql.replace("%(limit)s", str(int(limit)))


def list_cases(tx: Transaction, actor: Actor, filters: CaseFilters, after: str | None, limit: int) -> Page[CaseRow]:
    """List the cases that an actor may see, newest first.

    Raises:
        Invalid: `after` is not a cursor of this list.
    """
    limit = max(1, min(limit, LARGEST))
    sight = Sight.of(actor)
    params = dict(sight.params)
    narrowed = _narrowed(tx, filters, params)
    if after:
        params["after_at"], params["after_id"] = read_cursor(after, "opened", ("timestamptz", "uuid"))
        narrowed.append("(c.opened_at, c.id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)")

    def where(condition: str) -> str:
        return " and ".join([condition, *narrowed])

    parts = " union all ".join(f"({branch})" for branch in _branches(sight, where, params))
    sql = f"""select {columns(CaseRow, "c")} from (
        select distinct opened_at, id, county from ({parts}) b order by opened_at desc, id desc limit %(limit)s
        ) k join cases c on c.county = k.county and c.id = k.id order by c.opened_at desc, c.id desc"""
    rows = tx.records(CaseRow, with_limit(sql, limit + 1), params)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], write_cursor("opened", (last.opened_at, last.id)) if last else None)
