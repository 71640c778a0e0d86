"""Corrections of base data: confirmed, silent, refused, settled by the street, not true."""

from tests.stories.flow.flow_case import GRID, PHOTO, FlowCase
from tests.stories.flow.telling_no import refused

MARKET = "33.02.11.d-market"
SHOP = {"kind": "shop_closed", "subject": "便民早餐店", "address": "河沿村12号", "current_value": "正常营业",
        "proposed_value": "已停业并搬离", "data_unit": MARKET, "grid": GRID}


def _proposed(node: str = "start_by_hand") -> FlowCase:
    case = FlowCase()
    case.begin("base_data_fix", node, **SHOP)
    assert case.nodes == {"village_check"} and case.record["limits"]["basedata_check"]["amount"] == "3 wd"
    return case


def _checked(case: FlowCase) -> FlowCase:
    case.do("village_check", by="secretary", decision="confirm", checked_value="已停业并搬离")
    task = case.open[case.key_of("department_confirm")]
    assert {unit for _, unit in task.candidates} == {MARKET}
    assert case.record["limits"]["basedata_confirm"]["amount"] == "10 wd"
    return case


def _written(case: FlowCase, value: str, source: str) -> FlowCase:
    (row,) = case.registers["base_data"]
    assert (row["subject"], row["value"], row["source"]) == ("便民早餐店", value, source)
    assert case.noted("basedata_fixed") and case.event["close_reason"] == "solved"
    pushed = [one for one in case.kinds("MessageThrown") if one["name"] == "basedata.corrected"]
    assert [one["payload"]["value"] for one in pushed] == [value]
    return case


def a_department_confirms_a_correction() -> FlowCase:
    case = _checked(_proposed())
    case.do("department_confirm", by="market", decision="agree")
    return _written(case, "已停业并搬离", "both")


def a_department_corrects_the_correction_of_a_known_row() -> FlowCase:
    case = _proposed("start_found")
    case.registers["base_data"] = [{"id": "00000000-0000-7000-8000-000000000001", "unit": GRID,
                                    "kind": "shop_closed", "subject": "便民早餐店", "value": "正常营业",
                                    "source": "both"}]
    _checked(case)
    case.do("department_confirm", by="market", decision="correct", corrected_value="已注销")
    return _written(case, "已注销", "both")


def a_departments_system_answers() -> FlowCase:
    case = _checked(_proposed())
    case.send("basedata.confirmed", decision="agree")
    return _written(case, "已停业并搬离", "both")


def silence_for_ten_days_lets_the_grid_count() -> FlowCase:
    case = _checked(_proposed())
    case.until("basedata_confirm")
    assert [one["unit"] for one in case.noted("basedata_silent")] == [MARKET]
    return _written(case, "已停业并搬离", "grass_roots")


def the_village_is_late_and_asks_for_evidence() -> FlowCase:
    case = _proposed()
    case.until("basedata_check")
    assert case.told("basedata.late") == 1 and case.nodes == {"village_check"}
    with refused("note"):
        case.do("village_check", by="secretary", decision="back")
    case.do("village_check", by="secretary", decision="back", note="没有看到照片")
    case.do("supplement", by="wang", new_value="已停业，门面招租", photos=[PHOTO])
    case.do("village_check", by="secretary", decision="confirm", checked_value="已停业，门面招租")
    case.do("department_confirm", by="market", decision="refuse", note="系统内仍有纳税记录")
    assert case.nodes == {"street_settle"}
    case.do("street_settle", by="affairs", decision="write", settled_value="已停业，门面招租", note="现场确已停业")
    return _written(case, "已停业，门面招租", "grass_roots")


def the_street_keeps_what_is_on_record() -> FlowCase:
    case = _checked(_proposed())
    case.do("department_confirm", by="market", decision="refuse", note="仍在营业")
    case.until("basedata_settle")
    assert case.told("basedata.settle_late") == 1 and case.nodes == {"street_settle"}
    case.do("street_settle", by="affairs", decision="keep", note="临时歇业")
    assert case.event["close_reason"] == "explained" and not case.registers.get("base_data")
    return case


def evidence_that_never_comes_leaves_the_record() -> FlowCase:
    case = _proposed()
    case.do("village_check", by="secretary", decision="back", note="没有看到照片")
    case.until("basedata_supplement")
    assert case.told("basedata.rejected") == 1 and case.event["close_reason"] == "explained"
    return case


def the_village_finds_it_not_true() -> FlowCase:
    case = _proposed()
    case.do("village_check", by="secretary", decision="reject", note="仍在营业，走访时正值休息")
    assert case.told("basedata.rejected") == 1 and case.event["close_reason"] == "explained"
    return case
