"""Which process of a file is meant by a key."""

import hashlib
import re
from itertools import count

from app.engine.reading.xml import Element, children, is_true, local, tag

_KEY = re.compile(r"[a-z][a-z0-9_]{0,79}")


def key_of(name: str) -> str:
    """Return the key under which a process of another tool is kept: its id in small letters, digits, underscores.

    An id that leaves nothing to read, such as one in Chinese, becomes `p_` and a part of its hash.
    """
    if _KEY.fullmatch(name):
        return name
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not re.search("[a-z]", plain) or not name.isascii():
        return "p_" + hashlib.sha256(name.encode()).hexdigest()[:10]
    plain = plain if plain[0].isalpha() else f"p_{plain}"
    return plain if len(plain) <= 60 else f"{plain[:49]}_{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def is_executable(process: Element) -> bool:
    """Say whether a process may run; one that does not say so may."""
    return is_true(process.get("isExecutable"), default=True)


def process_keys(root: Element) -> list[str]:
    """List the keys of all processes of a file that have content, those that may run first."""
    return [key for key, _ in keyed(root)]


def keyed(root: Element) -> list[tuple[str, Element]]:
    """List (key, process) in the order of `process_keys`; one without an id goes by its place."""
    full = [one for one in children(root, "process") if _has_content(one)]
    ordered = sorted(full, key=lambda one: not is_executable(one))
    own = keys_by_id(root)
    free = (key for number in count(1) if (key := f"process_{number}") not in own.values())
    return [(own[str(one.get("id"))] if one.get("id") else next(free), one) for one in ordered]


def keys_by_id(root: Element) -> dict[str, str]:
    """List {id of a process: its key}; ids that differ have keys that differ."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(one.get("id") or "" for one in children(root, "process")):
        key = key_of(name) if name else ""
        if key and key in found.values():
            key = f"{key[:60]}_{hashlib.sha256(name.encode()).hexdigest()[:6]}"
        found[name] = key
    return found


def _has_content(process: Element) -> bool:
    """A pool that is drawn closed has a process without anything in it."""
    return any(tag(one) not in ("", "extensionElements", "documentation", "laneSet") for one in process)


def choose(root: Element, key: str) -> Element | None:
    """Find the process of a key.

    Returns:
        The process with this id, or whose id stands for this key, or the only one that could be meant.
    """
    found = children(root, "process")
    own = keys_by_id(root)
    for fits in (lambda one: one.get("id") == key, lambda one: own.get(one.get("id") or "") == key):
        exact = [one for one in found if fits(one)]
        if len(exact) == 1:
            return exact[0]
    bare = [one for one_key, one in keyed(root) if one_key == key and not one.get("id")]
    if len(bare) == 1:
        return bare[0]
    for narrower in (found, [one for one in found if _has_content(one)],
                     [one for one in found if _has_content(one) and is_executable(one)]):
        if len(narrower) == 1:
            return narrower[0]
    return None


def title_of(root: Element, process: Element) -> str:
    """Return the name of a process, or that of its pool."""
    if process.get("name"):
        return str(process.get("name"))
    for collaboration in children(root, "collaboration"):
        for pool in children(collaboration, "participant"):
            if local(pool.get("processRef")) == process.get("id") and pool.get("name"):
                return str(pool.get("name"))
    return ""


def elsewhere(root: Element, process: Element) -> frozenset[str]:
    """List the ids of the elements of the other processes."""
    others = [one for one in children(root, "process") if one is not process]
    return frozenset(str(element.get("id")) for one in others for element in one.iter("*") if element.get("id"))


def keep_only(root: Element, process: Element) -> None:
    """Drop the other processes and what concerns several: pools, messages between them, choreographies."""
    for other in children(root, "process"):
        if other is not process:
            root.remove(other)
    for other in children(root, "collaboration", "choreography", "globalConversation", "conversation"):
        root.remove(other)
