"""What jBPM and Kogito write on elements, in our vocabulary: work items by name, their inputs as data associations.

Source:
    jBPM's extension attributes; its inputs and outputs are the standard's data associations.
"""

import re
from collections.abc import Iterable

from app.domain.errors import Invalid
from app.engine.reading import writing
from app.engine.reading.descent import NoEquivalent, quoted
from app.engine.reading.expressions import properties_of_beans, statements
from app.engine.reading.juel import has_juel, to_feel
from app.engine.reading.notes import Notes
from app.engine.reading.words import ACTIVITIES, EVENTS, NODES, variable_of
from app.engine.reading.xml import Element, attributes_in, child, children, every, local, q, tag, text_of
from app.engine.scope import read_script

NAMESPACES = frozenset({"http://www.jboss.org/drools"})
#: inputs of a human task that say who does it
_PEOPLE = {"GroupId": "candidateRoles", "ActorId": "assignee"}
#: inputs that describe the work item itself
_TECHNICAL = frozenset("TaskName NodeName Skippable Priority Comment Description CreatedBy Content Locale".split())
#: inputs and further words that would do something there
_UNHEARD = frozenset("NotStartedReassign NotCompletedReassign NotStartedNotify NotCompletedNotify ExcludedOwnerId "
                     "BusinessAdministratorId BusinessAdministratorGroupId TaskStakeholderId".split())
#: inputs that every human task of that tool has, one or the other
_HUMAN = frozenset({"TaskName", "GroupId", "ActorId"})
#: what a rule task says of itself, and what says which model it means
_RULES, _MODEL = "http://www.jboss.org/drools", frozenset({"namespace", "model"})
#: inputs that say which table decides
_TABLE = frozenset({"namespace", "model", "decision", "fileName"})
_READ = frozenset({"taskName", "serviceoperation", "serviceinterface", "serviceimplementation"})
_META = frozenset({"customSLADueDate", "customActivationCondition", "customAutoStart"})


def convert(process: Element, notes: Notes) -> None:
    """Rewrite work items, human tasks, calls and decisions of a process."""
    variables = _variables(process)
    operations = {str(one.get("id")): one.get("name") or ""
                  for one in every(process.getroottree().getroot(), ("operation",))}
    for node in list(every(process, (*NODES, "process"))):
        found = attributes_in(node, NAMESPACES)
        _unread(node, found, notes)
        if tag(node) not in ACTIVITIES or not is_theirs(node):
            continue
        inputs = _inputs(variables, node, notes)
        if tag(node) == "userTask":
            _human(node, inputs, notes)
        elif tag(node) == "businessRuleTask":
            _decision(variables, node, found, inputs, notes)
        elif name := _operation(node, found, operations):
            node.tag = q("serviceTask")
            taken = {key: value for key, value in inputs.items() if key not in _TECHNICAL and key.isidentifier()}
            _call(variables, node, name, taken)
            notes.converted(node, "drools", f"工作项 {name} 已转换为同名操作。",
                            f"The work item {name} became the operation of that name.")
        elif tag(node) != "serviceTask":
            _literals(node, inputs, _TECHNICAL)


def is_theirs(node: Element) -> bool:
    """Say whether an activity was written there: by an attribute, or by inputs that only that tool has."""
    if attributes_in(node, NAMESPACES) or (node.get("implementation") or "").startswith(_RULES):
        return True
    inputs = set(_data(node, "dataInput").values())
    return bool(inputs & _HUMAN) if tag(node) == "userTask" else tag(node) == "businessRuleTask" and inputs >= _MODEL


def _operation(node: Element, found: dict[str, str], operations: dict[str, str]) -> str:
    """Name the operation of a work item or of a service task."""
    if tag(node) in ("task", "serviceTask") and found.get("taskName"):
        return found["taskName"]
    if tag(node) != "serviceTask":
        return ""
    return found.get("serviceoperation") or operations.get(local(node.get("operationRef")), "")


def _unread(node: Element, found: dict[str, str], notes: Notes) -> None:
    """List what would do something in that tool and does nothing here."""
    for name in ("onEntry-script", "onExit-script"):
        for one in node.iterfind(f"{{*}}extensionElements/{{*}}{name}"):
            _around(node, name, one, notes)
    for one in node.iterfind("{*}extensionElements/{http://www.jboss.org/drools}metaData"):
        text = "".join(str(part) for part in one.itertext()).strip()
        if one.get("name") in _META and text not in ("", "false"):
            notes.lost(node, "drools", f"{one.get('name')}「{text[:60]}」在此没有对应。",
                       f"{one.get('name')} {text[:60]!r} has no equivalent here.")
    if found.get("waitForCompletion") == "false" or (tag(node) == "process" and found.get("adHoc") == "true"):
        name = "adHoc" if tag(node) == "process" else "waitForCompletion=false"
        notes.lost(node, "drools", f"{name} 在此没有对应。", f"{name} has no equivalent here.")
    others = sorted(found.keys() - _READ - {"waitForCompletion", "adHoc", "ruleFlowGroup"})
    if others:
        notes.kept(node, "drools", f"属性 {'、'.join(others)[:120]} 在此不起作用。",
                   f"The attributes {', '.join(others)[:120]} have no effect here.")


def _around(node: Element, name: str, element: Element, notes: Notes) -> None:
    """Carry out a script on entry or exit that only sets variables or writes to a log."""
    text = "".join(str(part) for part in element.itertext()).strip()
    try:
        lines = statements(properties_of_beans(text, element.get("scriptFormat", ""))).splitlines()
        read_script("\n".join(lines))
    except (NoEquivalent, Invalid):
        lines = ["//"]
    if lines == ["//"] or tag(node) not in ACTIVITIES | EVENTS:
        notes.lost(node, "drools", f"{name} 在此没有对应。", f"The {name} has no equivalent here.")
        return
    if lines and name == "onEntry-script":
        writing.prepend_script(node, lines)
    elif lines:
        writing.append_script(node, lines)
    notes.converted(node, "drools", f"{name} 已转换为赋值。", f"The {name} became assignments.")


def _human(node: Element, inputs: dict[str, str], notes: Notes) -> None:
    for name, ours in _PEOPLE.items():
        value = inputs.get(name, "")
        if not value:
            continue
        literal = re.fullmatch(r'"([^"\\]*)"', value)
        writing.set_property(node, ours, literal[1] if literal else f"={value}")
        notes.converted(node, "drools", f"{name} 已转换为 {ours}。", f"{name} was converted to {ours}.")
    for name in sorted(inputs.keys() & (_UNHEARD | {"Priority"})):
        notes.lost(node, "drools", f"输入 {name} 在此没有对应。", f"The input {name} has no equivalent here.")
    _literals(node, inputs, _TECHNICAL | _UNHEARD | _PEOPLE.keys())


def _literals(node: Element, inputs: dict[str, str], without: Iterable[str]) -> None:
    """Put what is written out for an input into its variable before the work."""
    names = _data(node, "dataInput")
    written = {names.get(text_of(child(one, "targetRef")), "") for one in children(node, "dataInputAssociation")
               if child(one, "assignment") is not None}
    lines = [f"{name} = {value}" for name, value in inputs.items()
             if name in written and name not in without and name.isidentifier()]
    if lines:
        writing.prepend_script(node, lines)


def _decision(
    variables: dict[str, str], node: Element, found: dict[str, str], inputs: dict[str, str], notes: Notes
) -> None:
    if inputs.get("model") and not inputs.get("decision") and (named := _only_output(node)):
        # all decisions of the model are meant; the one that is asked for is enough
        inputs["decision"] = quoted(named)
    if not inputs.get("decision"):
        missing = found.get("ruleFlowGroup") or inputs.get("model", "").strip('"')
        notes.lost(node, "drools", f"规则「{missing[:60]}」在此没有对应,请指定决策表。",
                   f"The rules {missing[:60]!r} have no equivalent here: name the decision.")
        return
    lines = [f"{variable_of(name)} = {value}" for name, value in inputs.items()
             if name and name not in _TABLE | _TECHNICAL and value != variable_of(name)]
    if lines:
        writing.prepend_script(node, lines)
    writing.set_decision(node, inputs["decision"].strip('"'))
    if result := _result(variables, node):
        writing.set_property(node, "resultVariable", result)
    notes.converted(node, "drools", "决策已转换为 calledDecisionId。", "The decision became calledDecisionId.")


def _call(variables: dict[str, str], node: Element, name: str, taken: dict[str, str]) -> None:
    """Call an operation; keep the only output in its variable; of several each goes by its name."""
    named = _data(node, "dataOutput")
    ends = [(named.get(text_of(child(one, "sourceRef")), ""), text_of(child(one, "targetRef")))
            for one in children(node, "dataOutputAssociation")]
    outputs = {output: variables.get(target, target) for output, target in ends
               if output.isidentifier() and variables.get(target, target).isidentifier()}
    if len(outputs) < 2:
        writing.set_operation(node, name, _result(variables, node), taken)
        return
    writing.set_operation(node, name, "*", taken)
    lines = [f"{target} = {output}" for output, target in outputs.items() if target != output]
    if lines:
        writing.append_script(node, lines)


def _variables(process: Element) -> dict[str, str]:
    """List {id of a process variable: its name}."""
    return {str(one.get("id")): (one.get("name") or one.get("id") or "") for one in children(process, "property")}


def _inputs(variables: dict[str, str], node: Element, notes: Notes) -> dict[str, str]:
    """List {name of an input: FEEL} of an activity."""
    names = _data(node, "dataInput")
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


def _result(variables: dict[str, str], node: Element) -> str:
    """Name the variable that takes the only output."""
    targets = [text_of(child(one, "targetRef")) for one in children(node, "dataOutputAssociation")]
    name = variables.get(targets[0], targets[0]) if len(targets) == 1 else ""
    return name if name.isidentifier() else ""


def _only_output(node: Element) -> str:
    """Name the only output that goes anywhere."""
    named = _data(node, "dataOutput")
    used = [named.get(text_of(child(one, "sourceRef")), "") for one in children(node, "dataOutputAssociation")]
    return used[0] if len(used) == 1 else ""


def _data(node: Element, kind: str) -> dict[str, str]:
    specification = child(node, "ioSpecification")
    inside = children(specification, kind) if specification is not None else []
    return {str(one.get("id")): (one.get("name") or "").strip() for one in inside}
