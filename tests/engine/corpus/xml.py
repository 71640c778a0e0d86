"""From a drawing to BPMN 2.0 XML, in our vocabulary or in the stock library's plain one."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from tests.engine.corpus.drawing import EVENTS, KINDS, Drawing, Node, Scope, Way, names_of, to_python

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="http://example.com">
"""
_REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
_PEOPLE = {"candidateRoles": "street_duty", "orgScope": "street", "form": "t/form"}
_ACTIVITIES = {"user", "task", "manual", "script", "service", "decision", "send", "receive", "sub", "transaction",
               "adhoc", "call"}  # fmt: skip


class Writer:
    """Writes one drawing in one dialect."""

    def __init__(self, drawing: Drawing, *, stock: bool = False, python: Mapping[str, str] | None = None) -> None:
        self.drawing, self.stock, self.python = drawing, stock, python or {}
        self.ids = 0

    def process(self, key: str, scope: Scope) -> str:
        return f'<bpmn:process id="{key}" isExecutable="true">{self.body(scope)}</bpmn:process>'

    def document(self, key: str) -> str:
        """Write everything into one file."""
        rest = "".join(self.process(name, scope) for name, scope in self.drawing.called.items())
        return f"{HEAD}{self.process(key, self.drawing.main)}{rest}{self.beside()}</bpmn:definitions>"

    def files(self, key: str) -> dict[str, bytes]:
        """Write a file for each process, as they are published."""
        scopes = {**self.drawing.called, key: self.drawing.main}
        return {name: f"{HEAD}{self.process(name, scope)}{self.beside()}</bpmn:definitions>".encode()
                for name, scope in scopes.items()}

    def beside(self) -> str:
        """Write what stands beside the processes: names of messages and the like, shared definitions."""
        names = names_of(self.drawing)
        out = [f'<bpmn:message id="message_{n}" name="{n}"/>' for n in names["message"]]
        out += [f'<bpmn:signal id="signal_{n}" name="{n}"/>' for n in names["signal"]]
        out += [f'<bpmn:error id="error_{n}" name="{n}" errorCode="{n}"/>' for n in names["error"]]
        out += [f'<bpmn:escalation id="escalation_{n}" name="{n}" escalationCode="{n}"/>' for n in names["escalation"]]
        for node in self.drawing.beside:
            if node.kind == "define":
                out.append(self.events(node, node.id))
            else:
                kind = "global" + KINDS[node.words[0]][0].upper() + KINDS[node.words[0]][1:]
                node = Node(node.words[0], node.id, node.words[1:], node.pairs, node.text)
                out.append(f'<bpmn:{kind} id="{node.id}" name="{node.id}">{self.extensions(node)}'
                           f"{self.script(node)}</bpmn:{kind}>")
        return "".join(out)

    def body(self, scope: Scope) -> str:
        out = [f'<bpmn:dataObject id="{n}"/><bpmn:dataObjectReference id="{n}_ref" dataObjectRef="{n}"/>'
               for n in scope.objects]
        flows = [(self.flow_id(way, number), way) for number, way in enumerate(scope.ways)]
        out += [self.node(node, flows) for node in scope.nodes]
        out += [self.flow(key, way) for key, way in flows]
        out += [f'<bpmn:association id="{a}_{b}_as" associationDirection="One" sourceRef="{a}" targetRef="{b}"/>'
                for a, b in scope.links]
        return "".join(out)

    def flow_id(self, way: Way, number: int) -> str:
        return "" if way.nameless else f"f{number}_{way.source}_{way.target}"

    def flow(self, key: str, way: Way) -> str:
        condition = ""
        if way.condition:
            condition = ('<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
                         f"{escape(self.expression(way.condition))}</bpmn:conditionExpression>")
        name = f'id="{key}" ' if key else ""
        return (f'<bpmn:sequenceFlow {name}sourceRef="{way.source}" targetRef="{way.target}">{condition}'
                "</bpmn:sequenceFlow>")

    def expression(self, feel: str) -> str:
        return to_python(feel, self.python) if self.stock else feel

    def node(self, node: Node, flows: list[tuple[str, Way]]) -> str:
        tag = KINDS[node.kind]
        ways = "".join(f"<bpmn:incoming>{key}</bpmn:incoming>" for key, way in flows if key and way.target == node.id)
        ways += "".join(f"<bpmn:outgoing>{key}</bpmn:outgoing>" for key, way in flows if key and way.source == node.id)
        default = next((key for key, way in flows if way.source == node.id and way.default), "")
        inside = self.extensions(node) + ways + self.associations(node) + self.loops(node)
        if node.kind not in ("send", "receive"):
            inside += self.events(node)
        inside += self.script(node) + (self.body(node.inside) if node.inside else "") + self.tail(node)
        return f"<bpmn:{tag} {self.attributes(node, default)}>{inside}</bpmn:{tag}>"

    def attributes(self, node: Node, default: str) -> str:
        found = {"id": node.id, "name": node.get("name") or node.id}
        if default:
            found["default"] = default
        if node.kind == "boundary":
            found |= {"attachedToRef": node.words[0], "cancelActivity": str(not node.has("non")).lower()}
        elif node.kind == "start":
            found["isInterrupting"] = str(not node.has("non")).lower()
        elif node.kind in ("send", "receive") and node.get("message"):
            found["messageRef"] = f"message_{node.get('message')}"
        elif node.kind == "call":
            found["calledElement"] = node.words[0]
        elif node.kind == "adhoc":
            found |= {"ordering": "Sequential" if node.has("ordered") else "Parallel",
                      "cancelRemainingInstances": str(not node.has("keep")).lower()}
        flags = {"both": "parallelMultiple", "instantiate": "instantiate", "compensation": "isForCompensation",
                 "handles": "triggeredByEvent"}
        found |= {name: "true" for word, name in flags.items() if node.has(word)}
        numbers = {"needs": "startQuantity", "gives": "completionQuantity", "gateway": "eventGatewayType"}
        found |= {name: node.get(word) or "" for word, name in numbers.items() if node.get(word)}
        return " ".join(f"{name}={quoteattr(value)}" for name, value in found.items())

    def extensions(self, node: Node) -> str:
        if self.stock:
            return ""
        words = dict(_PEOPLE) if node.kind == "user" else {}
        words |= {name[2:]: value for name, value in node.pairs if name.startswith("p.")}
        rows = "".join(f"<spiffworkflow:property name={quoteattr(n)} value={quoteattr(v)}/>" for n, v in words.items())
        out = f"<spiffworkflow:properties>{rows}</spiffworkflow:properties>" if rows else ""
        if node.kind == "service":
            given = [(name[4:], value) for name, value in node.pairs if name.startswith("arg.")]
            rows = "".join(f'<spiffworkflow:parameter id="{n}" type="any" value={quoteattr(v)}/>' for n, v in given)
            kept = f' resultVariable="{node.get("result")}"' if node.get("result") else ""
            out += (f'<spiffworkflow:serviceTaskOperator id="{node.get("op")}"{kept}><spiffworkflow:parameters>{rows}'
                    "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>")
        if node.kind == "decision":
            out += f"<spiffworkflow:calledDecisionId>{node.get('of')}</spiffworkflow:calledDecisionId>"
        return f"<bpmn:extensionElements>{out}</bpmn:extensionElements>" if out else ""

    def associations(self, node: Node) -> str:
        out = [f'<bpmn:dataInputAssociation id="{node.id}_{v}_in"><bpmn:sourceRef>{v}_ref</bpmn:sourceRef>'
               "</bpmn:dataInputAssociation>" for n, v in node.pairs if n == "reads"]
        out += [f'<bpmn:dataOutputAssociation id="{node.id}_{v}_out"><bpmn:targetRef>{v}_ref</bpmn:targetRef>'
                "</bpmn:dataOutputAssociation>" for n, v in node.pairs if n == "writes"]
        return "".join(out)

    def loops(self, node: Node) -> str:
        if node.get("loop") or node.has("looped"):
            first = f' testBefore="{str(node.has("before")).lower()}"'
            most = f' loopMaximum="{node.get("max")}"' if node.get("max") else ""
            condition = self.part("loopCondition", node.get("loop"))
            return f"<bpmn:standardLoopCharacteristics{first}{most}>{condition}</bpmn:standardLoopCharacteristics>"
        if not (node.has("many") or node.has("each")):
            return ""
        attributes = f'isSequential="{str(node.has("each")).lower()}"'
        if node.get("behaviour"):
            attributes += f' behavior="{node.get("behaviour")}"'
        for word in ("one", "none"):
            if node.get(word):
                attributes += f' {word}BehaviorEventRef="{node.get(word)}"'
        inside = self.part("loopCardinality", node.get("times"))
        inside += self.part("loopDataInputRef", node.get("in"), plain=True)
        inside += self.part("loopDataOutputRef", node.get("out"), plain=True)
        for tag, word in (("inputDataItem", "item"), ("outputDataItem", "outitem")):
            if node.get(word):
                inside += f'<bpmn:{tag} id="{node.get(word)}" name="{node.get(word)}"/>'
        inside += self.complex(node) + self.part("completionCondition", node.get("until"))
        return f"<bpmn:multiInstanceLoopCharacteristics {attributes}>{inside}</bpmn:multiInstanceLoopCharacteristics>"

    def complex(self, node: Node) -> str:
        out = ""
        for name, value in node.pairs:
            if name == "tells":
                signal, _, condition = value.partition(" when ")
                out += (f"<bpmn:complexBehaviorDefinition>{self.part('condition', condition)}<bpmn:event id="
                        f'"{node.id}_{signal}"><bpmn:signalEventDefinition signalRef="signal_{signal}"/></bpmn:event>'
                        "</bpmn:complexBehaviorDefinition>")
        return out

    def part(self, tag: str, text: str | None, *, plain: bool = False) -> str:
        if not text:
            return ""
        return f"<bpmn:{tag}>{escape(text if plain else self.expression(text))}</bpmn:{tag}>"

    def events(self, node: Node, key: str = "") -> str:
        found = [(name, value) for name, value in node.pairs if name in EVENTS or name == "ref"]
        bare = ("compensate", "cancel", "terminate", "error", "escalation")
        found += [(word, "") for word in node.words if word in bare and node.kind not in _ACTIVITIES]
        return "".join(self.event(name, value, key) for name, value in found)

    def event(self, name: str, value: str, key: str = "") -> str:
        own = f' id="{key}"' if key else ""
        if name == "ref":
            return f"<bpmn:eventDefinitionRef>{value}</bpmn:eventDefinitionRef>"
        if name in _REFERENCES:
            reference = f' {_REFERENCES[name]}="{name}_{value}"' if value else ""
            return f"<bpmn:{name}EventDefinition{own}{reference}/>"
        if name == "timer":
            return f"<bpmn:timerEventDefinition{own}>{self.timer(value)}</bpmn:timerEventDefinition>"
        if name == "when":
            condition = self.part("condition", value)
            return f"<bpmn:conditionalEventDefinition{own}>{condition}</bpmn:conditionalEventDefinition>"
        if name == "link":
            return f'<bpmn:linkEventDefinition{own} name="{value}"/>'
        activity = f' activityRef="{value}"' if name == "compensate" and value else ""
        return f"<bpmn:{name}EventDefinition{own}{activity}/>"

    def timer(self, value: str) -> str:
        tag = "timeCycle" if value.startswith("R") else "timeDuration" if value.startswith("P") else "timeDate"
        return f"<bpmn:{tag}>{escape(repr(value) if self.stock else value)}</bpmn:{tag}>"

    def script(self, node: Node) -> str:
        if node.kind != "script":
            return ""
        lines = [line.strip() for line in node.text.split(" | ")]
        if self.stock:
            lines = [f"{name.strip()} = {to_python(value.strip(), self.python)}"
                     for name, _, value in (line.partition("=") for line in lines)]
        return f"<bpmn:script>{escape(chr(10).join(lines))}</bpmn:script>"

    def tail(self, node: Node) -> str:
        if node.kind == "adhoc":
            return self.part("completionCondition", node.get("done"))
        return self.part("activationCondition", node.get("activation")) if node.kind == "complex" else ""
