"""FEEL that other tools wrap or leave bare: a boxed expression of DMN as a text, a time without `=`.

Source:
    Trisotech's modeler writes conditions and transformations as DMN's literalExpression, and times as FEEL.
"""

import re

from lxml import etree

_BOX = re.compile(r"<(?:[\w.-]+:)?literalExpression\b")
#: what no time of the standard begins with
_MADE = re.compile(r"(?:duration|years and months duration|date and time|date|now|today)\s*\(|@\s*\"")
_PATH = re.compile(r"(?!PT?\d)[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def unboxed(text: str) -> str:
    """Return the expression in a boxed literal expression; any other text as it is."""
    if not _BOX.match(text):
        return text
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        found = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return text
    return (found.findtext("{*}text") or "").strip()


def is_bare_feel(text: str, language: str | None) -> bool:
    """Say whether a time is FEEL without `=`: it makes a value, or names one where the language says so."""
    return bool(_MADE.match(text) or ("feel" in (language or "").lower() and _PATH.fullmatch(text)))
