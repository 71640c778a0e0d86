"""What a message flow between two pools says: that what is sent at one end is what is awaited at the other.

Source:
    BPMN 2.0.2, 9.3 (message flows; `messageRef` names what is carried).
"""

from collections import Counter

from app.engine.reading.notes import Notes
from app.engine.reading.words import CATCHING, THROWING
from app.engine.reading.xml import Element, add, child, children, every, local, tag

_SENDING = THROWING | {"sendTask"}
_AWAITING = CATCHING | {"receiveTask"}


def name_messages(root: Element, process: Element, notes: Notes) -> None:
    """Give ends of message flows that name no message the one that the flow or the other end names.

    Where neither does, both mean one message, named as the flow or as what sends it.
    """
    flows = [one for group in children(root, "collaboration") for one in children(group, "messageFlow")]
    ends = Counter(local(flow.get(end)) for flow in flows for end in ("sourceRef", "targetRef"))
    holders = {str(node.get("id")): found for node in every(root, _SENDING | _AWAITING)
               if ends[str(node.get("id"))] == 1 and (found := _holder(node)) is not None}
    known = {str(one.get("id")) for one in children(root, "message")}
    for flow in flows:
        source, target = holders.get(local(flow.get("sourceRef"))), holders.get(local(flow.get("targetRef")))
        bare = [one for one in (source, target) if one is not None and not one.get("messageRef")]
        named = [key for one in (flow, source, target) if one is not None and (key := local(one.get("messageRef")))]
        if not bare or (named and named[0] not in known):
            continue
        if not named:
            if source is None or target is None:
                continue
            named = [_made(root, flow)]
            known.add(named[0])
        for one in bare:
            one.set("messageRef", named[0])
            _note(one, process, notes)


def _holder(node: Element) -> Element | None:
    """Return what names the message of a node."""
    return node if tag(node) in ("sendTask", "receiveTask") else child(node, "messageEventDefinition")


def _made(root: Element, flow: Element) -> str:
    sender = local(flow.get("sourceRef"))
    node = next(one for one in every(root, _SENDING) if one.get("id") == sender)
    key = f"message..{sender}"
    add(root, "message", id=key, name=flow.get("name") or node.get("name") or sender)
    return key


def _note(holder: Element, process: Element, notes: Notes) -> None:
    node = holder if tag(holder) in ("sendTask", "receiveTask") else holder.getparent()
    if node is not None and process in node.iterancestors():
        notes.converted(node, "message", "没有指定消息,按消息流与另一端使用同一消息。",
                        "It names no message; it uses the one of its message flow, as the other end does.")
