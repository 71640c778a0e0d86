"""What a start event must say where people may begin a case, and what evidence a task may ask for."""

from collections.abc import Iterator
from typing import Any

from app.domain.findings import Finding
from app.engine import vocabulary
from app.engine.lint_rules import known_form, known_roles, properties_of
from app.engine.lint_words import Rule, error
from app.engine.reading.xml import Element, every, tag


def starts_by_hand(root: Element, around: Any) -> Iterator[Finding]:
    """A start event for people is plain, names roles and a form, and is the only one of its process."""
    found = 0
    for element in every(root, ("startEvent",)):
        props = properties_of(element)
        if vocabulary.STARTS_BY_HAND.isdisjoint(props):
            continue
        parent = element.getparent()
        if parent is not None and parent.get("triggeredByEvent") == "true" and "offeredTo" in props:
            # the message of an event sub-process is an act, like that of a boundary event
            continue
        waits = [tag(one) for one in element if tag(one).endswith("Definition")]
        if parent is not None and tag(parent) == "process" and waits == ["messageEventDefinition"]:
            yield from _by_message(element, props, around)
            continue
        if parent is None or tag(parent) != "process" or waits:
            yield error(element, "start-by-hand", "只有流程自身的普通开始事件才能由人发起。",
                        "Only a plain start event of the process itself can be begun at by hand.")
            continue
        found += 1
        if found > 1:
            yield error(element, "start-by-hand", "一个流程只能有一个由人发起的开始事件。",
                        "A process has at most one start event for people.")
        yield from _roles(element, props.get("candidateRoles", ""), around)
        yield from _scope(element, props.get("orgScope", ""))
        yield from _form(element, props.get("form", ""), around)


def _by_message(element: Element, props: Any, around: Any) -> Iterator[Finding]:
    """A start event may name the officers whose message begins a case; a form is for those who begin by hand."""
    if "form" in props:
        yield error(element, "start-by-hand", "等待消息的开始事件没有表单。",
                    "A start event that waits for a message has no form.")
    yield from _roles(element, props.get("candidateRoles", ""), around)
    yield from _scope(element, props.get("orgScope", ""))


def _roles(element: Element, roles: str, around: Any) -> Iterator[Finding]:
    # who may begin is listed before there is a case that an expression could read
    if not roles.strip(" ,") or roles.startswith("="):
        yield error(element, "roles", "由人发起的开始事件须写明角色代码 candidateRoles,不能是表达式。",
                    "A start event for people names role codes in candidateRoles, no expression.")
    yield from known_roles(element, roles, around)


def _scope(element: Element, scope: str) -> Iterator[Finding]:
    if scope and not scope.startswith("=") and scope not in vocabulary.START_ANCHORS:
        yield error(element, "scope", f"orgScope「{scope}」不是已知的层级。", f"orgScope {scope!r} is not known.")


def _form(element: Element, form: str, around: Any) -> Iterator[Finding]:
    if form.startswith("="):
        yield error(element, "form", "由人发起的开始事件须写明表单。", "A start event for people names its form.")
    yield from known_form(element, form, around)


def evidence(root: Element, around: Any) -> Iterator[Finding]:
    """Evidence is of a known kind, and what says where or when belongs to a kind that asks for it."""
    for element in every(root, ("userTask",)):
        props = properties_of(element)
        kinds = {one.strip() for one in props.get("evidence", "").split(",")} - {""}
        for kind in sorted(kinds - vocabulary.EVIDENCE):
            yield error(element, "evidence", f"没有证据种类「{kind}」。", f"There is no kind of evidence {kind!r}.")
        for name in ("evidencePlace", "evidenceAt"):
            if name not in props:
                continue
            if not props[name].startswith("="):
                yield error(element, "evidence", f"{name} 须是以 = 开头的表达式。",
                            f"{name} is an expression after `=`.")
            if "position" not in kinds:
                yield error(element, "evidence", f"{name} 须与 evidence=position 同用。",
                            f"{name} needs evidence=position.")


START_RULES: tuple[Rule, ...] = (starts_by_hand, evidence)
