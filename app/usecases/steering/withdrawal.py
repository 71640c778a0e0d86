"""Whether somebody may take back what he has just completed; shared by the verb and by the pages that offer it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict, NotFound, StepFailed, TaskAlreadyDone, YongzhiError
from app.domain.facts import MOVES, Fact
from app.domain.records import StoredCase, TaskRow
from app.domain.rights import is_allowed
from app.engine import steering
from app.engine.targets import Standing, meets, performed_once, standing
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.stepping import command_of, make_world

#: what has left the case cannot be called back, and who was stopped does not begin again by himself
_FINAL = frozenset({"MessageThrown", "SignalThrown", "CallRequested", "TaskCancelled", "ErrorThrown",
                    "EscalationThrown"})  # fmt: skip
#: facts of one command that are looked at; a longer one is not taken back
_MOST = 300


class NotWithdrawable(Conflict):
    """This cannot be taken back any more: somebody works on what follows, or it has had effects outside."""

    slug = "not-withdrawable"


@dataclass(frozen=True)
class Withdrawal:
    """A completion that can be taken back."""

    task: TaskRow
    answers: dict[str, Any]
    #: token that goes back, and those that are cancelled beside it
    way: Sequence[str]


def withdrawable(
    tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, *, sent_back: TaskRow | None = None
) -> Withdrawal:
    """Find the completion that an actor can take back: his own, the last step of the case, still without consequences.

    Args:
        sent_back: he holds this task and gives it back to who completed the step before, whoever that was.

    Raises:
        NotWithdrawable: there is none.
    """
    facts = uow.facts.of_case(case.id, after=max(0, case.seq - _MOST))
    begun = [at for at, fact in enumerate(facts) if fact.kind in MOVES]
    last = facts[begun[-1] :] if begun else ()
    if case.closed_at is not None or not last or last[0].kind != "TaskCompleted":
        raise NotWithdrawable()
    if sent_back is None and last[0].actor != actor.id:
        raise NotWithdrawable()
    tasks = {task.key: task for task in uow.tasks.of_case(case.id)}
    body = last[0].content
    done = tasks.get(str(body["key"]))
    if sent_back is None and done is not None and done.finished_by != actor.desk:
        # what somebody did in another's place is that one's again when he is back
        raise NotWithdrawable()
    if done is None or case.suspended or not _is_plain(tools, done) or _had_effects(tools, last, tasks.values()):
        raise NotWithdrawable()
    opened = [tasks.get(str(fact.content["key"])) for fact in last if fact.kind == "TaskOpened"]
    touched = {fact.content.get("key") for fact in last if fact.kind == "TaskClaimed"}
    own = sent_back.key if sent_back else ""
    followers = [task for task in opened
                 if task is not None and (task.key == own or _untouched(task) and task.key not in touched)]
    if not followers or len(followers) != len(opened) or own and own not in {task.key for task in followers}:
        raise NotWithdrawable()
    return Withdrawal(done, dict(body["answers"]), _way_back(tools, uow, case, actor, done, followers))


def _way_back(
    tools: Tools, uow: UnitOfWork, case: StoredCase, actor: Actor, done: TaskRow, followers: Sequence[TaskRow]
) -> list[str]:
    """Try whether exactly what followed goes away and exactly the task comes back; nothing is written.

    Raises:
        NotWithdrawable: it does not.
    """
    world = replace(make_world(tools, uow, case.id), operations=_does_nothing)
    command = command_of(actor, tools.clock.now())
    tokens = {one.key: one for one in standing(world, command, case.state)[0]}
    first, *others = dict.fromkeys(_outward(tokens, task.key, done.process) for task in followers)
    way = [first]
    try:
        progress = steering.move(world, command, case.state, first, done.node)
        opened, ended = [task.node for task in progress.opened], set(progress.ended)
        for key in others:
            with suppress(TaskAlreadyDone):
                progress = steering.cancel_branch(world, command, progress.state, key)
                way.append(key)
                opened += [task.node for task in progress.opened]
                ended |= set(progress.ended)
    except YongzhiError as no:
        raise NotWithdrawable() from no
    if opened != [done.node] or ended != {task.key for task in followers}:
        raise NotWithdrawable()
    return way


def _outward(tokens: Mapping[str, Standing], key: str, process: str) -> str:
    """Go from a task out to what runs it in the process of the completed one."""
    while key in tokens and tokens[key].process != process:
        key = tokens[key].inside
    if key not in tokens:
        raise NotWithdrawable()
    return key


def _does_nothing(call: Call) -> OperationResult:
    raise StepFailed(f"{call.operation} would be done again.")


def _untouched(task: TaskRow) -> bool:
    return task.state == "open" and task.draft is None


def _is_plain(tools: Tools, task: TaskRow) -> bool:
    """Say whether one person alone did it; of several the others would have to begin again."""
    return performed_once(tools.library.process(task.process, task.process_version), task.node)


def _had_effects(tools: Tools, facts: Sequence[Fact], tasks: Iterable[TaskRow]) -> bool:
    numbers = {task.process: task.process_version for task in tasks}
    passed: dict[str, list[str]] = {}
    for fact in facts:
        if fact.kind in _FINAL:
            return True
        if fact.kind == "OperationDone" and any(not kind.startswith("notify.") for kind, _ in fact.content["effects"]):
            return True
        if fact.kind == "StepPassed":
            passed.setdefault(fact.process, []).append(fact.node)
    return any(_meets(tools, process, numbers.get(process), nodes) for process, nodes in passed.items())


def _meets(tools: Tools, process: str, number: int | None, nodes: list[str]) -> bool:
    """Say whether paths met; whose path is taken back there would leave the others without an end."""
    try:
        return meets(tools.library.process(process, number), nodes)
    except NotFound:
        return True


def given_back(tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, task: TaskRow) -> Withdrawal | None:
    """Find the step to which a holder may return his task, or None."""
    try:
        return withdrawable(tools, uow, actor, case, sent_back=task)
    except NotWithdrawable:
        return None


def taken_back(tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase) -> UUID | None:
    """Name the completed task that an actor may take back, or None."""
    if not is_allowed(actor, "task.withdraw"):
        return None
    try:
        return withdrawable(tools, uow, actor, case).task.id
    except NotWithdrawable:
        return None
