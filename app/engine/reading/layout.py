"""Places for elements that nobody placed: columns along the flow, rows where it forks."""

from collections import deque
from dataclasses import dataclass, field

from app.engine.reading.ids import flows_of, nodes_of
from app.engine.reading.words import SCOPES
from app.engine.reading.xml import Element, local, tag

_GAP_X, _GAP_Y, _PADDING = 60.0, 40.0, 40.0
Point = tuple[float, float]


@dataclass
class Box:
    """A rectangle; what is inside it is placed within it."""

    element: Element
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    inside: list["Box"] = field(default_factory=list)

    def move(self, x: float, y: float) -> None:
        """Shift the rectangle and everything in it."""
        pending = [self]
        while pending:
            box = pending.pop()
            box.x, box.y = box.x + x, box.y + y
            pending.extend(box.inside)


def place(scope: Element) -> list[Box]:
    """Place the nodes of a process or sub-process, from the point 0,0."""
    boxes = {str(node.get("id")): _box(node) for node in nodes_of(scope)}
    free = {key: box for key, box in boxes.items() if tag(box.element) != "boundaryEvent"}
    x = 0.0
    for column in _columns(scope, free):
        width, y = max(box.width for box in column), 0.0
        for box in column:
            box.move(x + (width - box.width) / 2, y)
            y += box.height + _GAP_Y
        x += width + _GAP_X
    _at_edges(boxes)
    return list(boxes.values())


def extent(boxes: list[Box]) -> Point:
    """Return how far right and down rectangles reach."""
    return (max((box.x + box.width for box in boxes), default=0.0),
            max((box.y + box.height for box in boxes), default=0.0))


def _box(node: Element) -> Box:
    kind = tag(node)
    if kind.endswith("Event"):
        return Box(node, 36, 36)
    if kind.endswith("Gateway"):
        return Box(node, 50, 50)
    if kind not in SCOPES:
        return Box(node, 100, 80)
    inside = place(node)
    for box in inside:
        box.move(_PADDING, _PADDING)
    right, low = extent(inside)
    return Box(node, max(140.0, right + _PADDING), max(100.0, low + _PADDING), inside=inside)


def _columns(scope: Element, boxes: dict[str, Box]) -> list[list[Box]]:
    """Sort nodes by how many steps lead to them; a loop is cut where it is met."""
    hosts = {key: str(box.element.get("attachedToRef")) for key, box in
             ((str(node.get("id")), Box(node, 0, 0)) for node in nodes_of(scope) if tag(node) == "boundaryEvent")}
    follows: dict[str, list[str]] = {key: [] for key in boxes}
    missing = dict.fromkeys(boxes, 0)
    for flow in flows_of(scope):
        source, target = local(flow.get("sourceRef")), local(flow.get("targetRef"))
        source = local(hosts.get(source, source))
        if source in boxes and target in boxes and source != target:
            follows[source].append(target)
            missing[target] += 1
    depth: dict[str, int] = {}
    left = dict.fromkeys(boxes)
    ready = deque(key for key, count in missing.items() if not count)
    while left:
        key = ready.popleft() if ready else next(iter(left))
        if key not in left:
            continue
        del left[key]
        depth.setdefault(key, 0)
        for target in follows[key]:
            missing[target] -= 1
            if target in left:
                depth[target] = max(depth.get(target, 0), depth[key] + 1)
                if not missing[target]:
                    ready.append(target)
    columns: list[list[Box]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for key, column in depth.items():
        columns[column].append(boxes[key])
    return [column for column in columns if column]


def _at_edges(boxes: dict[str, Box]) -> None:
    """Put boundary events on the lower edge of what they are attached to."""
    taken: dict[str, int] = {}
    for box in boxes.values():
        if tag(box.element) != "boundaryEvent":
            continue
        host = local(box.element.get("attachedToRef"))
        number = taken.get(host, 0)
        taken[host] = number + 1
        if host in boxes:
            box.x = boxes[host].x + 12 + 44 * number
            box.y = boxes[host].y + boxes[host].height - 18


def way(source: Box, target: Box) -> list[Point]:
    """Draw a flow: straight ahead, or below and back."""
    start: Point = (source.x + source.width, source.y + source.height / 2)
    end: Point = (target.x, target.y + target.height / 2)
    if tag(source.element) == "boundaryEvent":
        start = (source.x + source.width / 2, source.y + source.height)
        return [start, (start[0], end[1]), end] if end[0] > start[0] and end[1] > start[1] else [start, end]
    if end[0] >= start[0]:
        middle = end[0] - 20
        return [start, end] if start[1] == end[1] else [start, (middle, start[1]), (middle, end[1]), end]
    below = max(source.y + source.height, target.y + target.height) + 20
    back, under = source.x + source.width / 2, target.x + target.width / 2
    return [(back, source.y + source.height), (back, below), (under, below), (under, target.y + target.height)]
