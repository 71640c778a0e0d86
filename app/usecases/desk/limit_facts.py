"""What the history of a case says about a limit; shared by the verbs that explain one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.calendar import WorkingCalendar, is_announced
from app.domain.clocks import Limit
from app.domain.facts import COMMANDS, Fact
from app.domain.titles import title_of
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.element_names import ElementNames, place_of

_OF_LIMITS = ("LimitStarted", "LimitMoved")
#: names under which people write down why
_REASONS = ("reason", "opinion", "note", "remark", "comment")
#: free days that are listed
MOST_DAYS = 20


@dataclass(frozen=True)
class LimitChange:
    """Something that moved a limit, or let it stand still."""

    at: datetime
    #: extend, pause, resume, renew, stop, or start for a later beginning
    change: str
    title: str
    title_en: str
    #: how much was added
    by: str
    due_at: datetime | None
    #: who gave the command, in which role; empty where that is not for the reader
    actor_name: str
    role: str
    unit_name: str
    unit_name_en: str
    #: at which element, and why
    node: str
    node_en: str
    reason: str


@dataclass(frozen=True)
class FreeDay:
    """A day on which no working time runs."""

    day: date
    #: weekend, holiday, or closed by the city
    kind: str


def changes_of(tools: Tools, uow: UnitOfWork, case_id: UUID, name: str, *, named: bool) -> list[LimitChange]:
    """List what became of a limit after it last began, oldest first.

    Args:
        named: say who did it.
    """
    facts = uow.facts.of_kinds(case_id, sorted({*_OF_LIMITS, *COMMANDS}))
    cause: Fact | None = None
    found: list[tuple[Fact, Fact | None]] = []
    for fact in facts:
        if fact.kind in COMMANDS:
            cause = fact
        elif (fact.content.get("limit") or fact.content.get("name")) == name:
            if fact.kind == "LimitStarted":
                found.clear()
            else:
                found.append((fact, cause))
    units = uow.units.many({one.unit for _, one in found if one and one.unit})
    names = ElementNames(tools.library)
    changes = []
    for fact, why in found:
        body, given = fact.content, why.content if why else {}
        title = title_of(fact.kind, body, tools.city.names)
        node, node_en = names.of(*place_of(why)) if why else ("", "")
        unit = units.get(why.unit) if why and named else None
        due = body.get("due_at")
        changes.append(LimitChange(
            fact.at, str(body.get("change") or ""), title.zh, title.en, str(body.get("by") or _added(given)),
            datetime.fromisoformat(due) if isinstance(due, str) else None,
            why.actor_name if why and named else "", why.role if why and named else "",
            unit.name if unit else "", (unit.name_en or unit.name) if unit else "", node, node_en,
            _reason(given) if named else "",
        ))
    return changes


def _added(given: Mapping[str, Any]) -> str:
    return str((given.get("params") or {}).get("amount") or "")


def _reason(given: Mapping[str, Any]) -> str:
    """Find what whoever gave the command wrote down as his reason."""
    for words in (given, given.get("answers"), given.get("payload")):
        if isinstance(words, Mapping):
            for name, value in words.items():
                if isinstance(value, str) and value.strip() and any(part in name for part in _REASONS):
                    return value.strip()
    return ""


def free_days(calendar: WorkingCalendar, limit: Limit) -> tuple[list[FreeDay], int]:
    """List the days within a limit on which no working time runs, and count those that are not listed."""
    if not limit.amount.working:
        return [], 0
    day, last = calendar.local(limit.started_at).date(), calendar.local(limit.due_at).date()
    found: list[FreeDay] = []
    while day <= last and len(found) < 1000:
        if not calendar.is_workday(day):
            found.append(FreeDay(day, _kind(calendar, day)))
        day += timedelta(days=1)
    return found[:MOST_DAYS], max(0, len(found) - MOST_DAYS)


def _kind(calendar: WorkingCalendar, day: date) -> str:
    if calendar.overrides.get(day) is False:
        return "closed"
    if day.weekday() >= 5:
        return "weekend"
    return "holiday" if is_announced(day) else "expected_holiday"
