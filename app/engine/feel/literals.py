"""Numbers and @-literals as they stand in the source."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.engine.feel.errors import ExpressionError, Unfit
from app.engine.feel.limits import MAX_DIGITS
from app.engine.feel.numbers import CONTEXT, fit
from app.engine.feel.temporal import parse_temporal


def number_literal(text: str, position: int) -> Decimal:
    """Return the number of a literal.

    Raises:
        ExpressionError: too many digits, or too large.
    """
    if len(text) > MAX_DIGITS:
        raise ExpressionError(f"a number of more than {MAX_DIGITS} digits", code="limit", position=position)
    try:
        return fit(CONTEXT.create_decimal(text))
    except (Unfit, ArithmeticError) as cause:
        raise ExpressionError("a number too large", code="limit", position=position) from cause


def at_literal(text: str, position: int) -> Any:
    """Return the date, time or duration of `@"…"`.

    Raises:
        ExpressionError: it is none of them.
    """
    value = parse_temporal(text)
    if value is None:
        raise ExpressionError(f'@"{text}" is no date, time or duration', code="literal", position=position)
    return value
