"""Compile function calls: functions of the language, of the host, built in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.engine.feel import nodes as n
from app.engine.feel.builtins import BUILTINS
from app.engine.feel.compiler import RULES, Build, Code
from app.engine.feel.errors import ExpressionError, Unfit, UnknownVariable
from app.engine.feel.functions import call_builtin, invoke
from app.engine.feel.limits import Frame
from app.engine.feel.naming import callable_or_value
from app.engine.feel.values import BuiltinFunction, Function, adapt, kind

_NONE: Mapping[str, Any] = {}


def _host(function: Callable[..., Any], args: Sequence[Any], named: Mapping[str, Any], frame: Frame) -> Any:
    try:
        keywords = {key.replace(" ", "_"): value for key, value in named.items()}
        return adapt(function(*args, **keywords), frame.run)
    except (TypeError, ValueError) as cause:
        raise Unfit(str(cause)) from cause


def _call_by_name(name: str, args: Sequence[Any], named: Mapping[str, Any], frame: Frame, pos: int) -> Any:
    found = frame.find(name)
    if found is not None and isinstance(found.names[name], Function | BuiltinFunction):
        return invoke(found.names[name], args, named, frame.run)
    host = frame.run.functions.get(name)
    if host is not None:
        return _host(host, args, named, frame)
    if name in BUILTINS:
        return call_builtin(name, args, named, frame.run)
    if frame.run.warnings is not None and not frame.run.strict:
        # a decision: the standard makes null of it
        raise Unfit(f"there is no function {name}")
    raise ExpressionError(
        f"there is no function {name}", code="unknown-function", variable=name,
        expression=frame.run.expression, position=pos,
    )  # fmt: skip


def _call(node: n.Call, build: Build) -> Code:
    callee, pos = node.callee, node.pos
    if isinstance(callee, n.Name) and callee.name in _SPECIAL:
        return _SPECIAL[callee.name](node, build)
    args = [callable_or_value(item, build) for item in node.args]
    named = [(key, callable_or_value(item, build)) for key, item in node.named]
    value = None if isinstance(callee, n.Name) else build.code(callee)
    name = callee.name if isinstance(callee, n.Name) else ""

    def run(frame: Frame) -> Any:
        frame.run.spend(5)
        given = [item(frame) for item in args]
        keywords = {key: item(frame) for key, item in named} if named else _NONE
        try:
            if value is None:
                return _call_by_name(name, given, keywords, frame, pos)
            function = value(frame)
            if not isinstance(function, Function | BuiltinFunction):
                raise Unfit(f"a {kind(function)} is no function")
            return invoke(function, given, keywords, frame.run)
        except Unfit as misfit:
            return frame.run.fault(str(misfit), pos)

    return run


def _is_defined(node: n.Call, build: Build) -> Code:
    """`is defined(a.b)`: an unknown variable is an answer here, not a mistake."""
    if len(node.args) != 1 or not isinstance(node.args[0], n.Name | n.Path):
        raise build.refuse("is defined takes one variable", node)
    code = build.code(node.args[0])
    target = node.args[0]

    def run(frame: Frame) -> Any:
        if isinstance(target, n.Name):
            return frame.find(target.name) is not None
        try:
            return code(frame) is not None
        except UnknownVariable:
            return False

    return run


def _get_or_else(node: n.Call, build: Build) -> Code:
    """`get or else(a, 0)`: the second value where the first is null or unknown."""
    if len(node.args) != 2:
        raise build.refuse("get or else takes two arguments", node)
    first, second = build.code(node.args[0]), build.code(node.args[1])

    def run(frame: Frame) -> Any:
        try:
            found = first(frame)
        except UnknownVariable:
            found = None
        return second(frame) if found is None else found

    return run


_SPECIAL: dict[str, Callable[[n.Call, Build], Code]] = {
    "is defined": _is_defined, "get or else": _get_or_else,
}  # fmt: skip

RULES[n.Call] = _call
