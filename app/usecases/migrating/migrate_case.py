"""Migrate a case."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseClosed, MigrationRefused, StepFailed
from app.domain.records import StoredCase
from app.engine import migration
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.migrating.mapped import planned
from app.usecases.migrating.plan_migration import published
from app.usecases.steering.effects import Effect, Effects
from app.usecases.steering.steered import command_on, reason_of
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


def migrate_case(
    tools: Tools, *, actor: Actor, case_id: UUID, process: str, old: int, new: int,
    mapping: Mapping[str, str] | None = None, reason: str, dry_run: bool = False,
) -> Effect:  # fmt: skip
    """Take one case over to another version, wherever the process runs in it; drafts, claims and timers stay.

    Args:
        mapping: {old element: new element} where the automatic one is not right.
        dry_run: only tell what it would do.

    Returns:
        What it did, or would do.

    Writes:
        CaseMigrated and what follows.

    Raises:
        CaseNotFound: no such case, or not his to migrate.
        DefinitionNotFound: no such published version.
        Invalid: there is no reason.
        CaseClosed, MigrationRefused: nothing was changed; `elements` names where tokens would be lost.
    """
    words = reason_of(reason)
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        move = move_of(tools, uow, process, old, new, mapping, words)
        case = uow.steering.operated(actor, case_id, lock=not dry_run)
        effect = migrate(tools, uow, case, move, actor, at, dry_run=dry_run)
        if dry_run:
            uow.rollback()
        else:
            uow.commit()
    return effect


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
            world, command, case.state, move.process, move.new, move.mapping, reason=move.reason
        )
    except StepFailed as failure:
        raise MigrationRefused(failure.message, elements=[]) from failure
    effect = effects.of(world, command, progress)
    if dry_run:
        return effect
    written = write_step(tools, uow, case, progress, command)
    uow.steering.migrated(case.id, move.process, move.new, move.mapping)
    if case.suspended:
        # also the work that the new version has opened stands still
        uow.steering.stand(case.id, True)
    return replace(effect, revision=written.revision)
