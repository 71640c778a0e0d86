"""One reading of a DMN file: where it is, what is declared, what was found wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from app.engine.dmn.model import Finding
from app.engine.feel import nodes as n
from app.engine.feel.compiled import Compiled, CompiledTests, compiled, compiled_tests
from app.engine.feel.compiler import Code
from app.engine.feel.errors import ExpressionError
from app.engine.feel.limits import Frame
from app.engine.feel.names import names_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reader is: which node of the graph, and in its table which cell."""

    key: str
    name: str
    element: str | None = None
    row: int | None = None
    column: str | None = None


#: what is null where it stands, as the standard has it; other unreadable parts make the whole decision null
NULL = frozenset(("literal", "twice", "unknown-function", "empty"))


_AT = re.compile(r'@\s*"(?:[^"\\]|\\.)*"')


def _null_because(reason: str) -> Code:
    return lambda frame: frame.run.fault(reason, 1)


def broken(reason: str) -> Code:
    """Return the code of what cannot be read: who evaluates it gets no value, never half of one."""

    def run(frame: Frame) -> Any:
        raise ExpressionError(reason, code="broken")

    return run


def _without_literal(error: ExpressionError) -> str:
    """Return the expression with null in place of a bad @-literal, as the standard has it; empty without one."""
    if error.code != "literal" or not error.position:
        return ""
    before, rest = error.expression[: error.position - 1], error.expression[error.position - 1 :]
    return before + _AT.sub("null", rest, count=1) if before or _AT.fullmatch(rest) is None else ""


class Reading:
    """One reading of a file: the declared names, and what was found wrong so far."""

    def __init__(self, names: frozenset[str], functions: frozenset[str]) -> None:
        self.names = names
        #: functions that a cell may call beyond the built-in ones, or None to leave that open
        self.functions = functions
        self.findings: list[Finding] = []
        self.depth = 0

    def find(self, message: str, place: Place, severity: str = "error", soft: bool = False) -> None:
        """Note something wrong."""
        self.findings.append(Finding(severity, message, place.element, place.name, place.row, place.column, soft))

    def expression(self, source: str, place: Place) -> Compiled:
        """Compile an expression; a bad one becomes a finding, and the decision null."""
        try:
            made = compiled(source, self.names)
            self._check_functions(made, place)
            return made
        except ExpressionError as error:
            self.find(str(error), place, soft=True)
            rest = _without_literal(error)
            if rest:
                return self.expression(rest, place)
            code = _null_because(error.message) if error.code in NULL else broken(error.message)
            return Compiled("null", n.Literal(1, None), code)

    def tests(self, source: str, place: Place) -> CompiledTests:
        """Compile the tests of a cell; bad ones become a finding, and the decision null."""
        try:
            made = compiled_tests(source, self.names)
            self._check_functions(made, place)
            return made
        except ExpressionError as error:
            self.find(str(error), place, soft=True)
            code = broken(error.message)
            return CompiledTests(source, n.Literal(1, None), lambda frame, value: code(frame))

    def _check_functions(self, made: Compiled | CompiledTests, place: Place) -> None:
        for name in sorted(names_of(made.tree)[1] - self.functions - {"not"}):
            self.find(f"there is no function {name} in: {made.text[:120]}", place, soft=True)
