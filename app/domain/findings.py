"""What a check found in a diagram, a table or a form."""

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
