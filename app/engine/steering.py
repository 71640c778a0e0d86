"""Commands that change the course of a case by hand: move, skip, cancel, stand still, restart, more or fewer people."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.errors import ActNotOpen, CaseIsSuspended, StepFailed
from app.domain.progress import Progress
from app.engine import feel, follow, limits, looping, passing, raising
from app.engine.flow import Flow
from app.engine.placing import empty, find, place, stop
from app.engine.settling import guarded, opened, settle
from app.engine.tokens import Token
from app.engine.versions import entry_points
from app.engine.world import Command, World


def move(
    world: World, command: Command, saved: bytes, key: str, target: str, *,
    variables: Mapping[str, Any] | None = None, siblings: bool = False, reason: str = "",
) -> Progress:  # fmt: skip
    """Take a token from where it stands and put it on another element: return, withdraw, jump.

    The target may lie in the same process, further out, or inside an embedded sub-process; what stands between is
    left or entered.

    Args:
        key: `process/node#nth` of the token.
        target: element id in the same process version.
        variables: set on the way.
        siblings: also cancel the other tokens of the scope in which the target lies, as a return to before a fork
            needs.

    Raises:
        TaskAlreadyDone: no token stands there.
        StepFailed: the target cannot be reached.
    """
    def act(flow: Flow) -> None:
        token = find(flow, key)
        flow.tell("TokenMoved", token, {"key": key, "target": target, "variables": dict(variables or {}),
                                        "siblings": siblings, "reason": reason, "by": command.actor.username})
        place(token, target, feel.normalise(dict(variables or {})), siblings=siblings)

    return _steer(world, command, saved, act)


def skip(
    world: World, command: Command, saved: bytes, key: str, *, variables: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Progress:  # fmt: skip
    """Pass an element as if it had been done.

    Raises:
        TaskAlreadyDone: no token stands there.
    """
    def act(flow: Flow) -> None:
        token = find(flow, key)
        flow.tell("TokenSkipped", token, {"key": key, "variables": dict(variables or {}), "reason": reason,
                                          "by": command.actor.username})
        token.take(feel.normalise(dict(variables or {})))
        empty(token)
        raising.run(token, token.complete)

    return _steer(world, command, saved, act)


def cancel_branch(world: World, command: Command, saved: bytes, key: str, *, reason: str = "") -> Progress:
    """Cancel a token with everything it contains; the last one of a scope ends the scope.

    Raises:
        TaskAlreadyDone: no token stands there.
    """
    def act(flow: Flow) -> None:
        token = find(flow, key)
        flow.tell("BranchCancelled", token, {"key": key, "reason": reason, "by": command.actor.username})
        stop(token)

    return _steer(world, command, saved, act)


def cancel_case(world: World, command: Command, saved: bytes, *, reason: str = "") -> Progress:
    """End a case at once, with everything in it."""
    def act(flow: Flow) -> None:
        flow.tell("CaseCancelled", None, {"reason": reason, "by": command.actor.username})
        passing.clear(flow)
        flow.suspended = False
        flow.ended()

    return _steer(world, command, saved, act, suspended=None)


def suspend(world: World, command: Command, saved: bytes, *, reason: str = "") -> Progress:
    """Let a case stand still: its moments do not come, its tasks cannot be finished, nothing reaches it.

    Raises:
        CaseIsSuspended: it stands still already.
    """
    def act(flow: Flow) -> None:
        flow.tell("CaseSuspended", None, {"reason": reason, "by": command.actor.username})
        flow.suspended = True

    return _steer(world, command, saved, act)


def resume(world: World, command: Command, saved: bytes, *, reason: str = "") -> Progress:
    """Let a case go on; moments that passed meanwhile come at once.

    Raises:
        ActNotOpen: it does not stand still.
    """
    def act(flow: Flow) -> None:
        flow.tell("CaseResumed", None, {"reason": reason, "by": command.actor.username})
        flow.suspended = False

    return _steer(world, command, saved, act, suspended=True)


def restart(
    world: World, command: Command, saved: bytes, *, variables: Mapping[str, Any] | None = None, reason: str = ""
) -> Progress:
    """Begin the process anew in the same case; what has been recorded stays."""
    def act(flow: Flow) -> None:
        given = feel.normalise(dict(variables or {}))
        flow.tell("CaseRestarted", None, {"variables": given, "reason": reason, "by": command.actor.username})
        passing.clear(flow)
        flow.completed, flow.live = False, 0
        flow.finished, flow.resetting = (), {}
        for entry in entry_points(flow.version, None):
            passing.put(flow, entry, dict(given), None)

    return _steer(world, command, saved, act)


def add_instance(world: World, command: Command, saved: bytes, key: str, item: Any) -> Progress:
    """Add an instance to a set that runs side by side, or a participant to one that goes round.

    Args:
        key: of the activity or of any of its instances.

    Raises:
        TaskAlreadyDone: no such set runs.
    """
    return change_participants(world, command, saved, key, "add", {"item": item})


def change_participants(
    world: World, command: Command, saved: bytes, key: str, change: str, params: Mapping[str, Any]
) -> Progress:
    """Change who signs and how: `add` {item}, `remove` {}, `order` {items}, `rule` {condition}, `vote` {value, share}.

    Args:
        key: of the activity or of any of its instances; for `remove` of the instance.

    Raises:
        TaskAlreadyDone: no such set runs.
        StepFailed: the change does not fit.
    """
    def act(flow: Flow) -> None:
        token = find(flow, key)
        whole = _set_of(token)
        body = {"key": key, "change": change, "params": dict(params), "by": command.actor.username}
        flow.tell("ParticipantsChanged", token, body)
        if change == "remove":
            if not token.is_instance:
                raise StepFailed("Only one participant can be removed, not the set.")
            stop(token)
        elif looping.change(whole, whole.task_spec.loop, change, params):
            whole.task_spec.go_on(whole)

    return _steer(world, command, saved, act)


def change_limit(
    world: World, command: Command, saved: bytes, change: str, params: Mapping[str, Any], *, reason: str = ""
) -> Progress:
    """Extend, pause, resume or stop limits by hand.

    Args:
        change: extend, pause, resume or stop.
        params: {name, amount} or {names}.
    """
    def act(flow: Flow) -> None:
        flow.tell("LimitChanged", None, {"change": change, "params": dict(params), "reason": reason,
                                         "by": command.actor.username})
        changed = limits.change(flow.record["limits"], change, params, flow.now, flow.world.calendar)
        changed = {name: flow.world.remembered(name) or limit for name, limit in changed.items()}
        flow.record["limits"].update(changed)
        for name, limit in changed.items():
            flow.tell("LimitMoved", None, {"limit": name, "change": change, **limit})
        follow.limits_moved(flow, changed)

    return _steer(world, command, saved, act)


def _steer(
    world: World, command: Command, saved: bytes, act: Callable[[Flow], None], *, suspended: bool | None = False
) -> Progress:
    """Carry out an act on a case.

    Args:
        suspended: whether the case must stand still, must not, or (None) may.
    """
    flow = opened(world, command, saved, suspended=None)
    if suspended is False and flow.suspended:
        raise CaseIsSuspended()
    if suspended is True and not flow.suspended:
        raise ActNotOpen("The case does not stand still; there is nothing to resume.")
    with guarded:
        act(flow)
        flow.advance()
    return settle(flow)


def _set_of(token: Token) -> Token:
    whole = token.workflow.tasks[token._parent] if token.is_instance else token
    if "loop" not in whole.internal_data or whole.task_spec.loop.standard:
        raise StepFailed("There are no participants here: the activity is performed once.")
    return whole
