"""Call a function that is written in the language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.feel.builtins.registry import BUILTINS
from app.engine.feel.conforming import conform
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import MAX_CALLS, Run
from app.engine.feel.values import BuiltinFunction, Function


def invoke(function: Function | BuiltinFunction, args: Sequence[Any], named: Mapping[str, Any], run: Run) -> Any:
    """Call a function written in the language, or a built-in one that is a value.

    Raises:
        ExpressionError: functions calling functions without end.
        Unfit: the arguments are not its parameters, or of other types.
    """
    if isinstance(function, BuiltinFunction):
        return call_builtin(function.name, args, named, run)
    names = _bound(function, args, named)
    if function.types:
        for param, wanted in zip(function.params, function.types, strict=True):
            if wanted is not None:
                names[param] = conform(names[param], wanted, run)
    run.spend(function.weight)
    if run.calls >= MAX_CALLS:
        raise run.limit(f"functions that call functions deeper than {MAX_CALLS}")
    run.calls += 1
    try:
        found = function.body(function.frame.inner(names))
    finally:
        run.calls -= 1
    return found if function.result is None else conform(found, function.result, run)


def _bound(function: Function, args: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
    if named:
        if set(named) != set(function.params):
            raise Unfit(f"the function takes {', '.join(function.params) or 'nothing'}")
        return dict(named)
    if len(args) != len(function.params):
        raise Unfit(f"the function takes {len(function.params)} arguments, not {len(args)}")
    return dict(zip(function.params, args, strict=True))


def call_builtin(name: str, args: Sequence[Any], named: Mapping[str, Any], run: Run) -> Any:
    """Call a built-in function by the first of its signatures that takes the arguments.

    Raises:
        Unfit: none does.
    """
    refused = None
    for candidate in BUILTINS[name]:
        if candidate.takes(len(args), tuple(named)):
            try:
                return candidate.apply(run, args, named)
            except Unfit as misfit:
                refused = refused or misfit
    raise refused or Unfit(f"{name} does not take these arguments")
