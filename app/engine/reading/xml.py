"""XML from strangers: no entities, no network, bounded size, depth and count; and the names of BPMN."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from app.domain.errors import InvalidDiagram
from app.engine.reading.words import NODES

#: bytes; larger files are refused before they are parsed
MAX_SIZE = 2_000_000
#: tags, opening and closing; a diagram that a person can read has a hundredth of them
MAX_TAGS = 120_000
#: elements inside elements
MAX_DEPTH = 100
#: flow nodes and sequence flows of a file; one with more is several
MAX_NODES, MAX_FLOWS = 3000, 8000
MAX_ATTRIBUTES = 200
#: characters of one attribute or text; a picture inside a diagram is no part of the process
MAX_TEXT = 500_000

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
#: what the standard was called before it was one
_OLDER = {"http://schema.omg.org/spec/BPMN/2.0": BPMN}

Element = etree._Element
#: an id that means something else to a program that reads it
_TRAPS = frozenset({"__proto__", "prototype", "constructor"})
_NAME = re.compile(r"[^\W\d][\w.\-]{0,254}")


def read_xml(content: bytes) -> Element:
    """Parse hostile XML.

    Raises:
        InvalidDiagram: too large, too deep, not well-formed, or with a document type (entities).
    """
    if len(content) > MAX_SIZE:
        raise InvalidDiagram("The file is larger than 2 MB.", rule="xml")
    if content.count(b"<") > MAX_TAGS:
        raise InvalidDiagram(f"The file has more than {MAX_TAGS} tags.", rule="xml")
    if any("<!ENTITY".encode(code) in content for code in ("ascii", "utf-16-le", "utf-16-be")):
        raise InvalidDiagram("A document type declaration with entities is not accepted.", rule="xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as cause:
        raise InvalidDiagram(f"The file is not well-formed XML: {cause}"[:300], rule="xml") from cause
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidDiagram("A document type declaration is not accepted.", rule="xml")
    _modernise(root)
    _bounded(root)
    return root


def _bounded(root: Element) -> None:
    depth = 0
    counted = dict.fromkeys((*NODES, "sequenceFlow"), 0)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise InvalidDiagram(f"Elements are nested deeper than {MAX_DEPTH}.", rule="xml")
        if event == "start":
            kind = tag(element)
            if kind in counted:
                counted[kind] += 1
            if len(element.attrib) > MAX_ATTRIBUTES:
                raise InvalidDiagram(f"An element has more than {MAX_ATTRIBUTES} attributes.", rule="xml")
            texts = (element.text or "", *element.attrib.values())
            if any(len(text) > MAX_TEXT for text in texts):
                raise InvalidDiagram(f"A text or attribute is longer than {MAX_TEXT} characters.", rule="xml")
    flows = counted.pop("sequenceFlow")
    if sum(counted.values()) > MAX_NODES or flows > MAX_FLOWS:
        raise InvalidDiagram(f"The file has more than {MAX_NODES} elements or {MAX_FLOWS} sequence flows.", rule="size")


def _modernise(root: Element) -> None:
    """Give elements of the standard's drafts their final namespace."""
    if not isinstance(root.tag, str) or etree.QName(root).namespace not in _OLDER:
        return
    for element in root.iter("*"):
        name = etree.QName(element)
        if name.namespace in _OLDER:
            element.tag = f"{{{_OLDER[name.namespace]}}}{name.localname}"


def strip_remarks(root: Element) -> None:
    """Drop comments and processing instructions, which split texts and have no tag."""
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)


def q(name: str) -> str:
    """Return the full name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def tag(element: Element) -> str:
    """Return the local name of a BPMN element, empty for anything else."""
    name = element.tag
    return name[len(BPMN) + 2 :] if isinstance(name, str) and name.startswith(f"{{{BPMN}}}") else ""


def children(element: Element, *names: str) -> list[Element]:
    """List the BPMN children with one of the names, in their order."""
    return [child for child in element if tag(child) in names]


def child(element: Element, name: str) -> Element | None:
    """Return the first BPMN child of a name."""
    return element.find(q(name))


def text_of(element: Element | None) -> str:
    """Return the text of an element without the space around it."""
    return "" if element is None else (element.text or "").strip()


def add(parent: Element, kind: str, text: str | None = None, /, **attributes: str) -> Element:
    """Append a BPMN element."""
    made = etree.SubElement(parent, q(kind), attributes)
    made.text = text
    return made


def take(element: Element, name: str) -> str:
    """Remove an attribute and return what it said, empty for none."""
    found = element.get(name)
    if found is not None:
        del element.attrib[name]
    return found or ""


def drop(element: Element) -> None:
    """Remove an element from its parent."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def every(root: Element, names: Iterable[str]) -> Iterator[Element]:
    """Walk all BPMN elements with one of the names, in the order of the document."""
    yield from root.iter(*[q(name) for name in names])


def is_true(value: str | None, default: bool = False) -> bool:
    """Read an XML boolean."""
    return default if value is None else value.strip().lower() in ("true", "1")


def local(reference: str | None) -> str:
    """Read a reference by qualified name: the part after the prefix."""
    return (reference or "").strip().rpartition(":")[2]


def is_id(value: str) -> bool:
    """Say whether a text may be an id: a name without colon, not too long, no trap, no reserved dots."""
    return bool(_NAME.fullmatch(value)) and ".." not in value and value not in _TRAPS


def attributes_in(element: Element, namespaces: Iterable[str]) -> dict[str, str]:
    """Read the attributes of some namespaces by local name."""
    wanted = set(namespaces)
    found: dict[str, Any] = {}
    for name, value in element.attrib.items():
        full = etree.QName(name)
        if full.namespace in wanted:
            found[full.localname] = value
    return found
