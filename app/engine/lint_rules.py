"""The rules of the modelling vocabulary, one function each."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from app.domain.calendar import WorkingCalendar
from app.domain.errors import Invalid, StepFailed
from app.domain.findings import Finding
from app.engine import feel, vocabulary
from app.engine.limits import due_of
from app.engine.parsing import BPMN, SPIFF
from app.engine.scope import read_script

#: no end of a repetition has passed by then
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Rule = Callable[[etree._Element, Any], Iterator[Finding]]


def _tag(element: etree._Element) -> str:
    name: str = etree.QName(element).localname if isinstance(element.tag, str) else ""
    return name


def _all(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    for name in names:
        yield from root.iter(f"{{{BPMN}}}{name}")


def _error(element: etree._Element | None, rule: str, zh: str, en: str) -> Finding:
    return Finding("error", "" if element is None else element.get("id", ""), rule, zh, en)


def properties_of(element: etree._Element) -> dict[str, str]:
    """Read the vocabulary properties of an element."""
    path = f"{{{BPMN}}}extensionElements/{{{SPIFF}}}properties/{{{SPIFF}}}property"
    return {one.get("name", ""): one.get("value", "") for one in element.findall(path)}


def _nodes(root: etree._Element) -> Iterator[etree._Element]:
    yield from _all(root, *vocabulary.NODES)


def refused_elements(root: etree._Element, around: Any) -> Iterator[Finding]:
    """Elements that would not run as drawn."""
    for element in root.iter():
        why = vocabulary.REFUSED.get(_tag(element))
        if why:
            owner = element if element.get("id") and _tag(element) in vocabulary.NODES else element.getparent()
            yield _error(owner, "element", f"引擎不能按图执行:{why[0]}。", f"Cannot be executed as drawn: {why[1]}.")
    for element in _all(root, "subProcess"):
        if element.get("triggeredByEvent") == "true":
            yield _error(element, "element", "引擎不能按图执行:事件子流程。",
                         "Cannot be executed as drawn: event sub-process.")
    for element in _all(root, "endEvent"):
        if element.find(f"{{{BPMN}}}signalEventDefinition") is not None:
            yield _error(element, "element", "引擎不能按图执行:信号结束事件。",
                         "Cannot be executed as drawn: signal end event.")
    for element in _all(root, "intermediateCatchEvent", "boundaryEvent"):
        if element.get("parallelMultiple") == "true":
            yield _error(element, "element", "引擎不能按图执行:并行多重事件。",
                         "Cannot be executed as drawn: parallel multiple event.")


def flows(root: etree._Element, around: Any) -> Iterator[Finding]:
    """Ways in, ways out, conditions."""
    out: dict[str, list[etree._Element]] = {}
    into: set[str] = set()
    for flow in _all(root, "sequenceFlow"):
        out.setdefault(flow.get("sourceRef", ""), []).append(flow)
        into.add(flow.get("targetRef", ""))
    for node in _nodes(root):
        tag, leaving = _tag(node), out.get(node.get("id", ""), [])
        conditional = [flow for flow in leaving if flow.find(f"{{{BPMN}}}conditionExpression") is not None]
        if tag in vocabulary.ACTIVITIES | vocabulary.EVENTS and (len(leaving) > 1 or conditional):
            yield _error(node, "element", "活动或事件有多条或带条件的出线,请改用网关。",
                         "More than one, or a conditional, way out of an activity or event; use a gateway.")
        if tag in ("exclusiveGateway", "inclusiveGateway") and len(leaving) > 1:
            for flow in leaving:
                if flow not in conditional and flow.get("id") != node.get("default"):
                    yield _error(flow, "gateway", "网关出线既无条件也不是默认出线。",
                                 "A way out of the gateway has no condition and is not its default.")
        if tag not in ("startEvent", "boundaryEvent") and node.get("id") not in into:
            yield _error(node, "start", "没有任何连线到达该元素。", "Nothing leads to this element.")
        if tag != "endEvent" and not leaving and tag not in ("subProcess",) + vocabulary.MAY_END:
            yield _error(node, "end", "该元素没有出线。", "Nothing leads out of this element.")
    for scope in _all(root, "process", "subProcess"):
        if scope.find(f"{{{BPMN}}}startEvent") is None:
            yield _error(scope, "start", "没有开始事件。", "There is no start event.")


def expressions(root: etree._Element, around: Any) -> Iterator[Finding]:
    """Everything that is FEEL must parse."""
    for name in ("conditionExpression", "condition", "loopCondition", "completionCondition", "loopCardinality"):
        for element in _all(root, name):
            yield from _feel(element.getparent(), (element.text or "").strip())
    for name, kind in (("timeDate", "date"), ("timeDuration", "duration"), ("timeCycle", "cycle")):
        for element in _all(root, name):
            yield from _timer(_owner(element), (element.text or "").strip(), kind)
    for node in _nodes(root):
        for key, value in properties_of(node).items():
            if value.startswith("=") and key in vocabulary.PROPERTIES:
                yield from _feel(node, value)
    for element in root.iter(f"{{{SPIFF}}}parameter"):
        yield from _feel(_owner(element), element.get("value", ""))


def _owner(element: etree._Element) -> etree._Element | None:
    """Return the flow node around an expression or extension."""
    found = element.getparent()
    while found is not None and _tag(found) not in vocabulary.NODES:
        found = found.getparent()
    return found


def _feel(owner: etree._Element | None, text: str) -> Iterator[Finding]:
    try:
        feel.check(text)
    except Invalid as wrong:
        yield _error(owner, "expression", f"表达式有误:{wrong}", f"The expression is wrong: {wrong}")


def _timer(owner: etree._Element | None, text: str, kind: str) -> Iterator[Finding]:
    if text.startswith("="):
        yield from _feel(owner, text)
        return
    try:
        due_of(text, kind, _LONG_AGO, WorkingCalendar())
    except (Invalid, StepFailed) as wrong:
        yield _error(owner, "expression", f"定时表达式有误:{wrong}", f"The timer is wrong: {wrong}")


def scripts(root: etree._Element, around: Any) -> Iterator[Finding]:
    """Assignments must parse and may not write reserved names."""
    for element in _all(root, "scriptTask"):
        language = element.get("scriptFormat", "")
        if language.lower() not in ("", "feel", "text/feel"):
            yield _error(element, "script", f"不支持脚本语言 {language}。", f"Scripts in {language} are not accepted.")
            continue
        yield from _script(element, element.findtext(f"{{{BPMN}}}script") or "")
    for name in ("postScript", "preScript"):
        for element in root.iter(f"{{{SPIFF}}}{name}"):
            yield from _script(_owner(element), element.text or "")


def _script(owner: etree._Element | None, text: str) -> Iterator[Finding]:
    try:
        read_script(text)
    except Invalid as wrong:
        yield _error(owner, "expression", f"赋值有误:{wrong}", f"The assignment is wrong: {wrong}")


def user_tasks(root: etree._Element, around: Any) -> Iterator[Finding]:
    """Every human task says who, where and with which form."""
    for element in _all(root, "userTask"):
        props = properties_of(element)
        roles = props.get("candidateRoles", "")
        if not roles:
            yield _error(element, "roles", "用户任务没有 candidateRoles。", "The user task has no candidateRoles.")
        for role in () if roles.startswith("=") else roles.split(","):
            if role.strip() and role.strip() not in around.roles:
                yield _error(element, "roles", f"没有角色 {role.strip()}。", f"There is no role {role.strip()}.")
        scope = props.get("orgScope", "")
        if not scope.startswith("=") and scope not in vocabulary.ANCHORS:
            yield _error(element, "scope", f"orgScope「{scope}」不是已知的层级。", f"orgScope {scope!r} is not known.")
        yield from _form(element, props.get("form", ""), around)


def _form(element: etree._Element, form: str, around: Any) -> Iterator[Finding]:
    if not form:
        yield _error(element, "form", "没有指定表单。", "It names no form.")
    elif not form.startswith("=") and form not in around.forms:
        yield _error(element, "form", f"没有表单 {form}。", f"There is no form {form}.")


def acts(root: etree._Element, around: Any) -> Iterator[Finding]:
    """A message offered to people has a form and somebody it is offered to."""
    for element in _all(root, "boundaryEvent", "intermediateCatchEvent"):
        props = properties_of(element)
        if "offeredTo" not in props and "form" not in props:
            continue
        if not props.get("offeredTo"):
            yield _error(element, "act", "该动作没有提供给任何人。", "The act is offered to nobody.")
        for role in () if props.get("offeredTo", "").startswith("=") else props.get("offeredTo", "").split(","):
            if role.strip() and role.strip() != "holder" and role.strip() not in around.roles:
                yield _error(element, "act", f"没有角色 {role.strip()}。", f"There is no role {role.strip()}.")
        yield from _form(element, props.get("form", ""), around)


def references(root: etree._Element, around: Any) -> Iterator[Finding]:
    """Decisions, called processes and operations exist."""
    for element in _all(root, "businessRuleTask"):
        key = (element.findtext(f"{{{BPMN}}}extensionElements/{{{SPIFF}}}calledDecisionId") or "").strip()
        if key not in around.decisions:
            yield _error(element, "decision", f"没有决策表「{key}」。", f"There is no decision {key!r}.")
    for element in _all(root, "callActivity"):
        if element.get("calledElement") not in around.processes:
            called = element.get("calledElement")
            yield _error(element, "called", f"没有流程「{called}」。", f"There is no process {called!r}.")
    for element in _all(root, "serviceTask"):
        yield from _operation(element)


def _operation(element: etree._Element) -> Iterator[Finding]:
    operator = element.find(f"{{{BPMN}}}extensionElements/{{{SPIFF}}}serviceTaskOperator")
    name = operator.get("id", "") if operator is not None else ""
    known = vocabulary.OPERATIONS.get(name)
    if operator is None or known is None:
        yield _error(element, "operation", f"没有操作「{name}」。", f"There is no operation {name!r}.")
        return
    given = {one.get("id", "") for one in operator.iter(f"{{{SPIFF}}}parameter")}
    for missing in sorted(known.required - given):
        yield _error(element, "operation", f"操作 {name} 缺少参数 {missing}。", f"{name} needs {missing}.")
    if known.optional is not None:
        for extra in sorted(given - known.required - known.optional):
            yield _error(element, "operation", f"操作 {name} 没有参数 {extra}。", f"{name} has no parameter {extra}.")


def known_properties(root: etree._Element, around: Any) -> Iterator[Finding]:
    """Properties that this vocabulary does not know, or in the wrong place."""
    for node in _nodes(root):
        allowed = vocabulary.allowed_on(_tag(node))
        for name in properties_of(node):
            if name not in allowed:
                yield _error(node, "property", f"此处不能使用属性 {name}。", f"{name} has no meaning here.")


def limits(root: etree._Element, around: Any) -> Iterator[Finding]:
    """A limit without an amount must have a row in the table of limits."""
    for node in _nodes(root):
        props = properties_of(node)
        name = props.get("limit")
        if not name or "limitAmount" in props or around.sla is None:
            continue
        try:
            inputs = {"step": name, "item_code": None, "urgency": "U3", "level": "L3", "nature": "complaint"}
            found = around.sla.decide("sla", inputs, now=None).outputs
        except Invalid:
            found = None
        if not found or (isinstance(found, dict) and not found.get("amount")):
            yield _error(node, "limit", f"时限表 sla 没有环节「{name}」的行,也没有 limitAmount。",
                         f"The table sla has no row for the step {name!r} and there is no limitAmount.")


RULES: tuple[Rule, ...] = (
    refused_elements, flows, expressions, scripts, user_tasks, acts, references, known_properties, limits,
)
