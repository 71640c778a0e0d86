"""Acts on tasks: assign, return, urge, sign with others, call a colleague, and what the page offers and why not."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import (
    CaseNotFound,
    Conflict,
    DraftOvertaken,
    Forbidden,
    Invalid,
    NotFound,
    StaleRevision,
    TaskAlreadyDone,
    TaskNotHeld,
    YongzhiError,
)
from app.domain.records import TaskRow
from app.usecases.desk.add_phrase import MOST, add_phrase
from app.usecases.desk.add_signer import SignsAlready, add_signer
from app.usecases.desk.assign_task import assign_task
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.comment_case import comment_case
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.delegate_task import delegate_task
from app.usecases.desk.drop_phrase import drop_phrase
from app.usecases.desk.list_members import list_members
from app.usecases.desk.list_phrases import list_phrases
from app.usecases.desk.offers import Offer
from app.usecases.desk.preview_completion import preview_completion
from app.usecases.desk.read_case import read_case
from app.usecases.desk.read_notices import read_notices
from app.usecases.desk.read_offers import TaskOffers, read_offers
from app.usecases.desk.read_task import read_task
from app.usecases.desk.remove_signer import remove_signer
from app.usecases.desk.save_draft import save_draft
from app.usecases.desk.signing import NotJoint
from app.usecases.desk.urge_task import NothingToUrge, UrgedAlready, urge_task
from app.usecases.desk.urging import PAUSE
from app.usecases.steering.return_task import NotReturnable, return_task
from tests.conftest import FixedClock
from tests.usecases.drawn import END, START, Stage, drawn, throw, work

WHY = "请核实"
SIGNED = ('<bpmn:multiInstanceLoopCharacteristics isSequential="{}">'
          "<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>"
          '<bpmn:inputDataItem id="person"/>{}</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>')
ANSWERS: dict[str, Any] = {"note": "yes"}


def signed(key: str, sequential: str = "false", rule: str = "") -> tuple[str, bytes]:
    """Draw a decision that several make, each named by his account."""
    enough = f"<bpmn:completionCondition>{rule}</bpmn:completionCondition>" if rule else ""
    asked = 'name="assignee" value="=person"/><spiffworkflow:property name="orgScope"'
    several = work("sign").replace('name="orgScope"', asked)
    return drawn(key, START, several.replace("</bpmn:userTask>", SIGNED.format(sequential, enough)), work("after"), END)


@pytest.fixture
def staged(stage: Stage) -> Stage:
    stage.publish(
        drawn("chain", START, work("first"), work("second"), work("third"), END),
        drawn("thrown", START, work("first"), throw("tell", "ping"), work("second"), END),
        signed("jury"), signed("turns", "true"), signed("any", rule="numberOfCompletedInstances &gt;= 1"),
        signed("most", rule="numberOfCompletedInstances / numberOfInstances &gt; 0.5"),
    )
    return stage


@pytest.fixture
def ann(add_person: Callable[..., Actor]) -> Actor:
    return add_person("ann", "city_duty")


@pytest.fixture
def ben(add_person: Callable[..., Actor]) -> Actor:
    return add_person("ben", "city_duty")


@pytest.fixture
def boss(add_person: Callable[..., Actor]) -> Actor:
    return add_person("boss", "city_director")


def task_of(stage: Stage, case_id: UUID, node: str, nth: int = 0) -> TaskRow:
    with stage.tools.store.unit_of_work() as uow:
        found = [one for one in uow.tasks.of_case(case_id) if one.node == node and one.state in ("open", "claimed")]
    return found[nth]


def held_by(stage: Stage, case_id: UUID, actor: Actor) -> TaskRow:
    with stage.tools.store.unit_of_work() as uow:
        return next(one for one in uow.tasks.of_case(case_id) if one.state == "claimed" and one.holder == actor.id)


def offered(stage: Stage, actor: Actor, task: TaskRow) -> dict[str, Offer]:
    view: TaskOffers = read_offers(stage.tools, actor=actor, task_id=task.id)
    return {one.key: one for one in view.offers}


def told(stage: Stage, actor: Actor) -> list[str]:
    return [line.text for line in read_notices(stage.tools, actor=actor).lines]


# --- assign --------------------------------------------------------------------------------------


def test_a_leader_gives_open_and_held_work_to_a_member(staged: Stage, ann: Actor, ben: Actor, boss: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    task = task_of(staged, case_id, "first")
    assert {one.username for one in list_members(tools, actor=boss, task_id=task.id).people} == {"ann", "ben"}
    assign_task(tools, actor=boss, task_id=task.id, to="ann", reason=WHY)
    save_draft(tools, actor=ann, task_id=task.id, values={"note": "half"})
    assert [one.username for one in list_members(tools, actor=boss, task_id=task.id).people] == ["ben"]
    row = assign_task(tools, actor=boss, task_id=task.id, to=ben.id, reason="ann 请假")
    assert row.holder == ben.id and read_task(tools, actor=ben, task_id=task.id).draft == {"note": "half"}
    first, second = staged.facts(case_id, "TaskTransferred")
    assert first.content["how"] == second.content["how"] == "assigned" and second.content["from"] == ann.id
    assert (first.actor, first.role) == (boss.id, "city_director")
    assert any("指派" in one for one in told(staged, ben)) and any("改派" in one for one in told(staged, ann))
    assert offered(staged, boss, task)["assign"].open
    staged.verified(case_id)


def test_nobody_else_assigns_and_a_refusal_changes_nothing(staged: Stage, ann: Actor, ben: Actor, boss: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    task = task_of(staged, case_id, "first")

    def refused(error: type[YongzhiError], actor: Actor, to: str = "ben", reason: str = WHY, **more: Any) -> None:
        with pytest.raises(error):
            assign_task(tools, actor=actor, task_id=task.id, to=to, reason=reason, **more)

    refused(Forbidden, ann)
    refused(Invalid, boss, to="nobody")
    refused(Invalid, boss, to="boss")
    refused(Invalid, boss, reason="  ")
    refused(StaleRevision, boss, revision=99)
    with pytest.raises(Forbidden):
        list_members(tools, actor=ann, task_id=task.id)
    assert offered(staged, ann, task)["assign"] == Offer("assign", False, "no_leader")
    claim_task(tools, actor=ann, task_id=task.id)
    delegate_task(tools, actor=ann, task_id=task.id, to="ben", reason=WHY)
    refused(Conflict, boss)
    assert offered(staged, boss, task)["assign"] == Offer("assign", False, "lent")
    with staged.tools.store.unit_of_work() as uow:
        assert uow.tasks.get(task.id).holder == ben.id
    assert not staged.facts(case_id, "TaskTransferred")


# --- return --------------------------------------------------------------------------------------


def test_the_holder_returns_a_task_to_whoever_did_the_step_before(staged: Stage, ann: Actor, ben: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    first = task_of(staged, case_id, "first")
    claim_task(tools, actor=ann, task_id=first.id)
    complete_task(tools, actor=ann, task_id=first.id, answers=ANSWERS)
    second = task_of(staged, case_id, "second")
    assert offered(staged, ben, second)["return"] == Offer("return", False, "open")
    claim_task(tools, actor=ben, task_id=second.id)
    save_draft(tools, actor=ben, task_id=second.id, values={"note": "mine"})
    assert offered(staged, ben, second)["return"].open
    with pytest.raises(TaskNotHeld):
        return_task(tools, actor=ann, task_id=second.id, reason=WHY)
    with pytest.raises(Invalid):
        return_task(tools, actor=ben, task_id=second.id, reason=" ")
    with pytest.raises(StaleRevision):
        return_task(tools, actor=ben, task_id=second.id, reason=WHY, revision=77)
    row = return_task(tools, actor=ben, task_id=second.id, reason="缺少照片")
    assert (row.node, row.holder) == ("first", ann.id) and staged.open(case_id) == ["first"]
    view = read_task(tools, actor=ann, task_id=row.id)
    assert view.draft == ANSWERS and view.hand.notes[-1].text == "缺少照片"
    assert any("退回" in one and "缺少照片" in one for one in told(staged, ann))
    # and forward again, by the same way
    complete_task(tools, actor=ann, task_id=row.id, answers=ANSWERS)
    assert staged.open(case_id) == ["second"]
    staged.verified(case_id)


def test_what_left_the_house_or_has_no_step_before_is_not_returned(staged: Stage, ann: Actor, ben: Actor) -> None:
    tools = staged.tools
    for process, node in (("chain", "first"), ("thrown", "second")):
        case_id = staged.start(process)
        if node == "second":
            before = task_of(staged, case_id, "first")
            claim_task(tools, actor=ann, task_id=before.id)
            complete_task(tools, actor=ann, task_id=before.id, answers=ANSWERS)
        task = task_of(staged, case_id, node)
        claim_task(tools, actor=ben, task_id=task.id)
        assert offered(staged, ben, task)["return"] == Offer("return", False, "no_way_back")
        with pytest.raises(NotReturnable):
            return_task(tools, actor=ben, task_id=task.id, reason=WHY)
        assert staged.open(case_id) == [node] and not staged.facts(case_id, "TokenMoved")


# --- urge ----------------------------------------------------------------------------------------


def test_urging_reaches_the_holder_or_the_post_and_not_too_often(
    staged: Stage, ann: Actor, ben: Actor, boss: Actor, clock: FixedClock
) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    task = task_of(staged, case_id, "first")
    until = urge_task(tools, actor=boss, task_id=task.id, reason="群众在等")
    assert [any("催办" in one and "群众在等" in one for one in told(staged, one)) for one in (ann, ben)] == [True, True]
    with pytest.raises(UrgedAlready):
        urge_task(tools, actor=boss, task_id=task.id, reason=WHY)
    shown = offered(staged, boss, task)["urge"]
    assert (shown.open, shown.why, shown.until) == (False, "urged", until)
    claim_task(tools, actor=ann, task_id=task.id)
    with pytest.raises(NothingToUrge):
        urge_task(tools, actor=ann, task_id=task.id, reason=WHY)
    assert offered(staged, ann, task)["urge"].why == "yours"
    # somebody else may, at once; the first one after a while
    urge_task(tools, actor=ben, task_id=task.id, reason="ben 也在等")
    assert any("ben 也在等" in one for one in told(staged, ann))
    assert not any("ben 也在等" in one for one in told(staged, ben))
    with pytest.raises(Invalid):
        urge_task(tools, actor=boss, task_id=task.id, reason="")
    assert len(staged.facts(case_id, "TaskUrged")) == 2
    complete_task(tools, actor=ann, task_id=task.id, answers=ANSWERS)
    with pytest.raises(TaskAlreadyDone):
        urge_task(tools, actor=ben, task_id=task.id, reason=WHY)
    assert PAUSE.total_seconds() == 7200
    staged.verified(case_id)


# --- signing together ----------------------------------------------------------------------------


@pytest.mark.parametrize(("process", "kind", "needs"), [
    ("jury", "all", ""), ("any", "any", "1"), ("most", "share", "> 50%"), ("turns", "all", ""),
])  # fmt: skip
def test_the_page_says_who_signs_and_when_it_is_enough(
    staged: Stage, ann: Actor, ben: Actor, process: str, kind: str, needs: str
) -> None:
    case_id = staged.start(process, people=["ann", "ben"])
    joint = read_offers(staged.tools, actor=ann, task_id=task_of(staged, case_id, "sign").id).joint
    assert joint is not None and (joint.kind, joint.needs, joint.total, joint.done) == (kind, needs, 2, 0)
    assert joint.sequential == (process == "turns") and joint.of_people
    assert sorted(one.name for one in joint.signers) == ["Ann", "Ben"]
    assert [one.state for one in joint.signers] == (["now", "coming"] if process == "turns" else ["now", "now"])


def test_one_more_signs_beside_and_may_be_taken_out_again(
    staged: Stage, ann: Actor, ben: Actor, add_person: Callable[..., Actor]
) -> None:
    tools, case_id = staged.tools, staged.start("jury", people=["ann", "ben"])
    cat = add_person("cat", "city_duty")
    mine = held_by(staged, case_id, ann)
    assert offered(staged, ann, mine)["sign"].open
    assert offered(staged, ben, mine)["sign"].why == "held"
    add_signer(tools, actor=ann, task_id=mine.id, to="cat", reason=WHY)
    assert len(staged.open(case_id)) == 3 and any("会签" in one for one in told(staged, cat))
    for wrong, error in (("cat", SignsAlready), ("ben", SignsAlready), ("nobody", Invalid)):
        with pytest.raises(error):
            add_signer(tools, actor=ann, task_id=mine.id, to=wrong, reason=WHY)
    with pytest.raises(TaskNotHeld):
        add_signer(tools, actor=ben, task_id=mine.id, to="cat", reason=WHY)
    his, bens = held_by(staged, case_id, cat), held_by(staged, case_id, ben)

    def shown(who: Actor, task: TaskRow) -> list[str]:
        joint = read_offers(tools, actor=who, task_id=task.id).joint
        assert joint is not None
        return [one.name for one in joint.signers if one.removable]

    # his guest is offered where he signs himself, not on the others' tasks
    assert (shown(ann, mine), shown(ann, bens), shown(ben, bens)) == (["Cat"], [], [])
    # whom the diagram asked is not for him to take out, nor is somebody else's guest
    with pytest.raises(Forbidden):
        remove_signer(tools, actor=ann, task_id=mine.id, key=bens.key, reason=WHY)
    with pytest.raises(Forbidden):
        remove_signer(tools, actor=ben, task_id=bens.id, key=his.key, reason=WHY)
    for key in (mine.key, "jury/sign#9", "x"):
        with pytest.raises(NotJoint):
            remove_signer(tools, actor=ann, task_id=mine.id, key=key, reason=WHY)
    remove_signer(tools, actor=ann, task_id=mine.id, key=his.key, reason="不必了")
    assert len(staged.open(case_id)) == 2
    for one, who in ((mine, ann), (bens, ben)):
        complete_task(tools, actor=who, task_id=one.id, answers=ANSWERS)
    assert staged.open(case_id) == ["after"]
    staged.verified(case_id)


def test_a_leader_takes_out_whom_he_leads_and_nobody_of_another_house(
    staged: Stage, ann: Actor, ben: Actor, boss: Actor, add_person: Callable[..., Actor]
) -> None:
    tools = staged.tools
    far = add_person("far.boss", "county_director", unit="33.02.12")
    case_id = staged.start("jury", people=["ann", "boss", "far.boss"])
    anns, bosses, fars = (held_by(staged, case_id, one) for one in (ann, boss, far))
    with pytest.raises(Forbidden):
        remove_signer(tools, actor=far, task_id=fars.id, key=anns.key, reason=WHY)
    joint = read_offers(tools, actor=boss, task_id=bosses.id).joint
    assert joint is not None and "Ann" in [one.name for one in joint.signers if one.removable]
    remove_signer(tools, actor=boss, task_id=bosses.id, key=anns.key, reason="由我代签")
    assert len(staged.open(case_id)) == 2
    staged.verified(case_id)


def test_in_turn_the_guest_comes_directly_after_me(
    staged: Stage, ann: Actor, ben: Actor, add_person: Callable[..., Actor]
) -> None:
    tools, case_id = staged.tools, staged.start("turns", people=["ann", "ben"])
    cat = add_person("cat", "city_duty")
    mine = task_of(staged, case_id, "sign")
    add_signer(tools, actor=ann, task_id=mine.id, to=cat.id, reason=WHY)
    joint = read_offers(tools, actor=ann, task_id=mine.id).joint
    assert joint is not None and [one.name for one in joint.signers] == ["Ann", "Cat", "Ben"]
    complete_task(tools, actor=ann, task_id=mine.id, answers=ANSWERS)
    assert task_of(staged, case_id, "sign").holder == cat.id
    staged.verified(case_id)


def test_where_one_person_decides_nobody_is_added(staged: Stage, ann: Actor) -> None:
    case_id = staged.start("chain")
    task = task_of(staged, case_id, "first")
    claim_task(staged.tools, actor=ann, task_id=task.id)
    assert offered(staged, ann, task)["sign"] == Offer("sign", False, "alone")
    with pytest.raises(NotJoint):
        add_signer(staged.tools, actor=ann, task_id=task.id, to="ann", reason=WHY)


# --- what the page offers ------------------------------------------------------------------------


def test_every_act_is_open_or_says_why_not(staged: Stage, ann: Actor, ben: Actor, boss: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    task = task_of(staged, case_id, "first")
    assert {key for key, one in offered(staged, ann, task).items() if one.open} == {"claim", "transfer", "urge"}
    claim_task(tools, actor=ann, task_id=task.id)
    mine, bens = offered(staged, ann, task), offered(staged, ben, task)
    assert {key for key, one in mine.items() if one.open} == {"release", "transfer", "delegate"}
    assert {key for key, one in bens.items() if one.open} == {"urge"} and bens["claim"].why == "held"
    assert all(one.open != bool(one.why) for shown in (mine, bens) for one in shown.values())
    complete_task(tools, actor=ann, task_id=task.id, answers=ANSWERS)
    assert offered(staged, ann, task) == {"withdraw": Offer("withdraw", True)}
    assert offered(staged, ben, task) == {"withdraw": Offer("withdraw", False, "not_yours")}
    second = task_of(staged, case_id, "second")
    steps = read_offers(tools, actor=ben, task_id=second.id).steps
    found = [(one.name, one.actor_name, [text for _, text in one.answers]) for one in steps]
    assert found == [("first", "Ann", ["yes"])]
    claim_task(tools, actor=ben, task_id=second.id)
    assert offered(staged, ann, task) == {"withdraw": Offer("withdraw", False, "went_on")}


def test_who_would_be_next_is_told_and_nothing_is_written(staged: Stage, ann: Actor, ben: Actor) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    task = task_of(staged, case_id, "first")
    claim_task(tools, actor=ann, task_id=task.id)
    before = len(staged.facts(case_id))
    found = preview_completion(tools, actor=ann, task_id=task.id, answers=ANSWERS)
    assert [(one.name, one.role, one.unit_name) for one in found.opened] == [("second", "city_duty", "市中心")]
    assert not found.closed and len(staged.facts(case_id)) == before and staged.open(case_id) == ["first"]
    with pytest.raises(TaskNotHeld):
        preview_completion(tools, actor=ben, task_id=task.id, answers=ANSWERS)
    with pytest.raises(Invalid):
        preview_completion(tools, actor=ann, task_id=task.id, answers={"no such field": 1})


# --- remarks that call somebody ------------------------------------------------------------------


def test_whoever_is_called_is_told_and_may_read(staged: Stage, ann: Actor, add_person: Callable[..., Actor]) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    far = add_person("far.away", "grid_member", unit="33.02.11.004.003.012")
    with pytest.raises(CaseNotFound):
        read_case(tools, actor=far, case_id=case_id)
    comment_case(tools, actor=ann, case_id=case_id, text="请 @far.away 看一下，邮箱 a@ben.cn 不算。@far.away")
    assert any("提到您" in one for one in told(staged, far))
    assert read_case(tools, actor=far, case_id=case_id).summary.id == case_id
    (fact,) = staged.facts(case_id, "CommentAdded")
    assert fact.content["mentions"] == ["far.away"]
    for text in ("@nobody 请看", "@" + " @".join(f"p{n}" for n in range(11)), "@machines"):
        with pytest.raises(Invalid):
            comment_case(tools, actor=ann, case_id=case_id, text=text)
    assert len(staged.facts(case_id, "CommentAdded")) == 1
    staged.verified(case_id)


def test_a_confidential_case_is_not_shown_by_calling(
    staged: Stage, ann: Actor, add_person: Callable[..., Actor]
) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    add_person("far", "grid_member", unit="33.02.11.004.003.012")
    claim_task(tools, actor=ann, task_id=task_of(staged, case_id, "first").id)
    with tools.store.engine.begin() as link:
        link.exec_driver_sql("update cases set confidential = true where id = %(id)s", {"id": case_id})
    with pytest.raises(Invalid):
        comment_case(tools, actor=ann, case_id=case_id, text="@far 请看")
    assert not staged.facts(case_id, "CommentAdded")


# --- drafts and phrases --------------------------------------------------------------------------


def test_a_second_window_does_not_overwrite_the_first_unnoticed(staged: Stage, ann: Actor, clock: FixedClock) -> None:
    tools, case_id = staged.tools, staged.start("chain")
    task = task_of(staged, case_id, "first")
    claim_task(tools, actor=ann, task_id=task.id)
    assert read_task(tools, actor=ann, task_id=task.id).draft_at == ""
    first = save_draft(tools, actor=ann, task_id=task.id, values={"note": "1"}, known="")
    for known in ("", "2001-01-01T00:00:00+08:00", "nonsense"):
        with pytest.raises(DraftOvertaken):
            save_draft(tools, actor=ann, task_id=task.id, values={"note": "2"}, known=known)
    assert read_task(tools, actor=ann, task_id=task.id).draft == {"note": "1"}
    seen = read_task(tools, actor=ann, task_id=task.id).draft_at
    assert seen == first.astimezone().isoformat() or seen
    save_draft(tools, actor=ann, task_id=task.id, values={"note": "3"}, known=seen)
    save_draft(tools, actor=ann, task_id=task.id, values={"note": "4"})
    assert read_task(tools, actor=ann, task_id=task.id).draft == {"note": "4"}


def test_phrases_are_ones_own(staged: Stage, ann: Actor, ben: Actor) -> None:
    tools = staged.tools
    added = add_phrase(tools, actor=ann, text="  情况属实 ")
    assert add_phrase(tools, actor=ann, text="情况属实") == added
    book = list_phrases(tools, actor=ann)
    assert [one.text for one in book.mine] == ["情况属实"] and "情况属实，同意。" in book.offered
    assert list_phrases(tools, actor=ben).mine == ()
    for text in ("", " ", "x" * 301, "a\x00b"):
        with pytest.raises(Invalid):
            add_phrase(tools, actor=ann, text=text)
    with pytest.raises(NotFound):
        drop_phrase(tools, actor=ben, phrase_id=added)
    drop_phrase(tools, actor=ann, phrase_id=added)
    for number in range(MOST):
        add_phrase(tools, actor=ann, text=f"第{number}句")
    with pytest.raises(Invalid):
        add_phrase(tools, actor=ann, text="再来一句")
