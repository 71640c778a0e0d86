"""Decimal numbers of 34 digits, as FEEL wants them, with an exponent that cannot blow up."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from app.engine.feel.errors import Unfit

#: largest power of ten; keeps every number inside a float, hence inside JSON
MAX_EXPONENT = 300
#: of a whole number of Python, about as large
MAX_BITS = 1000
#: used by its methods only, so that no thread's own context changes
CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-MAX_EXPONENT,
    Emax=MAX_EXPONENT,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)


def fit(value: Decimal) -> Decimal:
    """Let a finite number pass.

    Raises:
        Unfit: infinite, not a number or too large.
    """
    if not value.is_finite() or value.adjusted() > MAX_EXPONENT:
        raise Unfit("a number too large")
    return value


def from_python(value: int | float) -> Decimal:
    """Return the number that a plain Python number is written as.

    Raises:
        Unfit: infinite, not a number or too large.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unfit("not a finite number")
        return calculate(CONTEXT.create_decimal, repr(value))
    if value.bit_length() > MAX_BITS:
        raise Unfit("a number too large")
    return calculate(CONTEXT.create_decimal, value)


def calculate(operation: Any, *operands: Any) -> Decimal:
    """Run one operation of the decimal context.

    Raises:
        Unfit: no such number: division by zero, overflow, root of a negative number.
    """
    try:
        return fit(operation(*operands))
    except DecimalException as cause:
        raise Unfit("there is no such number") from cause


def whole(value: Decimal) -> int:
    """Return a whole number as int.

    Raises:
        Unfit: it has a fraction or is too large to count with.
    """
    if value.adjusted() > 18 or value != value.to_integral_value():
        raise Unfit(f"{value} is not a whole number to count with")
    return int(value)


def truncated(value: Decimal) -> int:
    """Return a number without its fraction as int, as positions and lengths are taken.

    Raises:
        Unfit: it is too large to count with.
    """
    return whole(value.to_integral_value("ROUND_DOWN"))


def plain(value: Decimal) -> int | float:
    """Return the JSON number: int where it is whole, else float."""
    if value.adjusted() <= 33 and value == value.to_integral_value():
        return int(value)
    return float(value)


def text_of_number(value: Decimal) -> str:
    """Return the digits without exponent where that stays short."""
    if value == 0:
        return "0"
    if abs(value.adjusted()) > 40:
        return str(value.normalize(CONTEXT))
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _checked(operation: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Decimal, Decimal], Decimal]:
    """Return an operation of two numbers that raises Unfit where there is no result."""

    def run(left: Decimal, right: Decimal) -> Decimal:
        try:
            return operation(left, right)
        except DecimalException as cause:
            raise Unfit("there is no such number") from cause

    return run


#: operations of two finite numbers whose result the context itself keeps in bounds
FAST: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _checked(CONTEXT.add), "-": _checked(CONTEXT.subtract), "*": _checked(CONTEXT.multiply),
    "/": _checked(CONTEXT.divide),
}  # fmt: skip
