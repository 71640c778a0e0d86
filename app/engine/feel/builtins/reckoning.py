"""Functions that make one value of a list: sums, extremes, averages, verdicts.

Source:
    DMN 1.3, table 75.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.engine.feel.builtins.registry import builtin
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import Run
from app.engine.feel.numbers import CONTEXT, calculate
from app.engine.feel.operators import add
from app.engine.feel.values import kind, order


def _spread(items: tuple[Any, ...]) -> list[Any]:
    """Accept `f([1, 2])` and `f(1, 2)` alike."""
    return items[0] if len(items) == 1 and isinstance(items[0], list) else list(items)


def _numbers(name: str, items: tuple[Any, ...]) -> list[Decimal]:
    found = _spread(items)
    if not all(isinstance(item, Decimal) for item in found):
        raise Unfit(f"{name}: not every item is a number")
    return found


def _extreme(run: Run, items: tuple[Any, ...], wanted: int) -> Any:
    best: Any = None
    found = _spread(items)
    run.spend(len(found))
    for at, item in enumerate(found):
        if at == 0:
            best = item
        compared = order(item, best, run)
        if compared is None:
            raise Unfit("the items have no order")
        if compared == wanted:
            best = item
    return best


@builtin("min")
def smallest(run: Run, *list_: Any) -> Any:
    """Return the smallest item, or null of none."""
    return _extreme(run, list_, -1)


@builtin("max")
def largest(run: Run, *list_: Any) -> Any:
    """Return the largest item, or null of none."""
    return _extreme(run, list_, 1)


@builtin("sum")
def total(run: Run, *list_: Any) -> Any:
    """Add numbers or durations; null of none."""
    items = _spread(list_)
    if not items:
        return None
    run.spend(len(items))
    result = items[0]
    if result is None or isinstance(result, str | bool | list):
        raise Unfit(f"sum: a {kind(result)} is no number")
    for item in items[1:]:
        result = add(result, item, run)
    return result


@builtin("product")
def product(run: Run, *list_: Any) -> Any:
    """Multiply numbers; null of none."""
    items = _numbers("product", list_)
    run.spend(len(items))
    result = Decimal(1)
    for item in items:
        result = calculate(CONTEXT.multiply, result, item)
    return result if items else None


@builtin("mean")
def mean(run: Run, *list_: Any) -> Any:
    """Return the average; null of none."""
    items = _numbers("mean", list_)
    return calculate(CONTEXT.divide, total(run, items), Decimal(len(items))) if items else None


@builtin("median")
def median(run: Run, *list_: Any) -> Any:
    """Return the middle, or the mean of the two in the middle; null of none."""
    items = sorted(_numbers("median", list_))
    run.spend(len(items))
    if not items:
        return None
    middle = len(items) // 2
    return items[middle] if len(items) % 2 else mean(run, items[middle - 1], items[middle])


@builtin("stddev")
def standard_deviation(run: Run, *list_: Any) -> Any:
    """Return the sample standard deviation; null of fewer than two."""
    items = _numbers("stddev", list_)
    if len(items) < 2:
        return None
    run.spend(50 + 2 * len(items))
    average = mean(run, items)
    squares = [calculate(CONTEXT.power, calculate(CONTEXT.subtract, item, average), Decimal(2)) for item in items]
    return calculate(CONTEXT.sqrt, calculate(CONTEXT.divide, total(run, squares), Decimal(len(items) - 1)))


@builtin("mode")
def mode(run: Run, *list_: Any) -> list[Any]:
    """Return the most frequent numbers, in ascending order."""
    items = _numbers("mode", list_)
    run.spend(2 * len(items))
    tally: dict[Decimal, int] = {}
    for item in items:
        tally[item] = tally.get(item, 0) + 1
    most = max(tally.values(), default=0)
    return sorted(item for item, times in tally.items() if times == most)


def _verdict(items: list[Any], decisive: bool, name: str) -> bool | None:
    result: bool | None = not decisive
    for item in items:
        if item is decisive:
            return bool(decisive)
        if not isinstance(item, bool):
            if item is not None:
                raise Unfit(f"{name}: not every item is true or false")
            result = None
    return result


@builtin("all")
def all_(*list_: Any) -> bool | None:
    """Tell whether every item is true."""
    return _verdict(_spread(list_), False, "all")


@builtin("any")
def any_(*list_: Any) -> bool | None:
    """Tell whether an item is true."""
    return _verdict(_spread(list_), True, "any")
