"""From any BPMN 2.0 file to the copy that is executed: the same meaning, said in full and in one vocabulary."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

from app.domain.errors import InvalidDiagram
from app.domain.findings import Finding, ImportNote
from app.engine.reading import associations, expressions, ids, processes, references, shape, standard, talks
from app.engine.reading.notes import Notes
from app.engine.reading.xml import BPMN, DC, DI, SPIFF, Element, children, drop, every, is_true, local, q, strip_remarks


@dataclass(frozen=True)
class Normalised:
    """A copy of a file, reduced to one process."""

    root: Element
    #: None where the file has no process that the key could mean
    process: Element | None
    #: what was converted, has no effect or was lost
    reports: tuple[ImportNote, ...]
    #: what breaks a rule already while reading
    findings: tuple[Finding, ...]


def prepare(root: Element, key: str) -> Normalised:
    """Read a file's words: ids, references, other tools' extensions and expressions. The flow stays as drawn.

    Args:
        root: a parsed file; it is not changed.
        key: of the process that is meant.
    """
    notes = Notes()
    copy = deepcopy(root)
    strip_remarks(copy)
    _empty_extensions(copy)
    _empty_expressions(copy)
    _one_line(copy)
    process = processes.choose(copy, key) if copy.tag == q("definitions") else None
    if process is not None:
        elsewhere, keys = processes.elsewhere(copy, process), processes.keys_by_id(copy)
        talks.name_messages(copy, process, notes)
        around = standard.strangers(*children(copy, "collaboration"))
        processes.keep_only(copy, process)
        _rename(copy, process, key, notes)
        ids.complete(copy, process, elsewhere, notes)
        references.resolve(copy, process, notes)
        associations.join_names(process, notes)
        shape.inline_global_tasks(copy, process, notes)
        standard.convert(copy, process, notes, around)
        expressions.convert(copy, notes)
        shape.tidy_conditions(process, notes)
        _call_by_keys(process, keys)
    return Normalised(copy, process, tuple(notes.notes), tuple(notes.findings))


def _call_by_keys(process: Element, keys: Mapping[str, str]) -> None:
    """Let calls and decisions name what they mean by its key; what another engine would work out stays as it is.

    Args:
        keys: of the other processes of the file, by their ids.
    """
    for call in every(process, ("callActivity",)):
        called = local(call.get("calledElement"))
        if called and "{" not in called:
            call.set("calledElement", keys.get(called) or processes.key_of(called))
    for decision in process.iter(f"{{{SPIFF}}}calledDecisionId"):
        named = (decision.text or "").strip()
        if named and "{" not in named and not named.startswith("="):
            decision.text = processes.key_of(named)


def _empty_extensions(root: Element) -> None:
    """Drop what stands in other tools' extensions under the standard's namespace: it is theirs, not the diagram's.

    A tool that makes the standard's namespace the default one writes its own words there without a prefix.
    """
    for holder in list(root.iter(q("extensionElements"))):
        for element in list(holder.iter(f"{{{BPMN}}}*")):
            if element is not holder:
                drop(element)


def _empty_expressions(root: Element) -> None:
    """Take out of expressions what is written about them, whose text may go on behind it, and times without text."""
    for expression in list(every(root, expressions.EXPRESSIONS)):
        for aside in children(expression, "documentation", "extensionElements"):
            expression.text = (expression.text or "") + (aside.tail or "")
            expression.remove(aside)
    for time in list(every(root, expressions.TIMES)):
        if not (time.text or "").strip():
            drop(time)


def _one_line(root: Element) -> None:
    """Read a name that was broken into lines for the drawing as the name that it is."""
    for element in root.iter(f"{{{BPMN}}}*"):
        name = element.get("name") or ""
        if any(sign in name for sign in "\r\n\t"):
            element.set("name", " ".join(name.split()))


def _rename(root: Element, process: Element, key: str, notes: Notes) -> None:
    """Let the process go by its key, which is its name among all definitions."""
    old = process.get("id")
    twice = next((one for one in process.iterdescendants(q("*")) if old and one.get("id") == old), None)
    if twice is not None:
        notes.refuse(twice, "id", f"元素与流程使用同一 id「{old}」。",
                     f"An element has the id of the process, {old!r}.")
    process.set("id", key)
    process.set("isExecutable", "true" if is_true(process.get("isExecutable"), default=True) else "false")
    if old != key:
        for plane in root.iter(f"{{{DI}}}BPMNPlane"):
            if local(plane.get("bpmnElement")) == old:
                plane.set("bpmnElement", key)


def normalise(root: Element, key: str) -> Normalised:
    """Read a file so that the engine can run it: `prepare`, then everything that BPMN implies.

    Raises:
        InvalidDiagram: it has no process of this key.
    """
    read = prepare(root, key)
    if read.process is None:
        raise InvalidDiagram(f"The file has no process {key!r}, or more than one that it could be.", rule="process-id")
    process, notes = read.process, Notes(list(read.reports), list(read.findings))
    process.set("isExecutable", "true")
    shape.instantiate(process)
    shape.join_links(process, notes)
    shape.begin_together(process)
    shape.tie_compensation(process)
    shape.split_conditions(process)
    ids.link_nodes(process)
    _measure(read.root)
    return Normalised(read.root, process, tuple(notes.notes), tuple(notes.findings))


def _measure(root: Element) -> None:
    """Drop positions that are no numbers; the library reads them."""
    for bounds in list(root.iter(f"{{{DC}}}Bounds")):
        try:
            x, y = float(bounds.get("x", "0")), float(bounds.get("y", "0"))
        except ValueError:
            drop(bounds)
            continue
        if not abs(x) + abs(y) < float("inf"):
            drop(bounds)
    # the library learns these from the root although no process of ours needs them
    for element in root.iterchildren(q("correlationProperty")):
        drop(element)
    assert root.tag == f"{{{BPMN}}}definitions"
