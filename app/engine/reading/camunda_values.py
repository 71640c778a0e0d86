"""Extension elements of Camunda 7, Flowable and Activiti: mappings, lists, retries, listeners."""

import re
from collections.abc import Iterable

from lxml import etree

from app.engine.reading import camunda_parts, writing
from app.engine.reading.descent import NoEquivalent, quoted
from app.engine.reading.expressions import feel_of, reads
from app.engine.reading.juel import has_juel, to_feel
from app.engine.reading.notes import Notes
from app.engine.reading.words import ACTIVITIES, EVENTS
from app.engine.reading.xml import Element, attributes_in, child, tag

_SPACES = ("http://camunda.org/schema/1.0/bpmn", "http://activiti.org/bpmn", "http://flowable.org/bpmn",
           "http://www.activiti.org/bpmn")
_MAPPED = frozenset({"inputOutput", "in", "out"})
_RETRY = re.compile(r"R(?P<times>\d+)/(?P<pause>P\S+)")


def extensions(node: Element, notes: Notes) -> None:
    """Rewrite the extension elements of one node."""
    holder = child(node, "extensionElements")
    for element in list(holder) if holder is not None else ():
        name = _name(element)
        if not name:
            continue
        if name in _MAPPED and tag(node) in ACTIVITIES | EVENTS:
            _mapping(node, element, name, notes)
        elif name == "failedJobRetryTimeCycle":
            _retries(node, (element.text or "").strip(), notes)
        elif name in ("executionListener", "taskListener"):
            _listener(node, element, name, notes)
        elif name == "properties":
            notes.kept(node, "camunda", "扩展 properties 在此不起作用。",
                       "The extension properties has no effect here.")
        elif name == "formData" or name == "formProperty":
            notes.lost(node, "form", "内嵌表单字段没有转换,请另做表单。",
                       "Fields of the embedded form are not converted; draw the form anew.")
        else:
            notes.lost(node, "camunda", f"扩展 {name} 在此没有对应。", f"The extension {name} has no equivalent here.")
    _repeated(node, notes)


def _listener(node: Element, element: Element, name: str, notes: Notes) -> None:
    try:
        camunda_parts.listener(node, element)
    except NoEquivalent:
        shown = element.get("class") or element.get("delegateExpression") or element.get("expression") or "script"
        notes.lost(node, "listener", f"监听器 {name}({element.get('event', '')}:{shown[:60]})在此没有对应。",
                   f"The {name} ({element.get('event', '')}: {shown[:60]}) has no equivalent here.")
        return
    notes.converted(node, "listener", f"监听器 {name} 已转换为赋值。", f"The {name} became assignments.")


def _name(element: Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    full = etree.QName(element)
    return full.localname if full.namespace in _SPACES else ""


def _inside(element: Element, *names: str) -> Iterable[Element]:
    return [one for one in element if _name(one) in names]


def _mapping(node: Element, element: Element, name: str, notes: Notes) -> None:
    before: list[str] = []
    after: list[str] = []
    if name == "inputOutput":
        pairs = [(one, one.get("name", ""), before if _name(one) == "inputParameter" else after)
                 for one in _inside(element, "inputParameter", "outputParameter")]
        for one, target, lines in pairs:
            try:
                lines.append(_line(target, value(one)))
            except NoEquivalent as cause:
                notes.lost(node, "mapping", f"参数 {target} 没有对应({str(cause)[:60]})。",
                           f"The parameter {target!r} has no equivalent ({str(cause)[:60]}).")
    elif element.get("variables") == "all" or element.get("businessKey"):
        notes.kept(node, "mapping", "全部变量本来就传递,业务键即案件号。",
                   "All variables go in and come back anyway; the business key is the case.")
    else:
        source = element.get("source") or ""
        try:
            text = feel_of(element.get("sourceExpression") or "") if element.get("sourceExpression") else source
            (before if name == "in" else after).append(_line(element.get("target", ""), text))
        except NoEquivalent as cause:
            notes.lost(node, "mapping", f"映射没有对应({str(cause)[:60]})。",
                       f"The mapping has no equivalent ({str(cause)[:60]}).")
    if before:
        writing.prepend_script(node, before)
    if after:
        writing.append_script(node, after)
    if before or after:
        notes.converted(node, "mapping", "输入输出已转换为前后赋值,变量不限于本活动。",
                        "Inputs and outputs became assignments before and after; the variables stay afterwards.")


def _line(target: str, text: str) -> str:
    if not target.isidentifier() or not text or "\n" in text:
        raise NoEquivalent(f"{target} = {text}"[:80])
    return f"{target} = {text}"


def value(parameter: Element) -> str:
    """Write the value of a parameter: an expression, a plain text, a list or a map.

    Raises:
        NoEquivalent: a script, or an expression that has none.
    """
    for inside in parameter:
        kind = _name(inside)
        if kind == "list":
            return f"[{', '.join(_entry(one) for one in inside if _name(one))}]"
        if kind == "map":
            entries = [f"{quoted(one.get('key', ''))}: {_entry(one)}" for one in inside if _name(one) == "entry"]
            return "{" + ", ".join(entries) + "}"
        if kind:
            raise NoEquivalent(kind)
    return _entry(parameter)


def _entry(element: Element) -> str:
    text = (element.text or "").strip()
    if len(element):
        raise NoEquivalent("a value inside a value")
    if has_juel(text):
        return to_feel(text)
    return text if re.fullmatch(r"-?\d+(\.\d+)?|true|false", text) else quoted(text)


def _retries(node: Element, text: str, notes: Notes) -> None:
    found = _RETRY.fullmatch(text)
    operator = writing.ours(node, "serviceTaskOperator")
    if found is None or operator is None:
        notes.lost(node, "retries", f"重试「{text[:40]}」在此没有对应。",
                   f"The retries {text[:40]!r} have no equivalent here.")
        return
    spaced = etree.QName(operator).namespace
    etree.SubElement(operator, f"{{{spaced}}}retry", retries=found["times"])
    writing.set_property(node, "retryPause", found["pause"])
    notes.converted(node, "retries", f"失败后重试 {found['times']} 次。", f"It is tried again {found['times']} times.")


def _repeated(node: Element, notes: Notes) -> None:
    """Turn `collection` and `elementVariable` of a multi-instance activity into the standard's own words."""
    loop = child(node, "multiInstanceLoopCharacteristics")
    found = {} if loop is None else attributes_in(loop, _SPACES)
    if loop is None or "collection" not in found:
        return
    try:
        text = to_feel(found["collection"]) if has_juel(found["collection"]) else found["collection"].strip()
    except NoEquivalent as cause:
        notes.lost(node, "multi-instance", f"集合「{found['collection'][:60]}」没有对应({str(cause)[:40]})。",
                   f"The collection {found['collection'][:60]!r} has no equivalent ({str(cause)[:40]}).")
        return
    repeat_over(node, loop, text, found.get("elementVariable", ""))
    notes.converted(node, "multi-instance", f"逐项执行「{text[:60]}」。", f"It runs once for each of {text[:60]!r}.")


def repeat_over(node: Element, loop: Element, collection: str, item: str, result: str = "") -> None:
    """Let a multi-instance activity run over a list: a variable, or an expression kept in a hidden one."""
    name = collection
    if not collection.isidentifier():
        if not reads(collection):
            raise NoEquivalent(collection[:80])
        name = f"{''.join(c if c.isalnum() else '_' for c in node.get('id', ''))}_items"
        writing.put_before(node, "items", [f"{name} = {collection}"])
    for part in [one for one in loop if tag(one) in ("loopCardinality", "loopDataInputRef", "inputDataItem")]:
        loop.remove(part)
    space = etree.QName(loop).namespace
    etree.SubElement(loop, f"{{{space}}}loopDataInputRef").text = name
    if item:
        etree.SubElement(loop, f"{{{space}}}inputDataItem", id=item, name=item)
    if result:
        etree.SubElement(loop, f"{{{space}}}loopDataOutputRef").text = result
