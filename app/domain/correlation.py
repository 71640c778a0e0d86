"""Correlation: which message is meant for which waiter.

A waiter names what a message must carry; every key it asks for must be there with an equal value. Text equals text
and a number the same number (42 and 42.0 are one, 42 and "42" are not); an unset value equals nothing.
"""

import hashlib
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from app.domain.facts import canonical

#: keys of a message beyond which its waiters are compared one by one
MOST_KEYS = 8
#: keys that name the case a message is meant for
ADDRESS = ("case_id", "event_no")


def comparable(correlation: Mapping[str, Any]) -> dict[str, Any]:
    """Write a correlation so that equal values are equal texts."""
    return {str(name): _plain(value) for name, value in correlation.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def fits(asked: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Say whether a message carries everything that a waiter asks for."""
    wanted, brought = comparable(asked), comparable(given)
    return all(
        value is not None and name in brought and canonical(brought[name]) == canonical(value)
        for name, value in wanted.items()
    )


def fingerprint(asked: Mapping[str, Any]) -> str:
    """Write what a waiter asks for as one short text, empty for nothing in particular."""
    if not asked:
        return ""
    return hashlib.sha256(canonical(comparable(asked)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprints(given: Mapping[str, Any]) -> list[str] | None:
    """List what all waiters that a message fits may ask for; None where that would be too many."""
    if len(given) > MOST_KEYS:
        return None
    pairs = sorted(comparable(given).items())
    return [fingerprint(dict(some)) for count in range(len(pairs) + 1) for some in combinations(pairs, count)]
