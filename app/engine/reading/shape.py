"""What BPMN leaves out and means: links, several starts, tasks of the root, conditional ways out."""

from copy import deepcopy

from app.engine.reading.ids import flows_of, nodes_of, scopes
from app.engine.reading.notes import Notes
from app.engine.reading.words import ACTIVITIES, DEFINITIONS, EVENTS, GLOBAL_TASKS
from app.engine.reading.xml import Element, add, child, children, drop, every, is_true, local, q, tag, take, text_of


def inline_global_tasks(root: Element, process: Element, notes: Notes) -> None:
    """Let a call of a task of the root be that task."""
    tasks = {str(one.get("id")): one for one in root if tag(one) in GLOBAL_TASKS}
    for call in list(every(process, ("callActivity",))):
        called = tasks.get(local(call.get("calledElement")))
        if called is None:
            continue
        call.tag = q(GLOBAL_TASKS[tag(called)])
        take(call, "calledElement")
        for name, value in called.attrib.items():
            if name not in ("id", "name"):
                call.set(str(name), call.get(str(name)) or str(value))
        for part in called:
            own, theirs = child(call, "extensionElements"), deepcopy(part)
            if tag(part) == "extensionElements" and own is not None:
                own.extend(list(theirs))
            else:
                call.append(theirs)
        notes.converted(call, "global-task", f"调用的全局任务「{called.get('id')}」已就地执行。",
                        f"The called global task {called.get('id')!r} is carried out in place.")


def join_links(process: Element, notes: Notes) -> None:
    """Replace link events by flows from every throw to the catch of the same name."""
    for scope in scopes(process):
        catches: dict[str, list[Element]] = {}
        throws: list[tuple[str, Element]] = []
        for event in nodes_of(scope):
            link = child(event, "linkEventDefinition")
            if link is None:
                continue
            name = link.get("name") or event.get("name") or ""
            event.remove(link)
            if tag(event) == "intermediateCatchEvent":
                catches.setdefault(name, []).append(event)
                event.tag = q("intermediateThrowEvent")
            else:
                throws.append((name, event))
        for name, event in throws:
            found = catches.get(name, [])
            if len(found) != 1:
                notes.refuse(event, "link", f"链接「{name}」有 {len(found)} 个捕获事件,应恰有一个。",
                             f"The link {name!r} has {len(found)} catching events here; there must be exactly one.")
                continue
            add(scope, "sequenceFlow", id=f"{event.get('id')}..link", sourceRef=str(event.get("id")),
                targetRef=str(found[0].get("id")))
        thrown = {name for name, _ in throws}
        for name, events in catches.items():
            if name not in thrown:
                notes.refuse(events[0], "link", f"没有抛出链接「{name}」的事件。",
                             f"Nothing throws the link {name!r}.")


def instantiate(process: Element) -> None:
    """A receive task or event-based gateway that creates the case is a start event in other words."""
    entered = {flow.get("targetRef") for flow in flows_of(process)}
    for node in nodes_of(process):
        if not is_true(node.get("instantiate")) or node.get("id") in entered:
            continue
        if tag(node) == "receiveTask":
            _start_from(node)
        elif tag(node) == "eventBasedGateway":
            if node.get("eventGatewayType") == "Parallel":
                _await_the_rest(process, node)
            _start_each(process, node)


def _start_from(node: Element) -> None:
    """Turn a receiving node into a start event."""
    if tag(node) == "receiveTask":
        definition = child(node, "messageEventDefinition")
        if definition is None:
            add(node, "messageEventDefinition", messageRef=take(node, "messageRef"))
    take(node, "instantiate")
    node.tag = q("startEvent")


def _start_each(process: Element, gateway: Element) -> None:
    nodes = {node.get("id"): node for node in nodes_of(process)}
    for flow in flows_of(process):
        if flow.get("sourceRef") == gateway.get("id"):
            _start_from(nodes[flow.get("targetRef")])
            process.remove(flow)
    process.remove(gateway)


def _await_the_rest(process: Element, gateway: Element) -> None:
    """Where all events must come into one case, the first starts it and hidden copies wait for the others."""
    nodes = {node.get("id"): node for node in nodes_of(process)}
    flows = flows_of(process)
    events = [str(flow.get("targetRef")) for flow in flows if flow.get("sourceRef") == gateway.get("id")]
    for first in events:
        for other in events:
            if other == first:
                continue
            waiting = deepcopy(nodes[other])
            key = f"{other}..{first}"
            waiting.set("id", key)
            process.append(waiting)
            add(process, "sequenceFlow", id=f"{key}.in", sourceRef=first, targetRef=key)
            for flow in flows:
                if flow.get("sourceRef") == other:
                    add(process, "sequenceFlow", id=f"{key}.{flow.get('id')}", sourceRef=key,
                        targetRef=str(flow.get("targetRef")))


def begin_together(process: Element) -> None:
    """Begin all none starts of an embedded sub-process at once: they become plain nodes that nothing leads to."""
    for scope in scopes(process):
        starts = children(scope, "startEvent")
        if scope is process or is_true(scope.get("triggeredByEvent")) or len(starts) < 2:
            continue
        if not any(tag(part) in DEFINITIONS for start in starts for part in start):
            for start in starts:
                start.tag = q("intermediateThrowEvent")


def tie_compensation(process: Element) -> None:
    """Put associations of compensation events where the event stands, and let them lead away from it."""
    events = {event.get("id"): event for event in every(process, ("boundaryEvent",))}
    for association in list(every(process, ("association",))):
        source, target = local(association.get("sourceRef")), local(association.get("targetRef"))
        if target in events and source not in events:
            source, target = target, source
        association.set("sourceRef", source)
        association.set("targetRef", target)
        scope = events[source].getparent() if source in events else None
        if scope is not None and scope is not association.getparent():
            scope.append(association)


def tidy_conditions(process: Element, notes: Notes) -> None:
    """Drop empty conditions and those that the standard ignores; refuse a default that is no way out."""
    for scope in scopes(process):
        by_source: dict[str | None, set[str | None]] = {}
        sources = {node.get("id"): node for node in nodes_of(scope)}
        kinds = {key: tag(node) for key, node in sources.items()}
        for flow in flows_of(scope):
            by_source.setdefault(flow.get("sourceRef"), set()).add(flow.get("id"))
            condition = child(flow, "conditionExpression")
            unread = kinds.get(flow.get("sourceRef")) in ("parallelGateway", "eventBasedGateway")
            if condition is not None and (unread or not text_of(condition)):
                drop(condition)
                _refuse_empty(flow, sources.get(flow.get("sourceRef")), notes)
        for node in nodes_of(scope):
            if node.get("default") is None:
                continue
            node.set("default", local(node.get("default")))
            if node.get("default") not in by_source.get(node.get("id"), set()):
                default = take(node, "default")
                notes.refuse(node, "default", f"默认出线「{default}」不是该元素的出线。",
                             f"The default flow {default!r} does not leave this element.")


def _refuse_empty(flow: Element, source: Element | None, notes: Notes) -> None:
    """An empty condition beside a default way out of an activity would always be true, which nobody drew."""
    if source is None or tag(source) not in ACTIVITIES or not source.get("default"):
        return
    if local(source.get("default")) != flow.get("id"):
        notes.refuse(flow, "condition", "条件出线没有写条件,而另一条出线是默认出线。",
                     "This conditional way out has no condition, while another is the default: write its condition.")


def split_conditions(process: Element) -> None:
    """Let an inclusive gateway decide the conditional ways out of an activity or event."""
    for scope in scopes(process):
        ways: dict[str | None, list[Element]] = {}
        for flow in flows_of(scope):
            ways.setdefault(flow.get("sourceRef"), []).append(flow)
        for node in nodes_of(scope):
            leaving = ways.get(node.get("id"), [])
            if tag(node) not in ACTIVITIES | EVENTS:
                continue
            if all(child(flow, "conditionExpression") is None for flow in leaving):
                take(node, "default")
                continue
            key = f"{node.get('id')}..split"
            gateway = add(scope, "inclusiveGateway", id=key)
            if node.get("default"):
                gateway.set("default", take(node, "default"))
            for flow in leaving:
                flow.set("sourceRef", key)
                if child(flow, "conditionExpression") is None and flow.get("id") != gateway.get("default"):
                    add(flow, "conditionExpression", "true")
            add(scope, "sequenceFlow", id=f"{key}.way", sourceRef=str(node.get("id")), targetRef=key)
