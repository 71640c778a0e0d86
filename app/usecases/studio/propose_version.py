"""Propose new versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from app.domain.actor import Actor
from app.domain.definition_files import DefinitionFile
from app.domain.errors import Conflict, DefinitionNotFound, Invalid
from app.domain.records import DefinitionRow
from app.domain.records_traffic import NewDefinition
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.studio.carried_files import carrying_imports
from app.usecases.studio.deployment import (
    FileFinding,
    FileNote,
    Known,
    check_files,
    label,
    notes_on,
    read_files,
    refuse_errors,
    require_designer,
    with_pack,
)

_LONGEST_MESSAGE = 1000


class NothingNew(Conflict):
    """Every file is the same as the version that is published now."""

    slug = "nothing-new"


@dataclass(frozen=True)
class Proposed:
    """What waits for a second designer now."""

    #: (kind, key, number)
    versions: tuple[tuple[str, str, int], ...]
    #: warnings; errors would have refused the deployment
    findings: tuple[FileFinding, ...]
    #: common mark of the files, which are decided together
    deployment: str
    #: what became of what other tools wrote into diagrams
    notes: tuple[FileNote, ...] = ()


def propose_version(tools: Tools, *, actor: Actor, files: Sequence[tuple[str, bytes]], message: str) -> Proposed:
    """Check diagrams, tables and forms together and propose those that are new.

    Files of one deployment may refer to each other; they are decided together. A table is kept with the tables that it
    imports.

    Args:
        actor: a designer; somebody else will have to approve.
        files: (name, content); names as in the folders of `bpmn/` and `forms/`.
        message: what changes and why; may be empty.

    Writes:
        one proposed version per new file.

    Raises:
        Forbidden: no designer.
        InvalidDiagram: with `findings`; nothing was kept.
        NothingNew: all of it is published already.
    """
    require_designer(actor)
    if len(message) > _LONGEST_MESSAGE:
        raise Invalid(errors={"message": [f"at most {_LONGEST_MESSAGE} characters"]})
    read = read_files(files)
    deployment = str(uuid4())
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        read = carrying_imports(uow, read)
        findings = check_files(Known.of(tools, uow, read), read)
        refuse_errors(findings)
        proposed = []
        for file in read:
            before = _current(uow, file)
            if before and bytes(before.sha256) == file.sha256:
                continue
            filed = with_pack(file, before.pack if before else "")
            row = uow.definitions.propose(_new(filed, actor, message.strip(), deployment), now)
            proposed.append((row.kind, row.key, row.number))
            _replace_drafts(uow, row, actor, now)
        if not proposed:
            raise NothingNew
        uow.commit()
    return Proposed(tuple(proposed), findings, deployment, notes_on(read))


def _current(uow: UnitOfWork, file: DefinitionFile) -> DefinitionRow | None:
    try:
        return uow.definitions.current(file.kind, file.key)
    except DefinitionNotFound:
        return None


def _replace_drafts(uow: UnitOfWork, row: DefinitionRow, actor: Actor, now: datetime) -> None:
    """Drop the drafts that are now proposed word for word."""
    for old in uow.definitions.versions(row.kind, row.key):
        if old.state == "draft" and bytes(old.sha256) == bytes(row.sha256):
            uow.definitions.decide(
                old.kind, old.key, old.number, publish=False, by=actor.username, note=f"→ {row.number}", at=now
            )


def _new(file: DefinitionFile, actor: Actor, message: str, deployment: str) -> NewDefinition:
    name, name_en = label(file)
    return NewDefinition(
        kind=file.kind, key=file.key, sha256=file.sha256, content=file.content, name=name, name_en=name_en,
        pack=file.pack, author=actor.username, message=message, meta={"deployment": deployment},
    )  # fmt: skip
