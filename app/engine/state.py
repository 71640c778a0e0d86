"""The state of a flow as bytes: compact, versioned, without specs.

Layout: one byte codec number (2: msgpack, 3: zstd over msgpack), then
[process, version, record, visits, passed, last number, writes, suspended, scopes]; the first scope is the case.
A scope is [host number, called process or "", version, specification, shared, rows]; a row is
[number, parent, element, state with flags, stamps, internal, variables]. Variables are written as the difference to
those of the token that contains the row's, or of the activity that runs its scope.
"""

import threading
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgpack
import zstandard

from app.domain.errors import StepFailed
from app.engine.flow import Flow
from app.engine.sameness import same
from app.engine.scopes import Child, Scope
from app.engine.tokens import READY, Token
from app.engine.visits import Visits
from app.engine.world import Command, World

PLAIN, SQUEEZED = 2, 3
#: bytes from which compression pays
WORTH_SQUEEZING = 1500
_WATCHES = 1 << 12
_MISSING = object()
_SQUEEZER = zstandard.ZstdCompressor(level=1)

#: extension types: number -> (type, to text, from text)
_TYPES: dict[int, tuple[type, Any, Any]] = {
    1: (datetime, datetime.isoformat, datetime.fromisoformat),
    2: (date, date.isoformat, date.fromisoformat),
    3: (Decimal, str, Decimal),
    4: (UUID, str, UUID),
    5: (time, time.isoformat, time.fromisoformat),
    6: (timedelta, lambda one: f"{one.days},{one.seconds},{one.microseconds}",
        lambda text: timedelta(*map(int, text.split(",")))),
}
_LISTS: dict[int, tuple[type, Any]] = {7: (tuple, tuple), 8: (set, set), 9: (frozenset, frozenset)}


class _Packers(threading.local):
    """A packer for each thread; making one costs more than packing a small case."""

    def __init__(self) -> None:
        self.one = msgpack.Packer(default=_extend, strict_types=True, autoreset=True)


def dump(flow: Flow) -> bytes:
    """Write a flow."""
    scopes = [_write_scope(flow, 0, "")]
    for number, child in flow.subprocesses.items():
        called = "" if child.spec.embedded else child.version.key
        scopes.append(_write_scope(child, number, called))
    version = flow.version
    body = [version.key, version.number, flow.record, flow.visits.text(), flow.passed, flow.last_number, flow.writes,
            flow.suspended, scopes]
    packed: bytes = _PACKERS.one.pack(body)
    if len(packed) < WORTH_SQUEEZING:
        return bytes([PLAIN]) + packed
    return bytes([SQUEEZED]) + _SQUEEZER.compress(packed)


def load(saved: bytes, world: World, command: Command) -> Flow:
    """Read a flow; nothing of it runs.

    Raises:
        StepFailed: another codec wrote it.
    """
    if saved[:1] == bytes([PLAIN]):
        packed = saved[1:]
    elif saved[:1] == bytes([SQUEEZED]):
        packed = zstandard.ZstdDecompressor().decompress(saved[1:])
    else:
        raise StepFailed("This state was written by another release.")
    body = msgpack.unpackb(packed, strict_map_key=False, ext_hook=_restore)
    key, number, record, visits, passed, last, writes, suspended, scopes = body
    flow = Flow(world.library.process(key, number), world, command, record)
    flow.visits, flow.passed, flow.suspended = Visits(visits), passed, suspended
    hosts: dict[int, Token] = {}
    for host, called, version_number, name, shared, rows in scopes:
        scope: Scope = flow
        if host:
            parent = hosts[host]
            version = world.library.process(called, version_number) if called else parent.workflow.version
            spec = version.spec if called else version.embedded[name]
            scope = flow.subprocesses[host] = Child(version, spec, parent, flow)
        _read_scope(flow, scope, shared, rows, hosts)
    flow.last_number, flow.writes = last, writes
    return flow


def _write_scope(scope: Any, host: int, called: str) -> list[Any]:
    base = scope.host.data if host else {}
    rows = [_write_token(token, base) for token in scope.tasks.values()]
    shared: Any = 0
    if (scope.result or scope.board is not None or scope.objects or scope.finished or scope.resetting
            or scope.completed):
        shared = [scope.result, scope.result_stamps, scope.board, scope.objects, scope.finished, scope.resetting,
                  scope.completed]
    return [host, called, scope.version.number, scope.spec.name, shared, rows]


def _write_token(token: Token, base: dict[str, Any]) -> list[Any]:
    if token._parent is not None:
        base = token.workflow.tasks[token._parent].data
    own = token.data
    if own is base:
        variables: Any = 0
    elif base:
        variables = {k: v for k, v in own.items() if not same(base.get(k, _MISSING), v)}
        gone = [k for k in base if k not in own]
        if gone:
            variables = [variables, gone]
    else:
        variables = own
    state = token._state | _WATCHES if token.triggered else token._state
    return [token.id, token._parent, token.task_spec.name, state, token.stamps, token.internal_data or 0, variables]


def _read_scope(flow: Flow, scope: Any, shared: Any, rows: list[Any], hosts: dict[int, Token]) -> None:
    if shared:
        (scope.result, scope.result_stamps, scope.board, scope.objects, scope.finished, scope.resetting,
         scope.completed) = shared
    nodes, tasks = scope.version.nodes, scope.tasks
    outer = scope.host.data if scope is not flow else {}
    for number, parent, name, state, stamps, internal, variables in rows:
        above = tasks[parent] if parent is not None else None
        base = above.data if above is not None else outer
        if variables == 0:
            found = base if above is not None else dict(base)
        elif isinstance(variables, list):
            found = {k: v for k, v in base.items() if k not in set(variables[1])} | variables[0]
        else:
            found = {**base, **variables} if base else variables
        spec = nodes[name]
        token = Token(scope, spec, found, parent=above, state=state & ~_WATCHES, watches=bool(state & _WATCHES),
                      number=number)
        token.stamps = stamps
        if internal:
            token.internal_data = internal
        hosts[number] = token
        _index(flow, token, spec)


def _index(flow: Flow, token: Token, spec: Any) -> None:
    if token._state == READY:
        if spec.is_human:
            flow.work[token.id] = token
        else:
            flow.queue.append(token)
    elif token.triggered or "call" in token.internal_data or spec.waits(token):
        flow.waits[token.id] = token


def _extend(value: Any) -> msgpack.ExtType:
    given: Any = value
    for number, (kind, write, _) in _TYPES.items():
        if type(value) is kind:
            return msgpack.ExtType(number, write(value).encode())
    for number, (kind, _) in _LISTS.items():
        if type(value) is kind:
            items = sorted(given, key=repr) if number > 7 else list(given)
            return msgpack.ExtType(number, msgpack.packb(items, default=_extend, strict_types=True))
    raise StepFailed(f"A case cannot keep a value of the kind {type(value).__name__}.")


def _restore(number: int, content: bytes) -> Any:
    if number in _TYPES:
        return _TYPES[number][2](content.decode())
    items = msgpack.unpackb(content, strict_map_key=False, ext_hook=_restore)
    return _LISTS[number][1](items)


_PACKERS = _Packers()
