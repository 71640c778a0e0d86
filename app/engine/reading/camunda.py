"""What Camunda 7, Flowable and Activiti write on elements, in our vocabulary.

Source:
    Camunda 7 extension attributes and elements; Flowable and Activiti use the same names in their own namespaces.
"""

import re
from collections.abc import Callable

from app.domain.calendar import Amount
from app.domain.errors import Invalid
from app.engine.reading import camunda_parts, camunda_values, writing
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.expressions import feel_of, value_of
from app.engine.reading.notes import Notes
from app.engine.reading.words import NODES
from app.engine.reading.xml import Element, attributes_in, children, every, tag, take

NAMESPACES = frozenset({
    "http://camunda.org/schema/1.0/bpmn", "http://activiti.org/bpmn", "http://flowable.org/bpmn",
    "http://www.activiti.org/bpmn", "http://operaton.org/schema/1.0/bpmn",
})  # fmt: skip
#: property of a user task by attribute
_TASK = {"assignee": "assignee", "candidateGroups": "candidateRoles", "formKey": "form", "formRef": "form"}
#: how the tool runs a diagram, not what it means: waiting, history, forms of its own modeler
_TECHNICAL = frozenset(
    "async asyncBefore asyncAfter asyncLeave asyncLeaveExclusive asyncCompleteExclusive exclusive jobPriority "
    "taskPriority jobCategory historyTimeToLive versionTag modelerTemplate modelerTemplateVersion modelerTemplateIcon "
    "isStartableInTasklist calledElementBinding decisionRefBinding formRefBinding diagramRelationId "
    "formFieldValidation calledElementType inheritVariables isEagerExecutionFetching isEagerExecutionFetch "
    "sameDeployment fallbackToDefaultTenant parallelInSameTransaction autoStoreVariables".split()
)
#: read below, with the kind of task that they stand on
_ELSEWHERE = frozenset(
    "topic type resultVariable resultVariableName expression class delegateExpression decisionRef mapDecisionResult "
    "calledElementVersion calledElementVersionTag caseRef calledElementTenantId candidateStarterGroups".split()
)
_DUE = re.compile(r"P\d|P[T0-9]")


def convert(process: Element, notes: Notes) -> None:
    """Rewrite the extensions of every element of a process."""
    camunda_parts.convert(process, NAMESPACES, notes)
    _starters(process, notes)
    for node in list(every(process, (*NODES, "process"))):
        found = attributes_in(node, NAMESPACES)
        for name, value in found.items():
            try:
                _attribute(node, name, value, notes)
            except NoEquivalent:
                _lost(node, name, value, notes)
        convert_kind = _KINDS.get(tag(node))
        if convert_kind is not None:
            _tried(convert_kind, node, found, notes)
        camunda_values.extensions(node, notes)


def _tried(
    convert_kind: Callable[[Element, dict[str, str], Notes], None], node: Element, found: dict[str, str], notes: Notes
) -> None:
    try:
        convert_kind(node, found, notes)
    except NoEquivalent as cause:
        _lost(node, tag(node), str(cause), notes)


def _attribute(node: Element, name: str, value: str, notes: Notes) -> None:
    if tag(node) == "userTask" and name in _TASK:
        writing.set_property(node, _TASK[name], value_of(value))
        _converted(node, name, _TASK[name], notes)
    elif tag(node) == "userTask" and name == "dueDate" and _is_amount(value):
        writing.set_property(node, "limitAmount", value.strip())
        _converted(node, name, "limitAmount", notes)
    elif tag(node) == "userTask" and name == "candidateUsers" and _is_one_person(node, value):
        writing.set_property(node, "assignee", value.strip())
        _converted(node, name, "assignee", notes)
    elif tag(node) == "startEvent" and name == "initiator":
        camunda_parts.initiator(node, value)
        _converted(node, name, "postScript", notes)
    elif name in _TECHNICAL:
        notes.kept(node, "camunda", f"属性 {name} 在此不起作用,也不需要。",
                   f"{name} has no effect here and needs none.")
    elif name == "formKey" and writing.property_of(node, "form") is not None:
        return
    elif name not in _ELSEWHERE or tag(node) not in _KINDS | {"process": None}:
        _lost(node, name, value, notes)


def _is_one_person(node: Element, value: str) -> bool:
    """Say whether exactly one person may take a task, who then holds it from the start."""
    others = attributes_in(node, NAMESPACES).keys() & {"assignee", "candidateGroups"}
    return not others and bool(re.fullmatch(r"[\w.@-]+", value.strip()))


def _starters(process: Element, notes: Notes) -> None:
    """Let those who may begin the process begin at its plain start event with the form that it names."""
    groups = attributes_in(process, NAMESPACES).get("candidateStarterGroups", "")
    starts = [one for one in children(process, "startEvent")
              if not any(tag(part).endswith("Definition") for part in one)]
    form = attributes_in(starts[0], NAMESPACES).get("formKey", "") if len(starts) == 1 else ""
    if groups and form and "{" not in groups + form:
        writing.set_property(starts[0], "candidateRoles", groups)
        writing.set_property(starts[0], "form", form)
        _converted(starts[0], "candidateStarterGroups, formKey", "candidateRoles, form", notes)
    elif groups:
        _lost(process, "candidateStarterGroups", groups, notes)


def _is_amount(value: str) -> bool:
    """Say whether a due date is a length of time; a date or a variable cannot become a limit."""
    if not _DUE.match(value.strip()):
        return False
    try:
        Amount.parse(value.strip())
    except Invalid:
        return False
    return True


def _converted(node: Element, name: str, ours: str, notes: Notes) -> None:
    notes.converted(node, "camunda", f"{name} 已转换为 {ours}。", f"{name} was converted to {ours}.")


def _lost(node: Element, name: str, value: str, notes: Notes) -> None:
    notes.lost(node, "camunda", f"{name}「{value[:80]}」在此没有对应。",
               f"{name} {value[:80]!r} has no equivalent here.")


def _service(node: Element, found: dict[str, str], notes: Notes) -> None:
    """An expression is a script; a topic or class is an operation of that name."""
    result = found.get("resultVariable") or found.get("resultVariableName") or ""
    if found.get("type") == "dmn":
        camunda_parts.decision_task(node)
        _converted(node, "type dmn", "calledDecisionId", notes)
        return
    if found.get("type", "external") != "external":
        _lost(node, "type", found["type"], notes)
    if "expression" in found:
        text = feel_of(found["expression"])
        writing.turn_into_script(node, [f"{result or node.get('id', '') + '_result'} = {text}"])
        _converted(node, "expression", "script", notes)
        return
    operation = found.get("topic") or found.get("delegateExpression") or found.get("class") or ""
    if not operation:
        return
    if "topic" not in found:
        _lost(node, "class" if "class" in found else "delegateExpression", operation, notes)
    else:
        _converted(node, "topic", "serviceTaskOperator", notes)
    writing.set_operation(node, operation.strip("${}#"), result or ("*" if "topic" in found else ""))


def _rule(node: Element, found: dict[str, str], notes: Notes) -> None:
    if "decisionRef" not in found:
        _service(node, found, notes)
        return
    writing.set_decision(node, found["decisionRef"])
    _converted(node, "decisionRef", "calledDecisionId", notes)
    if "resultVariable" in found:
        writing.set_property(node, "resultVariable", found["resultVariable"])
    if (shape := found.get("mapDecisionResult", "resultList")) in ("singleResult", "resultList"):
        notes.lost(node, "camunda", f"mapDecisionResult={shape}:结果的形式由命中策略决定;只有一个输出时就是其值本身。",
                   f"mapDecisionResult={shape}: what the result looks like follows from the table's hit policy; one "
                   "output alone is its value itself.")


def _script(node: Element, found: dict[str, str], notes: Notes) -> None:
    result = found.get("resultVariable") or found.get("resultVariableName")
    script = next((one for one in node if tag(one) == "script"), None)
    if result and script is not None and (script.text or "").strip():
        script.text = f"{result} = {feel_of(script.text or '')}"
        take(node, "scriptFormat")
        _converted(node, "resultVariable", "script", notes)


def _call(node: Element, found: dict[str, str], notes: Notes) -> None:
    for name in ("calledElementVersion", "calledElementVersionTag", "caseRef", "calledElementTenantId"):
        if name in found:
            _lost(node, name, found[name], notes)


def _message(node: Element, found: dict[str, str], notes: Notes) -> None:
    """A throwing event or send task sends a message, whatever class would have done it."""
    if any(name in found for name in ("class", "delegateExpression", "expression", "topic")):
        notes.kept(node, "camunda", "按 BPMN 发送消息,不调用实现。",
                   "It sends its message as BPMN says; no implementation is called.")


_KINDS: dict[str, Callable[[Element, dict[str, str], Notes], None]] = {
    "serviceTask": _service, "businessRuleTask": _rule, "scriptTask": _script, "callActivity": _call,
    "sendTask": _message,
}  # fmt: skip
