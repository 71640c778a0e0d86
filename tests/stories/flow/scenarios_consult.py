"""One-hour consultations: every way through the diagram."""

from datetime import datetime
from typing import Any

from tests.stories.flow.flow_case import FlowCase

CIVIL = "33.02.11.004.s-civil"


def asked(*articles: dict[str, Any], **duty: list[str]) -> FlowCase:
    case = FlowCase()
    case.articles = list(articles)
    case.registers["knowledge_articles"] = [
        {"code": one["id"], "title": one["title"], "item": "C19-01", "department": "s-civil",
         "valid_until": one["valid_until"], "text": "带身份证到村便民服务站"} for one in articles]  # fmt: skip
    if duty:
        case.on_duty = duty
    case.report(nature="consult", channel="CITY_APP", content="父亲八十岁了，高龄津贴去哪里申请", photos=[],
                reported_by="id-citizen", has_phone=True)
    return case


def a_question_is_answered_within_the_hour() -> FlowCase:
    """AC-5: pushed at once, a station replies beside, answered in 47 minutes, rated."""
    case = asked()
    assert case.nodes == {"answer"} and case.open[case.key_of("answer")].assignee == "wang"
    assert case.event["item_code"] == "C19-01"
    case.wait(minutes=15)
    case.act("consult.asked", by="wang", question="每月多少钱？")
    assert case.nodes == {"answer", "ask_department"}
    task = case.open[case.key_of("ask_department")]
    assert set(task.candidates) == {("dept_station_officer", CIVIL), ("unit_leader", CIVIL)}
    case.wait(minutes=21)
    case.do("ask_department", by="civil", reply="每月按标准发放，详见告知单")
    assert case.told("reporter.department_reply") == 1 and case.told("unit.consult_half") == 1
    case.wait(minutes=11)
    case.do("answer", by="wang", decision="answer", answer="请带身份证到村便民服务站，我来代办", offers_agency=True,
            propose_article=True)
    assert case.event["status"] == "closed" and not case.noted("consult_late") and not case.nodes
    case.wait(minutes=18)
    case.act("citizen.rated", by="citizen", satisfaction="satisfied")
    assert case.nodes == {"learn"}
    _proposed(case)
    task = case.open[case.key_of("review_article")]
    assert ("dept_station_officer", CIVIL) in task.candidates
    case.do("review_article", by="civil", verdict="approve")
    (kept,) = case.registers["knowledge_articles"]
    assert (kept["title"], kept["valid_until"], kept["department"]) == ("高龄津贴申请", "2026-12-31", "s-civil")
    assert case.progress and case.progress.closed and case.noted("knowledge_proposed")[0]["decision"] == "published"
    return case


def _proposed(case: FlowCase) -> None:
    case.do("learn", decision="publish", title="高龄津贴申请", valid_until="2026-12-31",
            text="到村便民服务站申请，带身份证。")
    assert case.nodes == {"review_article"}


def _worth_keeping() -> FlowCase:
    case = asked()
    case.do("answer", by="wang", decision="answer", answer="请到村便民服务站申请", propose_article=True)
    case.wait(hours=25)
    assert case.nodes == {"learn"}
    return case


def what_the_department_does_not_approve_is_not_kept() -> FlowCase:
    """Refused, not reviewed in time, not proposed, not written: the knowledge base stays as it was."""
    refused, silent, dropped, case = _worth_keeping(), _worth_keeping(), _worth_keeping(), _worth_keeping()
    _proposed(refused)
    refused.do("review_article", by="civil", verdict="refuse", review_note="标准已改")
    _proposed(silent)
    silent.until("review_article")
    dropped.do("learn", decision="drop")
    said = [one.noted("knowledge_proposed")[0]["decision"] for one in (refused, silent, dropped)]
    assert said == ["refused", "not_reviewed", "drop"]
    case.until("learn")
    assert not case.noted("knowledge_proposed")
    for one in (refused, silent, dropped, case):
        assert one.progress and one.progress.closed and not one.registers.get("knowledge_articles")
    return case


def an_exact_article_is_sent_as_a_reference() -> FlowCase:
    """What fits in full is sent at once; a person answers all the same. What fits in part is only shown to him."""
    article = {"id": "K-1", "title": "高龄津贴去哪里申请", "valid_until": "2026-12-31"}
    part = asked({**article, "match": 0.8})
    assert part.told("reporter.reference") == 0 and part.nodes == {"answer"}
    case = asked({**article, "match": 1})
    (sent,) = [call.params for call in case.calls if call.params.get("text") == "reporter.reference"]
    assert (sent["article"], sent["body"]) == ("高龄津贴去哪里申请", "带身份证到村便民服务站")
    assert case.nodes == {"answer"} and case.event["status"] == "handling"
    return case


def the_department_replies_after_the_answer() -> FlowCase:
    """Its official words reach the asker, whoever was faster; a county department has two working hours."""
    case = asked()
    case.act("consult.asked", by="wang", question="每月多少钱？", ask_unit="33.02.11.d-civil")
    limit = case.record["limits"]["ask_department"]
    begun, due = (datetime.fromisoformat(limit[name]) for name in ("started_at", "due_at"))
    assert (due - begun).total_seconds() == 7200
    case.do("answer", by="wang", decision="answer", answer="请到村便民服务站申请")
    assert case.event["status"] == "closed" and case.nodes == {"ask_department"}
    case.until("ask_department")
    assert case.noted("red")[0]["unit"] == "33.02.11.d-civil" and case.told("unit.step_late") == 1
    case.do("ask_department", by="civil", reply="每月一百元，按季发放")
    assert case.told("reporter.department_reply") == 1 and not case.nodes
    case.wait(hours=25)
    assert case.progress and case.progress.closed
    return case


def nobody_answers_in_an_hour() -> FlowCase:
    case = asked()
    case.wait(minutes=61)
    assert case.noted("consult_late")[0]["deduction"] == 0.5 and case.told("unit.consult_yellow") == 1
    assert case.nodes == {"answer", "answer_by_street"}
    case.do("answer_by_street", by="affairs", decision="answer", answer="请到村便民服务站申请")
    assert not case.nodes and case.event["status"] == "closed"
    case.wait(hours=25)
    assert case.progress and case.progress.closed
    return case


def the_first_receiver_passes_it_on() -> FlowCase:
    case = asked()
    case.do("answer", by="wang", decision="pass", note="需要政务岗")
    assert case.nodes == {"answer_by_street"}
    case.wait(minutes=61)
    assert case.noted("consult_late") and case.nodes == {"answer_by_street"}
    case.do("answer_by_street", by="affairs", decision="answer", answer="请到村便民服务站申请")
    case.act("citizen.rated", by="citizen", satisfaction="unsatisfied", solved="no")
    assert case.nodes == {"second_answer"}
    case.until("second_answer")
    assert [one["step"] for one in case.noted("red")] == ["second_answer"] and case.told("unit.step_late") == 1
    case.do("second_answer", by="affairs", answer="已与民政核对，补充材料清单如下")
    assert case.progress and case.progress.closed and case.told("reporter.answer") == 2
    return case


def a_question_becomes_a_case() -> FlowCase:
    case = asked()
    case.do("answer", by="wang", decision="pass")
    case.do("answer_by_street", by="affairs", decision="convert", answer="需要研究，先行答复", promised_at="2026-03-06")
    assert case.nodes == {"sign"} and case.told("reporter.interim") == 1 and case.event["nature"] == "help"
    assert case.record["limits"]["business"]["due_at"].startswith("2026-04-01T09:00")
    task = case.open[case.key_of("sign")]
    assert task.candidates == (("platform_service", "33.02.11.004.p-service"),) and case.event["level"] == "L3"
    return case


def a_grid_leader_answers_when_the_worker_is_off() -> FlowCase:
    case = asked(grid_leader=["chen"])
    task = case.open[case.key_of("answer")]
    assert task.assignee == "chen" and task.candidates[0][0] == "grid_leader"
    return case


def nobody_is_on_duty() -> FlowCase:
    case = asked(grid_member=[])
    task = case.open[case.key_of("answer")]
    assert task.assignee is None and task.candidates == (("street_affairs", "33.02.11.004.cmd"),)
    return case


def two_neighbours_ask_the_same() -> FlowCase:
    """A question is never held up by the search for duplicates."""
    case = FlowCase()
    case.similar |= {"score": 0.8, "master": "E-1", "master_state": "open"}
    case.report(nature="consult", channel="CITY_APP", content="高龄津贴去哪里申请", photos=[], reported_by="id-citizen")
    assert case.nodes == {"answer"}
    return case


def a_department_answers_from_its_own_system() -> FlowCase:
    """The reply is relayed unchanged, the task beside is gone."""
    case = asked()
    case.act("consult.asked", by="wang", question="每月多少钱？")
    case.send("consult.answered", reply="每月一百元，按季发放")
    assert case.nodes == {"answer"}
    (told,) = [call.params for call in case.calls if call.params.get("text") == "reporter.department_reply"]
    assert told["reply"] == "每月一百元，按季发放"
    return case
