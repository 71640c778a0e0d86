"""Lay a decision table or a form out for people, with what is new in it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.dmn.sheet import Heading, Sheet, SheetRow, read_sheets


@dataclass(frozen=True)
class Cell:
    """One cell of a table or a list, and what stood there before."""

    said: str
    #: None where nothing changed
    before: str | None = None


@dataclass(frozen=True)
class Line:
    """One rule of a table, or one field of a form."""

    #: from 1; 0 for one that is gone
    number: int
    #: same, changed, new or gone
    state: str
    description: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class LaidTable:
    """One decision table."""

    name: str
    name_en: str
    description: str
    policy: str
    inputs: tuple[Heading, ...]
    outputs: tuple[Heading, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Field:
    key: str
    label: str
    cells: tuple[str, ...]


def lay_out_tables(content: bytes, before: bytes | None = None) -> tuple[LaidTable, ...]:
    """Lay out the tables of a DMN file.

    Args:
        before: the version that it would replace; None: nothing is compared.
    """
    known = {one.key: one for one in read_sheets(before)} if before is not None else {}
    return tuple(
        LaidTable(one.name, one.name_en, one.description, one.policy, one.inputs, one.outputs,
                  tuple(_lines(_rules(one), _rules(known.get(one.key)) if before is not None else None)))
        for one in read_sheets(content)
    )  # fmt: skip


def lay_out_fields(content: bytes, locale: str, before: bytes | None = None) -> tuple[Line, ...]:
    """Lay out the fields of a form, those of lists after their list.

    Args:
        before: the version that it would replace; None: nothing is compared.

    Returns:
        Lines whose cells are: key, kind, required ("yes" or ""), condition under which it is hidden, answers.
    """
    return tuple(_lines(_fields(content, locale), _fields(before, locale) if before is not None else None))


def _rules(sheet: Sheet | None) -> dict[str, tuple[str, tuple[str, ...]]]:
    def key(row: SheetRow) -> str:
        return row.id or f"#{row.number}"

    return {key(row): (row.description, row.cells) for row in sheet.rows} if sheet else {}


def _fields(content: bytes, locale: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    try:
        form = json.loads(content)
    except ValueError:
        return {}
    return {one.key: (one.label, one.cells) for one in _walk(_part(form, "components"), locale, "")}


def _walk(components: Any, locale: str, above: str) -> Iterator[_Field]:
    for number, one in enumerate(components if isinstance(components, list) else [], 1):
        if not isinstance(one, Mapping):
            continue
        key = f"{above}{one.get('key') or one.get('path') or one.get('id') or number}"
        said = _english(one, "label") if locale == "en" else ""
        hidden = _part(one.get("conditional"), "hide") or ""
        needed = "yes" if _part(one.get("validate"), "required") else ""
        answers = (", " if locale == "en" else "、").join(_answers(one, locale))
        yield _Field(key, said or str(one.get("label") or one.get("text") or ""),
                     (key, str(one.get("type") or ""), needed, str(hidden).removeprefix("="), answers))
        yield from _walk(one.get("components"), locale, f"{key}.")


def _english(one: Mapping[str, Any], name: str) -> str:
    return str(_part(one.get("properties"), f"{name}_en") or "")


def _part(whole: Any, name: str) -> Any:
    """Take a part of what a form says; None where it says something else than it should."""
    return whole.get(name) if isinstance(whole, Mapping) else None


def _answers(one: Mapping[str, Any], locale: str) -> Iterator[str]:
    try:
        english = json.loads(_english(one, "options") or "{}") if locale == "en" else {}
    except ValueError:
        english = {}
    choices = one.get("values")
    for choice in choices if isinstance(choices, list) else ():
        value = _part(choice, "value")
        yield str(_part(english, str(value)) or _part(choice, "label") or value)


Rows = Mapping[str, tuple[str, tuple[str, ...]]]


def _lines(now: Rows, before: Rows | None) -> Iterator[Line]:
    for number, (key, (description, cells)) in enumerate(now.items(), 1):
        if before is None:
            yield Line(number, "same", Cell(description), tuple(map(Cell, cells)))
        elif key not in before:
            yield Line(number, "new", Cell(description), tuple(map(Cell, cells)))
        else:
            yield _compared(number, (description, cells), before[key])
    for key, (description, cells) in (before or {}).items():
        if key not in now:
            yield Line(0, "gone", Cell(description), tuple(map(Cell, cells)))


def _compared(number: int, now: tuple[str, tuple[str, ...]], before: tuple[str, tuple[str, ...]]) -> Line:
    old = [*before[1], *[""] * len(now[1])]
    cells = tuple(Cell(said, was if was != said else None) for said, was in zip(now[1], old, strict=False))
    description = Cell(now[0], before[0] if before[0] != now[0] else None)
    changed = now != before
    return Line(number, "changed" if changed else "same", description, cells)
