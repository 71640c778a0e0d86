"""Read a DMN file, and those that it imports, into one requirement graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from app.engine.dmn import xml
from app.engine.dmn.boxes import logic_of, params_of, read_box
from app.engine.dmn.carrying import take_out
from app.engine.dmn.foreign import is_read, other_names
from app.engine.dmn.graph import Graph, check_ids, check_requirements, own_names
from app.engine.dmn.joining import join
from app.engine.dmn.model import DecisionGroup, DecisionNode, InputNode, KnowledgeNode, Need
from app.engine.dmn.reading import Place, Reading
from app.engine.dmn.types import read_types, type_of
from app.engine.feel.compiled import declared
from app.engine.feel.nodes import TypeName

__all__ = ["Graph", "read_graph"]

MAX_NODES = 1_000
MAX_IMPORTS = 10
#: names of more than one plain word: each word of an expression is compared with all of them
MAX_NAMES = 1_000
_NEEDS = {"requiredInput": "input", "requiredDecision": "decision", "requiredKnowledge": "knowledge"}
_NAMED = frozenset((
    "inputData", "decision", "businessKnowledgeModel", "decisionService", "variable", "itemComponent",
    "itemDefinition", "formalParameter", "output", "column", "informationItem", "parameter", "import",
))  # fmt: skip


@dataclass(slots=True)
class _File:
    """One file while it is read: which namespaces it imports under which names."""

    root: etree._Element
    #: empty for the file itself
    home: str
    imports: Mapping[str, str] = field(default_factory=dict)

    def key(self, element: etree._Element) -> str:
        """Return the key of a node of this file."""
        own = str(element.get("id") or xml.attribute(element, "name"))
        return f"{self.home}#{own}" if self.home else own

    def target(self, href: str) -> tuple[str, str]:
        """Return the key of a node that is referred to, and the name of the import that it comes through."""
        namespace, _, own = href.rpartition("#")
        if not namespace or namespace == xml.attribute(self.root, "namespace"):
            return (f"{self.home}#{own}" if self.home else own), ""
        return f"{namespace}#{own}", self.imports.get(namespace, "")


def read_graph(content: bytes, functions: Iterable[str] = (), others: Iterable[bytes] = ()) -> Graph:
    """Return the graph of a file, with findings where it is wrong.

    Args:
        functions: names of the host's functions that cells may call.
        others: files that it may import, beside those that it carries.
    """
    try:
        own = xml.parse(content)
        files = _files(own, [*take_out(own), *map(xml.parse, others)])
    except xml.Unreadable as error:
        return Graph("", "", {}, {}, {}, {}, {}, (error.finding,))
    root = files[0].root
    nodes = [item for file in files for item in xml.children(file.root, *_NODES)]
    names = declared(tuple(_all_names(files)))
    reading = Reading(names if len(names) <= MAX_NAMES else frozenset(), frozenset((*functions, *_functions(files))))
    whole = Place("", xml.attribute(root, "name"))
    if len(names) > MAX_NAMES:
        reading.find(f"the file has more than {MAX_NAMES} names of several words", whole)
    for foreign in xml.children(root, "import"):
        found, kind = xml.attribute(foreign, "namespace"), xml.attribute(foreign, "importType")
        if kind and "/DMN/" not in kind:
            reading.find(f"only DMN files can be imported, not {found} ({kind})", whole, "warning")
        elif found not in {file.home for file in files[1:]}:
            reading.find(f"it imports {found}, and no file of that namespace is given or published", whole, soft=True)
    language = xml.attribute(root, "expressionLanguage")
    if language and not is_read(language):
        reading.find(f"the file says that it is written in {language}; its expressions are read as FEEL", whole,
                     "warning")
    if xml.child(root, "decision") is None:
        reading.find("the file has no decision", whole)
    if len(nodes) > MAX_NODES:
        reading.find(f"the file has more than {MAX_NODES} decisions", whole)
        files = []
    return _graph(root, files, reading)


def _graph(root: etree._Element, files: list[_File], reading: Reading) -> Graph:
    inputs: dict[str, InputNode] = {}
    decisions: list[DecisionNode] = []
    functions: dict[str, KnowledgeNode | DecisionGroup] = {}
    types: dict[str, TypeName] = {}
    for file in files:
        for name, made in read_types(file.root, reading):
            types.setdefault(name, made)
            for prefix in _prefixes(files, file.home):
                types[f"{prefix}.{name}"] = made
    for file in files:
        for item in xml.children(file.root, "inputData"):
            inputs[file.key(item)] = InputNode(file.key(item), _name(item), type_of(xml.child(item, "variable")))
        decisions += [_decision(item, file, reading) for item in xml.children(file.root, "decision")]
        for item in xml.children(file.root, "businessKnowledgeModel"):
            functions[file.key(item)] = _knowledge(item, file, reading)
    known = {node.id for node in decisions}
    by_key = {node.id: _told_apart(node, known) for node in decisions}
    graph = Graph(
        xml.attribute(root, "name"), xml.attribute(root, "namespace"), inputs,
        by_key, functions, types, files[0].imports if files else {}, (),
    )  # fmt: skip
    for file in files:
        for item in xml.children(file.root, "decisionService"):
            functions[file.key(item)] = _service(item, file, graph)
    check_ids([node for node in decisions if not node.home], reading)
    check_requirements(graph, reading)
    return replace(graph, findings=tuple(reading.findings), own_names=own_names(graph))


_NODES = ("decision", "businessKnowledgeModel", "decisionService")


def _files(root: etree._Element, others: list[etree._Element]) -> list[_File]:
    """Return the file and those that it imports, and those that they import."""
    known = {xml.attribute(other, "namespace"): other for other in others}
    files = [_File(root, "")]
    for file in files:
        join(file.root, known)
        file.imports = {
            xml.attribute(item, "namespace"): xml.attribute(item, "name") for item in xml.children(file.root, "import")
        }
        for namespace in file.imports:
            if namespace in known and namespace not in {one.home for one in files} and len(files) <= MAX_IMPORTS:
                files.append(_File(known[namespace], namespace))
    return files


def _prefixes(files: list[_File], home: str) -> list[str]:
    return [file.imports[home] for file in files if home and file.imports.get(home)]


def _name(element: etree._Element) -> str:
    """Return the name under which expressions see a node: that of its variable, else its own."""
    variable = xml.child(element, "variable")
    name = xml.attribute(variable, "name") if variable is not None else ""
    return name or xml.attribute(element, "name") or str(element.get("id") or "")


def _all_names(files: list[_File]) -> Iterable[str]:
    for file in files:
        for element in file.root.iter(etree.Element):
            if xml.local(element) in _NAMED:
                yield xml.attribute(element, "name")
            iterator = element.get("iteratorVariable")
            if iterator:
                yield iterator


def _functions(files: list[_File]) -> Iterable[str]:
    """Yield names that may hold functions: nodes, decisions too, entries of contexts, and parameters."""
    for file in files:
        for element in xml.children(file.root, *_NODES, "inputData"):
            yield _name(element)
        for element in file.root.iter(etree.Element):
            if xml.local(element) in ("contextEntry", "encapsulatedLogic", "functionDefinition"):
                for item in xml.children(element, "variable", "formalParameter"):
                    yield xml.attribute(item, "name")


def _needs(element: etree._Element, file: _File) -> tuple[Need, ...]:
    return tuple(
        Need(_NEEDS[xml.local(target)], *file.target(xml.attribute(target, "href")))
        for requirement in xml.children(element, "informationRequirement", "knowledgeRequirement")
        for target in xml.children(requirement, *_NEEDS)
    )


def _told_apart(node: DecisionNode, known: set[str]) -> DecisionNode:
    """Read a required input that is a decision of the file as what it is."""
    wrong = {need.key for need in node.needs if need.kind == "input"} & known
    if not wrong:
        return node
    needs = (replace(need, kind="decision") if need.key in wrong else need for need in node.needs)
    return replace(node, needs=tuple(needs))


def _single_output(element: etree._Element) -> str:
    """Name the output of a table that has one only."""
    table = xml.child(element, "decisionTable")
    outputs = list(xml.children(table, "output")) if table is not None else []
    return xml.attribute(outputs[0], "name") if len(outputs) == 1 else ""


def _decision(element: etree._Element, file: _File, reading: Reading) -> DecisionNode:
    name, key = _name(element), file.key(element)
    place = Place(key, xml.attribute(element, "name") or name, element.get("id") or key)
    logic = logic_of(element)
    box = read_box(logic, reading, place)
    kind = type_of(xml.child(element, "variable"))
    needs = _needs(element, file)
    single, also = _single_output(element), other_names(element, name)
    return DecisionNode(key, name, single, box, needs, kind, file.home, given=logic is None, also=also)


def _knowledge(element: etree._Element, file: _File, reading: Reading) -> KnowledgeNode:
    name, key = _name(element), file.key(element)
    place = Place(key, name, element.get("id") or key)
    needs = _needs(element, file)
    logic = xml.child(element, "encapsulatedLogic")
    if logic is None:
        reading.find("the business knowledge model has no logic", place, "warning")
        return KnowledgeNode(key, name, (), lambda frame: None, needs=needs, home=file.home)
    names, types = params_of(logic)
    result = type_of(xml.child(element, "variable"))
    body = read_box(logic_of(logic), reading, place)
    return KnowledgeNode(key, name, names, body, types, type_of(logic) or result, needs, file.home)


def _service(element: etree._Element, file: _File, graph: Graph) -> DecisionGroup:
    def keys(*kinds: str) -> list[str]:
        return [file.target(xml.attribute(item, "href"))[0] for item in xml.children(element, *kinds)]

    params = []
    types = []
    for key in keys("inputData") + keys("inputDecision"):
        node = graph.inputs_by_key.get(key) or graph.decisions.get(key)
        if node is not None:
            params.append((key, node.name))
            types.append(node.type)
    return DecisionGroup(
        file.key(element), _name(element), tuple(keys("outputDecision")), tuple(params), tuple(types),
        type_of(xml.child(element, "variable")), file.home,
    )  # fmt: skip
