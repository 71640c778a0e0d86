"""Cases from start to end: people, forks, calls, messages; each history runs again without divergence."""

from datetime import UTC

import pytest

from app.domain.errors import ActNotOpen, Conflict, Invalid, ProcessNotFound, StepFailed, TaskAlreadyDone, TaskNotReady
from app.domain.facts import ACTS, INCIDENTS, MOVES
from app.engine import replay_commands
from app.engine.world import OperationResult
from tests.engine.running import Running, extension, flow, line, service, user_task

START, END = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'

def one_task(**properties: str) -> Running:
    return Running().publish("p", START + user_task("a", **properties) + END + line("s", "a", "e"))


def test_a_task_opens_and_its_answers_end_the_case():
    case = one_task()
    started = case.start("p", x=1)
    assert [task.key for task in started.opened] == ["p/a#1"]
    assert started.opened[0].candidates == (("street_duty", "33.02.11.004.cmd"),)
    done = case.complete("a", note="好")
    assert done.closed and done.ended == {"p/a#1": "completed"}
    assert case.kinds("TaskCompleted")[0]["answers"] == {"note": "好"}
    assert case.again() is None


def test_an_unknown_process_is_refused_by_name():
    with pytest.raises(ProcessNotFound, match="nothing"):
        Running().start("nothing")


def test_a_second_completion_is_refused_and_changes_nothing():
    case = one_task()
    case.start("p")
    case.complete("a")
    with pytest.raises(TaskAlreadyDone):
        case._open["p/a#1"] = None
        case.complete("a")


def test_four_people_finish_four_parallel_tasks_in_any_order():
    tasks = "".join(user_task(name) for name in "abcd")
    body = (START + '<bpmn:parallelGateway id="f"/><bpmn:parallelGateway id="j"/>' + tasks + user_task("z") + END
            + flow("s", "f") + "".join(flow("f", n) + flow(n, "j") for n in "abcd") + line("j", "z", "e"))
    case = Running().publish("p", body)
    case.start("p")
    for name in "cadb":
        assert "p/z#1" not in case.open
        case.complete(name, **{name: name.upper()})
    assert list(case.open) == ["p/z#1"]
    assert case.complete("z").closed
    assert case.again() is None


def test_a_gateway_chooses_by_condition_and_refuses_a_misspelt_name():
    body = (START + user_task("a") + '<bpmn:exclusiveGateway id="g" default="g_e"/>' + user_task("b") + END
            + line("s", "a", "g") + flow("g", "b", '=decision = "yes" and event.urgency in ("U1", "U2")')
            + flow("g", "e") + flow("b", "e"))
    case = Running().publish("p", body)
    case.start("p", {"urgency": "U2"})
    assert [t.node for t in case.complete("a", decision="yes").opened] == ["b"]
    other = Running().publish("p", body)
    other.start("p")
    with pytest.raises(StepFailed, match="decision"):
        other.complete("a", decison="yes")


def test_a_loop_counts_its_rounds():
    body = (START + user_task("a", script="counts.rounds = counts.rounds + 1") +
            '<bpmn:exclusiveGateway id="g" default="g_e"/>' + END + line("s", "a", "g")
            + flow("g", "a", "=counts.rounds &lt; 3") + flow("g", "e"))
    case = Running().publish("p", body)
    case.start("p")
    for number in (1, 2, 3):
        assert list(case.open) == [f"p/a#{number}"]
        case.complete("a")
    assert case.progress.closed and case.progress.record["counts"] == {"rounds": 3}
    assert case.again() is None


def test_a_called_process_is_the_version_current_at_the_call():
    case = Running().publish("inner", START + user_task("old") + END + line("s", "old", "e"))
    case.publish("p", START + user_task("a") + '<bpmn:callActivity id="c" calledElement="inner"/>' + END
                 + line("s", "a", "c", "e"))
    case.start("p", kept="k")
    case.publish("inner", START + user_task("new", script="result = kept") + END + line("s", "new", "e"))
    assert [t.key for t in case.complete("a").opened] == ["inner/new#1"]
    assert case.kinds("ProcessCalled") == [{"called": "inner", "version": 2}]
    case.publish("inner", START + user_task("newest") + END + line("s", "newest", "e"))
    assert case.complete("new").closed, "a case stays on the version it was called with"
    assert case.again() is None


def test_parallel_instances_have_a_task_each_and_give_their_answers_together():
    loop = ('<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>units</bpmn:loopDataInputRef>'
            '<bpmn:loopDataOutputRef>opinions</bpmn:loopDataOutputRef><bpmn:inputDataItem id="unit" name="unit"/>'
            '<bpmn:outputDataItem id="opinion" name="opinion"/></bpmn:multiInstanceLoopCharacteristics>')
    task = user_task("assist", orgScope="=unit").replace("</bpmn:userTask>", loop + "</bpmn:userTask>")
    case = Running().publish("p", START + task + user_task("z") + END + line("s", "assist", "z", "e"))
    started = case.start("p", units=["33.02.11.004", "33.02.12.001"])
    assert [t.candidates[0][1] for t in started.opened] == ["33.02.11.004.cmd", "33.02.12.001.cmd"]
    case.complete("p/assist#2", opinion="二")
    case.complete("p/assist#1", opinion="一")
    assert list(case.open) == ["p/z#1"]
    assert case.complete("z").closed
    assert case.again() is None


def test_an_operation_is_asked_once_and_its_result_is_in_the_history():
    body = START + service("o", "unit.find", "found", role="'x'", unit="event.street").replace("'", "&quot;") + END
    case = Running(answers={"unit.find": OperationResult({"unit": "33.02"}, {"lead_unit": "33.02"})})
    case.publish("p", body + line("s", "o", "e"))
    assert case.start("p").record["lead_unit"] == "33.02"
    assert case.calls[0].params == {"role": "x", "unit": "33.02.11.004"}
    before = len(case.calls)
    assert case.again() is None
    assert len(case.calls) == before, "a replay asks nobody"


def test_an_act_catches_again_and_again_while_its_task_is_open():
    ask = ('<bpmn:boundaryEvent id="ask" attachedToRef="a" cancelActivity="false">'
           + extension({"offeredTo": "holder", "form": "t/form", "condition": "=counts.asked &lt; 2",
                        "conditionText": "不能再申请"})
           + '<bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>')
    count = ('<bpmn:scriptTask id="n" scriptFormat="feel"><bpmn:script>counts.asked = counts.asked + 1</bpmn:script>'
             "</bpmn:scriptTask>")
    case = Running().publish("p", START + user_task("a") + ask + count + END + '<bpmn:endEvent id="e2"/>'
                             + line("s", "a", "e") + line("ask", "n", "e2"), '<bpmn:message id="m" name="ext"/>')
    case.start("p")
    for _ in range(2):
        waiting = case.progress.subscriptions[0]
        assert waiting.open and waiting.task_key == "p/a#1"
        case.send("ext", waiting.key, why="雨")
    closed = case.progress.subscriptions[0]
    assert not closed.open and closed.closed_text == "不能再申请"
    with pytest.raises(ActNotOpen, match="不能再申请"):
        case.send("ext", closed.key, why="雨")
    assert case.send("ext", why="雨") is None, "a message to nobody in particular passes a closed act by"
    assert case.complete("a").closed
    assert case.again() is None


def test_a_message_that_nobody_waits_for_changes_nothing():
    case = one_task()
    case.start("p")
    assert case.send("unheard.of") is None


def test_a_finish_condition_refuses_with_its_own_words():
    case = one_task(finishCondition="=event.ready = true", finishConditionText="协办未完")
    case.start("p")
    with pytest.raises(TaskNotReady, match="协办未完"):
        case.complete("a")


def test_a_finish_condition_reads_what_is_answered_now_and_no_forged_record():
    case = one_task(finishCondition="=fine &lt;= 200 and event.open != true")
    case.start("p", {"open": False}, fine=100)
    with pytest.raises(TaskNotReady):
        case.complete("a", fine=201)
    assert case.complete("a", fine=200).closed
    case = one_task(finishCondition="=event.open != true")
    case.start("p", {"open": True})
    with pytest.raises(TaskNotReady):
        case.complete("a", event={"open": False})


def test_branches_do_not_see_each_others_variables_but_share_the_record():
    body = (START + '<bpmn:parallelGateway id="f"/><bpmn:parallelGateway id="j"/>'
            + user_task("a", script="secret = 1\nevent.shared = 1")
            + user_task("b", script="seen = secret\nalso = event.shared")
            + user_task("z") + END + flow("s", "f") + flow("f", "a") + flow("f", "b") + flow("a", "j") + flow("b", "j")
            + line("j", "z", "e"))
    case = Running().publish("p", body)
    case.start("p", rows=[{"x": 1}])
    case.complete("a")
    case.complete("b")
    seen = [fact["changes"] for fact in case.kinds("StepPassed") if "seen" in fact.get("changes", {})]
    assert case.progress.record["shared"] == 1
    assert seen == [{"seen": None, "also": 1}]
    assert case.complete("z").closed
    assert case.again() is None


def test_a_diagram_that_turns_in_circles_is_stopped():
    spin = '<bpmn:scriptTask id="n" scriptFormat="feel"><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>'
    body = START + spin + '<bpmn:exclusiveGateway id="g" default="g_e"/>' + END + line("s", "n", "g")
    case = Running().publish("p", body + flow("g", "n", "=x = 1") + flow("g", "e"))
    with pytest.raises(StepFailed, match="circles|recursion|stop"):
        case.start("p")


def test_a_changed_history_is_found_by_running_it_again():
    case = one_task(script="event.urgency = urgency")
    case.start("p")
    case.complete("a", urgency="U1")
    forged = list(case.facts)
    index = next(i for i, fact in enumerate(forged) if fact.kind == "RecordChanged")
    forged[index] = forged[index]._replace(body=forged[index].body.replace("U1", "U4"))
    case.facts[:] = forged
    from app.engine.replay import replay

    found = replay(case.library, case.facts, case.world)
    assert found is not None and found.seq == forged[index].seq and "U4" in found.expected and "U1" in found.found


@pytest.mark.parametrize("behind_a_gateway", [False, True])
def test_the_payload_of_a_message_becomes_variables_of_the_branch(behind_a_gateway):
    catch = ('<bpmn:intermediateCatchEvent id="c"><bpmn:messageEventDefinition messageRef="m"/>'
             "</bpmn:intermediateCatchEvent>")
    gateway = '<bpmn:eventBasedGateway id="w"/>' if behind_a_gateway else ""
    body = START + gateway + catch + user_task("a", script="event.heard = text") + END
    body += line("s", "w", "c", "a", "e") if behind_a_gateway else line("s", "c", "a", "e")
    case = Running().publish("p", body, '<bpmn:message id="m" name="told"/>')
    case.start("p")
    case.send("told", text="补充说明")
    case.complete("a")
    assert case.progress.record["heard"] == "补充说明"
    assert case.again() is None


def test_a_moment_in_another_zone_writes_the_same_history():
    case = one_task(limit="handling", limitAmount="4 wh", script="event.day = string(today())")
    case.now = case.now.replace(hour=3).astimezone(UTC)
    case.start("p")
    assert case.open["p/a#1"].due_at.isoformat() == "2026-03-02T14:00:00+08:00"
    case.complete("a")
    assert case.progress.record["day"] == "2026-03-02", "today is the city's day, also while it is yesterday in London"
    assert case.again() is None


CAUGHT = ('<bpmn:boundaryEvent id="wrong" attachedToRef="o"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>')


@pytest.mark.parametrize(
    ("failure", "code"),
    [(StepFailed("no", code="E7"), "E7"), (StepFailed("no"), "StepFailed"), (Invalid("no"), "Invalid"),
     (ProcessNotFound("no"), "ProcessNotFound")],
)
def test_an_operation_that_fails_is_caught_and_fails_again_in_the_replay(failure, code):
    def fail(call):
        raise failure

    body = (START + service("o", "unit.find") + CAUGHT + user_task("mend") + END + line("s", "o", "e")
            + line("wrong", "mend") + flow("mend", "e"))
    case = Running(answers={"unit.find": fail}).publish("p", body)
    case.start("p")
    assert list(case.open) == ["p/mend#1"]
    assert case.complete("mend", seen=code).closed
    assert case.kinds("OperationFailed") == [{"operation": "unit.find", "text": "no", "code": code}]
    assert case.again() is None


def test_a_conflict_of_the_database_is_no_error_of_the_diagram():
    def lock(call):
        raise Conflict(cause="deadlock_detected")

    body = (START + service("o", "unit.find") + CAUGHT + user_task("mend") + END + line("s", "o", "e")
            + line("wrong", "mend") + flow("mend", "e"))
    with pytest.raises(Conflict):
        Running(answers={"unit.find": lock}).publish("p", body).start("p")


def test_every_kind_of_command_that_moves_a_flow_can_run_again():
    assert {*replay_commands._COMMANDS, "TimerFired"} == MOVES
    assert not MOVES & (ACTS | INCIDENTS)
