"""What Camunda 8 writes: mappings of jobs and events, several lines of FEEL, people, what is lost."""

from xml.sax.saxutils import escape

import pytest

from app.engine.lint import lint_process
from app.engine.reading.boxed import repetition
from tests.engine.reading.test_dialects import document, read
from tests.engine.reading.test_vendors import changes, noted, publish, words
from tests.engine.running import flow, line, user_task

S = '<bpmn:startEvent id="s"/>'


def extended(kind: str, inside: str, rest: str = "", attributes: str = "") -> str:
    return (f'<bpmn:{kind} id="x" {attributes}><bpmn:extensionElements>{inside}</bpmn:extensionElements>{rest}'
            f"</bpmn:{kind}>")


def test_what_a_job_gives_back_becomes_variables_and_is_mapped() -> None:
    inside = ('<zeebe:taskDefinition type="pay" retries="2"/><zeebe:ioMapping><zeebe:input source="=order.id" '
              'target="id"/><zeebe:output source="=total + 1" target="sum.net.value"/></zeebe:ioMapping>')
    running = publish(S + extended("serviceTask", inside) + flow("s", "x"), pay={"total": 4})
    running.start("p", order={"id": 9})
    found = changes(running)
    assert (found["id"], found["total"], found["sum"]) == (9, 4, {"net": {"value": 5}}) and running.again() is None


def test_feel_of_several_lines_is_one_assignment() -> None:
    text = "={&#10;  // a note&#10;  a: &quot;x//y&quot;, /* and&#10; more */ b: n + 1&#10;}"
    running = publish(S + extended("scriptTask", f'<zeebe:script expression="{text}" resultVariable="r"/>')
                      + flow("s", "x"))
    running.start("p", n=1)
    assert changes(running)["r"] == {"a": "x//y", "b": 2}


def test_a_message_event_maps_what_it_brings() -> None:
    inside = '<zeebe:ioMapping><zeebe:output source="=amount * 2" target="double"/></zeebe:ioMapping>'
    event = extended("intermediateCatchEvent", inside, '<bpmn:messageEventDefinition messageRef="m"/>')
    running = publish(S + event + flow("s", "x"), '<bpmn:message id="m" name="paid"/>')
    running.start("p")
    running.send("paid", amount=4)
    assert changes(running)["double"] == 8


@pytest.mark.parametrize(("inside", "lost"), [
    ('<zeebe:assignmentDefinition assignee="li" candidateUsers="wang"/>', "candidateUsers"),
    ('<zeebe:assignmentDefinition candidateUsers="wang, li"/>', "assignmentDefinition"),
    ('<zeebe:taskSchedule dueDate="P1D" followUpDate="P2D"/>', "followUpDate"),
    ('<zeebe:priorityDefinition priority="90"/>', "priorityDefinition"),
    ('<zeebe:taskListeners><zeebe:taskListener eventType="creating" type="x"/></zeebe:taskListeners>', "taskListeners"),
    ('<zeebe:executionListeners/>', "executionListeners"),
])  # fmt: skip
def test_what_has_no_equivalent_is_listed(inside: str, lost: str) -> None:
    assert lost in words(noted(S + extended("userTask", inside) + flow("s", "x")), "lost")


def test_the_only_candidate_holds_the_task() -> None:
    body = S + extended("userTask", '<zeebe:assignmentDefinition candidateUsers="wang"/>') + flow("s", "x")
    nodes, notes = read(body)
    assert nodes["x"].props["assignee"] == "wang" and not words(notes, "lost")


def test_an_outside_form_is_named() -> None:
    body = S + extended("userTask", '<zeebe:formDefinition externalReference="t/form"/>') + flow("s", "x")
    assert read(body)[0]["x"].props["form"] == "t/form"


def test_which_elements_an_ad_hoc_sub_process_begins_is_lost_and_said() -> None:
    inside = ('<zeebe:adHoc activeElementsCollection="=[&quot;t&quot;]"/>')
    body = S + extended("adHocSubProcess", inside, '<bpmn:task id="t"/>') + flow("s", "x")
    assert "adHoc" in words(noted(body), "lost")
    found = lint_process(document(body), file="p.bpmn", forms={}, decisions={}, roles=(), processes=())
    assert ("error", "ad-hoc", "x") in {(one.severity, one.rule, one.element) for one in found}


def test_attributes_and_extensions_of_parts_are_said() -> None:
    body = (S + '<bpmn:task id="x" zeebe:modelerTemplate="a.b"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x">'
            '<bpmn:extensionElements><zeebe:executionListeners/></bpmn:extensionElements></bpmn:sequenceFlow>')
    notes = noted(body)
    assert "modelerTemplate" in words(notes, "kept") and "executionListeners" in words(notes, "lost")


def test_the_result_of_an_external_task_of_camunda_7_becomes_variables() -> None:
    body = (S + '<bpmn:serviceTask id="x" camunda:type="external" camunda:topic="pay"/>' + user_task("u")
            + line("s", "x", "u"))
    running = publish(body, pay={"total": 4})
    running.start("p")
    assert changes(running) == {"total": 4}


@pytest.mark.parametrize(("text", "times", "pause"), [
    ('=cycle(3, duration("PT1H"))', 3, 60), ('= cycle( duration("PT" + string(n) + "M") )', None, 20),
    ("=cycle(count([1, 2]), pause)", 2, 30),
])  # fmt: skip
def test_a_repetition_of_camunda_8_comes_as_often_as_it_says(text: str, times: int | None, pause: int) -> None:
    body = (S + '<bpmn:receiveTask id="r" messageRef="m"/><bpmn:boundaryEvent id="b" attachedToRef="r" '
            'cancelActivity="false"><bpmn:timerEventDefinition><bpmn:timeCycle>' + escape(text) + "</bpmn:timeCycle>"
            '</bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:task id="t"/>' + flow("s", "r") + flow("b", "t"))
    running = publish(body, '<bpmn:message id="m" name="m"/>')
    running.start("p", n=20, pause="PT30M")
    for passed in range(1, (times or 4) + 1):
        running.wait(minutes=pause)
        assert [one.node for one in running.facts if one.kind == "StepPassed"].count("t") == passed
    running.wait(hours=5)
    assert times is None or [one.node for one in running.facts if one.kind == "StepPassed"].count("t") == times


@pytest.mark.parametrize("text", [
    "=cycle()", "=cycle(1, 2, 3)", "=cycle(1), (2)", '=cycle("(", x', "cycle(1, x)", "=cycle(1,)", "=cycle((1, x)",
])  # fmt: skip
def test_what_only_looks_like_a_repetition_stays_as_it_is(text: str) -> None:
    assert repetition(text) == text
