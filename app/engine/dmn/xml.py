"""Parse DMN XML from strangers: no entities, no network, no document type, bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.engine.dmn.model import Finding

MAX_BYTES = 2_000_000
#: DMN 1.1 to 1.6, and 1.1 as Flowable writes it
NAMESPACES = frozenset((
    "http://www.omg.org/spec/DMN/20151101",
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "https://www.omg.org/spec/DMN/20240513/MODEL/",
))  # fmt: skip


class Unreadable(Exception):
    """The bytes are no DMN file; carries the finding."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.finding = Finding("error", message)


def parse(content: bytes, *, whole: bool = False) -> etree._Element:
    """Return the `definitions` element.

    Args:
        whole: with comments, for who writes the file again.

    Raises:
        Unreadable: too large, not well-formed, with a document type, or not DMN.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(f"the file is larger than {MAX_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=not whole, remove_pis=not whole,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as cause:
        raise Unreadable(f"the file is not well-formed XML: {cause}") from cause
    documents: Any = root.getroottree().docinfo
    if documents.doctype:
        raise Unreadable("the file has a document type declaration")
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise Unreadable("the file is not DMN 1.1 to 1.6")
    return root


def local(element: etree._Element) -> str:
    """Return the name of a DMN element, or an empty text for one of another namespace."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the child elements of DMN's own namespace with one of the names."""
    for child in element:
        if local(child) in names:
            yield child


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """Return the first such child, or None."""
    return next(children(element, *names), None)


def text(element: etree._Element | None) -> str:
    """Return the `text` child's content, without white space at its ends."""
    found = child(element, "text") if element is not None else None
    return (found.text or "").strip() if found is not None else ""


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute, white space within it as one space and none at its ends, or an empty text."""
    return " ".join(str(element.get(name) or "").split())
