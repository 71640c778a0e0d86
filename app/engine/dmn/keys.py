"""Under which keys the decisions of a DMN file are kept, whatever its tool called them."""

from __future__ import annotations

from lxml import etree

from app.engine.dmn import xml
from app.engine.reading import key_of


def is_kept_as(content: bytes, key: str) -> bool:
    """Say whether a file has a decision that goes by a key."""
    said = (one for decision in _decisions(content) for one in (_id(decision), xml.attribute(decision, "name")))
    return any(key in (one, key_of(one)) for one in said if one)


def is_written_as(content: bytes, key: str) -> bool:
    """Say whether a key is the id of a decision as it is written."""
    return any(_id(decision) == key for decision in _decisions(content))


def keys_of(content: bytes) -> tuple[str, ...]:
    """Return the keys of the decisions that no other of the file requires: those that are asked from outside.

    Each is made of the id; where the tool gave a number for one, of the name.
    """
    found = _decisions(content)
    required = {
        xml.attribute(needed, "href").rpartition("#")[2]
        for decision in found
        for needed in decision.iterfind("{*}informationRequirement/{*}requiredDecision")
    }
    asked = [one for one in found if _id(one) not in required] or found
    return tuple(dict.fromkeys(key_of(_chosen(one)) for one in asked if _chosen(one)))


def _chosen(decision: etree._Element) -> str:
    own, name = _id(decision), xml.attribute(decision, "name")
    return name if name and (not own or own.startswith("_")) else own


def _id(decision: etree._Element) -> str:
    return str(decision.get("id") or "")


def _decisions(content: bytes) -> list[etree._Element]:
    try:
        return list(xml.children(xml.parse(content), "decision"))
    except xml.Unreadable:
        return []
