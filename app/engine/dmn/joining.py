"""Join the files that a file imports under no name: what they hold stands in the file as if it were written there.

Source:
    DMN 1.5 (formal/24-01-01) 6.3.3: an import without a name brings its elements into the importing file's own names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy

from lxml import etree

from app.engine.dmn import xml

#: files that one file may take in, those that they take in with them
MAX_JOINED = 10
_NODES = ("decision", "businessKnowledgeModel", "decisionService", "inputData")


def join(root: etree._Element, known: Mapping[str, etree._Element]) -> None:
    """Write into a file what it imports under no name; what the file names itself comes first, then import by import.

    Args:
        known: the files that are given, by their namespaces.
    """
    files = list(_taken_in(root, known))
    if len(files) > 1:
        joint = _Joint()
        for file in files:
            joint.take(file, is_own=file is root)
        joint.write(root)
    given = {xml.attribute(file, "namespace") for file in files}
    for item in list(xml.children(root, "import")):
        if not xml.attribute(item, "name") and xml.attribute(item, "namespace") in given:
            root.remove(item)


def _taken_in(root: etree._Element, known: Mapping[str, etree._Element]) -> Iterator[etree._Element]:
    """Yield the file, then what it takes in, each followed by what that takes in."""
    seen: set[str] = set()
    waiting = [root]
    while waiting and len(seen) <= MAX_JOINED:
        file = waiting.pop()
        own = xml.attribute(file, "namespace")
        if own in seen:
            continue
        seen.add(own)
        yield file
        wanted = [xml.attribute(item, "namespace") for item in xml.children(file, "import") if not item.get("name")]
        waiting.extend(known[space] for space in reversed(wanted) if space in known)


class _Joint:
    """What is taken so far: names, ids, and where each id of each file went."""

    def __init__(self) -> None:
        self.names: dict[tuple[bool, str], str] = {}
        self.ids: set[str] = set()
        self.moved: dict[tuple[str, str], str] = {}
        self.taken: list[etree._Element] = []
        self.parts: list[tuple[str, etree._Element]] = []

    def take(self, file: etree._Element, *, is_own: bool) -> None:
        """Take the nodes and types of a file whose names are free; those of the file itself stay as they are."""
        space = xml.attribute(file, "namespace")
        for item in xml.children(file, *_NODES, "itemDefinition"):
            name = xml.attribute(item, "name")
            slot = (xml.local(item) == "itemDefinition", name)
            own = str(item.get("id") or name)
            if slot in self.names and not is_own:
                self.moved.setdefault((space, own), self.names[slot])
                continue
            free = own if is_own or own not in self.ids else f"{own}_{len(self.ids)}"
            self.ids.add(free)
            self.names.setdefault(slot, free)
            self.moved[space, own] = free
            self.moved.setdefault(("", own), free)
            part = item
            if not is_own:
                part = deepcopy(item)
                part.set("id", free)
                self.taken.append(part)
            self.parts.append((space, part))
        if not is_own:
            named = [item for item in xml.children(file, "import") if xml.attribute(item, "name")]
            self.taken.extend(deepcopy(item) for item in named)

    def write(self, root: etree._Element) -> None:
        """Let what is taken stand in the file, and every reference lead to where its target went."""
        for space, part in self.parts:
            for element in part.iter(etree.Element):
                home, _, own = xml.attribute(element, "href").rpartition("#")
                found = self.moved.get((home or space, own)) or (self.moved.get(("", own)) if not home else None)
                if found:
                    element.set("href", f"#{found}")
        root.extend(self.taken)
