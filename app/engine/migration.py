"""Migration: a running case goes over to another version of its process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import MigrationRefused
from app.domain.progress import Progress
from app.engine import passing, timing, watching
from app.engine.flow import Flow
from app.engine.settling import guarded, opened, settle
from app.engine.tokens import WAITING, Token
from app.engine.versions import ProcessVersion
from app.engine.world import Command, World


@dataclass(frozen=True)
class MigrationPlan:
    """Which element of the new version takes the place of which of the old one."""

    process: str
    old: int
    new: int
    #: {old element: new element}
    mapping: Mapping[str, str]
    #: {old element: "given", "id", "name" or "place"}
    why: Mapping[str, str]
    #: old elements without a counterpart; no token may stand there
    lost: tuple[str, ...]


def plan(old: ProcessVersion, new: ProcessVersion, given: Mapping[str, str] | None = None) -> MigrationPlan:
    """Map the elements of two versions: as given, then by id, by name, by their place in the drawing.

    Raises:
        MigrationRefused: what is given names elements that are not there, or of another kind.
    """
    mapping: dict[str, str] = {}
    why: dict[str, str] = {}
    for source, target in (given or {}).items():
        if source not in old.nodes or target not in new.nodes:
            raise MigrationRefused(f"{source} or {target} is no element of its version.", elements=[source])
        if not _alike(old.nodes[source], new.nodes[target]):
            raise MigrationRefused(f"{source} and {target} are of different kinds.", elements=[source])
        mapping[source], why[source] = target, "given"
    for source, node in old.nodes.items():
        if source not in mapping and source in new.nodes and _alike(node, new.nodes[source]):
            mapping[source], why[source] = source, "id"
    for reason, mark in (("name", _name), ("place", _place(mapping))):
        _pair(old, new, mapping, why, reason, mark)
    lost = tuple(sorted(source for source in old.nodes if source not in mapping))
    return MigrationPlan(old.key, old.number, new.number, mapping, why, lost)


def _alike(a: Any, b: Any) -> bool:
    return type(a) is type(b) and (a.loop is None) == (b.loop is None) if hasattr(a, "loop") else type(a) is type(b)


def _name(node: Any) -> Any:
    return (type(node), node.bpmn_name) if node.bpmn_name else None


def _place(mapping: Mapping[str, str]) -> Any:
    """Mark a node by its kind and its neighbours, in the names of the new version."""
    def mark(node: Any) -> Any:
        before = sorted(mapping.get(way.source, way.source) for way in node.comes_from)
        after = sorted(mapping.get(way.target.name, way.target.name) for way in node.flows)
        return (type(node), *before, "", *after) if before or after else None

    return mark


def _pair(
    old: ProcessVersion, new: ProcessVersion, mapping: dict[str, str], why: dict[str, str], reason: str, mark: Any
) -> None:
    """Pair what bears the same mark, once on each side."""
    taken = set(mapping.values())
    left: dict[Any, list[str]] = {}
    right: dict[Any, list[str]] = {}
    for side, nodes, skip in ((left, old.nodes, mapping), (right, new.nodes, taken)):
        for key, node in nodes.items():
            found = mark(node) if key not in skip else None
            if found is not None:
                side.setdefault(found, []).append(key)
    for found, sources in left.items():
        targets = right.get(found, [])
        if len(sources) == len(targets) == 1 and _alike(old.nodes[sources[0]], new.nodes[targets[0]]):
            mapping[sources[0]], why[sources[0]] = targets[0], reason


def migrate(
    world: World, command: Command, saved: bytes, process: str, old: int, new: int, mapping: Mapping[str, str], *,
    reason: str = "",
) -> Progress:  # fmt: skip
    """Take a case from one version to another, wherever that version runs in it; drafts, claims and timers stay.

    Args:
        mapping: {element of the old version: element of the new one}, usually of a plan for these two.

    Raises:
        MigrationRefused: a token stands where the new version has nothing, or the old version does not run here.
    """
    flow = opened(world, command, saved, suspended=None)
    version = world.library.process(process, new)
    scopes = [one for one in (flow, *flow.subprocesses.values())
              if one.version.key == process and one.version.number == old != new]
    if not scopes:
        raise MigrationRefused(f"Version {old} of {process} does not run in this case.", elements=[])
    _check(flow, scopes, version, mapping)
    flow.tell("CaseMigrated", None, {"process": process, "from": old, "to": new,
                                     "mapping": {a: b for a, b in sorted(mapping.items()) if a != b},
                                     "reason": reason, "by": command.actor.username})
    with guarded:
        for scope in scopes:
            _take_over(flow, scope, version, mapping)
        flow.advance()
    return settle(flow)


def _check(flow: Flow, scopes: list[Any], version: ProcessVersion, mapping: Mapping[str, str]) -> None:
    """Refuse where a live token would be lost or come to stand in another sub-process."""
    wrong: list[str] = []
    for scope in scopes:
        inside = {one.name for one in _spec_of(flow, scope, version, mapping).elements}
        for token in scope.tasks.values():
            name = token.task_spec.name
            target = mapping.get(name, name)
            if token.triggered and target not in version.nodes:
                continue
            if target not in inside or not _alike(token.task_spec, version.nodes[target]) or _stranded(token, version,
                                                                                                   target):
                wrong.append(name)
    if wrong:
        raise MigrationRefused(f"Tokens stand on {', '.join(sorted(set(wrong)))}, which the new version does not have"
                               " in the same place.", elements=sorted(set(wrong)))


def _spec_of(flow: Flow, scope: Any, version: ProcessVersion, mapping: Mapping[str, str]) -> Any:
    if scope is flow or not scope.spec.embedded:
        return version.spec
    found = version.embedded.get(mapping.get(scope.spec.name, scope.spec.name))
    if found is None:
        raise MigrationRefused(f"The sub-process {scope.spec.name} runs and is gone from the new version.",
                               elements=[scope.spec.name])
    return found


def _stranded(token: Token, version: ProcessVersion, target: str) -> bool:
    """Say whether a token waits at a gateway for an arrow that the new version does not have."""
    via = token.internal_data.get("via")
    return via is not None and _way(token, version, target) is None


def _way(token: Token, version: ProcessVersion, target: str) -> str | None:
    via = token.internal_data["via"]
    new = version.nodes[target].comes_from
    if any(way.id == via for way in new):
        return str(via)
    old = next((way for way in token.task_spec.comes_from if way.id == via), None)
    same = [way.id for way in new if old is not None and way.source == old.source]
    return same[0] if len(same) == 1 else None


def _take_over(flow: Flow, scope: Any, version: ProcessVersion, mapping: Mapping[str, str]) -> None:
    spec = _spec_of(flow, scope, version, mapping)
    for token in list(scope.tasks.values()):
        name = token.task_spec.name
        target = mapping.get(name, name)
        if token.triggered and target not in version.nodes:
            passing.drop(token)
            continue
        if target != name and token.task_spec.bpmn_id:
            # claims, drafts and timers of the store know the token by its old key
            token.internal_data.setdefault("key", f"{scope.version.key}/{name}#{flow.passage(token)}")
        token.key = ""
        if "via" in token.internal_data:
            token.internal_data["via"] = _way(token, version, target)
        _rename_slots(token, name, target)
        token.task_spec = version.nodes[target]
    scope.version, scope.spec = version, spec
    _arm_new(flow, scope)


def _rename_slots(token: Token, name: str, target: str) -> None:
    due = token.internal_data.get("due")
    if due and name in due:
        due[target] = due.pop(name)


def _arm_new(flow: Flow, scope: Any) -> None:
    """Let boundary events and event sub-processes that are new begin to wait."""
    hosts: list[tuple[Token | None, tuple[Any, ...]]] = [(None, scope.spec.watchers)]
    hosts += [(token, token.task_spec.boundary) for token in list(scope.tasks.values())
              if token._parent is None and not token.triggered and "via" not in token.internal_data]
    for host, specs in hosts:
        number = host.id if host is not None else None
        there = {token.task_spec.name for token in scope.tasks.values() if token.triggered and token._parent == number}
        for spec in specs:
            if spec.name not in there and watching.comes_by_itself(spec):
                watching.watch(scope, spec, host)
    for token in scope.tasks.values():
        if token._state == WAITING and token.id in flow.waits and not token.triggered:
            for _, trigger, _ in token.task_spec.awaited:
                if trigger.kind == "timer" and trigger.slot not in token.internal_data.get("due", {}):
                    timing.arm(token, (trigger,))
