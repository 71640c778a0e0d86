"""Compile comparisons, memberships, type checks and unary tests."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.engine.feel import nodes as n
from app.engine.feel.compiler import RULES, Build, Code, name_of, quoted
from app.engine.feel.conforming import fits
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import Frame
from app.engine.feel.naming import callable_or_value
from app.engine.feel.values import Range, equal, kind, order, within

#: what a comparison asks of an order
_HOLDS: dict[str, Callable[[int], bool]] = {
    "<": lambda found: found < 0, "<=": lambda found: found <= 0,
    ">": lambda found: found > 0, ">=": lambda found: found >= 0,
}  # fmt: skip
#: for two numbers or two texts, which always have an order
_FAST: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
#: nodes whose value is an answer, not a value to compare with
_ANSWERS = (n.Comparison, n.Between, n.Membership, n.InstanceOf, n.Junction, n.Quantified)

Test = Callable[[Frame, Any], bool | None]


def compare(op: str, left: Any, right: Any, frame: Frame) -> bool | None:
    """Compare two values; None where they cannot be compared.

    Raises:
        Unfit: both have a value, of types that have no order or equality between them.
    """
    if op in ("=", "!="):
        same = equal(left, right, frame.run)
        if same is None:
            raise Unfit(f"{kind(left)} {op} {kind(right)} has no meaning")
        return same if op == "=" else not same
    if left is None or right is None:
        return None
    found = order(left, right, frame.run)
    if found is None:
        raise Unfit(f"{kind(left)} {op} {kind(right)} has no meaning")
    return _HOLDS[op](found)


def _comparison(node: n.Comparison, build: Build) -> Code:
    left, right, op = build.code(node.left), build.code(node.right), node.op
    fast = _FAST[op]

    def run(frame: Frame) -> Any:
        a, b = left(frame), right(frame)
        found = type(a)
        if found is type(b) and (found is Decimal or (found is str and len(a) < 256)):
            return fast(a, b)
        try:
            return compare(op, a, b, frame)
        except Unfit:
            variable = name_of(node.left) or name_of(node.right)
            reason = f"{quoted(node.left, a)} cannot be compared with {quoted(node.right, b)}"
            return frame.run.fault(reason, node.pos, variable)

    return run


def _between(node: n.Between, build: Build) -> Code:
    value, low, high = (build.code(part) for part in (node.value, node.low, node.high))

    def run(frame: Frame) -> Any:
        found, bounds = value(frame), Range(low(frame), True, high(frame), True)
        if found is None or bounds.low is None or bounds.high is None:
            return None
        answer = within(found, bounds, frame.run)
        if answer is None:
            frame.run.fault(f"{quoted(node.value, found)} cannot lie between its bounds", node.pos, name_of(node.value))
        return answer

    return run


def matches(value: Any, wanted: Any, frame: Frame) -> bool | None:
    """Tell whether a value equals what is wanted, lies in it, or is one of its items."""
    if isinstance(wanted, Range):
        if isinstance(value, Range):
            return equal(value, wanted, frame.run)
        return within(value, wanted, frame.run)
    if isinstance(wanted, list):
        if isinstance(value, list) and equal(value, wanted, frame.run):
            return True
        return any(matches(value, item, frame) is True for item in wanted)
    return equal(value, wanted, frame.run)


def test_of(node: n.Node, build: Build) -> Test:
    """Compile one test of a cell, or of the right side of `in`."""
    if isinstance(node, n.Tests):
        tests = [test_of(item, build) for item in node.items]
        return lambda frame, value: any(test(frame, value) is True for test in tests)
    if isinstance(node, n.UnaryTest):
        return _unary(node, build)
    if isinstance(node, n.Call) and isinstance(node.callee, n.Name) and node.callee.name == "not":
        inner = test_of(n.Tests(node.pos, node.args), build)
        return lambda frame, value: inner(frame, value) is not True
    if isinstance(node, n.Literal):
        return _equals(node.value)
    code = build.code(node)
    is_answer, asks = isinstance(node, _ANSWERS), _mentions_input(node)

    def run(frame: Frame, value: Any) -> bool | None:
        wanted = code(frame.inner({"?": value}) if asks else frame)
        if asks or is_answer:
            return wanted is True
        if wanted is None and isinstance(node, n.RangeNode):
            return None
        if wanted is True and isinstance(node, n.Call) and not isinstance(value, bool):
            return True
        return matches(value, wanted, frame)

    return run


def _equals(constant: Any) -> Test:
    """Compile the test for one value; two texts or two numbers need no more than Python's own comparison."""
    direct = type(constant) if isinstance(constant, Decimal | str) else None

    def run(frame: Frame, value: Any) -> bool | None:
        if type(value) is direct:
            return bool(value == constant)
        return equal(value, constant, frame.run)

    return run


def _unary(node: n.UnaryTest, build: Build) -> Test:
    right, op = build.code(node.right), node.op
    asks, fast = _mentions_input(node.right), _FAST[node.op]

    def run(frame: Frame, value: Any) -> bool | None:
        wanted = right(frame.inner({"?": value}) if asks else frame)
        if type(value) is Decimal and type(wanted) is Decimal:
            return fast(value, wanted)
        try:
            return compare(op, value, wanted, frame)
        except Unfit:
            reason = f"a {kind(value)} cannot be compared with {quoted(node.right, wanted)}"
            frame.run.fault(reason, node.pos, name_of(node.right))
            return None

    return run


def _mentions_input(node: Any) -> bool:
    """Tell whether a test asks about `?` itself, so that its answer is the result."""
    if isinstance(node, n.Name):
        return node.name == "?"
    if isinstance(node, tuple):
        return any(map(_mentions_input, node))
    if isinstance(node, n.Node | n.Iteration):
        return any(_mentions_input(getattr(node, slot)) for slot in node.__dataclass_fields__)
    return False


def _membership(node: n.Membership, build: Build) -> Code:
    value, test = build.code(node.value), test_of(node.test, build)
    return lambda frame: test(frame, value(frame))


def _tests(node: n.Tests, build: Build) -> Code:
    if len(node.items) == 1 and isinstance(node.items[0], n.UnaryTest):
        return build.code(node.items[0])
    raise build.refuse("a list of tests stands only after in, or in a cell", node)


def _open_range(node: n.UnaryTest, build: Build) -> Code:
    """`(< 5)` or `[< 5, > 9]`: a range that has one end."""
    end, op = build.code(node.right), node.op

    def run(frame: Frame) -> Any:
        found = end(frame)
        if found is None:
            return None
        if op in ("=", "!="):
            return Range(found, op == "=", found, op == "=", op)
        low, high, closed = op in (">", ">="), op in ("<", "<="), op in ("<=", ">=")
        return Range(found if low else None, low and closed, found if high else None, high and closed)

    return run


def _instance_of(node: n.InstanceOf, build: Build) -> Code:
    value, wanted = callable_or_value(node.value, build), node.type

    def run(frame: Frame) -> Any:
        try:
            return fits(value(frame), wanted, frame.run)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), node.pos)

    return run


RULES.update({
    n.Comparison: _comparison, n.Between: _between, n.Membership: _membership, n.Tests: _tests,
    n.UnaryTest: _open_range, n.InstanceOf: _instance_of,
})  # fmt: skip
