"""Diagrams and tables of other tools: under which keys they are kept, whatever their files are called."""

import re
from collections.abc import Sequence

from app.domain.definition_files import LARGEST, MOST_FILES, DefinitionFile, read_name
from app.domain.errors import Invalid, InvalidDiagram
from app.engine.dmn.keys import is_kept_as, is_written_as, keys_of
from app.engine.lint import executable_keys
from app.engine.reading import key_of

_ENDINGS = re.compile(r"\.(bpmn20\.xml|bpmn2?|xml)$", re.IGNORECASE)
_OURS = re.compile(r"[a-z][a-z0-9_]{0,79}")
_LONGEST_PACK = 40
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


def read_named(filename: str, content: bytes) -> list[DefinitionFile]:
    """Tell what a file is by its name; a table of another tool is kept under the keys of its decisions.

    Raises:
        Invalid: another name, a form without pack, or too large.
    """
    folder, _, name = filename.replace("\\", "/").rpartition("/")
    stem, _, ending = name.rpartition(".")
    if ending.lower() != "dmn" or len(content) > LARGEST or is_kept_as(content, stem):
        return [read_name(filename, content)]
    keys = [key for key in keys_of(content) if not (_OURS.fullmatch(stem) and is_written_as(content, key))]
    if not keys and _OURS.fullmatch(stem):
        # a file of ours whose decision has another id is a mistake, and found as such
        return [read_name(filename, content)]
    pack = folder.rpartition("/")[2]
    before = f"{pack}/" if _OURS.fullmatch(pack) and len(pack) <= _LONGEST_PACK else ""
    return [read_name(f"{before}{key}.dmn", content) for key in keys or [key_of(stem or "table")]]


def _chosen(keys: list[str], stem: str) -> list[str]:
    """Keep one process under its own name, or its file's where nobody chose one; several under their own."""
    if len(keys) > 1:
        return list(dict.fromkeys(keys))
    return [stem if not keys or _GIVEN.fullmatch(keys[0]) else keys[0]]
