"""How points and ranges lie to each other.

Source:
    DMN 1.3, 10.3.4.9 and table 80.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.engine.feel.builtins.registry import builtin
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import Run
from app.engine.feel.numbers import CONTEXT, calculate
from app.engine.feel.temporal import parse_date, parse_date_time, parse_duration, parse_temporal, parse_time
from app.engine.feel.values import Range, kind, order, within

_READ: dict[str, Callable[[str], Any]] = {
    "date": parse_date, "time": parse_time, "date and time": parse_date_time, "duration": parse_duration,
}  # fmt: skip
_WRITTEN = re.compile(r"([\[\](])\s*((?:\S.*?)?)\s*\.\.\s*((?:\S.*?)?)\s*([\])\[])", re.DOTALL)
_NUMBER = re.compile(r"-?(?:[0-9]{1,40}(?:\.[0-9]{1,40})?|\.[0-9]{1,40})")
_QUOTED = re.compile(r'(@|date and time\(|date\(|time\(|duration\()?"((?:[^"\\]|\\.)*)"\)?')


def _order(left: Any, right: Any, run: Run) -> int:
    found = order(left, right, run)
    if found is None:
        raise Unfit("the ends of the ranges have no order")
    return found


def _range(value: Any) -> Range:
    """Take a point as a range of one."""
    made = value if isinstance(value, Range) else Range(value, True, value, True)
    if made.low is None or made.high is None:
        raise Unfit("a range without an end, or null")
    return made


def _both(first: Any, second: Any) -> tuple[Range, Range]:
    return _range(first), _range(second)


@builtin("range")
def range_of(run: Run, from_: str) -> Range:
    """Read a closed or half-open range of numbers, texts, dates, times or durations."""
    match = _WRITTEN.fullmatch(from_.strip())
    if match is None:
        raise Unfit("range: the text is no range")
    opened, low, high, closed = match.groups()
    ends = [_end(text) if text else None for text in (low, high)]
    if any(end is None and text for end, text in zip(ends, (low, high), strict=True)) or not (low or high):
        raise Unfit("range: an end is no value")
    if (not low and opened == "[") or (not high and closed == "]"):
        raise Unfit("range: an end that is not there is not included")
    if low and high and (kind(ends[0]) != kind(ends[1]) or _order(ends[0], ends[1], run) > 0):
        raise Unfit("range: the ends have no order")
    return Range(ends[0], opened == "[", ends[1], closed == "]")


def _end(text: str) -> Any:
    """Read an end: a number, a text in quotes, `@"…"` or `date("…")` and its like."""
    if _NUMBER.fullmatch(text):
        return calculate(CONTEXT.create_decimal, text)
    quoted = _QUOTED.fullmatch(text)
    if quoted is None:
        return None
    mark, value = quoted.group(1), quoted.group(2)
    if not mark:
        return value.replace('\\"', '"').replace("\\\\", "\\")
    return _READ.get(mark.rstrip("("), parse_temporal)(value)


@builtin("before")
def before(run: Run, a: Any, b: Any) -> bool:
    """Tell whether the first ends before the second starts."""
    one, two = _both(a, b)
    found = _order(one.high, two.low, run)
    return found < 0 or (found == 0 and not (one.high_closed and two.low_closed))


@builtin("after")
def after(run: Run, a: Any, b: Any) -> bool:
    """Tell whether the first starts after the second ends."""
    return before(run, b, a)


@builtin("meets")
def meets(run: Run, range1: Range, range2: Range) -> bool:
    """Tell whether the first ends where the second starts."""
    one, two = _both(range1, range2)
    return one.high_closed and two.low_closed and _order(one.high, two.low, run) == 0


@builtin("met by")
def met_by(run: Run, range1: Range, range2: Range) -> bool:
    """Tell whether the first starts where the second ends."""
    return meets(run, range2, range1)


@builtin("overlaps")
def overlaps(run: Run, range1: Range, range2: Range) -> bool:
    """Tell whether the two share a point."""
    return not before(run, range1, range2) and not before(run, range2, range1)


def _starts_earlier(run: Run, one: Range, two: Range) -> bool:
    found = _order(one.low, two.low, run)
    return found < 0 or (found == 0 and one.low_closed and not two.low_closed)


def _ends_earlier(run: Run, one: Range, two: Range) -> bool:
    found = _order(one.high, two.high, run)
    return found < 0 or (found == 0 and two.high_closed and not one.high_closed)


@builtin("overlaps before")
def overlaps_before(run: Run, range1: Range, range2: Range) -> bool:
    """Tell whether the first starts earlier and ends inside the second."""
    one, two = _both(range1, range2)
    return _starts_earlier(run, one, two) and overlaps(run, one, two) and not _ends_earlier(run, two, one)


@builtin("overlaps after")
def overlaps_after(run: Run, range1: Range, range2: Range) -> bool:
    """Tell whether the first starts inside the second and ends later."""
    one, two = _both(range1, range2)
    return _starts_earlier(run, two, one) and overlaps(run, one, two) and not _ends_earlier(run, one, two)


@builtin("finishes")
def finishes(run: Run, a: Any, b: Range) -> bool:
    """Tell whether the first ends with the second and starts no earlier."""
    one, two = _both(a, b)
    same_end = one.high_closed == two.high_closed and _order(one.high, two.high, run) == 0
    return same_end and not _starts_earlier(run, one, two)


@builtin("finished by")
def finished_by(run: Run, a: Range, b: Any) -> bool:
    """Tell whether the second finishes the first."""
    return finishes(run, b, a)


@builtin("starts")
def starts(run: Run, a: Any, b: Range) -> bool:
    """Tell whether the first starts with the second and ends no later."""
    one, two = _both(a, b)
    same_start = one.low_closed == two.low_closed and _order(one.low, two.low, run) == 0
    return same_start and not _ends_earlier(run, two, one)


@builtin("started by")
def started_by(run: Run, a: Range, b: Any) -> bool:
    """Tell whether the second starts the first."""
    return starts(run, b, a)


@builtin("includes")
def includes(run: Run, a: Range, b: Any) -> bool:
    """Tell whether the second lies in the first."""
    if not isinstance(b, Range):
        found = within(b, _range(a), run)
        if found is None:
            raise Unfit("the ends of the range and the point have no order")
        return found
    one, two = _both(a, b)
    return not _starts_earlier(run, two, one) and not _ends_earlier(run, one, two)


@builtin("during")
def during(run: Run, a: Any, b: Range) -> bool:
    """Tell whether the first lies in the second."""
    return includes(run, b, a)


@builtin("coincides")
def coincides(run: Run, a: Any, b: Any) -> bool:
    """Tell whether the two are the same point or range."""
    one, two = _both(a, b)
    return (
        (one.low_closed, one.high_closed) == (two.low_closed, two.high_closed)
        and _order(one.low, two.low, run) == 0
        and _order(one.high, two.high, run) == 0
    )
