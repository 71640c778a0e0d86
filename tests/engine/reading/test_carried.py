"""What events bring and take along: data associations, assignments before and after, messages named by their items."""

from typing import Any

from app.engine.reading import normalise, read_xml
from tests.engine.reading.test_data import data_object, io, passed, task, tie
from tests.engine.running import Running, diagram, flow, line, user_task

S, E = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'
M = '<bpmn:messageEventDefinition messageRef="m"/>'
MORE = '<bpmn:message id="m" name="paid"/><bpmn:message id="m2" name="done"/>'


def script(**lines: str) -> str:
    inside = "".join(f"<spiffworkflow:{name}>{text}</spiffworkflow:{name}>" for name, text in lines.items())
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def brings(name: str, target: str, key: str = "out") -> str:
    return (f'<bpmn:dataOutput id="{key}" name="{name}"/><bpmn:dataOutputAssociation><bpmn:sourceRef>{key}'
            f"</bpmn:sourceRef><bpmn:targetRef>{target}</bpmn:targetRef></bpmn:dataOutputAssociation>")


def takes(name: str, source: str, key: str = "in") -> str:
    return (f'<bpmn:dataInput id="{key}" name="{name}"/><bpmn:dataInputAssociation><bpmn:sourceRef>{source}'
            f"</bpmn:sourceRef><bpmn:targetRef>{key}</bpmn:targetRef></bpmn:dataInputAssociation>")


def changes(running: Running) -> dict[str, dict[str, Any]]:
    return {one.node: one.content.get("changes", {}) for one in running.facts if one.kind == "StepPassed"}


def test_an_event_runs_assignments_before_and_after_and_reads_what_it_carried() -> None:
    body = (f'<bpmn:startEvent id="s">{script(postScript="who = actor.username")}</bpmn:startEvent>'
            f'<bpmn:intermediateCatchEvent id="c">{script(preScript="asked = 1", postScript="whole = payload")}{M}'
            "</bpmn:intermediateCatchEvent>" + user_task("u")
            + f'<bpmn:boundaryEvent id="b" attachedToRef="u">{script(postScript="edge = payload.n + 1")}{M}'
            f'</bpmn:boundaryEvent><bpmn:endEvent id="e">{script(preScript="last = true")}</bpmn:endEvent>'
            + line("s", "c", "u") + flow("b", "e"))
    running = Running().publish("p", body, MORE)
    running.start("p")
    running.send("paid", n=4)
    running.send("paid", n=6)
    found = changes(running)
    assert found["s"] == {"who": "starter"} and found["c"]["whole"]["n"] == 4
    assert found["b"]["edge"] == 7 and found["e"] == {"last": True} and running.again() is None


def test_an_event_sub_process_reads_what_started_it() -> None:
    inner = (f'<bpmn:startEvent id="es" isInterrupting="false">{script(postScript="got = payload")}{M}'
             '</bpmn:startEvent><bpmn:task id="t"/>' + flow("es", "t"))
    body = S + user_task("u") + f'<bpmn:subProcess id="x" triggeredByEvent="true">{inner}</bpmn:subProcess>'
    running = Running().publish("p", body + flow("s", "u"), MORE)
    running.start("p", other=1)
    for number in (1, 2):
        running.send("paid", n=number)
        assert changes(running)["es"] == {"got": {"n": number}}
    assert running.again() is None


def test_a_receive_task_reads_what_its_message_carried() -> None:
    body = (S + f'<bpmn:receiveTask id="r" messageRef="m">{script(postScript="got = payload")}</bpmn:receiveTask>'
            + flow("s", "r"))
    running = Running().publish("p", body, MORE)
    running.start("p")
    running.send("paid", n=4)
    assert changes(running)["r"]["got"] == {"n": 4}


def test_what_a_message_brought_goes_where_its_association_leads() -> None:
    body = (f'<bpmn:startEvent id="s">{brings("event", "form")}{M}</bpmn:startEvent>'
            '<bpmn:property id="form" name="application"/>' + data_object("D", "Order form")
            + f'<bpmn:intermediateCatchEvent id="c">{brings("order", "D.ref", "o2")}{M}</bpmn:intermediateCatchEvent>'
            + task("u", io(inputs="wanted") + tie("Input", "D.ref", "i_0"))
            + f'<bpmn:endEvent id="e">{takes("result", "D.ref")}<bpmn:messageEventDefinition messageRef="m2"/>'
            "</bpmn:endEvent>" + line("s", "c", "u", "e"))
    running = Running().publish("p", body, MORE)
    running.start("p", amount=3)
    running.send("paid", order={"n": 4})
    running.complete("u")
    assert changes(running)["s"] == {"application": {"amount": 3}}
    assert changes(running)["u"] == {"wanted": {"n": 4}}
    assert running.kinds("MessageThrown") == [{"name": "done", "payload": {"n": 4}}] and running.again() is None


def test_what_is_sent_goes_under_the_names_of_its_inputs() -> None:
    inside = takes("price", "P", "i1") + takes("days", "Q", "i2")
    for inputs, payload in ((inside, {"price": 5, "days": 2}), (takes("price", "P"), {"price": 5})):
        body = ('<bpmn:property id="P" name="total"/><bpmn:property id="Q" name="term"/>' + S
                + f'<bpmn:intermediateThrowEvent id="t">{inputs}<bpmn:messageEventDefinition messageRef="m2"/>'
                "</bpmn:intermediateThrowEvent>" + flow("s", "t"))
        running = Running().publish("p", body, MORE)
        running.start("p", total=5, term=2)
        assert running.kinds("MessageThrown") == [{"name": "done", "payload": payload}]


def test_an_input_takes_the_output_of_the_start_event_that_it_is_tied_to() -> None:
    there = ('<bpmn:startEvent id="s"><bpmn:dataOutput id="so" name="Order"/></bpmn:startEvent>'
             + task("u", io(inputs="wanted") + tie("Input", "so", "i_0")) + flow("s", "u"))
    straight = (f'<bpmn:startEvent id="s">{brings("Order", "i_0", "so")}</bpmn:startEvent>'
                + task("u", io(inputs="wanted")) + flow("s", "u"))
    for body in (there, straight):
        running = Running().publish("p", body)
        running.start("p", Order={"n": 1})
        running.complete("u")
        merged = {**changes(running)["s"], **changes(running)["u"]}
        assert merged["wanted"] == {"n": 1}


def test_a_timer_brings_nothing() -> None:
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    body = (S + data_object("D", "seen") + f'<bpmn:intermediateCatchEvent id="c">{brings("x", "D.ref")}{timer}'
            "</bpmn:intermediateCatchEvent>" + user_task("u") + line("s", "c", "u"))
    running = Running().publish("p", body)
    running.start("p")
    running.wait(hours=2)
    assert changes(running)["c"] == {}


def test_data_with_an_id_that_a_tool_made_goes_by_its_name() -> None:
    for key in ("_rLAK8PYmEeGfSMXWr9vEGA", "DataObject_0yvs5a9", "_83820D13-5545-488E-B86C-485C9FC4AEC5"):
        body = (S + f'<bpmn:dataObject id="{key}"/><bpmn:dataObjectReference id="r" name="Order form" '
                f'dataObjectRef="{key}"/>' + task("u", tie("Output", "", "r")) + user_task("v") + line("s", "u", "v"))
        running = Running().publish("p", body)
        running.start("p")
        running.complete("u", Order_form={"n": 1})
        found = normalise(read_xml(diagram("p", body)), "p").root.find(".//{*}dataObject")
        assert found is not None and found.get("id") == "Order_form"


def test_data_that_expressions_call_by_its_id_keeps_it() -> None:
    body = (S + '<bpmn:dataObject id="DataObject_0yvs5a9" name="order"/><bpmn:scriptTask id="t"><bpmn:script>'
            "DataObject_0yvs5a9 = 1</bpmn:script></bpmn:scriptTask>" + flow("s", "t"))
    found = normalise(read_xml(diagram("p", body)), "p").root.find(".//{*}dataObject")
    assert found is not None and found.get("id") == "DataObject_0yvs5a9"


def test_two_of_one_name_keep_their_ids() -> None:
    body = S + "".join(f'<bpmn:dataObject id="DataObject_0yvs5a{n}" name="order"/>' for n in (1, 2))
    found = [one.get("id") for one in normalise(read_xml(diagram("p", body)), "p").root.iter("{*}dataObject")]
    assert found == ["DataObject_0yvs5a1", "DataObject_0yvs5a2"]


def test_a_message_named_by_its_item_is_the_message_of_that_item() -> None:
    items = '<bpmn:itemDefinition id="i" structureRef="tns:Order"/>'
    body = (S + '<bpmn:receiveTask id="r" messageRef="i"/><bpmn:intermediateThrowEvent id="t">'
            '<bpmn:messageEventDefinition messageRef="t:i"/></bpmn:intermediateThrowEvent>' + line("s", "r", "t"))
    for more, name in ((items, "Order"), (items + '<bpmn:message id="m" name="ordered" itemRef="i"/>', "ordered")):
        running = Running().publish("p", body, more)
        running.start("p")
        assert running.send(name) is not None
        assert [one["name"] for one in running.kinds("MessageThrown")] == [name]


def test_instances_run_over_the_only_list_among_the_inputs() -> None:
    loop = '<bpmn:multiInstanceLoopCharacteristics isSequential="true"/>'
    for kind in ('isCollection="true"', 'itemSubjectRef="t:many"'):
        body = (S + f'<bpmn:dataObject id="D" name="offices" {kind}/><bpmn:dataObjectReference id="D.ref" '
                'dataObjectRef="D"/>' + task("u", io("one", "x") + tie("Input", "D.ref", "i_0") + loop)
                + flow("s", "u"))
        running = Running().publish("p", body, '<bpmn:itemDefinition id="many" isCollection="true"/>')
        running.start("p", offices=["a", "b"])
        running.complete("u")
        running.complete("u")
        assert passed(running).count("u") >= 1 and not running.open and running.kinds("CaseClosed")


def test_instances_over_nothing_that_is_a_list_stay_refused() -> None:
    loop = "<bpmn:multiInstanceLoopCharacteristics/>"
    body = S + data_object("D", "office") + task("u", io("one") + tie("Input", "D.ref", "i_0") + loop) + flow("s", "u")
    found = normalise(read_xml(diagram("p", body)), "p").root.find(".//{*}loopDataInputRef")
    assert found is None


def test_an_assignment_calls_generated_data_by_its_name_or_is_lost() -> None:
    key, item = "DataObject_WrR3gRszEeqkhYLXtt1BFw_RLk_mHH_Eei9Z4IY4QeFuA", "_RLk_mHH_Eei9Z4IY4QeFuA"

    def given(source: str) -> str:
        return (S + f'<bpmn:dataObject id="{key}" name="loan" itemSubjectRef="{item}"/>'
                + task("u", tie("Output", "", "", "<bpmn:assignment><bpmn:from>" + source + "</bpmn:from><bpmn:to>"
                                f"getDataObject('{item}')</bpmn:to></bpmn:assignment>")) + flow("s", "u"))

    running = Running().publish("p", given("amount1 + 1"))
    running.start("p")
    running.complete("u", amount1=4)
    assert changes(running)["u"]["loan"] == 5
    notes = normalise(read_xml(diagram("p", given("getDataOutput('_WsAQQRszEeqkhYLXtt1BFw')/result"))), "p").reports
    assert [(one.severity, one.rule) for one in notes if one.element == "u"] == [("lost", "data")]
