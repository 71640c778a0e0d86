"""Where people may begin a process, and what evidence a task asks for, is checked before it is published."""

import pytest

from app.engine.lint import lint_process
from app.engine.versions import load_version
from tests.engine.running import Running, diagram, extension, line, user_task


def findings(body: str) -> list[tuple[str, str]]:
    found = lint_process(diagram("p", body), file="p.bpmn", forms={"t/form"}, decisions={}, roles={"street_duty"},
                         processes=())
    return [(one.element, one.rule) for one in found]


def start(definition: str = "", key: str = "s", **properties: str) -> str:
    return f'<bpmn:startEvent id="{key}">{extension(properties)}{definition}</bpmn:startEvent>'


END = '<bpmn:endEvent id="e"/>' + line("s", "e")
GOOD = {"candidateRoles": "street_duty", "form": "t/form"}


@pytest.mark.parametrize("more", [{}, {"orgScope": "street"}, {"orgScope": "=&quot;33.02.11&quot;"}])
def test_a_plain_start_with_roles_and_form_may_be_begun_by_hand(more):
    body = start(**GOOD, **more) + END
    assert findings(body) == []
    point = load_version("p", 1, diagram("p", body)).start_by_hand()
    assert point is not None and (point.node, point.roles, point.form) == ("s", ("street_duty",), "t/form")


@pytest.mark.parametrize(
    ("properties", "rule"),
    [
        ({"form": "t/form"}, "roles"), ({**GOOD, "candidateRoles": "nobody"}, "roles"),
        ({**GOOD, "candidateRoles": "=roles"}, "roles"), ({**GOOD, "candidateRoles": " , "}, "roles"),
        ({"candidateRoles": "street_duty"}, "form"), ({**GOOD, "form": "t/none"}, "form"),
        ({**GOOD, "form": "=form"}, "form"), ({**GOOD, "orgScope": "lead_unit"}, "scope"),
        ({**GOOD, "orgScope": "moon"}, "scope"), ({**GOOD, "orgScope": "=1 +"}, "expression"),
        ({**GOOD, "assignee": "=x"}, "property"),
    ],
)  # fmt: skip
def test_what_is_missing_or_unknown_is_a_finding(properties, rule):
    assert findings(start(**properties) + END) == [("s", rule)]


def test_only_one_plain_start_of_the_process_itself_is_for_people():
    message = '<bpmn:messageEventDefinition id="m"/>'
    assert findings(start(message, **GOOD) + END) == [("s", "start-by-hand")]
    both = start(**GOOD) + start(key="t", **GOOD) + END + line("t", "e")
    assert findings(both) == [("t", "start-by-hand")]
    inside = (start(key="a", **GOOD) + '<bpmn:endEvent id="z"/>' + line("a", "z"))
    body = f'<bpmn:startEvent id="s"/><bpmn:subProcess id="box">{inside}</bpmn:subProcess><bpmn:endEvent id="e"/>'
    assert findings(body + line("s", "box", "e")) == [("a", "start-by-hand")]


def test_a_start_that_waits_is_not_begun_by_hand_beside_one_that_is():
    message = '<bpmn:messageEventDefinition id="m" messageRef="come"/>'
    body = start(message, key="w") + start(**GOOD) + END + line("w", "e")
    version = load_version("p", 1, diagram("p", body, '<bpmn:message id="come" name="come"/>'))
    assert [one.kind for one in version.starts] == ["message", "none"]
    found = version.start_by_hand()
    assert found is not None and found.node == "s"
    assert load_version("p", 1, diagram("p", start() + END)).start_by_hand() is None


def test_a_call_begins_at_the_plain_start_that_is_not_for_people():
    body = start(key="hand", **GOOD) + start() + user_task("h") + user_task("c") + '<bpmn:endEvent id="e"/>'
    sub = body + line("hand", "h", "e") + line("s", "c", "e")
    case = Running().publish("sub", sub)
    call = '<bpmn:startEvent id="s"/><bpmn:callActivity id="call" calledElement="sub"/><bpmn:endEvent id="e"/>'
    case.publish("p", call + line("s", "call", "e"))
    case.start("p")
    assert [task.node for task in case.open.values()] == ["c"] and case.again() is None
    assert case.library.process("sub").start_by_hand().node == "hand"


@pytest.mark.parametrize(
    ("properties", "count"),
    [
        ({"evidence": "after_photo"}, 0), ({"evidence": "position,officers , after_photo"}, 0),
        ({"evidence": "position", "evidencePlace": "={lat: 1, lon: 2}", "evidenceAt": "=meeting_at"}, 0),
        ({"evidence": "photo"}, 1), ({"evidence": "position", "evidencePlace": "here"}, 1),
        ({"evidenceAt": "=meeting_at"}, 1), ({"evidence": "officers", "evidencePlace": "={lat: 1, lon: 2}"}, 1),
    ],
)  # fmt: skip
def test_kinds_of_evidence_are_known(properties, count):
    body = '<bpmn:startEvent id="s"/>' + user_task("u", **properties) + '<bpmn:endEvent id="e"/>' + line("s", "u", "e")
    assert findings(body) == [("u", "evidence")] * count


def test_a_process_says_what_it_is_for():
    said = "<bpmn:documentation> 用途 </bpmn:documentation>" + extension({"documentation_en": "Its purpose"})
    version = load_version("p", 1, diagram("p", said + start(**GOOD) + END))
    assert version.about == ("用途", "Its purpose")


@pytest.mark.parametrize(("properties", "rules"), [
    ({"offeredTo": "street_duty", "orgScope": "street", "form": "t/form", "condition": "=event.open = true"}, []),
    ({"offeredTo": "nobody", "orgScope": "street", "form": "t/form"}, ["act"]),
    ({"offeredTo": "street_duty", "orgScope": "street"}, ["form"]),
    ({"offeredTo": "cases"}, []), ({"offeredTo": "cases", "form": "t/form"}, ["act"]),
    ({"offeredTo": "cases,street_duty", "orgScope": "street", "form": "t/form"}, ["act"]),
])  # fmt: skip
def test_the_message_of_an_event_subprocess_may_be_an_act(properties, rules):
    message = '<bpmn:messageEventDefinition id="m" messageRef="come"/>'
    inside = start(message, key="a", **properties) + '<bpmn:endEvent id="z"/>' + line("a", "z")
    body = start() + END + f'<bpmn:subProcess id="box" triggeredByEvent="true">{inside}</bpmn:subProcess>'
    found = lint_process(diagram("p", body, '<bpmn:message id="come" name="come"/>'), file="p.bpmn", forms={"t/form"},
                         decisions={}, roles={"street_duty"}, processes=())
    assert [one.rule for one in found] == rules


def test_a_start_that_waits_for_a_message_may_name_whose_message_begins():
    message = '<bpmn:messageEventDefinition id="m" messageRef="come"/>'
    declared = '<bpmn:message id="come" name="come"/>'
    named = {"candidateRoles": "street_duty", "orgScope": "street"}

    def found(**properties):
        content = diagram("p", start(message, **properties) + END, declared)
        return [(one.element, one.rule) for one in lint_process(content, file="p.bpmn", forms={"t/form"}, decisions={},
                                                                roles={"street_duty"}, processes=())]  # fmt: skip

    assert found(**named) == []
    (point,) = load_version("p", 1, diagram("p", start(message, **named) + END, declared)).starts
    assert (point.kind, point.roles, point.org_scope) == ("message", ("street_duty",), "street")
    assert found(**{**named, "candidateRoles": "nobody"}) == [("s", "roles")]
    assert found(**{**named, "orgScope": "moon"}) == [("s", "scope")]
    assert found(**named, form="t/form") == [("s", "start-by-hand")]
    timer = '<bpmn:timerEventDefinition id="t"><bpmn:timeCycle>R/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>'
    assert ("s", "start-by-hand") in findings(start(timer, **named) + END)
