"""Files of a pack: which diagram, table or form a file is, by its name alone."""

import hashlib
import re
from dataclasses import dataclass, field

from app.domain.errors import Invalid

#: no diagram or form is larger
LARGEST = 2 * 1024 * 1024
#: files in one deployment
MOST_FILES = 200

_NAME = re.compile(
    r"(?:(?P<pack>[a-z][a-z0-9_]{0,39})/)?(?P<stem>[a-z][a-z0-9_]{0,79})(?P<ending>\.bpmn|\.dmn|\.form\.json)"
)
ENDINGS = {".bpmn": "process", ".dmn": "decision", ".form.json": "form"}


@dataclass(frozen=True)
class DefinitionFile:
    """A file with its place among the definitions."""

    #: process, decision or form
    kind: str
    #: id of the process or decision; `<pack>/<form>` of a form
    key: str
    #: folder that the file belongs to, empty if its name did not say
    pack: str
    content: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """The file's name as people know it."""
        ending = next(ending for ending, kind in ENDINGS.items() if kind == self.kind)
        return f"{self.key}{ending}"

    @property
    def sha256(self) -> bytes:
        """The hash that tells whether the content is new."""
        return hashlib.sha256(self.content).digest()


def read_name(filename: str, content: bytes) -> DefinitionFile:
    """Tell what a file is.

    Args:
        filename: `timed_handling.bpmn`, `intake/sla.dmn`, `intake/accept_decide.form.json`; folders above
            the pack do not matter. A form needs its pack, because that is part of its key.

    Raises:
        Invalid: another name, a form without pack, or too large.
    """
    place = "/".join(filename.replace("\\", "/").split("/")[-2:])
    found = _NAME.fullmatch(place)
    if found is None:
        raise Invalid(
            f"{filename[:100]!r} is not the name of a definition: small letters, digits and underscores, then "
            ".bpmn, .dmn or .form.json.",
            errors={"files": ["name"]},
        )
    if len(content) > LARGEST:
        raise Invalid(f"{place} is larger than {LARGEST // 1024 // 1024} MB.", errors={"files": ["size"]})
    kind, pack, stem = ENDINGS[found["ending"]], found["pack"] or "", found["stem"]
    if kind == "form" and not pack:
        raise Invalid(f"Name the pack of the form: <pack>/{stem}.form.json.", errors={"files": ["pack"]})
    return DefinitionFile(kind, f"{pack}/{stem}" if kind == "form" else stem, pack, content)
