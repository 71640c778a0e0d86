"""Diagrams of other tools: under which keys they are kept, whatever their files are called."""

import re
from collections.abc import Sequence

from app.domain.definition_files import LARGEST, MOST_FILES, DefinitionFile
from app.domain.errors import Invalid, InvalidDiagram
from app.engine.lint import executable_keys
from app.engine.reading import key_of

_ENDINGS = re.compile(r"\.(bpmn20\.xml|bpmn2?|xml)$", re.IGNORECASE)
#: an id that a tool gave and nobody chose
_GIVEN = re.compile(r"(process|wfp|id|p)[_0-9]*([01][a-z0-9]{6}|[0-9a-f_]{16,})?")


def read_foreign(files: Sequence[tuple[str, bytes]]) -> list[DefinitionFile]:
    """Tell under which key each process of each file is kept.

    A file with several processes that may run is kept once for each of them.

    Args:
        files: (name, content); any name, ending .bpmn, .bpmn2, .bpmn20.xml or .xml.

    Raises:
        Invalid: none, too many, or too large; with the messages of every file that is no XML.
    """
    if not 0 < len(files) <= MOST_FILES:
        raise Invalid(f"An import has 1 to {MOST_FILES} files.", errors={"files": ["count"]})
    found: dict[str, DefinitionFile] = {}
    errors: dict[str, list[str]] = {}
    for filename, content in files:
        place = filename.replace("\\", "/").rpartition("/")[2][:100]
        stem = key_of(_ENDINGS.sub("", place) or "p")
        try:
            keys = executable_keys(content) if len(content) <= LARGEST else []
        except InvalidDiagram as broken:
            errors[place] = [broken.message]
            continue
        if len(content) > LARGEST:
            errors[place] = [f"larger than {LARGEST // 1024 // 1024} MB"]
        for key in _chosen(keys, stem):
            found[key] = DefinitionFile("process", key, "", content)
    if errors:
        raise Invalid("Some files cannot be read; nothing was kept.", errors=errors)
    return list(found.values())


def _chosen(keys: list[str], stem: str) -> list[str]:
    """Keep one process under its own name, or its file's where nobody chose one; several under their own."""
    if len(keys) > 1:
        return list(dict.fromkeys(keys))
    return [stem if not keys or _GIVEN.fullmatch(keys[0]) else keys[0]]
