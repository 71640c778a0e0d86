"""References to what stands at the root of the file: messages, signals, errors, escalations, event definitions."""

from copy import deepcopy

from app.engine.reading.juel import has_juel
from app.engine.reading.notes import Notes
from app.engine.reading.words import CATCHING, DEFINITIONS, EVENTS, NODES
from app.engine.reading.xml import Element, add, children, every, local, tag, take

#: event definition -> (its reference, what it refers to, that one's code)
_KINDS = {
    "messageEventDefinition": ("messageRef", "message", ""),
    "signalEventDefinition": ("signalRef", "signal", ""),
    "errorEventDefinition": ("errorRef", "error", "errorCode"),
    "escalationEventDefinition": ("escalationRef", "escalation", "escalationCode"),
}
#: those that mean anything when they name nothing: any error, any escalation
_MAY_BE_BARE = ("errorEventDefinition", "escalationEventDefinition")


class _Known:
    """What stands at the root of a file, looked up once."""

    def __init__(self, root: Element) -> None:
        #: {(kind, id): its name}
        self.names = {(tag(one), str(one.get("id"))): one.get("name") or "" for one in root}
        self.items = {str(one.get("id")): one for one in children(root, "itemDefinition")}
        #: {item: the messages that carry it}
        self.carrying: dict[str, list[str]] = {}
        for one in children(root, "message"):
            self.carrying.setdefault(local(one.get("itemRef")), []).append(str(one.get("id")))


_BOOLEANS = ("cancelActivity", "isInterrupting", "triggeredByEvent", "parallelMultiple", "isForCompensation",
             "isSequential", "testBefore", "instantiate", "cancelRemainingInstances", "waitForCompletion",
             "isExecutable")


def resolve(root: Element, process: Element, notes: Notes) -> None:
    """Put shared definitions where they are used, and give what is thrown and caught a name."""
    for element in root.iter("*"):
        for name in _BOOLEANS:
            value = element.get(name)
            if value is not None:
                element.set(name, "true" if value.strip().lower() in ("true", "1") else "false")
    _inline(root, process, notes)
    _name(root)
    _refer(root, process, notes)


def _inline(root: Element, process: Element, notes: Notes) -> None:
    """Copy event definitions of the root into the events that refer to them."""
    shared = {str(one.get("id")): one for one in root if tag(one) in DEFINITIONS}
    for event in every(process, EVENTS):
        for reference in children(event, "eventDefinitionRef"):
            found = shared.get(local(reference.text))
            event.remove(reference)
            if found is None:
                notes.refuse(event, "definition", f"事件定义「{local(reference.text)}」不存在。",
                             f"The event definition {local(reference.text)!r} is not there.")
                continue
            own = deepcopy(found)
            take(own, "id")
            event.append(own)


def _name(root: Element) -> None:
    """A message, signal, error or escalation without name or code goes by its id."""
    for number, element in enumerate([one for one in root if tag(one) in _codes()], 1):
        kind = tag(element)
        if not element.get("id"):
            element.set("id", f"{kind}..{number}")
        code = _codes()[kind]
        if not (element.get("name") or "").strip():
            element.set("name", (element.get(code) if code else "") or str(element.get("id")))
        if code and not (element.get(code) or "").strip():
            element.set(code, str(element.get("name")))


def _codes() -> dict[str, str]:
    return {kind: code for _, kind, code in _KINDS.values()}


def _refer(root: Element, process: Element, notes: Notes) -> None:
    known = _Known(root)
    for definition in list(every(process, _KINDS)):
        node = definition.getparent()
        if node is not None and tag(node) in NODES:
            _point(root, node, definition, tag(definition), known, notes)
    for definition in (one for one in root if tag(one) in _KINDS):
        reference = _KINDS[tag(definition)][0]
        if definition.get(reference):
            definition.set(reference, local(definition.get(reference)))
    for task in list(every(process, ("sendTask", "receiveTask"))):
        inner = children(task, "messageEventDefinition")
        if inner and not task.get("messageRef"):
            task.set("messageRef", inner[0].get("messageRef") or "")
        _point(root, task, task, "messageEventDefinition", known, notes)
    for definition in every(process, ("compensateEventDefinition",)):
        if definition.get("activityRef"):
            definition.set("activityRef", local(definition.get("activityRef")))


def _plain(node: Element, kind: str, name: str, notes: Notes) -> None:
    """Refuse a name that another engine would work out: here it would be waited for as it stands."""
    if has_juel(name) or (name.startswith("=") and len(name) > 1):
        notes.refuse(node, kind, f"{kind} 的名称「{name[:60]}」是表达式;请写明名称,用 correlation 区分。",
                     f"The name of the {kind}, {name[:60]!r}, is an expression: write a plain name and tell them apart "
                     "by correlation.")


def _of_item(root: Element, item: str, known: _Known) -> str:
    """Return the only message that carries an item, made where there is none; empty for no such item."""
    found = known.items.get(item)
    if found is None:
        return ""
    carrying = known.carrying.get(item, [])
    key = carrying[0] if len(carrying) == 1 else f"message..{item}"
    if ("message", key) not in known.names:
        add(root, "message", id=key, name=found.get("name") or local(found.get("structureRef")) or item)
        known.names["message", key] = ""
    return key


def _point(
    root: Element, node: Element, holder: Element, definition: str, known: _Known, notes: Notes
) -> None:
    """Let one definition point to something that is there."""
    attribute, kind, _ = _KINDS[definition]
    asked = local(holder.get(attribute))
    if (kind, asked) in known.names:
        holder.set(attribute, asked)
        _plain(node, kind, known.names[kind, asked].strip(), notes)
        return
    if asked and kind == "message" and (asked_item := _of_item(root, asked, known)):
        holder.set(attribute, asked_item)
        notes.converted(node, kind, f"引用的是数据定义「{asked}」,按其消息收发。",
                        f"It refers to the item definition {asked!r} and uses the message of that item.")
        return
    if asked:
        notes.refuse(node, kind, f"引用的{kind}「{asked}」没有声明。", f"The {kind} {asked!r} is not declared.")
    take(holder, attribute)
    if definition in _MAY_BE_BARE and tag(node) in CATCHING:
        return
    key = f"{kind}..{node.get('id')}"
    name = node.get("name") or str(node.get("id"))
    made = add(root, kind, id=key, name=name)
    if _codes()[kind]:
        made.set(_codes()[kind], name)
    holder.set(attribute, key)
    known.names[kind, key] = ""
    if not asked:
        notes.kept(node, kind, f"没有指定{kind},按元素名称「{name}」收发。",
                   f"It names no {kind}; the name of the element, {name!r}, is used.")
