"""Assessments: frozen, scored, excluded by two, published, appealed, signed, archived, improved."""

from typing import Any

from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.telling_no import refused

COUNTY = "33.02.11"
STREET = "33.02.11.004"
UNITS = [f"{STREET}.{code}" for code in ("p-enforce", "p-market", "p-order", "p-service")]


def _subjects(case: FlowCase) -> FlowCase:
    case.registers["assessment_subjects"] = [
        {"subject": COUNTY, "county": COUNTY, "kind": "county", "active": True},
        *({"subject": unit, "county": COUNTY, "kind": "unit", "active": True} for unit in UNITS)]
    case.registers["assessment_deductions"] = [
        {"owner": unit, "period": "2026-Q1", "indicator": "red", "points": points, "fact": f"E{number}", "state": state}
        for number, (unit, points, state) in enumerate((
            (UNITS[0], 0.5, "open"), (UNITS[0], 2, "open"), (UNITS[1], 0.2, "open"), (UNITS[1], 9, "revoked"),
            (UNITS[2], 120, "open")))]
    return case


def _begun(node: str = "begun") -> FlowCase:
    case = _subjects(FlowCase())
    case.begin("assessment_cycle", node, unit=COUNTY, period="2026-Q1", title="季度考核", standard_version="2026-01")
    assert case.nodes == {"exclude"}
    return case


def _scores(case: FlowCase) -> dict[str, float]:
    return {row["owner"]: float(row["score"]) for row in case.registers["assessment_scores"] if row["owner"] in UNITS}


def _published(case: FlowCase) -> FlowCase:
    case.do("exclude", by="admin", excluded=[])
    assert not case.nodes and case.told("assessment.draft") == 1
    return case


def a_quarter_is_scored_twice_alike() -> FlowCase:
    """100 minus what was not revoked, never below nothing; the same facts give the same scores."""
    case = _begun()
    assert _scores(case) == dict(zip(UNITS, (97.5, 99.8, 0, 100), strict=True)) == _scores(_begun("begun_by_hand"))
    return case


def an_appeal_changes_one_deduction_alone() -> FlowCase:
    case = _published(_begun())
    case.act("assessment.appealed", by="admin", appeal_subject=UNITS[0], appeal_fact="E1", appeal_ground="系统故障")
    case.act("assessment.appealed", by="admin", appeal_subject=UNITS[1], appeal_fact="E2", appeal_ground="不是我单位")
    first, second = [key for key, task in case.open.items() if task.node == "decide_appeal"]
    case.do(first, by="director", appeal_decision="uphold", appeal_points=2, note="确为系统故障")
    case.wait(days=8)
    # the draft waits for the last appeal
    assert case.nodes == {"decide_appeal"}
    case.do(second, by="director", appeal_decision="dismiss", note="依据充分")
    case.do("confirm", by="director", decision="sign")
    assert _scores(case) == dict(zip(UNITS, (99.5, 99.8, 0, 100), strict=True))
    assert {row["state"] for row in case.registers["assessment_scores"]} == {"final"}
    improve = [one["payload"]["unit"] for one in case.kinds("MessageThrown") if one["name"] == "assessment.improve"]
    assert improve == [UNITS[2]]
    return case


def an_appeal_is_decided_above_and_once_for_a_fact() -> FlowCase:
    case = _published(_begun())
    for subject in (COUNTY, UNITS[0], UNITS[0]):
        case.act("assessment.appealed", by="admin", appeal_subject=subject, appeal_fact="E1", appeal_ground="系统故障")
    above, first, second = [key for key, task in case.open.items() if task.node == "decide_appeal"]
    # the county does not decide on itself
    assert case.open[above].candidates == (("city_director", "33.02"),)
    assert case.open[first].candidates == (("county_director", COUNTY),)
    case.do(first, by="director", appeal_decision="uphold", appeal_points=2, note="确为系统故障")
    with refused("已成立"):
        case.do(second, by="director", appeal_decision="uphold", appeal_points=2, note="确为系统故障")
    case.do(second, by="director", appeal_decision="dismiss", note="同一事实已经改分")
    case.do(above, by="city", appeal_decision="dismiss", note="依据充分")
    case.wait(days=8)
    case.do("confirm", by="director", decision="sign")
    assert _scores(case)[UNITS[0]] == 99.5
    return case


def an_exclusion_needs_a_second_person() -> FlowCase:
    for decision, score in (("approve", 99.5), ("refuse", 97.5)):
        case = _begun()
        case.do("exclude", by="admin", excluded=[
            {"subject": UNITS[0], "points": 2, "reason": "system", "evidence": "故障报告"}])
        assert "id-admin" in case.open[case.key_of("approve_exclusion")].excluded_people
        case.do("approve_exclusion", by="director", decision=decision)
        case.wait(days=8)
        case.do("confirm", by="director", decision="sign")
        assert _scores(case)[UNITS[0]] == score
    return case


def a_draft_is_sent_back() -> FlowCase:
    case = _published(_begun())
    case.wait(days=8)
    with refused("note"):
        case.do("confirm", by="director", decision="back")
    case.do("confirm", by="director", decision="back", note="再核对")
    assert case.nodes == {"exclude"}
    return case


def a_quarter_begins_in_every_county() -> FlowCase:
    case = _subjects(FlowCase())
    case.begin("assessment_cycle", "every_quarter")
    sent = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "assessment.begun"]
    assert [(one["unit"], one["period"]) for one in sent] == [(COUNTY, "2026-Q1")]
    return case


def _improving() -> FlowCase:
    case = FlowCase()
    case.begin("assessment_improvement", "start", unit=UNITS[2], period="2026-Q1", score=0, title="考核整改")
    return case


def _planned(case: FlowCase) -> FlowCase:
    plan: dict[str, Any] = {"causes": "人手不足，多次超期", "measures": "调整排班，专人盯办", "responsible": "负责人",
                            "promised_on": "2026-05-01"}
    case.do("plan", by="leader", **plan)
    return case


def a_plan_is_late_sent_back_and_carried_out() -> FlowCase:
    case = _improving()
    case.until("assessment_plan")
    assert [one["name"] for one in case.kinds("MessageThrown")] == ["sup.opened"]
    _planned(case).do("check_plan", by="admin", decision="back", note="措施太笼统")
    _planned(case).do("check_plan", by="admin", decision="accept")
    case.wait(days=93)
    case.do("check_done", by="admin", decision="not_done", note="仍有超期")
    _planned(case).do("check_plan", by="admin", decision="accept")
    case.wait(days=93)
    case.do("check_done", by="admin", decision="done", note="已无超期")
    assert case.event["close_reason"] == "solved"
    return case
