"""Police and grid in both directions: every way through the diagrams, each timer."""

from typing import Any

from app.engine import commands
from tests.stories.flow.flow_case import GRID, PHOTO, FlowCase

HERE = {"lat": 29.9, "lon": 121.6}
STATION, CIVIL = "33.02.11.004.s-police", "33.02.11.004.s-civil"
AT = "2026-03-02T09:20:00+08:00"


def _pushed(item_code: str = "C19-04", **payload: Any) -> FlowCase:
    case = FlowCase()
    case.begin("police_referral", "start", title="路边有人露宿", content="路边有人露宿，衣着单薄", item_code=item_code,
               grid=GRID, **HERE, **payload)
    return case


def _arrives(case: FlowCase) -> None:
    case.do("on_site", by="police", on_site_at=AT, **HERE, health="good", consent="yes", action="询问，告知救助")


def a_homeless_man_is_compared_and_received() -> FlowCase:
    """AC-4: both are told in the same minute; only the code comes back; both branches must end."""
    case = _pushed()
    assert case.nodes == {"ack", "receive"} and case.told("police.pushed") == case.told("police.rescue") == 1
    assert case.open[case.key_of("ack")].candidates == (("police_station", STATION),)
    assert case.open[case.key_of("receive")].candidates == (("dept_station_officer", CIVIL),)
    assert case.record["limits"]["police_ack"]["due_at"].startswith("2026-03-02T09:10")
    case.wait(minutes=8)
    case.do("ack", by="police", contact_post="值班民警")
    _arrives(case)
    assert case.open[case.key_of("compare")].reads_reporter
    case.do("compare", by="police", comparison="matched")
    told = next(call for call in case.calls if call.operation == "notify.unit"
                and call.params["text"] == "police.compared")
    assert told.params["code"] == "matched"
    assert [(one["by"], one["code"]) for one in case.noted("viewed_confidential")] == [("police", "matched")]
    case.do("receive", by="civil", rescue="received", place="救助站", relatives="called")
    assert case.nodes == {"hand_over"} and case.progress and not case.progress.closed
    case.wait(days=3)
    case.do("hand_over", by="civil", outcome_kind="reunited", note="亲属到站接回", documents=[PHOTO])
    assert case.progress.closed and case.event["rescue_outcome"] == "reunited"
    assert case.event["close_reason"] == "solved" and not case.noted("red")
    return case


def everybody_is_late_and_nothing_matches() -> FlowCase:
    """No result after a day: the police branch ends, civil affairs go on."""
    case = _pushed()
    case.until("police_ack")
    case.do("ack", by="police", contact_post="值班民警")
    case.until("police_on_site")
    assert case.told("police.late") == 2 and len(case.noted("red")) == 2
    assert {one["unit"] for one in case.noted("red")} == {"33.02.11.004.s-police"}, "the station, not the street"
    _arrives(case)
    case.until("police_rescue")
    assert case.told("police.rescue_late") == 1 and case.noted("red")[-1]["unit"] == "33.02.11.004.s-civil"
    case.until("police_compare")
    assert case.noted("no_comparison") and case.nodes == {"receive"}
    case.do("receive", by="civil", rescue="received", place="救助站", relatives="unknown")
    case.until("police_hand_over")
    assert case.told("police.rescue_long") == 1
    case.do("hand_over", by="civil", outcome_kind="placed", note="转福利机构安置", documents=[PHOTO])
    assert case.progress and case.progress.closed
    return case


def the_police_system_answers_itself() -> FlowCase:
    case = _pushed("C03-01")
    assert case.nodes == {"ack"}
    case.send("police.acked")
    _arrives(case)
    case.send("police.compared", comparison="not_matched")
    assert case.progress and case.progress.closed and case.event["comparison"] == "not_matched"
    return case


def a_fight_needs_no_comparison() -> FlowCase:
    case = _pushed("C03-02")
    case.do("ack", by="police", contact_post="值班民警")
    _arrives(case)
    assert case.progress and case.progress.closed and case.event["handled_unit"] == ""
    return case


def branches_are_waived_with_reasons() -> FlowCase:
    case = _pushed()
    case.act("police.waived", by="command", waive_reason="110 已先到场处置")
    assert case.nodes == {"receive"} and case.noted("branch_waived")[0]["branch"] == "police"
    case.act("police.rescue_waived", by="command", waive_reason="本人已由亲属接回")
    assert case.progress and case.progress.closed
    return case


def somebody_declines_to_be_rescued() -> FlowCase:
    """Called by an event: it is not closed here."""
    case = FlowCase()
    case.report("police_referral", content="路边有人露宿", grid=GRID, event_no="E-4", item_code="C19-04")
    case.do("receive", by="civil", rescue="declined", place="原处", note="本人不愿前往，已留物资")
    case.do("ack", by="police", contact_post="值班民警")
    _arrives(case)
    case.do("compare", by="police", comparison="not_allowed")
    assert case.event["result"] == "explained" and case.event["status"] == "handling"
    assert case.noted("rescue_declined")
    return case


# --- from the police line ----------------------------------------------------------------------------


def _matter() -> FlowCase:
    case = FlowCase()
    case.begin("police_referral", "start_matter", call_no="110-7", title="路面塌陷", content="路面塌陷，车辆绕行",
               item_code="C17-05", grid=GRID, unit="33.02.11.004", **HERE)
    assert case.nodes == {"ack"} and case.event["channel"] == "POLICE_110"
    return case


def _reports(case: FlowCase) -> list[str]:
    return [one["payload"]["kind"] for one in case.kinds("MessageThrown") if one["name"] == "police.reported"]


def _closed(case: FlowCase) -> None:
    """The event that was reported is closed; of several only this one is meant."""
    command, told = case.by("machine"), {"origin_key": "110-7", "close_reason": "solved"}
    found = [commands.deliver(case.world, command, case.state, "report.closed", told, correlation={"origin_key": one})
             for one in ("110-8", "110-7")]  # fmt: skip
    assert found[0] is None and found[1]
    case._keep(found[1], command)


def a_matter_is_reported_at_once() -> FlowCase:
    case = _matter()
    case.do("ack", by="duty", matter_decision="accept")
    event = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "report.received"]
    assert (event[0]["channel"], event[0]["origin_key"]) == ("POLICE_110", "110-7")
    case.do("first_report", by="duty", report_text="已派市政抢修", is_complex=False)
    assert _reports(case) == ["first"] and case.progress and case.progress.closed
    return case


def a_complex_matter_is_late_everywhere() -> FlowCase:
    case = _matter()
    case.until("police_matter_ack")
    case.do("ack", by="duty", matter_decision="accept")
    case.until("police_first_report")
    case.do("first_report", by="duty", report_text="须开挖检查", is_complex=True)
    assert case.record["limits"]["police_complex"]["amount"] == "5 d"
    case.until("police_complex")
    assert case.told("police.matter_late") == 3
    asked = [one["payload"]["target_unit"] for one in case.kinds("MessageThrown") if one["name"] == "sup.opened"]
    assert asked == ["33.02.11.004.cmd"] * 3
    case.do("final_report", by="duty", report_text="路面已修复")
    assert _reports(case) == ["first", "final"] and case.progress and case.progress.closed
    return case


def a_closed_event_is_the_report() -> FlowCase:
    case = _matter()
    case.do("ack", by="duty", matter_decision="accept")
    _closed(case)
    assert _reports(case) == ["final"] and case.progress and case.progress.closed
    return case


def a_complex_event_is_closed_before_five_days() -> FlowCase:
    case = _matter()
    case.do("ack", by="duty", matter_decision="accept")
    case.do("first_report", by="duty", report_text="须开挖检查", is_complex=True)
    _closed(case)
    assert _reports(case) == ["first", "final"]
    return case


def a_police_matter_goes_back() -> FlowCase:
    case = _matter()
    case.do("ack", by="duty", matter_decision="return", note="涉嫌盗窃，属警务")
    assert any(one["name"] == "police.returned" for one in case.kinds("MessageThrown"))
    assert case.progress and case.progress.closed and case.event["close_reason"] == "refused"
    return case
