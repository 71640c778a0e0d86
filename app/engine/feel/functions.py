"""Call a function that is written in the language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.feel.errors import Unfit
from app.engine.feel.limits import MAX_CALLS, Run
from app.engine.feel.values import Function


def invoke(function: Function, args: Sequence[Any], named: Mapping[str, Any], run: Run) -> Any:
    """Call a function written in the language.

    Raises:
        ExpressionError: functions calling functions without end.
        Unfit: the arguments are not its parameters.
    """
    if named:
        if set(named) != set(function.params):
            raise Unfit(f"the function takes {', '.join(function.params) or 'nothing'}")
        names = dict(named)
    elif len(args) != len(function.params):
        raise Unfit(f"the function takes {len(function.params)} arguments, not {len(args)}")
    else:
        names = dict(zip(function.params, args, strict=True))
    run.spend(function.weight)
    if run.calls >= MAX_CALLS:
        raise run.limit(f"functions that call functions deeper than {MAX_CALLS}")
    run.calls += 1
    try:
        return function.body(function.frame.inner(names))
    finally:
        run.calls -= 1
