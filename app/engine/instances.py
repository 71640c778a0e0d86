"""In which instance of an activity a token works, and which of the case's limits it reads there.

Instances side by side have limits of their own under one name. The record of the case keeps that of the first as `name`
(where nothing else runs under it), the others as `name#n`; those of an instance inside an instance as `name#n.m`. Each
says in `instance` whose it is. A limit that began outside is read inside, unless the instance has its own. Sets that
run beside each other go on counting, so that no two instances share a limit.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.tokens import Token

if TYPE_CHECKING:
    from app.engine.flow import Flow

#: the instance that may use the plain name
_FIRST = "1"


def path_of(token: Token) -> str:
    """Return the numbers of the instances that a token works in, the outermost first; empty for none."""
    outer: str = token.workflow.instance
    if token._parent is None:
        return outer
    turns = []
    one = token
    while True:
        turn = one.internal_data.get("turn")
        loop = getattr(one.task_spec, "loop", None)
        # turns one after the other take the limit over
        if turn is not None and loop is not None and not loop.standard and not loop.sequential:
            turns.append(str(turn + _before(one)))
        if one._parent is None:
            break
        one = one.workflow.tasks[one._parent]
    return ".".join(filter(None, (outer, *reversed(turns))))


def _before(child: Token) -> int:
    """Return how many instances of other sets were numbered before those of an instance's own set."""
    held = child.workflow.tasks[child._parent] if child._parent is not None else None
    before: int = held.internal_data.get("loop", {}).get("before", 0) if held is not None else 0
    return before


def running_beside(container: Token) -> int:
    """Return the highest number of an instance of the sets that run beside a new one, 0 where there are none."""
    flow, where, highest = container.workflow.top_workflow, container.workflow.instance, 0
    for scope in (flow, *flow.subprocesses.values()):
        if scope.instance != where:
            continue
        for one in scope.tasks.values():
            held = one.internal_data.get("loop") if one is not container else None
            if held and "total" in held and held["done"] + held["stopped"] < held["total"]:
                highest = max(highest, held.get("before", 0) + held["total"])
    return highest


def own_key(flow: "Flow", token: Token, name: str) -> tuple[str, str]:
    """Return the key under which a limit that starts at a token is kept, and the instance whose it is."""
    path = path_of(token)
    if not path:
        return name, ""
    key = f"{name}#{path}"
    there = flow.record["limits"].get(name)
    if path == _FIRST and (there is None or there["state"] == "ended" or there.get("instance") == _FIRST):
        key = name
    known = flow.world.limit_names
    if known is not None and key not in known:
        # a history from before instances had limits of their own
        return name, ""
    return key, path


def key_of(flow: "Flow", token: Token, name: str) -> str:
    """Return the key of the limit that a token means by a name; the one it would start where there is none."""
    limits, path = flow.record["limits"], path_of(token)
    for of in _outward(path):
        for key in (f"{name}#{of}", name) if of == _FIRST else (f"{name}#{of}",):
            if key in limits and limits[key].get("instance") == of:
                return key
    if not path or (name in limits and not limits[name].get("instance")):
        return name
    return f"{name}#{path}"


def _outward(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition(".")[0]


def seen_in(limits: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the limits that an instance reads, by their plain names."""
    found: dict[str, Any] = {}
    for key, limit in limits.items():
        of = limit.get("instance", "")
        if of and not f"{path}.".startswith(f"{of}."):
            continue
        name = key.partition("#")[0]
        if name not in found or len(of) > len(found[name].get("instance", "")):
            found[name] = limit
    return found
