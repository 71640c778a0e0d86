"""What the standard itself says in more than one way: who does a task, over what an activity repeats, data."""

import re
from collections import ChainMap

from lxml import etree

from app.engine.reading import arena, associations, camunda, drools, writing, zeebe
from app.engine.reading.camunda_values import repeat_over
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.expressions import value_of
from app.engine.reading.notes import Notes
from app.engine.reading.words import ACTIVITIES
from app.engine.reading.xml import BPMN, DC, DI, SPIFF, Element, child, children, every, is_true, local, q, tag, text_of

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_GROUPS = re.compile(r"\s*(?P<kind>user|group)\s*\((?P<name>[^()]*)\)\s*")
#: namespaces whose content was dealt with, or that only draw
_KNOWN = frozenset({
    BPMN, DI, DC, SPIFF, zeebe.NAMESPACE, "http://www.omg.org/spec/DD/20100524/DI",
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2001/XMLSchema-instance", "http://bpmn.io/schema/bpmn/biocolor/1.0", "http://bpmn.io/schema/bpmn",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0", "http://camunda.org/schema/modeler/1.0",
}) | camunda.NAMESPACES | drools.NAMESPACES  # fmt: skip


def convert(root: Element, process: Element, notes: Notes, around: frozenset[str] = frozenset()) -> None:
    """Read the dialects and the standard's own long forms.

    Args:
        around: other tools' namespaces in what the pools around the process said.
    """
    _owners(root, process, notes)
    _lanes(process, notes)
    camunda.convert(process, notes)
    drools.convert(process, notes)
    zeebe.convert(root, process, notes)
    arena.convert(root, process, notes)
    many = _lists(root, process)
    for node in list(every(process, ACTIVITIES)):
        _only_list(node, many, notes)
    associations.convert(process, notes)
    _operations(root, process, notes)
    kept = _kept_names(process)
    for node in list(every(process, ACTIVITIES)):
        _repeats(node, kept, notes)
    if next(every(process, ("dataStoreReference",)), None) is not None:
        notes.kept(process, "data", "数据存储只是图示。", "Data stores are only drawn.")
    for space in sorted(strangers(root) | around):
        notes.kept(root, "extension", f"扩展 {space[:120]} 保留在文件中,不起作用。",
                   f"The extension {space[:120]} stays in the file and has no effect.")


def _owners(root: Element, process: Element, notes: Notes) -> None:
    """Read `potentialOwner` and named resources as the roles, and `humanPerformer` as the person."""
    resources = {str(one.get("id")): (one.get("name") or "").strip() for one in children(root, "resource")}
    for task in list(every(process, ("userTask",))):
        groups: list[str] = []
        for owner in children(task, "potentialOwner", "humanPerformer", "performer", "resourceRole"):
            named = resources.get(local(text_of(child(owner, "resourceRef"))))
            if named is not None:
                _resource(task, named, groups, notes)
                continue
            for aside in children(owner, "documentation", "extensionElements", "resourceParameterBinding"):
                owner.remove(aside)
            text = " ".join("".join(str(part) for part in owner.itertext()).split())
            for piece in filter(None, (part.strip() for part in text.split(","))):
                found = _GROUPS.fullmatch(piece)
                name = found["name"].strip() if found else piece
                if tag(owner) == "potentialOwner" and not (found and found["kind"] == "user"):
                    groups.append(name)
                else:
                    _put(task, "assignee", name, notes)
        if groups:
            _put(task, "candidateRoles", ",".join(groups), notes)


def _resource(task: Element, name: str, groups: list[str], notes: Notes) -> None:
    """A resource of the file is a role if it is named as one."""
    if _CODE.fullmatch(name):
        groups.append(name)
    else:
        notes.lost(task, "resource", f"资源「{name[:60]}」不是角色代码,请指定 candidateRoles。",
                   f"The resource {name[:60]!r} is no role code; name the candidateRoles.")


def _put(task: Element, name: str, value: str, notes: Notes) -> None:
    try:
        writing.set_property(task, name, value_of(value))
    except NoEquivalent:
        notes.lost(task, "resource", f"办理人「{value[:60]}」在此没有对应。",
                   f"The resource {value[:60]!r} has no equivalent.")
        return
    notes.converted(task, "resource", f"办理人已转换为 {name}。", f"The resource was converted to {name}.")


def _lanes(process: Element, notes: Notes) -> None:
    """A lane named as a role code says who does the user tasks in it, unless they say so themselves."""
    tasks = {task.get("id"): task for task in every(process, ("userTask",))}
    for lane in list(every(process, ("lane",))):
        name = (lane.get("name") or "").strip()
        if not _CODE.fullmatch(name):
            continue
        for reference in children(lane, "flowNodeRef"):
            task = tasks.get(text_of(reference))
            plain = task is not None and not any("candidate" in str(key).lower() for key in task.attrib)
            if task is not None and plain and writing.property_of(task, "candidateRoles") is None:
                writing.set_property(task, "candidateRoles", name)
                notes.converted(task, "lane", f"泳道 {name} 已转换为 candidateRoles。",
                                f"The lane {name} was converted to candidateRoles.")


def _operations(root: Element, process: Element, notes: Notes) -> None:
    """A service task that names an operation of an interface of the file calls the operation of that name.

    Its named inputs are the parameters; its only named output is the result.
    """
    operations = {str(one.get("id")): one for interface in children(root, "interface")
                  for one in children(interface, "operation")}
    for task in list(every(process, ("serviceTask",))):
        found = operations.get(local(task.get("operationRef")))
        if found is None or writing.ours(task, "serviceTaskOperator") is not None:
            continue
        inputs, outputs = associations.named(task, "dataInput"), associations.named(task, "dataOutput")
        name = (found.get("name") or str(found.get("id"))).strip()
        writing.set_operation(task, name, outputs[0] if len(outputs) == 1 else "", {one: one for one in inputs})
        notes.converted(task, "operation", f"接口的操作「{name[:60]}」已转换为同名操作。",
                        f"The interface's operation {name[:60]!r} became the operation of that name.")


def _repeats(node: Element, kept: dict[str, str], notes: Notes) -> None:
    """Name the list of a multi-instance activity by its variable, not by the data object that draws it."""
    loop = child(node, "multiInstanceLoopCharacteristics")
    if loop is None:
        return
    names = _data_names(kept, node)
    for part in children(loop, "loopDataInputRef", "loopDataOutputRef"):
        part.text = names.get(text_of(part), text_of(part))
    for part in children(loop, "inputDataItem", "outputDataItem"):
        key, name = part.get("id") or "", part.get("name") or text_of(part)
        part.text = None
        if name.isidentifier() and (not key.isidentifier() or key[:1].isupper()):
            part.set("id", name)
        if not part.get("id"):
            loop.remove(part)
    over, count = child(loop, "loopDataInputRef"), child(loop, "loopCardinality")
    if count is not None and not text_of(count):
        loop.remove(count)
    elif count is not None and over is not None:
        # a list says how often; both together are one too many for the standard
        loop.remove(count)
    if over is not None and text_of(over) and not text_of(over).isidentifier():
        item = child(loop, "inputDataItem")
        try:
            repeat_over(node, loop, text_of(over).removeprefix("="), "" if item is None else str(item.get("id")))
        except NoEquivalent:
            notes.refuse(node, "multi-instance", f"集合「{text_of(over)[:60]}」不是变量名或 FEEL。",
                         f"The collection {text_of(over)[:60]!r} is neither a variable nor FEEL.")


def _lists(root: Element, process: Element) -> set[str]:
    """List the ids of data that is a list."""
    lists = {str(one.get("id")) for one in children(root, "itemDefinition") if is_true(one.get("isCollection"))}
    many = {str(one.get("id")) for one in every(process, ("dataObject", "property", "dataInput"))
            if is_true(one.get("isCollection")) or local(one.get("itemSubjectRef")) in lists}
    return many | {str(one.get("id")) for one in every(process, ("dataObjectReference",))
                   if one.get("dataObjectRef") in many}


def _only_list(node: Element, many: set[str], notes: Notes) -> None:
    """Let instances that name no list run over the only list among the inputs of their activity, if there is one."""
    loop = child(node, "multiInstanceLoopCharacteristics")
    if loop is None or any(text_of(one) for one in children(loop, "loopDataInputRef", "loopCardinality")):
        return
    sources = {text_of(child(one, "targetRef")): text_of(child(one, "sourceRef"))
               for one in children(node, "dataInputAssociation")}
    named = {str(one.get("id")): one.get("name") or "" for one in every(node, ("dataInput",))}
    found = {sources.get(key) or named.get(key) or key for key in (*named, *sources.values())
             if key in many or sources.get(key) in many}
    if len(found) == 1:
        for old in children(loop, "loopDataInputRef", "loopCardinality"):
            loop.remove(old)
        over = loop.makeelement(q("loopDataInputRef"))
        over.text = found.pop()
        loop.insert(0, over)
        notes.converted(node, "multi-instance", "没有指定列表,按唯一的列表输入逐项执行。",
                        "It names no list and runs once for each item of the only list among its inputs.")


def _kept_names(process: Element) -> dict[str, str]:
    """List {id of a data element: the variable it stands for}.

    A data object that some activity writes goes by the id under which the engine keeps it; one that nothing writes
    is a picture of the variable of its name.
    """
    written = {text_of(one) for association in every(process, ("dataOutputAssociation",))
               for one in children(association, "targetRef")}
    found: dict[str, str] = {}
    for one in every(process, ("dataObject", "dataObjectReference", "property")):
        key, name = str(one.get("id")), (one.get("name") or "").strip()
        own = one.get("dataObjectRef") or key
        found[key] = own if key in written or not name.isidentifier() else name
    return found


def _data_names(kept: dict[str, str], node: Element) -> ChainMap[str, str]:
    """Add to the data of the process the inputs and outputs of an activity that are tied to it."""
    found = ChainMap({}, kept)
    for one in children(node, "dataInputAssociation", "dataOutputAssociation"):
        source, target = text_of(child(one, "sourceRef")), text_of(child(one, "targetRef"))
        if tag(one) == "dataInputAssociation" and source in found:
            found[target] = found[source]
        elif tag(one) == "dataOutputAssociation" and target in found:
            found[source] = found[target]
    return found


def strangers(*parts: Element) -> frozenset[str]:
    """List the namespaces of other tools that nothing here reads."""
    return frozenset(
        space for part in parts for element in part.iter("*") for name in (element.tag, *element.attrib)
        if (space := etree.QName(str(name)).namespace) and space not in _KNOWN)
