"""What all changes to a case have in common: who may, which case, is it as it was seen, and the write."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseClosed, ChangeRefused, Invalid, StaleRevision, StepFailed
from app.domain.progress import Progress
from app.domain.records import StoredCase
from app.engine.world import Command, World
from app.schemas.texts import say
from app.schemas.values import is_clean
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.steering.changes import Change
from app.usecases.steering.effects import Effect, Effects
from app.usecases.stepping import command_of, make_world, seat_of
from app.usecases.writing import write_step

#: longest reason
LONGEST = 2000


def reason_of(text: str) -> str:
    """Give a reason without its edges.

    Raises:
        Invalid: there is none, or it cannot be kept.
    """
    words = text.strip()
    if not words:
        raise Invalid(errors={"reason": [say("required")]})
    if len(words) > LONGEST:
        raise Invalid(errors={"reason": [say("too_long", n=LONGEST)]})
    if not is_clean(words):
        raise Invalid(errors={"reason": [say("characters")]})
    return words


def steer(
    tools: Tools, uow: UnitOfWork, actor: Actor, case_id: UUID, change: Change, revision: int | None
) -> Effect:
    """Carry out one change to a case; the caller commits.

    Args:
        revision: the case's revision that the change was thought out for.

    Returns:
        What it did.

    Raises:
        CaseNotFound, Forbidden: the case is not his to see, or to steer.
        CaseClosed, StaleRevision, CaseIsSuspended, TaskAlreadyDone, ChangeRefused: nothing was changed.
    """
    case = uow.steering.read(actor, case_id, lock=True)
    check_revision(case, revision)
    effect, written = carry_out(tools, uow, case, change, command_on(uow, actor, case, tools.clock.now()))
    return replace(effect, revision=written.revision)


def check_revision(case: StoredCase, revision: int | None) -> None:
    """Refuse a change that was thought out for a case as it is no more.

    Raises:
        StaleRevision.
    """
    if revision is not None and revision != case.revision:
        raise StaleRevision(expected=revision, found=case.revision)


def carry_out(
    tools: Tools, uow: UnitOfWork, case: StoredCase, change: Change, command: Command
) -> tuple[Effect, StoredCase]:
    """Carry out a change on a locked case and write it; the caller commits.

    Raises:
        CaseClosed, CaseIsSuspended, TaskAlreadyDone, ChangeRefused.
    """
    world = make_world(tools, uow, case.id)
    # what stands there now is read before anything is written
    effects = Effects(tools, uow, case)
    progress = tried(world, command, case, change)
    effect = effects.of(world, command, progress)
    written = write_step(tools, uow, case, progress, command)
    if change.still is not None:
        uow.steering.stand(case.id, change.still)
    return effect, written


def foreseen(tools: Tools, uow: UnitOfWork, case: StoredCase, change: Change, actor: Actor) -> Effect:
    """Tell what a change would do; the caller forgets what operations wrote on the way."""
    command = command_on(uow, actor, case, tools.clock.now())
    world = make_world(tools, uow, case.id)
    effects = Effects(tools, uow, case)
    return effects.of(world, command, tried(world, command, case, change))


def tried(world: World, command: Command, case: StoredCase, change: Change) -> Progress:
    """Run a change on the state of a case.

    Raises:
        CaseClosed: only a restart is meant for closed cases.
        ChangeRefused: it does not fit where the case stands, or the diagram cannot go on from there.
    """
    if case.closed_at is not None and not change.on_closed:
        raise CaseClosed()
    try:
        return change.act(world, command, case.state)
    except StepFailed as failure:
        raise ChangeRefused(failure.message) from failure


def command_on(uow: UnitOfWork, actor: Actor, case: StoredCase, at: datetime) -> Command:
    """Write a command on a case; its history never runs backwards."""
    return command_of(actor, max(at, uow.facts.last_at(case)), seat_of(actor))
