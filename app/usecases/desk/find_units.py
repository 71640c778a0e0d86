"""Find units to choose from."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.errors import Invalid
from app.domain.org import Unit, UnitKind
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

_STREET = 3


@dataclass(frozen=True)
class Option:
    """A value and what people read instead of it."""

    value: str
    label: str


def find_units(
    tools: Tools, *, under: str, q: str = "", kind: str = "", limit: int = 50, locale: str = "zh"
) -> tuple[Option, ...]:
    """Find units by a part of their name.

    Args:
        kind: only units of this kind, for example GRID.
        under: this unit and those below it; below the city or a county no deeper than to streets, because nobody
            chooses among all grids of a city.
        locale: language of the labels.

    Raises:
        Invalid: an unknown kind.
    """
    if kind and kind not in UnitKind.__members__:
        raise Invalid(errors={"kind": [", ".join(UnitKind.__members__)]})
    words = q.strip().lower()
    with tools.store.unit_of_work() as uow:
        found = [
            unit
            for unit in _below(uow, under)
            if (not kind or unit.kind == kind)
            and (not words or words in f"{unit.name} {unit.name_en} {unit.code}".lower())
        ][:limit]
        known = uow.units.many({unit.parent for unit in found if unit.parent})
    return tuple(Option(unit.code, _label(unit, known.get(unit.parent or ""), locale)) for unit in found)


def _below(uow: UnitOfWork, under: str) -> Iterable[Unit]:
    top = uow.units.find(under)
    if top is None:
        return []
    if top.level <= _STREET:
        return uow.units.subtree(under)
    frontier, found = [top], list[Unit]()
    while frontier:
        unit = frontier.pop(0)
        found.append(unit)
        if unit.level > _STREET:
            frontier.extend(uow.units.children(unit.code))
    return found


def _label(unit: Unit, parent: Unit | None, locale: str) -> str:
    names = [unit.name_en if locale == "en" and unit.name_en else unit.name]
    if parent is not None:
        names.append(parent.name_en if locale == "en" and parent.name_en else parent.name)
    return "（".join(names) + "）" if locale != "en" and len(names) > 1 else ", ".join(names)
