"""One case on its way to another version; shared by the verbs that take one or many."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.actor import Actor
from app.domain.errors import CaseClosed, MigrationRefused, StepFailed
from app.domain.records import StoredCase
from app.engine import migration
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.migrating.mapped import planned, published
from app.usecases.steering.effects import Effect, Effects
from app.usecases.steering.steered import command_on
from app.usecases.stepping import make_world
from app.usecases.writing import write_step


@dataclass(frozen=True)
class Move:
    """From which version of which process to which, and what takes whose place."""

    process: str
    old: int
    new: int
    #: {old element: new element}, complete
    mapping: Mapping[str, str]
    reason: str


def move_of(
    tools: Tools, uow: UnitOfWork, process: str, old: int, new: int, mapping: Mapping[str, str] | None, reason: str
) -> Move:
    """Plan a migration in full.

    Raises:
        DefinitionNotFound, MigrationRefused.
    """
    published(uow, process, old)
    published(uow, process, new)
    if old == new:
        raise MigrationRefused("Both versions are the same.", elements=[])
    found, _, _ = planned(tools, process, old, new, mapping)
    return Move(process, old, new, found.mapping, reason)


def migrate(
    tools: Tools, uow: UnitOfWork, case: StoredCase, move: Move, actor: Actor, at: datetime, *, dry_run: bool
) -> Effect:
    """Migrate a case that was read, or only tell what would happen; the caller commits or forgets.

    Raises:
        CaseClosed, MigrationRefused.
    """
    if case.closed_at is not None:
        raise CaseClosed()
    command = command_on(uow, actor, case, at)
    world = make_world(tools, uow, case.id)
    effects = Effects(tools, uow, case)
    try:
        progress = migration.migrate(
            world, command, case.state, move.process, move.old, move.new, move.mapping, reason=move.reason
        )
    except StepFailed as failure:
        # the engine quotes values of the case
        why = failure.message if uow.steering.sees(actor, case.id) else None
        raise MigrationRefused(why, elements=[]) from failure
    effect = effects.of(world, command, progress)
    if dry_run:
        return effect
    written = write_step(tools, uow, case, progress, command)
    uow.steering.migrated(case.id, move.process, move.new, move.mapping)
    if case.suspended:
        # also the work that the new version has opened stands still
        uow.steering.stand(case.id, True)
    return replace(effect, revision=written.revision)
