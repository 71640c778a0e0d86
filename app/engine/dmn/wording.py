"""What the rules of a table say, in the words of its file: for people who ask why something was decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree

from app.engine.dmn import xml

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


def rule_words(content: bytes, decision: str, numbers: Collection[int]) -> tuple[RuleWords, ...]:
    """Read what some rules of a decision's table say.

    Args:
        decision: id of the decision.
        numbers: of the rules, from 1.

    Returns:
        The rules that are there, in the order of the table.
    """
    root = xml.parse(content)
    for element in root.iter("{*}decision"):
        if element.get("id") == decision:
            table = element.find("{*}decisionTable")
            return () if table is None else tuple(_rules(table, numbers))
    return ()


def _rules(table: etree._Element, numbers: Collection[int]) -> list[RuleWords]:
    asked = [one.get("label") or _text(one.find("{*}inputExpression")) for one in table.findall("{*}input")]
    given = [one.get("label") or one.get("name") or "" for one in table.findall("{*}output")]
    found = []
    for number, rule in enumerate(table.findall("{*}rule"), 1):
        if number in numbers:
            cells = [_text(one) for one in rule.findall("{*}inputEntry")]
            results = [_text(one) for one in rule.findall("{*}outputEntry")]
            found.append(RuleWords(
                number, rule.get("id") or "", (rule.findtext("{*}description") or "").strip(),
                tuple((label, cell) for label, cell in zip(asked, cells, strict=False) if cell not in _ANY),
                tuple(zip(given, results, strict=False)),
            ))
    return found


def _text(element: etree._Element | None) -> str:
    return (element.findtext("{*}text") or "").strip() if element is not None else ""
