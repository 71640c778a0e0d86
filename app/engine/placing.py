"""Putting a token where it did not come by itself."""

from collections.abc import Mapping
from typing import Any

from app.domain.errors import StepFailed, TaskAlreadyDone
from app.engine import follow, looping, passing, waiting, watching
from app.engine.flow import Flow
from app.engine.scopes import Child
from app.engine.tokens import Token


def place(token: Token, target: str, variables: Mapping[str, Any], *, siblings: bool) -> None:
    """Take a token from where it stands and put it on another element of its process version.

    Raises:
        StepFailed: the process has no such element, or no token can stand on it.
    """
    version = token.workflow.version
    spec = version.nodes.get(target)
    if spec is None or spec.for_compensation or spec.started_by_event or spec in version.spec.watchers:
        raise StepFailed(f"No token can be put on {target!r} of {version.key}.")
    path = path_to(version, target)
    scope, outer = token.workflow, token
    if token._parent is not None:
        outer = scope.tasks[token._parent]
    while scope.spec.name not in path:
        if not isinstance(scope, Child):
            raise StepFailed(f"{target!r} does not lie where the token can go.")
        outer = scope.host
        scope = outer.workflow
        if outer._parent is not None:
            outer = scope.tasks[outer._parent]
    carried = {**outer.data, **token.data, **variables}
    holder = _enter(scope, path[path.index(scope.spec.name) + 1:], carried)
    placed = passing.put(holder, spec, carried, dict(token.stamps) if token.stamps is not None else None)
    placed.take(variables)
    if siblings:
        _clear_but(scope, placed)
    elif outer.here:
        passing.cancel(outer)


def path_to(version: Any, target: str) -> list[str]:
    """Return the names of the processes around an element, the outermost first."""
    for name, inner in {version.spec.name: version.spec, **version.embedded}.items():
        if any(one.name == target for one in inner.elements):
            return [name] if name == version.spec.name else [*path_to(version, name), name]
    raise StepFailed(f"{version.key} has no element {target!r}.")


def _enter(scope: Any, path: list[str], variables: dict[str, Any]) -> Any:
    """Go into the sub-processes on the way, into those that run or into new ones."""
    flow = scope.top_workflow
    for name in path:
        running = next((one for one in flow.subprocesses.values()
                        if one.host.workflow is scope and one.spec.name == name and not one.completed), None)
        if running is None:
            spec = scope.version.nodes[name]
            host = passing.put(scope, spec, dict(variables), None)
            flow.queue.pop()
            spec.begin(host)
            watching.arm_boundary(host)
            passing.contain(host)
            running = flow.subprocesses[host.id] = Child(scope.version, scope.version.embedded[name], host, flow)
            watching.open_watchers(running)
        scope = running
    return scope


def _clear_but(scope: Any, placed: Token) -> None:
    """Cancel everything in a scope but the way to one token."""
    keep = {placed.id}
    inner = placed.workflow
    while inner is not scope:
        keep.add(inner.host.id)
        inner = inner.host.workflow
    closing, scope.closing = scope.closing, True
    for token in list(scope.tasks.values()):
        if token.id not in keep and token._parent is None and not token.triggered:
            passing.cancel(token)
    scope.closing = closing


def find(flow: Flow, key: str) -> Token:
    """Return the token of a key: a task, a waiting event, a container.

    Raises:
        TaskAlreadyDone: none stands there.
    """
    for token in follow.all_tokens(flow):
        # what holds several instances is named by any of them: a number of its own would be missing in theirs
        named = token.nth or "loop" not in token.internal_data
        if not token.triggered and token.task_spec.drawn and named and waiting.task_key(flow, token) == key:
            return token
    raise TaskAlreadyDone()


def empty(token: Token) -> None:
    """Take from a token what it waits for and what it contains."""
    flow = token.workflow.top_workflow
    flow.work.pop(token.id, None)
    flow.waits.pop(token.id, None)
    token.internal_data.pop("call", None)
    child = flow.subprocesses.pop(token.id, None)
    if child is not None:
        passing.clear(child)
    for number in list(token._children):
        if number in token.workflow.tasks:
            passing.cancel(token.workflow.tasks[number])


def stop(token: Token) -> None:
    """Cancel a token; its set, if it is one of several, counts it as stopped."""
    if token.is_instance:
        whole = token.workflow.tasks[token._parent]
        if whole.task_spec.loop.standard:
            # a round of a loop is the loop: without it there is nothing to go on with
            passing.cancel(whole)
            return
        passing.cancel(token)
        if looping.stopped(whole, whole.task_spec.loop):
            whole.task_spec.go_on(whole)
    else:
        passing.cancel(token)
