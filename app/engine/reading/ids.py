"""Ids: derived where they are missing, refused where they are wrong; references that lead nowhere."""

from collections import Counter
from collections.abc import Iterator

from app.engine.reading.notes import Notes
from app.engine.reading.words import NODES, SCOPES
from app.engine.reading.xml import Element, every, is_id, local, q, tag


def scopes(process: Element) -> Iterator[Element]:
    """Walk a process and the sub-processes in it, the outer before the inner."""
    yield process
    yield from every(process, SCOPES)


def nodes_of(scope: Element) -> list[Element]:
    """List the flow nodes that stand directly in a scope."""
    return [one for one in scope if tag(one) in NODES]


def flows_of(scope: Element) -> list[Element]:
    """List the sequence flows that stand directly in a scope."""
    return [one for one in scope if tag(one) == "sequenceFlow"]


def complete(root: Element, process: Element, elsewhere: frozenset[str], notes: Notes) -> None:
    """Give every node and flow an id, and put every flow where its source stands.

    Args:
        elsewhere: ids of the other pools' elements.
    """
    for element in every(root, (*NODES, "sequenceFlow", "process")):
        if element.get("id") is not None:
            element.set("id", str(element.get("id")).strip())
    _check(process, notes)
    taken = {str(element.get("id")) for element in root.iter("*") if element.get("id")}
    _name_nodes(process, taken)
    _join_flows(process, elsewhere, notes, taken)
    _attach(process, notes)


def _check(process: Element, notes: Notes) -> None:
    """Refuse ids that are no names and ids that stand twice."""
    found = Counter(str(one.get("id")) for one in process.iterdescendants(q("*")) if one.get("id"))
    reported: set[str] = set()
    for element in process.iterdescendants(q("*")):
        key = element.get("id")
        if key is None:
            continue
        if key == process.get("id") and tag(element) in SCOPES:
            notes.refuse(element, "id", f"子流程不能与流程同名「{key[:80]}」。",
                         f"A sub-process cannot have the key of the process, {key[:80]!r}, as its id.")
        if found[key] > 1 and key not in reported:
            reported.add(key)
            notes.refuse(element, "id", f"有 {found[key]} 个元素使用同一 id「{key[:80]}」。",
                         f"{found[key]} elements have the same id {key[:80]!r}.")
        if tag(element) in NODES | {"sequenceFlow"} and not is_id(key):
            notes.refuse(element, "id",
                         f"「{key[:80]}」不能作为 id:须以字母或下划线开头,只含字母、数字、_、- 和 .,不得有 ..。",
                         f"{key[:80]!r} cannot be an id: a letter or _ first, then letters, digits, _, - and .; "
                         "two dots in a row are reserved.")


def _name_nodes(process: Element, taken: set[str]) -> None:
    """Derive ids of nodes from their kind and their place among those of their kind."""
    seen: Counter[str] = Counter()
    for node in every(process, NODES):
        kind = tag(node)
        seen[kind] += 1
        if not node.get("id"):
            node.set("id", _free(f"{kind}.{seen[kind]}", taken))


def name_all(process: Element, taken: set[str]) -> None:
    """Give nodes and flows without an id the one that `complete` gives them; nothing else is touched."""
    _name_nodes(process, taken)
    for flow in every(process, ("sequenceFlow",)):
        if not flow.get("id"):
            flow.set("id", _free(f"{local(flow.get('sourceRef'))}.{local(flow.get('targetRef'))}", taken))


def _free(wanted: str, taken: set[str]) -> str:
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}.{number}"
    taken.add(found)
    return found


def _join_flows(process: Element, elsewhere: frozenset[str], notes: Notes, taken: set[str]) -> None:
    """Name flows after their ends and move them to the scope of their source."""
    nodes = {str(node.get("id")): node for node in every(process, NODES)}
    for flow in list(every(process, ("sequenceFlow",))):
        source, target = local(flow.get("sourceRef")), local(flow.get("targetRef"))
        missing = [end or "?" for end in (source, target) if end not in nodes]
        if not flow.get("id"):
            flow.set("id", _free(f"{source}.{target}", taken))
        parent = flow.getparent()
        assert parent is not None
        if missing:
            _refuse_end(flow, missing, elsewhere, notes)
            parent.remove(flow)
            continue
        flow.set("sourceRef", source)
        flow.set("targetRef", target)
        scope = nodes[source].getparent()
        if scope is not None and scope is not parent:
            scope.append(flow)


def _refuse_end(flow: Element, missing: list[str], elsewhere: frozenset[str], notes: Notes) -> None:
    ends = "、".join(missing)
    if elsewhere.issuperset(missing):
        notes.refuse(flow, "pool-border", f"连线的端点「{ends}」在另一个池中,应使用消息流。",
                     f"The sequence flow leads from or to {ends}, which is in another pool; use a message flow.")
    else:
        notes.refuse(flow, "flow", f"连线的端点「{ends}」不存在。",
                     f"The sequence flow leads from or to {ends}, which is not there.")


def _attach(process: Element, notes: Notes) -> None:
    """Put boundary events beside what they are attached to."""
    nodes = {str(node.get("id")): node for node in every(process, NODES)}
    for event in list(every(process, ("boundaryEvent",))):
        host = nodes.get(local(event.get("attachedToRef")))
        if host is None:
            notes.refuse(event, "boundary", "边界事件没有附着于任何活动。",
                         "The boundary event is attached to no activity.")
            continue
        event.set("attachedToRef", str(host.get("id")))
        scope = host.getparent()
        if scope is not None and scope is not event.getparent():
            scope.append(event)


def link_nodes(process: Element) -> None:
    """Write each node's `incoming` and `outgoing` anew from the flows, which alone count."""
    into: dict[str, list[str]] = {}
    out: dict[str, list[str]] = {}
    for flow in every(process, ("sequenceFlow",)):
        out.setdefault(str(flow.get("sourceRef")), []).append(str(flow.get("id")))
        into.setdefault(str(flow.get("targetRef")), []).append(str(flow.get("id")))
    for node in every(process, NODES):
        for old in [one for one in node if tag(one) in ("incoming", "outgoing")]:
            node.remove(old)
        place = sum(1 for one in node if tag(one) in ("documentation", "extensionElements", "auditing", "monitoring"))
        for name, keys in (("outgoing", out), ("incoming", into)):
            for key in reversed(keys.get(str(node.get("id")), [])):
                made = node.makeelement(q(name))
                made.text = key
                node.insert(place, made)
