"""What spiff-arena writes on elements beyond what our vocabulary shares with it.

Both use the namespace of SpiffWorkflow; expressions in Python are converted with all others.
"""

from lxml import etree

from app.engine.reading import writing
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.expressions import feel_of, reads
from app.engine.reading.notes import Notes
from app.engine.reading.words import ACTIVITIES, CATCHING, EVENTS, NODES
from app.engine.reading.xml import SPIFF, Element, child, every, local, q, tag

#: extensions that the two share
_SHARED = frozenset({"properties", "preScript", "postScript", "serviceTaskOperator", "calledDecisionId"})
#: properties that name files of that product
_FILES = frozenset({"formJsonSchemaFilename", "formUiSchemaFilename"})
#: extensions read together with the messages
_MESSAGING = frozenset({"messagePayload", "messageVariable", "processVariableCorrelation"})
_TECHNICAL = frozenset({"unitTests", "category", "isOutputSynthetic", "taskMetadataValues"})


def convert(root: Element, process: Element, notes: Notes) -> None:
    """Rewrite what stands on the nodes and messages."""
    foreign = _is_arenas(root)
    for node in list(every(process, (*NODES, "process"))):
        holder = child(node, "extensionElements")
        if foreign:
            _once_around_all(node, holder, notes)
        for element in list(holder) if holder is not None else ():
            if isinstance(element.tag, str) and etree.QName(element).namespace == SPIFF:
                _extension(node, element, notes)
    _messages(root, process, notes)


def _is_arenas(root: Element) -> bool:
    """Say whether a file bears signs that only that product leaves."""
    signs = {f"{{{SPIFF}}}{name}" for name in _TECHNICAL | _MESSAGING}
    return any(one.tag in signs or one.get("name") in _FILES for one in root.iter() if isinstance(one.tag, str)
               and one.tag.startswith(f"{{{SPIFF}}}"))  # fmt: skip


def _once_around_all(node: Element, holder: Element | None, notes: Notes) -> None:
    """Report scripts that run there once around all instances, unless the file says otherwise, and here in each."""
    several = child(node, "multiInstanceLoopCharacteristics")
    if several is None or holder is None or several.get(f"{{{SPIFF}}}scriptsOnInstances") == "true":
        return
    for name in ("preScript", "postScript"):
        if any((one.text or "").strip() for one in holder.iterchildren(f"{{{SPIFF}}}{name}")):
            notes.lost(node, "script", f"{name} 在此按每个实例各运行一次,不是整体前后各一次;请移到活动之前或之后。",
                       f"Here the {name} runs in each instance, not once around all; move it before or after.")


def _extension(node: Element, element: Element, notes: Notes) -> None:
    name = etree.QName(element).localname
    if name == "properties":
        for one in [one for one in element if one.get("name") in _FILES]:
            element.remove(one)
            notes.lost(node, "form", f"表单文件 {one.get('value', '')[:60]} 没有转换,请另做表单。",
                       f"The form file {one.get('value', '')[:60]} is not converted; draw the form anew.")
    elif name in _TECHNICAL:
        notes.kept(node, "spiff-arena", f"扩展 {name} 在此不起作用。", f"The extension {name} has no effect here.")
    elif name in ("preScript", "postScript") and tag(node) not in ACTIVITIES | EVENTS and (element.text or "").strip():
        notes.lost(node, "script", f"{name} 只能用于活动和事件。",
                   f"The {name} means something on activities and events only.")
    elif name not in _SHARED | _MESSAGING:
        notes.lost(node, "spiff-arena", f"扩展 {name} 在此没有对应。", f"The extension {name} has no equivalent here.")


def _messages(root: Element, process: Element, notes: Notes) -> None:
    """Turn payloads and correlations into the properties `payload` and `correlation`."""
    retrieved = _retrievals(root)
    declared = {str(one.get("id")): one for one in root.iterchildren(q("message"))}
    for holder in list(every(process, ("messageEventDefinition", "sendTask", "receiveTask"))):
        node = holder if tag(holder) != "messageEventDefinition" else holder.getparent()
        key = local(holder.get("messageRef"))
        if node is None or not key:
            continue
        places = [one for one in (holder, node, declared.get(key)) if one is not None]
        try:
            if tag(node) in CATCHING or tag(node) == "receiveTask":
                _waits(node, places, retrieved.get(key, {}), notes)
            else:
                _sends(node, places, retrieved.get(key, {}), notes)
        except NoEquivalent as cause:
            notes.lost(node, "correlation", f"消息内容或关联没有对应({str(cause)[:60]})。",
                       f"Payload or correlation has no equivalent ({str(cause)[:60]}).")


def _retrievals(root: Element) -> dict[str, dict[str, str]]:
    """List {message: {property: path in its payload}}; both standard and spiff-arena write it so."""
    found: dict[str, dict[str, str]] = {}
    for one in root.iterchildren(q("correlationProperty")):
        for retrieval in one.iterchildren(q("correlationPropertyRetrievalExpression")):
            text = "".join(str(part) for part in retrieval.itertext()).strip()
            if text:
                found.setdefault(local(retrieval.get("messageRef")), {})[str(one.get("id"))] = text
    return found


def _text(places: list[Element], name: str) -> str:
    for place in places:
        for one in place.iter(f"{{{SPIFF}}}{name}"):
            if (one.text or "").strip():
                return (one.text or "").strip()
    return ""


def _sends(node: Element, places: list[Element], retrieved: dict[str, str], notes: Notes) -> None:
    text = _text(places, "messagePayload")
    if not text:
        return
    payload = feel_of(text)
    if not reads(payload):
        raise NoEquivalent(text[:60])
    writing.set_property(node, "payload", f"={payload}")
    entries = [f"{name}: ({payload}).{path}" for name, path in retrieved.items() if path.isidentifier()]
    if entries:
        writing.set_property(node, "correlation", f"={{{', '.join(entries)}}}")
    notes.converted(node, "correlation", "messagePayload 已转换为 payload。",
                    "The messagePayload was converted to the property payload.")


def _waits(node: Element, places: list[Element], retrieved: dict[str, str], notes: Notes) -> None:
    variable = _text(places, "messageVariable")
    if variable.isidentifier():
        writing.append_script(node, [f"{variable} = payload"])
        notes.converted(node, "message", "messageVariable 已转换为赋值;消息内容各字段也成为变量。",
                        "The messageVariable became an assignment; the fields of the payload are variables too.")
    if tag(node) == "startEvent":
        return
    own = {}
    for place in places:
        for one in place.iter(f"{{{SPIFF}}}processVariableCorrelation"):
            key, text = one.findtext(f"{{{SPIFF}}}propertyId"), one.findtext(f"{{{SPIFF}}}expression")
            own[(key or "").strip()] = feel_of(text or "")
    entries = [f"{name}: {own.get(name, path)}" for name, path in retrieved.items()
               if name.isidentifier() and (name in own or path.isidentifier())]
    if entries:
        writing.set_property(node, "correlation", f"={{{', '.join(entries)}}}")
        notes.converted(node, "correlation", "消息关联已转换为 correlation。",
                        "The correlation of the message was converted to the property correlation.")
