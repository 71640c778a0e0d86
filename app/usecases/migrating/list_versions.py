"""List the versions of a process with the cases that run them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import Actor
from app.domain.errors import DefinitionNotFound
from app.usecases import Tools


@dataclass(frozen=True)
class RunningVersion:
    """A published version of a process."""

    number: int
    published_at: datetime
    message: str
    #: open cases that began with it or were taken over to it
    cases: int


@dataclass(frozen=True)
class RunningVersions:
    """The published versions of a process, the newest first."""

    process: str
    name: str
    name_en: str
    versions: Sequence[RunningVersion]


def list_versions(tools: Tools, *, actor: Actor, process: str) -> RunningVersions:
    """List the published versions of a process, with the number of open cases in the actor's place.

    Raises:
        DefinitionNotFound: nothing is published under this key.
    """
    with tools.store.unit_of_work() as uow:
        rows = [row for row in uow.definitions.versions("process", process) if row.published_at is not None]
        counted = dict(uow.steering.count(actor, process))
    if not rows:
        raise DefinitionNotFound()
    versions = [RunningVersion(row.number, row.published_at, row.message, counted.get(row.number, 0))
                for row in rows if row.published_at is not None]  # fmt: skip
    return RunningVersions(process, rows[0].name, rows[0].name_en, versions)
