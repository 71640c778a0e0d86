"""Joint enforcement: drafting, approval, division, acknowledgement, objection, check-in, emergency."""

from typing import Any

from app.engine.world import Command
from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.scenarios_handling import verify
from tests.stories.flow.scenarios_whistle import (
    COUNTY,
    HERE,
    LAND,
    MARKET,
    OFFICERS,
    POLICE,
    PRESENT,
    SQUAD,
    STREET,
    WATER,
    _acknowledged,
    _consulted,
    _do,
    _drafted,
    _event,
    _gathered,
    _key,
    _message,
    _row,
    _signed,
    _solved,
    _sounded,
    _thrown,
    _verified,
    _worked,
)
from tests.stories.flow.telling_no import refused


class _Seated(FlowCase):
    """A case whose people sit as the deputy head of the command room."""

    def by(self, username: str = "") -> Command:
        plain = super().by(username)
        return Command(plain.now, plain.actor, "street_command_duty", f"{STREET}.cmd") if username else plain


def the_catalogue_proposes_who_is_called() -> FlowCase:
    case = _event("relapsed", origin_no="330211-20260201-000001")
    variables = case.progress and case.open[_key(case, "draft_whistle")]
    assert variables and variables.limit == "whistle_draft"
    with refused("牵头部门"):
        _drafted(case=case, lead=WATER)
    with refused("报到时间"):
        _drafted(case=case, appointed_at="2026-03-02T08:00:00+08:00")
    return _drafted("daily", case=case, problems=["stall", "land"])


def an_appointment_beyond_the_time_of_its_kind_comes_back() -> FlowCase:
    """A hard whistle: within 24 hours; a daily one: within three working days. What was filled in stays."""
    case = _drafted(appointed_at="2026-03-03T09:05:00+08:00")
    assert case.nodes == {"draft_whistle"} and case.told("whistle.appointed_late") == 1
    assert case.record["limits"]["whistle_arrival"]["due_at"] == "2026-03-03T09:00:00+08:00"
    _drafted(case=case)
    assert case.nodes == {"approve_whistle"}
    later = _drafted("daily", appointed_at="2026-03-05T09:00:00+08:00")
    assert later.nodes == {"approve_whistle"}
    return case


def a_kind_that_changes_at_approval_checks_the_appointment_again() -> FlowCase:
    """A daily whistle for Thursday becomes a hard one: too late for that; what was filled in stays."""
    case = _drafted("daily", appointed_at="2026-03-05T09:00:00+08:00")
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    assert case.nodes == {"draft_whistle"} and case.told("whistle.appointed_late") == 1
    assert case.record["limits"]["whistle_arrival"]["due_at"] == "2026-03-03T09:00:00+08:00"
    assert "whistle_at" not in case.record["milestones"]
    _drafted(case=case, appointed_at="2026-03-03T09:00:00+08:00")
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    assert case.nodes == {"ack"}
    return case


def an_appointment_that_passed_before_the_approval_comes_back() -> FlowCase:
    case = _drafted(appointed_at="2026-03-02T10:00:00+08:00")
    case.until("whistle_approval")
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    assert case.nodes == {"draft_whistle"} and case.told("whistle.appointed_late") == 1
    return case


def a_late_approval_is_recorded() -> FlowCase:
    case = _drafted("daily")
    case.until("whistle_approval", "yellow_at")
    assert case.told("whistle.approval_yellow") == 1
    case.until("whistle_approval")
    assert case.noted("red")[0]["step"] == "whistle_approval"
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    assert case.event["whistle_kind"] == "hard" and case.record["limits"]["whistle_conclusion"]["amount"] == "30 d"
    return case


def a_rejected_whistle_goes_back_to_the_street() -> FlowCase:
    case = _drafted()
    assert "id-coord" in case.open[_key(case, "approve_whistle")].excluded_people
    case.do("approve_whistle", by="director", decision="reject", reject_reason="street_can", note="中队可自行处置")
    assert case.noted("whistle_rejected")[0]["quality"] == -1 and case.told("whistle.rejected") == 1
    assert case.nodes == {"sign"}
    return case


def county_departments_are_divided_first() -> FlowCase:
    case = _sounded(departments=(SQUAD, MARKET, LAND))
    assert case.nodes == {"ack", "divide"} and len(case.open) == 3
    case.wait(minutes=30)
    with refused("牵头部门"):
        case.do("divide", by="dispatcher", county_departments=[LAND], lead=WATER)
    case.do("divide", by="dispatcher", county_departments=[LAND, WATER], lead=SQUAD)
    units = {at for task in case.open.values() for _, at in task.candidates}
    assert units == {SQUAD, MARKET, LAND, WATER}
    return case


def what_the_county_does_not_divide_stays_as_drafted() -> FlowCase:
    case = _sounded(departments=(SQUAD, LAND))
    case.until("whistle_division")
    assert case.noted("whistle_undivided")[0]["unit"] == COUNTY and _key(case, "ack", LAND)
    return case


def a_silent_department_counts_as_accepted() -> FlowCase:
    case = _acknowledged(_sounded(), SQUAD, MARKET)
    with refused("两名持证人员"):
        _do(case, "ack", POLICE, decision="accept", officers=OFFICERS[:1], arrive_at="2026-03-03T09:30:00+08:00")
    case.wait(hours=4)
    assert case.told("whistle.ack_yellow") == 1 and not case.noted("late_ack")
    case.wait(hours=2)
    assert [one["unit"] for one in case.noted("late_ack")] == [POLICE] and case.told("whistle.late_ack") == 1
    # the card is given by the supervision that is asked for, where it can be objected to
    asked = _thrown(case, "sup.opened")
    assert [(one["trigger"], one["target_unit"], one["share"]) for one in asked] == [("late_ack", POLICE, 0)]
    assert case.noted("late_ack")[0]["deduction"] == 0.5 and not case.noted("yellow_card")
    assert not case.nodes
    case.wait(hours=17.7)
    assert len(case.open) == 3
    for unit in (SQUAD, MARKET):
        _do(case, "check_in", unit, **HERE, officers=OFFICERS)
    with refused("两名持证人员"):
        _do(case, "check_in", POLICE, **HERE, officers=OFFICERS[:1])
    case.wait(hours=1)
    assert [one["unit"] for one in case.noted("absent")] == [POLICE] and case.nodes == {"consult"}
    assert case.told("whistle.absent") == case.told("whistle.absent_street") == 1
    asked = _thrown(case, "sup.opened")
    assert [(one["trigger"], one["target_unit"]) for one in asked] == [("late_ack", POLICE), ("absence", POLICE)]
    states = {one["unit"]: (one["ack"], one["state"]) for one in case.event["whistle_reports"]}
    assert states == {SQUAD: ("accepted", "arrived"), MARKET: ("accepted", "arrived"), POLICE: ("deemed", "absent")}
    return case


def departments_answer_from_their_own_systems() -> FlowCase:
    case = _sounded()
    due = case.record["limits"]["whistle_ack"]["due_at"]
    for missing in ({"decision": "accept", "officers": OFFICERS}, {"decision": "object", "reason": "不属"}, {},
                    {"decision": "accept", "officers": OFFICERS[:1], "arrive_at": "2026-03-03T09:30:00+08:00"}):
        case.wait(minutes=20)
        _message(case, "whistle.acked", dept=SQUAD, **missing)
    assert case.told("whistle.message_incomplete") == 4 and len(case.open) == 3
    # asked again, not given more time
    assert case.record["limits"]["whistle_ack"]["due_at"] == due
    for unit in (SQUAD, MARKET):
        _message(case, "whistle.acked", dept=unit, decision="accept", officers=OFFICERS,
                 arrive_at="2026-03-03T09:30:00+08:00")
    _message(case, "whistle.acked", dept=POLICE, decision="object", reason="不属于本所辖区")
    case.do("objection", by="director", decision="drop", note="确不属其职责")
    assert not case.nodes and not case.noted("late_ack")
    case.wait(hours=22.5)
    far = {"lat": 29.9045, "lon": 121.6}
    for at in ({**far, "officers": OFFICERS}, {**HERE, "officers": OFFICERS[:1]}, {"officers": OFFICERS}):
        _message(case, "whistle.checked_in", dept=SQUAD, **at)
    assert case.told("whistle.message_incomplete") == 7 and len(case.open) == 2
    _message(case, "whistle.checked_in", dept=SQUAD, lat=29.9017, lon=121.6, officers=OFFICERS)
    _do(case, "check_in", MARKET, **HERE, officers=OFFICERS)
    case.wait(hours=1)
    states = {one["unit"]: (one["ack"], one["state"]) for one in case.event["whistle_reports"]}
    assert states == {SQUAD: ("accepted", "arrived"), MARKET: ("accepted", "arrived")} and not case.noted("absent")
    return case


def a_whistle_that_nobody_drafts_is_told() -> FlowCase:
    case = _event()
    case.until("whistle_draft")
    assert [one["step"] for one in case.noted("red")] == ["whistle_draft"] and case.told("whistle.step_late") == 1
    return _drafted(case=case)


def an_objection_that_is_refused_must_be_accepted() -> FlowCase:
    case = _acknowledged(_sounded(), SQUAD, POLICE)
    _do(case, "ack", MARKET, decision="object", reason="不属于本所辖区")
    assert case.nodes == {"objection"}
    case.do("objection", by="director", decision="refuse", note="到会商会上提出")
    with refused("异议只能提一次"):
        _do(case, "ack", MARKET, decision="object", reason="仍不属于本所辖区")
    _acknowledged(case, MARKET)
    assert not case.nodes
    return case


def objections_drop_or_replace_a_department() -> FlowCase:
    case = _acknowledged(_sounded(), SQUAD)
    _do(case, "ack", MARKET, decision="object", reason="不属于本所职责")
    case.do("objection", by="director", decision="drop", note="确不属其职责")
    assert case.noted("whistle_dropped")[0]["unit"] == MARKET
    _do(case, "ack", POLICE, decision="object", reason="应由水利部门")
    case.do("objection", by="director", decision="replace", replacement=WATER, note="改吹水利局")
    _acknowledged(case, WATER)
    assert [one["value"] for one in case.event["whistle_parties"]] == [SQUAD, POLICE, WATER]
    return case


def an_objection_that_nobody_decides_does_not_stop_the_whistle() -> FlowCase:
    case = _acknowledged(_sounded(), SQUAD, POLICE)
    _do(case, "ack", MARKET, decision="object", reason="不属于本所辖区")
    case.until("whistle_objection#2")
    assert case.noted("objection_undecided")[0]["department"] == MARKET and not case.nodes
    case.wait(hours=18.5)
    assert _key(case, "check_in", MARKET)
    return case


def a_disputed_objection_is_arbitrated() -> FlowCase:
    case = _acknowledged(_sounded(), SQUAD, POLICE)
    _do(case, "ack", MARKET, decision="object", reason="应由中队办理")
    case.do("objection", by="director", decision="arbitrate", note="双方不能一致")
    assert "state" in case.nodes and not case.noted("absent")
    for unit in (SQUAD, MARKET, f"{STREET}.cmd"):
        _do(case, "state", unit, view="mine", basis="三定方案", proposal="照旧", wants_site=False)
    case.do("propose", by="coord", lead=MARKET, basis="三定方案第四条")
    case.do("decide", by="director", lead=MARKET, basis="三定方案第四条", deadline="2026-03-10")
    with refused("异议只能提一次"):
        _do(case, "ack", MARKET, decision="object", reason="仍不属于本所辖区")
    _acknowledged(case, MARKET)
    return case


def two_departments_are_arbitrated_while_the_third_goes_on() -> FlowCase:
    case = _sounded()
    for unit in (MARKET, POLICE):
        _do(case, "ack", unit, decision="object", reason="应由中队办理，不属本所")
        case.do("objection", by="director", decision="arbitrate", note="双方不能一致")
    _acknowledged(case, SQUAD)
    assert len([task for task in case.open.values() if task.node == "state"]) == 6
    case.wait(hours=23.7)
    _do(case, "check_in", SQUAD, **HERE, officers=OFFICERS)
    case.wait(hours=0.4)
    _consulted(case)
    _signed(case)
    # nobody said a word: silence accepts, and the county drafts while the squad works
    assert {"propose", "work", "conclude"} <= case.nodes
    for lead, role in ((MARKET, "propose"), (POLICE, "propose"), (MARKET, "decide"), (POLICE, "decide")):
        more = {"deadline": "2026-03-10"} if role == "decide" else {}
        case.do(role, by=f"{role}r", lead=lead, basis="三定方案第四条规定", **more)
    assert {task.candidates[0][1] for task in case.open.values() if task.node == "ack"} == {MARKET, POLICE}
    return case


# --- consultation ----------------------------------------------------------------------------------


def a_consultation_needs_its_quorum() -> FlowCase:
    case = _gathered()
    for present in (PRESENT[1:], PRESENT[:2]):
        with refused("牵头部门和相关平台"):
            _consulted(case, attendees=present)
    with refused("期限不得早于今天"):
        _consulted(case, _row(due="2026-03-01"))
    case.until("whistle_consult")
    assert case.noted("red")[0]["step"] == "whistle_consult"
    return _consulted(case)


def nothing_joint_is_needed() -> FlowCase:
    case = _gathered()
    case.do("consult", by="director", consult_result="not_needed", attendees=PRESENT, rows=[], minutes="现场已恢复")
    assert case.nodes == {"verify"} and case.event["result"] == "explained"
    verify(case)
    assert case.progress and case.progress.closed and case.event["close_reason"] == "explained"
    return case


def a_conclusion_that_is_late_is_told_to_the_county() -> FlowCase:
    case = _gathered()
    case.until("whistle_conclusion", "yellow_at")
    assert case.told("whistle.conclusion_yellow") == 1
    case.until("whistle_conclusion")
    assert case.noted("red")[-1]["step"] == "whistle_conclusion" and case.told("whistle.conclusion_red") == 1
    late = [one for one in _thrown(case, "sup.opened") if one["trigger"] == "overdue"]
    assert [(one["target_unit"], one["share"]) for one in late] == [("33.02.11.004.cmd", 100)]
    return case


# --- emergency -------------------------------------------------------------------------------------


def _emergency(case: FlowCase | None = None, **given: Any) -> FlowCase:
    return _drafted("emergency", by="deputy", case=case or _event(kind=_Seated, urgency="U1"), **given)


def an_emergency_is_sounded_at_once() -> FlowCase:
    case = _emergency()
    assert case.nodes == {"ack", "consult", "confirm_emergency"}
    _acknowledged(case, SQUAD, MARKET, POLICE)
    for unit in (SQUAD, MARKET, POLICE):
        _do(case, "check_in", unit, **HERE, officers=OFFICERS)
    _consulted(case, attendees=PRESENT[:2], technical_lead="消防站带班员")
    case.do("confirm_emergency", by="director", decision="confirm")
    _do(case, "sign_task", SQUAD, contact_person="01")
    assert "work" in case.nodes and "plan" not in case.nodes
    _worked(case)
    case.do("street_check", by="coord", decision="pass")
    _verified(case)
    return _solved(case)


def an_emergency_whistle_is_called_off() -> FlowCase:
    case = _emergency(remote=True)
    case.wait(minutes=11)
    assert len(case.noted("late_ack")) == 3
    case.until("whistle_confirmation")
    assert case.noted("whistle_unconfirmed") and len(case.noted("absent")) == 3
    assert "on_site_at" not in case.record["milestones"]
    case.do("confirm_emergency", by="director", decision="call_off", note="警情不实")
    assert case.nodes == {"sign"}
    return case


def the_coordinator_drafts_an_emergency() -> FlowCase:
    case = _drafted("emergency", case=_event(urgency="U1"), departments=(SQUAD, LAND))
    roles = {role for role, _ in case.open[_key(case, "approve_whistle")].candidates}
    assert roles == {"street_command_duty", "street_command_director"}
    case.do("approve_whistle", by="director", decision="approve", kind="emergency")
    # no division, and nothing to be confirmed by whom sounded it himself
    assert case.nodes == {"ack", "consult"} and len(case.open) == 3
    return case
