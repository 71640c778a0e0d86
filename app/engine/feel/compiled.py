"""An expression that is read once and evaluated many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.engine.feel import calls, looping, nodes
from app.engine.feel.comparing import Test, test_of
from app.engine.feel.compiler import Build, Code
from app.engine.feel.errors import ExpressionError
from app.engine.feel.grammar import read
from app.engine.feel.lexer import is_plain
from app.engine.feel.limits import Frame, Run
from app.engine.feel.names import names_of
from app.engine.feel.storing import measure

#: modules whose import teaches the compiler their nodes
PARTS = (calls, looping)
#: sources longer than this share a smaller cache, so that a thousand tables do not fill the memory
_LONG = 400
_NO_FUNCTIONS: Mapping[str, Callable[..., Any]] = {}
_NO_NAMES: frozenset[str] = frozenset()
#: signs at the ends of a source that are not part of it
_TRIMMED = ("=", " ", "\n", "\t", "\r")
#: kinds of results that may be too large to store
_LARGE = (list, dict, Mapping)


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """An expression, ready to run on any number of threads."""

    text: str
    tree: nodes.Node
    code: Code

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        strict: bool = False,
    ) -> Any:
        """Return the value; see `app.engine.feel.evaluate`."""
        run = Run(self.text, now, functions or _NO_FUNCTIONS, strict)
        try:
            value = self.code(Frame(run, context, None))
        except RecursionError as cause:
            raise run.limit("parts nested too deep") from cause
        return measure(value, run) if isinstance(value, _LARGE) else value


@dataclass(frozen=True, slots=True, eq=False)
class CompiledTests:
    """The tests of a table's cell, ready to run on any number of threads."""

    text: str
    tree: nodes.Node
    test: Test

    def holds(self, value: Any, frame: Frame) -> bool:
        """Tell whether any test holds for a value of the language."""
        return guarded(lambda inner: self.test(inner, value), frame) is True


def guarded(code: Code, frame: Frame) -> Any:
    """Run code; a Python stack that overflows is an exceeded bound like any other.

    Raises:
        ExpressionError: exceeded a bound, or a misfit where the run is strict.
    """
    try:
        return code(frame)
    except RecursionError as cause:
        raise frame.run.limit("parts nested too deep") from cause


def declared(names: frozenset[str] | tuple[str, ...] | None) -> frozenset[str]:
    """Return the names that the lexer must be told: those of more than one plain word."""
    if not names:
        return _NO_NAMES
    return frozenset(" ".join(name.split()) for name in names if name.strip() and not is_plain(name))


def _cut(text: str) -> str:
    """Drop the `=` that form-js and Camunda 8 write before an expression."""
    body = text.strip()
    return body[1:].lstrip() if body.startswith("=") else body


def _compile(text: str, names: frozenset[str]) -> Compiled:
    if not text:
        raise ExpressionError("the expression is empty", code="empty", position=1)
    tree = read(text, names, "expression")
    return Compiled(text, tree, Build(text).code(tree))


def _compile_tests(text: str, names: frozenset[str]) -> CompiledTests:
    if text in ("", "-"):
        return CompiledTests(text, nodes.Literal(1, True), lambda frame, value: True)
    tree = read(text, names, "tests")
    return CompiledTests(text, tree, test_of(tree, Build(text)))


_short = lru_cache(maxsize=4096)(_compile)
_long = lru_cache(maxsize=128)(_compile)
_short_tests = lru_cache(maxsize=8192)(_compile_tests)
_long_tests = lru_cache(maxsize=128)(_compile_tests)


def compiled(text: str, names: frozenset[str] = _NO_NAMES) -> Compiled:
    """Return an expression from the cache, or read it.

    Raises:
        ExpressionError: it cannot be read; the position tells where.
    """
    if text[:1] in _TRIMMED or text[-1:] in _TRIMMED:
        text = _cut(text)
    return (_short if len(text) <= _LONG else _long)(text, names)


def compiled_tests(text: str, names: frozenset[str] = _NO_NAMES) -> CompiledTests:
    """Return the tests of a cell from the cache, or read them.

    Raises:
        ExpressionError: they cannot be read; the position tells where.
    """
    body = text.strip()
    return (_short_tests if len(body) <= _LONG else _long_tests)(body, names)


def used(tree: nodes.Node) -> tuple[set[str], set[str]]:
    """Return the variables that must be given, and the functions that are not built in."""
    return names_of(tree)
