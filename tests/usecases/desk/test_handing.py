"""Transfer and delegation: who may hand a task to whom, what is recorded, and what a refusal leaves as it was."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import (
    DelegationAwaited,
    DelegationOpen,
    Forbidden,
    Invalid,
    NotDelegated,
    StaleRevision,
    TaskAlreadyClaimed,
    TaskAlreadyDone,
    TaskNotFound,
    TaskNotHeld,
    YongzhiError,
)
from app.domain.facts import Fact
from app.domain.records import RoleRow, TaskRow
from app.usecases import Tools
from app.usecases.audit.verify_case import verify_case
from app.usecases.desk.acts import is_in_hand
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.delegate_task import delegate_task
from app.usecases.desk.hand_view import KINDS
from app.usecases.desk.list_takers import list_takers
from app.usecases.desk.read_case import read_case
from app.usecases.desk.read_inbox import read_inbox
from app.usecases.desk.read_notices import read_notices
from app.usecases.desk.read_task import read_task
from app.usecases.desk.recall_task import recall_task
from app.usecases.desk.release_task import release_task
from app.usecases.desk.resolve_task import resolve_task
from app.usecases.desk.save_draft import save_draft
from app.usecases.desk.transfer_task import transfer_task

ROOM = "33.02.11.004.cmd"
PLATFORM = "33.02.11.004.p-enforce"


def person(tools: Tools, username: str) -> Actor:
    """Read somebody of the demo city as he is now."""
    with tools.store.unit_of_work() as uow:
        row = uow.people.by_username(username)
        assert row is not None
        return uow.people.actor(row.id, tools.clock.now())


@pytest.fixture
def ann(demo_city: Tools) -> Actor:
    """The first duty officer of the command room."""
    return person(demo_city, "duty.zs")


@pytest.fixture
def ben(demo_city: Tools) -> Actor:
    """The second one."""
    return person(demo_city, "duty2.zs")


@pytest.fixture
def eve(demo_city: Tools) -> Actor:
    """A third one, who also works for the enforcement platform."""
    return seated(demo_city, "enforce.zs")


@pytest.fixture
def task(demo_city: Tools, street_case: UUID) -> TaskRow:
    """The acceptance, open."""
    with demo_city.store.unit_of_work() as uow:
        (found,) = (one for one in uow.tasks.of_case(street_case) if one.state == "open")
    assert found.candidates == (("street_duty", ROOM),)
    return found


def seated(tools: Tools, username: str, role: str = "street_duty", unit: str = ROOM) -> Actor:
    """Give somebody a seat, in the command room unless said otherwise."""
    one = person(tools, username)
    assert one.person_id
    with tools.store.unit_of_work() as uow:
        uow.roles.grant_many([RoleRow(one.person_id, role, unit, tools.clock.now())])
        uow.commit()
    return person(tools, username)


def stored(tools: Tools, task: TaskRow) -> TaskRow:
    with tools.store.unit_of_work() as uow:
        return uow.tasks.get(task.id)


def told(tools: Tools, task: TaskRow) -> list[Fact]:
    with tools.store.unit_of_work() as uow:
        facts = uow.facts.of_case(task.case_id)
    return [fact for fact in facts if fact.kind in KINDS]


def change(tools: Tools, task: TaskRow, **values: Any) -> None:
    """Say of a task what a diagram would have said."""
    sets = ", ".join(f"{name} = %({name})s" for name in values)
    with tools.store.engine.begin() as link:
        link.exec_driver_sql(f"update tasks set {sets} where id = %(id)s", values | {"id": task.id})


def box(tools: Tools, actor: Actor) -> list[tuple[UUID, str, str]]:
    return [(row.id, row.holder, row.owner) for row in read_inbox(tools, actor=actor).tasks]


def verified(tools: Tools, task: TaskRow) -> None:
    """Compute the chain again, and run the whole history again."""
    verdict = verify_case(tools, actor=person(tools, "auditor"), case_id=task.case_id)
    assert verdict.chain_ok and verdict.replay_ok, verdict


# --- transfer ------------------------------------------------------------------------------------


def test_the_holder_hands_his_task_on_with_its_draft(demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor) -> None:
    claim_task(demo_city, actor=ann, task_id=task.id)
    save_draft(demo_city, actor=ann, task_id=task.id, values={"note": "已核实地址"})
    given = transfer_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason=" 本人休假 ")
    assert (given.holder, given.holder_name, given.owner) == (ben.id, ben.name, "")
    assert (box(demo_city, ann), box(demo_city, ben)) == ([], [(task.id, ben.id, "")])
    assert read_task(demo_city, actor=ben, task_id=task.id).draft == {"note": "已核实地址"}
    (fact,) = told(demo_city, task)
    assert (fact.kind, fact.actor, fact.role, fact.unit) == ("TaskTransferred", ann.id, "street_duty", ROOM)
    assert (fact.process, fact.node, fact.nth) == (task.process, task.node, task.nth)
    assert fact.content == {
        "key": task.key, "name": task.name, "from": ann.id, "from_name": ann.name, "to": ben.id, "to_name": ben.name,
        "to_role": "street_duty", "to_unit": ROOM, "reason": "本人休假",
    }  # fmt: skip
    (notice,) = [one for one in read_notices(demo_city, actor=ben).lines if one.case_id == task.case_id]
    assert notice.unread and ann.name in notice.text and "本人休假" in notice.text and ann.name in notice.text_en
    with pytest.raises(TaskNotHeld):
        save_draft(demo_city, actor=ann, task_id=task.id, values={"note": "zu spät"})
    verified(demo_city, task)


def test_who_could_claim_an_open_task_may_hand_it_to_a_colleague(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor, eve: Actor
) -> None:
    given = transfer_task(demo_city, actor=ann, task_id=task.id, to="duty2.zs", reason="由您处理更合适")
    assert given.holder == ben.id
    # nobody is offered it any more
    assert (box(demo_city, ann), box(demo_city, eve)) == ([], [])
    (fact,) = told(demo_city, task)
    assert (fact.content["from"], fact.content["to"]) == ("", ben.id)
    release_task(demo_city, actor=ben, task_id=task.id)
    assert [row[0] for row in box(demo_city, eve)] == [task.id]
    verified(demo_city, task)


def test_a_task_that_was_handed_on_is_finished_by_its_new_holder(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor
) -> None:
    claim_task(demo_city, actor=ann, task_id=task.id)
    transfer_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason="交接班")
    with pytest.raises(TaskNotHeld):
        complete_task(demo_city, actor=ann, task_id=task.id, answers={})
    view = read_task(demo_city, actor=ben, task_id=task.id)
    assert [note.text for note in view.hand.notes] == ["交接班"]
    complete_task(demo_city, actor=ben, task_id=task.id, answers=dict(view.values), revision=view.row.revision)
    assert stored(demo_city, task).finished_by == ben.id
    with pytest.raises(TaskAlreadyDone):
        transfer_task(demo_city, actor=ben, task_id=task.id, to=ann.id, reason="晚了")
    verified(demo_city, task)


Change = Callable[[Tools, TaskRow, Actor], None]


def _closed(tools: Tools, _: TaskRow, target: Actor) -> None:
    assert target.person_id
    with tools.store.unit_of_work() as uow:
        uow.people.change(target.person_id, active=False)
        uow.commit()


def _moved_away(tools: Tools, _: TaskRow, target: Actor) -> None:
    assert target.person_id
    with tools.store.unit_of_work() as uow:
        assert uow.roles.end(target.person_id, "street_duty", ROOM, tools.clock.now())
        uow.commit()


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (_closed, "没有这个人员，或账号已停用"),
        (_moved_away, "此人不在可以办理这项任务的岗位上"),
        (lambda tools, task, who: change(tools, task, excluded_people=[who.id]), "此人须回避这项任务"),
        (lambda tools, task, who: change(tools, task, excluded_people=[who.username]), "此人须回避这项任务"),
        (lambda tools, task, who: change(tools, task, excluded_units=[PLATFORM]), "此人须回避这项任务"),
        (lambda tools, task, who: change(tools, task, accused_unit=PLATFORM), "此人须回避这项任务"),
    ],
    ids=["inactive", "wrong seat", "excluded by id", "excluded by name", "excluded unit", "accused unit"],
)
@pytest.mark.parametrize("verb", [transfer_task, delegate_task])
def test_nobody_gets_a_task_that_he_could_not_claim(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor, eve: Actor, before: Change, text: str,
    verb: Callable[..., object],
) -> None:  # fmt: skip
    claim_task(demo_city, actor=ann, task_id=task.id)
    assert [one.username for one in list_takers(demo_city, actor=ann, task_id=task.id).people] == [
        ben.username, eve.username,
    ]  # fmt: skip
    before(demo_city, task, eve)
    as_it_was = stored(demo_city, task)
    with pytest.raises(Invalid) as refused:
        verb(demo_city, actor=ann, task_id=task.id, to=eve.id, reason="请协助")
    assert refused.value.errors == {"to": [text]}
    assert (stored(demo_city, task), told(demo_city, task)) == (as_it_was, [])
    # and the list of those who may have it says the same
    assert [one.username for one in list_takers(demo_city, actor=ann, task_id=task.id).people] == [ben.username]


@pytest.mark.parametrize("to", ["", "nobody", "duty.zs\x00", "0190a000-0000-7000-8000-000000000000", "x" * 5000])
def test_an_unknown_person_is_said_to_be_unknown(demo_city: Tools, task: TaskRow, ann: Actor, to: str) -> None:
    with pytest.raises(Invalid) as refused:
        transfer_task(demo_city, actor=ann, task_id=task.id, to=to, reason="r")
    assert refused.value.errors == {"to": ["没有这个人员，或账号已停用"]}


def test_a_task_is_not_handed_to_oneself_and_never_without_a_reason(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor
) -> None:
    claim_task(demo_city, actor=ann, task_id=task.id)
    for verb in (transfer_task, delegate_task):
        with pytest.raises(Invalid) as refused:
            verb(demo_city, actor=ann, task_id=task.id, to=ann.id, reason="r")
        assert refused.value.errors == {"to": ["不能交给自己"]}
        for reason, text in ((" \n", "此项必填"), ("长" * 2001, "最多 2000 个字"), ("\x07", "含有不允许的控制字符")):
            with pytest.raises(Invalid) as refused:
                verb(demo_city, actor=ann, task_id=task.id, to=ben.id, reason=reason)
            assert refused.value.errors == {"reason": [text]}
    assert stored(demo_city, task).holder == ann.id and told(demo_city, task) == []


def test_who_sees_a_task_without_being_able_to_claim_it_hands_nothing_on(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor
) -> None:
    director = person(demo_city, "director.zs")
    for verb in (transfer_task, delegate_task):
        with pytest.raises(Forbidden):
            verb(demo_city, actor=director, task_id=task.id, to=ben.id, reason="请处理")
    with pytest.raises(Forbidden):
        list_takers(demo_city, actor=director, task_id=task.id)
    claim_task(demo_city, actor=ann, task_id=task.id)
    with pytest.raises(Forbidden):
        transfer_task(demo_city, actor=director, task_id=task.id, to=ben.id, reason="请处理")
    with pytest.raises(TaskNotFound):
        transfer_task(demo_city, actor=person(demo_city, "duty.qt"), task_id=task.id, to=ben.id, reason="请处理")
    assert stored(demo_city, task).holder == ann.id and told(demo_city, task) == []


def test_a_task_that_somebody_else_took_meanwhile_stays_his(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor, eve: Actor
) -> None:
    claim_task(demo_city, actor=ben, task_id=task.id)
    with pytest.raises(TaskAlreadyClaimed) as lost:
        transfer_task(demo_city, actor=ann, task_id=task.id, to=eve.id, reason="晚了")
    assert lost.value.attributes["holder"] == ben.name
    with pytest.raises(StaleRevision):
        transfer_task(demo_city, actor=ben, task_id=task.id, to=eve.id, reason="旧页面", revision=task.revision)
    assert stored(demo_city, task).holder == ben.id and told(demo_city, task) == []


def test_two_officers_transfer_the_same_task_at_once_and_one_wins(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor, eve: Actor
) -> None:
    for _ in range(5):
        barrier, outcomes = threading.Barrier(2), {}

        def run(actor: Actor, to: Actor, wait: threading.Barrier = barrier, found: dict[str, Any] = outcomes) -> None:
            wait.wait(10)
            try:
                found[actor.username] = transfer_task(demo_city, actor=actor, task_id=task.id, to=to.id, reason="交接")
            except YongzhiError as refusal:
                found[actor.username] = refusal

        threads = [threading.Thread(target=run, args=pair) for pair in ((ann, eve), (ben, eve))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        lost = [one for one in outcomes.values() if isinstance(one, Exception)]
        assert len(outcomes) == 2 and [type(one) for one in lost] == [TaskAlreadyClaimed], outcomes
        assert stored(demo_city, task).holder == eve.id
        release_task(demo_city, actor=eve, task_id=task.id)
    assert len(told(demo_city, task)) == 5
    verified(demo_city, task)


# --- delegation ----------------------------------------------------------------------------------


def test_a_delegated_task_comes_back_with_an_opinion_and_its_owner_finishes_it(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor, eve: Actor
) -> None:
    claim_task(demo_city, actor=ann, task_id=task.id)
    lent = delegate_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason="请核实权属")
    assert (lent.holder, lent.owner, lent.owner_name) == (ben.id, ann.id, ann.name)
    # both have it before them, nobody else has
    both = [(task.id, ben.id, ann.id)]
    assert (box(demo_city, ann), box(demo_city, ben), box(demo_city, eve)) == (both, both, [])
    assert read_inbox(demo_city, actor=ann).counts["todo"] == 1
    mine, his = (read_task(demo_city, actor=one, task_id=task.id) for one in (ann, ben))
    assert (mine.hand.can_recall, mine.hand.can_resolve, mine.hand.can_transfer, mine.held_by_me) == (
        True, False, False, False,
    )  # fmt: skip
    assert (his.hand.can_recall, his.hand.can_resolve, his.hand.can_transfer, his.held_by_me) == (
        False, True, False, True,
    )  # fmt: skip
    save_draft(demo_city, actor=ben, task_id=task.id, values={"note": "产权属住建"})
    with pytest.raises(DelegationOpen, match="give it back with your opinion"):
        complete_task(demo_city, actor=ben, task_id=task.id, answers=dict(his.values))
    with pytest.raises(DelegationAwaited):
        complete_task(demo_city, actor=ann, task_id=task.id, answers=dict(his.values))
    back = resolve_task(demo_city, actor=ben, task_id=task.id, opinion="井盖属住建部门，建议受理")
    assert (back.holder, back.owner) == (ann.id, "")
    assert (box(demo_city, ann), box(demo_city, ben)) == ([(task.id, ann.id, "")], [])
    view = read_task(demo_city, actor=ann, task_id=task.id)
    assert view.draft == {"note": "产权属住建"}
    assert [(one.kind, one.text) for one in view.hand.notes] == [
        ("TaskDelegated", "请核实权属"), ("DelegationReturned", "井盖属住建部门，建议受理"),
    ]  # fmt: skip
    assert "井盖属住建部门" in read_notices(demo_city, actor=ann).lines[0].text
    complete_task(demo_city, actor=ann, task_id=task.id, answers=dict(view.values))
    given, returned = told(demo_city, task)
    assert (given.kind, given.actor, given.content["to"]) == ("TaskDelegated", ann.id, ben.id)
    assert (returned.actor, returned.content["how"], returned.content["to"]) == (ben.id, "opinion", ann.id)
    verified(demo_city, task)
    titles = [row.title for row in read_case(demo_city, actor=ann, case_id=task.case_id).timeline]
    assert any(title.startswith(f"委派给{ben.name}：") for title in titles)
    assert any(title.startswith("附意见退回委派：") for title in titles)


def test_the_owner_takes_it_back_and_the_other_hears_of_it(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor
) -> None:
    claim_task(demo_city, actor=ann, task_id=task.id)
    delegate_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason="请看一下")
    save_draft(demo_city, actor=ben, task_id=task.id, values={"note": "看了一半"})
    with pytest.raises(Forbidden):
        recall_task(demo_city, actor=ben, task_id=task.id)
    with pytest.raises(Forbidden):
        resolve_task(demo_city, actor=ann, task_id=task.id, opinion="自己答")
    assert recall_task(demo_city, actor=ann, task_id=task.id).holder == ann.id
    for late in (
        lambda: recall_task(demo_city, actor=ann, task_id=task.id),
        lambda: resolve_task(demo_city, actor=ben, task_id=task.id, opinion="晚了"),
    ):
        with pytest.raises(NotDelegated):
            late()
    assert read_task(demo_city, actor=ann, task_id=task.id).draft == {"note": "看了一半"}
    assert ann.name in read_notices(demo_city, actor=ben).lines[0].text
    assert [fact.content.get("how") for fact in told(demo_city, task)] == [None, "recalled"]
    verified(demo_city, task)


def test_a_delegated_task_is_neither_released_nor_handed_on(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor, eve: Actor
) -> None:
    with pytest.raises(TaskNotHeld):
        delegate_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason="没有签领")
    claim_task(demo_city, actor=ann, task_id=task.id)
    delegate_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason="请看一下")
    as_it_was = stored(demo_city, task)
    for actor, refusal in ((ben, DelegationOpen), (ann, DelegationAwaited), (eve, TaskAlreadyClaimed)):
        for verb in (transfer_task, delegate_task):
            with pytest.raises(refusal):
                verb(demo_city, actor=actor, task_id=task.id, to=person(demo_city, "duty.zs").id, reason="r")
    with pytest.raises(DelegationOpen):
        release_task(demo_city, actor=ben, task_id=task.id)
    with pytest.raises(DelegationAwaited):
        release_task(demo_city, actor=ann, task_id=task.id)
    assert stored(demo_city, task) == as_it_was


def test_an_opinion_whose_owner_is_gone_brings_the_task_back_into_the_common_inbox(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor, eve: Actor
) -> None:
    claim_task(demo_city, actor=ann, task_id=task.id)
    delegate_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason="请看一下")
    _closed(demo_city, task, ann)
    back = resolve_task(demo_city, actor=ben, task_id=task.id, opinion="看过了")
    assert (back.state, back.holder, back.owner) == ("open", "", "")
    assert [row[0] for row in box(demo_city, eve)] == [task.id]
    assert [note.text for note in read_task(demo_city, actor=eve, task_id=task.id).hand.notes] == ["请看一下", "看过了"]
    verified(demo_city, task)


def test_a_confidential_task_stays_before_its_owner_while_somebody_else_works_on_it(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor, eve: Actor
) -> None:
    claim_task(demo_city, actor=ann, task_id=task.id)
    delegate_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason="请看一下")
    change(demo_city, task, confidential=True)
    with demo_city.store.engine.begin() as link:
        link.exec_driver_sql("update cases set confidential = true where id = %s", (task.case_id,))
    # he has another post by now, and his delegation still
    _moved_away(demo_city, task, ann)
    seated(demo_city, ann.username, "unit_leader", "33.02.11.004.p-order")
    owner = person(demo_city, ann.username)
    assert read_task(demo_city, actor=owner, task_id=task.id).hand.can_recall
    assert recall_task(demo_city, actor=owner, task_id=task.id).holder == ann.id


def test_nobody_acts_as_holder_on_what_is_delegated(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor
) -> None:
    claim_task(demo_city, actor=ann, task_id=task.id)
    assert is_in_hand(stored(demo_city, task), ann)
    delegate_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason="请看一下")
    lent = stored(demo_city, task)
    assert not is_in_hand(lent, ann) and not is_in_hand(lent, ben)


def test_the_list_finds_by_name_and_names_nobody_of_another_seat(
    demo_city: Tools, task: TaskRow, ann: Actor, ben: Actor, eve: Actor
) -> None:
    found = list_takers(demo_city, actor=ann, task_id=task.id)
    assert [(one.username, one.role, one.unit, one.held) for one in found.people] == [
        (ben.username, "street_duty", ROOM, 0), (eve.username, "street_duty", ROOM, 0),
    ]  # fmt: skip
    assert not found.more
    second = list_takers(demo_city, actor=ann, task_id=task.id, q="DUTY2")
    assert [one.username for one in second.people] == ["duty2.zs"]
    for nothing in ("citizen", "%", "_", "\\"):
        assert list_takers(demo_city, actor=ann, task_id=task.id, q=nothing).people == []
    transfer_task(demo_city, actor=ann, task_id=task.id, to=ben.id, reason="r")
    assert [one.held for one in list_takers(demo_city, actor=ben, task_id=task.id).people] == [0, 0]


def test_a_citizens_seat_is_nobody_to_hand_work_to(demo_city: Tools, task: TaskRow, ann: Actor) -> None:
    citizen = person(demo_city, "citizen01")
    (seat,) = citizen.assignments
    assert seat.role == "citizen"
    change(demo_city, task, candidates=f'[["street_duty", "{ROOM}"], ["{seat.role}", "{seat.unit}"]]')
    assert [one.username for one in list_takers(demo_city, actor=ann, task_id=task.id).people] == ["duty2.zs"]
    with pytest.raises(Invalid) as refused:
        transfer_task(demo_city, actor=ann, task_id=task.id, to=citizen.id, reason="r")
    assert refused.value.errors == {"to": ["此人不在可以办理这项任务的岗位上"]}
