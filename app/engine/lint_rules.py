"""The rules of the modelling vocabulary, one function each."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from app.domain.calendar import WorkingCalendar
from app.domain.errors import Invalid, StepFailed
from app.domain.findings import Finding
from app.engine import feel, vocabulary
from app.engine.limits import due_of
from app.engine.lint_words import Rule
from app.engine.lint_words import error as _error
from app.engine.reading.xml import BPMN, SPIFF, Element, every, tag
from app.engine.scope import read_script

#: no end of a repetition has passed by then
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_RUNS = re.compile(r"[\s\x00-\x20]*(javascript|vbscript|data:text/html)\s*[:;,]", re.IGNORECASE)
_EXPRESSIONS = ("conditionExpression", "condition", "loopCondition", "completionCondition", "loopCardinality",
                "activationCondition")
#: whom an act may be offered to besides roles: who holds its task, and a party who bears its code
_NO_ROLES = ("holder", "party")
#: stands in place of them where only other cases and programs send: then it is no act, and has no form
_CASES = "cases"


def properties_of(element: Element) -> dict[str, str]:
    """Read the vocabulary properties of an element."""
    path = f"{{{BPMN}}}extensionElements/{{{SPIFF}}}properties/{{{SPIFF}}}property"
    return {one.get("name", ""): one.get("value", "") for one in element.findall(path)}


def _nodes(root: Element) -> Iterator[Element]:
    yield from every(root, vocabulary.NODES)


def expressions(root: Element, around: Any) -> Iterator[Finding]:
    """Everything that is FEEL must parse."""
    for element in every(root, _EXPRESSIONS):
        if (element.text or "").strip():
            yield from _feel(_owner(element), (element.text or "").strip())
    for name, kind in (("timeDate", "date"), ("timeDuration", "duration"), ("timeCycle", "cycle")):
        for element in every(root, (name,)):
            yield from _timer(_owner(element), (element.text or "").strip(), kind)
    for node in _nodes(root):
        for key, value in properties_of(node).items():
            if value.startswith("=") and key in vocabulary.PROPERTIES:
                yield from _feel(node, value)
    for element in root.iter(f"{{{SPIFF}}}parameter"):
        yield from _feel(_owner(element), element.get("value", ""))


def _owner(element: Element) -> Element | None:
    """Return the flow node around an expression or extension."""
    found = element.getparent()
    while found is not None and tag(found) not in (*vocabulary.NODES, "sequenceFlow"):
        found = found.getparent()
    return found


def _feel(owner: Element | None, text: str) -> Iterator[Finding]:
    try:
        feel.check(text)
    except Invalid as wrong:
        said = str(wrong)[:300]
        yield _error(owner, "expression", f"表达式有误:{said}", f"The expression is wrong: {said}")


def _timer(owner: Element | None, text: str, kind: str) -> Iterator[Finding]:
    if text.startswith("="):
        yield from _feel(owner, text)
        return
    try:
        due_of(text, kind, _LONG_AGO, WorkingCalendar())
    except (Invalid, StepFailed) as wrong:
        yield _error(owner, "expression", f"定时表达式有误:{wrong}", f"The timer is wrong: {wrong}")


def scripts(root: Element, around: Any) -> Iterator[Finding]:
    """Assignments must parse and may not write reserved names."""
    for element in every(root, ("scriptTask",)):
        language = element.get("scriptFormat", "")
        if language.lower() not in ("", "feel", "text/feel"):
            yield _error(element, "script", f"不支持脚本语言 {language}。", f"Scripts in {language} are not accepted.")
            continue
        yield from _script(element, element.findtext(f"{{{BPMN}}}script") or "")
    for name in ("postScript", "preScript"):
        for element in root.iter(f"{{{SPIFF}}}{name}"):
            yield from _script(_owner(element), element.text or "")


def _script(owner: Element | None, text: str) -> Iterator[Finding]:
    try:
        read_script(text)
    except Invalid as wrong:
        said = str(wrong)[:300]
        yield _error(owner, "expression", f"赋值有误:{said}", f"The assignment is wrong: {said}")


def user_tasks(root: Element, around: Any) -> Iterator[Finding]:
    """Every human task says who, where and with which form."""
    for element in every(root, ("userTask",)):
        props = properties_of(element)
        roles = props.get("candidateRoles", "")
        if not roles and not props.get("assignee"):
            yield _error(element, "roles", "用户任务没有 candidateRoles。", "The user task has no candidateRoles.")
        yield from known_roles(element, roles, around)
        scope = props.get("orgScope", "")
        if roles and not scope.startswith("=") and scope not in vocabulary.ANCHORS:
            yield _error(element, "scope", f"orgScope「{scope}」不是已知的层级。", f"orgScope {scope!r} is not known.")
        yield from known_form(element, props.get("form", ""), around)


def known_roles(element: Element, roles: str, around: Any) -> Iterator[Finding]:
    """Role codes that are written out must exist."""
    for role in () if roles.startswith("=") else roles.split(","):
        if role.strip() and role.strip() not in around.roles:
            yield _error(element, "roles", f"没有角色 {role.strip()}。", f"There is no role {role.strip()}.")


def known_form(element: Element, form: str, around: Any) -> Iterator[Finding]:
    """A form is named, and exists."""
    if not form:
        yield _error(element, "form", "没有指定表单。", "It names no form.")
    elif not form.startswith("=") and form not in around.forms:
        yield _error(element, "form", f"没有表单 {form}。", f"There is no form {form}.")


def acts(root: Element, around: Any) -> Iterator[Finding]:
    """A message offered to people has a form and somebody it is offered to."""
    for element in every(root, ("boundaryEvent", "intermediateCatchEvent", "startEvent")):
        props = properties_of(element)
        if "offeredTo" not in props and ("form" not in props or tag(element) == "startEvent"):
            continue
        if props.get("offeredTo") == _CASES and "form" not in props:
            continue
        if not props.get("offeredTo"):
            yield _error(element, "act", "该动作没有提供给任何人。", "The act is offered to nobody.")
        for role in () if props.get("offeredTo", "").startswith("=") else props.get("offeredTo", "").split(","):
            if role.strip() and role.strip() not in _NO_ROLES and role.strip() not in around.roles:
                yield _error(element, "act", f"没有角色 {role.strip()}。", f"There is no role {role.strip()}.")
        yield from known_form(element, props.get("form", ""), around)


def references(root: Element, around: Any) -> Iterator[Finding]:
    """Decisions, called processes and operations exist."""
    for element in every(root, ("businessRuleTask",)):
        key = (element.findtext(f"{{{BPMN}}}extensionElements/{{{SPIFF}}}calledDecisionId") or "").strip()
        if not key:
            yield _error(element, "decision", "没有指定决策表:请选择业务规则任务所用的决策。",
                         "It names no decision: choose the one that the business rule task decides by.")
        elif key not in around.decisions:
            yield _error(element, "decision", f"没有决策表「{key}」。", f"There is no decision {key!r}.")
    for element in every(root, ("callActivity",)):
        called = element.get("calledElement")
        if called and called not in around.processes:
            yield _error(element, "called", f"没有流程「{called}」。", f"There is no process {called!r}.")
    for element in every(root, ("serviceTask",)):
        yield from _operation(element, around)


def _operation(element: Element, around: Any) -> Iterator[Finding]:
    operator = element.find(f"{{{BPMN}}}extensionElements/{{{SPIFF}}}serviceTaskOperator")
    name = operator.get("id", "") if operator is not None else ""
    known = vocabulary.OPERATIONS.get(name) or around.operations.get(name)
    if not name:
        yield _error(element, "operation", "没有指定操作:请选择操作,或改为用户任务、脚本任务。",
                     "It names no operation: choose one, or make it a user task or script task.")
        return
    assert operator is not None
    if known is None:
        yield _error(element, "operation", f"没有操作「{name}」。", f"There is no operation {name!r}.")
        return
    given = {one.get("id", "") for one in operator.iter(f"{{{SPIFF}}}parameter")}
    for missing in sorted(known.required - given):
        yield _error(element, "operation", f"操作 {name} 缺少参数 {missing}。", f"{name} needs {missing}.")
    if known.optional is not None:
        for extra in sorted(given - known.required - known.optional):
            yield _error(element, "operation", f"操作 {name} 没有参数 {extra}。", f"{name} has no parameter {extra}.")


def known_properties(root: Element, around: Any) -> Iterator[Finding]:
    """Properties that this vocabulary does not know, or in the wrong place."""
    for node in _nodes(root):
        allowed = vocabulary.allowed_on(tag(node))
        for name in properties_of(node):
            if name not in allowed:
                yield _error(node, "property", f"此处不能使用属性 {name}。", f"{name} has no meaning here.")


def limits(root: Element, around: Any) -> Iterator[Finding]:
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


def links_to_scripts(root: Element, around: Any) -> Iterator[Finding]:
    """No text or attribute is a link that runs something where it is shown."""
    for element in root.iter("*"):
        for text in (element.text or "", *element.attrib.values()):
            if _RUNS.match(str(text)):
                yield _error(_owner(element), "link-target", f"不接受会运行代码的链接「{str(text).strip()[:40]}」。",
                             f"A link that runs code is not accepted: {str(text).strip()[:40]!r}.")


RULES: tuple[Rule, ...] = (
    expressions, scripts, user_tasks, acts, references, known_properties, limits, links_to_scripts,
)
