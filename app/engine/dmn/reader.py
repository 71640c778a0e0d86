"""Read a DMN file into its requirement graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from app.engine.dmn import xml
from app.engine.dmn.boxes import logic_of, params_of, read_box
from app.engine.dmn.model import DecisionNode, Finding, InputNode, ItemType, KnowledgeNode
from app.engine.dmn.reading import Place, Reading
from app.engine.feel.compiled import declared

MAX_NODES = 200


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of a file by their ids, and what was found wrong with them."""

    name: str
    inputs: tuple[InputNode, ...]
    decisions: Mapping[str, DecisionNode]
    knowledge: tuple[KnowledgeNode, ...]
    types: Mapping[str, ItemType]
    findings: tuple[Finding, ...]


def read_graph(content: bytes, functions: Iterable[str] = ()) -> Graph:
    """Return the graph of a file, with findings where it is wrong.

    Args:
        functions: names of the host's functions that cells may call.
    """
    try:
        root = xml.parse(content)
    except xml.Unreadable as error:
        return Graph("", (), {}, (), {}, (error.finding,))
    knowledge = list(xml.children(root, "businessKnowledgeModel"))
    known = {_name(item) for item in knowledge} | set(functions)
    names = tuple(_all_names(root))
    reading = Reading(declared(names), frozenset(known | _local_functions(root)))
    whole = Place("", xml.attribute(root, "name"))
    for foreign in xml.children(root, "import"):
        reading.find(f"imports are not supported: {xml.attribute(foreign, 'namespace')}", whole)
    elements = list(xml.children(root, "decision"))
    if not elements:
        reading.find("the file has no decision", whole)
    if len(elements) + len(knowledge) > MAX_NODES:
        reading.find(f"the file has more than {MAX_NODES} decisions", whole)
        elements = knowledge = []
    decisions = [_decision(item, reading) for item in elements]
    _check_ids(decisions, reading)
    graph = Graph(
        xml.attribute(root, "name"), tuple(map(_input, xml.children(root, "inputData"))),
        {node.id: node for node in decisions}, tuple(_knowledge(item, reading) for item in knowledge),
        dict(_types(root, reading)), (),
    )  # fmt: skip
    _check_requirements(graph, elements, knowledge, reading)
    return Graph(graph.name, graph.inputs, graph.decisions, graph.knowledge, graph.types, tuple(reading.findings))


def _name(element: etree._Element) -> str:
    """Return the name under which expressions see a node: that of its variable, else its own."""
    variable = xml.child(element, "variable")
    name = xml.attribute(variable, "name") if variable is not None else ""
    return name or xml.attribute(element, "name") or str(element.get("id") or "")


def _all_names(root: etree._Element) -> Iterable[str]:
    for element in root.iter(etree.Element):
        if xml.local(element) in (
            "inputData", "decision", "businessKnowledgeModel", "variable", "itemComponent",
            "formalParameter", "output", "column", "informationItem",
        ):  # fmt: skip
            yield xml.attribute(element, "name")


def _local_functions(root: etree._Element) -> set[str]:
    """Return names that may hold functions: entries of contexts, and parameters."""
    found = set()
    for element in root.iter(etree.Element):
        if xml.local(element) in ("contextEntry", "encapsulatedLogic", "functionDefinition"):
            for item in xml.children(element, "variable", "formalParameter"):
                found.add(xml.attribute(item, "name"))
    return found


def _required(element: etree._Element, kind: str) -> tuple[str, ...]:
    """Return the ids that an element's requirements of one kind refer to."""
    return tuple(
        xml.attribute(target, "href").removeprefix("#")
        for requirement in xml.children(element, "informationRequirement", "knowledgeRequirement")
        for target in xml.children(requirement, kind)
    )


def _input(element: etree._Element) -> InputNode:
    variable = xml.child(element, "variable")
    type_ref = variable.get("typeRef") if variable is not None else None
    return InputNode(str(element.get("id") or ""), _name(element), type_ref)


def _single_output(element: etree._Element) -> str:
    """Name the output of a table that has one only."""
    table = xml.child(element, "decisionTable")
    outputs = list(xml.children(table, "output")) if table is not None else []
    return xml.attribute(outputs[0], "name") if len(outputs) == 1 else ""


def _decision(element: etree._Element, reading: Reading) -> DecisionNode:
    name = _name(element)
    key = str(element.get("id") or name)
    place = Place(key, xml.attribute(element, "name") or name, key)
    box = read_box(logic_of(element), reading, place)
    return DecisionNode(key, name, _single_output(element), box, _required(element, "requiredDecision"))


def _knowledge(element: etree._Element, reading: Reading) -> KnowledgeNode:
    name = _name(element)
    key = str(element.get("id") or name)
    place = Place(key, name, key)
    logic = xml.child(element, "encapsulatedLogic")
    if logic is None:
        reading.find("the business knowledge model has no logic", place)
        return KnowledgeNode(key, name, (), lambda frame: None)
    return KnowledgeNode(key, name, params_of(logic), read_box(logic_of(logic), reading, place))


def _types(root: etree._Element, reading: Reading) -> Iterable[tuple[str, ItemType]]:
    for element in xml.children(root, "itemDefinition"):
        name = xml.attribute(element, "name")
        base = xml.child(element, "typeRef")
        source = xml.text(xml.child(element, "allowedValues"))
        place = Place(name, name, element.get("id"))
        yield (
            name,
            ItemType(
                (base.text or "").strip() if base is not None else None,
                reading.tests(source, place) if source else None,
                xml.attribute(element, "isCollection") == "true",
            ),
        )


def _check_ids(decisions: list[DecisionNode], reading: Reading) -> None:
    for label, values in (("id", [d.id for d in decisions]), ("name", [d.name for d in decisions])):
        for twice in sorted({value for value in values if values.count(value) > 1}):
            reading.find(f"two decisions have the {label} {twice}", Place(twice, twice, twice))


def _check_requirements(
    graph: Graph, decisions: list[etree._Element], knowledge: list[etree._Element], reading: Reading
) -> None:
    known = {
        "requiredDecision": set(graph.decisions), "requiredInput": {item.id for item in graph.inputs},
        "requiredKnowledge": {item.id for item in graph.knowledge},
    }  # fmt: skip
    for element in (*decisions, *knowledge):
        place = Place("", _name(element), element.get("id"))
        for kind, ids in known.items():
            for target in _required(element, kind):
                if target not in ids:
                    reading.find(f"it requires {target}, which is not in the file", place)
    for node in graph.decisions.values():
        if _reaches_itself(node, graph.decisions):
            reading.find("the decision requires itself", Place(node.id, node.name, node.id))


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
