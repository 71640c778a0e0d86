"""Moral points: only where the village decided so; reminded, corrected, deducted, appealed, suspended, awarded."""

from typing import Any

from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.telling_no import refused

VILLAGE = "33.02.11.004.003"
FOUND = {"household": "12号", "item": "rubbish", "detail": "门前堆放建筑垃圾", "found_by": "id-sun", "unit": VILLAGE}
VOTE = {"present": 7, "yes": 4, "no": 3, "note": "按村规评议"}


def _switched(case: FlowCase, **more: Any) -> FlowCase:
    case.registers["moral_villages"] = [{"unit": VILLAGE, "enabled": True, "decided_on": "2026-01-10", **more}]
    return case


def _found(node: str = "start_found", item: str = "rubbish", **switch: Any) -> FlowCase:
    case = _switched(FlowCase(), **switch)
    case.begin("moral_points", node, **{**FOUND, "item": item})
    assert case.nodes == {"remind"}
    return case


def _not_corrected(case: FlowCase) -> FlowCase:
    case.do("remind", by="sun", correct_days=2, told="户主")
    assert not case.nodes
    case.wait(days=2, minutes=1)
    case.do("recheck", by="sun", decision="not_corrected")
    (row,) = case.registers["moral_points"]
    assert row["state"] == "proposed" and "id-sun" in case.open[case.key_of("monthly_review")].excluded_people
    return case


def a_corrected_finding_costs_nothing() -> FlowCase:
    case = _found()
    case.do("remind", by="sun", correct_days=2, told="户主")
    case.wait(days=2, minutes=1)
    case.do("recheck", by="sun", decision="corrected")
    assert case.noted("moral_corrected") and not case.registers.get("moral_points")
    return case


def a_deduction_needs_more_than_half_of_those_present() -> FlowCase:
    case = _not_corrected(_found("start_by_hand", publish=True))
    with refused("申诉期满"):
        case.do("monthly_review", by="qian", decision="confirm", **VOTE)
    case.wait(days=5, minutes=1)
    for wrong in ({"present": 8, "yes": 4, "no": 4}, {"present": 7, "yes": 5, "no": 3}):
        with refused("过半"):
            case.do("monthly_review", by="qian", decision="confirm", **{**VOTE, **wrong})
    case.do("monthly_review", by="qian", decision="confirm", **VOTE)
    (row,) = case.registers["moral_points"]
    assert (float(row["points"]), row["state"], row["shown"]) == (-0.5, "confirmed", True)
    return case


def an_appeal_in_time_cancels_a_deduction() -> FlowCase:
    case = _not_corrected(_found())
    case.act("moral.appealed", by="sun", appeal_ground="当日已清运，检查时在装车")
    with refused("过半"):  # heard already: the review need not wait
        case.do("monthly_review", by="qian", decision="confirm", **{**VOTE, "yes": 1, "no": 6})
    case.wait(days=5, minutes=1)
    with refused("申诉期已过"):
        case.act("moral.appealed", by="sun", appeal_ground="再补充一点")
    case.do("monthly_review", by="qian", decision="cancel", **{**VOTE, "yes": 1, "no": 6})
    (row,) = case.registers["moral_points"]
    assert (row["state"], row["shown"], len(case.noted("moral_appeal"))) == ("cancelled", False, 1)
    return case


def a_serious_matter_suspends_the_benefit_month_by_month() -> FlowCase:
    case = _found(item="pollution")
    case.until("moral_remind")
    case.do("remind", by="sun", correct_days=2, told="户主")
    case.wait(days=2, minutes=1)
    case.until("moral_recheck")
    case.do("recheck", by="sun", decision="not_corrected")
    case.until("moral_review")
    assert case.told("moral.late") == 3 and case.nodes == {"monthly_review"}
    case.do("monthly_review", by="qian", decision="confirm", persons=3, **VOTE)
    (row,) = case.registers["moral_benefits"]
    assert (float(row["monthly"]), row["state"]) == (900, "suspended")
    case.wait(days=31, minutes=1)
    case.until("moral_benefit")
    assert case.told("moral.late") == 4
    case.do("benefit_review", by="qian", decision="keep", note="仍未恢复原状")
    case.wait(days=31, minutes=1)
    case.do("benefit_review", by="qian", decision="restore", note="已恢复原状")
    assert case.registers["moral_benefits"][0]["state"] == "restored" and case.event["close_reason"] == "solved"
    return case


def a_village_without_a_decision_keeps_no_points() -> FlowCase:
    case = FlowCase()
    case.begin("moral_points", "start_found", **FOUND)
    assert case.noted("moral_off") and case.event["close_reason"] == "refused"
    return case


def the_daily_check_asks_the_villages_that_decided_so() -> FlowCase:
    case = _switched(FlowCase())
    case.begin("moral_check", "every_morning")
    sent = [one["payload"]["unit"] for one in case.kinds("MessageThrown") if one["name"] == "moral.check_due"]
    assert sent == [VILLAGE]
    return case


def the_daily_check_asks_nobody_by_default() -> FlowCase:
    case = FlowCase()
    case.begin("moral_check", "every_morning")
    assert not case.kinds("MessageThrown")
    return case


def a_check_opens_a_case_for_each_finding() -> FlowCase:
    case = FlowCase()
    case.begin("moral_check", "check_due", unit=VILLAGE, title="道德积分检查")
    case.do("check_households", by="sun", findings=[
        {"household": "12号", "item": "rubbish", "detail": "门前堆放建筑垃圾"},
        {"household": "15号", "item": "pets", "detail": "鸡鸭散养"}])
    sent = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "moral.found"]
    assert [(one["household"], one["found_by"]) for one in sent] == [("12号", "id-sun"), ("15号", "id-sun")]
    return case


def a_check_finds_nothing() -> FlowCase:
    case = FlowCase()
    case.begin("moral_check", "check_by_hand", title="节前检查", unit=VILLAGE)
    case.do("check_households", by="sun", findings=[])
    return case


def a_check_that_nobody_did_is_noted() -> FlowCase:
    case = FlowCase()
    case.begin("moral_check", "check_due", unit=VILLAGE, title="道德积分检查")
    case.until("moral_check")
    assert case.noted("moral_check_missed")
    return case


def _proposed(**switch: Any) -> FlowCase:
    case = _switched(FlowCase(), **switch)
    case.registers["moral_fund"] = [
        {"unit": VILLAGE, "amount": 900, "reason": "企业捐赠", "noted_on": "2026-01-15"},
        {"unit": VILLAGE, "amount": -100, "reason": "上年奖励", "noted_on": "2026-01-20"}]
    case.begin("moral_award", "start", household="8号", reason="照料独居邻居三年", unit=VILLAGE)
    assert case.nodes == {"award_review"}
    return case


def an_award_is_published_and_paid() -> FlowCase:
    case = _proposed()
    for amount in (599, 1001, 850):
        with refused("基金余额"):
            case.do("award_review", by="qian", decision="award", amount=amount, present=7, yes=4, no=3)
    case.do("award_review", by="qian", decision="award", amount=800, present=7, yes=4, no=3)
    case.until("moral_publication")
    assert sum(float(row["amount"]) for row in case.registers["moral_fund"]) == 0
    assert [row["item"] for row in case.registers["moral_points"]] == ["award"]
    return case


def an_objection_is_dismissed_and_one_is_upheld() -> FlowCase:
    for decision, rows in (("dismissed", 3), ("upheld", 2)):
        case = _proposed()
        case.do("award_review", by="qian", decision="award", amount=600, present=7, yes=6, no=1)
        case.do("publication", by="secretary", objection="反映事迹不实", decision=decision)
        assert len(case.registers["moral_fund"]) == rows
    return case


def no_award_is_given() -> FlowCase:
    case = _proposed()
    case.do("award_review", by="qian", decision="none", present=7, yes=2, no=5)
    assert case.event["close_reason"] == "explained"
    return case


def no_award_without_a_decision_of_the_village() -> FlowCase:
    case = FlowCase()
    case.begin("moral_award", "start", household="8号", reason="照料独居邻居三年", unit=VILLAGE)
    assert case.event["close_reason"] == "explained"
    return case
