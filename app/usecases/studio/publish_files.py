"""Publish the folders of a release."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.domain.actor import Actor
from app.domain.definition_files import LARGEST, DefinitionFile, read_name
from app.domain.errors import Forbidden, Invalid
from app.domain.records_traffic import NewDefinition
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.studio.carried_files import carrying_imports
from app.usecases.studio.deployment import FileFinding, Known, check_files, label, refuse_errors

_PATTERNS = ("*/*.bpmn", "*/*.dmn", "*/*.form.json")
_MESSAGE = "Published with the release"


@dataclass(frozen=True)
class Published:
    """What became of the files."""

    #: new versions
    count: int
    #: files whose content is or was published already
    unchanged: int
    #: warnings
    findings: tuple[FileFinding, ...]


def publish_files(tools: Tools, *, actor: Actor, bpmn: Path, forms: Path) -> Published:
    """Publish every diagram, table and form of two folders whose content is new.

    A content that was published before stays as it is, even if designers have moved on since: starting a
    server does not undo their work.

    Args:
        actor: the machine.
        bpmn: folder of packs with diagrams and tables.
        forms: folder of packs with forms.

    Writes:
        one published version per new file, all or none.

    Raises:
        Forbidden: the actor is a person.
        Invalid: a file's name, or nothing there at all.
        InvalidDiagram: with `findings`; nothing was published.
    """
    if not actor.machine:
        raise Forbidden("People propose versions; only the release itself is published from its folders.")
    files = [file for folder in (bpmn, forms) for file in _files(folder)]
    if not files:
        raise Invalid(f"There are no definitions in {bpmn} and {forms}.")
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        files = carrying_imports(uow, files)
        new = [file for file in files if not _was_published(uow, file)]
        findings = check_files(Known.of(tools, uow, new), new)
        refuse_errors(findings)
        if new:
            uow.definitions.publish_many([_new(file, actor) for file in new], now)
            uow.commit()
    tools.library.forget()
    return Published(len(new), len(files) - len(new), findings)


def _files(folder: Path) -> Iterator[DefinitionFile]:
    for path in sorted(path for pattern in _PATTERNS for path in folder.glob(pattern)):
        if path.stat().st_size > LARGEST:
            raise Invalid(f"{path} is too large.")
        yield read_name(f"{path.parent.name}/{path.name}", path.read_bytes())


def _was_published(uow: UnitOfWork, file: DefinitionFile) -> bool:
    versions = uow.definitions.versions(file.kind, file.key)
    return any(row.state == "published" and bytes(row.sha256) == file.sha256 for row in versions)


def _new(file: DefinitionFile, actor: Actor) -> NewDefinition:
    name, name_en = label(file)
    return NewDefinition(
        kind=file.kind, key=file.key, sha256=file.sha256, content=file.content, name=name, name_en=name_en,
        pack=file.pack, author=actor.username, message=_MESSAGE,
    )  # fmt: skip
