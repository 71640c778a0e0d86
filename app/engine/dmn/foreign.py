"""What other tools write and the standard writes otherwise: JUEL, `== x`, an input or a result by another name.

Source:
    Camunda 7's DMN engine (camunda:inputVariable, cellInput, JUEL; what a decision requires goes by the names of the
    outputs); Flowable's tables (`== "x"`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from app.engine.dmn import xml
from app.engine.dmn.model import DecisionNode
from app.engine.dmn.reading import Place, Reading
from app.engine.feel.builtins import BUILTINS
from app.engine.reading import juel
from app.engine.reading.descent import NoEquivalent

_CAMUNDA = "http://camunda.org/schema/1.0/dmn"
_TEXT = re.compile(r'("(?:[^"\\]|\\.)*")')


def expression(element: etree._Element | None, reading: Reading, place: Place) -> str:
    """Return an expression in FEEL, as far as it has an equivalent; what has none is found wrong."""
    source, language = xml.text(element), "" if element is None else xml.attribute(element, "expressionLanguage")
    wrapped = source if juel.has_juel(source) else f"${{{source}}}"
    if source and ("juel" in language.lower() or juel.has_juel(source)):
        try:
            return juel.to_feel(wrapped)
        except NoEquivalent:
            reading.find(f"the expression in JUEL has no equivalent in FEEL: {source[:80]}", place, soft=True)
            return "null"
    if language and not is_read(language):
        reading.find(f"the language {language} is not FEEL", place, soft=True)
    return source


def is_read(language: str) -> bool:
    """Say whether expressions of a language are read here."""
    return "feel" in language.lower() or "juel" in language.lower()


def asked_for(element: etree._Element) -> str:
    """Return the variable that an input without expression stands for, empty for none."""
    return (element.get(f"{{{_CAMUNDA}}}inputVariable") or "").strip()


def tests(source: str, name: str, over: str) -> str:
    """Return the tests of a cell as the standard writes them.

    Args:
        name: what the cell calls the value of its input.
        over: the expression of the input.
    """
    if source.startswith("=="):
        source = source[2:].lstrip()
    called = {"cellInput", name} - {"", over}
    pieces = _TEXT.split(source)
    for one in called:
        pieces[::2] = [re.sub(rf"(?<![\w.]){re.escape(one)}(?![\w(])", "?", piece) for piece in pieces[::2]]
    return "".join(pieces)


def other_names(element: etree._Element, name: str) -> tuple[str, ...]:
    """List what else the result of a decision is called; no name that is a function of the language.

    Args:
        name: what the standard calls it.
    """
    table = xml.child(element, "decisionTable")
    outputs = [] if table is None else [xml.attribute(one, "name") for one in xml.children(table, "output")]
    own = str(element.get("id") or "")
    said = [*outputs, own if own.isidentifier() else ""]
    return tuple(dict.fromkeys(one for one in said if one not in {"", name} and one not in BUILTINS))


def under_other_names(node: DecisionNode, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the result of a decision under its other names; of several outputs each under its own."""
    for name in node.also:
        if name in (node.output, node.id):
            yield name, value
        elif isinstance(value, Mapping) and name in value:
            yield name, value[name]
        elif isinstance(value, list) and value and all(isinstance(one, Mapping) and name in one for one in value):
            yield name, [one[name] for one in value]
