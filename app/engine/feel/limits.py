"""How much an expression may cost; counted, not timed, so that a replay stops at the same place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.engine.feel.errors import ExpressionError

#: characters of one expression
MAX_SOURCE = 5_000
#: words and signs of one expression
MAX_TOKENS = 2_000
#: names of several words that one expression gives to its own entries, parameters and loops
MAX_OWN_NAMES = 40
#: brackets in brackets, ifs in ifs
MAX_DEPTH = 50
#: nodes visited, items looked at, pattern steps: about half a microsecond each
MAX_STEPS = 60_000
#: functions calling functions
MAX_CALLS = 40
#: characters of a text made by an expression
MAX_TEXT = 100_000
#: items of a list made by an expression
MAX_ITEMS = 10_000
#: digits of a number literal
MAX_DIGITS = 60
#: reasons for nulls that one decision keeps
MAX_WARNINGS = 20

_NO_TYPES: Mapping[str, Any] = {}


class Run:
    """One evaluation: its clock, its host functions and what it may still spend."""

    __slots__ = ("adapted", "calls", "expression", "functions", "left", "notes", "now", "strict", "tables", "types",
                 "warnings")  # fmt: skip

    def __init__(
        self,
        expression: str,
        now: datetime | None,
        functions: Mapping[str, Callable[..., Any]],
        strict: bool,
    ) -> None:
        self.expression = expression
        self.now = now
        self.functions = functions
        self.strict = strict
        self.left = MAX_STEPS
        self.calls = 0
        #: what decision tables have matched, in order
        self.notes: list[Any] | None = None
        #: ids of the tables that have been consulted
        self.tables: set[int] | None = None
        #: why something became null, each once; None where nobody asks
        self.warnings: list[str] | None = None
        #: types that a model declares, by name
        self.types: Mapping[str, Any] = _NO_TYPES
        #: id of a list of the caller -> (that list, kept alive; its values in the language)
        self.adapted: dict[int, tuple[Any, list[Any]]] | None = None

    def spend(self, steps: int) -> None:
        """Take steps from the budget.

        Raises:
            ExpressionError: nothing is left.
        """
        self.left -= steps
        if self.left < 0:
            raise self.limit("the expression takes too many steps")

    def limit(self, reason: str) -> ExpressionError:
        """Return the error of an exceeded bound."""
        return ExpressionError(reason, code="limit", expression=self.expression)

    def fault(self, reason: str, position: int, variable: str | None = None) -> Any:
        """Make null of a misfit, or refuse it where the run is strict."""
        if self.strict:
            raise ExpressionError(reason, code="type", expression=self.expression, position=position, variable=variable)
        self.warn(reason)
        return None

    def warn(self, reason: str) -> None:
        """Note why something became null, if somebody asks."""
        if self.warnings is not None and len(self.warnings) < MAX_WARNINGS and reason not in self.warnings:
            self.warnings.append(reason)

    def text(self, value: str) -> str:
        """Let a made text pass if it is not too long, and charge for it."""
        if len(value) > MAX_TEXT:
            raise self.limit(f"a text longer than {MAX_TEXT} characters")
        self.spend(len(value) >> 6)
        return value

    def items(self, value: list[Any]) -> list[Any]:
        """Let a made list pass if it is not too long, and charge for it."""
        if len(value) > MAX_ITEMS:
            raise self.limit(f"a list longer than {MAX_ITEMS} items")
        self.spend(len(value) >> 2)
        return value


class Frame:
    """Names in scope; the inner frame hides the outer."""

    __slots__ = ("names", "parent", "raw", "run")

    def __init__(self, run: Run, names: Mapping[str, Any], parent: Frame | None, raw: bool = True) -> None:
        self.run = run
        self.names = names
        self.parent = parent
        #: the names hold plain Python values, which are adapted when they are looked up
        self.raw = raw

    def inner(self, names: Mapping[str, Any], raw: bool = False) -> Frame:
        """Return a frame inside this one, as a rule with values of the language."""
        return Frame(self.run, names, self, raw)

    def find(self, name: str) -> Frame | None:
        """Return the innermost frame that has the name."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame
            frame = frame.parent
        return None
