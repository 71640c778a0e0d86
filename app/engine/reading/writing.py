"""Writes the words of our vocabulary on elements of the copy; what an author wrote himself stays."""

from lxml import etree

from app.engine.reading.words import TASKS
from app.engine.reading.xml import SPIFF, Element, add, child, q, tag, take


def extensions(node: Element) -> Element:
    """Return the `extensionElements` of a node, made where there are none."""
    found = child(node, "extensionElements")
    if found is None:
        found = node.makeelement(q("extensionElements"))
        node.insert(0, found)
    return found


def ours(node: Element, name: str) -> Element | None:
    """Return an extension of the vocabulary."""
    return node.find(f"{q('extensionElements')}/{{{SPIFF}}}{name}")


def made(node: Element, name: str) -> Element:
    """Return an extension of the vocabulary, made where there is none."""
    found = ours(node, name)
    return etree.SubElement(extensions(node), f"{{{SPIFF}}}{name}") if found is None else found


def property_of(node: Element, name: str) -> str | None:
    """Read a property of the vocabulary."""
    found = node.find(f"{q('extensionElements')}/{{{SPIFF}}}properties/{{{SPIFF}}}property[@name='{name}']")
    return None if found is None else found.get("value")


def set_property(node: Element, name: str, value: str) -> None:
    """Write a property unless the author wrote it."""
    if property_of(node, name) is None:
        etree.SubElement(made(node, "properties"), f"{{{SPIFF}}}property", name=name, value=value)


def set_decision(node: Element, key: str) -> None:
    """Name the decision of a business rule task."""
    if ours(node, "calledDecisionId") is None:
        made(node, "calledDecisionId").text = key


def set_operation(node: Element, name: str, result: str = "", parameters: dict[str, str] | None = None) -> None:
    """Name the operation of a service task."""
    if ours(node, "serviceTaskOperator") is not None:
        return
    operator = made(node, "serviceTaskOperator")
    operator.set("id", name)
    if result:
        operator.set("resultVariable", result)
    listed = etree.SubElement(operator, f"{{{SPIFF}}}parameters")
    for key, value in (parameters or {}).items():
        etree.SubElement(listed, f"{{{SPIFF}}}parameter", id=key, type="any", value=value)


def prepend_script(node: Element, lines: list[str]) -> None:
    """Carry out assignments before an activity does its work."""
    if tag(node) == "scriptTask":
        script = child(node, "script")
        script = add(node, "script") if script is None else script
        script.text = "\n".join([*lines, (script.text or "")]).strip()
    else:
        script = made(node, "preScript")
        script.text = "\n".join([script.text or "", *lines]).strip()


def append_script(node: Element, lines: list[str]) -> None:
    """Carry out assignments after an activity has done its work."""
    if tag(node) == "scriptTask":
        script = child(node, "script")
        script = add(node, "script") if script is None else script
    else:
        script = made(node, "postScript")
    script.text = "\n".join([script.text or "", *lines]).strip()


def turn_into_script(node: Element, lines: list[str]) -> None:
    """Make a task a script task with these assignments."""
    assert tag(node) in TASKS
    node.tag = q("scriptTask")
    take(node, "scriptFormat")
    append_script(node, lines)


def put_before(node: Element, suffix: str, lines: list[str]) -> None:
    """Carry out assignments in a hidden task before a node; every way in leads through it."""
    scope, key = node.getparent(), f"{node.get('id')}..{suffix}"
    if scope is None or scope.find(f"{q('scriptTask')}[@id='{key}']") is not None:
        return
    for flow in scope.iterchildren(q("sequenceFlow")):
        if flow.get("targetRef") == node.get("id"):
            flow.set("targetRef", key)
    add(add(scope, "scriptTask", id=key), "script", "\n".join(lines))
    add(scope, "sequenceFlow", id=f"{key}.way", sourceRef=key, targetRef=str(node.get("id")))
