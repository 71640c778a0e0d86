"""Migrate a case."""

from collections.abc import Mapping
from uuid import UUID

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.migrating.moved import migrate, move_of
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import reason_of


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
