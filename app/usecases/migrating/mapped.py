"""The plan of a migration as people read it; shared by the verbs that migrate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.errors import DefinitionNotFound
from app.engine.migration import MigrationPlan, plan
from app.engine.targets import counterparts
from app.engine.versions import ProcessVersion
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


@dataclass(frozen=True)
class Choice:
    """An element of the new version."""

    node: str
    name: str
    name_en: str


@dataclass(frozen=True)
class MappedElement:
    """What becomes of an element of the old version."""

    node: str
    name: str
    name_en: str
    kind: str
    #: element of the new version, or empty
    target: str
    #: given, id, name or place; empty where nothing was found
    why: str
    #: elements of the new version that are of its kind
    choices: Sequence[Choice]
    #: cases in which a token stands here, of those that were counted
    cases: int


def planned(
    tools: Tools, process: str, old: int, new: int, given: Mapping[str, str] | None
) -> tuple[MigrationPlan, ProcessVersion, ProcessVersion]:
    """Map two versions of a process.

    Raises:
        ProcessNotFound, DefinitionNotFound: there is no such version.
        MigrationRefused: what is given does not fit.
    """
    before, after = tools.library.process(process, old), tools.library.process(process, new)
    return plan(before, after, given), before, after


def elements(
    found: MigrationPlan, before: ProcessVersion, after: ProcessVersion, live: Mapping[str, int]
) -> list[MappedElement]:
    """Lay out a plan: what waits for an answer first, then where tokens stand, then the rest."""
    choices = {node: [_choice(after, one) for one in there] for node, there in counterparts(before, after).items()}
    rows = []
    for node, there in choices.items():
        name, name_en = before.names.get(node, ("", ""))
        rows.append(MappedElement(node, name or node, name_en, type(before.nodes[node]).__name__,
                                  found.mapping.get(node, ""), found.why.get(node, ""), there,
                                  live.get(node, 0)))  # fmt: skip
    return sorted(rows, key=lambda row: (bool(row.target), -row.cases))


def _choice(version: ProcessVersion, node: str) -> Choice:
    name, name_en = version.names.get(node, ("", ""))
    return Choice(node, name or node, name_en)


def published(uow: UnitOfWork, process: str, number: int) -> None:
    """Refuse a version that was never published.

    Raises:
        DefinitionNotFound.
    """
    if uow.definitions.get("process", process, number).published_at is None:
        raise DefinitionNotFound()
