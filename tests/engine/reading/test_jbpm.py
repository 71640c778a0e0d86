"""What jBPM and Kogito write: work items, service and rule tasks, calls, Java conditions."""

import pytest

from app.engine import feel
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.expressions import feel_of
from tests.engine.reading.test_dialects import read
from tests.engine.reading.test_vendors import changes, noted, publish, words
from tests.engine.running import flow

S = '<bpmn:startEvent id="s"/>'
VARIABLES = "".join(f'<bpmn:property id="{name}" name="{name}"/>' for name in ("order", "answer", "other", "many"))
MORE = '<bpmn:interface id="i" name="Shop"><bpmn:operation id="op" name="pay"/></bpmn:interface>'


def data(inputs: str = "", outputs: str = "") -> str:
    rows = "".join(f'<bpmn:dataInput id="x_{name}In" name="{name}"/>' for name in inputs.split())
    rows += "".join(f'<bpmn:dataOutput id="x_{name}Out" name="{name}"/>' for name in outputs.split())
    return f"<bpmn:ioSpecification>{rows}</bpmn:ioSpecification>"


def given(source: str, name: str) -> str:
    return (f"<bpmn:dataInputAssociation><bpmn:sourceRef>{source}</bpmn:sourceRef><bpmn:targetRef>x_{name}In"
            "</bpmn:targetRef></bpmn:dataInputAssociation>")


def written(value: str, name: str) -> str:
    return (f"<bpmn:dataInputAssociation><bpmn:targetRef>x_{name}In</bpmn:targetRef><bpmn:assignment><bpmn:from>{value}"
            f"</bpmn:from><bpmn:to>x_{name}In</bpmn:to></bpmn:assignment></bpmn:dataInputAssociation>")


def taken(name: str, target: str) -> str:
    return (f"<bpmn:dataOutputAssociation><bpmn:sourceRef>x_{name}Out</bpmn:sourceRef><bpmn:targetRef>{target}"
            "</bpmn:targetRef></bpmn:dataOutputAssociation>")


def test_a_service_task_gets_its_inputs_and_gives_its_output() -> None:
    inside = (data("id mode", "response") + given("order", "id") + written("fast", "mode")
              + taken("response", "answer"))
    for marks in ('drools:serviceimplementation="Java" drools:serviceoperation="pay"', 'drools:x="1"'):
        running = publish(VARIABLES + S + f'<bpmn:serviceTask id="x" {marks} operationRef="op">{inside}'
                          "</bpmn:serviceTask>" + flow("s", "x"), MORE, pay=7)
        running.start("p", order=3)
        assert [(one.operation, dict(one.params)) for one in running.calls] == [("pay", {"id": 3, "mode": "fast"})]
        assert changes(running)["answer"] == 7


def test_several_outputs_of_a_work_item_go_to_their_variables() -> None:
    inside = data("", "total days") + taken("total", "answer") + taken("days", "other")
    running = publish(VARIABLES + S + f'<bpmn:task id="x" drools:taskName="Ask">{inside}</bpmn:task>' + flow("s", "x"),
                      Ask={"total": 5, "days": 2})
    running.start("p")
    found = changes(running)
    assert (found["answer"], found["other"]) == (5, 2)


def test_a_rule_task_decides_by_its_inputs_and_keeps_the_result() -> None:
    inside = (data("Driver decision model namespace", "Fine") + given("order", "Driver") + written("fine", "decision")
              + taken("Fine", "answer"))
    nodes, _ = read(VARIABLES + S + f'<bpmn:businessRuleTask id="x" drools:x="1">{inside}</bpmn:businessRuleTask>'
                    + flow("s", "x"))
    found = nodes["x"]
    assert (found.decision, found.before, found.result_variable) == ("fine", "Driver = order", "answer")


def test_rules_without_a_decision_are_lost_by_name() -> None:
    body = S + '<bpmn:businessRuleTask id="x" drools:ruleFlowGroup="approvals"/>' + flow("s", "x")
    assert "approvals" in words(noted(body), "lost")


def test_what_is_written_out_for_a_human_task_is_there_when_it_opens() -> None:
    inside = data("limit TaskName GroupId", "") + written("5", "limit") + written("Rest", "TaskName")
    nodes, _ = read(VARIABLES + S + f'<bpmn:userTask id="x" drools:x="1">{inside}</bpmn:userTask>' + flow("s", "x"))
    assert nodes["x"].before == "limit = 5"


def test_a_call_gets_its_inputs_and_says_that_it_waits() -> None:
    body = (VARIABLES + S + '<bpmn:callActivity id="x" calledElement="other" drools:waitForCompletion="false">'
            + data("id") + given("order", "id") + "</bpmn:callActivity>" + flow("s", "x"))
    nodes, notes = read(body)
    assert nodes["x"].before == "id = order" and "waitForCompletion" in words(notes, "lost")


def test_metadata_that_would_do_something_is_lost_by_name() -> None:
    body = (S + '<bpmn:task id="x" drools:x="1"><bpmn:extensionElements><drools:metaData name="customSLADueDate">'
            '<drools:metaValue><![CDATA[P1D]]></drools:metaValue></drools:metaData><drools:metaData name="elementname">'
            "<drools:metaValue>x</drools:metaValue></drools:metaData></bpmn:extensionElements></bpmn:task>"
            + flow("s", "x"))
    assert words(noted(body), "lost").count("customSLADueDate") == 1 and "elementname" not in words(noted(body), "lost")


def test_conditions_in_java_read_the_properties_of_variables() -> None:
    java = "http://www.java.com/java"
    assert feel_of("return !visa.isApproved() && visa.getTotal() > 3;", java) == "not(visa.approved) and visa.total > 3"
    assert feel_of('return "x".equals(kcontext.getVariable("state"));', java) == '("x" = state)'


def test_scripts_on_entry_and_exit_that_set_variables_are_carried_out() -> None:
    def script(name: str, text: str) -> str:
        return (f'<drools:{name}-script scriptFormat="http://www.java.com/java"><drools:script><![CDATA[{text}]]>'
                f"</drools:script></drools:{name}-script>")

    inside = script("onEntry", 'System.out.println("in");\nkcontext.setVariable("n", order.getTotal() + 1);')
    body = (VARIABLES + S + f"<bpmn:task id='x'><bpmn:extensionElements>{inside}{script('onExit', 'call(1);')}"
            "</bpmn:extensionElements></bpmn:task>" + flow("s", "x"))
    running = publish(body)
    running.start("p", order={"total": 4})
    assert changes(running) == {"n": 5}
    assert "onExit-script" in words(noted(body), "lost") and "onEntry-script" in words(noted(body), "converted")


def test_a_human_task_is_theirs_by_its_inputs_alone() -> None:
    inside = (data("TaskName GroupId Skippable order") + written("Check", "TaskName") + written("true", "Skippable")
              + written("street_duty", "GroupId") + given("order", "order"))  # fmt: skip
    body = VARIABLES + S + f'<bpmn:userTask id="x">{inside}</bpmn:userTask>' + flow("s", "x")
    nodes, notes = read(body)
    assert (nodes["x"].props["candidateRoles"], nodes["x"].before) == ("street_duty", "")
    assert not words(notes, "lost")


def test_a_rule_task_is_theirs_by_its_implementation_and_its_only_output_names_the_decision() -> None:
    table = ('<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Violations" namespace="n">'
             '<inputData id="_1" name="Total points"/><decision id="_2" name="Is it over?"><informationRequirement>'
             '<requiredInput href="#_1"/></informationRequirement><literalExpression><text>Total points &gt; 8</text>'
             "</literalExpression></decision></definitions>")  # fmt: skip
    inside = ('<bpmn:ioSpecification><bpmn:dataInput id="i1" name="namespace"/><bpmn:dataInput id="i2" name="model"/>'
              '<bpmn:dataInput id="i3" name="Total points"/><bpmn:dataOutput id="o" name="Is it over?"/>'
              "</bpmn:ioSpecification>" + written("n", "i1").replace("x_i1In", "i1")
              + written("Violations", "i2").replace("x_i2In", "i2") + given("order", "i3").replace("x_i3In", "i3")
              + taken("o", "answer").replace("x_oOut", "o"))  # fmt: skip
    body = (VARIABLES + S + '<bpmn:businessRuleTask id="x" implementation="http://www.jboss.org/drools/dmn">'
            + inside + "</bpmn:businessRuleTask>" + flow("s", "x"))  # fmt: skip
    running = publish(body)
    running.shelf.put("decision", "is_it_over", table.encode())
    running.library.forget()
    running.start("p", order=9)
    found = changes(running)
    assert (found["answer"], found["Total_points"]) == (True, 9) and running.again() is None
    assert not words(noted(body), "lost")


def test_a_rule_task_with_several_outputs_and_no_decision_is_lost() -> None:
    inside = data("namespace model", "a b") + written("m", "model") + taken("a", "answer") + taken("b", "other")
    body = VARIABLES + S + f'<bpmn:businessRuleTask id="x">{inside}</bpmn:businessRuleTask>' + flow("s", "x")
    assert "name the decision" in words(noted(body), "lost")


@pytest.mark.parametrize(("condition", "given", "value"), [
    ('equalsTo(x, "ok")', "ok", True), ('equalsTo(x, "ok")', "no", False), ('equalsTo(x, "ok")', None, False),
    ('equalsTo(x, "5")', 5, True), ('equalsTo(x, "5")', "5", True), ('equalsTo(x, "5.0")', 5, True),
    ('greaterThan(x, "15000")', 15001, True), ('greaterThan(x, "15000")', 15000, False),
    ('greaterThan(x, "15000")', None, False), ('greaterOrEqualThan(x, "-1.5")', -1.5, True),
    ('lessThan(x, "3")', 3, False), ('lessOrEqualThan(x, "3")', 3, True), ('between(x, "1", "3")', 3, True),
    ('between(x, "1", "3")', 4, False), ('between(x, "1", "3")', None, False), ("isTrue(x)", None, False),
    ("isTrue(x)", True, True), ("isFalse(x)", False, True), ("isNull(x)", None, True), ("isEmpty(x)", "", True),
    ("isEmpty(x)", "a", False), ('contains(x, "b")', "abc", True), ('contains(x, "b")', None, False),
    ('startsWith(x, "a")', "abc", True), ('endsWith(x, "a")', "abc", False),
])  # fmt: skip
def test_conditions_of_jbpms_editor_are_read(condition: str, given: object, value: bool) -> None:
    found = feel_of(f"return KieFunctions.{condition};", "http://www.java.com/java")
    assert feel.evaluate(found, {"x": given}) is value
    # the editor's functions answer yes or no, also without a value
    assert feel.evaluate(feel_of(f"return !KieFunctions.{condition} && true;", "java"), {"x": given}) is not value


@pytest.mark.parametrize("condition", ['greaterThan(x, "a lot")', "between(x, y, z)", "isSomething(x)", "isTrue(x, y)"])
def test_what_jbpms_editor_never_writes_has_no_equivalent(condition: str) -> None:
    with pytest.raises(NoEquivalent):
        feel_of(f"return KieFunctions.{condition};", "http://www.java.com/java")
