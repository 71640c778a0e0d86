"""Taking back what one has just completed."""

from collections.abc import Callable
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import Invalid, StaleRevision, TaskNotFound
from app.usecases import Tools
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.read_case import read_case
from app.usecases.desk.read_task import read_task
from app.usecases.desk.release_task import release_task
from app.usecases.desk.save_draft import save_draft
from app.usecases.steering.withdraw_completion import withdraw_completion
from app.usecases.steering.withdrawal import NotWithdrawable
from tests.engine.running import flow, line
from tests.usecases.drawn import END, START, Stage, drawn, throw, work

WHY = "填错了，收回重填"


@pytest.fixture
def officer(add_person: Callable[..., Actor]) -> Actor:
    return add_person("officer", "city_duty")


@pytest.fixture
def staged(stage: Stage) -> Stage:
    gates = '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    ways = gates + work("left") + work("right") + work("last") + END
    ways += flow("before", "fork") + flow("fork", "left") + flow("fork", "right")
    ways += flow("left", "join") + flow("right", "join") + line("join", "last", "e")
    stage.publish(
        drawn("chain", START, work("first"), work("second"), work("third"), END),
        drawn("forked", START, work("before"), ways=ways),
        drawn("tells", START, work("first"), throw("tell", "order.paid"), work("second"), END),
    )
    return stage


def open_of(stage: Stage, case_id: UUID, node: str) -> UUID:
    with stage.tools.store.unit_of_work() as uow:
        return next(task.id for task in uow.tasks.of_case(case_id)
                    if task.node == node and task.state in ("open", "claimed"))  # fmt: skip


def finish(stage: Stage, actor: Actor, case_id: UUID, node: str) -> UUID:
    task_id = open_of(stage, case_id, node)
    claim_task(stage.tools, actor=actor, task_id=task_id)
    complete_task(stage.tools, actor=actor, task_id=task_id, answers={"note": f"{node} done"})
    return task_id


def test_he_holds_it_again_with_what_he_had_written(staged: Stage, officer: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    done = finish(staged, officer, case_id, "first")
    assert read_case(tools, actor=officer, case_id=case_id).withdrawable == done
    with pytest.raises(StaleRevision):
        withdraw_completion(tools, actor=officer, task_id=done, reason=WHY, revision=77)
    with pytest.raises(Invalid):
        withdraw_completion(tools, actor=officer, task_id=done, reason=" ")
    again = withdraw_completion(tools, actor=officer, task_id=done, reason=WHY)
    assert (again.node, again.holder, staged.open(case_id)) == ("first", officer.id, ["first"])
    with tools.store.unit_of_work() as uow:
        assert uow.tasks.get(again.id).draft == {"note": "first done"}
    assert read_case(tools, actor=officer, case_id=case_id).withdrawable is None
    complete_task(tools, actor=officer, task_id=again.id, answers={"note": "better"})
    assert staged.open(case_id) == ["second"]
    staged.verified(case_id)


def test_what_followed_a_fork_goes_away_and_comes_again(staged: Stage, officer: Actor) -> None:
    case_id = staged.start("forked")
    again = withdraw_completion(
        staged.tools, actor=officer, task_id=finish(staged, officer, case_id, "before"), reason=WHY
    )
    assert again.node == "before" and staged.open(case_id) == ["before"]
    complete_task(staged.tools, actor=officer, task_id=again.id, answers={"note": "x"})
    assert sorted(staged.open(case_id)) == ["left", "right"]
    # a branch beside it is not touched
    left = finish(staged, officer, case_id, "left")
    with pytest.raises(NotWithdrawable):
        withdraw_completion(staged.tools, actor=officer, task_id=left, reason=WHY)
    # who came last at the join cannot go back: the other one would be left waiting
    right = finish(staged, officer, case_id, "right")
    with pytest.raises(NotWithdrawable):
        withdraw_completion(staged.tools, actor=officer, task_id=right, reason=WHY)
    assert staged.open(case_id) == ["last"]
    staged.verified(case_id)


def test_not_once_somebody_has_looked_after_it_and_not_by_another(
    staged: Stage, officer: Actor, add_person: Callable[..., Actor]
) -> None:
    tools, colleague = staged.tools, add_person("colleague", "city_duty")
    case_id = staged.start("chain")
    done = finish(staged, officer, case_id, "first")
    assert read_case(tools, actor=colleague, case_id=case_id).withdrawable is None
    with pytest.raises(NotWithdrawable):
        withdraw_completion(tools, actor=colleague, task_id=done, reason=WHY)
    with pytest.raises(TaskNotFound):
        withdraw_completion(tools, actor=add_person("elsewhere", "street_duty", unit="33.02.11.005.cmd"),
                            task_id=done, reason=WHY)  # fmt: skip
    second = open_of(staged, case_id, "second")
    claim_task(tools, actor=colleague, task_id=second)
    assert read_case(tools, actor=officer, case_id=case_id).withdrawable is None
    save_draft(tools, actor=colleague, task_id=second, values={"note": "half"})
    release_task(tools, actor=colleague, task_id=second)
    with pytest.raises(NotWithdrawable):
        withdraw_completion(tools, actor=officer, task_id=done, reason=WHY)
    assert staged.open(case_id) == ["second"]


def test_not_what_has_gone_out_of_the_case(staged: Stage, officer: Actor) -> None:
    case_id = staged.start("tells")
    done = finish(staged, officer, case_id, "first")
    with pytest.raises(NotWithdrawable):
        withdraw_completion(staged.tools, actor=officer, task_id=done, reason=WHY)
    # and nothing of the end of a case
    finish(staged, officer, case_id, "second")
    with pytest.raises(NotWithdrawable):
        withdraw_completion(staged.tools, actor=officer, task_id=done, reason=WHY)


def test_in_the_citys_own_process_the_handler_takes_his_signature_back(
    demo_city: Tools, street_case: UUID
) -> None:
    """What follows runs in a process of its own, inside an activity that goes away with it."""
    tools = demo_city

    def act(username: str, node: str, **answers: str) -> tuple[Actor, UUID]:
        with tools.store.unit_of_work() as uow:
            person = uow.people.by_username(username)
            assert person
            actor = uow.people.actor(person.id, tools.clock.now())
            task = next(one for one in uow.tasks.of_case(street_case) if one.node == node and one.state == "open")
        claim_task(tools, actor=actor, task_id=task.id)
        proposed = read_task(tools, actor=actor, task_id=task.id).values
        complete_task(tools, actor=actor, task_id=task.id, answers={**proposed, **answers})
        return actor, task.id

    def open_now() -> list[str]:
        with tools.store.unit_of_work() as uow:
            return [one.node for one in uow.tasks.of_case(street_case) if one.state in ("open", "claimed")]

    duty, accepted = act("duty.zs", "accept_decide", decision="accept")
    # the desk's process has ended; nobody gets back into it
    assert read_case(tools, actor=duty, case_id=street_case).withdrawable is None
    with pytest.raises(NotWithdrawable):
        withdraw_completion(tools, actor=duty, task_id=accepted, reason=WHY)
    with tools.store.unit_of_work() as uow:
        (sign,) = [one for one in uow.tasks.of_case(street_case) if one.state == "open"]
        role, unit = sign.candidates[0]
        holder = next(one.username for one in uow.hands.seated(sign.candidates, tools.clock.now(), ""))
    handler, signed = act(holder, "sign")
    assert (role, unit) in [(one.role, one.unit) for one in handler.assignments]
    follows = open_now()
    assert read_case(tools, actor=handler, case_id=street_case).withdrawable == signed
    again = withdraw_completion(tools, actor=handler, task_id=signed, reason=WHY)
    assert open_now() == ["sign"] and again.holder == handler.id
    complete_task(tools, actor=handler, task_id=again.id,
                  answers=read_task(tools, actor=handler, task_id=again.id).values)  # fmt: skip
    assert open_now() == follows
    Stage(tools, tools.config.var_dir).verified(street_case)
