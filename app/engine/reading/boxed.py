"""FEEL that other tools wrap or leave bare: a boxed expression of DMN as a text, a time without `=`.

Source:
    Trisotech's modeler writes conditions and transformations as DMN's literalExpression, and times as FEEL; Camunda 8
    writes repetitions as `cycle(3, duration("PT1H"))`.
"""

import re

from lxml import etree

_BOX = re.compile(r"<(?:[\w.-]+:)?literalExpression\b")
#: what no time of the standard begins with
_MADE = re.compile(r"(?:duration|years and months duration|date and time|date|now|today)\s*\(|@\s*\"")
_CYCLE = re.compile(r"=\s*cycle\s*\((?P<parts>.*)\)", re.DOTALL)
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|.', re.DOTALL)
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


def repetition(text: str) -> str:
    """Return Camunda's repetition as an expression that makes the text of ISO 8601; any other text as it is."""
    found = _CYCLE.fullmatch(text)
    parts = _parts(found["parts"]) if found else []
    if len(parts) not in (1, 2) or not all(parts):
        return text
    times = f"string({parts[0]})" if len(parts) == 2 else '""'
    return f'="R" + {times} + "/" + string({parts[-1]})'


def _parts(text: str) -> list[str]:
    """Split at the commas that stand in no bracket and in no text; nothing where brackets do not match."""
    parts, depth = [""], 0
    for piece in _PIECE.findall(text):
        depth += (piece in "([{") - (piece in ")]}")
        if depth < 0:
            return []
        if piece == "," and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return [] if depth else [one.strip() for one in parts]
