"""Data as the standard carries it: XPath, data objects by name, associations, names with spaces."""

import pytest

from app.engine import commands
from app.engine.reading import normalise, read_xml
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.expressions import feel_of
from tests.engine.running import Running, diagram, flow, line, user_task

S = '<bpmn:startEvent id="s"/>'
XPATH = "http://www.w3.org/1999/XPath"


def io(inputs: str = "", outputs: str = "") -> str:
    """Name inputs and outputs of an activity; their ids are `i_<n>` and `o_<n>`."""
    rows = [f'<bpmn:dataInput id="i_{n}" name="{name}"/>' for n, name in enumerate(filter(None, inputs.split(",")))]
    rows += [f'<bpmn:dataOutput id="o_{n}" name="{name}"/>' for n, name in enumerate(filter(None, outputs.split(",")))]
    return f'<bpmn:ioSpecification>{"".join(rows)}</bpmn:ioSpecification>'


def tie(kind: str, source: str, target: str, more: str = "") -> str:
    ends = "".join(f"<bpmn:{name}>{end}</bpmn:{name}>" for name, end in (("sourceRef", source), ("targetRef", target))
                   if end)
    return f"<bpmn:data{kind}Association>{ends}{more}</bpmn:data{kind}Association>"


def data_object(key: str, name: str) -> str:
    return (f'<bpmn:dataObject id="{key}" name="{name}"/>'
            f'<bpmn:dataObjectReference id="{key}.ref" name="{name}" dataObjectRef="{key}"/>')


def task(key: str, inside: str) -> str:
    return user_task(key).replace("</bpmn:userTask>", f"{inside}</bpmn:userTask>")


def decided(after: str, condition: str) -> str:
    return ('<bpmn:exclusiveGateway id="g" default="g_no"/><bpmn:endEvent id="yes"/><bpmn:endEvent id="no"/>'
            + flow(after, "g") + flow("g", "yes", condition) + flow("g", "no"))


def passed(running: Running) -> list[str]:
    return [fact.node for fact in running.facts if fact.kind == "StepPassed"]


@pytest.mark.parametrize(("text", "language", "found"), [
    ("bpmn:getDataObject('order')", "", "order"),
    ("not(getDataObject('process', 'Order Lines')/total > 5)", "", "not(Order_Lines.total > 5)"),
    ("getProcessProperty('a') = 'x' and $b != true()", "", 'a = "x" and b != true'),
    ("order/total div 2", XPATH, "order.total / 2"),
    ("order/total", "", "order/total"),
    ("concat('a', $b)", "", '(string("a") + string(b))'),
    ("lines[2]/@name", XPATH, "lines[2].name"),
    ("getActivityInstanceAttribute('loopCounter') > 2", "", "loopCounter > 2"),
    ("string-length($n) >= -.5", "", "string length(n) >= -0.5"),
    ("x == 'a' && y", XPATH, 'x = "a" and y'),
])  # fmt: skip
def test_xpath_becomes_feel(text: str, language: str, found: str) -> None:
    assert feel_of(text, language) == found


@pytest.mark.parametrize("text", ["getActivityInstanceAttribute('state') = 'x'", "id($a)", "//order/total = $x",
                                  "$a" + "[(" * 60 + "1" + ")]" * 60])
def test_xpath_without_equivalent_is_said(text: str) -> None:
    with pytest.raises(NoEquivalent):
        feel_of(text)


def test_the_remainder_of_xpath_has_the_sign_of_the_number() -> None:
    for number, left in ((7, 1), (-7, -1)):
        running = Running().publish("p", S + decided("s", f"$n mod 3 = {left}"))
        running.start("p", n=number)
        assert passed(running)[-1] == "yes"


def test_a_data_object_that_a_task_wrote_decides_by_its_name() -> None:
    body = (S + data_object("_8-1", "approved") + task("u", io(outputs="decision") + tie("Output", "o_0", "_8-1.ref"))
            + flow("s", "u") + decided("u", "bpmn:getDataObject('approved')"))
    for decision, end in ((True, "yes"), (False, "no")):
        running = Running().publish("p", body)
        running.start("p")
        running.complete("u", decision=decision)
        assert passed(running)[-1] == end and running.again() is None


def test_a_data_object_is_seen_where_it_keeps_its_variables_name() -> None:
    body = (S + data_object("level", "") + task("u", tie("Output", "", "level.ref")) + flow("s", "u")
            + decided("u", "level = 2"))
    running = Running().publish("p", body)
    running.start("p")
    running.complete("u", level=2)
    assert passed(running)[-1] == "yes"


def test_instances_repeat_over_a_data_object_that_another_task_filled() -> None:
    loop = ('<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>i_0</bpmn:loopDataInputRef>'
            '<bpmn:inputDataItem id="x" name="one"/></bpmn:multiInstanceLoopCharacteristics>')
    body = (S + data_object("D-1", "Chosen offices")
            + task("u", io(outputs="Chosen offices") + tie("Output", "o_0", "D-1.ref"))
            + task("m", io(inputs="offices") + tie("Input", "D-1.ref", "i_0") + loop)
            + line("s", "u", "m"))
    running = Running().publish("p", body)
    running.start("p")
    running.complete("u", Chosen_offices=["a", "b"])
    assert len(running.open) == 2


def test_a_data_object_that_nothing_fills_leaves_its_variable_alone() -> None:
    body = (S + data_object("level", "level") + task("u", io(inputs="level") + tie("Input", "level.ref", "i_0"))
            + flow("s", "u") + decided("u", "level = 2"))
    running = Running().publish("p", body)
    running.start("p", level=2)
    running.complete("u")
    assert passed(running)[-1] == "yes"


def test_transformations_and_assignments_are_carried_out() -> None:
    inside = (io("net", "price") + tie("Input", "P", "i_0", "<bpmn:transformation>total / 2</bpmn:transformation>")
              + tie("Output", "o_0", "P", "<bpmn:assignment><bpmn:from>price * 3</bpmn:from><bpmn:to>P</bpmn:to>"
                    "</bpmn:assignment>"))
    body = (S + '<bpmn:property id="P" name="total"/>' + task("u", inside) + flow("s", "u")
            + decided("u", "total = 12 and net = 5"))
    running = Running().publish("p", body)
    running.start("p", total=10)
    running.complete("u", price=4)
    assert passed(running)[-1] == "yes"


def test_a_transformation_in_another_language_is_said() -> None:
    inside = io("net") + tie("Input", "P", "i_0", "<bpmn:transformation>&lt;x:y/&gt;</bpmn:transformation>")
    body = S + '<bpmn:property id="P" name="total"/>' + task("u", inside) + flow("s", "u")
    notes = normalise(read_xml(diagram("p", body)), "p").reports
    assert [(one.severity, one.rule) for one in notes if one.element == "u"] == [("lost", "data")]


def test_names_with_spaces_are_read_in_expressions() -> None:
    body = (S + data_object("D", "Current status") + decided("s", 'Current  status.level = 2 and "Current status" = t'))
    running = Running().publish("p", body)
    running.start("p", Current_status={"level": 2}, t="Current status")
    assert passed(running)[-1] == "yes"


def test_words_of_the_standard_inside_other_tools_extensions_are_theirs() -> None:
    theirs = ('<bpmn:extensionElements><x:tree xmlns:x="urn:x"><bpmn:task id="s"/><bpmn:sequenceFlow sourceRef="a"/>'
              "<bpmn:script>no(</bpmn:script></x:tree></bpmn:extensionElements>")
    read = normalise(read_xml(diagram("p", theirs + S)), "p")
    assert not read.findings and len(list(read.root.iter("{*}task", "{*}sequenceFlow", "{*}script"))) == 0


def test_what_is_written_about_an_owner_is_no_role() -> None:
    owner = ("<bpmn:potentialOwner><bpmn:documentation>who else</bpmn:documentation><bpmn:resourceAssignmentExpression>"
             "<bpmn:formalExpression>street_duty</bpmn:formalExpression></bpmn:resourceAssignmentExpression>"
             "</bpmn:potentialOwner>")
    body = S + f'<bpmn:userTask id="u">{owner}</bpmn:userTask>' + flow("s", "u")
    found = list(normalise(read_xml(diagram("p", body)), "p").root.iter("{*}property"))
    assert [(one.get("name"), one.get("value")) for one in found] == [("candidateRoles", "street_duty")]


def test_an_operation_of_an_interface_is_called_by_its_name() -> None:
    inside = (io("net", "tax") + tie("Input", "P", "i_0", "<bpmn:transformation>total / 2</bpmn:transformation>"))
    body = (S + '<bpmn:property id="P" name="total"/><bpmn:serviceTask id="c" operationRef="t:op" '
            f'implementation="##WebService">{inside}</bpmn:serviceTask>' + flow("s", "c") + decided("c", "tax = 1"))
    more = '<bpmn:interface id="i" name="I"><bpmn:operation id="op" name="tax.compute"/></bpmn:interface>'
    running = Running(answers={"tax.compute": 1}).publish("p", body, more)
    running.start("p", total=10)
    assert [(call.operation, dict(call.params)) for call in running.calls] == [("tax.compute", {"net": 5})]
    assert passed(running)[-1] == "yes"


def test_the_answer_of_a_jbpm_task_goes_to_the_variable_that_its_association_names() -> None:
    inside = io("TaskName", "decision") + tie("Output", "o_0", "P") + tie(
        "Input", "", "i_0", "<bpmn:assignment><bpmn:from>Rest</bpmn:from><bpmn:to>i_0</bpmn:to></bpmn:assignment>")
    one = task("u", inside).replace("<bpmn:userTask", '<bpmn:userTask xmlns:d="http://www.jboss.org/drools" d:x="1"')
    body = S + '<bpmn:property id="P" name="approved"/>' + one + flow("s", "u") + decided("u", "approved")
    running = Running().publish("p", body)
    running.start("p")
    running.complete("u", decision=True)
    assert passed(running)[-1] == "yes"


def test_a_condition_is_read_behind_the_note_in_it() -> None:
    body = S + decided("s", "<bpmn:documentation>from the office</bpmn:documentation>n &gt; 2<bpmn:extensionElements/>")
    running = Running().publish("p", body)
    running.start("p", n=3)
    assert passed(running)[-1] == "yes"


def test_an_event_sub_process_takes_only_messages_with_its_subscriptions_key() -> None:
    zeebe = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    body = (S + user_task("u") + '<bpmn:subProcess id="E" triggeredByEvent="true"><bpmn:startEvent id="es" '
            'isInterrupting="false"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent><bpmn:task id="t"/>'
            + flow("es", "t") + "</bpmn:subProcess>" + flow("s", "u"))
    more = (f'<bpmn:message id="m" name="paid" {zeebe}><bpmn:extensionElements><zeebe:subscription '
            'correlationKey="=order"/></bpmn:extensionElements></bpmn:message>')
    running = Running().publish("p", body, more)
    running.start("p", order=7)
    for order, caught in ((8, False), (7, True)):
        found = commands.deliver(running.world, running.by(), running.state, "paid", {}, None,
                                 correlation={"correlationKey": order})
        assert (found is not None and any(fact.node == "t" for fact in found.facts)) is caught


@pytest.mark.parametrize("language", ["javascript", "application/javascript", "groovy", "python"])
def test_a_script_that_says_the_same_in_both_languages_is_read(language: str) -> None:
    body = (S + f'<bpmn:scriptTask id="a" scriptFormat="{language}"><bpmn:script>n = 1</bpmn:script></bpmn:scriptTask>'
            + flow("s", "a") + decided("a", "n = 1"))
    read = normalise(read_xml(diagram("p", body)), "p")
    assert [one.get("scriptFormat") for one in read.root.iter("{*}scriptTask")] == [None]
    running = Running().publish("p", body)
    running.start("p")
    assert passed(running)[-1] == "yes"


def test_data_in_a_state_is_the_data_without_it() -> None:
    body = (S + '<bpmn:dataObject id="D" name="Order form"/>' + "".join(
        f'<bpmn:dataObjectReference id="D.{state}" name="Order form [{state}]" dataObjectRef="D"/>'
        for state in ("new", "paid")) + task("u", io(outputs="Order form [new]") + tie("Output", "o_0", "D.new"))
        + task("v", io("Order form [new]", "Order form [paid]").replace("o_0", "o_1") + tie("Input", "D.new", "i_0")
               + tie("Output", "o_1", "D.paid")) + line("s", "u", "v") + decided("v", "Order form = 3"))
    running = Running().publish("p", body)
    running.start("p")
    running.complete("u", Order_form=1)
    running.complete("v", Order_form=3)
    assert passed(running)[-1] == "yes" and running.again() is None


def test_an_input_of_the_process_is_read_by_its_name() -> None:
    body = (S + io(inputs="Wanted role").replace("i_0", "P_in")
            + task("u", io(inputs="role") + tie("Input", "P_in", "i_0")) + flow("s", "u")
            + decided("u", 'role = "clerk"'))
    running = Running().publish("p", body)
    running.start("p", Wanted_role="clerk")
    running.complete("u")
    assert passed(running)[-1] == "yes"


def test_a_name_broken_into_lines_is_one_name() -> None:
    body = (S + '<bpmn:intermediateCatchEvent id="c" name="Answer &#10;is&#13;&#10;there">'
            '<bpmn:messageEventDefinition/></bpmn:intermediateCatchEvent>' + flow("s", "c"))
    running = Running().publish("p", body)
    running.start("p")
    running.send("Answer is there")
    assert passed(running)[-1] == "c"
