"""Say what would refuse a version today, and what became of what another tool wrote into it."""

from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.definition_files import DefinitionFile
from app.domain.errors import DefinitionNotFound, Invalid
from app.usecases import Tools
from app.usecases.studio.carried_files import carrying_imports
from app.usecases.studio.deployment import FileFinding, FileNote, Known, check_files, notes_on
from app.usecases.studio.list_processes import READERS_OF_PROPOSALS


@dataclass(frozen=True)
class Explained:
    """What a designer should know about a version."""

    findings: tuple[FileFinding, ...]
    notes: tuple[FileNote, ...]


def explain_version(tools: Tools, *, actor: Actor, kind: str, key: str, number: int) -> Explained:
    """Check one version against everything that is published now.

    Args:
        actor: a designer or an auditor.

    Raises:
        DefinitionNotFound: no such version, or not for him.
    """
    if not actor.machine and not actor.has(*READERS_OF_PROPOSALS):
        raise DefinitionNotFound
    with tools.store.unit_of_work() as uow:
        row = uow.definitions.get(kind, key, number)
        file = DefinitionFile(row.kind, row.key, row.pack, bytes(row.content))
        whole = carrying_imports(uow, [file])
        findings = check_files(Known.of(tools, uow, whole), whole)
    try:
        return Explained(findings, notes_on([file]))
    except Invalid:  # a file that is no XML has its finding already
        return Explained(findings, ())
