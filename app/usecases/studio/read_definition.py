"""Read one definition."""

from dataclasses import dataclass, field

from app.domain.actor import Actor
from app.domain.errors import DefinitionNotFound
from app.engine.reading import drawn
from app.usecases import Tools
from app.usecases.studio.list_processes import READERS_OF_PROPOSALS, DefinitionRow, Version

_UNDECIDED = ("draft", "proposed")


@dataclass(frozen=True)
class DefinitionView:
    """One version with its content, and all its sisters."""

    row: DefinitionRow
    #: the version that is shown
    version: Version
    content: bytes = field(repr=False)
    #: newest first
    versions: tuple[Version, ...]
    #: the version that a draft or a proposal would replace
    before: bytes | None = field(default=None, repr=False)

    @property
    def picture(self) -> bytes:
        """The diagram as a browser shows it: in UTF-8, with a place for every element."""
        return drawn(self.content, self.row.key)


def read_definition(tools: Tools, *, actor: Actor, kind: str, key: str, number: int | None = None) -> DefinitionView:
    """Read a version of a diagram, a table or a form.

    Args:
        actor: designers and auditors read every version, others what is or was published.
        kind: process, decision or form.
        number: None for the current one, or for the newest while none is published.

    Raises:
        DefinitionNotFound: no such definition or version, or not for him.
    """
    sees_all = actor.machine or actor.has(*READERS_OF_PROPOSALS)
    with tools.store.unit_of_work() as uow:
        rows = [row for row in uow.definitions.versions(kind, key) if sees_all or row.state == "published"]
        if not rows:
            raise DefinitionNotFound
        summary = DefinitionRow.of(rows)
        wanted = number or summary.current or max(row.number for row in rows)
        if wanted not in {row.number for row in rows}:
            raise DefinitionNotFound
        found = uow.definitions.get(kind, key, wanted)
        before = None
        if found.state in _UNDECIDED and summary.current:
            before = bytes(uow.definitions.get(kind, key, summary.current).content)
    return DefinitionView(summary, Version.of(found), bytes(found.content), tuple(map(Version.of, rows)), before)
