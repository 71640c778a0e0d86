"""When one type conforms to another, and what can be told of a function's result before it is called.

Source:
    DMN 1.3, 10.3.2.9.1 and 10.3.2.9.2: parameters are contravariant, results covariant.
"""

from __future__ import annotations

from collections.abc import Callable

from app.engine.feel import nodes as n
from app.engine.feel.limits import MAX_DEPTH, Run
from app.engine.feel.values import kind

Resolve = Callable[[n.TypeName, Run], n.TypeName | None]

#: a type of which nothing is known: it conforms to every other
UNKNOWN = n.TypeName("")
_ANY = n.TypeName("any")
_TRUTHS = (n.Comparison, n.Between, n.InstanceOf, n.Quantified)


def inferred(node: n.Node) -> n.TypeName:
    """Return the type of an expression as far as its text tells it."""
    if isinstance(node, n.Literal):
        return UNKNOWN if node.value is None else n.TypeName(kind(node.value))
    if isinstance(node, n.ContextNode):
        return n.TypeName("context", fields=tuple((key, inferred(item)) for key, item in node.entries))
    if isinstance(node, n.ListNode):
        found = [inferred(item) for item in node.items]
        alike = found and all(item.name == found[0].name and not (item.args or item.fields) for item in found)
        return n.TypeName("list", (found[0] if alike else UNKNOWN,))
    if isinstance(node, n.FunctionNode):
        return n.TypeName("function", (*(item or _ANY for item in node.types), inferred(node.body)))
    return n.TypeName("boolean") if isinstance(node, _TRUTHS) else UNKNOWN


class Conformance:
    """Compare types of one evaluation; `resolve` looks up what its model declares."""

    def __init__(self, run: Run, resolve: Resolve) -> None:
        self.run = run
        self.resolve = resolve

    def holds(self, given: n.TypeName, wanted: n.TypeName, depth: int = 0) -> bool:
        """Tell whether each value of the given type is one of the wanted type."""
        self.run.spend(1)
        given_as = self.resolve(given, self.run) if given.name else given
        wanted_as = self.resolve(wanted, self.run) if wanted.name else wanted
        if given_as is None or wanted_as is None or depth > MAX_DEPTH:
            return given.name == wanted.name
        if not given_as.name or wanted_as.name in ("", "any"):
            return True
        return given_as.name == wanted_as.name and self._parts_hold(given_as, wanted_as, depth + 1)

    def _parts_hold(self, given: n.TypeName, wanted: n.TypeName, depth: int) -> bool:
        if wanted.name == "context":
            has = dict(given.fields)
            return all(name in has and self.holds(has[name], inner, depth) for name, inner in wanted.fields)
        if not wanted.args:
            return True
        if wanted.name != "function":
            return self.holds((given.args or (_ANY,))[0], wanted.args[0], depth)
        return not given.args or self.functions_hold(given.args, wanted.args, depth)

    def functions_hold(self, given: tuple[n.TypeName, ...], wanted: tuple[n.TypeName, ...], depth: int = 0) -> bool:
        """Compare two functions by their parameters and, last, their result."""
        return (
            len(given) == len(wanted)
            and all(self.holds(asked, taken, depth) for taken, asked in zip(given[:-1], wanted[:-1], strict=True))
            and self.holds(given[-1], wanted[-1], depth)
        )
