"""Campaigns street by street, emergency mode from proposal to lifting, home observation day by day."""

from typing import Any

from tests.stories.flow.flow_case import FlowCase

STREETS = ["33.02.11.004", "33.02.11.005"]
ORDER: dict[str, Any] = {"title": "百日攻坚", "campaign_code": "BR-2026", "requirement": "逐户检查企业",
                         "emergency": False, "from_on": "2026-03-02", "to_on": "2026-03-03"}


def _ordered(node: str = "start", *, streets: int = 1, **more: Any) -> FlowCase:
    case = FlowCase()
    case.begin("campaign", node, **{**ORDER, "streets": [{"street": code} for code in STREETS[:streets]], **more})
    assert len([task for task in case.open.values() if task.node == "receipt"]) == streets
    return case


def _assigned(case: FlowCase) -> FlowCase:
    case.do("receipt", by="command", contact="副主任")
    case.do("assign", by="affairs", object_count=120, list_ref="百日攻坚对象.csv")
    assert not [task for task in case.open.values() if task.node == "daily_report"]
    return case


def _thrown(case: FlowCase, name: str) -> list[dict[str, Any]]:
    return [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == name]


def _concluded(case: FlowCase, checked: int, found: int) -> FlowCase:
    case.do("street_conclude", by="command", street_text="已全部检查完毕")
    case.do("conclude", by="county", report_text="行动按期完成")
    (row,) = case.registers["campaigns"]
    assert (row["state"], int(row["checked"]), int(row["found"])) == ("ended", checked, found)
    return case


def a_campaign_finds_and_reports_day_by_day() -> FlowCase:
    case = _assigned(_ordered())
    case.wait(days=1)
    case.do("daily_report", by="affairs", checked=40, findings=[
        {"title": "消防通道堵塞", "content": "通道堆放货物，无法通行", "item_code": "C18-05"},
        {"title": "电线老化", "content": "车间内电线裸露老化"}])
    assert [one["street"] for one in _thrown(case, "report.received")] == STREETS[:1] * 2
    case.wait(days=1)
    # the last day is over; on the day itself it would be reported once more
    assert case.nodes == {"street_conclude"}
    return _concluded(case, 40, 2)


def a_day_without_a_report_is_noted() -> FlowCase:
    case = _assigned(_ordered("start_ordered", to_on="2026-03-04"))
    case.wait(days=1, hours=8)
    assert [one["step"] for one in case.noted("campaign_late")] == ["daily"] and case.told("campaign.no_report") == 1
    case.wait(hours=16)
    case.do("daily_report", by="affairs", checked=10, findings=[])
    case.wait(days=1)
    case.until("campaign_street_conclude")
    assert [one["step"] for one in case.noted("red")] == ["campaign_conclude"]
    return _concluded(case, 10, 0)


def an_emergency_order_is_signed_late_and_a_case_is_studied() -> FlowCase:
    case = _ordered(emergency=True, streets=2)
    case.wait(minutes=31)
    assert {one["unit"] for one in case.noted("campaign_late")} == set(STREETS)
    assert {one["target_unit"] for one in _thrown(case, "sup.opened")} == set(STREETS)
    case.act("campaign.key_case", by="county", key_matter="某厂房擅自改变用途")
    case.do("study", by="director", conclusion="列入区级挂牌督办")
    first = next(key for key, task in case.open.items() if task.node == "receipt")
    case.do(first, by="command", contact="副主任")
    case.wait(days=5)
    assert "campaign_assign" in [one["step"] for one in case.noted("red")]
    assert [one["conclusion"] for one in case.noted("key_case")] == ["列入区级挂牌督办"]
    return case


def _proposed() -> FlowCase:
    case = FlowCase()
    case.begin("emergency_mode", "start", title="台风防御", reason="预计明日登陆，启动应急响应", radius_km=20)
    assert case.nodes == {"approve"}
    return case


def an_emergency_lasts_until_it_is_lifted() -> FlowCase:
    case = _proposed()
    case.until("campaign_approve")
    assert case.told("campaign.approve_late") == 1
    case.do("approve", by="director", decision="approve")
    assert [one["name"] for one in case.kinds("SignalThrown")] == ["emergency_mode_on"]
    case.do("call_up", by="duty", teams="应急分队三支六十人")
    case.wait(days=1)
    case.do("zero_report", by="duty", cases=0)
    case.wait(days=1, hours=8)
    assert len(case.noted("zero_report_missed")) == 1 == case.told("campaign.no_zero_report")
    case.act("emergency.lifted", by="director", lift_note="台风已过境")
    (row,) = case.registers["emergency_modes"]
    assert (row["active"], float(row["factor"])) == (False, 0.5) and case.noted("emergency_mode")
    assert [one["name"] for one in case.kinds("SignalThrown")] == ["emergency_mode_on", "emergency_mode_off"]
    return case


def an_emergency_is_not_approved() -> FlowCase:
    case = _proposed()
    case.do("approve", by="director", decision="refuse")
    assert case.event["close_reason"] == "refused" and not case.registers.get("emergency_modes")
    return case


def a_household_is_served_every_day() -> FlowCase:
    case = FlowCase()
    case.begin("home_observation", "start", household="12号", days=2, needs="代购菜和药")
    case.wait(hours=13)
    assert case.told("campaign.not_served") == 1
    case.do("serve", by="wang", service="送菜上门")
    case.wait(days=1)
    case.do("serve", by="wang", service="体温偏高", unwell=True)
    assert [one["urgency"] for one in _thrown(case, "report.received")] == ["U2"]
    assert case.event["close_reason"] == "solved"
    return case
