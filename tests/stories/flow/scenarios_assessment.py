"""Assessments: frozen, scored, excluded by two, published, appealed, signed, archived, improved."""

from datetime import datetime
from typing import Any

from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.telling_no import refused

COUNTY = "33.02.11"
STREET = "33.02.11.004"
GRID = "33.02.11.004.003.012"
DEPARTMENT = "33.02.11.d-enforce"
UNITS = [f"{STREET}.{code}" for code in ("p-enforce", "p-market", "p-order", "p-service")]


def _costs(unit: str, number: int, points: float, kind: str = "red") -> dict[str, Any]:
    return {"id": f"case-{number}/{number}", "at": "2026-02-11T09:00:00+08:00", "unit": unit, "kind": kind,
            "step": "handling", "points": points, "event_no": f"E{number}"}  # fmt: skip


def _subjects(case: FlowCase) -> FlowCase:
    case.registers["assessment_subjects"] = [
        {"subject": COUNTY, "county": COUNTY, "kind": "county", "active": True},
        {"subject": STREET, "county": COUNTY, "kind": "street", "active": True},
        {"subject": GRID, "county": COUNTY, "kind": "grid", "active": True},
        {"subject": DEPARTMENT, "county": COUNTY, "kind": "unit", "active": True},
        *({"subject": unit, "county": COUNTY, "kind": "unit", "active": True} for unit in UNITS)]
    # an earlier run of the same quarter entered the second fact already, and one was taken back by hand
    case.registers["assessment_deductions"] = [
        {"owner": UNITS[0], "period": "2026-Q1", "indicator": "超期", "points": 2, "fact": "E2 handling",
         "state": "open", "source": "case-2/2"},
        {"owner": UNITS[1], "period": "2026-Q1", "indicator": "超期", "points": 9, "fact": "E4", "state": "revoked"}]
    case.words = [{"word": "占道经营", "events": 12, "share": 0.3, "growth": 1.5}]
    case.deductions = [_costs(UNITS[0], 1, 0.5), _costs(UNITS[0], 2, 2), _costs(UNITS[1], 3, 0.2, "rework"),
                       _costs(UNITS[2], 5, 120, "没有的指标"), _costs("33.02.12", 6, 7)]  # fmt: skip
    return case


def _begun(node: str = "begun") -> FlowCase:
    case = _subjects(FlowCase())
    case.begin("assessment_cycle", node, unit=COUNTY, period="2026-Q1", title="季度考核", standard_version="2026-01")
    assert case.nodes == {"exclude"}
    return case


def _scores(case: FlowCase) -> dict[str, float]:
    return {row["owner"]: float(row["score"]) for row in case.registers["assessment_scores"] if row["owner"] in UNITS}


def _row(case: FlowCase, fact: str) -> dict[str, Any]:
    (row,) = [one for one in case.registers["assessment_deductions"] if one["fact"].startswith(fact)]
    return row


def _look(case: FlowCase, unit: str) -> str:
    """Key of the task in which a unit checks its draft."""
    (key,) = [key for key, task in case.open.items() if task.node == "look" and task.candidates[0][1] == unit]
    return key


def _published(case: FlowCase) -> FlowCase:
    case.do("exclude", by="admin", excluded=[])
    # the draft is told to everybody who is assessed, and each can answer
    assert case.nodes == {"look"} and case.told("assessment.draft") == 8
    return case


def a_quarter_is_scored_twice_alike() -> FlowCase:
    """100 minus what was not revoked, never below nothing; the same facts give the same scores, each entered once."""
    case = _begun()
    assert _scores(case) == dict(zip(UNITS, (97.5, 99.8, 0, 100), strict=True)) == _scores(_begun("begun_by_hand"))
    entered = {(row["owner"], row["indicator"], row["fact"], row["source"])
               for row in case.registers["assessment_deductions"] if row["source"]}
    assert entered == {(UNITS[0], "超期", "E2 handling", "case-2/2"), (UNITS[0], "超期", "E1 handling", "case-1/1"),
                       (UNITS[1], "验收不通过返工", "E3 handling", "case-3/3"),
                       (UNITS[2], "没有的指标", "E5 handling", "case-5/5")}  # fmt: skip
    asked = [call.params for call in case.calls if call.operation == "facts.deductions"]
    assert "hot_words" not in case.registers, "they are found when the draft is ranked"
    assert {(one["from"], one["until"]) for one in asked} == {("2026-01-01", "2026-04-01")} and len(asked) == 8
    return case


def what_happened_in_an_emergency_is_not_counted() -> FlowCase:
    """Only what belongs to no campaign, and only between the two signals; one that still lasts counts on."""
    case = _subjects(FlowCase())
    case.registers["emergency_modes"] = [
        {"place": COUNTY, "title": "台风", "factor": 0.5, "active": False, "since": "2026-02-11T08:00:00+08:00",
         "until": "2026-02-11T10:00:00+08:00"},
        {"place": "33.02", "title": "寒潮", "factor": 0.5, "active": True, "since": "2026-03-20T00:00:00+08:00"},
        {"place": "33.02.05", "title": "别处", "factor": 0.5, "active": True, "since": "2026-01-01T00:00:00+08:00"}]
    late, campaign = _costs(UNITS[3], 8, 3), _costs(UNITS[3], 9, 4)
    case.deductions += [late | {"at": "2026-02-11T10:00:01+08:00"}, campaign | {"step": "campaign_receipt"}]
    case.deductions += [_costs(UNITS[3], 10, 5) | {"at": "2026-03-21T09:00:00+08:00"}]
    case.begin("assessment_cycle", "begun", unit=COUNTY, period="2026-Q1", title="季度考核", standard_version="2026-01")
    assert _scores(case) == dict(zip(UNITS, (98, 100, 100, 93), strict=True))
    assert [_row(case, fact)["state"] for fact in ("E8", "E9", "E10", "E3")] == ["open", "open"] + ["suspended"] * 2
    return case


def everybody_assessed_answers_in_his_place() -> FlowCase:
    """Grid by its leader to the street, street and units to the county, the county to the city."""
    case = _published(_begun())
    askers = {task.candidates[0][1]: [role for role, _ in task.candidates] for task in case.open.values()}
    assert askers[GRID] == ["grid_leader"] and askers[UNITS[0]] == ["unit_leader"] and askers[COUNTY] == ["county_duty"]
    assert askers[f"{STREET}.cmd"] == ["street_command_director", "street_command_duty"]
    assert askers[DEPARTMENT] == ["county_dept_leader", "county_dept_contact"]
    return case


def _appeals(case: FlowCase, unit: str, *facts: str, by: str = "leader") -> None:
    case.do(_look(case, unit), by=by, objection="appeal",
            appeals=[{"fact": _row(case, fact)["id"], "ground": "系统故障"} for fact in facts])


def appeals_change_their_deductions_alone() -> FlowCase:
    """One taken back, one lowered, one kept, one by nobody: silence is no objection, and each is appealed once."""
    case = _published(_begun())
    with refused("只能申诉一次"):
        _appeals(case, UNITS[0], "E1", "E1")
    _appeals(case, UNITS[0], "E1", "E2")
    _appeals(case, UNITS[1], "E3")
    case.do(_look(case, f"{STREET}.cmd"), by="street", objection="accept")
    (word,) = case.registers["hot_words"]
    assert (word["word"], word["events"], float(word["growth"]), word["unit"]) == ("占道经营", 12, 1.5, COUNTY)
    first, second, third = [key for key, task in case.open.items() if task.node == "decide_appeal"]
    assert case.open[first].candidates == (("county_director", COUNTY),)
    assert "id-leader" in case.open[first].excluded_people
    case.do(first, by="director", appeal_decision="uphold", appeal_points=0.5, note="确为系统故障")
    with refused("不能多于"):
        case.do(second, by="director", appeal_decision="uphold", appeal_points=2.5, note="确为系统故障")
    case.do(second, by="director", appeal_decision="uphold", appeal_points=1, note="部分属实")
    case.wait(days=8)
    # the draft waits for the last appeal, which is late
    assert case.nodes == {"decide_appeal"} and case.noted("red")[0]["step"] == "assessment_appeal"
    case.do(third, by="director", appeal_decision="dismiss", note="依据充分")
    case.wait(minutes=1)
    assert case.nodes == {"confirm"}
    case.do("confirm", by="director", decision="sign")
    assert _scores(case) == dict(zip(UNITS, (99, 99.8, 0, 100), strict=True))
    assert [_row(case, fact)["state"] for fact in ("E1", "E2", "E3", "E5")] == ["revoked", "kept", "kept", "open"]
    assert {row["state"] for row in case.registers["assessment_scores"]} == {"final"}
    improve = [one["payload"]["unit"] for one in case.kinds("MessageThrown") if one["name"] == "assessment.improve"]
    assert improve == [UNITS[2]] and case.told("assessment.final") == 8
    (published,) = case.noted("assessment_published")
    assert published["improve"] == [UNITS[2]] and published["ranking"][-1] == {"subject": UNITS[2], "score": 0}
    assert len(published["awards"]) == 1
    return case


def an_appeal_is_decided_above() -> FlowCase:
    case = _subjects(FlowCase())
    case.deductions += [_costs(COUNTY, 7, 1), _costs(GRID, 8, 2)]
    case.begin("assessment_cycle", "begun", unit=COUNTY, period="2026-Q1", title="季度考核", standard_version="2026-01")
    _published(case)
    _appeals(case, COUNTY, "E7")
    _appeals(case, GRID, "E8")
    above, street = [key for key, task in case.open.items() if task.node == "decide_appeal"]
    # the county does not decide on itself, and the street decides on its grids
    assert case.open[above].candidates == (("city_director", "33.02"),)
    assert case.open[street].candidates == (("street_command_director", f"{STREET}.cmd"),)
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
    _appeals(case, UNITS[1], "E3")
    case.do("decide_appeal", by="director", appeal_decision="dismiss", note="依据充分")
    case.wait(days=8)
    with refused("note"):
        case.do("confirm", by="director", decision="back")
    case.do("confirm", by="director", decision="back", note="再核对")
    assert case.nodes == {"exclude"}
    case.do("exclude", by="admin", excluded=[])
    assert len(case.registers["hot_words"]) == 1, "the words of a quarter are entered once"
    # what was decided once is not appealed against again
    with refused("不在可选范围"):
        _appeals(case, UNITS[1], "E3")
    return case


def a_quarter_begins_in_every_county() -> FlowCase:
    """On its first working day: the first week of October is a holiday."""
    case = _subjects(FlowCase())
    case.now = datetime.fromisoformat("2026-10-01T05:00:00+08:00")
    case.begin("assessment_cycle", "every_quarter")
    case.wait(days=6, hours=20)
    assert not case.kinds("MessageThrown")
    case.wait(hours=9)
    sent = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "assessment.begun"]
    assert [(one["unit"], one["period"]) for one in sent] == [(COUNTY, "2026-Q3")]
    return case


def the_calendar_s_quarter_fixes_the_standard_of_the_table() -> FlowCase:
    case = _subjects(FlowCase())
    case.begin("assessment_cycle", "begun", unit=COUNTY, period="2026-Q1", title="季度考核")
    assert [one["standard"] for one in case.noted("assessment_frozen")] == ["1"]
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
