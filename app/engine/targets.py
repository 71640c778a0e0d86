"""Where the tokens of a case stand, and where they can be put."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from app.engine import follow, state, waiting
from app.engine.elements.events import BoundaryEvent, StartEvent
from app.engine.elements.gateways import ComplexGateway, InclusiveGateway, ParallelGateway
from app.engine.flow import Flow
from app.engine.placing import path_to
from app.engine.tokens import CANCELLED, Token
from app.engine.versions import ProcessVersion
from app.engine.world import Command, World

_MEETINGS = (ParallelGateway, InclusiveGateway, ComplexGateway)


class Standing(NamedTuple):
    """A token as somebody sees it who steers the case."""

    #: `process/node#nth`
    key: str
    process: str
    version: int
    node: str
    #: class of its element: `UserTask`
    kind: str
    #: key of the activity that contains it, or empty
    inside: str
    #: one of several instances of an activity
    instance: bool
    #: several perform the activity, one after the other or side by side
    several: bool
    sequential: bool


def standing(world: World, command: Command, saved: bytes) -> tuple[list[Standing], bool]:
    """List the tokens of a case, and say whether it stands still; tokens that only watch do not count."""
    flow = state.load(saved, world, command)
    return [_standing(flow, token) for token in follow.all_tokens(flow) if _shown(token)], flow.suspended


def _shown(token: Token) -> bool:
    drawn = token.task_spec.bpmn_id and token.task_spec.drawn
    return bool(drawn and not token.triggered and token._state < CANCELLED and _named(token))


def _named(token: Token) -> bool:
    """Say whether a token has a key of its own; a set of instances is named by any of them."""
    return "loop" not in token.internal_data or token.nth > 0


def _standing(flow: Flow, token: Token) -> Standing:
    version, loop = token.workflow.version, getattr(token.task_spec, "loop", None)
    several = loop is not None and not loop.standard and (token.is_instance or "loop" in token.internal_data)
    return Standing(
        waiting.task_key(flow, token), version.key, version.number, token.task_spec.bpmn_id,
        type(token.task_spec).__name__, _around(flow, token), token.is_instance, several,
        several and loop is not None and bool(loop.sequential),
    )  # fmt: skip


def _around(flow: Flow, token: Token) -> str:
    if token._parent is not None:
        whole = token.workflow.tasks[token._parent]
        return waiting.task_key(flow, whole) if _named(whole) else ""
    host: Token | None = getattr(token.workflow, "host", None)
    return waiting.task_key(flow, host) if host is not None else ""


def targets(version: ProcessVersion) -> list[tuple[str, str]]:
    """List the elements of a process on which a token can be put, with the class of each.

    Where it would have to wait for others that may never come, at a gateway that joins, nobody should put one.
    """
    closed = _closed(version)
    return [
        (node.name, type(node).__name__)
        for spec in (version.spec, *version.embedded.values()) if spec.name not in closed
        for node in spec.elements if node.name not in closed and _takes(node)
    ]  # fmt: skip


def _takes(node: Any) -> bool:
    joins = isinstance(node, _MEETINGS) and len(node.comes_from) > 1
    return node.drawn and not joins and not isinstance(node, (BoundaryEvent, StartEvent)) and not node.for_compensation


def _closed(version: ProcessVersion) -> set[str]:
    """Name the sub-processes that an event or a compensation begins, with those inside them."""
    closed = {name for name, node in version.nodes.items() if node.started_by_event or node.for_compensation}
    closed |= {node.name for spec in (version.spec, *version.embedded.values()) for node in spec.watchers}
    inner: set[str] = set(closed)
    while inner:
        inner = {node.name for name in inner if name in version.embedded
                 for node in version.embedded[name].elements} - closed
        closed |= inner
    return closed


def meets(version: ProcessVersion, nodes: Iterable[str]) -> bool:
    """Say whether one of these elements joins several paths into one."""
    found = (version.nodes.get(node) for node in nodes)
    return any(isinstance(node, _MEETINGS) and len(node.comes_from) > 1 for node in found)


def performed_once(version: ProcessVersion, node: str) -> bool:
    """Say whether an element and all that it lies in are performed by one at a time, without repetition."""
    if node not in version.nodes:
        return False
    return all(getattr(version.nodes[name], "loop", None) is None for name in (*path_to(version, node)[1:], node))


def counterparts(old: ProcessVersion, new: ProcessVersion) -> dict[str, list[str]]:
    """List for each drawn element of a version the elements of another one that are of its kind."""
    kinds: dict[type, list[str]] = {}
    for name, node in new.nodes.items():
        if node.drawn:
            kinds.setdefault(type(node), []).append(name)
    return {name: kinds.get(type(node), []) for name, node in old.nodes.items() if node.drawn}
