"""Site inspections and the correction of hazards: every way through the diagrams."""

from typing import Any

import pytest

from app.domain.errors import Invalid, YongzhiError
from tests.stories.flow.flow_case import GRID, PHOTO, FlowCase

HERE = {"lat": 29.9, "lon": 121.6}
OFFICERS = "执法人员01（33020001）、执法人员02（33020002）"
ROW = "0198c2f0-0000-7000-8000-0000000000b1"
SHOP = {"object_no": "S-1", "name": "五金店", "kind": "shop", "unit": GRID, **HERE, "colour": "green"}


def _ordered(*rows: dict[str, Any], **payload: Any) -> FlowCase:
    """An object of the register whose turn has come."""
    case = FlowCase()
    case.registers["inspection_objects"] = list(rows) or [dict(SHOP)]
    case.begin("site_inspection", "start_ordered", **{"title": "五金店", "object_no": "S-1", "grid": GRID, "unit": GRID,
                                                      "inspection_kind": "routine", **payload})
    assert case.nodes == {"inspect"} and case.event["object_kind"]
    return case


def _inspects(case: FlowCase, *items: dict[str, Any], by: str = "wang", **more: Any) -> None:
    case.do("inspect", by=by, entry="entered", **HERE, items=list(items), person_in_charge="店长", photos=[PHOTO],
            **{"signed": "yes", **more})


def _hazard(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "result": "nok", **more}


def _orders(case: FlowCase, station: str = "s-fire", stop: str = "no") -> None:
    assert case.open[case.key_of("order")].candidates == (("dept_station_officer", f"33.02.11.004.{station}"),)
    case.do("order", by="fire", order_no="责改〔2026〕1号", stop_use=stop, measures="三日内清理通道",
            owner_signed="yes", officers=OFFICERS, documents=[PHOTO])


def _supervised(case: FlowCase) -> list[tuple[str, str]]:
    """(unit, trigger) of everything whose supervision was asked for."""
    asked = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "sup.opened"]
    return [(one["target_unit"].removeprefix("33.02.11.004"), one["trigger"]) for one in asked]


def _rechecks(case: FlowCase, result: str, by: str = "zhao") -> None:
    assert "id-wang" in case.open[case.key_of("recheck")].excluded_people
    case.do("recheck", by=by, recheck_result=result, **HERE, photos=[PHOTO])


def _object(case: FlowCase) -> dict[str, Any]:
    return dict(case.registers["inspection_objects"][-1])


def _result(case: FlowCase) -> dict[str, Any]:
    return dict(case.registers["inspection_results"][-1])


def nothing_is_found_and_the_next_date_is_set() -> FlowCase:
    case = _ordered(campaign="C-1")
    _inspects(case, {"code": "fire_exit", "result": "ok"})
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    row = _object(case)
    assert (row["colour"], row["last_on"], row["next_on"]) == ("green", "2026-03-02", "2026-05-31")
    assert (_result(case)["worst"], _result(case)["done"], _result(case)["campaign"]) == ("none", 1, "C-1")
    return case


def a_hazard_is_corrected_on_the_spot() -> FlowCase:
    """Begun by hand at an object that is not in the register yet."""
    case = FlowCase()
    case.begin("site_inspection", "start", title="新开作坊", object_kind="school", grid=GRID, inspection_kind="special",
               lat=29.900000123456789, lon=121.60000012345679)
    _inspects(case, _hazard("extinguisher", fixed=True))
    case.do("on_spot", by="wang", action="已更换灭火器", before_photos=[PHOTO], after_photos=[PHOTO])
    assert case.progress and case.progress.closed and _result(case)["fixed"] == 1
    row = _object(case)
    assert (row["colour"], row["next_on"], row["object_no"]) == ("green", "2026-04-01", case.event["event_no"])
    assert (float(row["lat"]), float(row["lon"])) == (29.9, 121.6), "a register keeps fifteen digits"
    return case


def a_hazard_is_corrected_in_time() -> FlowCase:
    case = _ordered()
    _inspects(case, _hazard("fire_exit"), signed="refused", refusal_note="店长拒签，邻铺见证")
    assert case.noted("signature_refused")[0]["note"] == "店长拒签，邻铺见证"
    _orders(case)
    assert case.record["limits"]["inspection_rectify"]["due_at"].startswith("2026-03-05T09")
    case.until("inspection_rectify", "yellow_at")
    assert case.told("inspection.rectify_yellow") == 1
    case.act("insp.rectified", by="wang", report="通道已清理")
    _rechecks(case, "pass")
    assert case.progress and case.progress.closed and _object(case)["colour"] == "green"
    assert _result(case)["corrected"] == 1 and case.event["handled_by"] == "id-fire"
    return case


def the_second_failure_refers() -> FlowCase:
    """Half of the time after the first failure; the object turns red and is seen again in seven days."""
    case = _ordered()
    _inspects(case, _hazard("wiring"))
    _orders(case)
    case.until("inspection_rectify")
    case.until("inspection_recheck")
    assert case.told("inspection.recheck_late") == 1
    _rechecks(case, "fail")
    case.until("inspection_second_notice")
    case.do("second_notice", by="fire", order_no="责改〔2026〕2号", measures="立即更换线路", documents=[PHOTO])
    limit = case.record["limits"]["inspection_rectify"]
    assert limit["started_at"][8:10] != limit["due_at"][8:10]
    case.wait(days=4)
    _rechecks(case, "fail")
    assert case.nodes == {"refer"}
    case.until("inspection_refer")
    assert [one["step"] for one in case.noted("red")] == [
        "inspection_recheck", "inspection_second_notice", "inspection_refer"
    ]
    assert _supervised(case) == [(".003.012", "overdue"), (".s-fire", "overdue"), (".p-enforce", "overdue")]
    case.do("refer", by="enforce", refer_decision="penalty", refer_unit="33.02.11.d-enforce", package="两次复查未通过")
    opened = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "penalty.opened"]
    assert opened[0]["unit"] == "33.02.11.d-enforce" and opened[0]["origin_no"] == case.event["event_no"]
    assert case.progress and case.progress.closed and case.event["close_reason"] == "partly_solved"
    row, today = _object(case), case.now.date()
    assert row["colour"] == "red" and (today.fromisoformat(row["next_on"]) - today).days == 7
    assert _result(case)["referred"] == 1
    return case


def an_owner_gets_half_of_the_time_more_once() -> FlowCase:
    case = _ordered()
    _inspects(case, _hazard("machine_guard"))
    _orders(case, "s-emergency")
    case.act("insp.extension_asked", by="wang", asked_days=8, extension_reason="等待厂家配件")
    with pytest.raises(YongzhiError, match="原期限的一半"):
        case.do("extension_decide", by="emergency", decision="grant", days_granted=8, note="同意")
    case.do("extension_decide", by="emergency", decision="grant", days_granted=7, note="同意七天")
    assert case.record["limits"]["inspection_rectify"]["due_at"].startswith("2026-03-24T09")
    with pytest.raises(YongzhiError):
        case.act("insp.extension_asked", by="wang", asked_days=1, extension_reason="再次申请")
    case.send("insp.rectified", report="已加装防护")
    _rechecks(case, "pass")
    return case


def an_extension_is_refused() -> FlowCase:
    case = _ordered()
    _inspects(case, _hazard("fire_exit"))
    _orders(case)
    case.act("insp.extension_asked", by="wang", asked_days=1, extension_reason="人手不足")
    case.do("extension_decide", by="fire", decision="refuse", note="通道堵塞不得延期")
    case.until("inspection_rectify")
    assert case.nodes == {"recheck"}
    return case


def a_major_hazard_is_listed_by_the_county() -> FlowCase:
    case = _ordered(SHOP | {"kind": "rental"})
    _inspects(case, _hazard("three_in_one"))
    with pytest.raises(YongzhiError, match="重大隐患应当立即停用"):
        _orders(case)
    _orders(case, stop="yes")
    assert case.nodes == {"owner_plan", "refer"}, "referred while it is corrected"
    case.do("refer", by="enforce", refer_decision="penalty", refer_unit="33.02.11.d-enforce",
            package="三合一场所，须立案处罚")
    assert [one["name"] for one in case.kinds("MessageThrown")] == ["sup.opened", "penalty.opened"]
    assert case.noted("listed_supervision") and case.told("inspection.listed") == 1
    assert _supervised(case) == [(".s-fire", "listed_hazard")]
    case.until("inspection_plan")
    assert _supervised(case)[1:] == [(".s-fire", "overdue")] and case.nodes == {"owner_plan"}
    case.do("owner_plan", by="fire", plan="搬离住宿人员，拆除隔间", documents=[PHOTO])
    assert case.record["limits"]["inspection_rectify"]["due_at"].startswith("2026-04-04T09")
    case.act("insp.rectified", by="wang", report="已搬离")
    _rechecks(case, "pass")
    assert _object(case)["colour"] == "green" and _result(case)["referred"] == 1
    return case


def a_referred_hazard_is_not_referred_twice() -> FlowCase:
    """No licence: market supervision has the case; failing twice adds nothing but the colour."""
    case = _ordered()
    _inspects(case, _hazard("unlicensed"))
    _orders(case, "s-market", stop="yes")
    case.do("owner_plan", by="market", plan="停业办理营业执照", documents=[PHOTO])
    case.do("refer", by="enforce", refer_decision="penalty", refer_unit="33.02.11.d-market",
            package="无照经营，须立案处罚")
    for _ in range(2):
        case.act("insp.rectified", by="wang", report="称已办照")
        _rechecks(case, "fail")
        if "second_notice" in case.nodes:
            case.do("second_notice", by="market", order_no="责改〔2026〕2号", measures="停业办照", documents=[PHOTO])
    assert case.progress and case.progress.closed and _object(case)["colour"] == "red"
    assert [one["name"] for one in case.kinds("MessageThrown")].count("penalty.opened") == 1
    return case


def chemicals_without_a_permit_raise_the_alarm() -> FlowCase:
    """AC-10: imminent, a U1 event at once, the department on site, several departments: whistle and penalty.

    What was corrected on the spot is written down beside it: the alarm does not wait for that.
    """
    case = _ordered(campaign="百日检查")
    _inspects(case, _hazard("chemical_store", quantity=120), _hazard("unlicensed"), _hazard("wiring", fixed=True))
    assert case.nodes == {"on_site", "on_spot"}
    alarm = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "report.received"]
    assert (alarm[0]["urgency"], alarm[0]["item_hint"], alarm[0]["channel"]) == ("U1", "C18-04", "INSPECTION")
    assert case.record["limits"]["inspection_on_site"]["due_at"].startswith("2026-03-02T09:30")
    task = case.open[case.key_of("on_site")]
    assert task.candidates == (("dept_station_officer", "33.02.11.004.s-emergency"),)
    case.do("on_site", by="emergency", on_site_at="2026-03-02T09:20:00+08:00", evacuated="yes", closure="sealed",
            action="查封储存场所", documents=[PHOTO])
    case.do("refer", by="enforce", refer_decision="both", refer_unit="33.02.11.d-emergency",
            package="涉化、无照，须联合处置")
    assert case.nodes == {"on_spot"}
    case.do("on_spot", by="wang", action="已更换线路", before_photos=[PHOTO], after_photos=[PHOTO])
    thrown = [one["name"] for one in case.kinds("MessageThrown")]
    assert thrown == ["report.received", "penalty.opened", "report.received", "inspection.red"]
    assert case.progress and case.progress.closed and _object(case)["colour"] == "red"
    assert (_result(case)["chemical"], _result(case)["unlicensed"], _result(case)["campaign"]) == (1, 1, "百日检查")
    return case


def a_gas_leak_only_asks_for_a_whistle() -> FlowCase:
    """The station comes late; the command room hears of it after thirty minutes."""
    case = _ordered()
    _inspects(case, _hazard("gas_leak"))
    case.until("inspection_on_site")
    assert case.told("inspection.on_site_late") == 1 and case.nodes == {"on_site"}
    case.do("on_site", by="emergency", on_site_at="2026-03-02T09:20:00+08:00", evacuated="none", closure="watched",
            action="关闭阀门", documents=[PHOTO])
    case.do("refer", by="enforce", refer_decision="whistle", refer_unit="33.02.11.d-enforce",
            package="燃气与消防联合处置")
    assert [one["name"] for one in case.kinds("MessageThrown")] == [
        "report.received", "sup.opened", "report.received", "inspection.red"
    ]
    return case


def nobody_opens_three_times() -> FlowCase:
    case = _ordered()
    away = {"entry": "no_entry", **HERE, "no_entry_reason": "无人应门"}
    case.until("inspection_visit")
    case.do("inspect", by="wang", **away)
    assert case.nodes == {"inspect"} and case.record["limits"]["inspection_visit"]["amount"] == "2 wd"
    case.do("inspect", by="wang", **away)
    case.until("inspection_joint")
    case.do("joint_visit", by="enforce", entry="entered", officers=OFFICERS, **HERE, items=[_hazard("other")],
            signed="yes", person_in_charge="店长", photos=[PHOTO])
    assert case.nodes == {"order"}
    case.until("inspection_order")
    assert case.nodes == {"order"}, "late, and still to be ordered"
    assert [unit for unit, _ in _supervised(case)] == [".003.012", ".p-enforce", ".s-emergency"]
    return case


def who_never_opens_is_referred() -> FlowCase:
    """Nobody saw the place: it is referred, turns red, and counts as no inspection."""
    case = _ordered()
    away = {"entry": "no_entry", **HERE}
    case.do("inspect", by="wang", **away, no_entry_reason="无人应门")
    case.do("inspect", by="wang", **away, no_entry_reason="拒不开门")
    case.do("joint_visit", by="enforce", officers=OFFICERS, **away)
    case.do("refer", by="enforce", refer_decision="penalty", refer_unit="33.02.11.d-enforce",
            package="三次上门均拒绝检查")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "partly_solved"
    assert _object(case)["colour"] == "red" and (_result(case)["done"], _result(case)["referred"]) == (0, 1)
    return case


def a_place_that_closed_down_is_filed() -> FlowCase:
    case = _ordered()
    case.do("inspect", by="wang", entry="closed_down", **HERE, no_entry_reason="已搬离")
    assert case.progress and case.progress.closed and _object(case)["colour"] == "green"
    return case


def an_inspection_says_what_was_seen() -> FlowCase:
    """Without a checklist, a signature or the photos of a hazard nothing is filed."""
    case = _ordered()
    seen = {"entry": "entered", **HERE, "person_in_charge": "店长"}
    for missing in ({"items": [], "signed": "yes"}, {"items": [{"code": "food", "result": "ok"}]}):
        with pytest.raises(Invalid):
            case.do("inspect", by="wang", **seen, **missing)
    with pytest.raises(YongzhiError, match="有隐患的，须附现场照片"):
        case.do("inspect", by="wang", **seen, items=[_hazard("food")], signed="yes")
    _inspects(case, {"code": "food", "result": "ok"})
    assert case.progress and case.progress.closed
    return case


def an_event_is_inspected_and_goes_on_to_verification() -> FlowCase:
    """Called by the event: it is not numbered again and not closed here."""
    case = FlowCase()
    case.report("site_inspection", content="小作坊有隐患", grid=GRID, event_no="E-9", object_kind="firm",
                item_code="C18-05")
    assert case.event["event_no"] == "E-9"
    _inspects(case, {"code": "fire_exit", "result": "ok"})
    assert case.event["status"] == "handling" and case.event["result"] == "solved"
    assert case.event["handled_by"] == "id-wang"
    return case


def _red(**row: Any) -> FlowCase:
    case = FlowCase()
    case.registers["inspection_objects"] = [{**SHOP, "id": ROW, "colour": "red", "next_on": "2026-03-09", **row}]
    case.begin("red_object_return", "start", origin_no="I-1", title="五金店", unit=GRID, grid=GRID, object_no="S-1",
               object_row=ROW, next_on="2026-03-09", **HERE)
    case.wait(days=6, hours=23)
    assert case.progress and not case.progress.closed and not case.nodes
    case.wait(hours=1)
    assert case.progress.closed
    return case


def a_red_object_returns_in_seven_days() -> FlowCase:
    case = _red()
    ordered = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "inspection.ordered"]
    assert (ordered[0]["object_no"], ordered[0]["inspection_kind"]) == ("S-1", "recheck")
    assert "2026-03-09T08:30" in str([fact.at.isoformat() for fact in case.facts])
    return case


def an_object_that_was_seen_meanwhile_does_not_return() -> FlowCase:
    case = _red(colour="green", next_on="2026-06-05")
    assert not case.kinds("MessageThrown")
    return case


# --- campaigns ---------------------------------------------------------------------------------------


def _planned(start: str = "start_by_hand", objects: int = 40, **more: Any) -> FlowCase:
    case = FlowCase()
    case.registers["inspection_objects"] = [
        {**SHOP, "object_no": f"S-{number}", "name": f"商铺 {number}"} for number in range(objects)
    ]
    case.begin("inspection_plan", start, **{
        "unit": "33.02.11.004", "title": "百日安全检查", "object_kinds": ["shop", "rental"],
        "inspection_kind": "special", "period_until": "2026-03-04", "checklist": "消防、用电、危化品",
        "workers": 2, "per_day": 5, **more,
    })  # fmt: skip
    return case


def a_campaign_is_rows_and_one_case() -> FlowCase:
    case = _planned()
    with pytest.raises(YongzhiError, match="对象数超过期内检查能力"):
        case.do("confirm_plan", decision="begin")
    case.do("confirm_plan", decision="change", workers=2, per_day=7, period_until="2026-03-04")
    case.do("confirm_plan", decision="begin")
    assert not case.nodes and len(case.facts) < 60
    number = case.event["event_no"]
    done = {"inspection_no": "I", "object_name": "商铺", "campaign": number, "unit": GRID, "done": 1}
    case.registers["inspection_results"] = [
        {**done, "hazards": 2, "chemical": 1, "unlicensed": 1}, {**done, "hazards": 0, "chemical": 0, "unlicensed": 0}]
    case.wait(days=1)
    assert case.noted("inspection_daily")[0] | {"done": 2, "planned": 40} == case.noted("inspection_daily")[0]
    case.wait(days=2)
    case.do("report", summary="检查两家，发现隐患两处")
    (row,) = case.registers["inspection_campaigns"]
    assert (row["state"], row["planned"], row["done"], row["hazards"]) == ("ended", 40, 2, 2)
    assert (row["chemical"], row["unlicensed"]) == (1, 1)
    assert case.progress and case.progress.closed
    return case


def a_campaign_ends_early() -> FlowCase:
    case = _planned("start_planned", objects=3)
    case.do("confirm_plan", decision="begin")
    case.act("inspection.ended", by="command", reason="台风来临，转入防汛")
    assert case.nodes == {"report"}
    return case


def a_campaign_is_dropped() -> FlowCase:
    case = _planned(objects=3)
    case.do("confirm_plan", decision="drop")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "withdrawn"
    return case
