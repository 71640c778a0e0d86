"""Evaluate a decision table: which rules match, and what its hit policy makes of them.

Source:
    DMN 1.3, 8.2.8 (hit policies), 8.2.9 (aggregation), 8.2.11 (default output).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from app.engine.dmn.errors import DecisionError
from app.engine.dmn.lookup import Lookup
from app.engine.dmn.model import Column, Matched, Output, Rule, Table
from app.engine.dmn.types import taken
from app.engine.feel.errors import ExpressionError, Unfit, shorten
from app.engine.feel.limits import Frame, Run
from app.engine.feel.operators import add
from app.engine.feel.values import equal, order, text_of

#: steps that a cell may cost beyond the budget of the expression that needs the table
_PER_CELL = 4
#: steps that a cell costs each time
_PAID = 3
#: an input that is not among its allowed values
_REFUSED = object()


def evaluate_table(table: Table, frame: Frame, lookup: Lookup | None = None) -> Any:
    """Return what a table decides; the rules that matched are noted in the run.

    Rules that contradict the hit policy and values that are not allowed make null with a warning, as the
    standard has it.

    Raises:
        DecisionError: the run is strict and a cell fails, a value is not allowed, or the rules contradict.
    """
    _pay(table, frame.run)
    values = [_input(table, column, frame) for column in table.columns]
    if _REFUSED in values:
        return None
    matched = []
    for rule in lookup.rules(table, values) if lookup else table.rules:
        if _matches(table, rule, values, frame):
            matched.append(rule)
            if table.policy == "FIRST":
                break
    if table.policy == "UNIQUE" and len(matched) > 1:
        numbers = [rule.number for rule in matched]
        named = ", ".join(map(str, numbers))
        _refuse(table, frame, f"rules {named} match at once, but the table allows one (hit policy UNIQUE)", numbers)
        _note(table, matched, frame)
        return None
    results = [(rule, _outputs(table, rule, frame)) for rule in matched]
    ordered = _POLICIES[table.policy](table, results, frame) if results else []
    _note(table, [rule for rule, _ in results] if ordered is None else [rule for rule, _ in ordered], frame)
    return None if ordered is None else _value(table, [values for _, values in ordered], frame)


def _pay(table: Table, run: Run) -> None:
    """Pay for the cells; the first time that a run needs a table, it brings what it costs once."""
    cells = len(table.rules) * max(len(table.columns), 1)
    if run.tables is None:
        run.tables = set()
    if id(table) not in run.tables:
        run.tables.add(id(table))
        run.left += _PER_CELL * cells
    run.spend(_PAID * cells)


def _note(table: Table, rules: list[Rule], frame: Frame) -> None:
    if frame.run.notes is not None:
        frame.run.notes.append(
            Matched(table.key, tuple(rule.number for rule in rules), tuple(rule.id for rule in rules))
        )


def _refuse(table: Table, frame: Frame, reason: str, rules: Sequence[int] = (), label: str | None = None) -> None:
    """Warn that the table has no answer, or raise where the run is strict."""
    where = f"{table.name}: " if label is None else f"{table.name}, {label}: "
    if frame.run.strict:
        raise DecisionError(where + reason, decision=table.key, rules=rules, column=label)
    frame.run.warn(where + reason)


Results = list[tuple[Rule, list[Any]]]


def _failed(table: Table, error: ExpressionError, rule: Rule | None, label: str) -> DecisionError:
    where = f"rule {rule.number}, {label}" if rule else label
    return DecisionError(
        f"{table.name}, {where}: {error.message}", decision=table.key,
        rules=[rule.number] if rule else [], column=label,
    )  # fmt: skip


def _input(table: Table, column: Column, frame: Frame) -> Any:
    frame.run.expression = column.expression.text
    try:
        value = taken(column.expression.code(frame), column.type, frame.run)
    except Unfit as misfit:
        _refuse(table, frame, str(misfit), (), column.label)
        return None
    except ExpressionError as error:
        raise _failed(table, error, None, column.label) from error
    if value is not None and column.allowed is not None and not column.allowed.holds(value, frame):
        reason = f"{_shown(value, frame.run)} is not among the allowed values"
        _refuse(table, frame, reason, (), column.label)
        return _REFUSED
    return value


def _matches(table: Table, rule: Rule, values: list[Any], frame: Frame) -> bool:
    at = 0
    try:
        for at, test in rule.tests:
            frame.run.expression = test.text
            if test.test(frame, values[at]) is not True:
                return False
    except ExpressionError as error:
        raise _failed(table, error, rule, table.columns[at].label) from error
    return True


def _outputs(table: Table, rule: Rule, frame: Frame) -> list[Any]:
    made = []
    for cell, output in zip(rule.outputs, table.outputs, strict=True):
        frame.run.expression = cell.text
        try:
            value = cell.code(frame)
        except ExpressionError as error:
            raise _failed(table, error, rule, output.label) from error
        if value is not None and output.allowed is not None and not output.allowed.holds(value, frame):
            reason = f"{_shown(value, frame.run)} is not among the allowed values"
            _refuse(table, frame, reason, [rule.number], f"rule {rule.number}, {output.label}")
            value = None
        made.append(value)
    return made


def _shown(value: Any, run: Run) -> str:
    try:
        return shorten(text_of(value, run.spend, inside=True), 60)
    except Unfit:
        return "the value"


def _same(left: list[Any], right: list[Any], frame: Frame) -> bool:
    return all(equal(a, b, frame.run) is True for a, b in zip(left, right, strict=True))


def _any(table: Table, results: Results, frame: Frame) -> Results | None:
    for rule, values in results[1:]:
        if not _same(results[0][1], values, frame):
            numbers = [results[0][0].number, rule.number]
            reason = f"rules {numbers[0]}, {numbers[1]} match with different outputs (hit policy ANY)"
            _refuse(table, frame, reason, numbers)
            return None
    return results


def _rank(output: Output, value: Any, frame: Frame) -> int:
    for at, wanted in enumerate(output.priorities):
        if equal(value, wanted, frame.run) is True:
            return at
    return len(output.priorities)


def _by_priority(table: Table, results: Results, frame: Frame) -> Results:
    def key(result: tuple[Rule, list[Any]]) -> tuple[int, ...]:
        return tuple(_rank(output, value, frame) for output, value in zip(table.outputs, result[1], strict=True))

    return sorted(results, key=key)


_POLICIES: dict[str, Callable[[Table, Results, Frame], Results | None]] = {
    "UNIQUE": lambda table, results, frame: results,
    "FIRST": lambda table, results, frame: results,
    "ANY": _any,
    "PRIORITY": lambda table, results, frame: _by_priority(table, results, frame)[:1],
    "OUTPUT ORDER": _by_priority,
    "RULE ORDER": lambda table, results, frame: results,
    "COLLECT": lambda table, results, frame: results,
}


def _shaped(table: Table, values: list[Any]) -> Any:
    """Return one output alone, several as a context."""
    if len(table.outputs) == 1:
        return values[0]
    return {output.name: value for output, value in zip(table.outputs, values, strict=True)}


def _value(table: Table, results: list[list[Any]], frame: Frame) -> Any:
    many = table.policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT")
    if not results and any(output.default is not None for output in table.outputs):
        default = _shaped(table, [_default(table, output, frame) for output in table.outputs])
        return [default] if many and table.aggregation is None else default
    if table.aggregation is not None:
        return _aggregate(table, [values[0] for values in results], frame)
    shaped = [_shaped(table, values) for values in results]
    if many:
        return shaped
    return shaped[0] if shaped else None


def _default(table: Table, output: Output, frame: Frame) -> Any:
    if output.default is None:
        return None
    frame.run.expression = output.default.text
    try:
        return output.default.code(frame)
    except ExpressionError as error:
        raise _failed(table, error, None, output.label) from error


def _aggregate(table: Table, values: list[Any], frame: Frame) -> Any:
    if table.aggregation == "COUNT":
        return Decimal(len(values))
    if not values:
        return None
    best = values[0]
    try:
        for value in values[1:]:
            if table.aggregation == "SUM":
                best = add(best, value, frame.run)
                continue
            found = order(value, best, frame.run)
            if found is None:
                raise Unfit("the outputs have no order")
            best = value if found == (1 if table.aggregation == "MAX" else -1) else best
    except Unfit as misfit:
        _refuse(table, frame, f"{table.aggregation} of the outputs: {misfit}")
        return None
    return best
