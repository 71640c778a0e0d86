"""Decision tables as sheets of cells: to be read and written by people who do not read XML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from app.engine.dmn import xml
from app.engine.dmn.english import english_of

#: (number of the sheet from 0, number of the rule from 1, number of the cell from 0)
Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a column."""

    label: str
    #: what an input asks, or the name of an output
    expression: str
    label_en: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One rule as it is written."""

    #: from 1
    number: int
    id: str
    description: str
    #: those of the inputs, then those of the outputs
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file as it is written."""

    #: id of the decision
    key: str
    name: str
    name_en: str
    description: str
    policy: str
    inputs: tuple[Heading, ...]
    outputs: tuple[Heading, ...]
    rows: tuple[SheetRow, ...]


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """Read the tables of a file; none where it is no DMN file."""
    try:
        root = xml.parse(content)
    except xml.Unreadable:
        return ()
    return tuple(_sheet(decision, table) for decision, table in _tables(root))


def rewritten(content: bytes, cells: Mapping[Place, str]) -> bytes:
    """Return the file with other texts in some cells; all else stays, comments too.

    Raises:
        Unreadable: it is no DMN file.
        KeyError: it has no such cell.
    """
    xml.parse(content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(content, parser)
    tables = [table for _, table in _tables(root)]
    changed = False
    for (sheet, number, cell), said in cells.items():
        try:
            entry = _entries(tables[sheet].findall("{*}rule")[number - 1])[cell]
        except IndexError as cause:
            raise KeyError((sheet, number, cell)) from cause
        if said != xml.text(entry):
            _write(entry, said)
            changed = True
    if not changed:
        return content
    whole: Any = root.getroottree()
    text: str = etree.tostring(whole, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _tables(root: etree._Element) -> list[tuple[etree._Element, etree._Element]]:
    found = [(one, one.find("{*}decisionTable")) for one in root.iterchildren("{*}decision")]
    return [(one, table) for one, table in found if table is not None]


def _sheet(decision: etree._Element, table: etree._Element) -> Sheet:
    inputs = [(one, xml.text(xml.child(one, "inputExpression"))) for one in table.findall("{*}input")]
    outputs = [(one, xml.attribute(one, "name")) for one in table.findall("{*}output")]
    key, name = decision.get("id") or "", xml.attribute(decision, "name")
    return Sheet(
        key, name, english_of(decision, name, key), _said(decision),
        table.get("hitPolicy") or "UNIQUE",
        tuple(_heading(one, asked) for one, asked in inputs),
        tuple(_heading(one, called) for one, called in outputs),
        tuple(SheetRow(number, rule.get("id") or "", _said(rule), tuple(map(xml.text, _entries(rule))))
              for number, rule in enumerate(table.findall("{*}rule"), 1)),
    )  # fmt: skip


def _heading(column: etree._Element, called: str) -> Heading:
    label = xml.attribute(column, "label")
    return Heading(label or called, called, english_of(column, label, called))


def _said(element: etree._Element) -> str:
    return (element.findtext("{*}description") or "").strip()


def _entries(rule: etree._Element) -> list[etree._Element]:
    return [*rule.findall("{*}inputEntry"), *rule.findall("{*}outputEntry")]


def _write(entry: etree._Element, said: str) -> None:
    found = xml.child(entry, "text")
    if found is None:
        found = etree.SubElement(entry, f"{{{etree.QName(entry).namespace}}}text")
    for inner in list(found):
        found.remove(inner)
    found.text = said
