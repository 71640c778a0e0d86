"""A process version: one file at one moment, parsed once, shared by every case, changed by none."""

from dataclasses import dataclass
from typing import Any

from app.domain.errors import StepFailed
from app.engine.names import element_names
from app.engine.parsing import parse_specs


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


def load_version(key: str, number: int, content: bytes) -> ProcessVersion:
    """Parse a published file.

    Raises:
        InvalidDiagram: the file cannot be executed.
    """
    spec, embedded = parse_specs(content, key)
    nodes = {node.name: node for one in (spec, *embedded.values()) for node in one.elements}
    starts = []
    for start in spec.starts:
        first = start.triggers[0] if start.triggers else None
        starts.append(StartPoint(start.name, first.kind if first else "none", first.name if first else "",
                                 first.expression if first else ""))
    return ProcessVersion(key, number, spec, embedded, nodes, element_names(content, key), tuple(starts))


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
