"""What a case waits for, against what is written of it: most steps change nothing, so nothing needs to be sent."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.domain.progress import Subscription

#: bytes of a mark
_LENGTH = 8


@dataclass(frozen=True)
class Waits:
    """What a step changes of the messages and signals that a case waits for."""

    #: new ones, and those that read otherwise now
    changed: tuple[Subscription, ...]
    #: whether some that were written must go
    gone: bool
    #: a mark for each that is awaited now, kept with the case
    marks: bytes


def compare(before: bytes | None, now: Sequence[Subscription]) -> Waits:
    """Find out what has to be written.

    Args:
        before: the marks that the last step left; None where nobody knows, then everything is written.
    """
    marks = [_mark(one) for one in now]
    known = _read(before)
    if known is None:
        return Waits(tuple(now), True, b"".join(marks))
    changed = tuple(one for one, mark in zip(now, marks, strict=True) if mark not in known)
    return Waits(changed, bool(known.difference(marks)), b"".join(marks))


def _mark(waiting: Subscription) -> bytes:
    content = tuple(vars(waiting).values())
    # correlation stands last; where there is none, many cases wait for the same
    return _marked(content) if waiting.correlation else _common(content[:-1])


def _marked(content: tuple[Any, ...]) -> bytes:
    return hashlib.blake2b(repr(content).encode("utf-8", "surrogatepass"), digest_size=_LENGTH).digest()


@lru_cache(maxsize=16_384)
def _common(content: tuple[Any, ...]) -> bytes:
    return _marked((*content, {}))


def _read(marks: bytes | None) -> set[bytes] | None:
    if marks is None:
        return None
    return {marks[at : at + _LENGTH] for at in range(0, len(marks), _LENGTH)}
