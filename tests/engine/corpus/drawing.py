"""Diagrams as short text: one element or one way a line, for the engine here and for the stock library.

    start s                              user a               xor g        (and, or, event, complex)
    script k : x = 1 | y = x + 1         end e error:E1       boundary b a non message:m1
    sub S {                              catch c timer:PT1H   throw t signal:s1
      ...                                a > b > c            g > b if x = 1        g > c default
    }                                    b ~> undo            (association)
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

KINDS = {
    "start": "startEvent", "end": "endEvent", "user": "userTask", "task": "task", "manual": "manualTask",
    "script": "scriptTask", "service": "serviceTask", "decision": "businessRuleTask", "send": "sendTask",
    "receive": "receiveTask", "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway",
    "event": "eventBasedGateway", "complex": "complexGateway", "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent", "boundary": "boundaryEvent", "sub": "subProcess",
    "transaction": "transaction", "adhoc": "adHocSubProcess", "call": "callActivity",
}  # fmt: skip
EVENTS = ("message", "signal", "error", "escalation", "timer", "when", "link", "compensate", "cancel", "terminate")
_WORD = re.compile(r"([\w.]+):(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\S+)|(\S+)")


@dataclass
class Node:
    """One element: its kind here, its id, single words, and `name:value` pairs in their order."""

    kind: str
    id: str
    words: list[str]
    pairs: list[tuple[str, str]]
    text: str = ""
    inside: "Scope | None" = None

    def get(self, name: str) -> str | None:
        return next((value for found, value in self.pairs if found == name), None)

    def has(self, word: str) -> bool:
        return word in self.words


@dataclass(frozen=True)
class Way:
    """A sequence flow."""

    source: str
    target: str
    condition: str = ""
    default: bool = False
    nameless: bool = False


@dataclass
class Scope:
    """What a process or sub-process holds."""

    nodes: list[Node] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)

    def all_nodes(self) -> Iterator[Node]:
        for node in self.nodes:
            yield node
            if node.inside:
                yield from node.inside.all_nodes()


@dataclass
class Drawing:
    """The main process, the processes that it calls, and what stands beside them."""

    main: Scope
    called: dict[str, Scope] = field(default_factory=dict)
    #: definitions by id, outside of any process: an event definition or a global task
    beside: list[Node] = field(default_factory=list)


def read(text: str) -> Drawing:
    """Read a drawing."""
    drawing = Drawing(Scope())
    lines = iter([line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")])
    _scope(lines, drawing.main, drawing)
    return drawing


def _scope(lines: Iterator[str], scope: Scope, drawing: Drawing) -> None:
    for line in lines:
        if line == "}":
            return
        first, _, rest = line.partition(" ")
        if first == "process":
            _scope(lines, drawing.called.setdefault(rest.removesuffix("{").strip(), Scope()), drawing)
        elif first in ("define", "global"):
            drawing.beside.append(_node(first, rest))
        elif first == "data":
            scope.objects += rest.split()
        elif first in KINDS and not rest.startswith(">"):
            scope.nodes.append(_node(first, rest.removesuffix("{")))
            if line.endswith("{"):
                scope.nodes[-1].inside = Scope()
                _scope(lines, scope.nodes[-1].inside, drawing)
        elif "~>" in line:
            source, _, target = line.partition("~>")
            scope.links.append((source.strip(), target.strip()))
        else:
            scope.ways += _ways(line)


def _node(kind: str, rest: str) -> Node:
    head, _, text = rest.partition(" : ")
    words, pairs = [], []
    for name, value, word in _WORD.findall(head):
        if name:
            pairs.append((name, value[1:-1] if value.startswith("(") else value))
        else:
            words.append(word)
    return Node(kind, words[0], words[1:], pairs, text.strip())


def _ways(line: str) -> Iterable[Way]:
    chain, _, condition = line.partition(" if ")
    default, nameless = chain.endswith(" default"), chain.endswith(" nameless")
    stops = [stop.strip() for stop in chain.removesuffix(" default").removesuffix(" nameless").split(">")]
    assert len(stops) > 1, f"not a line of a drawing: {line}"
    for number, (source, target) in enumerate(zip(stops, stops[1:], strict=False)):
        last = number == len(stops) - 2
        yield Way(source, target, condition if last else "", default and last, nameless)


def names_of(drawing: Drawing) -> dict[str, list[str]]:
    """List the messages, signals, errors and escalations that a drawing speaks of, by kind."""
    scopes = [drawing.main, *drawing.called.values()]
    nodes = [node for scope in scopes for node in scope.all_nodes()] + drawing.beside
    return {kind: sorted({value for node in nodes for name, value in node.pairs if name == kind and value != "*"})
            for kind in ("message", "signal", "error", "escalation")}


def to_python(feel: str, given: Mapping[str, str]) -> str:
    """Translate an expression for the stock library: by the case's own words, else by four rules."""
    if feel in given:
        return given[feel]
    text = re.sub(r"(?<![<>!=])=(?!=)", "==", feel)
    for ours, theirs in (("true", "True"), ("false", "False"), ("null", "None"), ("count", "len"), ("sum", "sum")):
        text = re.sub(rf"\b{ours}\b", theirs, text)
    return text
