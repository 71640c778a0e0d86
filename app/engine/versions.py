"""A process version: one file at one moment, parsed once, shared by every case, changed by none."""

from dataclasses import dataclass
from typing import Any

from app.domain.errors import StepFailed
from app.engine.elements.subprocesses import CallActivity
from app.engine.names import element_names, process_about
from app.engine.parsing import parse_specs
from app.engine.scope import as_texts


@dataclass(frozen=True)
class StartPoint:
    """A start event of a process."""

    node: str
    #: none, message, signal, timer or conditional
    kind: str
    #: of a message or signal
    name: str
    #: of a timer or condition
    expression: str
    #: who may begin here, by hand or by sending the message; empty: nobody
    roles: tuple[str, ...] = ()
    #: anchor that the beginner's seat must lie in, or `=` unit code; empty: any seat
    org_scope: str = ""
    #: key of the form that is filled in
    form: str = ""


@dataclass(frozen=True)
class ProcessVersion:
    """A published diagram, ready to run."""

    key: str
    number: int
    spec: Any
    #: embedded sub-processes by element id
    embedded: dict[str, Any]
    #: every element of the file's process by id, also those of its sub-processes
    nodes: dict[str, Any]
    #: {element id: (name, English name)}
    names: dict[str, tuple[str, str]]
    starts: tuple[StartPoint, ...] = ()
    #: what it is for, and the same in English
    about: tuple[str, str] = ("", "")
    #: keys of the processes that it calls
    calls: frozenset[str] = frozenset()

    def start_by_hand(self) -> StartPoint | None:
        """Return the plain start event at which people may begin; None where nobody may."""
        return next((one for one in self.starts if one.kind == "none" and one.roles and one.form), None)


def load_version(key: str, number: int, content: bytes) -> ProcessVersion:
    """Parse a published file.

    Raises:
        InvalidDiagram: the file cannot be executed.
    """
    spec, embedded = parse_specs(content, key)
    nodes = {node.name: node for one in (spec, *embedded.values()) for node in one.elements}
    for node in nodes.values():
        node.process, node.place = key, f"{key}/{node.bpmn_id or ''}"
    starts = tuple(map(_start_point, spec.starts))
    calls = frozenset(node.spec for node in nodes.values() if isinstance(node, CallActivity))
    return ProcessVersion(key, number, spec, embedded, nodes, element_names(content, key), starts,
                          process_about(content, key), calls)


def _start_point(start: Any) -> StartPoint:
    first = start.triggers[0] if start.triggers else None
    props = start.props
    roles, scope = as_texts(props.get("candidateRoles")), props.get("orgScope", "")
    if first is not None:
        return StartPoint(start.name, first.kind, first.name, first.expression, roles, scope)
    return StartPoint(start.name, "none", "", "", roles, scope, props.get("form", ""))


def entry_points(version: ProcessVersion, node: str | None) -> tuple[Any, ...]:
    """Return the elements on which a new case begins.

    Args:
        node: start event that has happened.

    Raises:
        StepFailed: the process has no such start event.
    """
    if node is None:
        found: tuple[Any, ...] = version.spec.entries
        return found
    for start in version.spec.starts:
        if start.name == node:
            return (start,)
    raise StepFailed(f"The process {version.key} has no start event {node!r}.")
