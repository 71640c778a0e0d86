"""Leaving an activity by its edge, and starting the event sub-processes of a scope."""

from typing import Any

from app.engine import passing, timing, watching
from app.engine.tokens import Token, forked
from app.engine.triggers import Trigger


def leave_at_the_edge(host: Token, spec: Any, payload: dict[str, Any], watcher: Token | None = None) -> None:
    """Go on behind a boundary event; an interrupting one cancels its activity."""
    scope = host.workflow
    if spec.cancel_activity:
        token = passing.put(scope, spec, host.data, host.stamps)
        if watcher is not None:
            # it is the same passage that was waited for
            token.nth = scope.top_workflow.passage(watcher)
        passing.cancel(host)
    else:
        token = passing.put(scope, spec, *forked(host))
        if watcher is not None and watcher.nth:
            token.nth, watcher.nth = watcher.nth, 0
    if payload:
        scope.top_workflow.write(token, payload)


def start_event_subprocess(token: Token | None, start: Any, trigger: Trigger, payload: dict[str, Any],
                           scope: Any = None) -> None:  # fmt: skip
    """Start an event sub-process; an interrupting one cancels everything else in its scope."""
    scope = token.workflow if token is not None else scope
    container = scope.version.nodes[start.container]
    host = passing.put(scope, container, watching.variables_of(scope), {})
    host.internal_data["started_by"] = start.name
    if payload:
        host.take(payload)
        if start.after:
            host.internal_data["brought"] = payload
    if start.interrupting:
        passing.clear(scope, keep=host)
    elif token is not None:
        token.nth = 0
        token.internal_data.pop("came", None)
        if trigger.kind == "timer" and not timing.repeat(token, trigger):
            passing.drop(token)
