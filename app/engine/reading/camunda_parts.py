"""What Camunda 7, Flowable and Activiti write on parts of elements: listeners, event definitions, flows, lists."""

from collections.abc import Iterable

from lxml import etree

from app.engine.reading import writing
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.expressions import owner_of, statements
from app.engine.reading.notes import Notes
from app.engine.reading.words import ACTIVITIES, EVENTS, NODES
from app.engine.reading.xml import Element, attributes_in, drop, tag, take

#: variables that take what an event caught -> ours
_CAUGHT = {"errorCodeVariable": "errorCode", "errorVariableName": "errorCode", "errorMessageVariable": "errorMessage",
           "escalationCodeVariable": "escalationCode"}
#: read with the element around
_ELSEWHERE = frozenset({"collection", "elementVariable"})
#: how that tool runs it: in which thread, when it looks at a condition, by which class it sends
_TECHNICAL = frozenset("async asyncBefore asyncAfter exclusive variableName variableEvents type topic class expression "
                       "delegateExpression resultVariable taskPriority jobPriority errorVariableTransient "
                       "errorVariableLocalScope".split())
_WHEN = {"start": "before", "create": "before", "end": "after", "complete": "after"}


def convert(process: Element, namespaces: Iterable[str], notes: Notes) -> None:
    """Rewrite what stands on parts of elements; what is not read here is listed."""
    for part in list(process.iter("{http://www.omg.org/spec/BPMN/20100524/MODEL}*")):
        if tag(part) in NODES | {"process", "extensionElements"}:
            continue
        for name, value in attributes_in(part, namespaces).items() if part.attrib else ():
            _attribute(owner_of(part), part, name, value, notes)
        if tag(part) == "sequenceFlow" or tag(part).endswith("Definition"):
            for one in part.iterfind("{*}extensionElements/{*}*"):
                owner, full = owner_of(part), etree.QName(one)
                if full.namespace in namespaces and full.localname == "properties":
                    notes.kept(owner, "camunda", "扩展 properties 在此不起作用。",
                               "The extension properties has no effect here.")
                elif full.namespace in namespaces:
                    notes.lost(owner, "camunda", f"扩展 {full.localname} 在此没有对应。",
                               f"The extension {full.localname} has no equivalent here.")


def _attribute(owner: Element, part: Element, name: str, value: str, notes: Notes) -> None:
    if name in _ELSEWHERE or not value.strip():
        return
    if name in _CAUGHT and tag(owner) in EVENTS and value.isidentifier():
        if value != _CAUGHT[name]:
            writing.append_script(owner, [f"{value} = {_CAUGHT[name]}"])
    elif name == "elementIndexVariable" and tag(owner) in ACTIVITIES and value.isidentifier():
        writing.prepend_script(owner, [f"{value} = loopCounter - 1"])
    elif name in _TECHNICAL:
        notes.kept(owner, "camunda", f"{tag(part)} 的属性 {name} 在此不起作用,也不需要。",
                   f"{name} of the {tag(part)} has no effect here and needs none.")
        return
    else:
        notes.lost(owner, "camunda", f"{tag(part)} 的属性 {name}「{value[:60]}」在此没有对应。",
                   f"{name} {value[:60]!r} of the {tag(part)} has no equivalent here.")
        return
    notes.converted(owner, "camunda", f"{name} 已转换为赋值。", f"{name} became an assignment.")


def initiator(node: Element, value: str) -> None:
    """Keep who began the case under the name that the diagram gives it.

    Raises:
        NoEquivalent: the name is no variable.
    """
    name = value.strip().removeprefix("${").removesuffix("}")
    if not name.isidentifier():
        raise NoEquivalent(value)
    writing.append_script(node, [f"{name} = actor.username"])


def listener(node: Element, element: Element) -> None:
    """Carry out a listener that only sets variables, before or after its element.

    Raises:
        NoEquivalent: it does anything else, or at another time.
    """
    when = _WHEN.get(element.get("event") or "start" if "execution" in str(element.tag) else element.get("event", ""))
    scripts = [one for one in element if isinstance(one.tag, str) and etree.QName(one).localname == "script"]
    text = (scripts[0].text or "") if scripts and not scripts[0].get("resource") else element.get("expression", "")
    if when is None or tag(node) not in ACTIVITIES | EVENTS or not text.strip():
        raise NoEquivalent(element.get("event", ""))
    lines = statements(text.strip().removeprefix("${").removeprefix("#{").removesuffix("}")).splitlines()
    if when == "before":
        writing.prepend_script(node, lines)
    else:
        writing.append_script(node, lines)


def decision_task(node: Element) -> None:
    """Read a service task that says in fields which table decides as a business rule task.

    Raises:
        NoEquivalent: no field names one.
    """
    for field in node.iterfind("{*}extensionElements/{*}field"):
        key = field.get("stringValue") or "".join(str(text) for text in field.itertext()).strip()
        if field.get("name") in ("decisionTableReferenceKey", "decisionServiceReferenceKey") and key:
            node.tag = node.tag.replace("serviceTask", "businessRuleTask") if isinstance(node.tag, str) else node.tag
            take(node, "implementation")
            writing.set_decision(node, key)
            drop(field)
            return
    raise NoEquivalent("type dmn")
