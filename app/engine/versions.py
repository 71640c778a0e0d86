"""A process version: one file at one moment, parsed once, shared by every case, changed by none."""

from dataclasses import dataclass
from typing import Any

from app.engine.names import element_names
from app.engine.parsing import parse_specs


@dataclass(frozen=True)
class ProcessVersion:
    """A published diagram, ready to run."""

    key: str
    number: int
    spec: Any
    #: embedded sub-processes by element id
    embedded: dict[str, Any]
    #: {element id: (name, English name)}
    names: dict[str, tuple[str, str]]


def load_version(key: str, number: int, content: bytes) -> ProcessVersion:
    """Parse a published file.

    Raises:
        InvalidDiagram: the file cannot be executed.
    """
    spec, embedded = parse_specs(content, key)
    return ProcessVersion(key, number, spec, embedded, element_names(content))
