"""What every verb that moves a case shares: the world it runs in, who acts in which seat, and the write."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from app.domain.actor import Actor
from app.domain.facts import GENESIS, Fact, FactDraft, chain, for_whom
from app.domain.progress import Progress
from app.domain.records import StoredCase, TaskInHand
from app.engine.world import Command, World
from app.store.facts import Followed
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.operations import perform


def make_world(tools: Tools, uow: UnitOfWork, case_id: UUID) -> World:
    """Give the engine what it may ask, inside this transaction."""
    return World(
        library=tools.library,
        calendar=tools.city.calendar,
        roles=tools.city.roles,
        operations=partial(perform, tools, uow, case_id),
        outside=tools.city.connectors.__contains__,
        heirs=lambda _: tools.city.heirs,
    )


def seat_for(actor: Actor, task: TaskInHand) -> tuple[str, str]:
    """Say in which role and unit an actor works on a task; the first of the task's seats that he holds."""
    held = {(a.role, a.unit) for a in actor.assignments}
    return next((pair for pair in task.candidates if pair in held), seat_of(actor))


def seat_of(actor: Actor) -> tuple[str, str]:
    """Say in which role and unit an actor acts where no task asks for one."""
    first = min(actor.assignments, key=lambda a: (a.role, a.unit), default=None)
    return (first.role, first.unit) if first else ("", "")


def command_of(actor: Actor, at: datetime, seat: tuple[str, str] = ("", "")) -> Command:
    """Write a command: who, when, in which seat."""
    return Command(at, actor, *seat)


def link_facts(
    case_id: UUID, drafts: Iterable[FactDraft], command: Command, *, after: int = 0, head: bytes = GENESIS
) -> list[Fact]:
    """Give the facts of a command their place in the case's chain."""
    actor = command.actor
    signed = (actor.id, actor.name or actor.username, command.role, command.unit)
    return chain(drafts, case_id=case_id, after=after, head=head, at=command.now, actor=signed)


def write_step(
    uow: UnitOfWork,
    case: StoredCase,
    progress: Progress,
    command: Command,
    *,
    finished: TaskInHand | None = None,
) -> StoredCase:
    """Write one step of a case; the caller commits.

    Args:
        finished: the task that the command's actor finished; it must still be open and held by him.

    Raises:
        TaskAlreadyDone, TaskNotHeld, StaleRevision: somebody was first; nothing was written.
    """
    facts = link_facts(case.id, progress.facts, command, after=case.seq, head=case.head)
    return uow.cases.write_step(
        case, progress, facts, at=command.now,
        finished=(finished.key, command.actor) if finished else None,
        guard_task=finished.id if finished else None,
    )  # fmt: skip


def add_fact(uow: UnitOfWork, case: Followed, draft: FactDraft, command: Command) -> Fact:
    """Write one fact that does not move the flow; the caller commits."""
    draft = draft._replace(body=for_whom(command.actor, draft.body))
    facts = link_facts(case.id, [draft], command, after=case.seq, head=case.head)
    uow.facts.append(case, facts)
    return facts[0]
