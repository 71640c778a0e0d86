"""What a box is narrowed to and sorted by: lights, words, fields of the event, several keys of order."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app.domain.errors import Invalid
from app.domain.filters import Condition
from app.schemas.values import CITY_ZONE
from app.store.cursor import read_cursor
from app.store.words import like

LIGHTS = {
    "grey": "t.paused",
    "red": "not t.paused and t.due_order <= %(now)s",
    "yellow": "not t.paused and t.due_order > %(now)s and t.yellow_at <= %(now)s",
    "green": "not t.paused and t.due_order > %(now)s and (t.yellow_at is null or t.yellow_at > %(now)s)",
}

#: name of a sort key -> (column, type)
KEYS: dict[str, tuple[str, str]] = {
    "due_at": ("due_order", "timestamptz"), "created_at": ("created_at", "timestamptz"),
    "finished_at": ("finished_at", "timestamptz"), "urgency": ("urgency", "text"), "event_no": ("event_no", "text"),
    "name": ("name", "text"), "summary": ("summary", "text"), "process": ("process", "text"),
    "item_code": ("item_code", "text"), "unit": ("unit", "text"),
}  # fmt: skip
#: most keys of one list
MOST_KEYS = 3

_PLACES = {name: f"unit_{name}" for name in ("city", "county", "street", "village", "grid")}
#: fields that a task carries itself
_OF_TASK = {
    **{name: f"t.{name}" for name in ("urgency", "item_code", "event_no", "process", "node", "name", "role", "unit",
                                      "phase", "summary", "form", "limit_name")},
    **{name: f"t.{column}" for name, column in _PLACES.items()},
}  # fmt: skip
#: fields that stand in columns of the case
_OF_CASE = {name: f"e.{name}" for name in ("status", "nature", "channel", "affair_code", "platform", "lead_unit",
                                           "close_reason", "origin_no", "command_room")}  # fmt: skip
_MOMENTS = {
    "created_at": "t.created_at", "due_at": "t.due_at", "finished_at": "t.finished_at", "opened_at": "e.opened_at",
    "business_due_at": "e.business_due_at",
}  # fmt: skip
_SAME = {"=": "=", "!=": "is distinct from", ">=": ">=", "<=": "<="}


def in_event(condition: str) -> str:
    """Write a condition on the case of a task, which is looked at one by one."""
    return f"exists (select from cases e where e.county = t.county and e.id = t.case_id and ({condition}) offset 0)"


def narrowed(conditions: Sequence[Condition], params: dict[str, Any]) -> list[str]:
    """Write conditions on fields of tasks and their events, and add what they compare with."""
    found = []
    for number, one in enumerate(conditions):
        name = f"w{number}"
        if one.field in _MOMENTS:
            params[name] = _moment(one)
            text = f"{_MOMENTS[one.field]} {_SAME[one.operator]} %({name})s::timestamptz"
            if _is_day(one) and one.operator in ("=", "!="):
                held = f"{_MOMENTS[one.field]} >= %({name})s::timestamptz"
                held += f" and {_MOMENTS[one.field]} < %({name})s::timestamptz + interval '1 day'"
                text = f"({held})" if one.operator == "=" else f"not coalesce({held}, false)"
        else:
            params[name] = like(one.value) if one.operator == "~" else one.value
            column = _OF_TASK.get(one.field) or _OF_CASE.get(one.field)
            text = _compared(one, name, column) if column else _of_record(one, number, params)
        found.append(in_event(text) if "e." in text else text)
    return found


def _compared(one: Condition, name: str, column: str) -> str:
    if one.operator == "~":
        return f"lower({column}) like %({name})s"
    return f"{column} {_SAME[one.operator]} %({name})s::text"


def _of_record(one: Condition, number: int, params: dict[str, Any]) -> str:
    """Compare what the record has under a name: a text, a number, or a list that holds it."""
    params[f"f{number}"] = one.field
    value, shown = (f"e.record {arrow} %(f{number})s::text" for arrow in ("->", "->>"))
    given = f"%(w{number})s::text"
    if one.operator in ("=", "!="):
        same = f"(coalesce({shown}, '') = {given} or coalesce(jsonb_exists({value}, {given}), false))"
        return same if one.operator == "=" else f"not {same}"
    if one.operator == "~":
        return f"lower({shown}) like {given}"
    try:
        params[f"n{number}"] = float(one.value)
    except ValueError:
        return f"{shown} {one.operator} {given}"
    return (
        f"case when jsonb_typeof({value}) = 'number' then ({shown})::numeric {one.operator} %(n{number})s::float8"
        f" else {shown} {one.operator} {given} end"
    )


def _is_day(one: Condition) -> bool:
    """Say whether a whole day is meant, as `=` and `!=` take it."""
    return len(one.value) == 10


def _moment(one: Condition) -> datetime:
    """Read a day or a moment; a day ends, where it is the last one, with its last second."""
    if one.operator == "~":
        raise Invalid(errors={"where": [one.field]})
    try:
        if _is_day(one):
            day = date.fromisoformat(one.value)
            clock = datetime.max.time() if one.operator == "<=" else datetime.min.time()
            return datetime.combine(day, clock, CITY_ZONE)
        found = datetime.fromisoformat(one.value)
    except ValueError as cause:
        raise Invalid(errors={"where": [one.field]}) from cause
    return found if found.tzinfo else found.replace(tzinfo=CITY_ZONE)


def keys_of(sort: str, box: str) -> tuple[tuple[str, str, bool], ...]:
    """Read the keys of an order: (column, type, whether it goes down), the id last.

    Raises:
        Invalid: a key that is not there, twice, or too many.
    """
    found = []
    for part in sort.split(","):
        name = part.removeprefix("-")
        if name not in KEYS or (name == "finished_at" and box != "done"):
            raise Invalid(errors={"sort": [*KEYS]})
        found.append((*KEYS[name], part.startswith("-")))
    if len({column for column, _, _ in found}) < len(found) or len(found) > MOST_KEYS:
        raise Invalid(errors={"sort": [*KEYS]})
    return (*found, ("id", "uuid", found[0][2]))


def written(keys: Sequence[tuple[str, str, bool]]) -> str:
    """Write the order of a page."""
    return ", ".join(f"t.{column} {'desc' if down else 'asc'}" for column, _, down in keys)


def beyond(cursor: str, sort: str, keys: Sequence[tuple[str, str, bool]], params: dict[str, Any]) -> str:
    """Write the condition that a row comes after a page.

    Raises:
        Invalid: a cursor of another list.
    """
    values = read_cursor(cursor, sort, [kind for _, kind, _ in keys])
    params |= {f"after{n}": value for n, value in enumerate(values)}
    given = [f"%(after{n})s::{kind}" for n, (_, kind, _) in enumerate(keys)]
    columns = [f"t.{column}" for column, _, _ in keys]
    if len({down for _, _, down in keys}) == 1:
        return f"({', '.join(columns)}) {'<' if keys[0][2] else '>'} ({', '.join(given)})"
    # keys that go different ways have no common comparison
    parts = []
    for n, (_, _, down) in enumerate(keys):
        same = [f"{columns[m]} = {given[m]}" for m in range(n)]
        parts.append(" and ".join([*same, f"{columns[n]} {'<' if down else '>'} {given[n]}"]))
    return f"({' or '.join(f'({part})' for part in parts)})"
