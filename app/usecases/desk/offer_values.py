"""Offer the values of a field to narrow a list to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.name_process import name_process

#: field -> level of the places that it names
_PLACES = {"county": 4, "street": 3, "village": 2, "grid": 1}
#: parts of the code of a place around which one looks for smaller ones
_AROUND = {4: 2, 3: 3, 2: 4, 1: 4}
_OFFICES = ("lead_unit", "unit")
_STREET_PARTS = 4


@dataclass(frozen=True)
class Value:
    """A value, what people read instead of it, and what it stands under."""

    value: str
    label: str
    group: str = ""


def offer_values(tools: Tools, *, actor: Actor, field: str) -> tuple[Value, ...]:
    """List the values that a field of an event or a task can have.

    Places and units are those around the actor's own seats.

    Returns:
        Nothing where the field's values are not listed anywhere.
    """
    english = actor.locale == "en"
    if field in _LISTED:
        return _LISTED[field](tools, english)
    if field in _PLACES or field in _OFFICES:
        return _units(tools, actor, field, english)
    return ()


def _units(tools: Tools, actor: Actor, field: str, english: bool) -> tuple[Value, ...]:
    level = _PLACES.get(field, 1)
    parts = _AROUND[level] if field in _PLACES else _STREET_PARTS
    tops = {".".join(_place(unit)[:parts]) for unit in actor.units} or {tools.city.root}
    with tools.store.unit_of_work() as uow:
        rows = [row for top in sorted(tops) for row in uow.units.choices(top, level, places=field in _PLACES)]
    return tuple(Value(code, (english and name_en) or name) for code, name, name_en in dict.fromkeys(rows))


def _place(unit: str) -> list[str]:
    """Split the place that a unit lies in: `33.02.11.004.cmd` lies in its street."""
    return [part for part in unit.split(".") if part.isdigit()]


def _items(tools: Tools, english: bool) -> tuple[Value, ...]:
    affairs = tools.city.catalogue.affairs
    return tuple(
        Value(one.code, f"{one.code} {one.en if english else one.zh}",
              (affairs[one.affair].en if english else affairs[one.affair].zh) if one.affair in affairs else "")
        for one in tools.city.catalogue.items.values()
    )  # fmt: skip


def _affairs(tools: Tools, english: bool) -> tuple[Value, ...]:
    return tuple(Value(one.code, f"{one.code} {one.en if english else one.zh}")
                 for one in tools.city.catalogue.affairs.values())  # fmt: skip


def _platforms(tools: Tools, english: bool) -> tuple[Value, ...]:
    found = {code: one for platforms in tools.city.catalogue.platforms.values() for code, one in platforms.items()}
    found |= tools.city.catalogue.platforms.get(tools.city.catalogue.current, {})
    return tuple(Value(code, one.en if english else one.zh) for code, one in found.items())


def _roles(tools: Tools, english: bool) -> tuple[Value, ...]:
    return tuple(Value(code, one.en if english else one.zh) for code, one in tools.city.roles.items())


def _processes(tools: Tools, english: bool) -> tuple[Value, ...]:
    named = {key: name_process(tools, process=key) for key in tools.library.keys("process")}
    return tuple(sorted((Value(key, (english and name_en) or name or key) for key, (name, name_en) in named.items()),
                        key=lambda one: one.label))  # fmt: skip


_LISTED: Mapping[str, Callable[[Tools, bool], tuple[Value, ...]]] = {
    "item_code": _items, "affair_code": _affairs, "platform": _platforms, "role": _roles, "process": _processes,
}  # fmt: skip
