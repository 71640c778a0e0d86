"""Decisions: load a DMN file once, decide with it for any number of cases.

Source:
    DMN 1.3; ADR 0004.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.engine.dmn.errors import DecisionError, DecisionNotFound, InvalidDecision
from app.engine.dmn.model import DecisionNode, Finding, InputNode, ItemType, Matched
from app.engine.dmn.reader import Graph, read_graph
from app.engine.dmn.types import typed
from app.engine.feel.compiled import guarded
from app.engine.feel.errors import ExpressionError, Unfit
from app.engine.feel.limits import Frame, Run
from app.engine.feel.storing import measure, normalise
from app.engine.feel.values import Function, adapt

__all__ = [
    "Decision", "DecisionError", "DecisionModel", "DecisionNotFound", "Finding", "InvalidDecision", "Matched",
    "findings", "load_dmn",
]  # fmt: skip

#: steps that a call of a business knowledge model costs beside its logic
_CALL = 10


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


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """The decisions of one file; immutable, shared between threads."""

    graph: Graph

    @property
    def keys(self) -> tuple[str, ...]:
        """Ids of the decisions, in the order of the file."""
        return tuple(self.graph.decisions)

    def requires(self, key: str) -> tuple[str, ...]:
        """Return the ids of the decisions that a decision needs, itself last.

        Raises:
            DecisionNotFound: there is no such id or name.
        """
        return tuple(node.id for node in self._in_order(self._find(key)))

    def decide(
        self,
        key: str,
        inputs: Mapping[str, Any],
        *,
        now: datetime | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        strict: bool = False,
    ) -> Decision:
        """Make a decision.

        Args:
            key: id or name of the decision.
            inputs: values by the names of the file's inputs; other variables of the case may be there.
            now: what `now()` and `today()` answer.
            strict: refuse an unknown variable or a misfit type by name, instead of null.

        Raises:
            DecisionNotFound: there is no such id or name.
            DecisionError: the rules contradict the hit policy, a value is not allowed, or a cell fails.
        """
        wanted = self._find(key)
        run = Run("", now, functions or {}, strict)
        names = dict(inputs)
        frame = Frame(run, names, None)
        for model in self.graph.knowledge:
            names[model.name] = Function(model.params, model.body, frame, _CALL)
        value: Any = None
        node = wanted
        try:
            self._take_inputs(names, frame)
            for node in self._in_order(wanted):
                value = names[node.name] = guarded(node.box, frame)
            outputs = normalise(measure(value, run))
        except (ExpressionError, Unfit) as error:
            raise DecisionError(f"{node.name}: {error}", decision=node.id) from error
        own = [note for note in run.notes if note.key == wanted.id]
        return Decision(
            wanted.id, outputs, tuple(number for note in own for number in note.rules),
            tuple(rule for note in own for rule in note.rule_ids), tuple(run.notes),
        )  # fmt: skip

    def output_name(self, key: str) -> str:
        """Return what the decision's single output is called in its table; empty where it has none or several.

        Raises:
            DecisionNotFound: there is no such id or name.
        """
        return self._find(key).output

    def _find(self, key: str) -> DecisionNode:
        found = self.graph.decisions.get(key)
        if found is None:
            found = next((node for node in self.graph.decisions.values() if node.name == key), None)
        if found is None:
            raise DecisionNotFound(f"there is no decision {key} in the file")
        return found

    def _in_order(self, wanted: DecisionNode) -> Iterator[DecisionNode]:
        """Yield what a decision needs before the decision, each once."""
        done: set[str] = set()
        waiting: list[tuple[DecisionNode, bool]] = [(wanted, False)]
        while waiting:
            node, ready = waiting.pop()
            if node.id in done:
                continue
            if ready:
                done.add(node.id)
                yield node
                continue
            waiting.append((node, True))
            waiting.extend((self.graph.decisions[key], False) for key in reversed(node.requires))

    def _take_inputs(self, names: dict[str, Any], frame: Frame) -> None:
        for node in self.graph.inputs:
            if node.name in names:
                names[node.name] = self._typed_input(node, adapt(names[node.name], frame.run), frame)
            elif not frame.run.strict:
                # the standard takes an input that is not given as null
                names[node.name] = None

    def _typed_input(self, node: InputNode, value: Any, frame: Frame) -> Any:
        declared = self.graph.types.get(node.type_ref or "")
        if declared is None:
            return typed(value, node.type_ref)
        if declared.is_list:
            items = value if isinstance(value, list) else []
            return [_one(node, declared, item, frame) for item in items] if items else value
        return _one(node, declared, value, frame)


def _one(node: InputNode, declared: ItemType, value: Any, frame: Frame) -> Any:
    made = typed(value, declared.base)
    if made is not None and declared.allowed is not None and not declared.allowed.holds(made, frame):
        raise DecisionError(f"{node.name} is not among the allowed values of {node.type_ref}")
    return made


def load_dmn(content: bytes, *, functions: Iterable[str] = ()) -> DecisionModel:
    """Read and compile a DMN file.

    Args:
        content: XML, DMN 1.1 to 1.5.
        functions: names of the host's functions that cells may call.

    Raises:
        InvalidDecision: with every finding; an unreadable cell is named by table, rule and column.
    """
    graph = read_graph(content, functions)
    if any(finding.severity == "error" for finding in graph.findings):
        raise InvalidDecision(graph.findings)
    return DecisionModel(graph)


def findings(content: bytes, *, functions: Iterable[str] = ()) -> list[Finding]:
    """Return what is wrong with a DMN file, without refusing it."""
    return list(read_graph(content, functions).findings)
