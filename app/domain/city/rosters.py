"""Make the duty rosters of a plan's people."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.city.records import Duty, Person

_ZONE = ZoneInfo("Asia/Shanghai")
_WEEK = timedelta(days=7)


def rosters(people: Iterable[Person], rules: Mapping[str, Any]) -> Iterator[Duty]:
    """Walk through all duties: standing ones as the people come, weekly ones at the end.

    Args:
        people: all people of the city.
        rules: `rosters` of people.yaml.
    """
    begin = datetime.combine(rules["from"], time(), _ZONE)
    standing, weekly = set(rules["standing"]), set(rules["weekly"])
    seen: set[tuple[str, str]] = set()
    turns: dict[tuple[str, str], list[str]] = defaultdict(list)
    for person in people:
        for grant in person.grants:
            seat = (grant.unit, grant.role)
            if grant.role in standing and seat not in seen:
                seen.add(seat)
                yield Duty(grant.unit, grant.role, person.username, begin, None)
            elif grant.role in weekly:
                turns[seat].append(person.username)
    for (unit, role), holders in turns.items():
        if len(holders) == 1:
            yield Duty(unit, role, holders[0], begin, None)
        else:
            yield from _turns(unit, role, holders, rules)


def _turns(unit: str, role: str, holders: list[str], rules: Mapping[str, Any]) -> Iterator[Duty]:
    """Let the holders follow each other week by week; changes are at the same hour of each Monday."""
    begin = datetime.combine(rules["from"], time(), _ZONE)
    until = datetime.combine(rules["until"], time(), _ZONE)
    first = _first_change(rules["first_week"], time.fromisoformat(rules["change_at"]))
    week = (begin - first) // _WEEK
    while (starts := first + week * _WEEK) < until:
        holder = holders[week % len(holders)]
        yield Duty(unit, role, holder, max(starts, begin), min(starts + _WEEK, until))
        week += 1


def _first_change(week: date, at: time) -> datetime:
    """Find the moment at which the first holder's first week begins."""
    return datetime.combine(week, at, _ZONE)
