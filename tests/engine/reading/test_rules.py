"""Every rule of BPMN 2.0 that a model may break is found under its own name, at its element."""

import pytest

from app.domain.findings import Finding
from app.engine.lint import lint_process
from tests.engine.running import diagram, flow

S, A, E = '<bpmn:startEvent id="s"/>', '<bpmn:task id="a" name="办"/>', '<bpmn:endEvent id="e"/>'
LINE = flow("s", "a") + flow("a", "e")
#: (rule, element that is named, inside of the process, what stands beside it)
BROKEN = [
    ("start-incoming", "s", S + A + E + LINE + flow("a", "s"), ""),
    ("end-outgoing", "e", S + A + E + LINE + flow("e", "a"), ""),
    ("boundary-incoming", "b", S + A + E + LINE + '<bpmn:boundaryEvent id="b" attachedToRef="a">'
     "<bpmn:errorEventDefinition/></bpmn:boundaryEvent>" + flow("s", "b"), ""),
    ("start", "x", S + A + E + LINE + '<bpmn:task id="x"/>', ""),
    ("flow", "f", S + A + E + LINE + '<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="nowhere"/>', ""),
    ("pool-border", "f", S + A + E + LINE + '<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="other"/>',
     '<bpmn:process id="q"><bpmn:task id="other"/></bpmn:process>'),
    ("border", "a_i", S + A + E + LINE + flow("a", "i") + '<bpmn:subProcess id="sub"><bpmn:task id="i"/>'
    '</bpmn:subProcess>'
     + flow("s", "sub"), ""),
    ("id", "a", S + A + A + E + LINE, ""),
    ("id", "p", S + '<bpmn:task id="p"/>' + flow("s", "p"), ""),
    ("id", "a b", S + A + E + LINE + '<bpmn:task id="a b"/>', ""),
    ("id", "a..b", S + A + E + LINE + '<bpmn:task id="a..b"/>', ""),
    ("default", "a", S + A.replace("/>", ' default="s_a"/>') + E + LINE, ""),
    ("gateway", "g_e", S + '<bpmn:exclusiveGateway id="g"/>' + A + E + flow("s", "g") + flow("g", "a", "true")
     + flow("g", "e") + flow("a", "e"), ""),
    ("gateway", "g", S + A + E + LINE + '<bpmn:parallelGateway id="g"/>', ""),
    ("gateway-direction", "g", S + '<bpmn:parallelGateway id="g" gatewayDirection="Converging"/>' + A + E
     + flow("s", "g") + flow("g", "a") + flow("g", "e"), ""),
    ("event-gateway", "a", S + '<bpmn:eventBasedGateway id="g"/>' + A + E + flow("s", "g") + flow("g", "a")
     + flow("a", "e"), ""),
    ("trigger", "c", S + '<bpmn:intermediateCatchEvent id="c"/>' + flow("s", "c"), ""),
    ("trigger", "c", S + '<bpmn:intermediateThrowEvent id="c"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H'
     "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateThrowEvent>" + flow("s", "c"), ""),
    ("error-start", "s", S.replace("/>", "><bpmn:errorEventDefinition/></bpmn:startEvent>") + A + E + LINE, ""),
    ("timer", "c", S + '<bpmn:intermediateCatchEvent id="c"><bpmn:timerEventDefinition/></bpmn:intermediateCatchEvent>'
     + flow("s", "c"), ""),
    ("timer", "c", S + '<bpmn:intermediateCatchEvent id="c"><bpmn:timerEventDefinition><bpmn:timeDate/>'
     "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>" + flow("s", "c"), ""),
    ("condition", "c", S + '<bpmn:intermediateCatchEvent id="c"><bpmn:conditionalEventDefinition><bpmn:condition/>'
     "</bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>" + flow("s", "c"), ""),
    ("condition", "a_b", S + A.replace("/>", ' default="a_e"/>') + '<bpmn:task id="b"/>' + E + LINE
     + flow("a", "b").replace("></", "><bpmn:conditionExpression/></"), ""),
    ("boundary", "b", S + A + E + LINE + '<bpmn:boundaryEvent id="b" attachedToRef="e"><bpmn:errorEventDefinition/>'
     "</bpmn:boundaryEvent>", ""),
    ("boundary", "b", S + A + E + LINE + '<bpmn:boundaryEvent id="b" attachedToRef="zz"><bpmn:errorEventDefinition/>'
     "</bpmn:boundaryEvent>", ""),
    ("cancel", "e", S + A + E.replace("/>", "><bpmn:cancelEventDefinition/></bpmn:endEvent>") + LINE, ""),
    ("cancel", "b", S + A + E + LINE + '<bpmn:boundaryEvent id="b" attachedToRef="a"><bpmn:cancelEventDefinition/>'
     "</bpmn:boundaryEvent>", ""),
    ("interrupting", "b", S + A + E + LINE + '<bpmn:boundaryEvent id="b" attachedToRef="a" cancelActivity="false">'
     "<bpmn:errorEventDefinition/></bpmn:boundaryEvent>", ""),
    ("compensation", "b", S + A + E + LINE + '<bpmn:boundaryEvent id="b" attachedToRef="a">'
     "<bpmn:compensateEventDefinition/></bpmn:boundaryEvent>", ""),
    ("compensation", "b", S + A + E + LINE + '<bpmn:boundaryEvent id="b" attachedToRef="a">'
     '<bpmn:compensateEventDefinition/></bpmn:boundaryEvent><bpmn:task id="u" isForCompensation="true"/>'
     '<bpmn:association id="as" sourceRef="b" targetRef="u"/>' + flow("b", "e"), ""),
    ("event-subprocess-flow", "es", S + A + E + LINE + '<bpmn:subProcess id="es" triggeredByEvent="1">'
     '<bpmn:startEvent id="i"><bpmn:errorEventDefinition/></bpmn:startEvent></bpmn:subProcess>' + flow("a", "es"), ""),
    ("event-subprocess-start", "es", S + A + E + LINE + '<bpmn:subProcess id="es" triggeredByEvent="true">'
     '<bpmn:task id="i"/></bpmn:subProcess>', ""),
    ("trigger", "i", S + A + E + LINE + '<bpmn:subProcess id="es" triggeredByEvent="true"><bpmn:startEvent id="i"/>'
     "</bpmn:subProcess>", ""),
    ("message-flow", "mf", S + A + E + LINE, ('<bpmn:collaboration id="c"><bpmn:participant id="P" processRef="p"/>'
     '<bpmn:messageFlow id="mf" sourceRef="a" targetRef="e"/></bpmn:collaboration>')),
    ("message", "c", S + '<bpmn:intermediateCatchEvent id="c"><bpmn:messageEventDefinition messageRef="gone"/>'
     "</bpmn:intermediateCatchEvent>" + flow("s", "c"), ""),
    ("message", "m", S + A + E + LINE, f'<bpmn:message id="m" name="{"信" * 201}"/>'),
    ("signal", "m", S + A + E + LINE, f'<bpmn:signal id="m" name="{"x" * 201}"/>'),
    ("message", "m" * 201, S + A + E + LINE, f'<bpmn:message id="{"m" * 201}"/>'),
    ("definition", "c", S + '<bpmn:intermediateCatchEvent id="c"><bpmn:eventDefinitionRef>'
    'gone</bpmn:eventDefinitionRef>'
     "</bpmn:intermediateCatchEvent>" + flow("s", "c"), ""),
    ("link", "t", S + '<bpmn:intermediateThrowEvent id="t"><bpmn:linkEventDefinition name="L"/>'
     "</bpmn:intermediateThrowEvent>" + flow("s", "t"), ""),
    ("ad-hoc", "h", S + '<bpmn:adHocSubProcess id="h"/>' + flow("s", "h"), ""),
    ("multi-instance", "a", S + A.replace("/>", "><bpmn:multiInstanceLoopCharacteristics/>"
    "</bpmn:task>") + E + LINE, ""),
    ("loop", "a", S + A.replace("/>", "><bpmn:standardLoopCharacteristics/></bpmn:task>") + E + LINE, ""),
    ("instantiate", "r", S + '<bpmn:receiveTask id="r" instantiate="true" messageRef="m"/>' + flow("s", "r"),
     '<bpmn:message id="m" name="M"/>'),
    ("script", "c", S + '<bpmn:scriptTask id="c" scriptFormat="groovy"><bpmn:script>load(1)</bpmn:script>'
     "</bpmn:scriptTask>" + flow("s", "c"), ""),
    ("expression", "s_a", S + A + E + flow("s", "a", "is it really so?") + flow("a", "e"), ""),
    ("called", "c", S + '<bpmn:callActivity id="c"/>' + flow("s", "c"), ""),
    ("process-id", "p", "", ""),
]  # fmt: skip


def findings(body: str, more: str = "", key: str = "p") -> list[Finding]:
    return lint_process(diagram("p", body, more), file=f"{key}.bpmn", forms={"t/form"}, decisions={},
                        roles={"street_duty"}, processes=())


@pytest.mark.parametrize(("rule", "element", "body", "more"), BROKEN, ids=[f"{one[0]}-{one[1]}" for one in BROKEN])
def test_a_broken_rule_is_named_with_its_element(rule: str, element: str, body: str, more: str) -> None:
    found = [one for one in findings(body, more) if one.severity == "error"]
    assert (rule, element) in [(one.rule, one.element) for one in found]
    assert all(one.message and one.message_en and "\n" not in one.message for one in found)


@pytest.mark.parametrize("body", [
    S + A + E + LINE,
    A,
    S,
    S + A + E + LINE + '<bpmn:boundaryEvent id="b" attachedToRef="a"><bpmn:compensateEventDefinition/>'
    '</bpmn:boundaryEvent><bpmn:task id="u" isForCompensation="true"/>'
    '<bpmn:association id="as" sourceRef="b" targetRef="u"/>',
    S + A + E + LINE + '<bpmn:subProcess id="es" triggeredByEvent="true"><bpmn:startEvent id="i">'
    '<bpmn:errorEventDefinition/></bpmn:startEvent></bpmn:subProcess>',
    S + '<bpmn:transaction id="t"><bpmn:endEvent id="x"><bpmn:cancelEventDefinition/></bpmn:endEvent>'
        '</bpmn:transaction>'
    '<bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:cancelEventDefinition/></bpmn:boundaryEvent>' + flow("s", "t"),
    S + '<bpmn:adHocSubProcess id="h"><bpmn:task id="i"/></bpmn:adHocSubProcess>' + flow("s", "h"),
    S + '<bpmn:complexGateway id="g"/>' + A + E + flow("s", "g") + flow("g", "a") + flow("g", "e"),
    S + A + E + flow("s", "a") + flow("a", "e", "x = 1") + '<bpmn:endEvent id="e2"/>' + flow("a", "e2"),
])  # fmt: skip
def test_what_the_standard_allows_is_not_refused(body: str) -> None:
    assert [one for one in findings(body) if one.severity == "error"] == []


def test_a_name_of_two_hundred_characters_is_not_too_long() -> None:
    more = f'<bpmn:message id="m" name="{"信" * 200}"/><bpmn:signal id="n" name="{"号" * 200}"/>'
    assert [one for one in findings(S + A + E + LINE, more) if one.severity == "error"] == []


def test_a_finding_carries_the_name_of_its_element() -> None:
    found = findings(S + A.replace('"办"', '"办理"') + E + LINE + flow("a", "s") + flow("e", "a"))
    assert [one.name for one in found if one.element == "s"] == [""]
    broken = findings(S + '<bpmn:exclusiveGateway id="g" name="同意?"/>' + A + E + flow("s", "g") + flow("g", "a")
                      + flow("g", "e") + flow("a", "e"))
    assert all("同意?" in one.message for one in broken if one.rule == "gateway")


def test_every_reason_of_a_drawing_is_named_not_only_the_first() -> None:
    drawing = diagram("p", S + '<bpmn:exclusiveGateway id="g"/><bpmn:userTask id="u"/><bpmn:serviceTask id="v"/>'
                      + flow("s", "g") + flow("g", "u") + flow("g", "v")).replace(b'isExecutable="true"',
                                                                                 b'isExecutable="false"')
    found = lint_process(drawing, file="p.bpmn", forms=(), decisions={}, roles=(), processes=())
    assert {("executable", "p"), ("gateway", "g_u"), ("gateway", "g_v"), ("roles", "u"), ("form", "u"),
            ("operation", "v")} <= {(one.rule, one.element) for one in found}


def test_a_choreography_is_refused_by_each_of_its_tasks() -> None:
    content = ('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><choreography id="c">'
               '<choreographyTask id="t1" name="Order"/><choreographyTask id="t2"/></choreography></definitions>')
    found = lint_process(content.encode(), file="p.bpmn", forms=(), decisions={}, roles=(), processes=())
    assert [(one.rule, one.element, one.name) for one in found] == [
        ("process-id", "", ""), ("element", "t1", "Order"), ("element", "t2", "")]


def test_an_element_that_names_nothing_is_told_once_what_to_name() -> None:
    body = (S + '<bpmn:serviceTask id="a"/><bpmn:callActivity id="c"/><bpmn:businessRuleTask id="b"/>'
            + flow("s", "a") + flow("a", "c") + flow("c", "b"))
    found = lint_process(diagram("p", body), file="p.bpmn", forms=(), decisions={}, roles=(), processes=())
    said = {one.element: (one.rule, one.message_en) for one in found}
    assert len(found) == len(said) == 3
    assert said["a"][0] == "operation" and said["a"][1].startswith("It names no operation: choose one")
    assert said["c"] == ("called", "The call names no process: choose the one that it calls.")
    assert said["b"][0] == "decision" and said["b"][1].startswith("It names no decision: choose")
