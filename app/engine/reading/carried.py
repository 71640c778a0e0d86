"""Data that events bring and take along: what a caught event carries goes where it is drawn to, and the other way.

Source:
    BPMN 2.0.2, 10.4.2 and 10.5.1: a catch event pushes what came through its data outputs, a throw event fills what
    it sends from its data inputs.
"""

from collections import ChainMap
from typing import cast

from app.engine.reading import writing
from app.engine.reading.associations_text import Names, said
from app.engine.reading.descent import NoEquivalent, quoted
from app.engine.reading.notes import Notes
from app.engine.reading.words import ACTIVITIES, CATCHING, EVENTS, variable_of
from app.engine.reading.xml import Element, child, children, every, tag, text_of

_CARRIES = ("messageEventDefinition", "signalEventDefinition")
_EMPTY = ("timerEventDefinition", "conditionalEventDefinition", "linkEventDefinition", "compensateEventDefinition",
          "cancelEventDefinition")


def outputs_read_elsewhere(process: Element) -> dict[str, str]:
    """List {id of what an event brought or a task made: its variable}, where another element reads it directly."""
    read = {text_of(one) for node in every(process, (*ACTIVITIES, *EVENTS))
            for association in children(node, "dataInputAssociation") for one in children(association, "sourceRef")}
    found = {}
    for one in every(process, ("dataOutput",)):
        key = str(one.get("id"))
        if key in read:
            found[key] = variable_of(one.get("name") or key)
    return found


def inputs_written_elsewhere(process: Element) -> dict[str, str]:
    """List {id of an activity's input: its variable}, where another element fills it directly."""
    written = {text_of(one) for node in every(process, (*ACTIVITIES, *EVENTS))
               for association in children(node, "dataOutputAssociation") for one in children(association, "targetRef")}
    return {key: variable_of(one.get("name") or key) for one in every(process, ("dataInput",))
            if (key := str(one.get("id"))) in written}


def convert(process: Element, names: Names, notes: Notes) -> None:
    """Let events carry data as their associations say.

    Args:
        names: {id: variable} of the data that the process keeps.
    """
    for event in list(every(process, EVENTS)):
        try:
            done = _brings(event, names) if tag(event) in CATCHING else _takes(event, names)
        except NoEquivalent as cause:
            notes.lost(event, "data", f"事件的数据关联没有对应({str(cause)[:60]})。",
                       f"A data association of the event has no equivalent ({str(cause)[:60]}).")
            continue
        if done:
            notes.converted(event, "data", "事件的数据关联已转换。", "The event's data associations were converted.")


def _brings(event: Element, names: Names) -> bool:
    """Write what came to where the associations lead; one output stands for all that came, or its part of that name."""
    if children(event, *_EMPTY):
        return False
    outputs = {str(one.get("id")): one.get("name") or "" for one in children(event, "dataOutput")}
    brought = {key: _part(name, len(outputs) == 1) for key, name in outputs.items()}
    lines = [f"{names[key]} = {value}" for key, value in brought.items() if key in names]
    for association in children(event, "dataOutputAssociation"):
        lines += said(association, _both(brought, names), names)
    if lines:
        writing.append_script(event, list(dict.fromkeys(lines)))
    return bool(lines)


def _both(own: Names, around: Names) -> Names:
    """Look first at an event's own data, without copying what is around it."""
    return ChainMap(dict(own), cast("dict[str, str]", around))


def _part(name: str, alone: bool) -> str:
    if name.isidentifier():
        return f"(if payload.{name} = null then payload else payload.{name})" if alone else f"payload.{name}"
    return "payload" if alone else f"get value(payload, {quoted(name)})"


def _takes(event: Element, names: Names) -> bool:
    """Fill what is sent; one input that is a context is the whole of it, others go under their names."""
    if not any(child(event, kind) is not None for kind in _CARRIES):
        return False
    inputs = {str(one.get("id")): variable_of(one.get("name") or str(one.get("id")))
              for one in children(event, "dataInput")}
    filled: dict[str, str] = {}
    for association in children(event, "dataInputAssociation"):
        for line in said(association, names, _both(inputs, names)):
            target, _, value = line.partition(" = ")
            filled[target] = value
    if not filled:
        return False
    whole = "{" + ", ".join(f"{name}: {value}" for name, value in filled.items()) + "}"
    value = next(iter(filled.values()))
    writing.set_property(
        event, "payload",
        f"=if ({value}) instance of context then ({value}) else {whole}" if len(filled) == 1 else f"={whole}")
    return True
