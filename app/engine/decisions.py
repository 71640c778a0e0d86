"""Decisions: load a DMN file once, decide with it for any number of cases.

Source:
    DMN 1.3; ADR 0004.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.engine.dmn.errors import DecisionError, DecisionNotFound, InvalidDecision
from app.engine.dmn.graph import Graph
from app.engine.dmn.model import DecisionGroup, DecisionNode, Finding, InputNode, KnowledgeNode, Matched
from app.engine.dmn.reader import read_graph
from app.engine.dmn.scopes import Evaluation
from app.engine.feel.errors import ExpressionError, Unfit
from app.engine.feel.functions import invoke
from app.engine.feel.limits import Run
from app.engine.feel.storing import measure, normalise
from app.engine.reading import key_of

__all__ = [
    "Decision", "DecisionError", "DecisionModel", "DecisionNotFound", "Finding", "InvalidDecision", "Matched",
    "findings", "load_dmn",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, and by which rules: a fact of the case."""

    #: id of the decision
    key: str
    #: plain JSON value: one output alone, several as {name: value}, lists for collecting policies
    outputs: Any
    #: numbers from 1 of the rules of the decision's own table
    matched: tuple[int, ...]
    rule_ids: tuple[str, ...]
    #: every table that was consulted on the way, in order
    tables: tuple[Matched, ...]
    #: why something on the way became null: a contradiction of rules, a wrong type, an input that is missing
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """The decisions of one file; immutable, shared between threads."""

    graph: Graph

    @property
    def keys(self) -> tuple[str, ...]:
        """Ids of the decisions, in the order of the file."""
        return tuple(key for key, node in self.graph.decisions.items() if not node.home)

    def requires(self, key: str) -> tuple[str, ...]:
        """Return the ids of the decisions that a decision needs, itself last.

        Raises:
            DecisionNotFound: there is no such id or name.
        """
        return tuple(node.id for node in self.graph.in_order(self.meant(key).id))

    def decide(
        self,
        key: str,
        inputs: Mapping[str, Any],
        *,
        now: datetime | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        strict: bool = False,
    ) -> Decision:
        """Make a decision, call a decision service or a business knowledge model.

        A value that does not fit, an input that is not given and rules that contradict the hit policy make
        null, as the standard has it; the warnings say so.

        Args:
            key: id or name of the decision, the decision service or the business knowledge model.
            inputs: values by the names of the file's inputs; other variables of the case may be there.
            now: what `now()` and `today()` answer.
            strict: refuse by name what would make null.

        Raises:
            DecisionNotFound: there is no such id or name.
            DecisionError: a bound is exceeded, the clock is asked and not there, or the run is strict and
                something does not fit.
        """
        found = self._find(key)
        run = Run("", now, functions or {}, strict)
        run.notes, run.warnings, run.types = [], [], self.graph.types
        known = self.graph.own_names
        given = {name: value for name, value in inputs.items() if name not in known}
        evaluation = Evaluation(self.graph, run, given)
        try:
            if isinstance(found, DecisionNode):
                evaluation.take(inputs, found.id)
                value = evaluation.decide(found.id)
            else:
                value = _called(found, inputs, evaluation)
            outputs = normalise(measure(value, run))
        except (ExpressionError, Unfit) as error:
            raise DecisionError(f"{found.name}: {error}", decision=found.id) from error
        own = [note for note in run.notes if note.key == found.id]
        return Decision(
            found.id, outputs, tuple(number for note in own for number in note.rules),
            tuple(rule for note in own for rule in note.rule_ids), tuple(run.notes), tuple(run.warnings),
        )  # fmt: skip

    def output_name(self, key: str) -> str:
        """Return what the decision's single output is called in its table; empty where it has none or several.

        Raises:
            DecisionNotFound: there is no such id or name.
        """
        return self.meant(key).output

    def meant(self, key: str) -> DecisionNode:
        """Return the decision that a key means: by its id, its name, or the key that is made of one of them.

        Raises:
            DecisionNotFound: there is none.
        """
        found = self._find(key)
        if not isinstance(found, DecisionNode):
            raise DecisionNotFound(f"{key} is no decision")
        return found

    def _find(self, key: str) -> DecisionNode | DecisionGroup | KnowledgeNode:
        nodes: dict[str, DecisionNode | DecisionGroup | KnowledgeNode] = {
            **self.graph.functions, **self.graph.decisions,
        }  # fmt: skip
        found = nodes.get(key)
        if found is None:
            named = (node for node in (*self.graph.decisions.values(), *self.graph.functions.values()) if not node.home)
            wanted = " ".join(key.split())
            found = next((node for node in named if node.name == wanted), None)
        if found is None:
            # a decision of another tool goes by the key that was made of its id, else of its name
            own = [node for node in self.graph.decisions.values() if not node.home]
            found = next((node for node in own if key_of(node.id) == key), None)
            found = found or next((node for node in own if key_of(node.name) == key), None)
        if found is None:
            raise DecisionNotFound(f"there is no decision {key} in the file")
        return found


def _called(node: DecisionGroup | KnowledgeNode, inputs: Mapping[str, Any], evaluation: Evaluation) -> Any:
    """Call a function of the file with its parameters by name; one that is not given is null."""
    run = evaluation.run
    function = evaluation.functions_of(node.home)[node.name]
    args = [
        evaluation.as_declared(inputs.get(name), InputNode(name, name, wanted))
        for name, wanted in zip(function.params, function.types or (None,) * len(function.params), strict=True)
    ]
    try:
        return invoke(function, args, {}, run)
    except Unfit as misfit:
        return run.fault(f"{node.name}: {misfit}", 1)


def load_dmn(content: bytes, *, functions: Iterable[str] = (), others: Iterable[bytes] = ()) -> DecisionModel:
    """Read and compile a DMN file.

    Args:
        content: XML, DMN 1.1 to 1.6.
        functions: names of the host's functions that cells may call.
        others: files that this one may import.

    Raises:
        InvalidDecision: the file cannot be used, with every finding. Soft findings, such as an expression
            that cannot be read, do not refuse the file: the decision that needs it is null with a warning, or
            an error where it is made strictly. `findings` tells them all, and deployment refuses them all.
    """
    graph = read_graph(content, functions, others)
    if any(finding.severity == "error" and not finding.soft for finding in graph.findings):
        raise InvalidDecision(graph.findings)
    return DecisionModel(graph)


def findings(content: bytes, *, functions: Iterable[str] = (), others: Iterable[bytes] = ()) -> list[Finding]:
    """Return what is wrong with a DMN file, without refusing it; deployment refuses every error."""
    return list(read_graph(content, functions, others).findings)
