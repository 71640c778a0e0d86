"""What stands beside the tokens: boundary events, event sub-processes, data objects, and who can still come."""

from typing import Any

from app.engine import feel, timing
from app.engine.tokens import WAITING, Token, make

#: kinds that are looked up where they are thrown; nothing waits for them
THROWN = frozenset({"error", "escalation", "cancel", "compensate"})


def comes_by_itself(spec: Any) -> bool:
    """Say whether something waits for the event; errors and their like are looked up where they are thrown."""
    return any(trigger.kind not in THROWN for trigger in spec.triggers)


def arm_boundary(token: Token) -> None:
    """Let the boundary events of an activity wait."""
    for spec in token.task_spec.boundary:
        if comes_by_itself(spec):
            watch(token.workflow, spec, token)


def open_watchers(scope: Any) -> None:
    """Let the event sub-processes of a scope wait for their events."""
    for start in scope.spec.watchers:
        if comes_by_itself(start):
            watch(scope, start, None)


def watch(scope: Any, spec: Any, host: Token | None) -> Token:
    """Place a watcher; it keeps no scope open."""
    flow = scope.top_workflow
    flow.last_number += 1
    # expressions of the watcher read what its activity, or its scope, reads
    seen = host.data if host is not None else variables_of(scope)
    token = make(flow.last_number, scope, spec, seen, None, host, WAITING, True)
    timing.arm(token, spec.triggers)
    correlate(flow, token)
    flow.waits[token.id] = token
    return token


def correlate(flow: Any, token: Token) -> None:
    """Fix what a message must carry to be meant for this token."""
    for node, _, spec in token.task_spec.awaited:
        text = spec.props.get("correlation")
        if text:
            value = feel.normalise(feel.evaluate(text, flow.scope(token), now=flow.now))
            token.internal_data.setdefault("correlation", {})[node] = value


def variables_of(scope: Any) -> dict[str, Any]:
    """Return the newest values of a scope."""
    if scope.board is not None:
        return dict(scope.board)
    host = getattr(scope, "host", None)
    return {**(host.data if host is not None else {}), **scope.result}


def read_object(scope: Any, name: str) -> Any:
    """Return the value of a data object, from the nearest scope that has it."""
    while scope is not None:
        if name in scope.objects:
            return scope.objects[name]
        scope = scope.around
    return None


def write_object(scope: Any, name: str, value: Any) -> None:
    """Set a data object in the scope that declares it."""
    place = scope
    while place.around is not None and name not in place.spec.data_objects:
        place = place.around
    place.objects = {**place.objects, name: value}


def can_still_come(scope: Any, gateway: Any, there: set[str]) -> bool:
    """Say whether some token can still reach an empty arrow of a gateway.

    A token that can also reach an arrow where one waits already is not waited for.

    Source:
        BPMN 2.0.2, 13.4.3, table 13.3.
    """
    for token in scope.tasks.values():
        if token.triggered or token._parent is not None or token.task_spec is gateway:
            continue
        reached = gateway.reached_from.get(token.task_spec.name, frozenset())
        if reached - there and not reached & there:
            return True
    return False


def reach(elements: list[Any], gateway: Any) -> dict[str, frozenset[str]]:
    """Return for each element the arrows into a gateway that its token can come along, without passing the gateway."""
    found: dict[str, set[str]] = {}
    before: dict[str, list[str]] = {}
    edges = {one.name: {one.name, *(edge.name for edge in one.boundary)} for one in elements}
    for one in elements:
        for way in one.flows:
            before.setdefault(way.target.name, []).append(one.name)
    hosts = {edge: name for name, several in edges.items() for edge in several if edge != name}
    for way in gateway.comes_from:
        todo, seen = [way.source], set()
        while todo:
            name = todo.pop()
            if name in seen or name == gateway.name:
                continue
            seen.add(name)
            found.setdefault(name, set()).add(way.id)
            todo.extend(before.get(name, ()))
            if name in hosts:
                todo.append(hosts[name])
    return {name: frozenset(ways) for name, ways in found.items()}


def conditions(flow: Any) -> list[tuple[Token, Any]]:
    """List the waiting tokens with their conditions."""
    return [(token, trigger) for token in list(flow.waits.values()) for _, trigger, _ in token.task_spec.awaited
            if trigger.kind == "conditional"]

