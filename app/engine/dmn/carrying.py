"""Let a DMN file carry the files that it imports, so that what is published means the same whatever becomes of them.

The copies stand in the extension elements of the file, which other tools leave alone; when the file is read they are
taken out again and are there to be imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy

from lxml import etree

from app.engine.dmn import xml

#: holds the copy of one file, whole
_CARRIED = "{urn:yongzhi:dmn}imported"


def take_out(root: etree._Element) -> list[etree._Element]:
    """Take the files that a file carries out of it."""
    found: list[etree._Element] = []
    for place in list(root.iterfind("{*}extensionElements")):
        for holder in list(place.iterfind(_CARRIED)):
            found.extend(one for one in holder if isinstance(one.tag, str))
            place.remove(holder)
        if found and len(place) == 0:
            root.remove(place)
    return found


def imports_of(content: bytes) -> frozenset[str]:
    """Return the namespaces that a file imports; none where it is no DMN file."""
    try:
        return frozenset(_wanted(xml.parse(content)))
    except xml.Unreadable:
        return frozenset()


def space_of(content: bytes) -> str:
    """Return the namespace of a file; empty where it is no DMN file."""
    try:
        return xml.attribute(xml.parse(content), "namespace")
    except xml.Unreadable:
        return ""


def with_imports(content: bytes, others: Iterable[bytes]) -> bytes:
    """Return the file with copies of all that it imports, and of what those import; else it stays as it is.

    A file that is given takes the place of the copy that was carried before.

    Args:
        others: files that it may import; what is no DMN file is passed over.
    """
    try:
        root = xml.parse(content, whole=True)
    except xml.Unreadable:
        return content
    known = {xml.attribute(one, "namespace"): one for one in take_out(root)}
    for other in others:
        try:
            given = xml.parse(other, whole=True)
        except xml.Unreadable:
            continue
        for one in take_out(given):
            known.setdefault(xml.attribute(one, "namespace"), one)
        known[xml.attribute(given, "namespace")] = given
    found = list(_reached(root, known))
    if not found:
        return content
    for one in found:
        etree.SubElement(_extensions(root), _CARRIED, nsmap={"yongzhi": etree.QName(_CARRIED).namespace}).append(one)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _wanted(root: etree._Element) -> Iterator[str]:
    return (xml.attribute(item, "namespace") for item in root.iterfind("{*}import") if xml.local(item))


def _reached(root: etree._Element, known: dict[str, etree._Element]) -> Iterator[etree._Element]:
    """Yield copies of what a file imports, each once, in the order in which they are met."""
    seen = {xml.attribute(root, "namespace")}
    waiting = [root]
    for file in waiting:
        for space in _wanted(file):
            if space in known and space not in seen:
                seen.add(space)
                waiting.append(known[space])
                copy = deepcopy(known[space])
                copy.tail = None
                yield copy


def _extensions(root: etree._Element) -> etree._Element:
    found = root.find("{*}extensionElements")
    if found is None:
        found = etree.Element(f"{{{etree.QName(root).namespace}}}extensionElements")
        # the standard has a description before them and everything else behind
        about = root.find("{*}description")
        root.insert(0 if about is None else root.index(about) + 1, found)
    return found
