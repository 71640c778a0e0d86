"""Rules of BPMN 2.0 for sequence flows, gateways and pools; each is named in bpmn/README.md.

Source:
    BPMN 2.0.2, chapters 7.6 (connecting objects), 8.3.13 (sequence flow), 9.3 (message flow), 10.6 (gateways).
"""

from collections.abc import Iterator
from typing import Any

from app.domain.findings import Finding
from app.engine.lint_words import Rule, error, warning
from app.engine.reading.words import ACTIVITIES, NODES, SCOPES
from app.engine.reading.xml import Element, child, children, every, is_true, local, tag

_DECIDES = ("exclusiveGateway", "inclusiveGateway")
_AWAITED = ("message", "signal", "timer", "conditional")


class Ways:
    """The ways in and out of every node."""

    def __init__(self, root: Element) -> None:
        self.nodes = {str(node.get("id")): node for node in every(root, NODES)}
        self.out: dict[str, list[Element]] = {}
        self.into: dict[str, list[Element]] = {}
        for flow in every(root, ("sequenceFlow",)):
            self.out.setdefault(str(flow.get("sourceRef")), []).append(flow)
            self.into.setdefault(str(flow.get("targetRef")), []).append(flow)

    def leaving(self, node: Element) -> list[Element]:
        """List the flows that leave a node."""
        return self.out.get(str(node.get("id")), [])

    def arriving(self, node: Element) -> list[Element]:
        """List the flows that arrive at a node."""
        return self.into.get(str(node.get("id")), [])


def ends(root: Element, around: Any) -> Iterator[Finding]:
    """What may have no way in or out, and what needs one."""
    ways = Ways(root)
    for node in ways.nodes.values():
        kind, into, out = tag(node), ways.arriving(node), ways.leaving(node)
        if kind == "startEvent" and into:
            yield error(node, "start-incoming", "开始事件不能有入线。", "A start event has a way in.")
        if kind == "endEvent" and out:
            yield error(node, "end-outgoing", "结束事件不能有出线。", "An end event has a way out.")
        if kind == "boundaryEvent" and into:
            yield error(node, "boundary-incoming", "边界事件不能有入线。", "A boundary event has a way in.")
        if _stands_alone(node) and (into or out):
            yield error(node, "event-subprocess-flow", "事件子流程和补偿活动不能有连线。",
                        "An event sub-process or an activity for compensation has sequence flows.")
        elif not into and _needs_way_in(node):
            yield error(node, "start", "没有任何连线到达该元素。", "Nothing leads to this element.")
        if not out and not into and kind.endswith("Gateway"):
            yield error(node, "gateway", "网关没有连线。", "The gateway has no sequence flow.")
        elif not out and (kind.endswith("Gateway") or kind == "startEvent") and not _in_adhoc(node):
            yield warning(node, "end", "该元素没有出线,到此结束。", "Nothing leads out of this element; the path ends.")


def _stands_alone(node: Element) -> bool:
    return is_true(node.get("triggeredByEvent")) or is_true(node.get("isForCompensation"))


def _in_adhoc(node: Element) -> bool:
    scope = node.getparent()
    return scope is not None and tag(scope) == "adHocSubProcess"


def _needs_way_in(node: Element) -> bool:
    """Say whether a node must be led to: where a scope has a start event, everything else is."""
    scope = node.getparent()
    if tag(node) in ("startEvent", "boundaryEvent") or _stands_alone(node) or _in_adhoc(node):
        return False
    if is_true(node.get("instantiate")) or child(node, "linkEventDefinition") is not None:
        return False
    return scope is not None and bool(children(scope, "startEvent"))


def borders(root: Element, around: Any) -> Iterator[Finding]:
    """No sequence flow crosses the border of a sub-process."""
    ways = Ways(root)
    for flow in every(root, ("sequenceFlow",)):
        source, target = (ways.nodes[str(flow.get(end))] for end in ("sourceRef", "targetRef"))
        if source.getparent() is not target.getparent():
            yield error(flow, "border", f"连线从「{_called(source)}」到「{_called(target)}」跨越子流程边界。",
                        f"The flow from {_called(source)!r} to {_called(target)!r} crosses a sub-process's border.")


def _called(node: Element) -> str:
    return str(node.get("name") or node.get("id"))


def conditions(root: Element, around: Any) -> Iterator[Finding]:
    """Ways out of deciding gateways have a condition or are the default."""
    ways = Ways(root)
    for node in ways.nodes.values():
        out = ways.leaving(node)
        for flow in out:
            conditional = child(flow, "conditionExpression") is not None
            if tag(node) in _DECIDES and len(out) > 1 and not conditional and flow.get("id") != node.get("default"):
                yield error(flow, "gateway", f"网关「{_called(node)}」的出线既无条件也不是默认出线。",
                            f"A way out of the gateway {_called(node)!r} has no condition and is not its default.")
            if conditional and flow.get("id") == node.get("default"):
                yield warning(flow, "default-condition", "默认出线的条件不起作用。",
                              "The condition of a default flow has no effect.")


def directions(root: Element, around: Any) -> Iterator[Finding]:
    """A gateway's declared direction fits to its ways."""
    ways = Ways(root)
    for node in ways.nodes.values():
        said = (node.get("gatewayDirection") or "").lower()
        into, out = len(ways.arriving(node)), len(ways.leaving(node))
        if (said == "converging" and out > 1) or (said == "diverging" and into > 1):
            yield error(node, "gateway-direction", f"网关声明为 {said},但有 {into} 条入线、{out} 条出线。",
                        f"The gateway is declared {said} and has {into} ways in and {out} ways out.")


def event_gateways(root: Element, around: Any) -> Iterator[Finding]:
    """Behind an event-based gateway stand events to wait for, and nothing else leads to them."""
    ways = Ways(root)
    for node in every(root, ("eventBasedGateway",)):
        targets = [ways.nodes[str(flow.get("targetRef"))] for flow in ways.leaving(node)]
        if len(targets) < 2:
            yield error(node, "event-gateway", "事件网关至少须有两条出线。",
                        "An event-based gateway needs at least two ways out.")
        kinds = {tag(one) for one in targets}
        for target in targets:
            if not _is_awaited(target):
                yield error(target, "event-gateway", "事件网关之后只能是消息、信号、定时、条件事件或接收任务。",
                            "Behind an event-based gateway only message, signal, timer and conditional events and "
                            "receive tasks may stand.")
            elif len(ways.arriving(target)) > 1:
                yield error(target, "event-gateway", "事件网关之后的事件不能有其他入线。",
                            "Another flow leads to an event behind an event-based gateway.")
            elif "receiveTask" in kinds and child(target, "messageEventDefinition") is not None:
                yield error(target, "event-gateway", "事件网关之后不能同时有接收任务和消息事件。",
                            "Receive tasks and message events stand behind the same event-based gateway.")
        if is_true(node.get("instantiate")) and ways.arriving(node):
            yield error(node, "instantiate", "启动流程的网关不能有入线。",
                        "A gateway that starts the process has a way in.")
    for task in every(root, ("receiveTask",)):
        if is_true(task.get("instantiate")) and ways.arriving(task):
            yield error(task, "instantiate", "启动流程的接收任务不能有入线。",
                        "A receive task that starts the process has a way in.")


def _is_awaited(node: Element) -> bool:
    if tag(node) == "receiveTask":
        return True
    definitions = [tag(one).removesuffix("EventDefinition") for one in node if tag(one).endswith("EventDefinition")]
    return tag(node) == "intermediateCatchEvent" and len(definitions) == 1 and definitions[0] in _AWAITED


def message_flows(root: Element, around: Any) -> Iterator[Finding]:
    """A message flow connects two pools; it reads the file as it was drawn."""
    homes: dict[str, str] = {}
    for process in children(root, "process"):
        for node in process.iter("*"):
            if node.get("id"):
                homes[str(node.get("id"))] = str(process.get("id"))
    for pool in every(root, ("participant",)):
        homes[str(pool.get("id"))] = local(pool.get("processRef")) or str(pool.get("id"))
    for flow in every(root, ("messageFlow",)):
        source, target = (homes.get(local(flow.get(end))) for end in ("sourceRef", "targetRef"))
        if source and source == target:
            yield error(flow, "message-flow", "消息流的两端在同一个池内。",
                        "Both ends of the message flow are in one pool.")


def repetitions(root: Element, around: Any) -> Iterator[Finding]:
    """A loop ends; a multi-instance activity knows how often."""
    for node in every(root, ACTIVITIES):
        loop, many = child(node, "standardLoopCharacteristics"), child(node, "multiInstanceLoopCharacteristics")
        if loop is not None and many is not None:
            yield error(node, "loop", "循环和多实例不能同时使用。", "It has both a loop and several instances.")
        if many is not None and not children(many, "loopCardinality", "loopDataInputRef"):
            yield error(node, "multi-instance", "多实例既没有数量也没有集合。",
                        "Its several instances have neither a number nor a list.")
        if loop is not None and not loop.get("loopMaximum") and child(loop, "loopCondition") is None:
            yield error(node, "loop", "循环既没有条件也没有最多次数。",
                        "Its loop has neither a condition nor a maximum.")


def quantities(root: Element, around: Any) -> Iterator[Finding]:
    """An activity that gathers several tokens is led to by as many."""
    ways = Ways(root)
    for node in every(root, ACTIVITIES):
        needed = _number(node.get("startQuantity"))
        if needed < 2:
            continue
        sources = [ways.nodes.get(local(flow.get("sourceRef"))) for flow in ways.arriving(node)]
        coming = sum(_number(one.get("completionQuantity")) if one is not None else 1 for one in sources)
        if coming < needed:
            yield warning(node, "quantity",
                          f"须等 {needed} 个令牌(startQuantity)才执行,而连线一次只送来 {coming} 个。",
                          f"It begins when {needed} tokens are there (startQuantity); the ways to it bring {coming} "
                          "at a time: it waits until they have come often enough.")


def _number(text: str | None) -> int:
    return int(text) if text and text.strip().isdigit() else 1


def scopes_hold_work(root: Element, around: Any) -> Iterator[Finding]:
    """A process has something to do; an ad-hoc sub-process has activities and no start or end."""
    for scope in every(root, ("process", *SCOPES)):
        inside = [tag(one) for one in scope if tag(one) in NODES]
        if tag(scope) == "process" and not inside:
            yield error(scope, "process-id", "流程中没有任何元素。", "The process has no elements.")
        if tag(scope) == "adHocSubProcess" and ({"startEvent", "endEvent"} & set(inside)):
            yield error(scope, "ad-hoc", "自由子流程不能有开始或结束事件。",
                        "An ad-hoc sub-process has a start or end event.")
        if tag(scope) == "adHocSubProcess" and not ACTIVITIES & set(inside):
            yield error(scope, "ad-hoc", "自由子流程中没有活动。", "An ad-hoc sub-process has no activity.")


FLOWS: tuple[Rule, ...] = (
    ends, borders, conditions, directions, event_gateways, repetitions, quantities, scopes_hold_work,
)
