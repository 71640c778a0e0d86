"""The built-in functions: how they are declared and how their arguments are bound.

A built-in is a Python function; its parameters' names and types are the language's. `start_position` is
called `start position`, `list_` is called `list`, and a first parameter `run` is the evaluation itself.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from app.engine.feel.errors import Unfit
from app.engine.feel.limits import Run
from app.engine.feel.temporal import Months
from app.engine.feel.values import BuiltinFunction, Function, kind
from app.engine.feel.wide import FarDate, FarMoment, FineMoment, FineSpan, FineTime

Declared = TypeVar("Declared", bound=Callable[..., Any])


class NullArgument(Exception):
    """A required argument is null, so the result is null as well."""


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    #: accepted Python types, or None for any
    accepts: tuple[type, ...] | None
    required: bool
    #: null is a value here
    nullable: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Builtin:
    name: str
    function: Callable[..., Any]
    params: tuple[Param, ...]
    takes_run: bool

    def takes(self, count: int, named: Sequence[str]) -> bool:
        """Tell whether the arguments fit this signature by number or by name."""
        if named:
            names = {param.name for param in self.params}
            given = {ALIASES.get((self.name, key), key) for key in named}
            return given <= names and all(param.name in given for param in self.params if param.required)
        many = any(param.many for param in self.params)
        # any number of arguments is at least one: `all()` is a mistake, not a list without items
        required = sum(param.required for param in self.params) or int(many)
        return required <= count and (count <= len(self.params) or many)

    def apply(self, run: Run, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """Bind, convert and call.

        Raises:
            Unfit: an argument of the wrong type.
        """
        try:
            bound = self._bound(run, args, named)
        except NullArgument:
            return None
        for value in bound:
            found = type(value)
            if found is str or found is list:
                run.spend(len(value) >> (3 if found is list else 6))
            elif found in _DEAR:
                run.spend(8)
        try:
            return self.function(*bound)
        except (OverflowError, ValueError, ArithmeticError) as cause:
            raise Unfit(f"{self.name}: a value beyond what can be computed") from cause

    def _bound(self, run: Run, args: Sequence[Any], named: Mapping[str, Any]) -> list[Any]:
        bound: list[Any] = [run] if self.takes_run else []
        if named:
            named = {ALIASES.get((self.name, key), key): value for key, value in named.items()}
        for at, param in enumerate(self.params):
            if param.many:
                rest = named.get(param.name, args[at:])
                bound.extend(rest if isinstance(rest, list | tuple) else [rest])
            elif param.name in named:
                bound.append(_convert(named[param.name], param, self.name))
            elif at < len(args):
                bound.append(_convert(args[at], param, self.name))
            elif named:
                bound.append(None)
        return bound


#: dates and durations, which cost more to calculate with
_DEAR = frozenset((date, datetime, time, timedelta, Months, FarDate, FarMoment, FineMoment, FineSpan, FineTime))
#: (function, other name of a parameter) -> its name here; editions of the standard differ
ALIASES: dict[tuple[str, str], str] = {
    ("abs", "number"): "n", ("floor", "number"): "n", ("ceiling", "number"): "n",
    ("append", "item"): "items", ("concatenate", "list"): "lists", ("union", "list"): "lists",
    ("insert before", "newItem"): "new item", ("list replace", "newItem"): "new item",
    ("get value", "context"): "m", ("get entries", "context"): "m", ("string", "value"): "from",
    ("before", "point1"): "a", ("before", "point2"): "b", ("before", "point"): "a", ("before", "range"): "b",
    ("before", "range1"): "a", ("before", "range2"): "b",
    ("after", "point1"): "a", ("after", "point2"): "b", ("after", "point"): "a", ("after", "range"): "b",
    ("after", "range1"): "a", ("after", "range2"): "b",
    ("includes", "range"): "a", ("includes", "point"): "b", ("includes", "range1"): "a",
    ("includes", "range2"): "b", ("during", "point"): "a", ("during", "range"): "b",
    ("during", "range1"): "a", ("during", "range2"): "b",
    ("starts", "point"): "a", ("starts", "range"): "b", ("starts", "range1"): "a", ("starts", "range2"): "b",
    ("started by", "range"): "a", ("started by", "point"): "b", ("started by", "range1"): "a",
    ("started by", "range2"): "b", ("finishes", "point"): "a", ("finishes", "range"): "b",
    ("finishes", "range1"): "a", ("finishes", "range2"): "b", ("finished by", "range"): "a",
    ("finished by", "point"): "b", ("finished by", "range1"): "a", ("finished by", "range2"): "b",
    ("coincides", "point1"): "a", ("coincides", "point2"): "b", ("coincides", "range1"): "a",
    ("coincides", "range2"): "b",
}  # fmt: skip
#: name -> its signatures
BUILTINS: dict[str, tuple[Builtin, ...]] = {}


def _convert(value: Any, param: Param, name: str) -> Any:
    """Wrap a single value where a list is wanted, unwrap a list of one where it is not."""
    if value is None:
        if param.nullable:
            return None
        raise NullArgument
    if param.accepts is None or isinstance(value, param.accepts):
        return value
    if list in param.accepts:
        return [value]
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], param.accepts):
        return value[0]
    raise Unfit(f"{name}: {param.name} cannot be a {kind(value)}")


def _accepted(hint: Any) -> tuple[tuple[type, ...] | None, bool]:
    if hint is Any:
        return None, True
    parts = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    plain = tuple(typing.get_origin(item) or item for item in parts)
    accepted = tuple(item for item in plain if item is not type(None))
    if Function in accepted:
        accepted = (*accepted, BuiltinFunction)
    return accepted, type(None) in plain


def builtin(name: str) -> Callable[[Declared], Declared]:
    """Declare a built-in function, or one more signature of it."""

    def declare(function: Declared) -> Declared:
        hints = typing.get_type_hints(function)
        params, takes_run = [], False
        for key, param in inspect.signature(function).parameters.items():
            if key == "run":
                takes_run = True
                continue
            accepts, nullable = _accepted(hints[key])
            many = param.kind is inspect.Parameter.VAR_POSITIONAL
            required = param.default is inspect.Parameter.empty and not many
            params.append(Param(key.strip("_").replace("_", " "), accepts, required, nullable, many))
        made = Builtin(name, function, tuple(params), takes_run)
        BUILTINS[name] = (*BUILTINS.get(name, ()), made)
        return function

    return declare
