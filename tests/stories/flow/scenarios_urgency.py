"""The command room changes the urgency of an event that has been dispatched."""

from datetime import datetime, timedelta

from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.scenarios_handling import dispatched

WHY = "现场复核，后果比上报的严重"


def _change(case: FlowCase, urgency: str, by: str = "duty") -> None:
    case.act("evt.urgency_changed", by=by, new_urgency=urgency, urgency_reason=WHY)


def _due(case: FlowCase, limit: str) -> datetime:
    return datetime.fromisoformat(case.record["limits"][limit]["due_at"])


def a_dispatched_event_is_raised_to_the_highest_grade() -> FlowCase:
    """Running limits shrink from now on, the unit, the reporter and the county are told, later limits follow."""
    case = dispatched("乱堆放杂物，影响通行")
    assert case.event["urgency"] == "U3" and case.record["limits"]["sign"]["amount"] == "4 wh"
    case.wait(hours=1)
    business, told = _due(case, "business"), case.told("unit.u1_copy")
    _change(case, "U1")
    assert case.event["urgency"] == "U1" and case.nodes == {"sign"}
    assert _due(case, "sign") == case.now + timedelta(minutes=10) == case.open[case.key_of("sign")].due_at
    assert _due(case, "business") == case.now + timedelta(hours=24) < business
    (fact,) = case.noted("urgency_changed")
    assert (fact["from"], fact["to"], fact["reason"], fact["asked_by"]) == ("U3", "U1", WHY, "id-duty")
    assert fact["limits"] == ["business", "sign"] and fact["confirmed_by"] is None
    assert case.told("unit.urgency_changed") == case.told("reporter.urgency_changed") == 1
    assert case.told("unit.u1_copy") == told + 1
    case.do("sign", decision="sign")
    assert case.record["limits"]["handling"]["amount"] == "2 h"
    offered = {one.message: one.open for one in case.progress.subscriptions} if case.progress else {}
    assert offered["ext.requested"] is False
    return case


def a_lower_grade_is_longer_and_nobody_is_made_late() -> FlowCase:
    case = dispatched()
    case.do("sign", decision="sign")
    assert case.event["urgency"] == "U3" and case.record["limits"]["handling"]["amount"] == "5 wd"
    before = _due(case, "handling")
    case.wait(hours=30)
    _change(case, "U2", by="county")
    # two days after the start the unit still has a whole day
    assert _due(case, "handling") == case.now + timedelta(hours=24) < before
    _change(case, "U3")
    assert _due(case, "handling") == before and case.record["limits"]["handling"]["amount"] == "5 wd"
    _change(case, "U3")
    assert [one["to"] for one in case.noted("urgency_changed")] == ["U2", "U3"] and not case.noted("red")
    return case


def the_highest_grade_is_lowered_by_two_people() -> FlowCase:
    case = dispatched("小区车库冒烟着火", danger_flags=["fire"])
    case.do("sign", decision="sign")
    assert case.event["urgency"] == "U1"
    _change(case, "U3", by="deputy")
    assert case.event["urgency"] == "U1" and {"handle", "confirm_lowering"} <= case.nodes
    confirm = case.open[case.key_of("confirm_lowering")]
    assert confirm.candidates == (("street_command_duty", "33.02.11.004.cmd"),)
    assert "id-deputy" in confirm.excluded_people
    offered = {one.message: one.open for one in case.progress.subscriptions} if case.progress else {}
    assert offered["evt.urgency_changed"] is False
    case.do("confirm_lowering", by="deputy2", decision="keep", note="余烬未熄")
    assert case.event["urgency"] == "U1" and case.noted("urgency_kept")[0]["decided_by"] == "id-deputy2"
    before = _due(case, "handling")
    _change(case, "U3")
    case.do("confirm_lowering", by="deputy2", decision="agree", note="险情已排除")
    assert case.event["urgency"] == "U3" and _due(case, "handling") > before
    assert case.noted("urgency_changed")[0]["confirmed_by"] == "id-deputy2"
    return case
