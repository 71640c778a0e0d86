"""Bring a case's plain values to the types that a DMN file declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.engine.feel import temporal
from app.engine.feel.errors import ExpressionError, shorten
from app.engine.feel.temporal import Months


def _days(text: str) -> Any:
    found = temporal.parse_duration(text)
    return found if isinstance(found, timedelta) else None


def _months(text: str) -> Any:
    found = temporal.parse_duration(text)
    return found if isinstance(found, Months) else None


#: types that a case stores as text; `dateTime` and its like are what editors write
_FROM_TEXT: Mapping[str, Callable[[str], Any]] = {
    "date": temporal.parse_date, "time": temporal.parse_time,
    "date and time": temporal.parse_date_time, "dateTime": temporal.parse_date_time,
    "days and time duration": _days, "dayTimeDuration": _days,
    "years and months duration": _months, "yearMonthDuration": _months,
}  # fmt: skip


def typed(value: Any, type_ref: str | None) -> Any:
    """Return a text as the date, time or duration that it is declared to be; other values as they are.

    Raises:
        ExpressionError: the text is not of the declared type.
    """
    if not isinstance(value, str) or type_ref is None:
        return value
    read = _FROM_TEXT.get(type_ref.removeprefix("feel:"))
    if read is None:
        return value
    if value == "":
        return None
    found = read(value)
    if found is None:
        raise ExpressionError(f"“{shorten(value, 40)}” is no {type_ref}", code="type")
    return found
