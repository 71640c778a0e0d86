"""Functions on lists.

Source:
    DMN 1.3, table 75; `list replace` of DMN 1.4, `duplicate values` and `is empty` of Camunda 8.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from app.engine.feel.builtins.registry import builtin
from app.engine.feel.errors import Unfit
from app.engine.feel.functions import invoke
from app.engine.feel.limits import MAX_DEPTH, Run
from app.engine.feel.numbers import CONTEXT, calculate, whole
from app.engine.feel.operators import add
from app.engine.feel.values import Function, equal, kind, order


def _spread(items: tuple[Any, ...]) -> list[Any]:
    """Accept `f([1, 2])` and `f(1, 2)` alike."""
    return items[0] if len(items) == 1 and isinstance(items[0], list) else list(items)


def _numbers(name: str, items: tuple[Any, ...]) -> list[Decimal]:
    found = _spread(items)
    if not all(isinstance(item, Decimal) for item in found):
        raise Unfit(f"{name}: not every item is a number")
    return found


def _position(position: Decimal, size: int) -> int:
    """Return a Python index for a position from 1, or from -1 backwards."""
    at = whole(position)
    if not (1 <= at <= size or -size <= at <= -1):
        raise Unfit(f"there is no position {at}")
    return at - 1 if at > 0 else size + at


@builtin("list contains")
def list_contains(run: Run, list_: list[Any], element: Any) -> bool:
    """Tell whether a value is in the list."""
    return any(equal(item, element, run) is True for item in list_)


@builtin("count")
def count(list_: list[Any]) -> Decimal:
    """Return the number of items."""
    return Decimal(len(list_))


@builtin("is empty")
def is_empty(list_: list[Any]) -> bool:
    """Tell whether the list has no items."""
    return not list_


def _extreme(run: Run, items: tuple[Any, ...], wanted: int) -> Any:
    best: Any = None
    found = _spread(items)
    run.spend(len(found))
    for at, item in enumerate(found):
        if at == 0:
            best = item
        compared = order(item, best)
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
    squares = [
        calculate(CONTEXT.power, calculate(CONTEXT.subtract, item, average), Decimal(2)) for item in items
    ]
    return calculate(
        CONTEXT.sqrt, calculate(CONTEXT.divide, total(run, squares), Decimal(len(items) - 1))
    )


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
            return decisive
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


@builtin("sublist")
def sublist(
    run: Run, list_: list[Any], start_position: Decimal, length: Decimal | None = None
) -> list[Any]:
    """Return a part of the list."""
    start = _position(start_position, len(list_))
    size = len(list_) - start if length is None else whole(length)
    if size < 0 or start + size > len(list_):
        raise Unfit("sublist: the list is not that long")
    return run.items(list_[start : start + size])


@builtin("append")
def append(run: Run, list_: list[Any] | None, *items: Any) -> list[Any]:
    """Return the list with items at its end."""
    return run.items([*(list_ or []), *items])


@builtin("concatenate")
def concatenate(run: Run, *lists: Any) -> list[Any]:
    """Return one list of all items."""
    return run.items([item for one in lists for item in (one if isinstance(one, list) else [one])])


@builtin("insert before")
def insert_before(run: Run, list_: list[Any], position: Decimal, new_item: Any) -> list[Any]:
    """Return the list with an item put in before a position."""
    at = _position(position, len(list_))
    return run.items([*list_[:at], new_item, *list_[at:]])


@builtin("remove")
def remove(run: Run, list_: list[Any], position: Decimal) -> list[Any]:
    """Return the list without the item at a position."""
    at = _position(position, len(list_))
    return run.items([*list_[:at], *list_[at + 1 :]])


@builtin("list replace")
def list_replace(run: Run, list_: list[Any], position: Decimal, new_item: Any) -> list[Any]:
    """Return the list with another item at a position."""
    at = _position(position, len(list_))
    return run.items([*list_[:at], new_item, *list_[at + 1 :]])


@builtin("list replace")
def list_replace_matching(run: Run, list_: list[Any], match: Function, new_item: Any) -> list[Any]:
    """Return the list with another item where a function says so."""
    return run.items(
        [new_item if invoke(match, [item, new_item], {}, run) is True else item for item in list_]
    )


@builtin("reverse")
def reverse(run: Run, list_: list[Any]) -> list[Any]:
    """Return the list backwards."""
    return run.items(list_[::-1])


@builtin("index of")
def index_of(run: Run, list_: list[Any], match: Any) -> list[Any]:
    """Return the positions of a value."""
    return [Decimal(at) for at, item in enumerate(list_, 1) if equal(item, match, run) is True]


def _distinct(run: Run, items: list[Any]) -> list[Any]:
    kept: list[Any] = []
    seen: set[Any] = set()
    for item in items:
        run.spend(1)
        if isinstance(item, Decimal | str | bool):
            # hashing spares the comparison with all the others
            key = (type(item), item)
            if key not in seen:
                seen.add(key)
                kept.append(item)
        elif not any(equal(item, other, run) is True for other in kept):
            kept.append(item)
    return run.items(kept)


@builtin("distinct values")
def distinct_values(run: Run, list_: list[Any]) -> list[Any]:
    """Return each value once."""
    return _distinct(run, list_)


@builtin("union")
def union(run: Run, *lists: Any) -> list[Any]:
    """Return one list of all items, each once."""
    return _distinct(run, concatenate(run, *lists))


@builtin("duplicate values")
def duplicate_values(run: Run, list_: list[Any]) -> list[Any]:
    """Return the values that stand more than once."""
    return _distinct(run, [item for item in list_ if len(index_of(run, list_, item)) > 1])


@builtin("flatten")
def flatten(run: Run, list_: list[Any]) -> list[Any]:
    """Return the items of lists in lists in one list."""
    made: list[Any] = []

    def visit(items: list[Any], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise run.limit("a list nested too deep")
        run.spend(len(items))
        for item in items:
            if isinstance(item, list):
                visit(item, depth + 1)
            else:
                made.append(item)

    visit(list_, 0)
    return run.items(made)


def _sorted(run: Run, items: list[Any], compare: Callable[[Any, Any], int]) -> list[Any]:
    def paid(left: Any, right: Any) -> int:
        run.spend(1)
        return compare(left, right)

    return run.items(sorted(items, key=cmp_to_key(paid)))


def _natural(left: Any, right: Any) -> int:
    found = order(left, right)
    if found is None:
        raise Unfit("sort: the items have no order")
    return found


@builtin("sort")
def sort(run: Run, list_: list[Any], precedes: Function | None = None) -> list[Any]:
    """Return the list in order, its own or that of a function of two items."""
    if precedes is None:
        return _sorted(run, list_, _natural)

    def by_function(left: Any, right: Any) -> int:
        if invoke(precedes, [left, right], {}, run) is True:
            return -1
        return 1 if invoke(precedes, [right, left], {}, run) is True else 0

    return _sorted(run, list_, by_function)
