"""Data as the standard carries it: named inputs and outputs of an activity, data objects, names with spaces.

Source:
    BPMN 2.0.2, 10.4.1 (data objects), 10.4.2 (data associations: copies, transformations, assignments).
"""

import re
from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping

from app.engine.reading import carried, drools, writing
from app.engine.reading.associations_text import GENERATED, said
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.notes import Notes
from app.engine.reading.words import ACTIVITIES, EVENTS, variable_of
from app.engine.reading.xml import Element, child, children, every, tag, text_of

_NAMED = ("dataObject", "dataObjectReference", "property", "dataInput", "dataOutput")
_TEXTS = ("conditionExpression", "condition", "loopCondition", "completionCondition", "loopCardinality", "from", "to",
          "transformation", "script", "timeDate", "timeDuration", "timeCycle")
_LITERAL = re.compile(r'("(?:[^"\\]|\\.)*")')
_WORDS = re.compile(r"[^\W\d]\w*(?:\s+\w+)+")
#: data in a state, as it is drawn: `Order [paid]`
_IN_STATE = re.compile(r"\s*(?P<name>[^\[\]]*[^\[\]\s])\s+\[[^\[\]]*\]\s*")
_ZEEBE = ("source", "target", "inputCollection", "inputElement", "outputCollection", "outputElement", "expression",
          "correlationKey")


def join_names(process: Element, notes: Notes) -> None:
    """Write data that is named with spaces as one word, in the names and in all expressions."""
    for one in every(process, _NAMED):
        if drawn := _IN_STATE.fullmatch(one.get("name") or ""):
            one.set("name", drawn["name"])
    names = {name for one in every(process, _NAMED) if (name := _spaced(one.get("name")))}
    names |= {name for one in _mappings(process) if (name := _spaced(one.get("target")))}
    if not names:
        return
    words = "|".join(r"\s+".join(map(re.escape, one.split())) for one in sorted(names, key=len, reverse=True))
    found = re.compile(rf"(?<![\w`'])(?:{words})(?![\w`']|\s*\()")

    def joined(text: str) -> str:
        pieces = _LITERAL.split(text)
        pieces[::2] = [found.sub(lambda one: variable_of(one[0]), piece) for piece in pieces[::2]]
        return "".join(pieces)

    for one in every(process, _NAMED):
        if _spaced(one.get("name")):
            one.set("name", variable_of(str(one.get("name"))))
    for one in every(process, _TEXTS):
        one.text = joined(one.text) if one.text else one.text
    for element in process.iter("{http://camunda.org/schema/zeebe/1.0}*"):
        for name in _ZEEBE:
            if element.get(name):
                element.set(name, joined(str(element.get(name))))
    shown = "、".join(sorted(names)[:5])[:120]
    notes.converted(process, "data", f"名称带空格的数据改用下划线连接:{shown}。",
                    f"Data whose names hold spaces is written with underscores: {shown.replace('、', ', ')}.")


def _mappings(process: Element) -> Iterator[Element]:
    for kind in ("input", "output"):
        yield from process.iter(f"{{http://camunda.org/schema/zeebe/1.0}}{kind}")


def _spaced(name: str | None) -> str:
    """Return a name of several words, empty for any other."""
    text = " ".join((name or "").split())
    return text if _WORDS.fullmatch(text) else ""


def convert(process: Element, notes: Notes) -> None:
    """Carry values between the variables of activities and data objects, before and after the work."""
    _name_objects(process)
    objects = _objects(process)
    written = {objects[target] for node in every(process, (*ACTIVITIES, *EVENTS))
               for one in children(node, "dataOutputAssociation")
               if (target := text_of(child(one, "targetRef"))) in objects}
    kept = {**carried.outputs_read_elsewhere(process), **carried.inputs_written_elsewhere(process),
            **_properties(process), **objects, **_by_item(process, objects)}
    carried.convert(process, kept, notes)
    pictures = {key for key, name in objects.items() if name not in written}
    for node in list(every(process, ACTIVITIES)):
        names = ChainMap(_own(node), kept)
        work_item = drools.is_theirs(node)
        if work_item and tag(node) in ("serviceTask", "businessRuleTask"):
            continue
        for kind, put in (("dataInputAssociation", writing.prepend_script),
                          ("dataOutputAssociation", writing.append_script)):
            found = [one for one in children(node, kind) if not (work_item and children(one, "assignment"))]
            lines = _of_node(node, found, names, pictures, notes)
            if lines:
                put(node, lines)
                notes.converted(node, "data", "数据关联已转换为赋值。", "Data associations became assignments.")


def _of_node(
    node: Element, associations: list[Element], names: Mapping[str, str], pictures: set[str], notes: Notes
) -> list[str]:
    """Say the associations of a node in one direction as assignments.

    Args:
        pictures: data objects that nothing ever fills. They stand for the variable of their name, which must not be
            taken away from the branch when the task ends.
    """
    lines: list[str] = []
    for one in associations:
        if tag(one) == "dataInputAssociation" and text_of(child(one, "sourceRef")) in pictures:
            node.remove(one)
            if child(one, "assignment") is None and child(one, "transformation") is None:
                continue
        try:
            lines += said(one, names, names)
        except NoEquivalent as cause:
            notes.lost(node, "data", f"数据关联没有对应({str(cause)[:60]})。",
                       f"A data association has no equivalent ({str(cause)[:60]}).")
    return lines


def named(node: Element, *kinds: str) -> list[str]:
    """List the names of an activity's inputs or outputs that can be variables."""
    return list(dict.fromkeys(_own(node, *kinds).values()))


def _own(node: Element, *kinds: str) -> dict[str, str]:
    """List {id of an input or output of an activity: its variable}."""
    found = child(node, "ioSpecification")
    inside = children(found, *(kinds or ("dataInput", "dataOutput"))) if found is not None else []
    return {str(one.get("id")): name for one in inside if (name := one.get("name") or "").isidentifier()}


def _objects(process: Element) -> dict[str, str]:
    """List {id of a data object or its reference: the name under which it is kept}."""
    found = {str(one.get("id")): str(one.get("id")) for one in every(process, ("dataObject",))}
    found |= {str(one.get("id")): str(one.get("dataObjectRef")) for one in every(process, ("dataObjectReference",))
              if one.get("dataObjectRef")}
    return {key: name for key, name in found.items() if name.isidentifier()}


def _by_item(process: Element, objects: dict[str, str]) -> dict[str, str]:
    """List {id of an item definition: the one data object of that kind}; some tools call the data by it."""
    kinds = [(str(one.get("itemSubjectRef")), one) for one in every(process, ("dataObject",))
             if GENERATED.fullmatch(one.get("itemSubjectRef") or "")]
    times = Counter(key for key, _ in kinds)
    return {key: variable_of(one.get("name") or str(one.get("id"))) for key, one in kinds if times[key] == 1}


def _properties(process: Element) -> dict[str, str]:
    """List {id of a property, input or output of the process: the variable}."""
    found = {str(one.get("id")): one.get("name") or one.get("id") or "" for one in children(process, "property")}
    return _own(process) | {key: name for key, name in found.items() if name.isidentifier()}


def _name_of(key: str, item: Element, drawn: set[str]) -> str:
    """Return the variable for a data object: its own name, else the one name that all its references share."""
    return variable_of(item.get("name") or (next(iter(drawn)) if len(drawn) == 1 else "") or key)


def _said(process: Element) -> set[str]:
    """List every word of the expressions and scripts of a process."""
    texts = [one.text or "" for one in process.iter("{*}*") if len(one) == 0]
    texts += [str(value) for one in process.iter("{*}*") if not tag(one) for value in one.attrib.values()]
    return {word for text in texts if text.strip() for word in re.findall(r"[\w-]+", text)
            if not GENERATED.fullmatch(text.strip())}


def _name_objects(process: Element) -> None:
    """Let a data object that is tied to an activity's own inputs and outputs go by its name, as expressions do."""
    references = {str(one.get("id")): one for one in every(process, ("dataObjectReference",))}
    objects = {str(one.get("id")): one for one in every(process, ("dataObject",))}
    tied: set[str] = set()
    for node in every(process, (*ACTIVITIES, *EVENTS)):
        own = {str(one.get("id")) for one in every(node, ("dataInput", "dataOutput"))}
        for one in children(node, "dataInputAssociation", "dataOutputAssociation"):
            ends = {text_of(end) for end in children(one, "sourceRef", "targetRef")}
            if ends & own:
                tied |= {references[end].get("dataObjectRef") or "" if end in references else end for end in ends}
    drawn: dict[str, set[str]] = {}
    for one in references.values():
        drawn.setdefault(one.get("dataObjectRef") or "", set()).add(one.get("name") or "")
    names = {key: _name_of(key, one, drawn.get(key, set())) for key, one in objects.items()}
    tied |= {key for key in objects if GENERATED.fullmatch(key) and names[key] != key} - _said(process)
    taken = set(objects) | {name for name, times in Counter(names.values()).items() if times > 1}
    for key in sorted(tied & set(objects)):
        name = names[key]
        if name in taken:
            continue
        taken.add(name)
        objects[key].set("id", name)
        for reference in references.values():
            if reference.get("dataObjectRef") == key:
                reference.set("dataObjectRef", name)
