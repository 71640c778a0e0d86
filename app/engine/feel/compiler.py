"""Turn a syntax tree into closures: one Python call per node, nothing looked up twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any

from app.engine.feel import nodes as n
from app.engine.feel.errors import ExpressionError, Unfit, UnknownVariable
from app.engine.feel.limits import MAX_DEPTH, Frame
from app.engine.feel.operators import OPERATIONS, negate
from app.engine.feel.temporal import Months, part
from app.engine.feel.values import Function, Range, adapt, kind

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


def _name(node: n.Name, build: Build) -> Code:
    name, pos = node.name, node.pos

    def run(frame: Frame) -> Any:
        found = frame.find(name)
        if found is None:
            if frame.run.strict:
                raise UnknownVariable(
                    f"there is no variable {name}", code="unknown-variable", variable=name,
                    expression=frame.run.expression, position=pos,
                )  # fmt: skip
            return None
        if not found.raw:
            return found.names[name]
        try:
            return adapt(found.names[name], frame.run)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), pos, name)

    return run


def member(base: Any, name: str, frame: Frame) -> Any:
    """Return an entry of a context, a property, or that of each item of a list."""
    if isinstance(base, Mapping):
        return adapt(base.get(name), frame.run)
    if isinstance(base, list):
        frame.run.spend(len(base))
        return [member(item, name, frame) for item in base]
    if isinstance(base, date | time | timedelta | Months):
        return part(base, name)
    if isinstance(base, Range):
        return {
            "start": base.low, "end": base.high, "start included": base.low_closed,
            "end included": base.high_closed,
        }.get(name)  # fmt: skip
    if base is not None:
        raise Unfit(f"a {kind(base)} has no {name}")
    return None


def _path(node: n.Path, build: Build) -> Code:
    base, name, pos = build.code(node.base), node.name, node.pos

    def run(frame: Frame) -> Any:
        try:
            return member(base(frame), name, frame)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), pos, name_of(node))

    return run


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
    rest = [(OPERATIONS[op], build.code(item), item.pos) for op, item in node.rest]

    def run(frame: Frame) -> Any:
        value = first(frame)
        for operation, item, pos in rest:
            right = item(frame)
            if value is None or right is None:
                value = None
                continue
            try:
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
    return lambda frame: Range(low(frame), node.low_closed, high(frame), node.high_closed)


def _function(node: n.FunctionNode, build: Build) -> Code:
    if len(set(node.params)) != len(node.params):
        raise build.refuse("a parameter stands twice", node)
    body, weight = build.weighed(node.body)
    return lambda frame: Function(node.params, body, frame, weight)


RULES: dict[type, Callable[[Any, Build], Code]] = {
    n.Literal: _literal, n.Name: _name, n.Path: _path, n.ListNode: _list, n.ContextNode: _context,
    n.If: _if, n.Junction: _junction, n.Arithmetic: _arithmetic, n.Negation: _negation,
    n.RangeNode: _range, n.FunctionNode: _function,
}  # fmt: skip
