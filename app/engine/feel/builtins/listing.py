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
from app.engine.feel.numbers import truncated, whole
from app.engine.feel.values import Function, equal, order


def _position(position: Decimal, size: int) -> int:
    """Return a Python index for a position from 1, or from -1 backwards."""
    at = truncated(position)
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


@builtin("sublist")
def sublist(run: Run, list_: list[Any], start_position: Decimal, length: Decimal | None = None) -> list[Any]:
    """Return a part of the list."""
    start = _position(start_position, len(list_))
    size = len(list_) - start if length is None else truncated(length)
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
    if any(one is None for one in lists):
        raise Unfit("concatenate: null is no list")
    return _joined(run, lists)


def _joined(run: Run, lists: tuple[Any, ...]) -> list[Any]:
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
    at = _position(Decimal(whole(position)), len(list_))
    return run.items([*list_[:at], new_item, *list_[at + 1 :]])


@builtin("list replace")
def list_replace_matching(run: Run, list_: list[Any], match: Function, new_item: Any) -> list[Any]:
    """Return the list with another item where a function says so."""
    answers = [invoke(match, [item, new_item], {}, run) for item in list_]
    if not all(isinstance(answer, bool) for answer in answers):
        raise Unfit("list replace: the function answers neither true nor false")
    return run.items([new_item if hit else item for hit, item in zip(answers, list_, strict=True)])


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
            run.spend(len(item) >> 8 if isinstance(item, str) else 0)
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
    return _distinct(run, _joined(run, lists))


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


def _natural(left: Any, right: Any, run: Run) -> int:
    found = order(left, right, run)
    if found is None:
        raise Unfit("sort: the items have no order")
    return found


@builtin("sort")
def sort(run: Run, list_: list[Any], precedes: Function | None = None) -> list[Any]:
    """Return the list in order, its own or that of a function of two items."""
    if precedes is None:
        return _sorted(run, list_, lambda left, right: _natural(left, right, run))

    def by_function(left: Any, right: Any) -> int:
        if invoke(precedes, [left, right], {}, run) is True:
            return -1
        return 1 if invoke(precedes, [right, left], {}, run) is True else 0

    return _sorted(run, list_, by_function)
