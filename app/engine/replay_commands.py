"""How each kind of command runs again from the fact that it left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.domain.actor import Absent, Actor
from app.domain.facts import FOR, Fact
from app.domain.progress import Progress
from app.engine import calls, commands, migration, steering
from app.engine.world import Command, World

Body = Mapping[str, Any]
Again = Callable[[World, Command, bytes, Body], Progress | None]


def run_again(world: World, batch: Sequence[Fact], saved: bytes) -> Progress | None:
    """Run the command whose facts these are.

    Args:
        batch: the facts of one command, its own first.
    """
    first = batch[0]
    body: Body = first.content
    actor = replace(Actor(first.actor, "", first.actor_name), username=str(body.get("by", "")))
    if FOR in body:
        actor = replace(actor, absent=Absent(**body[FOR]))
    command = Command(first.at, actor, first.role, first.unit)
    if first.kind == "TimerFired":
        keys = [fact.content["key"] for fact in batch if fact.kind == "TimerFired"]
        return commands.fire(world, command, saved, keys)
    return _COMMANDS[first.kind](world, command, saved, body)


def _start(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return commands.start(world, command, body["process"], body["variables"], body["event"], node=body.get("node"))


def _complete(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return commands.complete(world, command, saved, body["key"], body["answers"])


def _message(world: World, command: Command, saved: bytes, body: Body) -> Progress | None:
    return commands.deliver(world, command, saved, body["message"], body["payload"], body["key"],
                            correlation=body.get("correlation"))


def _signal(world: World, command: Command, saved: bytes, body: Body) -> Progress | None:
    return commands.deliver(world, command, saved, body["signal"], body["payload"], body["key"], kind="signal",
                            correlation=body.get("correlation"))


def _answer(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return calls.finish_call(world, command, saved, body["key"], body["value"])


def _fail(world: World, command: Command, saved: bytes, body: Body) -> Progress | None:
    return calls.fail_call(world, command, saved, body["key"], body["code"], body["text"])


def _move(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return steering.move(world, command, saved, body["key"], body["target"], variables=body["variables"],
                         siblings=body["siblings"], reason=body["reason"])


def _skip(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return steering.skip(world, command, saved, body["key"], variables=body["variables"], reason=body["reason"])


def _branch(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return steering.cancel_branch(world, command, saved, body["key"], reason=body["reason"])


def _cancel(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return steering.cancel_case(world, command, saved, reason=body["reason"])


def _suspend(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return steering.suspend(world, command, saved, reason=body["reason"])


def _resume(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return steering.resume(world, command, saved, reason=body["reason"])


def _restart(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return steering.restart(world, command, saved, variables=body["variables"], reason=body["reason"])


def _participants(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return steering.change_participants(world, command, saved, body["key"], body["change"], body["params"])


def _limit(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return steering.change_limit(world, command, saved, body["change"], body["params"], reason=body["reason"])


def _migrate(world: World, command: Command, saved: bytes, body: Body) -> Progress:
    return migration.migrate(world, command, saved, body["process"], body["from"], body["to"], body["mapping"],
                             reason=body["reason"])


#: of each of the domain's `MOVES` but TimerFired, which may come several at once
_COMMANDS: dict[str, Again] = {
    "CaseStarted": _start, "TaskCompleted": _complete, "MessageReceived": _message, "SignalReceived": _signal,
    "CallAnswered": _answer, "CallFailed": _fail, "TokenMoved": _move, "TokenSkipped": _skip,
    "BranchCancelled": _branch, "CaseCancelled": _cancel, "CaseSuspended": _suspend, "CaseResumed": _resume,
    "CaseRestarted": _restart, "ParticipantsChanged": _participants, "LimitChanged": _limit, "CaseMigrated": _migrate,
}  # fmt: skip
