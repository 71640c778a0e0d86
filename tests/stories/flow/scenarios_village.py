"""The village talk: talk, discuss, do, evaluate; and its calendar."""

from datetime import datetime
from typing import Any

import pytest

from app.domain.errors import InvalidAnswers, YongzhiError
from tests.stories.flow.flow_case import GRID, PHOTO, FlowCase

VILLAGE = "33.02.11.004.003"
ITEM: dict[str, Any] = {"title": "路灯不亮", "content": "村口两盏路灯不亮，夜里看不清路", "speaker": "村民01",
                        "household": "1 组", "grade_hint": "small", "answered": False, "answer": ""}


# --- the calendar and the talk day -------------------------------------------------------------------


def _calendar(*rows: dict[str, Any]) -> FlowCase:
    case = FlowCase()
    case.registers["talk_days"] = [
        {"unit": f"33.02.11.004.{number:03}", "hour": "19:00", "place": "村委会", "held": True, **row}
        for number, row in enumerate(rows, 1)]
    case.begin("village_talk_calendar", "every_morning")
    assert case.progress and case.progress.closed
    return case


def _announced(case: FlowCase) -> list[str]:
    assert case.progress
    return [one.payload["talk_at"] for one in case.progress.thrown if one.name == "talk.due"]


def the_calendar_announces_three_days_before() -> FlowCase:
    """2 March: the 5th is announced, the 10th is only noted, what is noted for the 4th is caught up."""
    case = _calendar({"day": 5}, {"day": 10}, {"day": 4, "next_on": "2026-03-04"}, {"day": 31, "next_on": "2026-04-30"},
                     {"day": 6, "held": False})
    assert sorted(_announced(case)) == ["2026-03-04T19:00:00+08:00", "2026-03-05T19:00:00+08:00"]
    days = [row["next_on"] for row in case.registers["talk_days"]]
    assert days == ["2026-04-05", "2026-03-10", "2026-04-04", "2026-04-30", None]
    return case


def a_month_without_the_31st_talks_on_its_last_day() -> FlowCase:
    case = _calendar({"day": 31, "next_on": "2026-03-05"}, {"day": 31}, {"day": 1})
    assert [row["next_on"] for row in case.registers["talk_days"]] == ["2026-03-31", "2026-03-31", "2026-04-01"]
    return case


def more_villages_than_one_look_takes() -> FlowCase:
    case = _calendar(*({"day": 5, "next_on": "2026-03-05"} for n in range(130)))
    assert len(_announced(case)) == 130
    assert {row["next_on"] for row in case.registers["talk_days"]} == {"2026-04-05"}
    return case


def _talk(**given: Any) -> FlowCase:
    case = FlowCase()
    case.begin("village_talk", "due", **{"talk_at": "2026-03-05T19:00:00+08:00", "place": "村委会", "unit": VILLAGE,
                                         "title": "村民说事日", **given})
    return case


def a_talk_day_reads_out_and_records() -> FlowCase:
    case = _talk()
    old = {"unit": VILLAGE, "speaker": "村民01", "grade": "small"}
    case.registers["talk_items"] = [
        {**old, "event_no": "T-1", "title": "旧路灯", "outcome": "done", "outcome_text": "已修"},
        {**old, "event_no": "T-2", "title": "新路", "raised_on": "2026-03-01"}]
    assert case.told("unit.talk_notice") == 2 and not case.nodes
    case.wait(hours=83)
    assert case.nodes == {"record_items"}
    row = {name: ITEM[name] for name in ITEM}
    with pytest.raises(YongzhiError) as no:
        case.do("record_items", held="yes", read_out=False, items=[row])
    assert "通报" in no.value.message
    with pytest.raises(YongzhiError, match="当场答复的事项须写明答复"):
        case.do("record_items", held="yes", read_out=True, items=[row | {"answered": True, "answer": " "}])
    case.wait(hours=25)
    assert case.told("unit.talk_late") == 2
    case.do("record_items", held="yes", read_out=True, items=[row, {**row, "title": "第二件"}])
    assert case.progress and case.progress.closed
    assert [one.payload["title"] for one in case.progress.thrown if one.name == "talk.item"] == ["路灯不亮", "第二件"]
    assert [row["read_on"] for row in case.registers["talk_items"]] == ["2026-03-06", None]
    held = case.noted("talk_held")[0]
    assert (held["items"], held["read_out"], held["on_day"]) == (2, 2, False)
    return case


def a_talk_that_is_not_held() -> FlowCase:
    case = FlowCase()
    case.begin("village_talk", "start", talk_kind="spot", talk_at="2026-03-02T10:00:00+08:00", place="村口", title="")
    case.wait(hours=2)
    case.do("record_items", held="no", not_held_reason="大雨改期")
    assert case.noted("talk_not_held") and case.event["close_reason"] == "explained"
    return case


# --- an item -----------------------------------------------------------------------------------------


def _raised(**given: Any) -> FlowCase:
    case = FlowCase()
    case.begin("talk_item", "raised", **{**ITEM, "unit": VILLAGE, "origin_no": "T-1", **given})
    return case


def _outcome(case: FlowCase) -> str:
    """PR-17: a closed item has an outcome in the register and in words."""
    assert case.progress and case.progress.closed and case.event["status"] == "closed"
    row = case.registers["talk_items"][0]
    assert row["outcome"] and row["outcome_text"] and row["closed_on"]
    return str(row["outcome"])


def _done(case: FlowCase, **more: Any) -> None:
    case.do("do_village", by="secretary", responsible="村委01", action="已换新路灯", **more)


def _late(case: FlowCase) -> list[str]:
    """Steps that were recorded as late."""
    return [one["step"] for one in case.noted("talk_late")]


def every_step_of_the_discussion_has_its_limit() -> FlowCase:
    case = _raised(title="修订村规民约", grade_hint="major")
    case.until("talk_grade")
    case.do("grade", grade="fundamental", subject="rules", basis="adults", owner="ours")
    case.until("talk_legal")
    _lawful(case)
    case.until("talk_consult")
    case.do("consult_village", opinions=0, summary="无异议", consulted=True)
    case.until("talk_call")
    _called(case, "2026-05-13T09:00")
    case.until("talk_meeting")
    assert _late(case) == ["talk_grade", "talk_legal", "talk_consult", "talk_call", "talk_meeting"]
    assert case.told("unit.talk_step_late") == 5 and case.nodes == {"meeting"}
    return case


def an_answer_on_the_spot() -> FlowCase:
    case = _raised(answered=True, answer="已联系，今晚修好")
    assert _outcome(case) == "answered"
    return case


def a_small_matter_is_done_in_three_days() -> FlowCase:
    case = _raised()
    case.do("grade", grade="small", subject="service", owner="ours")
    assert case.nodes == {"do_village"} and case.record["limits"]["talk_do"]["amount"] == "3 d"
    case.act("progress.noted", progress_text="已买灯", percent=50)
    case.until("talk_do", "yellow_at")
    assert case.told("unit.talk_do_yellow") == 1
    case.until("talk_do")
    assert case.told("unit.talk_do_late") == 1
    _done(case)
    assert not case.nodes and case.told("reporter.talk_outcome") == 1
    case.wait(days=8)
    assert _outcome(case) == "done" and case.registers["talk_items"][0]["satisfied"] is None
    return case


def _graded(grade: str, **given: Any) -> FlowCase:
    case = _raised(**given.pop("raised", {}))
    case.do("grade", **{"grade": grade, "subject": "service", "owner": "ours", **given})
    return case


def _lawful(case: FlowCase) -> None:
    case.do("legal_opinion", by="lawyer", legal="lawful", opinion="程序与内容合法")


def _called(case: FlowCase, at: str) -> None:
    case.do("call_meeting", by="secretary", meeting_at=f"{at}:00+08:00", meeting_place="礼堂")
    case.wait(seconds=(datetime.fromisoformat(f"{at}:00+08:00") - case.now).total_seconds() + 60)


def _vote(case: FlowCase, entitled: int, present: int, yes: int, no: int = 0, abstain: int = 0, **more: Any) -> None:
    case.do("meeting", **{"entitled": entitled, "present": present, "recused": 0, "yes": yes, "no": no,
                          "abstain": abstain, "decision_text": "同意", "minutes": [PHOTO], **more})


def _published(case: FlowCase) -> None:
    case.do("publish_decision", text="决定公开", places="公开栏", posted=[PHOTO])


def a_general_matter_goes_through_both_committees() -> FlowCase:
    """7 entitled: 4 are more than half; 2 of 4 yes are not."""
    case = _graded("general")
    _called(case, "2026-03-04T09:00")
    _vote(case, 7, 4, 2, 2)
    assert case.nodes == {"publish_decision"}
    case.until("talk_publish")
    assert case.told("unit.talk_unpublished") == 1
    _published(case)
    case.act("citizen.rated", satisfied="yes")
    assert _outcome(case) == "rejected"
    return case


def two_thirds_are_met_exactly() -> FlowCase:
    """AC-11: 22 of 33 are two thirds, 12 of 22 are more than half; the money is checked by the committee."""
    case = _graded("major", subject="works", money=300000)
    assert case.nodes == {"legal_opinion"}
    _lawful(case)
    with pytest.raises(YongzhiError) as no:
        case.do("call_meeting", meeting_at="2026-03-05T08:00:00+08:00", meeting_place="礼堂")
    assert "三日" in no.value.message
    _called(case, "2026-03-06T09:00")
    assert case.told("unit.talk_meeting") == 1
    _vote(case, 33, 22, 12, 8, 2, plan_due="2026-05-30")
    assert case.nodes == {"publish_decision"}
    _published(case)
    assert case.nodes == {"do_village"}
    assert case.record["limits"]["talk_do"]["due_at"].startswith("2026-05-30T17:30")
    _done(case, cost=298000)
    assert case.nodes == {"money_check"}
    due = case.record["limits"]["talk_do"]["due_at"]
    case.until("talk_money")
    assert _late(case) == ["talk_money"] and case.told("unit.talk_step_late") == 1
    case.do("money_check", by="committee", decision="not_ok", note="缺一张发票")
    # back to the work, without a new limit
    assert case.nodes == {"do_village"} and case.record["limits"]["talk_do"]["due_at"] == due
    _done(case, cost=298000)
    task = case.open[case.key_of("money_check")]
    assert task.excluded_people == ("id-secretary",) and task.candidates[0] == ("village_supervision", VILLAGE)
    case.do("money_check", by="committee", decision="ok", note="相符")
    assert case.nodes == {"publish_result"}
    case.until("talk_publish_result")
    assert _late(case) == ["talk_money", "talk_publish_result"]
    case.do("publish_result", by="clerk", text="路已修好，支出二十九万八千元", places="公开栏", posted=[PHOTO])
    case.act("citizen.rated", satisfied="yes", voters=20, dissatisfied=2)
    assert _outcome(case) == "done"
    return case


def one_short_of_two_thirds_adjourns_at_most_three_times() -> FlowCase:
    """21 of 33 are 63.6 %: no quorum; the fourth failure ends it with an outcome."""
    case = _graded("major", subject="works")
    _lawful(case)
    for day in ("06", "10", "14", "18"):
        assert case.nodes == {"call_meeting"}
        _called(case, f"2026-03-{day}T09:00")
        _vote(case, 33, 21, 21)
    assert case.record["counts"]["adjourned"] == 3
    _published(case)
    case.wait(days=8)
    assert _outcome(case) == "not_decided"
    return case


def numbers_that_do_not_fit_are_refused() -> FlowCase:
    case = _graded("major")
    _lawful(case)
    _called(case, "2026-03-06T09:00")
    for entitled, present, recused, yes, no, abstain in (
        (33, 34, 0, 20, 0, 0), (33, 22, 0, 12, 9, 2), (33, 22, 1, 12, 8, 2), (33, 22, 23, 0, 0, 0)):
        with pytest.raises(YongzhiError) as found:
            _vote(case, entitled, present, yes, no, abstain, recused=recused)
        assert "人数不符" in found.value.message
    with pytest.raises(InvalidAnswers):
        _vote(case, 33, 22, 12.5, 8)
    # two leave: 20 of 33 are no quorum, though 22 came
    _vote(case, 33, 22, 15, 5, 0, recused=2, recused_who="利害关系人二名")
    assert case.nodes == {"call_meeting"}
    return case


def half_of_those_present_is_no_majority() -> FlowCase:
    case = _graded("major", subject="works")
    _lawful(case)
    _called(case, "2026-03-06T09:00")
    _vote(case, 33, 22, 11, 11)
    assert case.nodes == {"publish_decision"}
    _published(case)
    case.wait(days=8)
    assert _outcome(case) == "rejected"
    return case


def village_rules_need_the_assembly_and_are_filed() -> FlowCase:
    """A draft is amended after the legal opinion, the whole village is asked, adults vote, the town gets it."""
    case = _raised(title="修订村规民约", grade_hint="major")
    with pytest.raises(YongzhiError) as no:
        case.do("grade", grade="general", subject="rules", owner="ours")
    assert "重大或根本" in no.value.message
    case.do("grade", grade="fundamental", subject="rules", basis="adults", owner="ours")
    case.do("legal_opinion", by="lawyer", legal="amend", opinion="第三条与法律抵触")
    case.do("grade", grade="fundamental", subject="rules", basis="adults", owner="ours")
    _lawful(case)
    case.do("consult_village", opinions=14, summary="采纳三条", consulted=True)
    _called(case, "2026-03-13T09:00")
    _vote(case, 801, 401, 201, 200)
    _published(case)
    assert case.nodes == {"file_with_town"}
    case.until("talk_file")
    assert case.told("unit.talk_unfiled") == 1
    case.do("file_with_town", filed_on="2026-03-27", documents=[PHOTO])
    _done(case)
    case.wait(days=8)
    assert _outcome(case) == "done"
    return case


def households_may_be_counted() -> FlowCase:
    """2 of 3 households suffice; 399 of 600 do not, 400 do."""
    for present, met in ((399, False), (400, True)):
        case = _graded("fundamental", subject="rules", basis="households")
        _lawful(case)
        case.do("consult_village", opinions=0, summary="无异议", consulted=True)
        _called(case, "2026-03-13T09:00")
        _vote(case, 600, present, 399)
        assert (case.nodes == {"publish_decision"}) is met
    return case


def an_unlawful_matter_is_not_put_to_the_vote() -> FlowCase:
    case = _graded("major", subject="land")
    case.do("legal_opinion", by="lawyer", legal="unlawful", opinion="土地用途不得改变")
    _published(case)
    case.wait(days=8)
    assert _outcome(case) == "unlawful"
    return case


def a_dissatisfied_speaker_is_heard_once_more() -> FlowCase:
    case = _graded("small")
    _done(case)
    case.act("citizen.rated", satisfied="no", reason="两天又灭了")
    assert case.nodes == {"grade"} and case.record["counts"]["rediscussed"] == 1
    case.do("grade", grade="small", subject="service", owner="ours")
    _done(case)
    case.act("citizen.rated", satisfied="no", reason="还是不亮")
    assert _outcome(case) == "done" and case.registers["talk_items"][0]["satisfied"] == "no"
    return case


def more_than_three_in_ten_dissatisfied_discuss_again() -> FlowCase:
    """3 of 10 are not more than 30 %, 4 of 13 are."""
    for voters, dissatisfied, again in ((10, 3, False), (13, 4, True)):
        case = _graded("small")
        _done(case)
        case.act("citizen.rated", satisfied="yes", voters=voters, dissatisfied=dissatisfied)
        assert (case.nodes == {"grade"}) is again
    return case


def discussed_for_too_long() -> FlowCase:
    case = _raised()
    case.until("talk_discuss")
    assert case.told("unit.talk_item_late") == 1 and case.nodes == {"grade"}
    return case


def _beyond() -> FlowCase:
    case = _raised(title="河道边坡垮塌", content="河边护坡垮了两处，村里修不了")
    case.do("grade", grade="small", subject="service", owner="beyond", item_hint="C15-01", grid=GRID,
            address_text="村东河边")
    assert case.nodes == {"await_result"} and case.progress
    thrown = next(one for one in case.progress.thrown if one.name == "report.received")
    assert thrown.payload["channel"] == "TALK" and thrown.payload["origin_no"] == case.event["event_no"]
    return case


def what_the_village_cannot_do_becomes_an_event_and_comes_back() -> FlowCase:
    case = _beyond()
    case.until("talk_outside")
    assert case.told("unit.talk_event_late") == 1
    assert case.progress
    key = next(one.key for one in case.progress.subscriptions if one.message == "report.closed")
    case.send("report.closed", key, event_no="E-9", origin_no=case.event["event_no"], close_reason="partly_solved",
              origin_key=case.event["report_key"], result="partly", title="河道边坡垮塌")
    case.wait(days=8)
    assert _outcome(case) == "event" and case.event["close_reason"] == "partly_solved"
    row = case.registers["talk_items"][0]
    assert "E-9" in row["outcome_text"] and row["event_no_done"] == "E-9"
    return case


def an_agent_brings_the_result_by_hand() -> FlowCase:
    case = _beyond()
    case.do("await_result", by="clerk", result="solved", note="水利站已修复")
    case.wait(days=8)
    assert _outcome(case) == "event" and case.event["close_reason"] == "solved"
    return case


def a_villager_raises_an_item_at_the_door() -> FlowCase:
    case = FlowCase()
    case.begin("talk_item", "start", **ITEM)
    assert case.nodes == {"grade"}
    return case
