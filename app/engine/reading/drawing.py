"""A file as a browser can draw it: in UTF-8, with places for what has none."""

from copy import deepcopy

from lxml import etree

from app.engine.reading import ids
from app.engine.reading.layout import Box, extent, place, way
from app.engine.reading.processes import choose, keyed
from app.engine.reading.words import NODES, SCOPES
from app.engine.reading.xml import DC, DI, Element, children, every, local, q, read_xml, tag

_WAYS = "http://www.omg.org/spec/DD/20100524/DI"
_MARGIN, _LABEL = 60.0, 30.0
#: references that the drawing library follows by id alone
_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef", "processRef", "sourceRef", "targetRef",
               "attachedToRef", "default", "dataObjectRef", "dataStoreRef", "activityRef", "bpmnElement")


def drawn(content: bytes, key: str = "") -> bytes:
    """Return a diagram with a place for every element; one that has them and is in UTF-8 is returned as it is.

    Args:
        key: of the process that is to be seen. Browsers open the first drawing of a file.

    Raises:
        InvalidDiagram: the file is no XML.
    """
    root = read_xml(content)
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    copy = deepcopy(root)
    changed = encoding not in ("UTF-8", "ASCII", "US-ASCII")
    if any(tag(one) == "process" for one in copy):
        changed = _plain(copy) or changed
        changed = _named(copy) or changed
        if next(copy.iter(f"{{{DI}}}BPMNShape"), None) is None:
            _draw(copy)
            changed = True
        else:
            changed = _missing_ways(copy) or changed
        changed = _seen_first(copy, key) or changed
    return etree.tostring(copy, xml_declaration=True, encoding="UTF-8") if changed else content


def _plain(root: Element) -> bool:
    """Take the prefixes off references; what cannot be followed would be lost when the diagram is saved."""
    found = [(one, name) for one in root.iter("*") for name in _REFERENCES if ":" in (one.get(name) or "")]
    for element, name in found:
        element.set(name, local(element.get(name)))
    return bool(found)


def _named(root: Element) -> bool:
    """Give elements without an id the one under which they run."""
    bare = [one for one in every(root, (*NODES, "sequenceFlow", "process")) if not one.get("id")]
    if bare:
        taken = {str(one.get("id")) for one in root.iter("*") if one.get("id")}
        for key, process in keyed(root):
            process.set("id", process.get("id") or key)
        for number, process in enumerate(children(root, "process"), 1):
            process.set("id", process.get("id") or f"process.{number}")
            ids.name_all(process, taken)
    return bool(bare)


def _seen_first(root: Element, key: str) -> bool:
    """Put the drawing that shows a process before the others; draw it where none does."""
    drawings = list(root.iterchildren(f"{{{DI}}}BPMNDiagram"))
    process = choose(root, key) if key and drawings else None
    own = {node.get("id") for node in process if tag(node) in NODES} if process is not None else set()
    if process is None or not own:
        return False
    # the drawing of a collapsed sub-process shows none of the process's own elements
    best = max(drawings, key=lambda one: sum(
        local(shape.get("bpmnElement")) in own for shape in one.iter(f"{{{DI}}}BPMNShape")))
    if not any(local(shape.get("bpmnElement")) in own for shape in best.iter(f"{{{DI}}}BPMNShape")):
        _draw_one(root, process)
        best = list(root.iterchildren(f"{{{DI}}}BPMNDiagram"))[-1]
    if best is drawings[0]:
        return False
    drawings[0].addprevious(best)
    return True


def _draw_one(root: Element, process: Element) -> None:
    boxes = place(process)
    for box in boxes:
        box.move(_MARGIN, _MARGIN)
    _write(_plane(root, process), process, boxes)


def _draw(root: Element) -> None:
    for old in list(root.iterchildren(f"{{{DI}}}BPMNDiagram")):
        root.remove(old)
    processes = [one for one in children(root, "process") if any(tag(node) in NODES for node in one)]
    pools = children(root, "collaboration")
    if pools:
        _draw_pools(root, pools[0], {str(one.get("id")): one for one in processes})
        return
    for process in processes:
        _draw_one(root, process)


def _draw_pools(root: Element, collaboration: Element, processes: dict[str, Element]) -> None:
    """Put pools below each other; a closed one is a bar."""
    plane, y = _plane(root, collaboration), _MARGIN
    placed: dict[str, Box] = {}
    for pool in children(collaboration, "participant"):
        process = processes.get(local(pool.get("processRef")))
        boxes = place(process) if process is not None else []
        for box in boxes:
            box.move(_MARGIN + _LABEL + 40, y + 40)
        right, low = extent(boxes)
        frame = Box(pool, max(600.0, right + 40 - _MARGIN), max(60.0, low + 40 - y), _MARGIN, y)
        _shape(plane, frame).set("isHorizontal", "true")
        if process is not None:
            _write(plane, process, boxes)
        placed[str(pool.get("id"))] = frame
        placed.update(_all(boxes))
        y += frame.height + 40
    for flow in children(collaboration, "messageFlow"):
        ends = [placed.get(local(flow.get(end))) for end in ("sourceRef", "targetRef")]
        if flow.get("id") and ends[0] is not None and ends[1] is not None:
            points = [(box.x + box.width / 2, box.y + box.height / 2) for box in ends if box is not None]
            _edge(plane, flow, points)


def _plane(root: Element, shown: Element) -> Element:
    diagram = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", id=f"diagram.{shown.get('id')}", nsmap={
        "bpmndi": DI, "dc": DC, "di": _WAYS})  # fmt: skip
    key = str(shown.get("id"))
    return etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", id=f"plane.{key}", bpmnElement=key)


def _all(boxes: list[Box]) -> dict[str, Box]:
    found: dict[str, Box] = {}
    pending = list(boxes)
    while pending:
        box = pending.pop()
        found[str(box.element.get("id"))] = box
        pending.extend(box.inside)
    return found


def _write(plane: Element, process: Element, boxes: list[Box]) -> None:
    """Write shapes, the outer before the inner, and the flows between them."""
    pending = list(boxes)
    while pending:
        box = pending.pop(0)
        shape = _shape(plane, box)
        if tag(box.element) in SCOPES:
            shape.set("isExpanded", "true")
        pending.extend(box.inside)
    placed = _all(boxes)
    for flow in every(process, ("sequenceFlow",)):
        _between(plane, flow, placed)


def _between(plane: Element, flow: Element, placed: dict[str, Box]) -> bool:
    source, target = (placed.get(local(flow.get(end))) for end in ("sourceRef", "targetRef"))
    if source is None or target is None or not flow.get("id"):
        return False
    _edge(plane, flow, way(source, target))
    return True


def _shape(plane: Element, box: Box) -> Element:
    key = str(box.element.get("id"))
    shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", id=f"{key}.shape", bpmnElement=key)
    etree.SubElement(shape, f"{{{DC}}}Bounds", x=f"{box.x:g}", y=f"{box.y:g}", width=f"{box.width:g}",
                     height=f"{box.height:g}")
    return shape


def _edge(plane: Element, flow: Element, points: list[tuple[float, float]]) -> None:
    edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", id=f"{flow.get('id')}.edge", bpmnElement=str(flow.get("id")))
    for x, y in points:
        etree.SubElement(edge, f"{{{_WAYS}}}waypoint", x=f"{x:g}", y=f"{y:g}")


def _missing_ways(root: Element) -> bool:
    """Draw the flows that a drawn file does not draw, because they had no id to be drawn by."""
    nodes = {str(node.get("id")): node for node in every(root, NODES)}
    there = {local(edge.get("bpmnElement")) for edge in root.iter(f"{{{DI}}}BPMNEdge")}
    flows = [one for one in root.iter(q("sequenceFlow")) if one.get("id") not in there]
    added = False
    for plane in list(root.iter(f"{{{DI}}}BPMNPlane")) if flows else ():
        placed: dict[str, Box] = {}
        for shape in plane.iterchildren(f"{{{DI}}}BPMNShape"):
            key, bounds = local(shape.get("bpmnElement")), shape.find(f"{{{DC}}}Bounds")
            if key in nodes and bounds is not None:
                try:
                    x, y, width, height = (float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
                except ValueError:
                    continue
                placed[key] = Box(nodes[key], width, height, x, y)
        for flow in flows:
            added = _between(plane, flow, placed) or added
    return added
