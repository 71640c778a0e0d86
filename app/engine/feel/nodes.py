"""The syntax tree of an expression: plain frozen records, each with its column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    #: column from 1
    pos: int


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Node):
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Path(Node):
    base: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Descent(Node):
    """`a...b`: every b at any depth below a."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Filter(Node):
    base: Node
    test: Node


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    callee: Node
    args: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True, eq=False)
class UnaryTest(Node):
    """A comparison that waits for its left side: `< 5`."""

    op: str
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Tests(Node):
    """Several tests, any of which may hold: `("a", > 5)`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ListNode(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ContextNode(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True, eq=False)
class RangeNode(Node):
    low: Node
    low_closed: bool
    high: Node
    high_closed: bool


@dataclass(frozen=True, slots=True, eq=False)
class If(Node):
    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False)
class Iteration:
    name: str
    source: Node
    #: end of `source..until`, or None where source is a list
    until: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class For(Node):
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class Quantified(Node):
    every: bool
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class FunctionNode(Node):
    params: tuple[str, ...]
    body: Node
    #: what each parameter must be, or None for anything
    types: tuple[TypeName | None, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Junction(Node):
    #: and, or
    op: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic(Node):
    """A run of operators of one rank, left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Negation(Node):
    item: Node


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True, eq=False)
class Membership(Node):
    value: Node
    test: Node


@dataclass(frozen=True, slots=True, eq=False)
class TypeName:
    name: str
    #: list<T>, range<T>; a function's parameters and result
    args: tuple[TypeName, ...] = ()
    #: context<a: T>
    fields: tuple[tuple[str, TypeName], ...] = ()
    #: asks whether a value is allowed, or None; of types that a model declares
    allowed: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class InstanceOf(Node):
    value: Node
    type: TypeName
