"""The values of a state: msgpack's own, and those that a case may carry beside them."""

import threading
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgpack

from app.domain.errors import StepFailed

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


def restore(number: int, content: bytes) -> Any:
    """Read a value of an extension type."""
    if number in _TYPES:
        return _TYPES[number][2](content.decode())
    items = msgpack.unpackb(content, strict_map_key=False, ext_hook=restore)
    return _LISTS[number][1](items)


#: for each thread its own
PACKERS = _Packers()
