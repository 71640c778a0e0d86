"""Approve or refuse a proposed version."""

from app.domain.actor import Actor
from app.domain.definition_files import DefinitionFile
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.records import DefinitionRow as Stored
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.studio.deployment import Known, check_files, refuse_errors, require_designer
from app.usecases.studio.list_processes import DefinitionRow

_LONGEST_NOTE = 1000
#: more proposals than ever wait at once
_MOST_WAITING = 5000


class OwnVersion(Forbidden):
    """A second designer decides; nobody approves or refuses his own version."""

    slug = "own-version"


class AlreadyDecided(Conflict):
    """This version was decided before."""

    slug = "already-decided"


def decide_version(
    tools: Tools, *, actor: Actor, kind: str, key: str, number: int, approve: bool, note: str = ""
) -> DefinitionRow:
    """Decide a proposal, together with the other files of its deployment.

    What was proposed is checked once more, because something else may have been published since.

    Args:
        actor: a designer, not the author.
        approve: True publishes: new cases use the versions from now on, running cases stay on theirs.
        note: why; required for a refusal.

    Writes:
        the decision on every file of the deployment that is still undecided.

    Raises:
        DefinitionNotFound, AlreadyDecided.
        OwnVersion: the author; Forbidden: no designer.
        InvalidDiagram: it does not fit to what is published now.
    """
    require_designer(actor)
    note = note.strip()[:_LONGEST_NOTE]
    if not approve and not note:
        raise Invalid(errors={"note": ["say why it is refused"]})
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        members = _deployment(uow, kind, key, number)
        if any(row.author == actor.username for row in members):
            raise OwnVersion
        if approve:
            files = [DefinitionFile(row.kind, row.key, row.pack, bytes(row.content)) for row in members]
            refuse_errors(check_files(Known.of(tools, uow, files), files))
        for row in members:
            uow.definitions.decide(row.kind, row.key, row.number, publish=approve, by=actor.username, note=note, at=now)
        rows = uow.definitions.versions(kind, key)
        uow.commit()
    tools.library.forget()
    return DefinitionRow.of(rows)


def _deployment(uow: UnitOfWork, kind: str, key: str, number: int) -> list[Stored]:
    """Load all undecided files that were proposed together with this one."""
    asked = uow.definitions.get(kind, key, number)
    if asked.state != "proposed":
        raise AlreadyDecided
    mark = asked.meta.get("deployment")
    if not mark:
        return [asked]
    together = [row for row in uow.definitions.proposed(_MOST_WAITING) if row.meta.get("deployment") == mark]
    if (kind, key, number) not in {(row.kind, row.key, row.number) for row in together}:
        # somebody decided between the two looks
        raise AlreadyDecided
    return [uow.definitions.get(row.kind, row.key, row.number) for row in together]
