"""The state of a flow as bytes: compact, versioned, without specs.

Layout: one byte codec number (4: msgpack, 5: zstd over msgpack), then [process, version, event, counts, limits,
milestones, visits, passed, last number, writes, suspended, shared, rows, scopes inside]. A scope inside is
[host number, called process or "", version, specification, shared, rows]; a row is [number, parent, element, state with
flags, passage, task, stamps, internal, variables]. Variables are written as the difference to those of the token that
contains the row's, or of the activity that runs its scope. The codecs 2 and 3 of older releases are read, too.
"""

import threading
from itertools import islice
from operator import is_
from typing import Any

import msgpack
import zstandard

from app.domain.errors import StepFailed
from app.engine import state_before
from app.engine.flow import Flow
from app.engine.sameness import same
from app.engine.scopes import Child, Scope
from app.engine.state_values import PACKERS, restore
from app.engine.tokens import READY, Token, make
from app.engine.world import Command, World

PLAIN, SQUEEZED = 4, 5
_PLAIN, _SQUEEZED = bytes([PLAIN]), bytes([SQUEEZED])
#: codecs that can be read, and whether they are compressed
_CODECS = {2: False, 3: True, PLAIN: False, SQUEEZED: True}
#: bytes from which compression pays
WORTH_SQUEEZING = 1500
#: flags beside a token's state
WATCHES, BEGUN = 1 << 12, 1 << 13
_STATE = WATCHES - 1
_MISSING = object()
#: what readers and the rows of a torn state fail with
_DAMAGED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, zstandard.ZstdError)


class _Squeezing(threading.local):
    """The library's tools, for each thread its own: it lets go of the interpreter while it works in their memory."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=1).compress
        self.expand = zstandard.ZstdDecompressor().decompress


_squeezing = _Squeezing()



def dump(flow: Flow) -> bytes:
    """Write a flow."""
    version, record = flow.version, flow.record
    inside = [
        [number, "" if child.spec.embedded else child.version.key, child.version.number, child.spec.name,
         _shared(child), _rows(child, child.host.data)]
        for number, child in flow.subprocesses.items()
    ] if flow.subprocesses else []  # fmt: skip
    packed: bytes = PACKERS.one.pack([
        version.key, version.number, record["event"], record["counts"], record["limits"], record["milestones"],
        flow.visits, flow.passed, flow.last_number, flow.writes, flow.suspended, _shared(flow), _rows(flow, {}),
        inside,
    ])  # fmt: skip
    return _PLAIN + packed if len(packed) < WORTH_SQUEEZING else _SQUEEZED + _squeezing.compress(packed)


def load(saved: bytes, world: World, command: Command) -> Flow:
    """Read a flow; nothing of it runs.

    Raises:
        StepFailed: another codec wrote it, or it is damaged.
    """
    try:
        return _loaded(saved, world, command)
    except _DAMAGED as cause:
        # a lasting failure with an incident, not one that is tried again for ever
        raise StepFailed("This state is damaged.") from cause


def _loaded(saved: bytes, world: World, command: Command) -> Flow:
    codec, packed = saved[0] if saved else 0, saved[1:]
    if codec not in _CODECS:
        raise StepFailed("This state was written by another release.")
    if _CODECS[codec]:
        packed = _squeezing.expand(packed)
    body = msgpack.unpackb(packed, strict_map_key=False, ext_hook=restore)
    if codec < PLAIN:
        body = state_before.renewed(body)
    (key, number, event, counts, limits, milestones, visits, passed, last, writes, suspended, shared, rows,
     inside) = body  # fmt: skip
    record = {"event": event, "counts": counts, "limits": limits, "milestones": milestones}
    flow = Flow(world.library.process(key, number), world, command, record, visits)
    flow.passed, flow.last_number, flow.writes, flow.suspended = passed, last, writes, suspended
    _read_scope(flow, flow, shared, rows, {})
    hosts = dict(flow.tasks) if inside else {}
    for host, called, version_number, name, shared, rows in inside:
        parent = hosts[host]
        version = world.library.process(called, version_number) if called else parent.workflow.version
        spec = version.spec if called else version.embedded[name]
        child = flow.subprocesses[host] = Child(version, spec, parent, flow)
        _read_scope(flow, child, shared, rows, parent.data)
        hosts.update(child.tasks)
    return flow


def _shared(scope: Scope) -> Any:
    """Write what the tokens of a scope have in common, 0 for nothing."""
    if (scope.result or scope.board is not None or scope.objects or scope.finished or scope.resetting
            or scope.completed):  # fmt: skip
        return [dict(scope.result), dict(scope.result_stamps), scope.board, dict(scope.objects), list(scope.finished),
                dict(scope.resetting), scope.completed]
    return 0


def _rows(scope: Scope, outer: dict[str, Any]) -> list[list[Any]]:
    rows = []
    tasks = scope.tasks
    for token in tasks.values():
        parent, own, flags = token._parent, token.data, token._state
        base = outer if parent is None else tasks[parent].data
        if token.triggered:
            flags |= WATCHES
        if token.begun:
            flags |= BEGUN
        rows.append([
            token.id, parent, token.task_spec.name, flags, token.nth, token.task, token.stamps,
            token.internal_data or 0, 0 if own is base else _difference(own, base) if base else own,
        ])  # fmt: skip
    return rows


def _difference(own: dict[str, Any], base: dict[str, Any]) -> Any:
    """Write what a token's variables have that those around it do not; a list, if some are gone."""
    if all(map(is_, base, own)) and all(map(is_, base.values(), own.values())) and len(base) <= len(own):
        # it begins with all that is around, as when it was read; what follows is its own
        return dict(islice(own.items(), len(base), None))
    changed = {name: value for name, value in own.items()
               if (there := base.get(name, _MISSING)) is not value and not same(there, value)}
    if base.keys() <= own.keys():
        return changed
    return [changed, [name for name in base if name not in own]]


def _read_scope(flow: Flow, scope: Scope, shared: Any, rows: list[Any], outer: dict[str, Any]) -> None:
    if shared:
        (scope.result, scope.result_stamps, scope.board, scope.objects, scope.finished, scope.resetting,
         scope.completed) = shared  # fmt: skip
    nodes, tasks = scope.version.nodes, scope.tasks
    for number, parent, name, flags, nth, task, stamps, internal, variables in rows:
        above = None if parent is None else tasks[parent]
        base = outer if above is None else above.data
        if base or variables == 0:
            variables = _whole(base, variables, above)
        token = make(number, scope, nodes[name], variables, stamps, above, flags & _STATE, flags & WATCHES != 0)
        token.nth, token.begun, token.task = nth, flags & BEGUN != 0, task
        if internal:
            token.internal_data = internal
        if token._state == READY:
            if token.task_spec.is_human:
                flow.work[number] = token
            else:
                flow.queue.append(token)
        elif token.triggered or "call" in token.internal_data or token.task_spec.waits(token):
            flow.waits[number] = token


def _whole(base: dict[str, Any], variables: dict[str, Any] | list[Any] | int, above: Token | None) -> dict[str, Any]:
    """Put variables together again."""
    if isinstance(variables, int):
        return base if above is not None else dict(base)
    if isinstance(variables, list):
        changed, gone = variables
        return {**{name: value for name, value in base.items() if name not in gone}, **changed}
    return {**base, **variables}
