"""What jBPM and Kogito write on elements, in our vocabulary: work items by name, their inputs as data associations.

Source:
    jBPM's extension attributes; its inputs and outputs are the standard's data associations.
"""

import re

from app.engine.reading import writing
from app.engine.reading.descent import NoEquivalent, quoted
from app.engine.reading.juel import has_juel, to_feel
from app.engine.reading.notes import Notes
from app.engine.reading.xml import Element, attributes_in, child, children, every, q, tag, text_of

NAMESPACES = frozenset({"http://www.jboss.org/drools"})
#: inputs of a human task that say who does it
_PEOPLE = {"GroupId": "candidateRoles", "ActorId": "assignee"}
#: inputs that describe the work item itself
_TECHNICAL = frozenset("TaskName NodeName Skippable Priority Comment Description CreatedBy Content".split())


def convert(process: Element, notes: Notes) -> None:
    """Rewrite work items and human tasks of a process."""
    for node in list(every(process, ("task", "serviceTask", "userTask", "businessRuleTask"))):
        found = attributes_in(node, NAMESPACES)
        if not found:
            continue
        inputs = _inputs(process, node, notes)
        if tag(node) == "userTask":
            _human(node, inputs, notes)
        elif found.get("taskName") and tag(node) in ("task", "serviceTask"):
            node.tag = q("serviceTask")
            taken = {name: value for name, value in inputs.items() if name not in _TECHNICAL and name.isidentifier()}
            writing.set_operation(node, found["taskName"], _result(process, node), taken)
            notes.converted(node, "drools", f"工作项 {found['taskName']} 已转换为同名操作。",
                            f"The work item {found['taskName']} became the operation of that name.")
        elif tag(node) == "businessRuleTask" and inputs.get("decision"):
            writing.set_decision(node, inputs["decision"].strip('"'))
            notes.converted(node, "drools", "决策已转换为 calledDecisionId。", "The decision became calledDecisionId.")
        for name in ("onEntry-script", "onExit-script"):
            if any(str(one.tag).endswith(f"}}{name}") for one in node.iter("*")):
                notes.lost(node, "drools", f"{name} 在此没有对应。", f"The {name} has no equivalent here.")


def _human(node: Element, inputs: dict[str, str], notes: Notes) -> None:
    for name, ours in _PEOPLE.items():
        value = inputs.get(name, "")
        if not value:
            continue
        literal = re.fullmatch(r'"([^"\\]*)"', value)
        writing.set_property(node, ours, literal[1] if literal else f"={value}")
        notes.converted(node, "drools", f"{name} 已转换为 {ours}。", f"{name} was converted to {ours}.")


def _variables(process: Element) -> dict[str, str]:
    """List {id of a process variable: its name}."""
    return {str(one.get("id")): (one.get("name") or one.get("id") or "") for one in children(process, "property")}


def _inputs(process: Element, node: Element, notes: Notes) -> dict[str, str]:
    """List {name of an input: FEEL} of an activity."""
    names = _data(node, "dataInput")
    variables = _variables(process)
    found: dict[str, str] = {}
    for association in children(node, "dataInputAssociation"):
        name = names.get(text_of(child(association, "targetRef")), "")
        source, assignment = text_of(child(association, "sourceRef")), child(association, "assignment")
        try:
            if assignment is not None:
                found[name] = _value(text_of(child(assignment, "from")))
            elif source:
                found[name] = variables.get(source, source)
        except NoEquivalent as cause:
            notes.lost(node, "drools", f"输入 {name} 没有对应({str(cause)[:60]})。",
                       f"The input {name!r} has no equivalent ({str(cause)[:60]}).")
    return found


def _value(text: str) -> str:
    if has_juel(text):
        return to_feel(text)
    return text if re.fullmatch(r"-?\d+(\.\d+)?|true|false", text) else quoted(text)


def _result(process: Element, node: Element) -> str:
    """Name the variable that takes the only output."""
    variables = _variables(process)
    targets = [text_of(child(one, "targetRef")) for one in children(node, "dataOutputAssociation")]
    name = variables.get(targets[0], targets[0]) if len(targets) == 1 else ""
    return name if name.isidentifier() else ""


def _data(node: Element, kind: str) -> dict[str, str]:
    specification = child(node, "ioSpecification")
    inside = children(specification, kind) if specification is not None else []
    return {str(one.get("id")): (one.get("name") or "").strip() for one in inside}
