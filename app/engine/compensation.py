"""Compensation: what was done is undone, the last first.

A record of what can be undone is [element, variables, records inside, called process or 0]; a called process is
[key, version], and its records are undone in a scope of its own.
"""

from typing import Any

from app.engine import passing
from app.engine.scopes import Child
from app.engine.tokens import Token


def remember(token: Token) -> None:
    """Keep a finished activity that something can undo."""
    _keep(token.workflow, [token.task_spec.name, dict(token.data), [], 0])


def remember_scope(token: Token, child: Child) -> None:
    """Keep what was finished inside a sub-process or a called process that is finished itself."""
    if child.finished or undoer(child.spec) is not None:
        called = 0 if child.spec.embedded else [child.version.key, child.version.number]
        _keep(token.workflow, [token.task_spec.name, dict(token.data), list(child.finished), called])


def _keep(scope: Any, record: list[Any]) -> None:
    if not scope.finished:
        scope.finished = []
    scope.finished.append(record)


def undoer(process: Any) -> Any:
    """Return the start of the compensation event sub-process of a process, if it has one."""
    return next((start for start in process.watchers
                 if start.triggers and start.triggers[0].kind == "compensate"), None)


def start(token: Token, activity: str) -> bool:
    """Undo one activity, or all of the scope; say whether there is anything to wait for.

    Args:
        activity: id of the activity, empty for all.
    """
    scope = token.workflow
    # an event sub-process that compensates undoes what its scope did
    while not scope.finished and isinstance(scope, Child) and scope.host.task_spec.started_by_event:
        scope = scope.host.workflow
    found = [record for record in scope.finished if not activity or record[0] == activity]
    if not found:
        return False
    scope.finished = [record for record in scope.finished if record not in found]
    token.internal_data["undo"] = found
    passing.contain(token)
    return _next(token, token.workflow, token)


def next_one(token: Token, child: Token) -> bool:
    """Take what a compensation wrote, and start the next; say whether there was one."""
    token.take({name: child.data[name] for name in child.stamps or () if name in child.data})
    return _next(token, token.workflow, token)


def next_inside(child: Child) -> bool:
    """Start the next compensation inside a called process; say whether there was one."""
    return _next(child.host, child, None)


def _next(keeper: Token, scope: Any, parent: Token | None) -> bool:
    """Start what undoes the last of the records that a token keeps."""
    todo = keeper.internal_data["undo"]
    nodes = scope.version.nodes
    while todo:
        name, variables, inside, called = todo.pop()
        spec, seen = nodes[name], {**keeper.data, **variables}
        if spec.undone_by is not None:
            passing.put(scope, spec.undone_by, seen, {}, parent=parent)
            return True
        if called:
            _enter(passing.put(scope, spec, seen, {}, parent=parent), inside, called)
            return True
        begins = undoer(scope.version.embedded[name]) if name in scope.version.embedded else None
        if begins is not None:
            undoing = passing.put(scope, nodes[begins.container], seen, {}, parent=parent)
            undoing.internal_data["started_by"] = begins.name
            return True
        todo.extend(inside)
    return False


def _enter(host: Token, inside: list[Any], called: list[Any]) -> None:
    """Open a scope of a called process in which its activities are undone."""
    flow = host.workflow.top_workflow
    flow.queue.pop()
    version = flow.world.library.process(*called)
    passing.contain(host)
    child = flow.subprocesses[host.id] = Child(version, version.spec, host, flow)
    begins = undoer(version.spec)
    host.internal_data["undo"] = [] if begins is not None else list(inside)
    if begins is not None:
        undoing = passing.put(child, version.nodes[begins.container], dict(host.data), {})
        undoing.internal_data["started_by"] = begins.name
    elif not next_inside(child):
        child.ended()
