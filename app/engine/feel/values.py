"""The values of the language: what they are, when they are equal, how they leave it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.engine.feel import moments
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import MAX_DEPTH, Frame, Run
from app.engine.feel.numbers import fit, from_python, text_of_number
from app.engine.feel.temporal import Months, text_of_temporal
from app.engine.feel.wide import FarDate, FarMoment, FineMoment, FineSpan, FineTime


@dataclass(frozen=True, slots=True)
class Range:
    """From low to high; an open end without a value is None."""

    low: Any
    low_closed: bool
    high: Any
    high_closed: bool
    #: `=` or `!=` where it is written with that sign: another range than `[a..a]`
    sign: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function written in the language."""

    params: tuple[str, ...]
    body: Callable[[Frame], Any]
    frame: Frame
    #: steps that one call costs at least
    weight: int = 1
    #: types of the parameters, each a TypeName or None; empty where none is declared
    types: tuple[Any, ...] = ()
    #: the result's TypeName, or None
    result: Any = None
    #: what its text tells of the result's type, for `instance of`; None where nothing is known
    gives: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class BuiltinFunction:
    """A built-in function as a value: `sort(list, before)`."""

    name: str


#: signs that an entry's name cannot have without quotes
_QUOTED_KEY = re.compile(r"[{}\[\]():,\"\n]|^\s|\s$")
_KINDS: dict[type, str] = {
    type(None): "null", bool: "boolean", Decimal: "number", str: "string", date: "date",
    datetime: "date and time", time: "time", timedelta: "days and time duration",
    Months: "years and months duration", list: "list", dict: "context", Range: "range",
    Function: "function", BuiltinFunction: "function", FarDate: "date", FarMoment: "date and time",
    FineMoment: "date and time", FineTime: "time", FineSpan: "days and time duration",
}
#: whole numbers below this are exact in the language's 34 digits
_EXACT = 10**34  # fmt: skip


def kind(value: Any) -> str:
    """Return the name of a value's type in the language."""
    found = _KINDS.get(type(value))
    if found is None:
        return "context" if isinstance(value, Mapping) else type(value).__name__
    return found


def adapt(value: Any, run: Run) -> Any:
    """Turn a plain Python value into one of the language; contexts stay as they are, entry by entry.

    Raises:
        Unfit: Python objects have no place in the language.
    """
    found = type(value)
    if found is int and -_EXACT < value < _EXACT:
        return Decimal(value)
    if found is Decimal:
        return fit(value)
    if found in _KINDS and found is not list:
        return value
    if found is int or found is float:
        return from_python(value)
    if found is list or found is tuple:
        if run.adapted is None:
            run.adapted = {}
        known = run.adapted.get(id(value))
        if known is None:
            run.spend(1 + len(value))
            known = run.adapted[id(value)] = (value, [adapt(item, run) for item in value])
        return known[1]
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    raise Unfit(f"a Python object of type {found.__name__} is no value of the language")


def equal(left: Any, right: Any, run: Run) -> bool | None:
    """Compare two values; None where their types cannot be compared."""
    run.spend(1)
    if left is None or right is None:
        return left is right
    of_left, of_right = kind(left), kind(right)
    if of_left != of_right:
        return _on_different_kinds(left, right, run)
    if of_left in ("list", "context", "range"):
        run.spend(3)
    if of_left == "list":
        return len(left) == len(right) and all(equal(a, b, run) is True for a, b in zip(left, right, strict=True))
    if of_left == "context":
        return left.keys() == right.keys() and all(
            equal(adapt(left[key], run), adapt(right[key], run), run) is True for key in left
        )
    if of_left in ("date and time", "time"):
        return moments.same(left, right, run.strict)
    if of_left == "range":
        return _edges(left) == _edges(right) and all(
            equal(a, b, run) is True for a, b in ((left.low, right.low), (left.high, right.high))
        )
    if of_left == "string":
        run.spend(len(left) >> 8)
    return bool(left == right)


def _edges(bounds: Range) -> tuple[bool, bool, str]:
    return bounds.low_closed, bounds.high_closed, bounds.sign


def _on_different_kinds(left: Any, right: Any, run: Run) -> bool | None:
    """Compare a date with a date and time; nothing else is comparable across kinds."""
    if type(left) is datetime and type(right) is date:
        return moments.same(left, moments.midnight(right), run.strict)
    if type(left) is date and type(right) is datetime:
        return moments.same(moments.midnight(left), right, run.strict)
    return None


_ORDERED = frozenset(
    ("number", "string", "date", "date and time", "time", "days and time duration",
     "years and months duration")
)  # fmt: skip


def order(left: Any, right: Any, run: Run) -> int | None:
    """Return -1, 0 or 1; None where the two have no order."""
    run.spend(1)
    found = kind(left)
    if found not in _ORDERED or found != kind(right):
        return None
    if found == "string":
        run.spend(min(len(left), len(right)) >> 8)
    elif found == "time":
        left, right = moments.fixed(left), moments.fixed(right)
    try:
        return -1 if left < right else (1 if left > right else 0)
    except (TypeError, OverflowError):  # with and without zone; at the end of the calendar
        return None


def within(value: Any, bounds: Range, run: Run) -> bool | None:
    """Tell whether a value lies in a range; None where it cannot be compared."""
    if bounds.sign == "!=":
        same = equal(value, bounds.low, run)
        return None if same is None or value is None else not same
    results: list[bool | None] = []
    for end, closed, outside in ((bounds.low, bounds.low_closed, -1), (bounds.high, bounds.high_closed, 1)):
        if end is None:
            continue
        found = order(value, end, run)
        if found is None:
            return None
        results.append(found != outside and (closed or found != 0))
    return all(results)


def text_of(value: Any, spend: Callable[[int], None], inside: bool = False, depth: int = 0) -> str:
    """Return the text of a value, as the function string() gives it.

    Args:
        spend: pays for each part, because a small value may contain a large one many times.
        inside: a text that is part of another value stands in quotes.

    Raises:
        Unfit: a function, or nested too deep.
    """
    spend(1)
    if depth > MAX_DEPTH:
        raise Unfit("a value nested too deep")
    value = _loose(value)
    found = kind(value)
    if found == "string":
        spend(len(value) >> 6)
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if inside else str(value)
    if found in ("null", "boolean"):
        return {None: "null", True: "true", False: "false"}[value]
    if found == "number":
        return text_of_number(value)
    if found == "list":
        return "[" + ", ".join([text_of(item, spend, True, depth + 1) for item in value]) + "]"
    if found == "context":
        entries = [f"{_key(key)}: {text_of(item, spend, True, depth + 1)}" for key, item in value.items()]
        return "{" + ", ".join(entries) + "}"
    if found == "range":
        low, high = (text_of(end, spend, True, depth + 1) for end in (value.low, value.high))
        return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"
    if found == "function":
        raise Unfit("a function has no text")
    if found not in _KINDS.values():
        raise Unfit(f"a Python object of type {found} has no text")
    return text_of_temporal(value)


def _key(key: Any) -> str:
    """Return an entry's name as it is written in the language."""
    name = str(key)
    if name and not _QUOTED_KEY.search(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _loose(value: Any) -> Any:
    """Adapt what stands in a context of the caller, which is adapted only as far as it is looked at."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return fit(value)
    return from_python(value) if type(value) in (int, float) else value
