"""Rules of BPMN 2.0 for events and the sub-processes that they start, cancel or undo.

Source:
    BPMN 2.0.2, chapters 10.3.5 (sub-processes), 10.5 (events), 10.7 (compensation).
"""

from collections.abc import Iterator
from typing import Any

from app.domain.findings import Finding
from app.engine.lint_flows import Ways
from app.engine.lint_words import Rule, error
from app.engine.reading.words import ACTIVITIES, CHOREOGRAPHY, EVENTS, NODES, SCOPES
from app.engine.reading.xml import Element, child, children, every, is_true, local, tag, text_of

#: characters in the name of a message or signal; the store looks waiters up by it
LONGEST_NAME = 200
_ANY = frozenset({"message", "timer", "conditional", "signal"})
#: what each kind of event may carry; `none` stands for nothing
_ALLOWED = {
    "start": _ANY | {"none"},
    "inner": frozenset({"none"}),
    "event-sub": _ANY | {"error", "escalation", "compensate"},
    "intermediateCatchEvent": _ANY | {"link"},
    "boundaryEvent": _ANY | {"error", "escalation", "cancel", "compensate"},
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "link", "compensate"}),
    "implicitThrowEvent": frozenset({"none", "message", "signal", "escalation", "link", "compensate"}),
    "endEvent": frozenset({"none", "message", "signal", "error", "escalation", "cancel", "compensate", "terminate"}),
}
_NAMES = {
    "none": ("空", "none"), "message": ("消息", "message"), "timer": ("定时", "timer"), "signal": ("信号", "signal"),
    "conditional": ("条件", "conditional"), "error": ("错误", "error"), "escalation": ("升级", "escalation"),
    "cancel": ("取消", "cancel"), "compensate": ("补偿", "compensation"), "link": ("链接", "link"),
    "terminate": ("终止", "terminate"),
}  # fmt: skip


def triggers_of(event: Element) -> list[str]:
    """List what an event carries: message, timer, …"""
    return [tag(one).removesuffix("EventDefinition") for one in event if tag(one).endswith("EventDefinition")]


def _kind(event: Element) -> str:
    """Name the kind of event; start events differ by where they stand."""
    scope = event.getparent()
    if tag(event) != "startEvent" or scope is None:
        return tag(event)
    if is_true(scope.get("triggeredByEvent")):
        return "event-sub"
    return "start" if tag(scope) == "process" else "inner"


def triggers(root: Element, around: Any) -> Iterator[Finding]:
    """Every event carries what its place allows."""
    for event in every(root, EVENTS):
        allowed = _ALLOWED[_kind(event)]
        for trigger in triggers_of(event) or ["none"]:
            if trigger in allowed:
                continue
            zh, en = _NAMES.get(trigger, (trigger, trigger))
            rule = "error-start" if trigger in ("error", "escalation", "compensate") and _kind(event) in (
                "start", "inner") else "trigger"
            yield error(event, rule, f"此处的事件不能是{zh}事件。",
                        f"An event in this place cannot be of the kind {en}.")


def contents(root: Element, around: Any) -> Iterator[Finding]:
    """Timers have a time, conditional events a condition."""
    for timer in every(root, ("timerEventDefinition",)):
        if not children(timer, "timeDate", "timeDuration", "timeCycle"):
            yield error(timer.getparent(), "timer", "定时事件没有时间。", "The timer has no date, duration or cycle.")
    for conditional in every(root, ("conditionalEventDefinition",)):
        if not text_of(child(conditional, "condition")):
            yield error(conditional.getparent(), "condition", "条件事件没有条件。",
                        "The conditional event has no condition.")


def names(root: Element, around: Any) -> Iterator[Finding]:
    """What is sent and waited for has a name that waiters can be looked up by."""
    for thing in every(root, ("message", "signal")):
        if len(thing.get("name") or thing.get("id") or "") > LONGEST_NAME:
            zh, en = _NAMES[tag(thing)]
            yield error(thing, tag(thing), f"{zh}名称超过 {LONGEST_NAME} 个字符。",
                        f"The name of the {en} is longer than {LONGEST_NAME} characters.")


def boundaries(root: Element, around: Any) -> Iterator[Finding]:
    """Boundary events stand at activities; some only at some, some only interrupting."""
    nodes = {str(node.get("id")): node for node in every(root, NODES)}
    for event in every(root, ("boundaryEvent",)):
        host, carried = nodes.get(local(event.get("attachedToRef"))), triggers_of(event)
        if host is not None and tag(host) not in ACTIVITIES:
            yield error(event, "boundary", "边界事件只能附着于活动。",
                        "A boundary event stands at something that is no activity.")
        if host is not None and "cancel" in carried and tag(host) != "transaction":
            yield error(event, "cancel", "取消边界事件只能用于事务。",
                        "A cancel event stands at something that is no transaction.")
        if not is_true(event.get("cancelActivity"), default=True) and {"error", "cancel"} & set(carried):
            yield error(event, "interrupting", "错误和取消边界事件必须中断。",
                        "An error or cancel boundary event must interrupt.")
    for event in every(root, ("endEvent",)):
        scope = event.getparent()
        if "cancel" in triggers_of(event) and (scope is None or tag(scope) != "transaction"):
            yield error(event, "cancel", "取消结束事件只能在事务中。",
                        "A cancel end event stands outside a transaction.")


def event_subprocesses(root: Element, around: Any) -> Iterator[Finding]:
    """An event sub-process has exactly one start, with a trigger; an error always interrupts."""
    for scope in every(root, SCOPES):
        starts = children(scope, "startEvent")
        if not is_true(scope.get("triggeredByEvent")):
            continue
        if len(starts) != 1:
            yield error(scope, "event-subprocess-start", f"事件子流程须恰有一个开始事件,现有 {len(starts)} 个。",
                        f"An event sub-process must have exactly one start event; it has {len(starts)}.")
        for start in starts:
            if "error" in triggers_of(start) and not is_true(start.get("isInterrupting"), default=True):
                yield error(start, "interrupting", "错误开始事件必须中断。", "An error start event must interrupt.")


def compensations(root: Element, around: Any) -> Iterator[Finding]:
    """A compensation event is tied to one activity that undoes, by an association and not by a flow."""
    ways = Ways(root)
    tied: dict[str, list[str]] = {}
    for association in every(root, ("association",)):
        source, target = local(association.get("sourceRef")), local(association.get("targetRef"))
        tied.setdefault(source, []).append(target)
        tied.setdefault(target, []).append(source)
    for event in every(root, ("boundaryEvent",)):
        if "compensate" not in triggers_of(event):
            continue
        if ways.leaving(event):
            yield error(event, "compensation", "补偿边界事件不能有出线,应以关联连到补偿活动。",
                        "A compensation event has a sequence flow; it is tied by an association.")
        undo = [one for key in tied.get(str(event.get("id")), []) if (one := ways.nodes.get(key)) is not None]
        if not any(is_true(one.get("isForCompensation")) for one in undo):
            yield error(event, "compensation", "补偿边界事件没有关联到补偿活动。",
                        "The compensation event is tied to no activity that is for compensation.")
    for definition in every(root, ("compensateEventDefinition",)):
        wanted, owner = local(definition.get("activityRef")), definition.getparent()
        if wanted and wanted not in ways.nodes:
            yield error(owner, "compensation", f"要补偿的活动「{wanted}」不存在。",
                        f"The activity {wanted!r} that is to be undone is not there.")


def links(root: Element, around: Any) -> Iterator[Finding]:
    """A link is thrown where the flow ends and caught where it goes on."""
    ways = Ways(root)
    for event in every(root, ("intermediateThrowEvent", "intermediateCatchEvent")):
        if "link" not in triggers_of(event):
            continue
        throws = tag(event) == "intermediateThrowEvent"
        if ways.leaving(event) if throws else ways.arriving(event):
            yield error(event, "link", "抛出的链接不能有出线,捕获的链接不能有入线。",
                        "A thrown link has a way out, or a caught link a way in.")


def impossible(root: Element, around: Any) -> Iterator[Finding]:
    """What no engine of one process can do: choreographies, and calls without anything to call."""
    for node in every(root, CHOREOGRAPHY):
        yield error(node, "element", "编排任务是参与方之间的约定,不能执行。",
                    "A choreography is a contract between partners and cannot be executed.")
    for node in every(root, ("callActivity",)):
        if not local(node.get("calledElement")):
            yield error(node, "called", "调用活动没有指定流程:请选择被调用的流程。",
                        "The call names no process: choose the one that it calls.")


EVENT_RULES: tuple[Rule, ...] = (
    triggers, contents, names, boundaries, event_subprocesses, compensations, links, impossible,
)
