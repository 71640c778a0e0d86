"""What other tools write in a table and the standard writes otherwise: JUEL, `== x`, the input by a name.

Source:
    Camunda 7's DMN engine (camunda:inputVariable, cellInput, JUEL); Flowable's tables (`== "x"`).
"""

from __future__ import annotations

import re

from lxml import etree

from app.engine.dmn import xml
from app.engine.dmn.reading import Place, Reading
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
