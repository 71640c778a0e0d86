"""The commands on a case: start, complete, fire, deliver; each leaves facts and a settled state."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from app.domain.errors import ActNotOpen, TaskAlreadyDone, TaskNotReady
from app.domain.progress import Progress
from app.engine import feel, follow, passing, raising, state, timing, visits, waiting, watching
from app.engine.flow import Flow, empty_record
from app.engine.scope import RESERVED, property_value
from app.engine.settling import guarded, opened, settle
from app.engine.tokens import Token
from app.engine.triggers import Trigger
from app.engine.versions import entry_points
from app.engine.world import Answers, Command, World


def start(
    world: World,
    command: Command,
    process: str,
    variables: Mapping[str, Any],
    event: Mapping[str, Any],
    *,
    node: str | None = None,
) -> Progress:
    """Start a case on the current version of a process and run it to its first stop.

    Args:
        variables: JSON-safe values the first token carries.
        event: JSON-safe first content of the case's record.
        node: start event that has happened; without it the plain one.

    Raises:
        ProcessNotFound, StepFailed.
    """
    version = world.library.process(process)
    flow = Flow(version, world, command, empty_record(feel.normalise(dict(event))), visits.NONE)
    given = feel.normalise(dict(variables))
    body = {"process": version.key, "version": version.number, "variables": given,
            "event": dict(flow.record["event"]), "by": command.actor.username}
    flow.tell("CaseStarted", None, {**body, "node": node} if node else body)
    with guarded:
        if flow.board is not None:
            flow.board.update(given)
        watching.open_watchers(flow)
        for entry in entry_points(version, node):
            passing.put(flow, entry, dict(given), None)
        flow.advance()
    return settle(flow)


def complete(world: World, command: Command, saved: bytes, key: str, answers: Answers) -> Progress:
    """Finish an open task with its answers, or with those that a function finds good once it knows the scope.

    Raises:
        TaskAlreadyDone: no such task is open.
        StepFailed.
    """
    flow = opened(world, command, saved)
    token = _find_open(flow, key)
    given = feel.normalise(answers(flow.scope(token)) if callable(answers) else answers)
    _may_finish(flow, token, given)
    form, number, _ = token.task
    flow.tell("TaskCompleted", token, {"key": key, "name": token.task_spec.title, "answers": given, "form": form,
                                       "form_version": number, "by": command.actor.username})
    with guarded:
        token.take(given)
        del flow.work[token.id]
        raising.run(token, token.complete)
        flow.advance()
    return settle(flow, completed=key)


def _find_open(flow: Flow, key: str) -> Token:
    for token in flow.work.values():
        if waiting.task_key(flow, token) == key:
            return token
    raise TaskAlreadyDone()


def _may_finish(flow: Flow, token: Token, answers: Mapping[str, Any]) -> None:
    props = token.task_spec.props
    condition = props.get("finishCondition")
    if not condition:
        return
    # what is answered now counts, not an earlier answer of the same name; the case's own names cannot be answered
    scope = flow.scope(token)
    told = {name: value for name, value in answers.items() if name not in RESERVED}
    if property_value(condition, {**scope, **told}, flow.now) is not True:
        raise TaskNotReady(props.get("finishConditionText"), text_en=props.get("finishConditionText_en", ""))


def fire(world: World, command: Command, saved: bytes, keys: Collection[str] | None = None) -> Progress | None:
    """Fire the timers of the case that are due at the command's moment; None when none is.

    Args:
        keys: only these, and only if they are due.
    """
    flow = opened(world, command, saved)
    due = sorted((timer.due_at, timer.key) for timer in flow.timers_before.values()
                 if timer.due_at <= command.now and (keys is None or timer.key in keys))
    if not due:
        return None
    found = {waiting.event_key(flow, token, trigger.slot): (token, trigger)
             for token in follow.watchers(flow) for trigger in follow.timers_of(token)}
    for at, key in due:
        flow.tell("TimerFired", None, {"key": key, "node": flow.timers_before[key].node, "due_at": at.isoformat(),
                                        "by": command.actor.username})
    with guarded:
        for _, key in due:
            token, trigger = found[key]
            if token.here and token.id in flow.waits and timing.due_at(token, trigger) is not None:
                raising.run(token, partial(raising.catch, token, trigger, {}))
        flow.advance()
    return settle(flow)


def deliver(
    world: World,
    command: Command,
    saved: bytes,
    message: str,
    payload: Mapping[str, Any],
    key: str | None = None,
    *,
    kind: str = "message",
    correlation: Mapping[str, Any] | None = None,
) -> Progress | None:
    """Deliver a message or signal to the elements that wait for it; None when none does.

    An element whose condition does not hold, or that asks for another correlation, does not catch.

    Args:
        key: only to this waiting element.
        kind: message or signal.
        correlation: what the message carries; an element takes it when everything it asks for is equal.

    Raises:
        ActNotOpen: the element does not wait any more or its condition does not hold.
        StepFailed.
    """
    flow = opened(world, command, saved)
    with guarded:
        waits = _catching(flow, kind, message, key, correlation or {})
    if not waits:
        if key is not None:
            raise ActNotOpen()
        return None
    given = feel.normalise(dict(payload))
    received = "MessageReceived" if kind == "message" else "SignalReceived"
    body = {kind: message, "payload": given, "key": key, "by": command.actor.username}
    flow.tell(received, None, {**body, "correlation": dict(correlation)} if correlation else body)
    with guarded:
        for token, trigger in waits:
            if token.here and token.id in flow.waits:
                raising.run(token, partial(raising.catch, token, trigger, given))
        flow.advance()
    return settle(flow)


def _catching(
    flow: Flow, kind: str, name: str, key: str | None, correlation: Mapping[str, Any]
) -> list[tuple[Token, Trigger]]:
    """List the tokens and triggers that a message reaches."""
    found = []
    for token, node, trigger in waiting.events(flow, kind, name):
        if key is not None and waiting.event_key(flow, token, node) != key:
            continue
        props = waiting.node_properties(token, node)
        if "condition" not in props or property_value(props["condition"], flow.scope(token), flow.now) is True:
            if key is not None or raising.meant(token, node, correlation):
                found.append((token, trigger))
        elif key is not None:
            raise ActNotOpen(props.get("conditionText"))
    return found


def scope_of(world: World, command: Command, saved: bytes, key: str) -> dict[str, Any]:
    """Return what an expression at an open task or a waiting element reads, as plain values.

    Raises:
        TaskAlreadyDone: nothing of that key waits.
    """
    flow = state.load(saved, world, command)
    try:
        for token in waiting.open_tasks(flow):
            if waiting.task_key(flow, token) == key:
                return flow.scope(token)
        for token in follow.watchers(flow):
            for node in waiting.elements_of(token):
                if waiting.event_key(flow, token, node) == key:
                    return flow.scope(token)
        raise TaskAlreadyDone()
    finally:
        flow.release()


def positions(world: World, command: Command, saved: bytes) -> list[tuple[str, int, str]]:
    """List where the tokens of a case stand: (process, version, element), outer processes first."""
    flow = state.load(saved, world, command)
    found = [(version.key, version.number, node) for version, node in waiting.standing(flow)]
    flow.release()
    return found
