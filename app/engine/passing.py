"""How tokens move: they arrive, leave, end and are cancelled; elements say when, this says how."""

from collections.abc import Sequence
from typing import Any

from app.engine.tokens import CANCELLED, COMPLETED, STARTED, Token, forked, make, merge


def put(
    scope: Any, spec: Any, variables: dict[str, Any], stamps: dict[str, int] | None, parent: Token | None = None
) -> Token:
    """Place a token on an element; it runs when its turn comes."""
    flow = scope.top_workflow
    flow.last_number += 1
    token = make(flow.last_number, scope, spec, variables, stamps, parent)
    flow.queue.append(token)
    return token


def leave(token: Token, ways: Sequence[Any]) -> None:
    """Send a token along sequence flows, one copy along each; without a flow its path ends."""
    scope = token.workflow
    if not ways:
        end_path(token)
        return
    if len(ways) == 1:
        way = ways[0]
        way.target.arrive(scope, way.id, token.data, token.stamps)
    else:
        for way in ways:
            way.target.arrive(scope, way.id, *forked(token))
    drop(token)


def end_path(token: Token) -> None:
    """End a path; what it wrote belongs to the scope from now on."""
    scope = token.workflow
    if token._parent is not None:
        parent = scope.tasks[token._parent]
        drop(token)
        parent.task_spec.child_ended(parent, token)
        return
    scope.collect(token)
    drop(token)
    scope.path_ended()


def drop(token: Token) -> None:
    """Take a token off the diagram; the last one ends its scope."""
    scope = token.workflow
    if scope.tasks.pop(token.id, None) is None:
        return
    flow = scope.top_workflow
    flow.work.pop(token.id, None)
    flow.waits.pop(token.id, None)
    parent = scope.tasks.get(token._parent) if token._parent is not None else None
    if parent is not None:
        del parent._children[token.id]
    if token._state < COMPLETED:
        token._state = COMPLETED
    if not token.triggered:
        scope.live -= 1
        if not scope.live and not scope.closing:
            scope.ended()


def cancel(token: Token) -> None:
    """Cancel a token with everything it contains, innermost first."""
    if not token.here:
        return
    scope = token.workflow
    flow = scope.top_workflow
    child = flow.subprocesses.get(token.id)
    if child is not None:
        clear(child)
        del flow.subprocesses[token.id]
    for number in list(token._children):
        if number in scope.tasks:
            cancel(scope.tasks[number])
    token._set_state(CANCELLED)
    token.task_spec._on_cancel(token)
    drop(token)


def clear(scope: Any, keep: Token | None = None) -> None:
    """Cancel all tokens of a scope, but one, without ending the scope."""
    closing, scope.closing = scope.closing, True
    for token in list(scope.tasks.values()):
        if token is not keep and token._parent is None:
            cancel(token)
    scope.closing = closing


def disarm(token: Token) -> None:
    """Stop watching for the boundary events of an activity."""
    scope = token.workflow
    for number in list(token._children):
        child = scope.tasks[number]
        if child.triggered:
            drop(child)


def join(tokens: Sequence[Token]) -> Token:
    """Make one token of several; the last that came goes on."""
    last = tokens[-1]
    for other in tokens[:-1]:
        merge(last, other)
        drop(other)
    return last


def contain(token: Token) -> None:
    """Let a token stand for what it contains."""
    token._set_state(STARTED)
