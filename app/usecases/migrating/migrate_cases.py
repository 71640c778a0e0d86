"""Migrate many cases."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.causes import cause_of
from app.domain.errors import Conflict, MigrationRefused, NotFound, StepFailed, StoreUnavailable
from app.usecases import Tools
from app.usecases.migrating.moved import Move, migrate, move_of
from app.usecases.steering.effects import Effect
from app.usecases.steering.steered import reason_of

log = logging.getLogger("yongzhi.migrations")

#: cases of one call; the rest is named by `next`
MOST = 100


@dataclass(frozen=True)
class Migrated:
    """What became of one case."""

    case_id: UUID
    #: empty where the case is confidential
    event_no: str
    #: migrated, refused or failed; in a dry run what would become of it
    outcome: str
    #: why not, without what the actor may not read of the case
    reason: str
    #: elements of the old version that stand in the way
    elements: Sequence[str]
    #: tasks that opened and ended
    opened: Sequence[str]
    ended: Sequence[str]
    #: of the reason, and the reason in Chinese
    code: str = ""
    reason_zh: str = ""


@dataclass(frozen=True)
class MigratedPage:
    """What became of the cases of one call."""

    results: Sequence[Migrated]
    #: to be given as `after` for the rest; None when all were looked at
    next: str | None
    dry_run: bool


def migrate_cases(
    tools: Tools, *, actor: Actor, process: str, old: int, new: int, mapping: Mapping[str, str] | None = None,
    reason: str, dry_run: bool = False, cases: Sequence[UUID] | None = None, after: str | None = None,
    limit: int = MOST,
) -> MigratedPage:  # fmt: skip
    """Take many cases over to another version, each in a transaction of its own.

    A case that is refused or fails stays as it is, and the others go on. Asking again is harmless: a case that was
    migrated runs the old version no more.

    Args:
        cases: only these; otherwise those that run the old version, page by page.
        after: `next` of the call before.
        limit: cases of this call.

    Writes:
        CaseMigrated in every case that was migrated.

    Raises:
        DefinitionNotFound: no such published version.
        Invalid: there is no reason, or `after` is no cursor.
        MigrationRefused: the given mapping does not fit.
    """
    words = reason_of(reason)
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        move = move_of(tools, uow, process, old, new, mapping, words)
        if cases is None:
            page = uow.steering.running(actor, process, old, after=after, limit=min(limit, MOST))
            wanted, more = page.rows, page.next
        else:
            wanted, more = tuple((case_id, "") for case_id in dict.fromkeys(cases)), None
    results = [_one(tools, actor, case_id, number, move, at, dry_run) for case_id, number in wanted]
    return MigratedPage(results, more, dry_run)


def _one(
    tools: Tools, actor: Actor, case_id: UUID, event_no: str, move: Move, at: datetime, dry_run: bool
) -> Migrated:
    def refused(outcome: str, why: str, elements: Sequence[str] = ()) -> Migrated:
        cause = cause_of(why)
        return Migrated(case_id, event_no, outcome, why, tuple(elements), (), (), cause.code, cause.zh)

    try:
        with tools.store.unit_of_work() as uow:
            case = uow.steering.operated(actor, case_id, lock=not dry_run)
            effect = migrate(tools, uow, case, move, actor, at, dry_run=dry_run)
            if dry_run:
                uow.rollback()
            else:
                uow.commit()
    except StoreUnavailable:
        raise
    except MigrationRefused as no:
        return refused("refused", no.message, no.attributes.get("elements") or ())
    except (Conflict, NotFound) as no:
        return refused("refused", no.message)
    except Exception:
        # also a defect of our own: this case must not hold up the others
        log.exception("Case %s could not be migrated.", case_id)
        return refused("failed", StepFailed.__doc__ or "")
    return Migrated(case_id, event_no, "migrated", "", (), *_tasks(effect))


def _tasks(effect: Effect) -> tuple[Sequence[str], Sequence[str]]:
    return tuple(task.name for task in effect.opened), tuple(task.name for task in effect.ended)
