"""AC-5: a question about the old-age allowance, answered within the hour."""

from datetime import datetime
from typing import Any

import pytest

from app.domain.ids import new_id
from app.domain.records import RosterRow
from app.usecases import Tools
from app.usecases.intake.track_report import Tracking, track_report
from tests.stories.cast import CIVIL_AFFAIRS, QIANTONG, VILLAGER, ZHUANGSHI
from tests.stories.telling import Event, Scene, moment, refused, told

Q = QIANTONG
GRID = "33.02.26.106.005.001"
QUESTION = "父亲今年八十岁，高龄津贴在哪里申请，需要带哪些材料？"
REPLY = "本镇八十至八十九周岁老人的高龄津贴标准以今年公布的为准，本月二十日前申请下月起发。"
ANSWER = "请带身份证、户口簿和老人本人的银行卡，到联合村便民服务点申请，也可以由我代办。"


def asked(scene: Scene, at: str = "03-02 08:05") -> Event:
    """08:05: a villager asks in the app where to apply and which papers to bring."""
    scene.at(at)
    return scene.report(VILLAGER, "allowance-home", photos=0, channel="CITY_APP", nature="consult", content=QUESTION,
                        reporter={"name": "群众01", "phone": "13800000000"})


def helped(scene: Scene, question: Event) -> None:
    """08:20 the grid worker asks the civil-affairs station for the amount; 08:41 it replies."""
    scene.at("03-02 08:20")
    question.desk.claim(Q.worker, question.task(Q.worker, "答复")["id"])
    question.act(Q.worker, "consult.asked", question="今年高龄津贴的标准是多少？")
    # asked in parallel: the grid worker may answer at any time
    assert question.nodes == ["answer", "ask_department"]
    assert told(question.task(CIVIL_AFFAIRS, "部门答复")["due_at"]) == "03-02 08:50"
    scene.at("03-02 08:41")
    question.do(CIVIL_AFFAIRS, "部门答复", reply=REPLY)


def answers(question: Event, by: str = Q.worker, **more: Any) -> None:
    question.do(by, "答复", **{"decision": "answer", "answer": ANSWER, **more})


# --- the whole story -------------------------------------------------------------------------------


def the_question_is_answered(scene: Scene) -> None:
    """AC-5 from the question to the knowledge article, with its assertions; told twice, through both doors."""
    question = asked(scene)
    # it pops up at the grid worker of the asker's grid, with the article that the knowledge base suggests
    task = question.task(Q.worker, "答复")
    assert (question.nodes, task["holder_name"] != "", told(task["due_at"])) == (["answer"], True, "03-02 09:05")
    assert (question.record["item_code"], question.record["nature"]) == ("C19-01", "consult")
    scene.at("03-02 08:07")
    articles = suggested(question)
    assert (articles[0]["title"], articles[0]["valid_until"]) == ("高龄津贴申请", "2026-12-31")
    shown = question.desk.task(Q.worker, task["id"])["values"]["knowledge_used"]
    assert "高龄津贴申请" in shown and "2026-12-31" in shown
    helped(scene, question)
    scene.at("03-02 08:52")
    answers(question, keep=("knowledge_used",), offers_agency=True, propose_article=True)
    assert (question.status, question.record["close_reason"]) == ("closed", "solved")
    told_by = question.facts("OperationDone", operation="notify.reporter")[-1].body["params"]
    assert (told_by["answer"], told_by["agency"]) == (ANSWER, True)
    scene.at("03-02 09:10")
    question.tell("rate", solved="yes", satisfaction="satisfied")
    assert (question.record["satisfaction"], question.nodes) == ("satisfied", ["learn"])
    scene.at("03-02 10:00")
    question.do(Q.affairs, "提出知识条目", decision="publish", title="高龄津贴申请（含代办）", valid_until="2026-12-31",
                text="年满八十周岁的户籍老人可以申请，网格员可以代办。")
    # the department that answers for it reviews it before anybody is told so
    scene.at("03-02 10:30")
    question.do(CIVIL_AFFAIRS, "主管部门审核", verdict="approve")
    kept = question.facts("OperationDone", operation="register.add")
    assert len(kept) == 1 and question.nodes == []
    check_record(question)
    question.verified()


def suggested(question: Event) -> list[dict[str, str]]:
    """What the knowledge base found."""
    found = question.facts("OperationDone", operation="knowledge.find")
    assert len(found) == 1
    return list(found[0].body["value"]["articles"])


def check_record(question: Event) -> None:
    """Answered in 47 minutes, within the hour, by the first receiver, with the department's own words."""
    assert question.milestones["reported_at"] == "03-02 08:05"
    assert question.milestones["handled_at"] == question.milestones["closed_at"] == "03-02 08:52"
    begun, ended = (datetime.fromisoformat(question.page["milestones"][name]) for name in ("reported_at", "closed_at"))
    assert 46 < (ended - begun).total_seconds() / 60 < 48
    assert [at for _, at in question.done_by("answer")] == ["03-02 08:52"]
    assert not question.noted("consult_late") and not question.noted("red")
    assert not question.facts("LimitEnded", limit="consult", late=True)
    assert not question.opened("accept_decide") and not question.opened("verify")
    learned = question.noted("knowledge_proposed")
    assert [(line.body["item_code"], line.body["valid_until"]) for line in learned] == [("C19-01", "2026-12-31")]


def test_the_question_is_answered_in_47_minutes(scene: Scene) -> None:
    the_question_is_answered(scene)


def test_the_villager_reads_the_departments_own_words(scene: Scene, tools: Tools) -> None:
    question = asked(scene)
    helped(scene, question)
    scene.at("03-02 08:52")
    answers(question, offers_agency=True)
    messages = tracking(question, tools).messages
    relayed = next(one for one in messages if REPLY in one.text)
    assert told(relayed.at) == "03-02 08:41" and "民政站" in relayed.text
    assert told(next(one for one in messages if ANSWER in one.text).at) == "03-02 08:52"
    assert tracking(question, tools).can_rate


def tracking(question: Event, tools: Tools) -> Tracking:
    return track_report(tools, event_no=question.reported.event_no, tracking_code=question.reported.tracking_code)


# --- what may go wrong -----------------------------------------------------------------------------


def test_no_answer_within_the_hour_brings_the_street_in(scene: Scene) -> None:
    question = asked(scene)
    scene.at("03-02 09:04")
    assert not question.offered(Q.affairs) and not question.noted("consult_late")
    assert question.task(Q.worker, "答复")["light"] == "yellow"
    scene.at("03-02 09:05")
    late = question.noted("consult_late")
    assert [(told(line.at), line.body["deduction"], line.body["unit"]) for line in late] == [("03-02 09:05", 0.5, GRID)]
    # both stay responsible; whoever answers first ends it
    assert question.nodes == ["answer", "answer_by_street"]
    assert question.task(Q.worker, "答复")["light"] == "red"
    assert told(question.task(Q.affairs, "政务岗答复")["created_at"]) == "03-02 09:05"
    scene.at("03-02 09:20")
    question.do(Q.affairs, "政务岗答复", decision="answer", answer=ANSWER)
    assert question.status == "closed" and not question.offered(Q.worker)
    assert question.facts("LimitEnded", limit="consult", late=True)
    scene.at("03-03 10:00")
    assert question.nodes == []
    question.verified()


@pytest.mark.parametrize(("minutes", "late"), [(59, False), (61, True)])
def test_an_answer_at_59_and_at_61_minutes(scene: Scene, minutes: int, late: bool) -> None:
    question = asked(scene)
    scene.at(f"03-02 09:{5 + minutes - 60:02}")
    answers(question)
    assert question.status == "closed" and bool(question.noted("consult_late")) is late
    assert len(question.noted("consult_late")) == int(late)
    question.verified()


def test_reminders_after_30_and_45_minutes(scene: Scene) -> None:
    question = asked(scene)
    reminders = []
    for at in ("08:34", "08:36", "08:49", "08:51"):
        scene.at(f"03-02 {at}")
        told_to = question.facts("OperationDone", operation="notify.unit")
        reminders.append([line.node for line in told_to])
    assert reminders == [[], ["remind"], ["remind"], ["remind", "copy_street"]]
    assert not question.offered(Q.affairs)


def put_on_duty(tools: Tools, *people: tuple[str, str]) -> None:
    """Write the grid's roster anew: (username, role), in this order."""
    since, until = moment("01-01 00:00"), moment("12-31 00:00")
    with tools.store.unit_of_work() as uow:
        for row in uow.rosters.of_unit(GRID, since, until):
            uow.rosters.drop(row.id)
        for number, (username, role) in enumerate(people, 1):
            person = uow.people.by_username(username)
            assert person is not None
            row = RosterRow(new_id(26, since), GRID, role, person.id, since.replace(day=number), until)
            uow.rosters.add_many([row])
        uow.commit()


@pytest.mark.parametrize(
    ("on_duty", "receiver"),
    [
        ([(Q.second_worker, "grid_member"), (Q.grid_leader, "grid_leader")], Q.second_worker),
        ([(Q.grid_leader, "grid_leader")], Q.grid_leader),
        ([], Q.affairs),
    ],
    ids=["the next member", "the grid leader", "the street"],
)
def test_off_duty_the_next_one_gets_it_at_once(
    scene: Scene, tools: Tools, on_duty: list[tuple[str, str]], receiver: str
) -> None:
    put_on_duty(tools, *on_duty)
    question = asked(scene)
    task = question.task(receiver, "答复")
    assert (told(task["created_at"]), told(task["due_at"])) == ("03-02 08:05", "03-02 09:05")
    assert not question.offered(Q.worker)
    scene.at("03-02 08:30")
    answers(question, by=receiver)
    assert question.status == "closed" and not question.noted("consult_late")
    question.verified()


def converted(scene: Scene) -> Event:
    """The grid worker passes it on; the street answers for now, and promises a date."""
    question = asked(scene)
    scene.at("03-02 08:25")
    question.do(Q.worker, "答复", decision="pass", note="需要镇里研究补发")
    assert question.nodes == ["answer_by_street"]
    scene.at("03-02 08:50")
    question.do(Q.affairs, "政务岗答复", decision="convert", promised_at="2026-03-06",
                answer="补发需要民政站研究，三月六日前给您答复。")
    return question


def test_a_question_that_needs_a_decision_becomes_a_case(scene: Scene, tools: Tools) -> None:
    question = converted(scene)
    # the hour is met by an honest interim answer with the new date
    interim = [one for one in tracking(question, tools).messages if "三月六日前" in one.text]
    assert [told(one.at) for one in interim] == ["03-02 08:50"]
    assert any(date in interim[0].text for date in ("2026-03-06", "3月6日", "2026年3月6日", "03-06"))
    assert not question.noted("consult_late")
    # a normal matter may take thirty days, counted from the question
    assert question.due("business") == "04-01 08:05"
    assert question.record["nature"] == "help" and question.status == "dispatched" and question.nodes == ["sign"]
    # who has the case now is bound by what was promised, and reads it
    assert question.record["promised_at"] == "2026-03-06"
    scene.at("03-02 12:00")
    assert not question.noted("consult_late")
    question.verified()


def test_a_converted_question_is_handled_verified_and_closed(scene: Scene) -> None:
    question = converted(scene)
    task = question.page["open_tasks"][0]
    role, unit = task["candidates"][0]
    assert unit.startswith("33.02.26.106"), (role, unit)
    scene.at("03-02 09:30")
    lead = next(one for one in (Q.handler, Q.colleague, CIVIL_AFFAIRS, Q.worker, Q.leader, Q.affairs)
                if any(row["node"] == "sign" for row in question.offered(one)))
    assert question.desk.task(lead, question.task(lead, "签收")["id"])["values"]["promised"] == "2026-03-06"
    question.do(lead, "签收", keep=("decision",))
    question.do(lead, "首次联系", way="phone", reached=True, note="已告知办理安排")
    scene.at("03-03 10:00")
    assert question.nodes == ["handle"]
    assert question.desk.task(lead, question.task(lead, "办理")["id"])["values"]["promised"] == "2026-03-06"
    question.verified()


def test_an_unsatisfied_asker_gets_a_second_answer(scene: Scene) -> None:
    question = asked(scene)
    scene.at("03-02 08:30")
    answers(question)
    scene.at("03-02 09:10")
    question.tell("rate", solved="no", satisfaction="unsatisfied")
    assert question.nodes == ["second_answer"]
    assert told(question.task(Q.affairs, "二次答复")["due_at"]) == "03-03 09:10"
    scene.at("03-02 15:00")
    question.do(Q.affairs, "二次答复", answer="镇便民服务中心一楼三号窗口受理，电话同步告知。")
    assert question.nodes == []
    question.verified()


def test_nobody_rates_for_a_day(scene: Scene) -> None:
    question = asked(scene)
    scene.at("03-02 08:30")
    answers(question)
    scene.at("03-03 08:31")
    assert question.status == "closed" and question.nodes == []
    with refused(409):
        question.tell("rate", solved="yes", satisfaction="satisfied")
    question.verified()


def test_two_questions_at_once(scene: Scene) -> None:
    first, second = asked(scene), asked(scene, "03-02 08:06")
    assert first.reported.event_no != second.reported.event_no
    scene.at("03-02 08:30")
    answers(first)
    assert first.status == "closed" and second.nodes == ["answer"]
    answers(second)
    assert second.status == "closed"
    first.verified()
    second.verified()


def test_others_cannot_answer_in_his_place(scene: Scene) -> None:
    question = asked(scene)
    task = question.task(Q.worker, "答复")["id"]
    for other, status in ((ZHUANGSHI.worker, 404), (ZHUANGSHI.duty, 404), (CIVIL_AFFAIRS, 404)):
        with refused(status):
            question.desk.claim(other, task)
    with refused(422, field="answer"):
        question.do(Q.worker, "答复", decision="answer")
    assert question.nodes == ["answer"]
