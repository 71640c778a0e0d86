"""What type a value has, and what becomes of a value where another type is declared.

Source:
    DMN 1.3, 10.3.2.9.2 (conformance) and 10.3.2.9.4 (conversions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from app.engine.feel import nodes as n
from app.engine.feel.errors import Unfit, shorten
from app.engine.feel.limits import MAX_DEPTH, Run
from app.engine.feel.subtypes import UNKNOWN, Conformance
from app.engine.feel.values import BuiltinFunction, Function, adapt, kind

#: the language's own types, and what editors of other makes call them
NAMES: dict[str, str] = {
    "any": "any", "null": "null", "boolean": "boolean", "number": "number", "string": "string", "date": "date",
    "time": "time", "date and time": "date and time", "list": "list", "context": "context", "range": "range",
    "function": "function", "days and time duration": "days and time duration",
    "years and months duration": "years and months duration", "datetime": "date and time",
    "daytimeduration": "days and time duration", "yearmonthduration": "years and months duration",
    "day-time-duration": "days and time duration", "year-month-duration": "years and months duration",
    "integer": "number", "long": "number", "double": "number",
}  # fmt: skip
ANY = n.TypeName("any")


def resolve(wanted: n.TypeName, run: Run) -> n.TypeName | None:
    """Return a type by the language's own name, or the one that the model declares; None of an unknown name.

    A type that narrows another keeps what both allow.
    """
    narrowed: list[Callable[[Any, Run], bool]] = []
    for _ in range(MAX_DEPTH):
        declared = run.types.get(wanted.name)
        if declared is not None and declared is not wanted:
            if wanted.allowed is not None:
                narrowed.append(wanted.allowed)
            wanted = declared
            continue
        own = NAMES.get(wanted.name.removeprefix("feel:").lower())
        if own is None:
            return None
        if own == wanted.name and not narrowed:
            return wanted
        checks = narrowed if wanted.allowed is None else [*narrowed, wanted.allowed]
        return n.TypeName(own, wanted.args, wanted.fields, _all_of(checks))
    return None


def _all_of(checks: list[Callable[[Any, Run], bool]]) -> Callable[[Any, Run], bool] | None:
    if len(checks) < 2:
        return checks[0] if checks else None
    return lambda value, run: all(check(value, run) for check in checks)


@dataclass(frozen=True, slots=True)
class Measure:
    """How closely a value is looked at."""

    #: null is of every type, as in parameters and results; else only of `Null`
    lenient: bool = False
    #: ask for the allowed values of the type as well; `instance of` does not
    narrow: bool = False


INSTANCE = Measure()
_INSIDE = Measure(lenient=True)
_DECLARED = Measure(lenient=True, narrow=True)


def fits(value: Any, wanted: n.TypeName, run: Run, by: Measure = INSTANCE) -> bool:
    """Tell whether a value is of a type.

    Raises:
        Unfit: there is no such type.
    """
    run.spend(1)
    found = resolve(wanted, run)
    if found is None:
        raise Unfit(f"there is no type {wanted.name}")
    if value is None:
        return by.lenient or found.name == "null"
    if found.name != "any" and found.name != kind(value):
        return False
    return _parts_fit(value, found, run, by) and (not by.narrow or found.allowed is None or found.allowed(value, run))


def _parts_fit(value: Any, wanted: n.TypeName, run: Run, by: Measure) -> bool:
    name, by = wanted.name, _INSIDE if by is INSTANCE else by
    if name == "list" and wanted.args:
        return all(fits(item, wanted.args[0], run, by) for item in value)
    if name == "context" and isinstance(value, Mapping):
        return all(key in value and fits(adapt(value[key], run), inner, run, by) for key, inner in wanted.fields)
    if name == "range" and wanted.args:
        return all(fits(end, wanted.args[0], run) for end in (value.low, value.high) if end is not None)
    if name == "function" and wanted.args:
        return _function_fits(value, wanted, run)
    return True


def _function_fits(value: Function | BuiltinFunction, wanted: n.TypeName, run: Run) -> bool:
    """Compare what is declared; parameters without a type take anything."""
    if isinstance(value, BuiltinFunction):
        return True
    taken = value.types or (None,) * len(value.params)
    given = (*(item or ANY for item in taken), value.result or value.gives or UNKNOWN)
    return Conformance(run, resolve).functions_hold(given, wanted.args)


def conform(value: Any, wanted: n.TypeName, run: Run) -> Any:
    """Return a value as one of the declared type, converted where the standard converts.

    Raises:
        Unfit: it is not and cannot be converted.
    """
    if value is None:
        return None
    found = resolve(wanted, run)
    if found is None or fits(value, found, run, _DECLARED):
        return value
    if found.name == "list" and not isinstance(value, list) and fits([value], found, run, _DECLARED):
        return [value]
    if isinstance(value, list) and found.name != "list" and len(value) == 1 and fits(value[0], found, run, _DECLARED):
        return value[0]
    if found.name == "date and time" and type(value) is date:
        return datetime.combine(value, time(), UTC)
    raise Unfit(f"a {kind(value)} is no {shorten(wanted.name, 60)}")
