"""Joint enforcement: ratings, appeal, long-term plan, re-checks, relapse, whistles of their own."""

from typing import Any

from tests.stories.flow.flow_case import PHOTO, FlowCase
from tests.stories.flow.scenarios_handling import review, verify, work
from tests.stories.flow.scenarios_whistle import (
    HERE,
    LAND,
    MARKET,
    OFFICERS,
    POLICE,
    SQUAD,
    _acknowledged,
    _cleared,
    _consulted,
    _do,
    _drafted,
    _event,
    _gathered,
    _row,
    _solved,
    _thrown,
)
from tests.stories.flow.telling_no import refused


def _after(*departments: str) -> FlowCase:
    """The case that a concluded whistle leaves behind."""
    done = _gathered()
    _consulted(done)
    _cleared(done)
    _solved(done)
    payload = _thrown(done, "whistle.concluded")[0]
    if departments:
        payload = {**payload, "parties": [one for one in payload["parties"] if one["value"] in departments]}
    case = FlowCase()
    case.begin("whistle_aftercare", "start", **payload)
    return case


def _rate(case: FlowCase, *points: int, **more: Any) -> None:
    ack, arrival, action, result = points
    case.do("rate_departments", by="director", score_ack=ack, score_arrival=arrival, score_action=action,
            score_result=result, **more)


def _planned(case: FlowCase) -> None:
    case.do("long_term", by="coord", patrol="每日十九至二十二时巡查", units=[SQUAD], recheck_1="2026-03-10",
            recheck_2="2026-04-02", recheck_3="2026-06-01")


def _looked(case: FlowCase, decision: str = "clean") -> None:
    note = {"note": "又有两摊"} if decision == "relapse" else {}
    case.do("recheck", by="gridleader", decision=decision, **HERE, photos=[PHOTO], **note)


def everybody_rates_and_the_place_stays_clean() -> FlowCase:
    case = _after()
    assert case.nodes == {"rate_departments", "long_term"} and len(case.open) == 4
    for points in ((18, 18, 28, 28), (20, 20, 27, 28)):
        _rate(case, *points)
    with refused("须写评语"):
        _rate(case, 5, 10, 15, 10)
    _rate(case, 5, 10, 15, 10, comment="迟到且未完成")
    assert case.told("whistle.rated") == 3
    _do(case, "read_rating", SQUAD, decision="accept")
    _do(case, "read_rating", POLICE, decision="appeal", ground="因抢险迟到，已事先说明")
    assert case.nodes == {"appeal_decide", "long_term", "read_rating"}
    case.do("appeal_decide", by="county", decision="change", new_total=55, note="部分采纳")
    case.until("whistle_long_term")
    assert [one["step"] for one in case.noted("red")][-1:] == ["whistle_long_term"]
    with refused("依次在后"):
        case.do("long_term", by="coord", patrol="巡查", units=[SQUAD], recheck_1="2026-04-10", recheck_2="2026-04-02",
                recheck_3="2026-06-01")
    _planned(case)
    case.wait(days=4)
    assert sorted(one["points"] for one in case.noted("department_rating")) == [55, 92, 95]
    for unit in (SQUAD, MARKET, POLICE):
        _do(case, "rate_whistle", unit, score_need=90, score_preparation=80, score_coordination=85,
            false_whistle=unit == POLICE)
    assert case.noted("whistle_rated")[0]["false_whistles"] == 1
    for days in (4, 23, 60):
        case.wait(days=days)
        _looked(case)
    assert case.progress and case.progress.closed and case.event["status"] == "closed"
    return case


def nobody_rates_in_time() -> FlowCase:
    case = _after(SQUAD)
    case.until("whistle_rating")
    assert case.noted("red")[0]["step"] == "whistle_rating"
    _rate(case, 20, 20, 30, 20)
    case.do("read_rating", decision="appeal", ground="处置分偏低，另有佐证")
    case.until("whistle_appeal")
    assert case.noted("department_rating")[0]["points"] == 90 and "rate_whistle" in case.nodes
    case.wait(days=6)
    assert "rate_whistle" not in case.nodes and case.noted("whistle_rated")
    return case


def one_department_rates_back_and_the_others_are_silent() -> FlowCase:
    """What was rated in time counts, whoever else says nothing."""
    case = _after()
    for points in ((18, 18, 28, 28), (20, 20, 27, 28), (20, 20, 30, 25)):
        _rate(case, *points)
    for unit in (SQUAD, MARKET, POLICE):
        _do(case, "read_rating", unit, decision="accept")
    _do(case, "rate_whistle", MARKET, score_need=30, score_preparation=40, score_coordination=50, false_whistle=True)
    case.wait(days=6)
    (back,) = case.noted("whistle_rated")
    assert [(one["unit"], one["need"]) for one in back["rates"]] == [(MARKET, 30)] and back["false_whistles"] == 1
    assert case.nodes == {"long_term"}
    return case


def a_late_recheck_finds_a_relapse() -> FlowCase:
    case = _after(SQUAD)
    _planned(case)
    case.wait(days=8)
    _looked(case)
    case.wait(days=24)
    case.wait(days=8)
    assert case.noted("red")[-1]["step"] == "whistle_recheck" and case.told("whistle.recheck_late") == 1
    _looked(case, "relapse")
    assert case.noted("relapse")[0]["note"] == "又有两摊"
    return case


def a_relapse_drafts_a_hard_whistle() -> FlowCase:
    thrown = _thrown(a_late_recheck_finds_a_relapse(), "whistle.relapsed")[0]
    case = FlowCase()
    case.begin("whistle_case", "relapsed", **thrown)
    assert case.nodes == {"draft_whistle"} and case.event["relapse_of"] == thrown["origin_no"]
    assert case.event["item_code"] == "C12-01" and case.event["status"] == "joint"
    return case


def the_street_begins_a_whistle_that_comes_back_once() -> FlowCase:
    case = _through(_event())
    assert case.nodes == {"verify"}
    verify(case, "fail")
    assert case.noted("rework") and case.nodes == {"consult"}
    _consulted(case)
    assert case.record["limits"]["whistle_conclusion"]["factor"] == 0.5
    _cleared(case)
    case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    verify(case)
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    return case


def _through(case: FlowCase) -> FlowCase:
    """From the draft to the conclusion, with a county department."""
    _drafted(case=case, departments=(SQUAD, LAND))
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    case.do("divide", by="dispatcher", county_departments=[LAND], lead=SQUAD)
    _acknowledged(case, SQUAD, LAND)
    case.wait(hours=23.7)
    for unit in (SQUAD, LAND):
        _do(case, "check_in", unit, **HERE, officers=OFFICERS)
    case.wait(hours=0.4)
    _consulted(case)
    _cleared(case)
    case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    return case


def a_rejected_whistle_is_handled_by_the_street() -> FlowCase:
    case = _drafted(case=_event())
    case.do("approve_whistle", by="director", decision="reject", reject_reason="street_can", note="街道可自行处置")
    assert case.nodes == {"sign"}
    case.do("sign", decision="sign")
    for _ in range(2):
        case.do("assist", opinion="已配合清理")
    work(case)
    review(case)
    verify(case, "fail")
    assert case.nodes == {"handle"}
    work(case)
    review(case)
    verify(case)
    assert case.progress and case.progress.closed
    return case


def the_county_takes_over_what_was_not_solved() -> FlowCase:
    case = _drafted(case=_event())
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    _acknowledged(case, SQUAD, MARKET, POLICE)
    case.wait(hours=25)
    _consulted(case, _row())
    for round_ in range(3):
        if round_ == 0:
            _do(case, "sign_task", SQUAD, contact_person="01")
            _do(case, "plan", SQUAD, plan="夜间清理方案")
        _do(case, "work", SQUAD, on_site_at="2026-03-05T10:00:00+08:00", **HERE, action="已清理取缔并登记经营户",
            row_outcome="corrected", officers=OFFICERS, after_photos=[PHOTO])
        case.do("task_review", by="leader", decision="accept")
        case.do("street_check", by="coord", decision="fail", note="夜间仍在经营")
    case.do("conclude", by="director", decision="escalate", conclusion="两轮未解决")
    case.do("gate", by="deputy", decision="approve")
    case.do("receive", by="county", decision="take_over", note="区县接办")
    assert case.nodes == {"sign"} and case.event["level"] == "L4"
    return case
