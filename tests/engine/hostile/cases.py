"""Files that somebody would send to hurt: made here, committed nowhere."""

import gzip
import json
from collections.abc import Callable, Iterator

from app.domain.errors import Invalid
from app.engine import decisions, feel
from app.engine.lint import import_notes as notes_of
from app.engine.lint import lint_process
from app.engine.reading import drawn
from app.schemas import forms
from app.usecases.studio.deployment import expression_fault

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEAD = f'<definitions xmlns="{BPMN}" xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d">'
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
#: (rule or empty, message)
Found = list[tuple[str, str]]


def process(inside: str, doctype: str = "") -> bytes:
    return f'{doctype}{HEAD}<process id="p" isExecutable="true">{inside}</process></definitions>'.encode()


def bpmn(content: bytes) -> Found:
    found = lint_process(content, file="p.bpmn", forms=(), decisions={}, roles=(), processes=())
    try:
        notes_of(content, "p")
        drawn(content)
    except Invalid as refused:
        assert refused.message
    return [(one.rule, one.message_en) for one in found if one.severity == "error"]


def dmn(inside: str, doctype: str = "") -> Found:
    content = f'{doctype}<definitions xmlns="{DMN}" id="d" name="d" namespace="n">{inside}</definitions>'.encode()
    return [("", str(one)) for one in decisions.findings(content) if one.severity == "error"]


def form(content: bytes) -> Found:
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError) as cause:
        return [("form", str(cause))]
    return [(one.rule, one.message) for one in forms.findings(parsed, expression_fault) if one.severity == "error"]


def expression(text: str) -> Found:
    try:
        feel.check(text)
    except Invalid as fault:
        return [("expression", str(fault))]
    return []


def condition(text: str) -> Found:
    quoted = text.replace("&", "&amp;").replace("<", "&lt;")
    return bpmn(process('<startEvent id="s"/><task id="a"/><task id="b"/><exclusiveGateway id="g" default="n"/>'
                        '<sequenceFlow id="f" sourceRef="s" targetRef="g"/><sequenceFlow id="n" sourceRef="g" '
                        f'targetRef="b"/><sequenceFlow id="c" sourceRef="g" targetRef="a"><conditionExpression>{quoted}'
                        "</conditionExpression></sequenceFlow>"))


def _laughs() -> str:
    lines = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f"<!DOCTYPE x [{lines}]>"


def _entity(text: str) -> str:
    return f'<!DOCTYPE x [<!ENTITY b "{text}">]>'


def _attributes(count: int, prefix: str) -> str:
    return " ".join(f'{prefix}{n}="urn:{n}"' for n in range(count))


def _tasks(count: int) -> str:
    return "".join(f'<task id="t{n}"/>' for n in range(count))


def _requirements(count: int) -> Iterator[str]:
    for n in range(count):
        yield (f'<decision id="k{n}" name="k{n}"><informationRequirement><requiredDecision href="#k{(n + 1) % count}"/>'
               f'</informationRequirement><literalExpression><text>k{(n + 1) % count}</text>'
               f'</literalExpression></decision>')


def _rules(count: int) -> str:
    rule = "<rule><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
    return ('<decision id="k" name="k"><decisionTable><input><inputExpression><text>a</text></inputExpression></input>'
            f'<output name="o"/>{rule * count}</decisionTable></decision>')


DIAGRAMS: dict[str, Callable[[], Found]] = {
    "external entity": lambda: bpmn(process("<task id='a' name='&x;'/>", '<!DOCTYPE x [<!ENTITY x SYSTEM '
    '"file:///etc/passwd">]>')),
    "external entity in text": lambda: bpmn(process("<documentation>&x;</documentation>",
                                            '<!DOCTYPE x [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]>')),
    "parameter entity": lambda: bpmn(process("", '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]>')),
    "external document type": lambda: bpmn(process("<task id='a'/>", '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">')),
    "entities that grow": lambda: bpmn(process("<documentation>&a11;</documentation>", _laughs())),
    "entities that grow in an attribute": lambda: bpmn(process("<task id='a' name='&a11;'/>", _laughs())),
    "one long entity many times": lambda: bpmn(process("&b;" * 100_000, _entity("b" * 100_000))),
    "entities in UTF-16": lambda: bpmn(("\ufeff" + process("&a11;", _laughs()).decode()).encode("utf-16-le")),
    "10,000 sub-processes in each other": lambda: bpmn(
        process("".join(f'<subProcess id="s{n}">' for n in range(10_000)) + "</subProcess>" * 10_000)),
    "120 sub-processes in each other": lambda: bpmn(
        process("".join(f'<subProcess id="s{n}">' for n in range(120)) + "</subProcess>" * 120)),
    "30,000 elements in each other": lambda: bpmn(process("<a>" * 30_000 + "</a>" * 30_000)),
    "100,000 elements": lambda: bpmn(process("<task/>" * 100_000)),
    "50,000 tasks": lambda: bpmn(process(_tasks(50_000))),
    "400,000 empty elements": lambda: bpmn(process("<a/>" * 400_000)),
    "40,000 start events": lambda: bpmn(process("".join(f'<startEvent id="s{n}"/>' for n in range(40_000)))),
    "20,000 flows between two tasks": lambda: bpmn(process(
        _tasks(3001) + "".join(f'<sequenceFlow sourceRef="t{n}" targetRef="t0"/>' for n in range(20_000)))),
    "every task to every task": lambda: bpmn(process(_tasks(150) + "".join(
        f'<sequenceFlow sourceRef="t{a}" '
        f'targetRef="t{b}"/>' for a in range(150) for b in range(150)) + "<startEvent id='x y'/>")),
    "an attribute of 1.9 MB": lambda: bpmn(process(f'<task id="a" name="{"n" * 1_900_000}"/>')),
    "an id of 1.9 MB": lambda: bpmn(process(f'<task id="{"n" * 400_000}"/>')),
    "30,000 attributes": lambda: bpmn(process(f'<task id="a..b" {_attributes(30_000, "a")}/>')),
    "20,000 namespaces": lambda: bpmn(process(
        f'<task id="a..b" {_attributes(20_000, "xmlns:n")}/>')),
    "an attribute twice": lambda: bpmn(process('<task id="a" id="b"/>')),
    "an id that is a trap": lambda: bpmn(process('<task id="__proto__"/>')),
    "an id that is another trap": lambda: bpmn(process('<task id="constructor"/>')),
    "an id with a path": lambda: bpmn(process('<task id="../../etc/passwd"/>')),
    "an id that is a query": lambda: bpmn(process("<task id=\"a'] | //*['\"/>")),
    "an id with a line break": lambda: bpmn(process('<task id="a&#10;b"/>')),
    "an id with a control character": lambda: bpmn(process('<task id="a&#1;b"/>')),
    "an id that turns text around": lambda: bpmn(process('<task id="a\u202eb"/>')),
    "an id that the engine reserves": lambda: bpmn(process('<task id="a..split"/>')),
    "a link that is a script": lambda: bpmn(process('<task id="a"><documentation>'
    'javascript:alert(1)</documentation></task>')),
    "a link in an attribute that is a script": lambda: bpmn(process('<task id="a" s:url=" JavaScript:alert(1)"/>')),
    "a link that is a page": lambda: bpmn(process('<task id="a"><documentation>data:text/html,x</documentation>'
    '</task>')),
    "nothing": lambda: bpmn(b""),
    "zeros": lambda: bpmn(b"\0" * 1_000_000),
    "compressed zeros": lambda: bpmn(gzip.compress(b"\0" * 100_000_000)),
    "an unknown encoding": lambda: bpmn(b'<?xml version="1.0" encoding="x-nothing"?>' + process("")),
    "a wrong encoding": lambda: bpmn(b'<?xml version="1.0" encoding="utf-16"?>' + process("")),
    "broken UTF-8": lambda: bpmn(process("<task id='a'/>").replace(b"'a'", b"'\xff\xfe'")),
    "UTF-7": lambda: bpmn(b'<?xml version="1.0" encoding="utf-7"?>' + process("")),
    "3 MB": lambda: bpmn(process("<task id='a'/>" * 250_000)),
    "another root": lambda: bpmn(b"<html/>"),
    "a stylesheet and includes": lambda: bpmn(b'<x xmlns:i="http://www.w3.org/2001/XInclude"><i:include '
    b'href="/etc/passwd"/></x>'),
    "a property in 20,000 copies": lambda: bpmn(process(
        "<userTask id='u'><extensionElements><s:properties>" + '<s:property name="form" value="=1 +"/>' * 20_000
        + "</s:properties></extensionElements></userTask>")),
    "60 link events of one name": lambda: bpmn(process("".join(
        f'<intermediateCatchEvent id="c{n}"><linkEventDefinition name="l"/></intermediateCatchEvent>'
        f'<intermediateThrowEvent id="t{n}"><linkEventDefinition name="l"/>'
        f'</intermediateThrowEvent>' for n in range(60)))),
    "a script of another tool that never ends its texts": lambda: bpmn(process(
        '<startEvent id="s"/><scriptTask id="a" scriptFormat="javascript"><script>'
        + "x = &quot;a" * 10_000 + "\n" + "var y = 1 /" * 10_000 + "</script></scriptTask>")),
    "a script of another tool with comments in comments": lambda: bpmn(process(
        '<startEvent id="s"/><scriptTask id="a" scriptFormat="groovy"><script>'
        + "/* // ' " * 20_000 + "</script></scriptTask>")),
    "a condition of another tool with quotes": lambda: bpmn(process(
        '<startEvent id="s"/><exclusiveGateway id="g"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="g"'
        ' targetRef="e">'
        "<conditionExpression>${" + "a == '" * 30_000 + "}</conditionExpression></sequenceFlow>")),
    "a script of 60,000 lines": lambda: bpmn(process(
        '<startEvent id="s"/><scriptTask id="a"><script>x=1!' + "\ny = 2" * 60_000 + "</script></scriptTask>")),
}  # fmt: skip
EXPRESSIONS: dict[str, Callable[[], Found]] = {
    "100,000 brackets": lambda: expression("(" * 100_000 + "1" + ")" * 100_000),
    "300 brackets": lambda: expression("(" * 300 + "1" + ")" * 300),
    "100,000 signs": lambda: expression("-" * 100_000 + "1"),
    "nested lists": lambda: expression("[" * 5_000 + "1" + "]" * 5_000),
    "nested contexts": lambda: expression("{a:" * 5_000 + "1" + "}" * 5_000),
    "nested choices": lambda: expression("if true then " * 5_000 + "1" + " else 2" * 5_000),
    "an open text": lambda: expression('"' + "a" * 1_000_000),
    "a pattern that never ends": lambda: expression('matches("' + "a" * 40 + '!", "(a+)+$" +'),
    "a condition of 300,000 brackets": lambda: condition("(" * 300_000),
    "a condition in brackets of Java": lambda: condition("${" + "(" * 50_000 + "a" + ")" * 50_000 + "}"),
    "a condition with many of Java": lambda: condition("${a}" * 50_000 + "${"),
    "a condition in Python": lambda: condition("not " * 50_000 + "a == 1"),
    "a condition that imports": lambda: condition("__import__('os').system('true') == 0"),
    "a condition that reaches out": lambda: condition("().__class__.__base__.__subclasses__() == 1"),
}
TABLES: dict[str, Callable[[], Found]] = {
    "external entity": lambda: dmn("<decision id='a' name='&x;'/>", '<!DOCTYPE x [<!ENTITY x SYSTEM '
    '"file:///etc/passwd">]>'),
    "entities that grow": lambda: dmn("<decision id='a' name='&a11;'/>", _laughs()),
    "2,000 decisions in a ring": lambda: dmn("".join(_requirements(2_000))),
    "a decision that needs itself": lambda: dmn("".join(_requirements(1))),
    "10,000 elements in each other": lambda: dmn("<a>" * 10_000 + "</a>" * 10_000),
    "300 contexts in each other": lambda: dmn(
        "<decision id='k' name='k'>" + "<context><contextEntry>" * 300 + "<literalExpression><text>1</text>"
        "</literalExpression>"
        + "</contextEntry></context>" * 300 + "</decision>"),
    "100,000 rules": lambda: dmn(_rules(100_000)),
    "a cell of brackets": lambda: dmn(_rules(1).replace("&gt; 1", "(" * 100_000)),
    "nothing": lambda: [("", str(one)) for one in decisions.findings(b"")],
}  # fmt: skip


def _field(key: str) -> dict[str, object]:
    return {"type": "textfield", "key": key, "id": key, "label": key}


def _form(*components: object) -> bytes:
    return json.dumps({"type": "default", "components": components}).encode()


def _groups(depth: int) -> str:
    return ('{"type":"default","components":[' + '{"type":"group","components":[' * depth + "]}" * depth + "]}")


FORMS: dict[str, Callable[[], Found]] = {
    "20,000 fields": lambda: form(_form(*[_field(f"f{n}") for n in range(20_000)])),
    "400 groups in each other": lambda: form(_groups(400).encode()),
    "100,000 groups in each other": lambda: form(_groups(100_000).encode()),
    "a key that is a trap": lambda: form(_form(_field("__proto__"))),
    "a reserved key": lambda: form(_form(_field("event"))),
    "a key that is no "
    "text": lambda: form(_form({"type": "textfield", "key": ["a"]})),
    "a type that is no "
    "text": lambda: form(_form({"type": {"typename": 1}})),
    "components that are none": lambda: form(b'{"type":"default","components":{"length":1e9}}'),
    "no form at all": lambda: form(b"[[[]]]"),
    "a number of a million digits": lambda: form(b'{"type":"default","components":' + b"9" * 1_000_000 + b"}"),
    "an expression of brackets": lambda: form(
        _form({**_field("a"), "conditional": {"hide": "=" + "(" * 50_000}})),
}  # fmt: skip
KINDS = {"diagram": DIAGRAMS, "expression": EXPRESSIONS, "table": TABLES, "form": FORMS}
CASES = {f"{kind}: {name}": run for kind, named in KINDS.items() for name, run in named.items()}
