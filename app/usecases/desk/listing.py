"""Rows of a list with what it shows of their events, and its order; shared by the verbs that list."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypedDict

from app.domain.actor import Actor
from app.domain.calendar import WORKDAY
from app.domain.clocks import Limit, Remaining, remaining
from app.domain.errors import Invalid
from app.domain.filters import read_conditions
from app.domain.records_inbox import ListedTask
from app.usecases import Tools
from app.usecases.desk.inbox_row import InboxRow, row_for
from app.usecases.outsiders import is_outsider

#: roles under which a case begins that nobody in office began
_NO_OFFICE = frozenset({"", "citizen"})
#: short names of sort keys
_SHORT = {
    "due": "due_at", "created": "created_at", "number": "event_no", "item": "item_code", "finished": "finished_at",
}  # fmt: skip


class Wanted(TypedDict, total=False):
    """What a list of a box is asked for; what is absent or None narrows nothing."""

    #: todo, done, mine, cc, watched, area or supervise
    box: str
    #: only tasks offered to this role
    role: str | None
    #: only red, yellow, green or grey ones
    light: str | None
    #: text in number, text or address of the event, or in the task's name
    q: str | None
    #: conditions on fields of the event, as `filters.read_conditions` reads them
    where: str | None
    #: up to three keys with commas between them, with - before one that goes down: due, created, finished, urgency,
    #: number, name, summary, process, item, unit
    sort: str | None


def as_stored(wanted: Wanted) -> dict[str, Any]:
    """Write what a list is asked for as the store takes it.

    Raises:
        Invalid: a condition that is none.
    """
    given: dict[str, str] = {name: value for name, value in wanted.items() if isinstance(value, str) and value}
    words = {name: given.get(name, "") for name in ("role", "light", "q")}
    conditions = read_conditions(given.get("where", ""))
    return {"box": given.get("box", "todo"), **words, "where": conditions, "sort": sorted_by(given.get("sort"))}


def sorted_by(sort: str | None) -> str:
    """Write an order as the store has it; empty for the order that a box has by itself."""
    keys = [key.strip() for key in (sort or "").split(",") if key.strip()]
    return ",".join(("-" if key[0] == "-" else "") + _SHORT.get(key.lstrip("-"), key.lstrip("-")) for key in keys)


def listed_row(tools: Tools, actor: Actor, row: ListedTask, now: datetime) -> InboxRow:
    """Show a row of a list: item, who began its case, how much of its time is left and used."""
    shown = row_for(actor, row, now)
    item = tools.city.catalogue.items.get(row.item_code)
    officer = not row.confidential and row.starter_role not in _NO_OFFICE and not is_outsider(actor)
    shown = replace(
        shown, opened_at=row.opened_at, channel=row.channel, item_name=_name(item, actor.locale),
        starter=row.starter if officer else "", starter_role=row.starter_role if officer else "",
    )  # fmt: skip
    limit = _limit(row)
    if limit is None or row.state not in ("open", "claimed"):
        return shown
    left = remaining(limit, now, tools.city.calendar)
    return replace(shown, left=left, used=_used(limit, left))


def _used(limit: Limit, left: Remaining) -> int | None:
    """Say how many percent of a limit are used, without walking through the calendar once more for each row."""
    day = WORKDAY if left.working else timedelta(days=1)
    span = left.days * day + timedelta(hours=left.hours, minutes=left.minutes)
    granted = limit.amount.length
    return round(100 * (1 - (-span if left.late else span) / granted)) if granted else None


def _limit(row: ListedTask) -> Limit | None:
    """Read the task's limit; where a diagram has written something else in its place there is none."""
    if not isinstance(row.limit, dict) or row.due_at is None:
        return None
    try:
        return Limit.from_dict(row.limit)
    except Invalid:
        return None


def _name(item: object, locale: str) -> str:
    return str(getattr(item, "en" if locale == "en" else "zh", ""))
