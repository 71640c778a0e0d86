"""Several events in one whistle: how they are called, added and told the end, and how each of them waits for it."""

import re
from typing import Any

from app.engine import commands
from tests.stories.flow import scenarios_whistle
from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.scenarios_handling import decided_by_the_street, dispatched, review, verify, work
from tests.stories.flow.scenarios_intake import accept
from tests.stories.flow.scenarios_units import _changed
from tests.stories.flow.scenarios_whistle import (
    PRESENT,
    _acknowledged,
    _cleared,
    _consulted,
    _drafted,
    _gathered,
    _thrown,
)

WHISTLE, SINCE = "NB-330211-20260302-000099", "2026-03-02T09:00:00+08:00"
LIGHT, STALL = "NB-330211-20260302-000002", "NB-330211-20260302-000003"
RESULTS = [{"no": 1, "problem": "占摊经营", "state": "done", "state_text": "已消除"}]


# --- an event that is called -----------------------------------------------------------------------


def _told(case: FlowCase, name: str, asked: dict[str, Any] | None = None, **carried: Any) -> bool:
    """The whistle sends a message to this event; say whether it waited for it."""
    command = case.by("system")
    correlation = {"event_no": case.event["event_no"], "street": case.event["street"], **(asked or {})}
    found = commands.deliver(case.world, command, case.state, name, carried, correlation=correlation)
    if found:
        case._keep(found, command)
    return bool(found)


def _held(**given: Any) -> FlowCase:
    """A street light whose unit had signed already."""
    case = dispatched(**given)
    case.do("sign", decision="sign")
    return _linked(case)


def _called(case: FlowCase) -> bool:
    return _told(case, "whistle.linked", whistle_no=WHISTLE, whistle_since=SINCE, whistle_amount="15 d")


def _linked(case: FlowCase) -> FlowCase:
    assert _called(case)
    assert case.nodes == {"held"} and case.event["status"] == "joint" and case.event["whistle_no"] == WHISTLE
    return case


def _over(case: FlowCase, outcome: str, since: str = SINCE, number: str = WHISTLE) -> bool:
    asked = {"whistle_since": since, "whistle_no": number}
    return _told(case, "whistle.event_done", asked, whistle_outcome=outcome,
                 joint_conclusion="问题全部消除", joint_results=RESULTS, joint_by="id-director",
                 joint_unit=scenarios_whistle.SQUAD)


def an_event_in_a_whistle_is_solved_with_it() -> FlowCase:
    case = _held()
    task = case.open[case.key_of("held")]
    assert {role for role, _ in task.candidates} == {"street_enforce_coord", "street_command_duty"}
    assert case.told("unit.whistle_held") == case.told("reporter.whistle_held") == 1
    assert case.record["limits"]["handling"]["state"] == "ended"
    assert case.record["limits"]["business"]["state"] == case.record["limits"]["whistle_held"]["state"] == "running"
    # the end of an earlier call, or of another whistle, is none of its business
    assert not _over(case, "solved", since="2026-03-01T09:00:00+08:00")
    assert not _over(case, "solved", number="NB-330211-20260302-000098")
    assert not _told(case, "whistle.linked", whistle_no="NB-0", whistle_since=SINCE, whistle_amount="15 d")
    assert _over(case, "solved")
    assert case.nodes == {"verify"} and case.event["result"] == "solved" and case.event["whistle_results"] == RESULTS
    assert "id-director" in case.open[case.key_of("verify")].excluded_people
    verify(case)
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    return case


def what_joint_work_did_not_solve_goes_back() -> FlowCase:
    """Called while its clock stood still: the clock goes on, and the unit has the event again afterwards."""
    case = dispatched("乱堆放杂物，影响通行")
    case.do("sign", decision="sign")
    case.act("sus.requested", kind="suspend", until="2026-03-20", reason="citizen", explanation="等待业主返回")
    case.do("suspend_decide", by="director", decision="grant", note="同意")
    assert case.record["limits"]["business"]["state"] == "paused"
    case.wait(days=2)
    _linked(case)
    assert case.record["limits"]["business"]["state"] == "running" and case.event["sub_status"] == "normal"
    unit = case.event["lead_unit"]
    assert _over(case, "not_needed")
    assert case.nodes == {"sign"} and case.event["status"] == "dispatched" and case.event["lead_unit"] == unit
    assert case.event["whistle_outcome"] == "not_needed" and case.event["handled_by"] is None
    case.do("sign", decision="sign")
    work(case)
    review(case)
    assert case.nodes == {"verify"}
    return case


def an_event_is_taken_out_of_a_whistle_by_hand() -> FlowCase:
    case = _held()
    case.until("whistle_held")
    assert [fact["step"] for fact in case.noted("red")] == ["whistle_held"] and case.nodes == {"held"}
    case.do("held", by="coord", release_reason="与联合执法无关，退出")
    assert case.nodes == {"sign"} and case.event["whistle_outcome"] == "released"
    # the end of the whistle comes too late for it, and it may be called again
    assert not _over(case, "solved")
    return _linked(case)


def a_joint_result_that_fails_is_worked_on_by_the_unit() -> FlowCase:
    """Whoever worked jointly is marked down; the unit begins in full, for it has not worked yet."""
    case = _held()
    _over(case, "solved")
    verify(case, "fail")
    assert [fact["unit"] for fact in case.noted("rework")] == [scenarios_whistle.SQUAD]
    assert case.nodes == {"sign"} and case.record["limits"]["sign"]["factor"] == 1
    case.do("sign", decision="sign")
    work(case)
    review(case)
    verify(case, "fail")
    assert [fact["unit"] for fact in case.noted("rework")][1] == case.event["lead_unit"]
    assert case.nodes == {"handle"} and case.record["limits"]["handling"]["factor"] == 0.5
    return case


def the_caller_is_unhappy_with_a_joint_result() -> FlowCase:
    case = dispatched(channel="HOTLINE_12345", reported_by="id-caller")
    _linked(case)
    _over(case, "solved")
    verify(case)
    case.do("callback_call", reached=True, solved="no", satisfaction="unsatisfied", reasons=["not_solved"])
    case.do("unsatisfied_decide", decision="second_handling", other_handler=False, note="由承办单位再办")
    assert case.nodes == {"sign"} and case.event["jointly_by"] is None
    return case


def the_county_works_again_on_a_joint_result() -> FlowCase:
    """What the county then does not get right is its own, not the joint team's."""
    case = dispatched(channel="HOTLINE_12345", reported_by="id-caller")
    _linked(case)
    _over(case, "solved")
    verify(case)
    case.do("callback_call", reached=True, solved="no", satisfaction="unsatisfied", reasons=["not_solved"])
    case.do("unsatisfied_decide", decision="escalate", note="街道无力解决")
    case.do("gate", by="deputy2", decision="approve")
    case.do("receive", by="county", decision="own_department", unit="33.02.11.d-housing", note="交住建局")
    case.do("sign", decision="sign")
    case.do("contact", way="phone", reached=True, note="已联系")
    case.do("assist", by="old", opinion="移交现场情况")
    work(case)
    review(case)
    verify(case, "fail")
    assert [fact["unit"] for fact in case.noted("rework")] == ["33.02.11.d-housing"]
    assert case.nodes == {"handle"} and case.record["limits"]["handling"]["factor"] == 0.5
    return case


def an_event_in_a_whistle_is_withdrawn() -> FlowCase:
    case = _held(channel="HOTLINE_12345", reported_by="id-caller", anonymous=True)
    case.act("evt.withdrawn", by="citizen", withdraw_reason="不想管了")
    assert case.nodes == {"held", "withdraw_decide"}
    case.do("withdraw_decide", by="duty", decision="close", note="只涉及本人")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "withdrawn" and not case.nodes
    return case


def an_event_in_a_whistle_joins_a_master() -> FlowCase:
    case = _held()
    case.act("evt.merged_into", by="duty", master="E-7", note="同一事项")
    assert case.progress and case.progress.closed and case.event["master_event_no"] == "E-7" and not case.nodes
    return case


def what_others_decide_about_is_not_called() -> FlowCase:
    """An event that the county works on, or about whose competence is argued, is not the street's to take along."""
    case = dispatched()
    case.act("esc.taken_over", by="county", up_unit="33.02.11.d-land", up_reason="R9", note="领导交办")
    assert case.nodes == {"sign"} and not _called(case)
    # it has become confidential while it was handled
    case = dispatched()
    case.act("esc.raised", by="officer", esc_reason="R8", esc_tried="已多次协调，没有条件解决", esc_wanted=["people"])
    assert case.event["confidential"] is True and not _called(case)
    case = dispatched()
    for reason, unit in (("not_mine", "33.02.11.004.p-enforce"), ("wrong_class", "33.02.11.004.s-operator")):
        case.act("ret.requested", reason=reason, competent_unit=unit, note="应由该单位承办")
        if reason == "not_mine":
            case.do("return_decide", by="duty", decision="accept", item_code="C12-04", note="同意改派",
                    competent_unit=unit, competent_role="platform_enforce")
    assert case.event["sub_status"] == "arbitration"
    assert not _called(case)
    decided_by_the_street(case, lead="33.02.11.004.s-operator")
    return _linked(case)


def an_event_in_a_whistle_is_taken_up_by_the_county() -> FlowCase:
    case = _held()
    case.act("esc.taken_over", by="county", up_unit="33.02.11.d-land", up_reason="R9", note="领导交办")
    assert case.nodes == {"sign"} and case.event["level"] == "L4"
    return case


# --- the whistle that calls ------------------------------------------------------------------------


def _calls(case: FlowCase) -> list[str]:
    """Numbers of the events that the whistle has called so far."""
    return [body["correlation"]["event_no"] for body in case.kinds("MessageThrown") if body["name"] == "whistle.linked"]


def _ends(case: FlowCase) -> list[tuple[str, str]]:
    """Who was told the end, and which."""
    return [(body["correlation"]["event_no"], body["payload"]["whistle_outcome"])
            for body in case.kinds("MessageThrown") if body["name"] == "whistle.event_done"]


def _joint(**given: Any) -> FlowCase:
    """A report whose way is a whistle with one other event; the departments are called."""
    case = FlowCase()
    case.report(**{"content": "夜宵摊占道经营，烧烤油烟很大", **given})
    accept(case, route_choice="joint")
    _drafted(case=case, linked_events=[LIGHT])
    context = commands.scope_of(case.world, case.by("director"), case.state, case.key_of("approve_whistle"))
    # the moment as people read it, and one full stop or semicolon between two parts
    said = r"；报到：\d{4}-\d\d-\d\d \d\d:\d\d；街道已做：[^；]*[^；。]"
    assert re.search(f"{said}；一并处置：{LIGHT}$", context["draft_said"])
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    assert _calls(case) == [LIGHT] and case.event["linked_events"] == [LIGHT]
    return case


def a_whistle_takes_other_events_along() -> FlowCase:
    case = _gathered(linked_events=[LIGHT])
    (call,) = _thrown(case, "whistle.linked")
    assert call["whistle_no"] == case.event["event_no"] and call["whistle_amount"] == "30 d"
    _consulted(case)
    case.act("whistle.event_added", by="coord", linked_events=[STALL], note="同一处夜宵摊")
    assert _calls(case) == [LIGHT, STALL] == case.event["linked_events"] and not _ends(case)
    _cleared(case)
    case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    assert _ends(case) == [(LIGHT, "solved"), (STALL, "solved")] and case.event["linked_waiting"] is None
    told = _thrown(case, "whistle.event_done")[0]
    assert told["joint_conclusion"] == "问题全部消除" and told["joint_by"] == "id-director"
    assert told["joint_unit"] == scenarios_whistle.SQUAD
    # the other events are not called a second time when this one must be worked on again
    verify(case, "fail")
    assert case.nodes == {"consult"}
    _consulted(case)
    _cleared(case)
    case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    assert len(_calls(case)) == len(_ends(case)) == 2
    verify(case)
    return case


def a_whistle_that_is_not_needed_lets_the_others_go() -> FlowCase:
    case = _gathered(linked_events=[LIGHT, STALL])
    case.do("consult", by="director", consult_result="not_needed", attendees=PRESENT, rows=[], minutes="现场已恢复")
    assert _ends(case) == [(LIGHT, "not_needed"), (STALL, "not_needed")] and case.nodes == {"verify"}
    return case


def a_whistle_that_is_rejected_calls_nobody() -> FlowCase:
    case = _drafted(linked_events=[LIGHT])
    case.do("approve_whistle", by="director", decision="reject", reject_reason="street_can", note="街道自己能办")
    assert not _calls(case) and "linked_events" not in case.event
    return case


def a_confidential_whistle_says_only_that_it_is_over() -> FlowCase:
    case = _joint(confidential=True)
    _acknowledged(case, scenarios_whistle.SQUAD, scenarios_whistle.MARKET, scenarios_whistle.POLICE)
    case.wait(hours=23.7)
    for unit in (scenarios_whistle.SQUAD, scenarios_whistle.MARKET, scenarios_whistle.POLICE):
        scenarios_whistle._do(case, "check_in", unit, **scenarios_whistle.HERE, officers=scenarios_whistle.OFFICERS)
    case.wait(hours=0.4)
    _consulted(case)
    _cleared(case)
    case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    assert _thrown(case, "whistle.linked")[0]["whistle_no"] is None
    (told,) = _thrown(case, "whistle.event_done")
    assert told["whistle_outcome"] == "solved" and told["joint_conclusion"] is None and told["joint_results"] == []
    return case


def the_county_takes_a_whistle_over_and_the_others_go_back() -> FlowCase:
    case = _joint()
    case.act("esc.taken_over", by="county", up_unit="33.02.11.d-land", up_reason="R9", note="领导交办")
    assert _ends(case) == [(LIGHT, "left")] and case.nodes == {"sign"} and case.event["level"] == "L4"
    return case


def a_whistle_that_is_drafted_anew_keeps_the_others() -> FlowCase:
    """A called department is gone: who waits goes on waiting and is not called twice; the second call takes another."""
    case = _anew()
    _drafted(case=case, departments=(scenarios_whistle.MARKET, scenarios_whistle.POLICE), linked_events=[STALL])
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    assert _calls(case) == [LIGHT, STALL] == case.event["linked_events"] and not _ends(case)
    assert [one["event_no"] for one in case.event["linked_waiting"]] == [LIGHT, STALL]
    return case


def a_whistle_that_is_drafted_anew_and_rejected_lets_the_others_go() -> FlowCase:
    case = _anew()
    _drafted(case=case, departments=(scenarios_whistle.MARKET, scenarios_whistle.POLICE))
    case.do("approve_whistle", by="director", decision="reject", reject_reason="street_can", note="街道自己能办")
    assert _ends(case) == [(LIGHT, "left")] and case.nodes == {"sign"}
    return case


def _anew() -> FlowCase:
    case = _joint()
    _changed(case, scenarios_whistle.SQUAD)
    assert case.nodes == {"draft_whistle"} and not _ends(case)
    return case


def a_whistle_is_withdrawn_and_the_others_go_back() -> FlowCase:
    case = _joint(channel="HOTLINE_12345", reported_by="id-caller")
    case.act("evt.withdrawn", by="citizen", withdraw_reason="不想管了")
    case.do("withdraw_decide", by="duty", decision="close", note="只涉及本人")
    assert case.progress and case.progress.closed and _ends(case) == [(LIGHT, "left")]
    return case


def a_whistle_is_merged_and_the_others_go_back() -> FlowCase:
    case = _joint()
    case.act("evt.merged_into", by="duty", master="E-7", note="同一事项")
    assert case.progress and case.progress.closed and _ends(case) == [(LIGHT, "left")]
    return case


def the_county_takes_over_what_a_street_whistled_for() -> FlowCase:
    case = _consulted(_gathered(linked_events=[LIGHT]))
    scenarios_whistle._signed(case)
    for _ in range(2):
        scenarios_whistle._worked(case)
        case.do("street_check", by="coord", decision="pass")
        scenarios_whistle._verified(case, "not")
    case.do("conclude", by="director", decision="escalate", conclusion="两轮未解决")
    case.do("gate", by="deputy", decision="approve")
    case.do("receive", by="county", decision="take_over", note="区县接办")
    assert _ends(case) == [(LIGHT, "left")] and case.nodes == {"sign"}
    return case
