"""Find the rules that a text can match at all: most tables of a city ask first which step, affair or channel it is.

Rules are left out only where nothing but plain texts stands in their cells up to the column, so that no cell is
passed over that could have failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from app.engine.dmn.model import Rule, Table
from app.engine.feel import nodes as n

#: with fewer rules it is quicker to look at each
_FEW = 6


class Lookup(NamedTuple):
    """The rules of a table by the text in one of its columns; each list in the order of the table."""

    column: int
    by_text: dict[str, tuple[Rule, ...]]
    #: for every other text
    rest: tuple[Rule, ...]

    def rules(self, table: Table, values: Sequence[Any]) -> tuple[Rule, ...]:
        """List the rules that may match these inputs."""
        value = values[self.column]
        return self.by_text.get(value, self.rest) if type(value) is str else table.rules


def look_up(table: Table) -> Lookup | None:
    """Choose the column that leaves out most rules; None where none leaves out enough."""
    if len(table.rules) < _FEW:
        return None
    made = [_by_column(table.rules, at) for at in range(len(table.columns))]
    best = min(made, key=_longest, default=None)
    return best if best is not None and _longest(best) <= len(table.rules) // 2 else None


def _longest(lookup: Lookup) -> int:
    return max(len(lookup.rest), *map(len, lookup.by_text.values())) if lookup.by_text else len(lookup.rest)


def _by_column(rules: Iterable[Rule], column: int) -> Lookup:
    asked = [(rule, _texts_at(rule, column)) for rule in rules]
    texts = {text for _, found in asked if found is not None for text in found}
    by_text = {text: tuple(rule for rule, found in asked if found is None or text in found) for text in texts}
    return Lookup(column, by_text, tuple(rule for rule, found in asked if found is None))


def _texts_at(rule: Rule, column: int) -> frozenset[str] | None:
    """Name the only texts with which a rule can match in a column; None for others, or if an earlier cell can fail."""
    for at, tests in rule.tests:
        found = _texts(tests.tree)
        if at == column or found is None:
            return found if at == column else None
    return None


def _texts(tree: n.Node) -> frozenset[str] | None:
    parts = tree.items if isinstance(tree, n.Tests) else (tree,)
    texts = [part.value for part in parts if isinstance(part, n.Literal) and isinstance(part.value, str)]
    return frozenset(texts) if len(texts) == len(parts) else None
