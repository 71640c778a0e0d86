"""English words for decisions and the columns of their tables, whatever language their designers wrote in.

DMN gives a column one label. A property `name_en` says it in English, as on the elements of a diagram; without one a
label that has no Chinese in it is as good; last comes what the machine calls it: the name of an output, what an input
asks.
"""

from __future__ import annotations

import re

from lxml import etree

from app.engine.dmn import xml

_PATH = re.compile(r"[A-Za-z]\w*(\.\w+)*", re.ASCII)
_HAN = re.compile(r"[\u3400-\u9fff]")


def english_name(content: bytes, key: str) -> str:
    """Name a decision of a file in English; empty where it is no DMN file, or has no such decision."""
    try:
        root = xml.parse(content)
    except xml.Unreadable:
        return ""
    found = next((one for one in root.iterchildren("{*}decision") if one.get("id") == key), None)
    return "" if found is None else english_of(found, xml.attribute(found, "name"), key)


def english_of(element: etree._Element, said: str, called: str) -> str:
    """Say what an element is called in English.

    Args:
        said: its name or label.
        called: what the machine calls it.
    """
    for one in element.iterfind("{*}extensionElements/{*}properties/{*}property"):
        if one.get("name") == "name_en" and (one.get("value") or "").strip():
            return (one.get("value") or "").strip()
    if said and not _HAN.search(said):
        return said
    if not _PATH.fullmatch(called):
        return called
    words = re.sub(r"[._]+", " ", called).strip()
    return words[:1].upper() + words[1:]
