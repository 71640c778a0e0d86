"""The requirement graph of a file: its nodes, their order, and what is wrong with how they hang together."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from app.engine.dmn.model import DecisionGroup, DecisionNode, Finding, InputNode, KnowledgeNode
from app.engine.dmn.reading import Place, Reading
from app.engine.feel.nodes import TypeName


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of a file by their ids, those of imported files by `namespace#id`."""

    name: str
    namespace: str
    inputs_by_key: Mapping[str, InputNode]
    decisions: Mapping[str, DecisionNode]
    #: business knowledge models and decision services
    functions: Mapping[str, KnowledgeNode | DecisionGroup]
    types: Mapping[str, TypeName]
    #: namespaces of the imported files, and the names under which they are seen
    imports: Mapping[str, str]
    findings: tuple[Finding, ...]
    #: names that the file gives a meaning, which a case's variables cannot change
    own_names: frozenset[str] = frozenset()

    @property
    def inputs(self) -> tuple[InputNode, ...]:
        """Return the input data of the file itself."""
        return tuple(node for key, node in self.inputs_by_key.items() if "#" not in key)

    def in_order(self, key: str, done: Container[str] = frozenset()) -> Iterator[DecisionNode]:
        """Yield what a decision needs before the decision, each once and none that is done."""
        seen: set[str] = set()
        waiting: list[tuple[str, bool]] = [(key, False)]
        while waiting:
            name, ready = waiting.pop()
            if name in done or name in seen or name not in self.decisions:
                continue
            if ready:
                seen.add(name)
                yield self.decisions[name]
                continue
            waiting.append((name, True))
            waiting.extend((need, False) for need in reversed(self.decisions[name].requires))


def own_names(graph: Graph) -> frozenset[str]:
    """Return the names of the nodes of the file itself."""
    return frozenset(
        node.name
        for nodes in (graph.inputs_by_key, graph.decisions, graph.functions)
        for key, node in nodes.items()
        if "#" not in key
    )


def check_ids(decisions: list[DecisionNode], reading: Reading) -> None:
    """Find decisions that cannot be told apart."""
    for label, values in (("id", [d.id for d in decisions]), ("name", [d.name for d in decisions])):
        for twice in sorted({value for value in values if values.count(value) > 1}):
            reading.find(f"two decisions have the {label} {twice}", Place(twice, twice, twice))


def check_requirements(graph: Graph, reading: Reading) -> None:
    """Find requirements of nodes that are not there, and decisions that require themselves."""
    known = {
        "input": set(graph.inputs_by_key), "decision": set(graph.decisions), "knowledge": set(graph.functions),
    }  # fmt: skip
    for node in (*graph.decisions.values(), *graph.functions.values()):
        place = Place("", node.name, node.id)
        if isinstance(node, DecisionGroup):
            missing = [f"it answers {key}" for key in node.outputs if key not in known["decision"]]
        else:
            missing = [f"it requires {need.key}" for need in node.needs if need.key not in known[need.kind]]
        for what in missing:
            reading.find(f"{what}, which is not in the file", place, soft=True)
    for decision in graph.decisions.values():
        if _reaches_itself(decision, graph.decisions):
            reading.find("the decision requires itself", Place(decision.id, decision.name, decision.id))


def _reaches_itself(node: DecisionNode, decisions: Mapping[str, DecisionNode]) -> bool:
    seen: set[str] = set()
    waiting = list(node.requires)
    while waiting:
        key = waiting.pop()
        if key == node.id:
            return True
        if key not in seen and key in decisions:
            seen.add(key)
            waiting.extend(decisions[key].requires)
    return False
