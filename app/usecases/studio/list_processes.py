"""List definitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import Actor
from app.domain.records import DefinitionRow as Stored
from app.usecases import Tools
from app.usecases.studio.deployment import DESIGNER

#: in the order of lists
KINDS = ("process", "decision", "form")
#: who sees what is only proposed
READERS_OF_PROPOSALS = (DESIGNER, "auditor")


@dataclass(frozen=True)
class Version:
    """One version of a definition, without its content."""

    number: int
    #: draft, proposed, published or refused
    state: str
    author: str
    message: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    published_at: datetime | None
    #: why it was refused, or what the second designer said
    note: str
    sha256: str

    @classmethod
    def of(cls, row: Stored) -> "Version":
        """Show a stored row."""
        return cls(
            row.number, row.state, row.author, row.message, row.proposed_at, row.decided_by, row.decided_at,
            row.published_at, str(row.meta.get("note", "")), bytes(row.sha256).hex(),
        )  # fmt: skip


@dataclass(frozen=True)
class DefinitionRow:
    """A diagram, a table or a form with where it stands."""

    kind: str
    key: str
    name: str
    name_en: str
    pack: str
    #: version that new cases use; None before the first is published
    current: int | None
    published_at: datetime | None
    #: versions that wait for a second designer
    proposals: tuple[Version, ...]
    #: kept as they are; nobody decides about them
    drafts: tuple[Version, ...] = ()

    @classmethod
    def of(cls, rows: Sequence[Stored]) -> "DefinitionRow":
        """Sum up all versions of one definition."""
        published = [row for row in rows if row.state == "published"]
        current = max(published, key=lambda row: row.number) if published else None
        shown = current or max(rows, key=lambda row: row.number)
        return cls(
            kind=shown.kind, key=shown.key, name=shown.name, name_en=shown.name_en, pack=shown.pack,
            current=current.number if current else None,
            published_at=current.published_at if current else None,
            proposals=tuple(Version.of(row) for row in rows if row.state == "proposed"),
            drafts=tuple(Version.of(row) for row in rows if row.state == "draft"),
        )  # fmt: skip


def list_processes(tools: Tools, *, actor: Actor, kind: str | None = None) -> tuple[DefinitionRow, ...]:
    """List every diagram, table and form.

    Args:
        actor: proposals and drafts are shown to designers and auditors only.
        kind: process, decision or form; None for all.

    Returns:
        One row per definition: diagrams first, then tables, then forms, each by key.
    """
    with tools.store.unit_of_work() as uow:
        rows = [row for one in KINDS if kind in (None, one) for row in uow.definitions.list(one)]
        if actor.machine or actor.has(*READERS_OF_PROPOSALS):
            waiting = (*uow.definitions.proposed(), *uow.definitions.proposed(drafts=True))
            rows += [row for row in waiting if kind in (None, row.kind)]
    grouped: dict[tuple[str, str], list[Stored]] = {}
    for row in rows:
        grouped.setdefault((row.kind, row.key), []).append(row)
    ordered = sorted(grouped, key=lambda place: (KINDS.index(place[0]), place[1]))
    return tuple(DefinitionRow.of(grouped[place]) for place in ordered)
