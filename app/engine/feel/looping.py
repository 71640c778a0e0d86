"""Compile what looks at many items: for, some, every, filters. Each round is paid for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.engine.feel import nodes as n
from app.engine.feel.compiler import RULES, Build, Code, name_of
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import MAX_ITEMS, Frame
from app.engine.feel.numbers import whole
from app.engine.feel.operators import add, index, subtract
from app.engine.feel.values import Range, kind, order

Source = tuple[str, Code, Code | None]


def _sources(iterations: tuple[n.Iteration, ...], build: Build) -> list[Source]:
    return [
        (item.name, build.code(item.source), None if item.until is None else build.code(item.until))
        for item in iterations
    ]


def _steps(low: Any, high: Any, frame: Frame) -> list[Any]:
    """Return the whole numbers or days from low to high, downwards too."""
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        start, end = whole(low), whole(high)
        make: Callable[[int], Any] = Decimal
    elif type(low) is date and type(high) is date:
        start, end = low.toordinal(), high.toordinal()
        make = date.fromordinal
    else:
        raise Unfit(f"there are no steps from {kind(low)} to {kind(high)}")
    if abs(end - start) >= MAX_ITEMS:
        raise frame.run.limit(f"a range of more than {MAX_ITEMS} steps")
    frame.run.spend(abs(end - start) + 1)
    step = 1 if start <= end else -1
    return [make(at) for at in range(start, end + step, step)]


def items_of(value: Any, frame: Frame) -> list[Any]:
    """Return what a loop runs over: a list, the steps of a range, or one value alone.

    Raises:
        Unfit: a range without steps.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        one = timedelta(days=1) if isinstance(value.low, date) else Decimal(1)
        if value.low is None or value.high is None:
            raise Unfit("there are no steps in a range without an end")
        low = value.low if value.low_closed else add(value.low, one, frame.run)
        high = value.high if value.high_closed else subtract(value.high, one, frame.run)
        return [] if order(low, high, frame.run) == 1 else _steps(low, high, frame)
    return [value]


def _rounds(sources: list[Source], frame: Frame, weight: int) -> Iterator[Frame]:
    """Yield a frame for each combination of the sources' items."""
    name, source, until = sources[0]
    start = source(frame)
    if start is None:
        raise Unfit("there is nothing to go through: null")
    items = items_of(start, frame) if until is None else _steps(start, until(frame), frame)
    for item in items:
        frame.run.spend(weight)
        inner = frame.inner({name: item})
        if len(sources) == 1:
            yield inner
        else:
            yield from _rounds(sources[1:], inner, weight)


def collected(sources: list[Source], body: Code, weight: int, frame: Frame) -> list[Any]:
    """Return what the body makes of each round.

    Raises:
        Unfit: a source is null or has no steps.
    """
    made: list[Any] = []
    for inner in _rounds(sources, frame.inner({"partial": made}), weight):
        made.append(body(inner))
        if len(made) > MAX_ITEMS:
            raise frame.run.limit(f"a list longer than {MAX_ITEMS} items")
    return made


def _for(node: n.For, build: Build) -> Code:
    before = build.count
    sources = _sources(node.iterations, build)
    body = build.code(node.body)
    weight = 2 + build.count - before

    def run(frame: Frame) -> Any:
        try:
            return collected(sources, body, weight, frame)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), node.pos)

    return run


def quantified(sources: list[Source], body: Code, weight: int, every: bool, frame: Frame) -> bool | None:
    """Tell whether some or every round holds; None where a round that matters does not answer.

    Raises:
        Unfit: a source is null or has no steps, or a round answers neither true nor false.
    """
    result: bool | None = every
    for inner in _rounds(sources, frame, weight):
        value = body(inner)
        if value is not every and isinstance(value, bool):
            return value
        if not isinstance(value, bool):
            result = None
            if value is not None:
                raise Unfit(f"satisfies needs true or false, not a {kind(value)}")
    return result


def _quantified(node: n.Quantified, build: Build) -> Code:
    before = build.count
    sources = _sources(node.iterations, build)
    body = build.code(node.body)
    weight = 2 + build.count - before

    def run(frame: Frame) -> Any:
        try:
            return quantified(sources, body, weight, node.every, frame)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), node.pos)

    return run


def _scope(item: Any) -> Mapping[str, Any]:
    """Return what a filter can name: `item`, and the entries of the item where it is a context."""
    if isinstance(item, Mapping):
        return item if "item" in item else {**item, "item": item}
    return {"item": item}


def kept(found: Any, test: Code, weight: int, constant: Any, frame: Frame) -> Any:
    """Return the items that pass, or the one at a position.

    Raises:
        Unfit: the test answers neither true nor false nor a position.
    """
    if found is None:
        return None
    items = found if isinstance(found, list) else [found]
    if isinstance(constant, Decimal):
        return index(items, constant)
    made = []
    for item in items:
        scope = _scope(item)
        frame.run.spend(weight + (len(scope) >> 3))
        answer = test(frame.inner(scope, raw=True))
        if isinstance(answer, Decimal):
            # the position is meant for the list, not for each item
            position = test(frame)
            return index(items, position) if isinstance(position, Decimal) else None
        if answer is True:
            made.append(item)
        elif answer is not None and answer is not False:
            raise Unfit(f"a filter needs true or false, not a {kind(answer)}")
    return made


def _filter(node: n.Filter, build: Build) -> Code:
    base = build.code(node.base)
    test, weight = build.weighed(node.test)
    constant = node.test.value if isinstance(node.test, n.Literal) else None

    def run(frame: Frame) -> Any:
        try:
            return kept(base(frame), test, weight, constant, frame)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), node.pos, name_of(node.base))

    return run


RULES.update({n.For: _for, n.Quantified: _quantified, n.Filter: _filter})
