"""Which variables and functions an expression uses, for checks at deployment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.feel import nodes as n
from app.engine.feel.builtins import BUILTINS


def _children(part: Any) -> Iterator[n.Node]:
    """Yield the nodes directly below a node, through the tuples in which they are kept."""
    if isinstance(part, tuple):
        for item in part:
            if isinstance(item, n.Node):
                yield item
            else:
                yield from _children(item)
    elif isinstance(part, n.Node):
        yield from _children(tuple(getattr(part, slot) for slot in part.__dataclass_fields__))


class _Walk:
    """One walk over a tree; `bound` are the names that the expression itself gives a value."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.functions: set[str] = set()

    def visit(self, node: n.Node, bound: frozenset[str]) -> None:
        """Collect the names of a node and of what it contains."""
        if isinstance(node, n.Name):
            if node.name not in bound and node.name != "?":
                self.variables.add(node.name)
        elif isinstance(node, n.Call):
            self.call(node, bound)
        elif isinstance(node, n.Filter):
            self.visit(node.base, bound)
            inside = _Walk()
            inside.visit(node.test, bound)
            # names in a filter may be entries of the items: only functions can be told
            self.functions |= inside.functions
        elif isinstance(node, n.For | n.Quantified):
            self.loop(node, bound)
        elif isinstance(node, n.FunctionNode):
            self.visit(node.body, bound | set(node.params))
        elif isinstance(node, n.ContextNode):
            for key, value in node.entries:
                self.visit(value, bound)
                bound |= {key}
        else:
            for child in _children(node):
                self.visit(child, bound)

    def call(self, node: n.Call, bound: frozenset[str]) -> None:
        """Collect a function's name, and the names of its arguments."""
        if isinstance(node.callee, n.Name):
            if node.callee.name not in bound:
                self.functions.add(node.callee.name)
        else:
            self.visit(node.callee, bound)
        for item in (*node.args, *(value for _, value in node.named)):
            self.visit(item, bound)

    def loop(self, node: n.For | n.Quantified, bound: frozenset[str]) -> None:
        """Collect from the sources, each of which sees the loop variables before it."""
        if isinstance(node, n.For):
            bound |= {"partial"}
        for iteration in node.iterations:
            self.visit(iteration.source, bound)
            if iteration.until is not None:
                self.visit(iteration.until, bound)
            bound |= {iteration.name}
        self.visit(node.body, bound)


#: compiled apart from the built-ins, because they look at a variable that may not exist
SPECIAL = frozenset(("is defined", "get or else"))


def names_of(tree: n.Node) -> tuple[set[str], set[str]]:
    """Return the variables that must be given, and the functions that are not built in."""
    walk = _Walk()
    walk.visit(tree, frozenset())
    return walk.variables, walk.functions - set(BUILTINS) - SPECIAL
