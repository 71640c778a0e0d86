"""Compile names and paths: what a variable is, and what a dot finds in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from app.engine.feel import nodes as n
from app.engine.feel.builtins.registry import BUILTINS
from app.engine.feel.compiler import RULES, Build, Code, name_of
from app.engine.feel.errors import Unfit, UnknownVariable
from app.engine.feel.limits import MAX_ITEMS, Frame
from app.engine.feel.temporal import Months, part
from app.engine.feel.values import BuiltinFunction, Range, adapt, kind
from app.engine.feel.wide import FarDate, FarMoment

#: kinds of plain values that need no adapting
_READY = frozenset((str, bool, type(None), dict))
_EXACT = 10**34


def _name(node: n.Name, build: Build) -> Code:
    return _looked_up(node, None)


def callable_or_value(node: n.Node, build: Build) -> Code:
    """Compile what may be a built-in function by its name: an argument, or what is called.

    Elsewhere such a name is a variable: a case that lacks its variable `date` must not get a function.
    """
    if isinstance(node, n.Name) and node.name in BUILTINS:
        build.count += 1
        return _looked_up(node, BuiltinFunction(node.name))
    return build.code(node)


def _looked_up(node: n.Name, otherwise: BuiltinFunction | None) -> Code:
    name, pos = node.name, node.pos

    def run(frame: Frame) -> Any:
        scope: Frame | None = frame
        while scope is not None:
            if name in scope.names:
                break
            scope = scope.parent
        else:
            if "." in name:
                return _dotted(frame, name, pos)
            return _unknown(frame, name, pos) if otherwise is None else otherwise
        value = scope.names[name]
        if not scope.raw:
            return value
        found = type(value)
        if found in _READY:
            return value
        if found is int and -_EXACT < value < _EXACT:
            return Decimal(value)
        try:
            return adapt(value, frame.run)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), pos, name)

    return run


def _dotted(frame: Frame, name: str, pos: int) -> Any:
    """Read a name with dots as a path: one function's parameter `Person.Age` is elsewhere an entry of Person."""
    base, *parts = [part.strip() for part in name.split(".")]
    scope = frame.find(base)
    if scope is None:
        return _unknown(frame, name, pos)
    try:
        value = adapt(scope.names[base], frame.run)
        for part in parts:
            value = member(value, part, frame)
    except Unfit as misfit:
        return frame.run.fault(str(misfit), pos, base)
    return value


def _unknown(frame: Frame, name: str, pos: int) -> None:
    if frame.run.strict:
        raise UnknownVariable(
            f"there is no variable {name}", code="unknown-variable", variable=name,
            expression=frame.run.expression, position=pos,
        )  # fmt: skip
    frame.run.warn(f"there is no variable {name}")


def member(base: Any, name: str, frame: Frame) -> Any:
    """Return an entry of a context, a property, or that of each item of a list."""
    if isinstance(base, dict | Mapping):
        return adapt(base.get(name), frame.run)
    if isinstance(base, list):
        frame.run.spend(len(base))
        return [member(item, name, frame) for item in base]
    if isinstance(base, date | time | timedelta | Months | FarDate | FarMoment):
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


def _descent(node: n.Descent, build: Build) -> Code:
    base, name = build.code(node.base), node.name
    return lambda frame: below(base(frame), name, frame)


def below(base: Any, name: str, frame: Frame) -> list[Any]:
    """Return every entry of a name at any depth of contexts and lists, as they stand; null is left out."""
    found: list[Any] = []
    waiting = [(False, base)]
    while waiting:
        wanted, value = waiting.pop()
        if wanted and value is not None:
            found.append(value)
        if isinstance(value, dict | Mapping | list):
            frame.run.spend(len(value) + 1)
        if isinstance(value, dict | Mapping):
            waiting.extend((key == name, adapt(value[key], frame.run)) for key in reversed(list(value)))
        elif isinstance(value, list):
            waiting.extend((False, item) for item in reversed(value))
    if len(found) > MAX_ITEMS:
        raise frame.run.limit(f"a list longer than {MAX_ITEMS} items")
    return found


RULES.update({n.Name: _name, n.Path: _path, n.Descent: _descent})
