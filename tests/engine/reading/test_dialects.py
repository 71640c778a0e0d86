"""Extensions and expressions of other tools: converted where there is an equivalent, reported where there is none."""

from typing import Any

import pytest

from app.domain.findings import ImportNote
from app.engine import feel
from app.engine.lint import import_notes
from app.engine.parsing import parse_specs
from app.engine.reading import juel, python_text
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.expressions import feel_of
from tests.engine.running import MONDAY, Running, flow

HEAD = ('<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions '
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
        'xmlns:flowable="http://flowable.org/bpmn" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
        'xmlns:drools="http://www.jboss.org/drools" id="d" targetNamespace="t">')
S, E = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'


def document(body: str, more: str = "") -> bytes:
    return f'{HEAD}{more}<bpmn:process id="p" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()


def read(body: str, more: str = "") -> tuple[Any, list[ImportNote]]:
    content = document(body, more)
    spec, _ = parse_specs(content, "p")
    return {one.name: one for one in spec.elements}, list(import_notes(content, "p"))


def severities(notes: list[ImportNote], element: str) -> set[tuple[str, str]]:
    return {(one.severity, one.rule) for one in notes if one.element == element}


@pytest.mark.parametrize("text", [
    "${" + "empty " * 400 + "a}", "${a" + ".isEmpty()" * 300 + "}", "$a" + " mod 2" * 500,
    "(1 < " * 25 + "a" + " < 2)" * 25,
])  # fmt: skip
def test_an_expression_that_would_say_its_parts_again_and_again_has_no_equivalent(text: str) -> None:
    """Each of these would become a text of more characters than there is memory."""
    with pytest.raises(NoEquivalent):
        feel_of(text)


@pytest.mark.parametrize(
    ("text", "context", "value"),
    [
        ("${a == 'x' && !b}", {"a": "x", "b": False}, True),
        ("${a eq 1 or b ne 2}", {"a": 0, "b": 2}, False),
        ("#{order.items[0].price > 3}", {"order": {"items": [{"price": 4}]}}, True),
        ("${empty name}", {"name": ""}, True),
        ("${empty list ? 'none' : list[0]}", {"list": ["q"]}, "q"),
        ("${n % 2 == 0}", {"n": 4}, True),
        ("${execution.getVariable('total') >= 10}", {"total": 10}, True),
        ("${name.equals(\"a'b\")}", {"name": "a'b"}, True),
        ("${m['key'].inner}", {"m": {"key": {"inner": 5}}}, 5),
        ("Hello ${name}!", {"name": "Ann"}, "Hello Ann!"),
        ("${-n + 2 * (n - 1)}", {"n": 3}, 1),
        ("d['k'] == True and not done", {"d": {"k": True}, "done": False}, True),
        ("len(items) > 1 and items[0] == 'a'", {"items": ["a", "b"]}, True),
        ("status in ['open', 'late']", {"status": "late"}, True),
        ("1 < n < 3", {"n": 2}, True),
        ("x is None or x.get('k') != 'v'", {"x": None}, True),
        ("'yes' if n == 1 else 'no'", {"n": 2}, "no"),
        ("f'{n} of {m}'", {"n": 1, "m": 2}, "1 of 2"),
        ("return amount > 100 && ok;", {"amount": 200, "ok": True}, True),
        ("=n + 1", {"n": 1}, 2),
        ('n = 1 and contains("it\'s", "s")', {"n": 1}, True),
        ("is defined(n)", {"n": 1}, True),
    ],
)  # fmt: skip
def test_an_expression_means_the_same_in_feel(text: str, context: dict[str, Any], value: object) -> None:
    assert feel.normalise(feel.evaluate(feel_of(text), context, now=MONDAY)) == value


@pytest.mark.parametrize("text", [
    "${bean.call(x)}", "${}", "${a b}", "${now()}", "${'a}", "${execution.setVariable('x', 1)}", "${a ? b}",
    "__import__('os').system('true')", "[i for i in x if i == 'a']", "lambda: x == 1", "(x := 1) == 1",
    "open('/etc/passwd')", "x.__class__ == 'a'()", "${" + "(" * 200 + "a" + ")" * 200 + "}", "${" + "!" * 5000 + "a}",
    "not " * 3000 + "a == 1", "(" * 3000 + "'a'" + ")" * 3000, "'%s' % a",
])  # fmt: skip
def test_what_has_no_equivalent_is_said_and_never_run(text: str) -> None:
    with pytest.raises(juel.NoEquivalent):
        feel_of(text)


def test_assignments_in_python_become_ours() -> None:
    found = python_text.script_to_feel("a = 1\nd['k'] = a + 1\na += 2\nevent.title = 'x'\ndel b\npass")
    assert found.splitlines() == ["a = 1", 'd = context put(d, "k", a + 1)', "a = a + 2", ('event.title = '
        '"x"'), "b = null",
                                  "// pass"]
    for text in ("import os", "for i in x:\n  y = i", "def f(): pass", "a, b = 1, 2", "if x:\n  y = 1"):
        with pytest.raises(juel.NoEquivalent):
            python_text.script_to_feel(text)


def test_a_camunda_user_task_is_one_of_ours() -> None:
    body = (S + '<bpmn:userTask id="u" camunda:assignee="${who}" camunda:candidateGroups="street_duty, city" '
            'camunda:candidateUsers="ann" camunda:formKey="t/form" camunda:dueDate="PT48H" camunda:priority="5" '
            'camunda:asyncBefore="true"><bpmn:extensionElements><camunda:taskListener class="X" event="create"/>'
            "</bpmn:extensionElements></bpmn:userTask>" + flow("s", "u"))
    nodes, notes = read(body)
    assert nodes["u"].props == {"assignee": "=who", "candidateRoles": "street_duty, city", "form": "t/form",
                                "limitAmount": "PT48H"}
    assert severities(notes, "u") == {
            ("converted", "camunda"), ("lost", "camunda"), ("kept", "camunda"), ("lost", "listener")}
    lost = " ".join(one.message_en for one in notes if one.severity == "lost")
    assert all(word in lost for word in ("candidateUsers", "priority", "taskListener"))


def test_a_property_of_our_own_is_never_overwritten() -> None:
    body = (S + '<bpmn:userTask id="u" camunda:assignee="x"><bpmn:extensionElements><spiffworkflow:properties>'
            '<spiffworkflow:property name="assignee" value="=me"/></spiffworkflow:properties></bpmn:extensionElements>'
            "</bpmn:userTask>" + flow("s", "u"))
    assert read(body)[0]["u"].props["assignee"] == "=me"


def test_camunda_service_tasks() -> None:
    body = (S + '<bpmn:serviceTask id="x" camunda:expression="${a + 1}" camunda:resultVariable="b"/>'
            '<bpmn:serviceTask id="t" camunda:type="external" camunda:topic="pay"><bpmn:extensionElements>'
            '<camunda:failedJobRetryTimeCycle>R5/PT10M</camunda:failedJobRetryTimeCycle></bpmn:extensionElements>'
            '</bpmn:serviceTask><bpmn:serviceTask id="c" flowable:class="org.x.Y"/>'
            '<bpmn:serviceTask id="n" camunda:expression="${bean.go()}"/>'
            + flow("s", "x") + flow("x", "t") + flow("t", "c"))
    with pytest.raises(Exception, match="n names no operation"):
        read(body)
    nodes, notes = read(body.replace('<bpmn:serviceTask id="n" camunda:expression="${bean.go()}"/>', ""))
    assert (nodes["x"].script, nodes["t"].operation, nodes["t"].retries, nodes["t"].props["retryPause"]) == (
        "b = a + 1", "pay", 5, "PT10M")
    assert nodes["c"].operation == "org.x.Y" and ("lost", "camunda") in severities(notes, "c")


def test_camunda_mappings_run_before_and_after() -> None:
    body = (S + '<bpmn:task id="a"><bpmn:extensionElements><camunda:inputOutput>'
            '<camunda:inputParameter name="x">${n * 2}</camunda:inputParameter>'
            '<camunda:inputParameter name="l"><camunda:list><camunda:value>q</camunda:value><camunda:value>${n}'
            '</camunda:value></camunda:list></camunda:inputParameter>'
            '<camunda:inputParameter name="m"><camunda:map><camunda:entry key="k">v</camunda:entry></camunda:map>'
            '</camunda:inputParameter><camunda:inputParameter name="bad"><camunda:script scriptFormat="groovy">1'
            '</camunda:script></camunda:inputParameter>'
            '<camunda:outputParameter name="y">${x + 1}</camunda:outputParameter></camunda:inputOutput>'
            "</bpmn:extensionElements></bpmn:task>" + flow("s", "a"))
    running = Running()
    running.shelf.put("process", "p", document(body))
    running.library.forget()
    running.start("p", n=3)
    assert [fact["changes"] for fact in running.kinds("StepPassed") if "changes" in fact] == [
        {"x": 6, "l": ["q", 3], "m": {"k": "v"}, "y": 7}]
    assert ("lost", "mapping") in severities(list(import_notes(document(body), "p")), "a")


@pytest.mark.parametrize("loop", [
    ('<bpmn:multiInstanceLoopCharacteristics isSequential="true" camunda:collection="${order.items}" '
    'camunda:elementVariable="item"/>'),
    ('<bpmn:multiInstanceLoopCharacteristics isSequential="1"><bpmn:extensionElements><zeebe:loopCharacteristics '
    'inputCollection="=order.items" inputElement="item"/></bpmn:extensionElements>'
    '</bpmn:multiInstanceLoopCharacteristics>'),
    ('<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopDataInputRef>'
    'order.items</bpmn:loopDataInputRef>'
    '<bpmn:inputDataItem id="DataInput_1" name="item"/></bpmn:multiInstanceLoopCharacteristics>'),
])  # fmt: skip
def test_an_activity_repeats_over_an_expression(loop: str) -> None:
    body = (S + f'<bpmn:scriptTask id="a"><bpmn:script>counts.sum = counts.sum + item</bpmn:script>{loop}'
            "</bpmn:scriptTask>" + E + flow("s", "a") + flow("a", "e"))
    running = Running()
    running.shelf.put("process", "p", document(body))
    running.library.forget()
    running.start("p", order={"items": [1, 2, 3]})
    assert running.kinds("RecordChanged")[-1] == {"counts": {"sum": 6}}
    assert "a..items" not in {fact.node for fact in running.facts}


def test_zeebe_extensions() -> None:
    body = (S + '<bpmn:serviceTask id="j"><bpmn:extensionElements><zeebe:taskDefinition type="mail" retries="7"/>'
            '<zeebe:ioMapping><zeebe:input source="=order.id" target="id"/><zeebe:output source="=id" target="r.id"/>'
            '</zeebe:ioMapping><zeebe:taskHeaders/></bpmn:extensionElements></bpmn:serviceTask>'
            '<bpmn:userTask id="u"><bpmn:extensionElements><zeebe:assignmentDefinition assignee="=who" '
            'candidateGroups="street_duty"/><zeebe:formDefinition formId="f"/></bpmn:extensionElements></bpmn:userTask>'
            '<bpmn:scriptTask id="x"><bpmn:extensionElements><zeebe:script expression="=a + b" resultVariable="c"/>'
            '</bpmn:extensionElements></bpmn:scriptTask><bpmn:businessRuleTask id="b"><bpmn:extensionElements>'
            '<zeebe:calledDecision decisionId="dec" resultVariable="v"/></bpmn:extensionElements>'
            '</bpmn:businessRuleTask>'
            '<bpmn:callActivity id="c"><bpmn:extensionElements><zeebe:calledElement processId="Sub-Process"/>'
            '</bpmn:extensionElements></bpmn:callActivity><bpmn:receiveTask id="r" messageRef="m"/>'
            + flow("s", "j") + flow("j", "u") + flow("u", "x") + flow("x", "b") + flow("b", "c") + flow("c", "r"))
    more = ('<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=orderId"/>'
            "</bpmn:extensionElements></bpmn:message>")
    nodes, notes = read(body, more)
    assert (nodes["j"].operation, nodes["j"].retries, nodes["j"].before) == ("mail", 7, "id = order.id")
    assert nodes["j"].after == 'r = context put(if r instance of context then r else {}, ["id"], id)'
    assert nodes["u"].props == {"assignee": "=who", "candidateRoles": "street_duty", "form": "f"}
    assert (nodes["x"].script, nodes["b"].decision, nodes["b"].result_variable) == ("c = a + b", "dec", "v")
    assert nodes["c"].spec == "sub_process"
    assert nodes["r"].props["correlation"] == "={correlationKey: orderId}"
    assert ("lost", "zeebe") in severities(notes, "j")


def test_a_send_task_with_a_job_sends_its_message() -> None:
    body = (S + '<bpmn:sendTask id="a" messageRef="m"><bpmn:extensionElements><zeebe:taskDefinition type="mail"/>'
            "</bpmn:extensionElements></bpmn:sendTask>" + flow("s", "a"))
    nodes, notes = read(body, '<bpmn:message id="m" name="paid"/>')
    assert type(nodes["a"]).__name__ == "SendTask" and severities(notes, "a") == {("kept", "zeebe")}


def test_spiff_arena_messages_and_forms() -> None:
    body = (S + '<bpmn:sendTask id="a" messageRef="m"/><bpmn:receiveTask id="b" messageRef="m"/>'
            '<bpmn:userTask id="u"><bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property '
            'name="formJsonSchemaFilename" value="f.json"/></spiffworkflow:properties>'
            '<spiffworkflow:instructionsForEndUser>Hi</spiffworkflow:instructionsForEndUser></bpmn:extensionElements>'
            "</bpmn:userTask>" + flow("s", "a") + flow("a", "b") + flow("b", "u"))
    more = ('<bpmn:correlationProperty id="order"><bpmn:correlationPropertyRetrievalExpression messageRef="m">'
            "<bpmn:messagePath>order_id</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>"
            '</bpmn:correlationProperty><bpmn:message id="m" name="Order"><bpmn:extensionElements>'
            "<spiffworkflow:messagePayload>{'order_id': n}</spiffworkflow:messagePayload></bpmn:extensionElements>"
            "</bpmn:message>")
    nodes, notes = read(body, more)
    assert nodes["a"].props["payload"] == '={"order_id": n}'
    assert feel.normalise(feel.evaluate(nodes["a"].props["correlation"], {"n": 5})) == {"order": 5}
    assert nodes["b"].props == {"correlation": "={order: order_id}"}
    assert nodes["u"].props == {} and severities(notes, "u") == {("lost", "form"), ("lost", "spiff-arena")}


def test_the_standards_own_resources_and_lanes_name_roles() -> None:
    body = ('<bpmn:laneSet><bpmn:lane id="l" name="street_duty"><bpmn:flowNodeRef> v </bpmn:flowNodeRef></bpmn:lane>'
            "</bpmn:laneSet>" + S + '<bpmn:userTask id="u"><bpmn:potentialOwner><bpmn:resourceAssignmentExpression>'
            "<bpmn:formalExpression>group(city_duty), user(ann)</bpmn:formalExpression>"
            "</bpmn:resourceAssignmentExpression>"
            '</bpmn:potentialOwner></bpmn:userTask><bpmn:userTask id="v"/><bpmn:userTask id="w"><bpmn:performer>'
            "<bpmn:resourceRef>R</bpmn:resourceRef></bpmn:performer></bpmn:userTask>"
            + flow("s", "u") + flow("u", "v") + flow("v", "w"))
    nodes, notes = read(body, '<bpmn:resource id="R" name="Hiring manager"/>')
    assert nodes["u"].props == {"assignee": "ann", "candidateRoles": "city_duty"}
    assert nodes["v"].props == {"candidateRoles": "street_duty"}
    assert nodes["w"].props == {} and ("lost", "resource") in severities(notes, "w")


def test_a_namespace_that_nobody_knows_is_named_once() -> None:
    body = (S + '<bpmn:task id="a" xmlns:o="urn:other" o:x="1"/><bpmn:task id="b" xmlns:o="urn:other" o:x="2"/>'
            + flow("s", "a") + flow("a", "b"))
    notes = read(body)[1]
    assert [one.rule for one in notes if "urn:other" in one.message_en] == ["extension"]


def test_jbpm_work_items_and_human_tasks() -> None:
    names = ("Url", "amount", "TaskName", "GroupId")
    inputs = "".join(f'<bpmn:dataInput id="i_{name}" name="{name}"/>' for name in names)
    given = "".join(
        f"<bpmn:dataInputAssociation><bpmn:targetRef>i_{name}</bpmn:targetRef><bpmn:assignment><bpmn:from>{value}"
        "</bpmn:from></bpmn:assignment></bpmn:dataInputAssociation>"
        for name, value in (("Url", "http://x/#{n}"), ("TaskName", "Rest"), ("GroupId", "street_duty")))
    more = ('<bpmn:dataInputAssociation><bpmn:sourceRef>v1</bpmn:sourceRef><bpmn:targetRef>i_amount</bpmn:targetRef>'
            "</bpmn:dataInputAssociation><bpmn:dataOutputAssociation><bpmn:sourceRef>o</bpmn:sourceRef>"
            "<bpmn:targetRef>v2</bpmn:targetRef></bpmn:dataOutputAssociation>")
    inside = f"<bpmn:ioSpecification>{inputs}</bpmn:ioSpecification>{given}{more}"
    body = ('<bpmn:property id="v1" name="sum"/><bpmn:property id="v2" name="answer"/>' + S
            + f'<bpmn:task id="r" drools:taskName="Rest">{inside}</bpmn:task>'
            + f'<bpmn:userTask id="u" drools:x="1">{inside.replace("i_", "j_")}</bpmn:userTask>'
            + flow("s", "r") + flow("r", "u"))
    nodes, notes = read(body)
    assert (nodes["r"].operation, nodes["r"].result_variable) == ("Rest", "answer")
    assert nodes["r"].params == {"Url": '"http://x/" + string(n)', "amount": "sum", "GroupId": '"street_duty"'}
    assert nodes["u"].props == {"candidateRoles": "street_duty"}
    assert severities(notes, "r") >= {("converted", "drools")}


def test_a_script_of_our_own_is_not_said_to_be_lost() -> None:
    text = 'a = if list contains(["x", "y"], b) then b else "z"\nevent.title = string join(["p", b])'
    body = S + f'<bpmn:scriptTask id="t"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>' + flow("s", "t")
    nodes, notes = read(body)
    assert nodes["t"].script == text and not notes
