"""What the rules of a table say, in the words of its file: for people who ask why something was decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.engine.dmn.sheet import Heading, Sheet, SheetRow, read_sheets

#: cells that any value passes
_ANY = frozenset({"", "-"})


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule of a table as it is written."""

    #: from 1
    number: int
    id: str
    description: str
    #: ((label of the column, cell), …) of the cells that ask for something
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    #: the labels of both in English
    heads_en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableWords:
    """A table, and some of its rules."""

    name: str
    name_en: str
    #: what it is for, and where its figures come from
    description: str
    rules: tuple[RuleWords, ...]


def table_words(content: bytes, decision: str, numbers: Collection[int], column: str = "") -> TableWords | None:
    """Read what a decision's table and some of its rules say.

    Args:
        decision: id of the decision.
        numbers: of the rules, from 1.
        column: name of the only output that is asked for; empty, or none of the table's: all.

    Returns:
        The rules that are there, in the order of the table; nothing where the file has no such table.
    """
    sheet = next((one for one in read_sheets(content) if one.key == decision), None)
    if sheet is None:
        return None
    rules = tuple(_rule(sheet, row, column) for row in sheet.rows if row.number in numbers)
    return TableWords(sheet.name, sheet.name_en, sheet.description, rules)


def _rule(sheet: Sheet, row: SheetRow, column: str) -> RuleWords:
    asks, says = row.cells[: len(sheet.inputs)], row.cells[len(sheet.inputs) :]
    asked = [(one, cell) for one, cell in zip(sheet.inputs, asks, strict=False) if cell not in _ANY]
    given = list(zip(sheet.outputs, says, strict=False))
    given = [(one, cell) for one, cell in given if one.expression == column] or given
    heads_en = tuple(one.label_en for one, _ in (*asked, *given))
    return RuleWords(row.number, row.id, row.description, _labelled(asked), _labelled(given), heads_en)


def _labelled(cells: list[tuple[Heading, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((one.label, cell) for one, cell in cells)
