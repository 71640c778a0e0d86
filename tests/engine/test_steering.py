"""A case that is steered by hand: moved, skipped, stopped, resumed, with more or fewer people; all of it runs again."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.errors import ActNotOpen, CaseIsSuspended, StepFailed, TaskAlreadyDone
from app.engine import steering
from tests.engine.running import Running, extension, flow, line, user_task

START, END = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'
TIMER = ('<bpmn:boundaryEvent id="t" attachedToRef="{0}" cancelActivity="false"><bpmn:timerEventDefinition>'
         "<bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>")


def steer(case: Running, act: Any, *given: Any, **named: Any) -> Any:
    command = case.by("boss")
    return case._keep(act(case.world, command, case.state, *given, **named), command)


def scope(key: str, inside: str) -> str:
    return f'<bpmn:subProcess id="{key}">{inside}</bpmn:subProcess>'


def nested() -> Running:
    inner = f'<bpmn:startEvent id="ws"/>{user_task("x")}{user_task("y")}<bpmn:endEvent id="we"/>'
    body = START + user_task("a") + scope("w", inner + line("ws", "x", "y", "we")) + user_task("b") + END
    case = Running().publish("p", body + TIMER.format("w") + '<bpmn:endEvent id="te"/>' + flow("t", "te")
                             + line("s", "a", "w", "b", "e"))
    case.start("p")
    return case


def forked() -> Running:
    body = (START + user_task("before") + '<bpmn:parallelGateway id="f"/><bpmn:parallelGateway id="j"/>'
            + user_task("a") + user_task("b") + user_task("z") + END + line("s", "before", "f") + flow("f", "a")
            + flow("f", "b") + flow("a", "j") + flow("b", "j") + line("j", "z", "e"))
    case = Running().publish("p", body)
    case.start("p")
    case.complete("before")
    return case


def several(sequential: bool = False, condition: str = "") -> Running:
    end = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    loop = (f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
            "<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>votes</bpmn:loopDataOutputRef>"
            '<bpmn:inputDataItem id="person"/><bpmn:outputDataItem id="vote"/>'
            f"{end}</bpmn:multiInstanceLoopCharacteristics>")
    task = user_task("sign", assignee="=person").replace("</bpmn:userTask>", loop + "</bpmn:userTask>")
    case = Running().publish("p", START + task + user_task("z", script="event.votes = votes") + END
                             + line("s", "sign", "z", "e"))
    case.start("p", people=["one", "two", "three"])
    return case


def holders(case: Running) -> list[str]:
    return [str(task.assignee) for task in case.open.values() if task]


def test_a_token_jumps_into_a_scope_and_back_out_and_its_timer_goes_with_it():
    case = nested()
    moved = steer(case, steering.move, "p/a#1", "y", variables={"why": "direct"}, reason="urgent")
    assert moved.ended == {"p/a#1": "cancelled"} and list(case.open) == ["p/y#1"]
    assert [timer.node for timer in case.progress.timers] == ["t"]
    back = steer(case, steering.move, "p/y#1", "a")
    assert list(case.open) == ["p/a#2"] and back.timers == ()
    for node in ("p/a#2", "x", "p/y#2", "b"):
        case.complete(node)
    assert case.progress.closed and case.again() is None


def test_a_return_before_a_fork_takes_all_branches_with_it():
    case = forked()
    case.complete("a")
    steer(case, steering.move, "p/b#1", "before", siblings=True, reason="wrong unit")
    assert list(case.open) == ["p/before#2"]
    for node in ("p/before#2", "p/a#2", "p/b#2", "z"):
        case.complete(node)
    assert case.progress.closed and case.again() is None


def test_a_jump_over_a_join_leaves_the_other_branch_alone():
    case = forked()
    steer(case, steering.move, "p/a#1", "z")
    assert sorted(case.open) == ["p/b#1", "p/z#1"]
    assert case.again() is None


def test_a_skipped_task_counts_as_done_and_a_cancelled_branch_does_not():
    case = forked()
    steer(case, steering.skip, "p/a#1", variables={"note": "not needed"})
    assert list(case.open) == ["p/b#1"]
    steer(case, steering.skip, "p/b#1")
    assert list(case.open) == ["p/z#1"]
    other = forked()
    steer(other, steering.cancel_branch, "p/a#1")
    other.complete("b")
    assert other.open == {} and not other.progress.closed, "the join still waits for the other branch"
    assert case.again() is None and other.again() is None


def test_a_scope_is_skipped_or_cancelled_as_a_whole():
    case = nested()
    case.complete("a")
    steer(case, steering.skip, "p/w#1")
    assert list(case.open) == ["p/b#1"] and case.progress.timers == ()
    assert case.again() is None


def test_a_suspended_case_stands_still_and_comes_back_with_its_moments():
    case = nested()
    case.complete("a")
    still = steer(case, steering.suspend, reason="lawsuit")
    assert still.timers == () and still.subscriptions == ()
    with pytest.raises(CaseIsSuspended):
        case.complete("x")
    with pytest.raises(CaseIsSuspended):
        steer(case, steering.suspend)
    case.now += timedelta(hours=5)
    assert len(steer(case, steering.resume).timers) == 1
    case.wait(minutes=1)
    assert len(case.kinds("TimerFired")) == 1
    with pytest.raises(ActNotOpen):
        steer(case, steering.resume)
    assert case.again() is None


def test_a_case_is_cancelled_and_restarted():
    case = nested()
    case.complete("a")
    again = steer(case, steering.restart, variables={"round": 2}, reason="from the beginning")
    assert list(case.open) == ["p/a#2"] and again.ended == {"p/x#1": "cancelled"}
    gone = steer(case, steering.cancel_case, reason="withdrawn")
    assert gone.closed and case.open == {} and gone.timers == ()
    assert case.again() is None


def test_a_participant_is_added_and_another_removed():
    case = several()
    steer(case, steering.add_instance, "p/sign#1", "four")
    assert holders(case) == ["one", "two", "three", "four"]
    steer(case, steering.change_participants, "p/sign#2", "remove", {})
    for key in ("p/sign#1", "p/sign#3", "p/sign#4"):
        case.complete(key, vote=key[-1])
    case.complete("z")
    assert case.progress.record["votes"] == ["1", "3", "4"] and case.again() is None


def test_the_order_of_those_who_sign_one_after_another_changes():
    case = several(sequential=True)
    steer(case, steering.change_participants, "p/sign#1", "order", {"items": ["three", "two"]})
    steer(case, steering.change_participants, "p/sign#1", "add", {"item": "four"})
    seen = []
    for number in range(1, 5):
        seen += holders(case)
        case.complete(f"p/sign#{number}", vote=number)
    assert seen == ["one", "three", "two", "four"] and case.again() is None


@pytest.mark.parametrize(
    ("change", "params"),
    [("rule", {"condition": "numberOfCompletedInstances >= 2"}), ("vote", {"value": "yes", "share": 0.5})],
)
def test_a_rule_of_signing_is_changed_while_they_sign(change, params):
    case = several()
    steer(case, steering.change_participants, "p/sign#1", change, params)
    case.complete("p/sign#1", vote="yes")
    case.complete("p/sign#2", vote="yes")
    assert list(case.open) == ["p/z#1"] and case.again() is None


def test_a_limit_is_extended_by_hand_and_its_task_follows():
    body = START + user_task("a", limit="handling", limitAmount="10 h") + END + line("s", "a", "e")
    case = Running().publish("p", body)
    case.start("p")
    due = case.open["p/a#1"].due_at
    moved = steer(case, steering.change_limit, "extend", {"name": "handling", "amount": "5 h"}, reason="rain")
    assert moved.moved[0].due_at == due + timedelta(hours=5) and case.again() is None


@pytest.mark.parametrize(
    ("act", "given", "error"),
    [
        (steering.move, ("p/a#9", "b"), TaskAlreadyDone),
        (steering.move, ("p/a#1", "nowhere"), StepFailed),
        (steering.move, ("p/a#1", "p"), StepFailed),
        (steering.skip, ("p/b#1",), TaskAlreadyDone),
        (steering.change_participants, ("p/a#1", "add", {"item": 1}), StepFailed),
        (steering.change_limit, ("extend", {"name": "nothing", "amount": "1 h"}), StepFailed),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(act, given, error):
    case = nested()
    before = case.state
    with pytest.raises(error):
        steer(case, act, *given)
    assert case.state == before and list(case.open) == ["p/a#1"]


def test_a_moved_token_leaves_a_gateway_and_an_outside_call():
    catch = ('<bpmn:intermediateCatchEvent id="c">' + extension({}) + '<bpmn:messageEventDefinition messageRef="m"/>'
             "</bpmn:intermediateCatchEvent>")
    body = START + '<bpmn:eventBasedGateway id="g"/>' + catch + user_task("a") + END + line("s", "g", "c", "a", "e")
    case = Running().publish("p", body, '<bpmn:message id="m" name="told"/>')
    case.start("p")
    steer(case, steering.move, "p/g#1", "a")
    assert list(case.open) == ["p/a#1"] and case.progress.subscriptions == ()
    assert case.again() is None
