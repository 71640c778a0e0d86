"""Functions on numbers and booleans.

Source:
    DMN 1.3, tables 72, 73 and 76; rounding functions of DMN 1.4.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.engine.feel.builtins.registry import builtin
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import Run
from app.engine.feel.numbers import CONTEXT, MAX_EXPONENT, calculate, truncated, whole
from app.engine.feel.operators import negate

#: what the standard allows as a scale
_LEAST_SCALE, _MOST_SCALE = -6111, 6176
_NUMBER_FORMS = {" ", ",", ".", None}


@builtin("not")
def not_(negand: bool) -> bool:
    """Return the opposite."""
    return not negand


@builtin("number")
def number(from_: str | Decimal) -> Decimal:
    """Read a number from a text."""
    return from_ if isinstance(from_, Decimal) else _read(from_)


@builtin("number")
def number_with_separators(from_: str, grouping_separator: str | None, decimal_separator: str | None = None) -> Decimal:
    """Read a number that is written with separators."""
    if grouping_separator not in _NUMBER_FORMS or decimal_separator not in {",", ".", None}:
        raise Unfit("number: a separator is a space, a comma or a point")
    if grouping_separator == decimal_separator and grouping_separator is not None:
        raise Unfit("number: the separators are the same")
    text = from_.replace(grouping_separator, "") if grouping_separator else from_
    if decimal_separator == ",":
        text = text.replace(".", "x").replace(",", ".")
    return _read(text)


def _read(text: str) -> Decimal:
    body = text.removeprefix("-")
    head, _, exponent = body.lower().partition("e")
    digits = head.replace(".", "", 1)
    if len(text) > 80 or not (digits.isascii() and digits.isdigit()):
        raise Unfit("number: the text is not a number")
    if exponent and not exponent.removeprefix("-").removeprefix("+").isdecimal():
        raise Unfit("number: the text is not a number")
    return calculate(CONTEXT.create_decimal, text)


def _rounding(mode: str) -> Callable[[Decimal, Decimal], Decimal]:
    context = CONTEXT.copy()
    context.prec = 400
    context.rounding = mode

    def rounded(number_: Decimal, scale: Decimal) -> Decimal:
        places = truncated(scale)
        if not _LEAST_SCALE <= places <= _MOST_SCALE:
            raise Unfit(f"a scale beyond {_LEAST_SCALE} to {_MOST_SCALE}")
        if places >= -number_.as_tuple().exponent:  # type: ignore[operator]
            # it has no more places than that
            return number_
        places = max(places, -MAX_EXPONENT)
        return calculate(CONTEXT.plus, calculate(context.quantize, number_, Decimal(1).scaleb(-places)))

    return rounded


_HALF_EVEN, _FLOOR = _rounding(decimal.ROUND_HALF_EVEN), _rounding(decimal.ROUND_FLOOR)
_CEILING, _UP = _rounding(decimal.ROUND_CEILING), _rounding(decimal.ROUND_UP)
_DOWN, _HALF_UP = _rounding(decimal.ROUND_DOWN), _rounding(decimal.ROUND_HALF_UP)
_HALF_DOWN = _rounding(decimal.ROUND_HALF_DOWN)


@builtin("decimal")
def decimal_(n: Decimal, scale: Decimal) -> Decimal:
    """Round half to even."""
    return _HALF_EVEN(n, scale)


@builtin("floor")
def floor(n: Decimal, scale: Decimal | None = None) -> Decimal:
    """Round towards minus infinity."""
    return _FLOOR(n, scale or Decimal(0))


@builtin("ceiling")
def ceiling(n: Decimal, scale: Decimal | None = None) -> Decimal:
    """Round towards plus infinity."""
    return _CEILING(n, scale or Decimal(0))


@builtin("round up")
def round_up(n: Decimal, scale: Decimal) -> Decimal:
    """Round away from zero."""
    return _UP(n, scale)


@builtin("round down")
def round_down(n: Decimal, scale: Decimal) -> Decimal:
    """Round towards zero."""
    return _DOWN(n, scale)


@builtin("round half up")
def round_half_up(n: Decimal, scale: Decimal) -> Decimal:
    """Round to the nearest, half away from zero."""
    return _HALF_UP(n, scale)


@builtin("round half down")
def round_half_down(n: Decimal, scale: Decimal) -> Decimal:
    """Round to the nearest, half towards zero."""
    return _HALF_DOWN(n, scale)


@builtin("abs")
def absolute(n: Any) -> Any:
    """Return a number or a duration without its sign."""
    if n is None:
        return None
    opposite = negate(n)
    return max(n, opposite)


@builtin("modulo")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return the remainder, with the sign of the divisor."""
    quotient = calculate(CONTEXT.divide, dividend, divisor).to_integral_value(decimal.ROUND_FLOOR)
    return calculate(CONTEXT.subtract, dividend, calculate(CONTEXT.multiply, divisor, quotient))


@builtin("sqrt")
def square_root(run: Run, number: Decimal) -> Decimal:
    """Return the square root."""
    run.spend(50)
    return calculate(CONTEXT.sqrt, number)


@builtin("log")
def logarithm(run: Run, number: Decimal) -> Decimal:
    """Return the natural logarithm."""
    if number <= 0:
        raise Unfit("log: the number is not above zero")
    run.spend(100)
    return calculate(CONTEXT.ln, number)


@builtin("exp")
def exponential(run: Run, number: Decimal) -> Decimal:
    """Return e to that power."""
    run.spend(100)
    return calculate(CONTEXT.exp, number)


@builtin("odd")
def odd(number: Decimal) -> bool:
    """Tell whether a whole number is odd."""
    return whole(number) % 2 == 1


@builtin("even")
def even(number: Decimal) -> bool:
    """Tell whether a whole number is even."""
    return whole(number) % 2 == 0
