"""FEEL: the one expression language of conditions, timers, tables, forms and assignments.

An expression is data: it sees the variables that it is given, calls built-in functions and those of the
host, and costs what `limits` allows. It never touches a Python attribute, the clock or the network.

Source:
    DMN 1.3, chapter 10; ADR 0004.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.engine.feel.compiled import Compiled, compiled, compiled_tests, declared, used
from app.engine.feel.errors import ExpressionError, Unfit, UnknownVariable
from app.engine.feel.limits import Frame, Run
from app.engine.feel.storing import normalise
from app.engine.feel.temporal import Months
from app.engine.feel.values import Range, adapt

__all__ = [
    "Compiled", "ExpressionError", "Months", "Range", "UnknownVariable", "Verdict", "check", "check_tests", "evaluate",
    "functions_used", "holds", "names_used", "normalise", "parse", "unary_tests", "verdict",
]  # fmt: skip

Functions = Mapping[str, Callable[..., Any]]


def parse(expression: str, *, names: Iterable[str] = ()) -> Compiled:
    """Read an expression, or take it from the cache.

    Args:
        expression: FEEL, with or without a leading `=`.
        names: variables whose names are more than one plain word, such as `Full Name`. They are given by
            the designer's model, never taken from the case: data must not change how a condition reads.

    Raises:
        ExpressionError: it cannot be read; `position` is the column.
    """
    return compiled(expression, declared(tuple(names))) if names else compiled(expression)


def evaluate(
    expression: str,
    context: Mapping[str, Any],
    *,
    now: datetime | None = None,
    functions: Functions | None = None,
    strict: bool = False,
    names: Iterable[str] = (),
) -> Any:
    """Return the value of an expression.

    Args:
        context: variables; plain JSON values, decimals, dates, times, timedeltas.
        now: what `now()` and `today()` answer; without it they are refused.
        functions: functions of the host by name; they get and give values of the language.
        strict: refuse an unknown variable or a misfit type by name, instead of null as the standard has it.

    Returns:
        A value of the language: Decimal, str, bool, None, date, datetime, time, timedelta, Months, Range,
        list or dict. `normalise` makes it storable.

    Raises:
        ExpressionError: it cannot be read, costs too much, or does not fit where that is refused.
    """
    ready = parse(expression, names=names)
    return ready.evaluate(context, now=now, functions=functions, strict=strict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition says, and why it says no where it has no answer."""

    holds: bool
    #: None where the condition is true or false; else what is null, for the record
    note: str | None = None


def verdict(
    expression: str,
    context: Mapping[str, Any],
    *,
    now: datetime | None = None,
    functions: Functions | None = None,
    names: Iterable[str] = (),
) -> Verdict:
    """Decide a condition: null is not true, as in BPMN, and the note says so; what is misspelled is refused.

    Raises:
        ExpressionError: as `evaluate` when it is strict, and when the value is neither true, false nor null.
    """
    ready = parse(expression, names=names)
    value = ready.evaluate(context, now=now, functions=functions, strict=True)
    if isinstance(value, bool):
        return Verdict(value)
    if value is not None:
        raise ExpressionError("the condition is neither true nor false", code="type", expression=ready.text)
    empty = [name for name in sorted(used(ready.tree)[0]) if context.get(name) is None]
    return Verdict(False, "the condition is null" + (f": {', '.join(empty)} has no value" if empty else ""))


def holds(
    expression: str,
    context: Mapping[str, Any],
    *,
    now: datetime | None = None,
    functions: Functions | None = None,
    names: Iterable[str] = (),
) -> bool:
    """Tell whether a condition is true; one that is null is not.

    Raises:
        ExpressionError: as `verdict`.
    """
    return verdict(expression, context, now=now, functions=functions, names=names).holds


def unary_tests(
    text: str,
    value: Any,
    context: Mapping[str, Any],
    *,
    now: datetime | None = None,
    functions: Functions | None = None,
    strict: bool = False,
    names: Iterable[str] = (),
) -> bool:
    """Tell whether a value passes the tests of a table's cell: `-`, `> 5`, `"a", "b"`, `not([1..3])`.

    Raises:
        ExpressionError: as `evaluate`.
    """
    ready = compiled_tests(text, declared(tuple(names)))
    run = Run(ready.text, now, functions or {}, strict)
    try:
        subject = adapt(value, run)
    except Unfit as misfit:
        raise ExpressionError(str(misfit), code="type", expression=ready.text) from misfit
    return ready.holds(subject, Frame(run, context, None))


def names_used(expression: str, *, names: Iterable[str] = ()) -> set[str]:
    """Return the variables that an expression needs: `a` for `a.b`, none that it defines itself.

    Names inside a filter are left out, because they may be entries of the filtered items.

    Raises:
        ExpressionError: it cannot be read.
    """
    return used(parse(expression, names=names).tree)[0]


def functions_used(expression: str, *, names: Iterable[str] = ()) -> set[str]:
    """Return the functions that an expression calls and that are not built in.

    Raises:
        ExpressionError: it cannot be read.
    """
    return used(parse(expression, names=names).tree)[1]


def check(expression: str, *, names: Iterable[str] = (), functions: Iterable[str] = ()) -> None:
    """Refuse an expression that cannot be read, or that calls a function which does not exist.

    Args:
        functions: names of the host's functions.

    Raises:
        ExpressionError: `position` is the column.
    """
    ready = parse(expression, names=names)
    _known_functions(ready.text, used(ready.tree)[1], functions)


def check_tests(text: str, *, names: Iterable[str] = (), functions: Iterable[str] = ()) -> None:
    """Refuse a cell that cannot be read, or that calls a function which does not exist.

    Raises:
        ExpressionError: `position` is the column.
    """
    ready = compiled_tests(text, declared(tuple(names)))
    _known_functions(ready.text, used(ready.tree)[1], functions)


def _known_functions(text: str, called: set[str], known: Iterable[str]) -> None:
    missing = sorted(called - set(known) - {"not"})
    if missing:
        raise ExpressionError(
            f"there is no function {missing[0]}", code="unknown-function", expression=text,
            position=max(text.find(missing[0]), 0) + 1, variable=missing[0],
        )  # fmt: skip
