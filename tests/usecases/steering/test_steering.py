"""Steering through the store: each act, its rights, its preview, and that the history runs again."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import (
    ActNotOpen,
    CaseClosed,
    CaseIsSuspended,
    CaseNotFound,
    ChangeRefused,
    Forbidden,
    Invalid,
    StaleRevision,
    TaskAlreadyDone,
    YongzhiError,
)
from app.usecases import Tools
from app.usecases.command.fire_due_timers import fire_due_timers
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.save_draft import save_draft
from app.usecases.steering.cancel_branch import cancel_branch
from app.usecases.steering.cancel_case import cancel_case
from app.usecases.steering.change_limit import change_limit
from app.usecases.steering.change_participants import change_participants
from app.usecases.steering.effects import Effect
from app.usecases.steering.list_positions import list_positions
from app.usecases.steering.move_token import move_token
from app.usecases.steering.preview_change import preview_change
from app.usecases.steering.restart_case import restart_case
from app.usecases.steering.resume_case import resume_case
from app.usecases.steering.skip_token import skip_token
from app.usecases.steering.suspend_case import suspend_case
from tests.conftest import NINE_ON_MONDAY
from tests.engine.running import flow, line
from tests.usecases.drawn import END, START, Stage, catch, drawn, work

WHY = "核查后需要调整"


def timer(key: str, host: str, length: str = "PT2H", *, stops: bool = True) -> str:
    """Draw a timer at the edge of an activity."""
    mode = "" if stops else ' cancelActivity="false"'
    return (f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}"{mode}><bpmn:timerEventDefinition id="{key}_d">'
            f"<bpmn:timeDuration>{length}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>")


@pytest.fixture
def admin(add_person: Callable[..., Actor]) -> Actor:
    return add_person("machines", "sys_admin")


@pytest.fixture
def staged(stage: Stage) -> Stage:
    """Three processes: a line with a timer, two branches with timers and a join, a joint decision."""
    late = work("late") + timer("due", "first") + flow("due", "late") + flow("late", "e")
    stage.publish(
        drawn("chain", START, work("first"), work("second"), work("third"), END, ways=late),
        _branches(),
        _jury(),
    )
    return stage


def _branches() -> tuple[str, bytes]:
    gates = '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    body = gates + work("left") + work("right") + timer("left_due", "left") + timer("right_due", "right", "PT3H")
    body += work("late_left") + work("late_right")
    ways = flow("fork", "left") + flow("fork", "right") + flow("left", "join") + flow("right", "join")
    ways += flow("left_due", "late_left") + flow("late_left", "join")
    ways += flow("right_due", "late_right") + flow("late_right", "join") + flow("before", "fork")
    return drawn("branches", START, work("before"), ways=body + ways + work("last") + END + line("join", "last", "e"))


def _jury() -> tuple[str, bytes]:
    loop = ('<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
            "<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>"
            '<bpmn:inputDataItem id="person"/></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>')
    several = work("jury").replace("</bpmn:userTask>", loop)
    return drawn("joint", START, several, work("after"), END)


def key(stage: Stage, case_id: UUID, node: str) -> str:
    with stage.tools.store.unit_of_work() as uow:
        return next(task.key for task in uow.tasks.of_case(case_id) if task.node == node and task.state != "done")


def timers(stage: Stage, case_id: UUID) -> list[str]:
    with stage.tools.store.unit_of_work() as uow:
        return sorted(one.node for one in uow.timers.of_case(case_id))


def through(stage: Stage, case_id: UUID, node: str) -> None:
    """Complete a task as a machine does."""
    with stage.tools.store.unit_of_work() as uow:
        task = next(one for one in uow.tasks.of_case(case_id) if one.node == node and one.state in ("open", "claimed"))
        uow.tasks.claim(task.id, SYSTEM, stage.tools.clock.now(), holder=("SYSTEM", "系统"))
        uow.commit()
    complete_task(stage.tools, actor=SYSTEM, task_id=task.id, answers={"note": "x"})


def told(effect: Effect) -> Effect:
    """Leave out what the clock and the step itself move on."""
    later = [replace(one, due_at=NINE_ON_MONDAY) for one in effect.set_timers]
    return replace(effect, revision=0, set_timers=later)


def names(found: Any) -> list[str]:
    return sorted(one.node for one in found)


def test_a_return_a_jump_and_a_skip_open_and_end_what_the_preview_said(staged: Stage, admin: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    through(staged, case_id, "first")
    before = staged.case(case_id)
    for kind, given, opens in (
        ("move", {"key": "chain/second#1", "target": "first"}, "first"),
        ("move", {"key": "chain/first#2", "target": "third"}, "third"),
        ("skip", {"key": "chain/third#1"}, ""),
    ):
        seen = preview_change(tools, actor=admin, case_id=case_id, kind=kind, **given)
        assert staged.case(case_id).revision == before.revision and staged.case(case_id).state == before.state
        verb = move_token if kind == "move" else skip_token
        done = verb(tools, actor=admin, case_id=case_id, reason=WHY, revision=seen.revision, **given)
        assert told(done) == told(seen)
        assert names(done.opened) == ([opens] if opens else []) and staged.open(case_id) == names(done.opened)
        assert done.closes == (not opens)
        before = staged.case(case_id)
        assert before.revision == done.revision
    assert before.closed_at is not None
    facts = [(fact.kind, fact.content["reason"]) for fact in staged.facts(case_id) if fact.kind.startswith("Token")]
    assert facts == [("TokenMoved", WHY), ("TokenMoved", WHY), ("TokenSkipped", WHY)]
    staged.verified(case_id)


def test_timers_come_and_go_with_the_step_they_belong_to(staged: Stage, admin: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    assert timers(staged, case_id) == ["due"]
    seen = preview_change(tools, actor=admin, case_id=case_id, kind="move", key="chain/first#1", target="third")
    assert names(seen.dropped_timers) == ["due"] and names(seen.ended) == ["first"] and not seen.set_timers
    move_token(tools, actor=admin, case_id=case_id, key="chain/first#1", target="third", reason=WHY)
    assert timers(staged, case_id) == []
    back = move_token(tools, actor=admin, case_id=case_id, key="chain/third#1", target="first", reason=WHY)
    assert names(back.set_timers) == ["due"] == timers(staged, case_id)
    staged.verified(case_id)


def test_branches_with_timers_one_is_cancelled_and_the_join_does_not_wait_for_it(staged: Stage, admin: Actor) -> None:
    tools, case_id = staged.tools, staged.start("branches")
    through(staged, case_id, "before")
    assert timers(staged, case_id) == ["left_due", "right_due"]
    done = skip_token(tools, actor=admin, case_id=case_id, key="branches/left#1", reason=WHY)
    assert names(done.dropped_timers) == ["left_due"] and staged.open(case_id) == ["right"]
    moved = move_token(tools, actor=admin, case_id=case_id, key="branches/right#1", target="before", siblings=True,
                       reason=WHY)  # fmt: skip
    # what waits at the join goes back with it
    assert names(moved.after) == ["before"] and staged.open(case_id) == ["before"] and not timers(staged, case_id)
    through(staged, case_id, "before")
    cut = cancel_branch(tools, actor=admin, case_id=case_id, key="branches/left#2", reason=WHY)
    assert names(cut.ended) == ["left"] and timers(staged, case_id) == ["right_due"]
    end = cancel_branch(tools, actor=admin, case_id=case_id, key="branches/right#2", reason=WHY)
    assert end.closes and staged.case(case_id).closed_at is not None
    staged.verified(case_id)


def test_a_suspended_case_lets_nothing_through_until_it_goes_on(
    staged: Stage, admin: Actor, add_person: Callable[..., Actor]
) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    staged.publish(drawn("listens", START, catch("wait", "order.paid"), work("then"), END))
    other = staged.start("listens")
    for one in (case_id, other):
        assert suspend_case(tools, actor=admin, case_id=one, reason=WHY).suspended
    with tools.store.unit_of_work() as uow:
        task = next(one for one in uow.tasks.of_case(case_id) if one.state == "open")
        assert task.suspended and uow.cases.get(case_id).suspended
        uow.tasks.claim(task.id, SYSTEM, tools.clock.now(), holder=("SYSTEM", "系统"))
        uow.clock.move(timedelta(hours=5))
        uow.commit()
    with pytest.raises(CaseIsSuspended):
        complete_task(tools, actor=SYSTEM, task_id=task.id, answers={"note": "x"})
    assert fire_due_timers(tools) == 0 and staged.open(case_id) == ["first"]
    assert staged.send("order.paid").outcome == "buffered" and staged.open(other) == []
    for verb, more in ((suspend_case, {}), (move_token, {"key": "chain/first#1", "target": "third"})):
        with pytest.raises(CaseIsSuspended):
            verb(tools, actor=admin, case_id=case_id, reason=WHY, **more)
    assert not resume_case(tools, actor=admin, case_id=case_id, reason=WHY).suspended
    resume_case(tools, actor=admin, case_id=other, reason=WHY)
    with pytest.raises(ActNotOpen):
        resume_case(tools, actor=admin, case_id=case_id, reason=WHY)
    # the moment that passed comes now, and the message that was kept is taken
    assert fire_due_timers(tools) == 1 and staged.open(case_id) == ["late"]
    assert staged.open(other) == ["then"]
    with tools.store.unit_of_work() as uow:
        assert not any(one.suspended for one in uow.tasks.of_case(case_id)) and not uow.cases.get(case_id).suspended
    staged.verified(case_id, other)


def test_a_case_is_cancelled_and_begins_anew(staged: Stage, admin: Actor) -> None:
    tools, case_id = staged.tools, staged.start("branches")
    suspend_case(tools, actor=admin, case_id=case_id, reason=WHY)
    done = cancel_case(tools, actor=admin, case_id=case_id, reason=WHY)
    assert done.closes and names(done.ended) == ["before"] and not staged.case(case_id).suspended
    for verb, more in ((cancel_case, {}), (suspend_case, {}), (skip_token, {"key": "branches/before#1"})):
        with pytest.raises(CaseClosed):
            verb(tools, actor=admin, case_id=case_id, reason=WHY, **more)
    assert list_positions(tools, actor=admin, case_id=case_id).closed
    again = restart_case(tools, actor=admin, case_id=case_id, variables={"x": 1}, reason=WHY)
    assert names(again.opened) == ["before"] and staged.case(case_id).closed_at is None
    through(staged, case_id, "before")
    assert restart_case(tools, actor=admin, case_id=case_id, reason=WHY).dropped_timers
    staged.verified(case_id)


def test_participants_come_and_go(staged: Stage, admin: Actor) -> None:
    tools, case_id = staged.tools, staged.start("joint", people=["a", "b"])
    instances = [one.key for one in list_positions(tools, actor=admin, case_id=case_id).tokens if one.instance]
    assert len(instances) == 2
    more = change_participants(tools, actor=admin, case_id=case_id, key=instances[1], change="add",
                               params={"item": "c"}, reason=WHY)  # fmt: skip
    assert names(more.opened) == ["jury"] and staged.open(case_id) == ["jury"] * 3
    change_participants(tools, actor=admin, case_id=case_id, key=instances[0], change="remove", params={}, reason=WHY)
    assert staged.open(case_id) == ["jury"] * 2
    with pytest.raises(ChangeRefused):
        change_participants(tools, actor=admin, case_id=case_id, key=instances[1], change="vote",
                            params={"share": 7}, reason=WHY)  # fmt: skip
    with pytest.raises(Invalid):
        change_participants(tools, actor=admin, case_id=case_id, key=instances[1], change="sing", params={}, reason=WHY)
    assert [fact.content["params"]["reason"] for fact in staged.facts(case_id, "ParticipantsChanged")] == [WHY, WHY]
    staged.verified(case_id)


def test_what_does_not_fit_changes_nothing(staged: Stage, admin: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    before = staged.case(case_id)
    wrong: list[tuple[type[YongzhiError], Callable[[], Any]]] = [
        (Invalid, lambda: cancel_case(tools, actor=admin, case_id=case_id, reason="  ")),
        (Invalid, lambda: cancel_case(tools, actor=admin, case_id=case_id, reason="x\0")),
        (ChangeRefused, lambda: move_token(tools, actor=admin, case_id=case_id, key="chain/first#1", target="nowhere",
                                           reason=WHY)),
        (TaskAlreadyDone, lambda: skip_token(tools, actor=admin, case_id=case_id, key="chain/second#1", reason=WHY)),
        (StaleRevision, lambda: cancel_case(tools, actor=admin, case_id=case_id, reason=WHY, revision=99)),
        (StaleRevision, lambda: preview_change(tools, actor=admin, case_id=case_id, kind="suspend", revision=99)),
        (ChangeRefused, lambda: change_limit(tools, actor=admin, case_id=case_id, change="stop", name="x", reason=WHY)),
        (Invalid, lambda: change_limit(tools, actor=admin, case_id=case_id, change="extend", name="x",
                                       amount="soon", reason=WHY)),
        (Invalid, lambda: preview_change(tools, actor=admin, case_id=case_id, kind="dance")),
        (Invalid, lambda: preview_change(tools, actor=admin, case_id=case_id, kind="move", key="x")),
    ]  # fmt: skip
    for error, act in wrong:
        with pytest.raises(error):
            act()
    after = staged.case(case_id)
    assert (after.revision, after.state, after.seq) == (before.revision, before.state, before.seq)


def test_positions_name_tokens_and_where_they_can_go(staged: Stage, admin: Actor) -> None:
    case_id = staged.start("branches")
    through(staged, case_id, "before")
    found = list_positions(staged.tools, actor=admin, case_id=case_id)
    assert {(one.node, one.kind) for one in found.tokens} == {("left", "UserTask"), ("right", "UserTask")}
    (targets,) = found.targets.values()
    there = {one.node for one in targets}
    assert {"before", "left", "right", "last", "fork", "e"} <= there
    assert not there & {"join", "left_due", "s"}


def test_who_may_steer(
    demo_city: Tools, street_case: UUID, add_person: Callable[..., Actor], admin: Actor
) -> None:
    tools = demo_city
    room = "33.02.11.004.cmd"
    for allowed in (
        add_person("command", "street_command_duty", unit=room),
        add_person("county", "county_duty", unit="33.02.11"), admin,
    ):  # fmt: skip
        assert list_positions(tools, actor=allowed, case_id=street_case).tokens
        suspend_case(tools, actor=allowed, case_id=street_case, reason=WHY)
        resume_case(tools, actor=allowed, case_id=street_case, reason=WHY)
    # he works there and sees the case, but it is not his to steer
    with pytest.raises(Forbidden):
        suspend_case(tools, actor=add_person("desk", "street_duty", unit=room), case_id=street_case, reason=WHY)
    for stranger in (
        add_person("next", "street_command_duty", unit="33.02.11.005.cmd"),
        add_person("elsewhere", "sys_admin", unit="33.02.12"), add_person("draws", "process_designer"),
    ):  # fmt: skip
        for act in (suspend_case, cancel_case):
            with pytest.raises(CaseNotFound):
                act(tools, actor=stranger, case_id=street_case, reason=WHY)
        with pytest.raises(CaseNotFound):
            preview_change(tools, actor=stranger, case_id=street_case, kind="cancel_case")
    with tools.store.unit_of_work() as uow:
        uow._tx.write("update cases set confidential = true where id = %(id)s", {"id": street_case})
        uow.commit()
    with pytest.raises(CaseNotFound):
        list_positions(tools, actor=admin, case_id=street_case)


@pytest.mark.parametrize("column", ["excluded_people", "excluded_units"])
def test_whoever_must_keep_away_from_open_work_does_not_steer_it(
    demo_city: Tools, street_case: UUID, add_person: Callable[..., Actor], column: str
) -> None:
    tools, street = demo_city, "33.02.11.004"
    chief = add_person("command", "street_command_director", unit=f"{street}.cmd")
    machines = add_person("machines_here", "sys_admin", unit=street)
    tokens = list_positions(tools, actor=chief, case_id=street_case).tokens
    held = next(one.key for one in tokens if one.kind == "UserTask")
    keep_away = {"excluded_people": [chief.id, machines.username], "excluded_units": [street]}[column]
    with tools.store.unit_of_work() as uow:
        uow._tx.write(f"update tasks set {column} = %(who)s where case_id = %(id)s",
                      {"who": keep_away, "id": street_case})  # fmt: skip
        uow.commit()
    # the director still sees that there is such a case; who only looks after machines hears nothing of it
    for actor, refusal in ((chief, Forbidden), (machines, CaseNotFound)):
        with tools.store.unit_of_work() as uow:
            assert not uow.steering.may(actor, street_case)
        for act, given in (
            (list_positions, {}), (preview_change, {"kind": "skip", "key": held}),
            (skip_token, {"key": held, "reason": WHY}), (cancel_case, {"reason": WHY}),
        ):  # fmt: skip
            with pytest.raises(refusal):
                act(tools, actor=actor, case_id=street_case, **given)
    other = add_person("county", "county_duty", unit="33.02.11")
    assert list_positions(tools, actor=other, case_id=street_case).tokens == tokens
    with tools.store.unit_of_work() as uow:
        uow._tx.write("update tasks set state = 2 where case_id = %(id)s", {"id": street_case})
        assert uow.steering.may(chief, street_case) and uow.steering.may(machines, street_case)
        uow.rollback()


def test_a_limit_is_moved_by_hand_and_tasks_follow(
    demo_city: Tools, street_case: UUID, add_person: Callable[..., Actor]
) -> None:
    tools, chief = demo_city, add_person("county", "county_duty", unit="33.02.11")
    limits = list_positions(tools, actor=chief, case_id=street_case).limits
    name = next(name for name, state in limits.items() if state == "running" and name == "acceptance")
    seen = preview_change(tools, actor=chief, case_id=street_case, kind="limit", change="extend", name=name,
                          amount="2 h")  # fmt: skip
    done = change_limit(tools, actor=chief, case_id=street_case, change="extend", name=name, amount="2 h", reason=WHY)
    assert replace(done, revision=0) == replace(seen, revision=0) and done.moved and done.set_timers
    with tools.store.unit_of_work() as uow:
        due = {task.key: task.due_at for task in uow.tasks.of_case(street_case)}
        facts = list(uow.facts.of_case(street_case))
    assert all(due[task.key] == task.due_at for task in done.moved)
    assert [fact.kind for fact in facts[-2:]] == ["LimitChanged", "LimitMoved"]
    change_limit(tools, actor=chief, case_id=street_case, change="pause", name=name, reason=WHY)
    assert list_positions(tools, actor=chief, case_id=street_case).limits[name] == "paused"
    change_limit(tools, actor=chief, case_id=street_case, change="resume", name=name, reason=WHY)
    Stage(tools, tools.config.var_dir).verified(street_case)


def test_of_two_officers_at_once_one_is_told_that_the_case_has_moved(staged: Stage, admin: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    revision, told, start = staged.case(case_id).revision, [], threading.Barrier(2)

    def act(target: str) -> None:
        start.wait()
        try:
            move_token(tools, actor=admin, case_id=case_id, key="chain/first#1", target=target, reason=WHY,
                       revision=revision)  # fmt: skip
            told.append(target)
        except StaleRevision:
            told.append("stale")

    both = [threading.Thread(target=act, args=(target,)) for target in ("second", "third")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told)[0] in ("second", "stale") and "stale" in told and len(set(told)) == 2
    assert staged.open(case_id) == [one for one in told if one != "stale"]
    staged.verified(case_id)


def test_an_officer_with_a_task_in_hand_and_one_who_steers(
    staged: Stage, admin: Actor, add_person: Callable[..., Actor]
) -> None:
    """Whoever comes second hears it, and nothing is lost of what the first one did."""
    tools, case_id = staged.tools, staged.start("chain")
    with tools.store.unit_of_work() as uow:
        (task,) = uow.tasks.of_case(case_id)
    role, unit = task.candidates[0]
    officer = add_person("officer", role, unit=unit)
    claim_task(tools, actor=officer, task_id=task.id)
    save_draft(tools, actor=officer, task_id=task.id, values={"note": "half"})
    seen = preview_change(tools, actor=admin, case_id=case_id, kind="skip", key=task.key)
    assert [(one.holder_name, one.draft) for one in seen.ended] == [("Officer", True)]
    skip_token(tools, actor=admin, case_id=case_id, key=task.key, reason=WHY)
    with pytest.raises(TaskAlreadyDone):
        complete_task(tools, actor=officer, task_id=task.id, answers={"note": "x"})
    staged.verified(case_id)
