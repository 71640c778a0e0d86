"""Arithmetic and comparison of two values.

Source:
    DMN 1.3, 10.3.2.14 and tables 50 to 55.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.engine.feel.errors import Unfit
from app.engine.feel.limits import Run
from app.engine.feel.numbers import CONTEXT, calculate, fit, whole
from app.engine.feel.temporal import Months, add_months
from app.engine.feel.values import kind

Operation = Callable[[Any, Any, Run], Any]


def _misfit(op: str, left: Any, right: Any) -> Unfit:
    return Unfit(f"{kind(left)} {op} {kind(right)} has no meaning")


def _shift(moment: Any, by: timedelta | Months, sign: int, run: Run) -> Any:
    """Move a date, a moment or a time of day by a duration."""
    run.spend(10)
    try:
        if isinstance(by, Months):
            if not isinstance(moment, date):
                raise _misfit("+", moment, by)
            return add_months(moment, sign * by.count)
        if isinstance(moment, time):
            shifted = datetime.combine(date(2000, 1, 2), moment.replace(tzinfo=None)) + sign * timedelta(
                seconds=by.seconds, microseconds=by.microseconds
            )
            return shifted.time().replace(tzinfo=moment.tzinfo)
        if isinstance(moment, datetime):
            if moment.tzinfo is None:
                return moment + sign * by
            # the duration really passes, also where the clocks of the zone change
            return (moment.astimezone(UTC) + sign * by).astimezone(moment.tzinfo)
        # a date counts as its midnight, and stays a date
        return (datetime.combine(moment, time()) + sign * by).date()
    except OverflowError as cause:
        raise Unfit("a date beyond the calendar") from cause


def add(left: Any, right: Any, run: Run) -> Any:
    """Add numbers, durations, a duration to a moment, or join two texts."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return calculate(CONTEXT.add, left, right)
    if isinstance(left, str) and isinstance(right, str):
        return run.text(left + right)
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.count + right.count)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return _duration(lambda: left + right)
    if isinstance(left, date | time) and isinstance(right, timedelta | Months):
        return _shift(left, right, 1, run)
    if isinstance(right, date | time) and isinstance(left, timedelta | Months):
        return _shift(right, left, 1, run)
    raise _misfit("+", left, right)


def _duration(make: Callable[[], timedelta]) -> timedelta:
    try:
        return make()
    except OverflowError as cause:
        raise Unfit("a duration too long") from cause


def _difference(left: Any, right: Any) -> timedelta:
    if isinstance(left, time) and isinstance(right, time):
        day = date(2000, 1, 1)
        left, right = datetime.combine(day, left), datetime.combine(day, right)
    if isinstance(left, datetime) != isinstance(right, datetime):
        # a date next to a moment is its midnight in UTC; a moment without zone has no distance to it
        left, right = (
            item if isinstance(item, datetime) else datetime.combine(item, time(), UTC) for item in (left, right)
        )
    try:
        if isinstance(left, datetime) and left.tzinfo is not None and right.tzinfo is not None:
            left, right = left.astimezone(UTC), right.astimezone(UTC)
        return left - right  # type: ignore[no-any-return]
    except OverflowError as cause:
        raise Unfit("a date beyond the calendar") from cause
    except TypeError as cause:
        raise Unfit("a moment with time zone against one without") from cause


def subtract(left: Any, right: Any, run: Run) -> Any:
    """Subtract numbers, durations, moments, or a duration from a moment."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return calculate(CONTEXT.subtract, left, right)
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.count - right.count)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return _duration(lambda: left - right)
    if isinstance(left, date | time) and isinstance(right, timedelta | Months):
        return _shift(left, right, -1, run)
    if (isinstance(left, date) and isinstance(right, date)) or (isinstance(left, time) and isinstance(right, time)):
        return _difference(left, right)
    raise _misfit("-", left, right)


def _micros(value: timedelta) -> Decimal:
    return Decimal(value // timedelta(microseconds=1))


def _scaled(value: timedelta | Months, make: Callable[[Decimal], Decimal], run: Run) -> Any:
    run.spend(10)
    if isinstance(value, Months):
        months = make(Decimal(value.count)).to_integral_value("ROUND_DOWN")
        if months.adjusted() > 7:
            raise Unfit("a duration too long")
        return Months(int(months))
    micros = make(_micros(value)).to_integral_value("ROUND_DOWN")
    if micros.adjusted() > 19:
        raise Unfit("a duration too long")
    return _duration(lambda: timedelta(microseconds=int(micros)))


def multiply(left: Any, right: Any, run: Run) -> Any:
    """Multiply numbers, or a duration by a number."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return calculate(CONTEXT.multiply, left, right)
    if isinstance(left, Decimal) and isinstance(right, timedelta | Months):
        left, right = right, left
    if isinstance(left, timedelta | Months) and isinstance(right, Decimal):
        return _scaled(left, lambda amount: calculate(CONTEXT.multiply, amount, right), run)
    raise _misfit("*", left, right)


def divide(left: Any, right: Any, run: Run) -> Any:
    """Divide numbers, a duration by a number, or two durations of one kind."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return calculate(CONTEXT.divide, left, right)
    if isinstance(left, timedelta | Months) and isinstance(right, Decimal):
        return _scaled(left, lambda amount: calculate(CONTEXT.divide, amount, right), run)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return calculate(CONTEXT.divide, _micros(left), _micros(right))
    if isinstance(left, Months) and isinstance(right, Months):
        return calculate(CONTEXT.divide, Decimal(left.count), Decimal(right.count))
    raise _misfit("/", left, right)


def power(left: Any, right: Any, run: Run) -> Any:
    """Raise a number to a power."""
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        raise _misfit("**", left, right)
    if right == 0:
        return Decimal(1)
    run.spend(50 if right == right.to_integral_value() else 200)
    return calculate(CONTEXT.power, left, right)


def negate(value: Any) -> Any:
    """Change the sign of a number or a duration."""
    if isinstance(value, Decimal):
        return fit(value.copy_negate())
    if isinstance(value, timedelta):
        return _duration(lambda: -value)
    if isinstance(value, Months):
        return Months(-value.count)
    raise Unfit(f"-{kind(value)} has no meaning")


OPERATIONS: dict[str, Operation] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "**": power,
}  # fmt: skip


def index(items: list[Any], position: Decimal) -> Any:
    """Return the item at a position from 1, or from -1 backwards; None beyond the ends."""
    at = whole(position)
    if 1 <= at <= len(items):
        return items[at - 1]
    return items[at] if -len(items) <= at <= -1 else None
