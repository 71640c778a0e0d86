"""What a DMN file says, read and compiled: immutable, shared between cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.engine.feel.compiled import Compiled, CompiledTests
from app.engine.feel.limits import Frame
from app.engine.feel.nodes import TypeName

#: a boxed expression, ready to run
Box = Callable[[Frame], Any]

HIT_POLICIES = ("UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a DMN file that a designer must look at."""

    #: error: the file cannot be used; warning: it can
    severity: str
    #: what is wrong, one line
    message: str
    #: id of the XML element, or None
    element: str | None = None
    #: name of the decision or the business knowledge model
    decision: str | None = None
    #: rule number from 1
    row: int | None = None
    #: label of the column
    column: str | None = None
    #: one expression only: refused when it is deployed, but the file's other decisions can be made
    soft: bool = False

    def __str__(self) -> str:
        parts = [self.decision, f"rule {self.row}" if self.row else None, self.column]
        where = ", ".join(part for part in parts if part)
        return f"{where}: {self.message}" if where else self.message


@dataclass(frozen=True, slots=True)
class Matched:
    """The rules of one table that matched in one evaluation."""

    #: id of the decision or the business knowledge model that has the table
    key: str
    #: rule numbers from 1
    rules: tuple[int, ...]
    rule_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    expression: Compiled
    type: TypeName | None
    #: the column's allowed values, or None
    allowed: CompiledTests | None


@dataclass(frozen=True, slots=True)
class Output:
    #: entry of the result; empty where the table has one output
    name: str
    label: str
    allowed: CompiledTests | None
    #: the allowed values in the order of their priority
    priorities: tuple[Any, ...]
    default: Compiled | None


@dataclass(frozen=True, slots=True)
class Rule:
    #: from 1
    number: int
    id: str
    #: (number of the column from 0, its tests); a cell that any value passes is left out
    tests: tuple[tuple[int, CompiledTests], ...]
    outputs: tuple[Compiled, ...]


@dataclass(frozen=True, slots=True)
class Table:
    #: id of the decision or the business knowledge model that has it
    key: str
    name: str
    policy: str
    aggregation: str | None
    columns: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """What a node may look at: another node of the graph."""

    #: input, decision, knowledge
    kind: str
    #: key of the node
    key: str
    #: name of the import through which it is seen; empty for a node of the same file
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class InputNode:
    id: str
    name: str
    type: TypeName | None


@dataclass(frozen=True, slots=True)
class DecisionNode:
    id: str
    name: str
    #: what the single output of its table is called; empty for several outputs and other logic
    output: str
    box: Box
    needs: tuple[Need, ...]
    type: TypeName | None = None
    #: namespace of the imported file that it stands in; empty for the file itself
    home: str = ""
    #: it has no logic: who decides may give its value, as that of an input
    given: bool = False
    #: what other tools call its result beside its name: its id, the outputs of its table
    also: tuple[str, ...] = ()

    @property
    def requires(self) -> tuple[str, ...]:
        """Return the ids of the decisions that it needs."""
        return tuple(need.key for need in self.needs if need.kind == "decision")


@dataclass(frozen=True, slots=True)
class KnowledgeNode:
    """A business knowledge model: a function of the file."""

    id: str
    name: str
    params: tuple[str, ...]
    body: Box
    types: tuple[TypeName | None, ...] = ()
    result: TypeName | None = None
    needs: tuple[Need, ...] = ()
    home: str = ""


@dataclass(frozen=True, slots=True)
class DecisionGroup:
    """Some decisions of the file that are called together, as a function."""

    id: str
    name: str
    #: ids of the decisions that it answers
    outputs: tuple[str, ...]
    #: (id, name) of the input data and decisions that the caller gives
    params: tuple[tuple[str, str], ...]
    types: tuple[TypeName | None, ...] = ()
    result: TypeName | None = None
    home: str = ""
