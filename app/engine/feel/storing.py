"""Turn results into plain JSON values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from app.engine.feel.errors import ExpressionError, Unfit
from app.engine.feel.limits import MAX_DEPTH, Run
from app.engine.feel.numbers import MAX_BITS, fit, plain
from app.engine.feel.temporal import Months, stored_text
from app.engine.feel.values import Range, kind, text_of
from app.engine.feel.wide import FarDate, FarMoment

#: parts of one stored value, 64 characters counting as one
MAX_STORED = 400_000
#: parts of what an expression answers; a small result may contain a large one many times
MAX_RESULT = 40_000


def measure(value: Any, run: Run) -> Any:
    """Let a result pass that is not too large to be stored.

    Raises:
        ExpressionError: it is.
    """
    if isinstance(value, list | Mapping):
        left = MAX_RESULT
        waiting: list[Any] = [value]
        while waiting:
            item = waiting.pop()
            left -= 1 + (len(item) >> 6 if isinstance(item, str) else 0)
            if left < 0 or len(waiting) > MAX_RESULT:
                raise run.limit("a result too large to be stored")
            if isinstance(item, Mapping):
                waiting.extend(item.values())
            elif isinstance(item, list | tuple):
                waiting.extend(item)
    return value


_FEW = 40


def _is_small(name: Any, value: Any) -> bool:
    """Say whether an entry is stored as it is, whatever the limits."""
    kind = type(value)
    return type(name) is str and (value is None or kind is bool or (kind is str and len(value) < 1000)
                                  or (kind is int and -(1 << 53) < value < 1 << 53)
                                  or (kind is float and -1e300 < value < 1e300))


def normalise(value: Any) -> Any:
    """Turn a result into plain JSON values for storage.

    Returns:
        None, bool, int, float, str, list or dict; dates, times and durations as ISO 8601 text, a named
        time zone as its offset, whole numbers as int.

    Raises:
        ExpressionError: a function, too large, or nested too deep.
    """
    if type(value) is dict and len(value) <= _FEW and all(map(_is_small, value, value.values())):
        # answers and parameters of ordinary steps
        return dict(value)
    return _Storing().plain(value, 0)


class _Storing:
    def __init__(self) -> None:
        self.left = MAX_STORED

    def spend(self, parts: int) -> None:
        self.left -= parts
        if self.left < 0:
            raise ExpressionError("a value too large to be stored", code="limit")

    def plain(self, value: Any, depth: int) -> Any:
        self.spend(1)
        if depth > MAX_DEPTH:
            raise ExpressionError("a value nested too deep", code="limit")
        if isinstance(value, str):
            self.spend(len(value) >> 6)
            return value
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float | Decimal):
            return _number(value)
        if isinstance(value, Mapping):
            return {str(key): self.plain(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(item, depth + 1) for item in value]
        if isinstance(value, date | time | timedelta | Months | FarDate | FarMoment):
            return stored_text(value)
        if isinstance(value, Range):
            try:
                return text_of(value, self.spend)
            except Unfit as misfit:
                raise ExpressionError(str(misfit), code="type") from misfit
        raise ExpressionError(f"a {kind(value)} cannot be stored", code="type")


def _number(value: int | float | Decimal) -> int | float:
    """Return a JSON number: plain ints and floats as they are, decimals as int where they are whole.

    Raises:
        ExpressionError: infinite, not a number or too large.
    """
    if isinstance(value, Decimal):
        try:
            return plain(fit(value))
        except Unfit as cause:
            raise ExpressionError(str(cause), code="type") from cause
    if not math.isfinite(value) if isinstance(value, float) else value.bit_length() > MAX_BITS:
        raise ExpressionError("a number too large, or not a number", code="type")
    return value
