"""Compensation: what was done is undone, the last first."""

from typing import Any

from app.engine import passing
from app.engine.scopes import Child
from app.engine.tokens import Token


def remember(token: Token) -> None:
    """Keep a finished activity that something can undo."""
    token.workflow.finished.append([token.task_spec.name, dict(token.data), []])


def remember_scope(token: Token, child: Child) -> None:
    """Keep what was finished inside a sub-process that is finished itself."""
    token.workflow.finished.append([token.task_spec.name, dict(token.data), child.finished])


def undoer(spec: Any) -> Any:
    """Return the start of the compensation event sub-process inside an activity, if it has one."""
    return next((start for start in getattr(spec, "inner_watchers", ())
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
    return _next(token)


def next_one(token: Token, child: Token) -> bool:
    """Take what a compensation wrote, and start the next; say whether there was one."""
    token.take({name: child.data[name] for name in child.stamps or () if name in child.data})
    return _next(token)


def _next(token: Token) -> bool:
    todo = token.internal_data["undo"]
    nodes: dict[str, Any] = token.workflow.version.nodes
    while todo:
        name, variables, inside = todo.pop()
        spec = nodes[name]
        if spec.undone_by is not None:
            passing.put(token.workflow, spec.undone_by, {**token.data, **variables}, {}, parent=token)
            return True
        start = undoer(spec)
        if start is not None:
            undoing = passing.put(token.workflow, nodes[start.container], {**token.data, **variables}, {}, token)
            undoing.internal_data["started_by"] = start.name
            return True
        todo.extend(inside)
    return False
