"""What a check found in a diagram, a table or a form, and what an import did to it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One broken rule, at one element."""

    #: an error refuses the file; a warning does not
    severity: Literal["error", "warning"]
    #: id of the element, field key or cell; empty for the file as a whole
    element: str
    #: name of the rule, as in bpmn/README.md
    rule: str
    message: str
    message_en: str = ""
    #: what the element is called in the diagram
    name: str = ""


@dataclass(frozen=True)
class ImportNote:
    """What became of one thing that another tool wrote into a diagram."""

    #: converted: means the same here; kept: has no effect and needs none; lost: has no equivalent here
    severity: Literal["converted", "kept", "lost"]
    #: id of the element; empty for the file as a whole
    element: str
    #: what the element is called in the diagram
    name: str
    #: name of what was found, as in bpmn/README.md
    rule: str
    message: str
    message_en: str
