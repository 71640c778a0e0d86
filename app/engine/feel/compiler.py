"""Turn a syntax tree into closures: one Python call per node, nothing looked up twice."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.engine.feel import nodes as n
from app.engine.feel.errors import ExpressionError, Unfit
from app.engine.feel.limits import MAX_DEPTH, Frame
from app.engine.feel.numbers import FAST
from app.engine.feel.operators import OPERATIONS, negate
from app.engine.feel.subtypes import inferred
from app.engine.feel.values import Function, Range, kind

Code = Callable[[Frame], Any]


class Build:
    """One compilation: how deep it is, and how many nodes it has met."""

    __slots__ = ("count", "depth", "expression")

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.depth = 0
        self.count = 0

    def code(self, node: n.Node) -> Code:
        """Return the closure of a node.

        Raises:
            ExpressionError: nested too deep, or a construct in the wrong place.
        """
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refuse(f"parts nested deeper than {MAX_DEPTH}", node, "limit")
        self.count += 1
        made = RULES[type(node)](node, self)
        self.depth -= 1
        return made

    def weighed(self, node: n.Node) -> tuple[Code, int]:
        """Return the closure of a node that runs many times, and what one run costs."""
        before = self.count
        return self.code(node), 1 + self.count - before

    def refuse(self, reason: str, node: n.Node, code: str = "syntax") -> ExpressionError:
        """Return the error of a node that cannot be compiled."""
        return ExpressionError(reason, code=code, expression=self.expression, position=node.pos)


def name_of(node: n.Node) -> str | None:
    """Return what a node is called, for messages: `a` or `a.b`."""
    if isinstance(node, n.Name):
        return node.name
    if isinstance(node, n.Path):
        base = name_of(node.base)
        return f"{base}.{node.name}" if base else None
    return None


def quoted(node: n.Node, value: Any) -> str:
    """Return a value's type with the name of its variable, for messages."""
    name = name_of(node)
    return f"{name} ({kind(value)})" if name else f"a {kind(value)}"


def _literal(node: n.Literal, build: Build) -> Code:
    value = node.value
    return lambda frame: value


def _list(node: n.ListNode, build: Build) -> Code:
    items = [build.code(item) for item in node.items]
    return lambda frame: [item(frame) for item in items]


def _context(node: n.ContextNode, build: Build) -> Code:
    entries = [(key, build.code(value)) for key, value in node.entries]

    def run(frame: Frame) -> Any:
        made: dict[str, Any] = {}
        inner = frame.inner(made)
        for key, value in entries:
            made[key] = value(inner)
        return made

    return run


def _if(node: n.If, build: Build) -> Code:
    test, then, otherwise = (build.code(part) for part in (node.test, node.then, node.otherwise))

    def run(frame: Frame) -> Any:
        found = test(frame)
        if found is not None and not isinstance(found, bool):
            frame.run.fault(f"if needs true or false, not {quoted(node.test, found)}", node.pos)
        return then(frame) if found is True else otherwise(frame)

    return run


def _junction(node: n.Junction, build: Build) -> Code:
    items = [(build.code(item), item) for item in node.items]
    decisive = node.op == "or"

    def run(frame: Frame) -> Any:
        result: bool | None = not decisive
        for item, source in items:
            value = item(frame)
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                result = None
                if value is not None:
                    frame.run.fault(
                        f"{node.op} needs true or false, not {quoted(source, value)}", source.pos,
                        name_of(source),
                    )  # fmt: skip
        return result

    return run


def _arithmetic(node: n.Arithmetic, build: Build) -> Code:
    first = build.code(node.first)
    rest = [(FAST.get(op), OPERATIONS[op], build.code(item), item.pos) for op, item in node.rest]

    def run(frame: Frame) -> Any:
        value = first(frame)
        for fast, operation, item, pos in rest:
            right = item(frame)
            if value is None or right is None:
                value = None
                continue
            try:
                if fast is not None and type(value) is Decimal and type(right) is Decimal:
                    value = fast(value, right)
                    continue
                value = operation(value, right, frame.run)
            except Unfit as misfit:
                value = frame.run.fault(str(misfit), pos)
        return value

    return run


def _negation(node: n.Negation, build: Build) -> Code:
    item = build.code(node.item)

    def run(frame: Frame) -> Any:
        value = item(frame)
        try:
            return None if value is None else negate(value)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), node.pos, name_of(node.item))

    return run


def _range(node: n.RangeNode, build: Build) -> Code:
    low, high = build.code(node.low), build.code(node.high)

    def run(frame: Frame) -> Any:
        ends = low(frame), high(frame)
        if None in ends:
            # an unknown end must not read as no end
            return None
        if kind(ends[0]) != kind(ends[1]):
            return frame.run.fault(f"there is no range from a {kind(ends[0])} to a {kind(ends[1])}", node.pos)
        return Range(ends[0], node.low_closed, ends[1], node.high_closed)

    if isinstance(node.low, n.Literal) and isinstance(node.high, n.Literal):
        if type(node.low.value) is type(node.high.value) and node.low.value is not None:
            constant = Range(node.low.value, node.low_closed, node.high.value, node.high_closed)
            return lambda frame: constant
    return run


def _function(node: n.FunctionNode, build: Build) -> Code:
    if len(set(node.params)) != len(node.params):
        raise build.refuse("a parameter stands twice", node)
    body, weight = build.weighed(node.body)
    types = node.types if any(node.types) else ()
    gives = inferred(node.body)
    return lambda frame: Function(node.params, body, frame, weight, types, None, gives)


RULES: dict[type, Callable[[Any, Build], Code]] = {
    n.Literal: _literal, n.ListNode: _list, n.ContextNode: _context,
    n.If: _if, n.Junction: _junction, n.Arithmetic: _arithmetic, n.Negation: _negation,
    n.RangeNode: _range, n.FunctionNode: _function,
}  # fmt: skip
