"""Walk a requirement graph: each decision once, each seeing what it requires.

Source:
    DMN 1.3, 10.4 (execution semantics).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.engine.dmn.errors import DecisionError
from app.engine.dmn.foreign import under_other_names
from app.engine.dmn.model import DecisionGroup, DecisionNode, InputNode, KnowledgeNode, Need
from app.engine.dmn.reader import Graph
from app.engine.dmn.types import taken
from app.engine.feel.compiled import guarded
from app.engine.feel.conforming import conform, resolve
from app.engine.feel.errors import ExpressionError, Unfit
from app.engine.feel.limits import Frame, Run
from app.engine.feel.values import Function
from app.engine.reading.words import variable_of

#: steps that a call of a business knowledge model costs beside its logic
_CALL = 10
#: errors that are no null: bounds, and a clock that is not there
_HARD = frozenset(("limit", "clock"))


class Evaluation:
    """One evaluation of a graph: what was given, and what was decided so far."""

    def __init__(self, graph: Graph, run: Run, given: Mapping[str, Any], preset: Mapping[str, Any] | None = None):
        self.graph = graph
        self.run = run
        #: variables that the file does not declare: a case has many
        self.outer = Frame(run, given, None)
        self.values: dict[str, Any] = dict(preset or {})
        self.functions: dict[str, dict[str, Any]] = {}

    def take(self, given: Mapping[str, Any], key: str) -> None:
        """Take the inputs that the file declares; one that is not given is null, as the standard has it."""
        needed = {need.key for node in self.graph.in_order(key) for need in node.needs}
        for node in self.graph.inputs_by_key.values():
            space = self.graph.imports.get(node.id.rpartition("#")[0], "")
            imported = given.get(space)
            source = imported if isinstance(imported, Mapping) and node.name in imported else given
            # a name of several words is a variable of the case under the name that such a variable has
            name = node.name if node.name in source or node.name.isidentifier() else variable_of(node.name)
            if name not in source and self.run.strict:
                continue
            if name not in source and node.id in needed:
                self.run.warn(f"{node.name} is not given")
            self.values[node.id] = self.as_declared(source.get(name), node)
        for decision in self.graph.decisions.values():
            if decision.given and decision.name in given and not decision.home:
                stand_in = InputNode(decision.id, decision.name, decision.type)
                self.values[decision.id] = self.as_declared(given[decision.name], stand_in)

    def as_declared(self, value: Any, node: InputNode) -> Any:
        """Return an input as a value of its declared type, or null.

        Raises:
            DecisionError: the run is strict and it is of another type.
        """
        try:
            return taken(value, node.type, self.run)
        except (Unfit, ExpressionError) as misfit:
            if getattr(misfit, "code", "") in _HARD:
                raise
            allowed = getattr(node.type, "name", "")
            reason = f"{node.name}: {misfit} or not among the allowed values of {allowed}"
            if self.run.strict:
                raise DecisionError(reason) from misfit
            self.run.warn(reason)
            return None

    def decide(self, key: str) -> Any:
        """Return the value of a decision, after those that it needs.

        Raises:
            DecisionError: a bound is exceeded, or the run is strict and a value does not fit.
        """
        for node in self.graph.in_order(key, self.values):
            self.values[node.id] = self._made(node)
        return self.values[key]

    def _made(self, node: DecisionNode) -> Any:
        frame = Frame(self.run, self.visible(node.needs, node.home), self.outer, raw=False)
        try:
            value = guarded(node.box, frame)
            return value if node.type is None else conform(value, node.type, self.run)
        except DecisionError as error:
            if self.run.strict or getattr(error.__cause__, "code", "") in _HARD:
                raise
            self.run.warn(error.message)
        except (ExpressionError, Unfit) as error:
            if self.run.strict or getattr(error, "code", "") in _HARD:
                raise DecisionError(f"{node.name}: {error}", decision=node.id) from error
            self.run.warn(f"{node.name}: {error}")
        return None

    def visible(self, needs: tuple[Need, ...], home: str) -> dict[str, Any]:
        """Return the names that a decision sees: what it requires, and the functions of its file."""
        names: dict[str, Any] = dict(self.functions_of(home))
        if not any(need.kind == "input" for need in needs):
            # editors of tables often draw no input data: then all of the file's are seen
            names.update((node.name, self.values[node.id]) for node in self._inputs(home) if node.id in self.values)
        for need in needs:
            name, value = self._found(need, home)
            if need.prefix:
                names[need.prefix] = {**names.get(need.prefix, {}), name: value}
            elif name:
                names[name] = value
        for need in needs:
            # after all names that the standard gives, which these never hide
            made = self.graph.decisions.get(need.key) if need.kind == "decision" and not need.prefix else None
            if made is not None and made.also:
                for name, value in under_other_names(made, self.values.get(need.key)):
                    names.setdefault(name, value)
        return names

    def _inputs(self, home: str) -> Iterable[InputNode]:
        return (node for key, node in self.graph.inputs_by_key.items() if key.rpartition("#")[0] == home)

    def _found(self, need: Need, home: str) -> tuple[str, Any]:
        if need.kind == "knowledge":
            function = self.graph.functions.get(need.key)
            if function is None:
                return "", None
            return function.name, self.functions_of(function.home)[function.name]
        node = self.graph.inputs_by_key.get(need.key) or self.graph.decisions.get(need.key)
        if node is None or (need.key not in self.values and self.run.strict):
            return "", None
        return node.name, self.values.get(need.key)

    def functions_of(self, home: str) -> dict[str, Any]:
        """Return the business knowledge models and decision services of one file, as functions."""
        found = self.functions.get(home)
        if found is None:
            found = self.functions[home] = {}
            frame = Frame(self.run, found, self.outer, raw=False)
            for node in self.graph.functions.values():
                if node.home == home:
                    found[node.name] = self._function(node, frame)
            for node in self.graph.functions.values():
                if node.home == home and isinstance(node, KnowledgeNode):
                    self._through_imports(node, found)
        return found

    def _through_imports(self, node: KnowledgeNode, found: dict[str, Any]) -> None:
        for need in node.needs:
            if need.prefix:
                name, value = self._found(need, node.home)
                found[need.prefix] = {**found.get(need.prefix, {}), name: value}

    def _function(self, node: KnowledgeNode | DecisionGroup, frame: Frame) -> Function:
        types = node.types if any(node.types) else ()
        result = resolve(node.result, self.run) if node.result is not None else None
        if result is not None and result.name == "function":
            # the variable may have the type of the whole function
            result = result.args[-1] if result.args else None
        if isinstance(node, KnowledgeNode):
            return Function(node.params, node.body, frame, _CALL, types, result)
        names = tuple(name for _, name in node.params)
        return Function(names, lambda inner: self._called(node, inner.names), frame, _CALL, types, result)

    def _called(self, node: DecisionGroup, given: Mapping[str, Any]) -> Any:
        """Decide what a decision service answers, from what it is given and nothing else."""
        preset = {key: given[name] for key, name in node.params}
        inside = Evaluation(self.graph, self.run, self.outer.names, preset)
        known = [key for key in node.outputs if key in self.graph.decisions]
        found = {self.graph.decisions[key].name: inside.decide(key) for key in known}
        return next(iter(found.values()), None) if len(node.outputs) == 1 else found
