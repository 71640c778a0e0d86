"""What other tools write beside the standard: each word is converted, or listed as lost or without effect."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.findings import ImportNote
from app.engine import feel
from app.engine.lint import import_notes, lint_process
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.expressions import feel_of
from tests.engine.reading.test_dialects import document, read
from tests.engine.running import MONDAY, Running, flow, line, user_task

S, E = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'


def publish(body: str, more: str = "", **answers: Any) -> Running:
    """Publish a whole file, with the namespaces of all tools."""
    running = Running(answers={key.replace("__", "."): value for key, value in answers.items()})
    running.shelf.put("process", "p", document(body, more))
    running.library.forget()
    return running


def noted(body: str, more: str = "") -> list[ImportNote]:
    return list(import_notes(document(body, more), "p"))


def words(notes: list[ImportNote], severity: str) -> str:
    return " ".join(one.message_en for one in notes if one.severity == severity)


def changes(running: Running) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in running.facts:
        found.update(one.content.get("changes", {}) if one.kind == "StepPassed" else {})
    return found


def test_who_began_the_case_is_kept_under_the_name_of_the_diagram() -> None:
    body = ('<bpmn:startEvent id="s" flowable:initiator="starter"/>' + user_task("u", assignee="=starter")
            + flow("s", "u"))
    running = publish(body)
    running.start("p")
    assert running.open[running.key_of("u")].assignee == "starter" and running.again() is None


def test_roles_and_form_of_a_process_that_people_begin_come_to_its_start() -> None:
    content = document('<bpmn:startEvent id="s" camunda:formKey="t/form"/>' + E + flow("s", "e")).replace(
        b'<bpmn:process id="p"', b'<bpmn:process id="p" camunda:candidateStarterGroups="street_duty"')
    found = [one for one in import_notes(content, "p") if "candidateStarterGroups" in one.message]
    assert [(one.severity, one.element) for one in found] == [("converted", "s")]


@pytest.mark.parametrize(("attributes", "lost"), [
    ('camunda:candidateUsers="li,wang"', "candidateUsers"), ('camunda:priority="50"', "priority"),
    ('camunda:followUpDate="P2D"', "followUpDate"), ('flowable:skipExpression="${skip}"', "skipExpression"),
    ('camunda:dueDate="2026-01-01"', "dueDate"), ('flowable:category="x"', "category"),
    ('flowable:businessCalendarName="x"', "businessCalendarName"),
    ('camunda:candidateUsers="li" camunda:candidateGroups="street_duty"', "candidateUsers"),
])  # fmt: skip
def test_what_a_user_task_loses_is_listed(attributes: str, lost: str) -> None:
    body = S + f'<bpmn:userTask id="u" {attributes}/>' + flow("s", "u")
    assert lost in words(noted(body), "lost")


def test_the_only_person_who_may_take_a_task_holds_it() -> None:
    nodes, notes = read(S + '<bpmn:userTask id="u" camunda:candidateUsers="li"/>' + flow("s", "u"))
    assert nodes["u"].props["assignee"] == "li" and "candidateUsers" in words(notes, "converted")


def test_no_attribute_of_a_part_is_lost_in_silence() -> None:
    body = (S + '<bpmn:task id="u"/>'
            '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="u" flowable:skipExpression="${x}">'
            '<bpmn:extensionElements><camunda:executionListener event="take" class="a.B"/></bpmn:extensionElements>'
            '</bpmn:sequenceFlow>'
            '<bpmn:intermediateThrowEvent id="t"><bpmn:messageEventDefinition camunda:topic="x" '
            'camunda:unheardOf="1"/></bpmn:intermediateThrowEvent>' + flow("u", "t"))
    notes = noted(body)
    assert all(one in words(notes, "lost") for one in ("skipExpression", "executionListener", "unheardOf"))
    assert "topic of the messageEventDefinition" in words(notes, "kept")
    assert {one.element for one in notes if one.severity == "lost"} == {"f", "t"}


def test_what_an_error_event_caught_goes_into_the_variables_that_it_names() -> None:
    body = (S + '<bpmn:subProcess id="x"><bpmn:startEvent id="xs"/><bpmn:endEvent id="xe"><bpmn:errorEventDefinition '
            'errorRef="err"/></bpmn:endEvent>' + flow("xs", "xe") + '</bpmn:subProcess><bpmn:boundaryEvent id="b" '
            'attachedToRef="x"><bpmn:errorEventDefinition camunda:errorCodeVariable="code"/></bpmn:boundaryEvent>'
            + E + flow("s", "x") + flow("b", "e"))
    running = publish(body, '<bpmn:error id="err" errorCode="E7"/>')
    running.start("p")
    assert changes(running)["code"] == "E7"


def test_instances_are_counted_from_nought_as_these_tools_do() -> None:
    body = (S + user_task("u").replace("</bpmn:userTask>", '<bpmn:multiInstanceLoopCharacteristics isSequential="true" '
            'flowable:collection="${people}" flowable:elementVariable="one" flowable:elementIndexVariable="index">'
            "<bpmn:completionCondition>${nrOfCompletedInstances == 2}</bpmn:completionCondition>"
            '</bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><flowable:taskListener event="complete" '
            "expression=\"${execution.setVariable('last', loopCounter)}\"/></bpmn:extensionElements></bpmn:userTask>")
            + flow("s", "u"))
    running = publish(body)
    running.start("p", people=["a", "b", "c"])
    running.complete("u")
    running.complete("u")
    assert not running.open and changes(running)["index"] == 1


def test_a_listener_that_only_sets_variables_is_carried_out() -> None:
    inside = ('<bpmn:extensionElements><camunda:executionListener event="start" '
              "expression=\"${execution.setVariable('n', 1)}\"/><camunda:executionListener event=\"end\">"
              '<camunda:script scriptFormat="groovy">execution.setVariable("m", n + 1)</camunda:script>'
              '</camunda:executionListener><camunda:executionListener event="end" class="a.B"/>'
              "</bpmn:extensionElements>")
    running = publish(S + f'<bpmn:task id="t">{inside}</bpmn:task>' + flow("s", "t"))
    running.start("p")
    assert changes(running) == {"n": 1, "m": 2}
    assert "a.B" in words(noted(S + f'<bpmn:task id="t">{inside}</bpmn:task>' + flow("s", "t")), "lost")


def test_a_service_task_of_the_type_dmn_asks_the_table_that_its_field_names() -> None:
    body = (S + '<bpmn:serviceTask id="t" flowable:type="dmn"><bpmn:extensionElements><flowable:field '
            'name="decisionTableReferenceKey"><flowable:string><![CDATA[risk]]></flowable:string></flowable:field>'
            "</bpmn:extensionElements></bpmn:serviceTask>" + flow("s", "t"))
    nodes, _ = read(body)
    assert nodes["t"].decision == "risk"


def test_a_service_task_of_another_type_names_it_when_it_is_lost() -> None:
    body = S + '<bpmn:serviceTask id="t" flowable:type="mail"/>' + flow("s", "t")
    assert "type 'mail'" in words(noted(body), "lost")


def test_a_message_event_of_camunda_maps_what_it_brings() -> None:
    body = (S + '<bpmn:intermediateCatchEvent id="c"><bpmn:extensionElements><camunda:inputOutput>'
            '<camunda:outputParameter name="total">${amount + 1}</camunda:outputParameter></camunda:inputOutput>'
            '</bpmn:extensionElements><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
            + line("s", "c"))
    running = publish(body, '<bpmn:message id="m" name="paid"/>')
    running.start("p")
    running.send("paid", amount=3)
    assert changes(running)["total"] == 4


def test_lines_that_only_write_to_a_log_are_left_out_and_said() -> None:
    script = 'System.out.println("x: " + x);\nexecution.setVariable("y", x + 1);\nconsole.log(y);\nlog = 3;'
    body = (S + f'<bpmn:scriptTask id="t" scriptFormat="groovy"><bpmn:script>{script}</bpmn:script></bpmn:scriptTask>'
            + flow("s", "t"))
    running = publish(body)
    running.start("p", x=1)
    assert changes(running) == {"y": 2, "log": 3} and "log" in words(noted(body), "kept")


def test_a_script_in_juel_sets_its_variable() -> None:
    script = "${execution.setVariable('y', 'a'.concat(x == null ? '' : x))}"
    body = (S + f'<bpmn:scriptTask id="t" scriptFormat="juel"><bpmn:script>{script}</bpmn:script></bpmn:scriptTask>'
            + flow("s", "t"))
    running = publish(body)
    running.start("p", x="b")
    assert changes(running) == {"y": "ab"}


@pytest.mark.parametrize(("text", "context", "value"), [
    ("${level.contains('b')}", {"level": "abc"}, True), ("${level.contains('b')}", {"level": ["b"]}, True),
    ("${level.contains('x')}", {"level": "abc"}, False), ("${x.isEmpty()}", {"x": ""}, True),
    ("${x.isEmpty()}", {"x": []}, True), ("${x.isEmpty()}", {"x": "a"}, False),
])  # fmt: skip
def test_a_method_means_what_it_means_on_a_text_and_on_a_list(text: str, context: dict[str, Any], value: bool) -> None:
    assert feel.evaluate(feel_of(text), context, now=MONDAY) is value


@pytest.mark.parametrize(("more", "hints"), [
    ("", 1), ('<bpmn:task id="a" completionQuantity="2"/>' + line("s", "a", "x"), 0),
])  # fmt: skip
def test_an_activity_that_waits_for_more_tokens_than_come_is_hinted_at(more: str, hints: int) -> None:
    body = S + '<bpmn:task id="x" startQuantity="2"/>' + (more or flow("s", "x"))
    found = lint_process(document(body), file="p.bpmn", forms={}, decisions={}, roles=(), processes=())
    assert [(one.severity, one.element) for one in found if one.rule == "quantity"] == [("warning", "x")] * hints
    if hints:
        running = publish(body)
        running.start("p")
        assert running.kinds("CaseStranded") == [{"at": ["x"]}]


def test_the_variable_of_a_message_of_spiff_arena_takes_all_that_came() -> None:
    more = ('<bpmn:message id="m" name="sent"><bpmn:extensionElements><spiffworkflow:messageVariable>got'
            "</spiffworkflow:messageVariable></bpmn:extensionElements></bpmn:message>")
    body = ('<bpmn:startEvent id="s"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
            '<bpmn:receiveTask id="r" messageRef="m"/><bpmn:scriptTask id="t"><bpmn:script>n = got.a + 1</bpmn:script>'
            "</bpmn:scriptTask>" + line("s", "r", "t"))
    running = publish(body, more)
    running.start("p", a=1)
    assert changes(running)["got"] == {"a": 1}
    running.send("sent", a=4)
    assert changes(running)["n"] == 5


def test_what_a_pool_says_in_another_tools_words_is_named() -> None:
    more = ('<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="p"><bpmn:extensionElements>'
            '<o:Assignee xmlns:o="urn:office">group(owner)</o:Assignee></bpmn:extensionElements></bpmn:participant>'
            "</bpmn:collaboration>")
    assert "urn:office" in words(noted(S + E + flow("s", "e"), more), "kept")


@pytest.mark.parametrize(("attribute", "lost"), [
    ('camunda:mapDecisionResult="singleEntry"', False), ('camunda:mapDecisionResult="collectEntries"', False),
    ('camunda:mapDecisionResult="singleResult"', True), ("", True),
])  # fmt: skip
def test_another_shape_of_a_decisions_result_is_said(attribute: str, lost: bool) -> None:
    body = (S + f'<bpmn:businessRuleTask id="t" camunda:decisionRef="d" camunda:resultVariable="r" {attribute}/>'
            + flow("s", "t"))
    assert ("mapDecisionResult" in words(noted(body), "lost")) is lost


def test_conditions_are_read_in_the_language_of_their_file() -> None:
    body = (S + '<bpmn:exclusiveGateway id="g" default="g_e"/>' + E + '<bpmn:endEvent id="yes"/>' + flow("s", "g")
            + flow("g", "e") + flow("g", "yes", "return visa.isApproved();"))
    content = document(body).replace(b'id="d"', b'id="d" expressionLanguage="http://www.mvel.org/2.0"')
    running = Running()
    running.shelf.put("process", "p", content)
    running.library.forget()
    running.start("p", visa={"approved": True})
    assert [one.node for one in running.facts if one.kind == "StepPassed"][-1] == "yes"


@pytest.mark.parametrize("name", ["order-${id}", "= orderName", "#{kind}"])
def test_a_name_that_another_engine_would_work_out_is_refused(name: str) -> None:
    for kind, event in (("message", "intermediateCatchEvent"), ("signal", "intermediateThrowEvent")):
        body = (S + f'<bpmn:{event} id="c"><bpmn:{kind}EventDefinition {kind}Ref="m"/></bpmn:{event}>' + flow("s", "c"))
        found = lint_process(document(body, f'<bpmn:{kind} id="m" name="{name}"/>'), file="p.bpmn", forms={},
                             decisions={}, roles=(), processes=())
        assert [(one.severity, one.element) for one in found if one.rule == kind] == [("error", "c")]


def test_an_item_that_is_written_as_text_is_the_item() -> None:
    loop = ('<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopDataInputRef>people'
            "</bpmn:loopDataInputRef><bpmn:inputDataItem>one</bpmn:inputDataItem>"
            "</bpmn:multiInstanceLoopCharacteristics>")
    running = publish(S + user_task("u", assignee="=one").replace("</bpmn:userTask>", f"{loop}</bpmn:userTask>")
                      + flow("s", "u"))
    running.start("p", people=["a", "b"])
    assert [one.assignee for one in running.open.values()] == ["a"]


@pytest.mark.parametrize(("said", "sign", "told"), [("", True, True), ("", False, False),
                                                    ('spiffworkflow:scriptsOnInstances="true"', True, False)])
def test_scripts_that_spiff_arena_runs_once_around_all_instances_are_named(said: str, sign: bool, told: bool) -> None:
    arenas = "<spiffworkflow:unitTests/>" if sign else ""
    body = (f'{S}<bpmn:scriptTask id="t"><bpmn:extensionElements>{arenas}<spiffworkflow:preScript>n = 1'
            "</spiffworkflow:preScript></bpmn:extensionElements>"
            f"<bpmn:multiInstanceLoopCharacteristics {said}><bpmn:loopCardinality>2</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics><bpmn:script>m = n</bpmn:script></bpmn:scriptTask>"
            f'{flow("s", "t")}')
    assert ("runs in each instance" in words(noted(body), "lost")) is told


def test_a_rule_task_asks_the_decision_by_the_key_that_its_id_becomes() -> None:
    running = publish(S + '<bpmn:businessRuleTask id="t" camunda:decisionRef="Assign-Approver" '
                      'camunda:resultVariable="group"/>' + flow("s", "t"))
    running.shelf.put("decision", "assign_approver", (
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"><decision '
        b'id="Assign-Approver" name="Approver"><literalExpression><text>"sales"</text></literalExpression></decision>'
        b"</definitions>"))  # fmt: skip
    running.library.forget()
    running.start("p")
    assert changes(running) == {"group": "sales"} and running.again() is None


def test_a_decision_that_another_engine_would_work_out_is_refused_by_its_name() -> None:
    nodes, _ = read(S + '<bpmn:businessRuleTask id="t" camunda:decisionRef="${Kind}-table"/>' + flow("s", "t"))
    assert nodes["t"].decision == "${Kind}-table"


@pytest.mark.parametrize(("text", "language", "hours"), [
    ('duration("PT5H")', "", 5), ('@"PT5H"', "", 5), ("pause", "https://www.omg.org/spec/DMN/20191111/FEEL/", 3),
    ("case.pause", "http://www.omg.org/spec/FEEL/20140401", 2), ("PT4H", "feel", 4), ('"PT6H"', "", 6),
])  # fmt: skip
def test_a_time_in_feel_without_a_sign_before_it_is_read(text: str, language: str, hours: int) -> None:
    said = f' language="{language}"' if language else ""
    running = publish(S + '<bpmn:intermediateCatchEvent id="t"><bpmn:timerEventDefinition>'
                      f"<bpmn:timeDuration{said}>{text}</bpmn:timeDuration></bpmn:timerEventDefinition>"
                      "</bpmn:intermediateCatchEvent>" + E + line("s", "t", "e"))
    running.start("p", pause="PT3H", case={"pause": "PT2H"})
    assert running.progress and [one.due_at for one in running.progress.timers] == [MONDAY + timedelta(hours=hours)]


def test_a_boxed_expression_is_read_as_what_is_in_the_box() -> None:
    boxed = ('&lt;d:literalExpression xmlns:d="https://www.omg.org/spec/DMN/20191111/MODEL/"&gt;&lt;d:text&gt;'
             "x &amp;lt; 3&lt;/d:text&gt;&lt;/d:literalExpression&gt;")  # fmt: skip
    assert feel_of("<literalExpression><text>a + 1</text></literalExpression>", "x") == "a + 1"
    for broken in ("<literalExpression>", "<literalExpression/>", "<relation><text>1</text></relation>"):
        with pytest.raises(NoEquivalent):
            feel_of(broken)
    body = (S + '<bpmn:exclusiveGateway id="g" default="g_no"/><bpmn:task id="yes"/><bpmn:task id="no"/>'
            + flow("s", "g") + flow("g", "yes", boxed) + flow("g", "no"))
    running = publish(body)
    running.start("p", x=2)
    assert [one.node for one in running.facts if one.kind == "StepPassed"][-1] == "yes"


def test_outputs_of_several_words_become_variables_that_expressions_can_read() -> None:
    rule = "".join(f"<outputEntry><text>{text}</text></outputEntry>" for text in ('"no"', "4"))
    table = ('<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
             '<decision id="risk" name="Risk"><decisionTable><output name="Approval Status"/><output name="days"/>'
             f"<rule>{rule}</rule></decisionTable></decision></definitions>")  # fmt: skip
    running = publish(S + '<bpmn:businessRuleTask id="t" camunda:decisionRef="risk"/>' + flow("s", "t"))
    running.shelf.put("decision", "risk", table.encode())
    running.library.forget()
    running.start("p")
    assert changes(running) == {"Approval_Status": "no", "days": 4}


@pytest.mark.parametrize("script", [
    'String y = "a//b"; // what it is\nkcontext.setVariable("x", y);',
    'final java.util.List&lt;String&gt; z = null;\n/* note */ def x = /* the */ "a//b"',
])  # fmt: skip
def test_declared_variables_and_notes_behind_statements_are_read(script: str) -> None:
    running = publish(S + '<bpmn:scriptTask id="t" scriptFormat="http://www.java.com/java"><bpmn:script>' + script
                      + "</bpmn:script></bpmn:scriptTask>" + flow("s", "t"))
    running.start("p")
    assert changes(running)["x"] == "a//b"
