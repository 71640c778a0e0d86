"""What Camunda 8 (Zeebe) writes on elements, in our vocabulary.

Source:
    Zeebe extension elements; its expressions are FEEL after `=`.
"""

import re
from collections.abc import Callable

from lxml import etree

from app.engine.reading import writing
from app.engine.reading.camunda_values import repeat_over
from app.engine.reading.descent import NoEquivalent, quoted
from app.engine.reading.expressions import one_line, owner_of, reads
from app.engine.reading.notes import Notes
from app.engine.reading.words import ACTIVITIES, EVENTS, NODES
from app.engine.reading.xml import Element, attributes_in, child, every, is_true, local, tag

NAMESPACE = "http://camunda.org/schema/zeebe/1.0"
_KEPT = frozenset({"userTask", "properties", "versionTag", "bindingType"})


def convert(root: Element, process: Element, notes: Notes) -> None:
    """Rewrite the extensions of every node of a process."""
    for holder in list(every(process, ("extensionElements",))):
        part = holder.getparent()
        node = owner_of(holder)
        for element in list(holder):
            if not isinstance(element.tag, str) or etree.QName(element).namespace != NAMESPACE:
                continue
            if part is node or (part is not None and tag(part) == "multiInstanceLoopCharacteristics"):
                _element(node, element, notes)
            else:
                _lost(node, etree.QName(element).localname, notes)
    for node in list(every(process, (*NODES, "process"))):
        for name in attributes_in(node, (NAMESPACE,)):
            notes.kept(node, "zeebe", f"属性 {name} 在此不起作用。", f"The attribute {name} has no effect here.")
    _correlate(root, process, notes)


def _lost(node: Element, name: str, notes: Notes) -> None:
    notes.lost(node, "zeebe", f"扩展 {name} 在此没有对应。", f"The extension {name} has no equivalent here.")


def _element(node: Element, element: Element, notes: Notes) -> None:
    name = etree.QName(element).localname
    if tag(node) == "adHocSubProcess" and (name == "taskDefinition" or element.get("activeElementsCollection")):
        notes.refuse(node, "ad-hoc", "由外部作业或表达式决定开始哪些活动的自由子流程不能执行;请用网关写明。",
                     "An ad-hoc sub-process whose activities a job or an expression chooses cannot run: draw the "
                     "choice with gateways.")
    rewrite = _REWRITE.get(name)
    if name == "taskDefinition" and tag(node) in ("sendTask", "intermediateThrowEvent", "endEvent"):
        notes.kept(node, "zeebe", "按 BPMN 发送消息,不执行作业。", "It sends its message as BPMN says; no job is done.")
        return
    try:
        if rewrite is None:
            raise NoEquivalent(name)
        rewrite(node, element)
    except NoEquivalent:
        if name in _KEPT:
            notes.kept(node, "zeebe", f"扩展 {name} 在此不起作用。", f"The extension {name} has no effect here.")
        else:
            _lost(node, name, notes)
        return
    for attribute in _ALONE.get(name, ()):
        if element.get(attribute) and not (attribute == "candidateUsers" and writing.property_of(node, "assignee") ==
                                           element.get(attribute)):
            _lost(node, f"{name}/{attribute}", notes)
    notes.converted(node, "zeebe", f"扩展 {name} 已转换。", f"The extension {name} was converted.")


def _expression(text: str) -> str:
    """Read a value that is FEEL after `=`, else a text; a script here has a line for each assignment."""
    if not text:
        return "null"
    return one_line(text.strip()[1:].strip()) if text.strip().startswith("=") else quoted(text)


def _job(node: Element, element: Element) -> None:
    if tag(node) not in ("serviceTask", "businessRuleTask", "scriptTask"):
        raise NoEquivalent("taskDefinition")
    node.tag = f"{{{etree.QName(node).namespace}}}serviceTask"
    # what the job gives back becomes variables
    writing.set_operation(node, element.get("type", "").strip(), "*")
    operator, retries = writing.ours(node, "serviceTaskOperator"), element.get("retries", "")
    if operator is not None and retries.isdigit():
        etree.SubElement(operator, f"{{{etree.QName(operator).namespace}}}retry", retries=retries)


def _mapping(node: Element, element: Element) -> None:
    if tag(node) not in ACTIVITIES | EVENTS:
        raise NoEquivalent("ioMapping")
    before: list[str] = []
    after: list[str] = []
    for one in element:
        if not isinstance(one.tag, str):
            continue
        target, source = one.get("target", ""), _expression(one.get("source", ""))
        owner, *fields = target.split(".")
        if not all(part.isidentifier() for part in (owner, *fields)):
            raise NoEquivalent(target)
        path = f"[{', '.join(map(quoted, fields))}]"
        line = (f"{owner} = context put(if {owner} instance of context then {owner} else {{}}, {path}, {source})"
                if fields else f"{owner} = {source}")
        (before if etree.QName(one).localname == "input" else after).append(line)
    if before:
        writing.prepend_script(node, before)
    if after:
        writing.append_script(node, after)


def _assigned(node: Element, element: Element) -> None:
    for theirs, own in (("assignee", "assignee"), ("candidateGroups", "candidateRoles")):
        if element.get(theirs):
            writing.set_property(node, own, str(element.get(theirs)).strip())
    users = (element.get("candidateUsers") or "").strip()
    if users and not element.get("assignee") and not element.get("candidateGroups"):
        if not re.fullmatch(r"[\w.@-]+", users):
            raise NoEquivalent("candidateUsers")
        writing.set_property(node, "assignee", users)


def _form(node: Element, element: Element) -> None:
    writing.set_property(node, "form", next(
        (value.strip() for name in ("formKey", "formId", "externalReference") if (value := element.get(name))), ""))


def _schedule(node: Element, element: Element) -> None:
    due = (element.get("dueDate") or "").strip()
    if not due.startswith("P"):
        raise NoEquivalent("dueDate")
    writing.set_property(node, "limitAmount", due)


def _called(node: Element, element: Element) -> None:
    key = (element.get("processId") or "").strip()
    if not key or key.startswith("="):
        raise NoEquivalent("processId")
    node.set("calledElement", key)


def _decision(node: Element, element: Element) -> None:
    writing.set_decision(node, (element.get("decisionId") or "").strip())
    if element.get("resultVariable"):
        writing.set_property(node, "resultVariable", str(element.get("resultVariable")))


def _script(node: Element, element: Element) -> None:
    result = element.get("resultVariable") or f"{node.get('id')}_result"
    writing.append_script(node, [f"{result} = {_expression(element.get('expression', ''))}"])


def _loop(node: Element, element: Element) -> None:
    loop = child(node, "multiInstanceLoopCharacteristics")
    if loop is None:
        raise NoEquivalent("loopCharacteristics")
    output = _expression(element.get("outputElement", "")) if element.get("outputElement") else ""
    result = element.get("outputCollection", "") if output.isidentifier() else ""
    repeat_over(node, loop, _expression(element.get("inputCollection", "")), element.get("inputElement", ""), result)
    if result:
        etree.SubElement(loop, f"{{{etree.QName(loop).namespace}}}outputDataItem", id=output, name=output)
    elif element.get("outputCollection"):
        raise NoEquivalent("outputElement")


#: what is lost of an extension that is converted otherwise
_ALONE = {"assignmentDefinition": ("candidateUsers",), "taskSchedule": ("followUpDate",),
          "calledElement": ("versionTag",), "calledDecision": ("versionTag",), "formDefinition": ("versionTag",)}
_REWRITE: dict[str, Callable[[Element, Element], None]] = {
    "taskDefinition": _job, "ioMapping": _mapping, "assignmentDefinition": _assigned, "formDefinition": _form,
    "taskSchedule": _schedule, "calledElement": _called, "calledDecision": _decision, "script": _script,
    "loopCharacteristics": _loop,
}  # fmt: skip


def _correlate(root: Element, process: Element, notes: Notes) -> None:
    """Let who waits for a message with a subscription take only those with its key."""
    keys: dict[str, str] = {}
    for message in root.iterchildren(f"{{{etree.QName(process).namespace}}}message"):
        for one in message.iter(f"{{{NAMESPACE}}}subscription"):
            keys[str(message.get("id"))] = _expression(one.get("correlationKey", ""))
    for holder in list(every(process, ("messageEventDefinition", "receiveTask"))):
        node = holder if tag(holder) == "receiveTask" else holder.getparent()
        key = keys.get(local(holder.get("messageRef")))
        if key and node is not None and not _begins_case(node) and reads(key):
            writing.set_property(node, "correlation", f"={{correlationKey: {key}}}")
            notes.converted(node, "correlation", "correlationKey 已转换为 correlation。",
                            "The correlationKey was converted to the property correlation.")


def _begins_case(node: Element) -> bool:
    """Say whether a node is a start event with no case around it that could know the key."""
    scope = node.getparent()
    return tag(node) == "startEvent" and (scope is None or not is_true(scope.get("triggeredByEvent")))
