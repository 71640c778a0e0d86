"""When two JSON values are the same: Python holds 1 and true, 0 and false for equal, a history must not."""

from collections.abc import Mapping
from typing import Any


def same(a: Any, b: Any) -> bool:
    """Compare two values with their types, also inside lists and objects."""
    if a is b:
        return True
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(value, b[name]) for name, value in a.items())
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and bool(a == b)
