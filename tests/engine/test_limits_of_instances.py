"""Several instances of one activity: each has its own clock, due time, timers and acts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.errors import StepFailed
from app.engine import commands, steering
from tests.engine.running import MONDAY, Running, extension, flow, line, service, user_task

START, END = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'
MESSAGE = '<bpmn:message id="m" name="ask"/>'


def many(tag: str, key: str, inside: str = "", *, sequential: str = "false", item: str = "one", more: str = "",
         of: str = "list", **properties: str) -> str:
    loop = (f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}"><bpmn:loopDataInputRef>{of}'
            f'</bpmn:loopDataInputRef><bpmn:inputDataItem id="{item}"/>'
            "</bpmn:multiInstanceLoopCharacteristics>")
    return f'<bpmn:{tag} id="{key}" name="{key}"{more}>{extension(properties)}{inside}{loop}</bpmn:{tag}>'


def timer(key: str, host: str, at: str) -> str:
    return (f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="false"><bpmn:timerEventDefinition>'
            f"<bpmn:timeDate>{at}</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>")


def act(key: str, host: str) -> str:
    return (f'<bpmn:boundaryEvent id="{key}" name="{key}" attachedToRef="{host}" cancelActivity="false">'
            '<bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>')


def inner(script: str = "", extend: str = "") -> str:
    """One task with a limit of its item's length, a light at its end, and an act that extends it."""
    noted = service("note", "fact.record", kind="&quot;red &quot; + one.n")
    task = user_task("work", script, limit="task", limitAmount="=string(one.h) + &quot; h&quot;")
    longer = service("more", "limits.extend", name="&quot;task&quot;", amount="&quot;10 h&quot;") if extend else ""
    edges = timer("red", "work", "=limits.task.due_at") + noted + flow("red", "note")
    edges += act("ask", "work") + longer + flow("ask", "more") if extend else ""
    return START.replace('"s"', '"is"') + task + edges + END.replace('"e"', '"ie"') + line("is", "work", "ie")


def started(body: str, **variables: Any) -> Running:
    case = Running().publish("p", START + body + END + line("s", "box", "e"), MESSAGE)
    case.start("p", **({"list": [{"n": "A", "h": 10}, {"n": "B", "h": 20}, {"n": "C", "h": 30}]} | variables))
    return case


def variables(case: Running, key: str) -> dict[str, Any]:
    return commands.scope_of(case.world, case.by(), case.state, key)


def limits(case: Running) -> dict[str, Any]:
    found: dict[str, Any] = case.progress.record["limits"]
    return found


def due(case: Running) -> dict[str, timedelta]:
    return {key: task.due_at - MONDAY for key, task in case.open.items() if task.due_at}


def reds(case: Running) -> list[str]:
    return [fact.content["kind"] for fact in case.facts if fact.kind == "Noted"]


HOURS = {"p/work#1": timedelta(hours=10), "p/work#2": timedelta(hours=20), "p/work#3": timedelta(hours=30)}


def test_each_instance_has_its_own_due_time_timers_and_light():
    case = started(many("subProcess", "box", inner()))
    assert due(case) == HOURS
    assert [one.limit for one in case.open.values()] == ["task", "task#2", "task#3"]
    case.wait(hours=11)
    assert reds(case) == ["red A"]
    case.wait(hours=10)
    assert reds(case) == ["red A", "red B"]
    case.complete("p/work#3")
    assert {key: one["state"] for key, one in limits(case).items()} == {
        "task": "running", "task#2": "running", "task#3": "ended"}
    assert next(f for f in case.facts if f.kind == "LimitEnded").content["limit"] == "task#3"
    case.wait(hours=20)
    assert reds(case) == ["red A", "red B"]
    case.complete("p/work#1")
    assert case.complete("p/work#2").closed
    assert case.again() is None


def test_a_limit_on_the_task_itself_is_each_ones_own():
    case = started(many("userTask", "box", limit="task", limitAmount="=string(one.h) + &quot; h&quot;",
                        candidateRoles="street_duty", orgScope="street", form="t/form"))
    assert [one - MONDAY for one in (task.due_at for task in case.open.values())] == list(HOURS.values())
    case.complete("p/box#2")
    assert [one["state"] for one in limits(case).values()] == ["running", "ended", "running"]
    case.complete("p/box#1")
    assert case.complete("p/box#3").closed and case.again() is None


def test_an_extension_moves_its_own_instance_alone():
    case = started(many("subProcess", "box", inner(extend="yes")))
    second = [one for one in case.progress.subscriptions if one.message == "ask"][1]
    assert second.task_key == "p/work#2"
    moved = case.send("ask", key=second.key)
    assert [one.key for one in moved.moved] == ["p/work#2"]
    assert due(case) == HOURS | {"p/work#2": timedelta(hours=30)}
    case.wait(hours=21)
    assert reds(case) == ["red A"]
    case.wait(hours=10)
    assert sorted(reds(case)) == ["red A", "red B", "red C"]
    assert case.again() is None


def test_an_act_of_one_instance_is_performed_alone():
    body = inner().replace(END.replace('"e"', '"ie"'), "", 1)
    asked = user_task("answer", limit="answer", limitAmount="1 h")
    body += act("ask", "work") + asked + flow("ask", "answer") + END.replace('"e"', '"ie"')
    case = started(many("subProcess", "box", body))
    acts = [one for one in case.progress.subscriptions if one.message == "ask"]
    assert [one.task_key for one in acts] == list(HOURS) and len({one.key for one in acts}) == 3
    case.send("ask", acts[1].key, why="x")
    assert [key for key in case.open if "answer" in key] == ["p/answer#1"]
    assert variables(case, "p/answer#1")["one"]["n"] == "B" and variables(case, "p/answer#1")["why"] == "x"
    # what was asked in one instance is not known in the others, and may be asked again there
    assert "why" not in variables(case, "p/work#1")
    case.send("ask", acts[0].key, why="y")
    assert variables(case, "p/answer#2")["one"]["n"] == "A" and variables(case, "p/answer#2")["why"] == "y"
    assert [one.limit for one in case.open.values() if one.node == "answer"] == ["answer#2", "answer"]
    assert case.again() is None


def test_a_called_process_works_in_the_instance_that_calls_it():
    called = inner(extend="yes")
    case = Running().publish("sub", called, MESSAGE)
    case.publish("p", START + many("callActivity", "box", more=' calledElement="sub"') + END + line("s", "box", "e"))
    case.start("p", list=[{"n": "A", "h": 10}, {"n": "B", "h": 20}])
    assert due(case) == {"sub/work#1": timedelta(hours=10), "sub/work#2": timedelta(hours=20)}
    second = [one for one in case.progress.subscriptions if one.message == "ask"][1]
    case.send("ask", key=second.key)
    assert due(case) == {"sub/work#1": timedelta(hours=10), "sub/work#2": timedelta(hours=30)}
    case.wait(hours=12)
    assert reds(case) == ["red A"]
    case.complete("sub/work#1")
    assert case.complete("sub/work#2").closed and case.again() is None


def test_instances_inside_instances_and_a_limit_around_them():
    amount = "=string(part) + &quot; h&quot;"
    task = many("userTask", "work", of="one.parts", item="part", limit="task", limitAmount=amount,
                candidateRoles="street_duty", orgScope="street", form="t/form")
    body = (START.replace('"s"', '"is"') + task
            + END.replace('"e"', '"ie"') + line("is", "work", "ie"))
    box = many("subProcess", "box", body, limit="task", limitAmount="40 h")
    case = started(box, list=[{"parts": [1, 2]}, {"parts": [3]}])
    assert sorted(one.due_at - MONDAY for one in case.open.values()) == [timedelta(hours=n) for n in (1, 2, 3)]
    assert set(limits(case)) == {"task", "task#2", "task#1.1", "task#1.2", "task#2.1"}
    for key in list(case.open):
        case.complete(key)
    assert case.progress.closed and {one["state"] for one in limits(case).values()} == {"ended"}
    assert case.again() is None


def test_a_limit_that_runs_around_the_instances_is_read_inside_and_not_taken_over():
    script = "seen = limits.whole.due_at\nown = limits.task.due_at\nother = limits.later.due_at"
    outer = (START.replace('"s"', '"os"') + many("subProcess", "box", inner(script)) + END.replace('"e"', '"oe"')
             + line("os", "box", "oe"))
    whole = extension({"limit": "whole", "limitAmount": "50 h"})
    around = f'<bpmn:subProcess id="around">{whole}{outer}</bpmn:subProcess>'
    case = Running().publish("p", START + around + user_task("z") + END + line("s", "around", "z", "e"))
    case.start("p", list=[{"n": "A", "h": 10}, {"n": "B", "h": 20}])
    case.complete("p/work#2")
    case.complete("p/work#1")
    assert variables(case, "p/z#1")["seen"] == (MONDAY + timedelta(hours=50)).isoformat()
    assert variables(case, "p/z#1")["own"] == (MONDAY + timedelta(hours=10)).isoformat()
    assert case.again() is None


def test_turns_one_after_the_other_take_the_limit_over():
    case = started(many("subProcess", "box", inner(), sequential="true"))
    for _ in range(3):
        (key,) = case.open
        assert case.open[key].limit == "task"
        case.complete(key)
    assert set(limits(case)) == {"task"} and case.again() is None


def test_an_instance_that_is_added_later_gets_its_own():
    case = started(many("subProcess", "box", inner()))
    case.wait(hours=5)
    command = case.by("boss")
    case._keep(steering.add_instance(case.world, command, case.state, "p/box#1", {"n": "D", "h": 10}), command)
    assert case.open["p/work#4"].limit == "task#4"
    assert case.open["p/work#4"].due_at == MONDAY + timedelta(hours=15)
    assert case.again() is None


def test_a_limit_of_another_instance_cannot_be_moved():
    stop = service("stop", "limits.extend", name="&quot;late&quot;", amount="&quot;1 h&quot;")
    begin = service("begin", "limits.start", name="&quot;late&quot;", amount="&quot;1 h&quot;")
    ways = (flow("is", "which") + '<bpmn:sequenceFlow id="a" sourceRef="which" targetRef="begin">'
            "<bpmn:conditionExpression>one.n = &quot;A&quot;</bpmn:conditionExpression></bpmn:sequenceFlow>"
            + flow("which", "wait") + flow("wait", "stop"))
    body = (START.replace('"s"', '"is"') + '<bpmn:exclusiveGateway id="which" default="which_wait"/>' + begin
            + user_task("wait") + stop + END.replace('"e"', '"ie"') + ways + flow("begin", "ie") + flow("stop", "ie"))
    case = started(many("subProcess", "box", body), list=[{"n": "A"}, {"n": "B"}])
    assert set(limits(case)) == {"late"}
    with pytest.raises(StepFailed, match="does not run"):
        case.complete("p/wait#1")


def test_a_case_from_before_instances_had_limits_of_their_own_goes_on_and_runs_again():
    case = Running()
    case.world = replace(case.world, limit_names=frozenset())
    task = many("userTask", "box", limit="task", limitAmount="5 h", candidateRoles="street_duty", orgScope="street",
                form="t/form")
    case.publish("p", START + task + END + line("s", "box", "e"))
    case.start("p", list=[{"n": "A"}, {"n": "B"}, {"n": "C"}])
    # as it was: one clock for all
    assert [one["name"] for one in case.kinds("LimitStarted")] == ["task"] * 3 and set(limits(case)) == {"task"}
    case.complete("p/box#1")
    case.world = replace(case.world, limit_names=None)
    assert case.complete("p/box#3") and case.complete("p/box#2").closed
    assert [one["limit"] for one in case.kinds("LimitEnded")] == ["task"]
    assert case.again() is None


def test_sets_that_run_beside_each_other_share_no_limit():
    """Two sets of one called process in one case: each instance keeps its own clock, whichever set it is of."""
    fork = '<bpmn:parallelGateway id="f"/>'
    first, second = (many("callActivity", key, of=of, more=' calledElement="labour"') for key, of in
                     (("here", "list"), ("there", "later")))
    second = second.replace('id="one"', 'id="again" name="one"')
    case = Running().publish("labour", inner(), MESSAGE)
    case.publish("p", START + fork + first + second + END + line("s", "f", "here", "e") + line("f", "there", "e"))
    case.start("p", list=[{"n": "A", "h": 10}, {"n": "B", "h": 20}], later=[{"n": "C", "h": 30}])
    assert sorted(due(case).values()) == [timedelta(hours=hours) for hours in (10, 20, 30)]
    assert sorted(one.limit for one in case.open.values()) == ["task", "task#2", "task#3"]
    last = next(key for key, task in case.open.items() if task.limit == "task#3")
    case.complete(last)
    assert {key: one["state"] for key, one in limits(case).items()} == {
        "task": "running", "task#2": "running", "task#3": "ended"}
    case.wait(hours=31)
    assert reds(case) == ["red A", "red B"]
    assert case.again() is None
