"""Raising by levels and arbitration: every way through the diagrams."""

from collections.abc import Sequence

from app.domain.errors import YongzhiError
from tests.stories.flow.flow_case import GRID, PHOTO, FlowCase
from tests.stories.flow.scenarios_handling import dispatched, review, verify, work

CLERKS = "请上级给予支持，街道力量不足"


def _working(**given: object) -> FlowCase:
    """An event of the street in hand, without assistance."""
    case = dispatched("乱堆放杂物，影响通行", **given)
    case.do("sign", decision="sign")
    assert case.nodes == {"handle"}
    return case


def _raise(case: FlowCase, reason: str, by: str = "raiser", **more: object) -> None:
    case.act("esc.raised", by=by, esc_reason=reason, esc_tried=CLERKS, esc_wanted=["people"], **more)


def _refused(case: FlowCase, node: str, **answers: object) -> str:
    """The text with which an answer is refused."""
    try:
        case.do(node, **answers)
    except YongzhiError as no:
        return no.message
    raise AssertionError(f"{node} takes {answers}")


def _grid_level() -> FlowCase:
    """A small matter that the grid handles itself."""
    case = FlowCase()
    case.report(content="建议小区门口增设健身器材", item_hint="C22-05")
    event = case.event
    case.do("accept_decide", decision="accept", item_code=event["item_code"], urgency=event["urgency"], grid=GRID)
    case.do("sign", decision="sign")
    return case


def _decide(case: FlowCase, lead: str, **more: object) -> None:
    case.do("propose", by="clerk", lead=lead, basis="依据部门职责分工")
    case.do("decide", by="chief", lead=lead, deadline="2026-03-10", basis="依据部门职责分工", **more)


def _state(case: FlowCase, views: Sequence[str], **more: object) -> None:
    keys = sorted(key for key in case.open if "/state#" in key)
    for key, view in zip(keys, views, strict=False):
        case.do(key, by="unit", view=view, basis="三定方案", **more)


def the_street_raises_and_the_county_takes_over() -> FlowCase:
    case = _working()
    business = case.record["limits"]["business"]["due_at"]
    _raise(case, "R1")
    assert case.nodes == {"handle", "gate"} and case.event["status"] == "escalating"
    assert case.open[case.key_of("gate")].candidates == (("street_command_duty", "33.02.11.004.cmd"),)
    assert case.record["limits"]["esc_gate"]["amount"] == "2 wh"
    again = [one for one in case.progress.subscriptions if one.message == "esc.raised"] if case.progress else []
    assert again and not again[0].open
    case.do("gate", by="deputy", decision="approve")
    assert case.open[case.key_of("receive")].candidates == (("county_duty", "33.02.11"),)
    case.until("esc_receive", "yellow_at")
    assert case.told("unit.raise_waits") == 1
    case.do("receive", by="county", decision="take_over", note="区县接办")
    assert case.nodes == {"sign"} and case.event["assists"] == [
        {"role": "platform_enforce", "unit": "33.02.11.004.p-enforce"}]
    assert case.record["limits"]["business"]["due_at"] == business
    case.do("sign", by="county", decision="sign")
    case.do("assist", by="old", opinion="继续负责现场看护")
    work(case, by="county")
    assert case.open[case.key_of("unit_review")].candidates == (
        ("county_dept_leader", "33.02.11"), ("county_director", "33.02.11"))
    review(case)
    # the result goes down the way it came up; the grid verifies
    assert case.told("unit.result_down") == 1 and case.nodes == {"verify"}
    verify(case)
    assert case.progress and case.progress.closed
    return case


def it_climbs_all_five_levels_by_lateness_alone() -> FlowCase:
    """Nobody receives: grid, village, street, county, city, and then the city's director, with a black card."""
    case = _grid_level()
    assert case.event["level"] == "L1"
    _raise(case, "R2", by="leader")
    assert case.open[case.key_of("gate")].candidates == (("grid_leader", GRID),)
    assert case.record["limits"]["esc_gate"]["amount"] == "1 h"
    case.until("esc_gate")
    assert case.noted("raise_held")[0]["step"] == "gate"
    wanted = ["village_secretary", "street_duty", "county_duty", "city_duty"]
    for role in wanted:
        assert case.open[case.key_of("receive")].candidates[0][0] == role
        case.until("esc_receive")
    assert [fact["to"] for fact in case.noted("escalated")] == ["L2", "L3", "L4", "L5", "L5"]
    assert case.record["counts"]["raises"] == 4 and len(case.noted("raise_held")) == 5
    assert case.open[case.key_of("receive_top")].candidates == (("city_director", "33.02"),)
    asked = [body["payload"] for body in case.kinds("MessageThrown") if body["name"] == "sup.opened"]
    assert [one["share"] for one in asked if one["trigger"] == "escalation_top"] == [300]
    case.wait(days=30)
    assert "receive_top" in case.nodes and "esc_receive" in [one["step"] for one in case.noted("red")]
    case.do("receive_top", by="chief", decision="own_department", unit="33.02.d-land", note="交市资规局")
    assert case.event["level"] == "L5" and case.event["lead_role"] == "city_dept_contact"
    return case


def a_level_returns_once_only() -> FlowCase:
    case = _working()
    _raise(case, "R2")
    case.do("gate", by="deputy", decision="approve")
    case.do("receive", by="county", decision="return_down", support=["people", "money"],
            support_text="增派三人并拨付经费", note="街道继续")
    assert case.nodes == {"handle", "sign_return"} and case.record["limits"]["esc_sign"]["amount"] == "2 wh"
    (told,) = [body["payload"] for body in case.kinds("MessageThrown") if body["name"] == "esc.returned"]
    assert told["level"] == "L4" and told["support"] == ["people", "money"]
    case.until("esc_sign")
    assert case.noted("auto_signed")[0]["step"] == "return" and case.nodes == {"handle"}
    _raise(case, "R2")
    case.do("gate", by="deputy", decision="approve")
    refusal = _refused(case, "receive", by="county", decision="return_down", support=["people"],
                       support_text="再次退回街道办理", note="街道继续")
    assert "不得退回" in refusal
    case.do("receive", by="county", decision="joint", note="多部门联合")
    assert case.event["raise_path"][0]["level"] == "L3" and "handle" not in case.nodes
    return case


def the_gate_sends_back_or_solves_itself() -> FlowCase:
    case = _working()
    _raise(case, "R2")
    case.do("gate", by="deputy", decision="own_means", esc_own_unit="33.02.11.004.s-water")
    assert case.nodes == {"sign"} and case.event["lead_role"] == "dept_station_officer"
    assert case.event["level"] == "L3" and case.record["counts"].get("raises", 0) == 0
    return case


def a_deputy_head_raises_without_a_gate_of_his_own() -> FlowCase:
    case = _working()
    case.act("esc.raised", by="deputy", esc_reason="R9", esc_tried=CLERKS, esc_wanted=["people"])
    assert "gate" in case.nodes and "id-deputy" in case.open[case.key_of("gate")].excluded_people
    return case


def more_than_four_raises_are_refused() -> FlowCase:
    """Each level returns once with another reason; the fifth raise, by lateness, is recorded only."""
    case = _working()
    for reason in ("R1", "R2", "R7", "R9"):
        _raise(case, reason)
        case.do("gate", by="deputy", decision="approve")
        if reason == "R1":
            case.do("receive", by="county", decision="return_down", support=["legal"], support_text="法制机构出具意见",
                    note="街道继续")
            case.do("sign_return", decision="sign")
        else:
            case.do("receive", by="county", decision="ledger", kind="ledger", until="2026-04-01", reason="budget",
                    note="列入预算")
            case.do("suspend_decide", by="director", decision="refuse", note="不予挂账")
    assert case.record["counts"]["raises"] == 4
    offered = [one for one in case.progress.subscriptions if one.message == "esc.raised"] if case.progress else []
    assert offered and not offered[0].open
    case.until("handling")
    while not case.noted("raise_refused"):
        case.wait(hours=2)
    assert case.nodes == {"handle"}
    return case


def major_and_urgent_is_seen_by_street_and_county_at_once() -> FlowCase:
    case = dispatched("小区车库冒烟着火", danger_flags=["fire"])
    case.do("sign", decision="sign")
    _raise(case, "R6", esc_people=12)
    seen = sorted(key for key in case.open if "/seen#" in key)
    assert {case.open[key].candidates[0][0] for key in seen} == {"street_duty", "city_duty"}
    receive = case.open[case.key_of("receive")]
    assert receive.candidates == (("county_duty", "33.02.11"),)
    assert receive.due_at and (receive.due_at - case.now).total_seconds() == 600
    case.do(seen[0], by="duty", measures="已组织疏散和警戒")
    case.wait(minutes=5)
    case.do("receive", by="county", decision="take_over", note="区县接办")
    assert case.nodes == {"sign"} and case.event["level"] == "L4"
    return case


def a_copy_that_nobody_looks_at_is_recorded() -> FlowCase:
    case = dispatched("小区车库冒烟着火", danger_flags=["fire"])
    case.do("sign", decision="sign")
    _raise(case, "R6", esc_people=2)
    assert len([key for key in case.open if "/seen#" in key]) == 1
    case.do("receive", by="county", decision="return_down", support=["order"], support_text="已责成消防到场",
            note="街道先期处置")
    case.do("sign_return", decision="sign")
    case.wait(minutes=11)
    assert case.noted("raise_held")[0]["step"] == "seen" and not case.nodes & {"seen", "receive"}
    return case


def two_copies_are_both_seen() -> FlowCase:
    case = dispatched("小区车库冒烟着火", danger_flags=["fire"])
    case.do("sign", decision="sign")
    _raise(case, "R6", esc_death=True)
    for key in sorted(key for key in case.open if "/seen#" in key):
        case.do(key, by="duty", measures="已组织疏散和警戒")
    assert "receive" in case.nodes
    return case


def the_grid_leader_goes_straight_to_the_county() -> FlowCase:
    """Only when village and street have both noted that they cannot."""
    case = _grid_level()
    _raise(case, "R1", by="leader@grid_leader", esc_direct=True)
    keys = sorted(key for key in case.open if "/confirm_cannot#" in key)
    assert {case.open[key].candidates[0][0] for key in keys} == {"village_secretary", "street_command_duty"}
    case.do(keys[0], by="secretary", decision="cannot", note="村里没有力量")
    case.wait(hours=2, minutes=5)
    assert case.open[case.key_of("receive")].candidates == (("county_duty", "33.02.11"),)
    assert case.noted("escalated")[0]["mode"] == "skip"
    return case


def the_village_can_so_it_goes_one_level_up() -> FlowCase:
    case = _grid_level()
    _raise(case, "R1", by="leader@grid_leader", esc_direct=True)
    for key, answer in zip(sorted(key for key in case.open if "/confirm_cannot#" in key), ("can", "cannot"),
                           strict=True):
        case.do(key, by="secretary", decision=answer, note="说明情况")
    # the grid leader himself is the gate of his grid
    assert case.open[case.key_of("receive")].candidates[0][0] == "village_secretary"
    case.do("receive", by="secretary", decision="take_over", note="村里来办")
    assert (case.event["level"], case.event["lead_role"]) == ("L2", "village_secretary")
    return case


def a_grid_worker_cannot_go_straight_to_the_county() -> FlowCase:
    case = _grid_level()
    _raise(case, "R1", by="worker@grid_member", esc_direct=True)
    assert case.open[case.key_of("gate")].candidates == (("grid_leader", GRID),)
    assert not [key for key in case.open if "/confirm_cannot#" in key]
    return case


def the_result_goes_down_every_level_that_received_it() -> FlowCase:
    """Village and street were late; the county took it over: all three below hear of the end."""
    case = _grid_level()
    _raise(case, "R2", by="leader")
    case.do("gate", by="leader2", decision="approve")
    for _ in range(2):
        case.until("esc_receive")
    case.do("receive", by="county", decision="take_over", note="区县接办")
    path = [(step["level"], step["role"]) for step in case.event["raise_path"]]
    assert path == [("L1", "grid_member"), ("L2", "village_secretary"), ("L3", "street_duty")]
    case.do("sign", by="county", decision="sign")
    case.do("assist", by="old", opinion="移交现场情况")
    work(case, by="county")
    review(case)
    told = [call.params["role"] for call in case.calls if call.params.get("text") == "unit.result_down"]
    assert sorted(told) == sorted(role for _, role in path)
    return case


def several_areas_meet_at_their_common_superior() -> FlowCase:
    """Two villages of one street: the street; two streets: the county; two counties: the city."""
    for other, role in (("33.02.11.004.005", "street_duty"), ("33.02.11.005", "county_duty"),
                        ("33.02.06.001", "city_duty")):
        case = _grid_level()
        _raise(case, "R4", by="leader", esc_place_2=other)
        case.do("gate", by="leader2", decision="approve")
        assert case.open[case.key_of("receive")].candidates[0][0] == role, other
    return case


def confidential_matters_go_to_the_county_only() -> FlowCase:
    case = _working()
    _raise(case, "R8")
    assert "gate" not in case.nodes and case.event["confidential"] is True
    assert case.open[case.key_of("receive")].candidates == (("county_duty", "33.02.11"),)
    return case


def a_dispute_is_decided_and_becomes_a_precedent() -> FlowCase:
    case = _working()
    _raise(case, "R5", arb_unit_2="33.02.11.004.s-water")
    assert case.nodes == {"handle", "interim_handle", "state"}
    # the interim handler is named at once
    assert case.open[case.key_of("interim_handle")].candidates == (("platform_enforce", "33.02.11.004.p-enforce"),)
    case.do("interim_handle", interim_text="先行设置围挡")
    _state(case, ["not_mine"], wants_site=True)
    case.wait(hours=5, minutes=40)
    assert case.nodes == {"handle", "site_check"}
    case.do("site_check", by="coord", lat=29.9, lon=121.6, finding="属水利管理范围", photos=[PHOTO])
    assert case.open[case.key_of("propose")].candidates == (("street_duty", "33.02.11.004.cmd"),)
    case.do("propose", by="clerk", lead="33.02.11.004.s-water", basis="依据部门职责分工")
    decide = case.open[case.key_of("decide")]
    assert decide.candidates == (("street_command_director", "33.02.11.004.cmd"),)
    assert "id-clerk" in decide.excluded_people
    case.wait(days=2)
    assert case.noted("red")[-1]["step"] == "arbitration"
    case.do("decide", by="chief", lead="33.02.11.004.s-water", deadline="2026-03-10", basis="依据部门职责分工",
            assist_1="33.02.11.004.p-enforce", precedent=True, precedent_table="authority")
    assert case.nodes == {"sign"} and case.event["lead_unit"] == "33.02.11.004.s-water"
    silent = [one for one in case.noted("arbitrated")[0]["statements"] if one["view"] == "accepts"]
    assert len(silent) == 1 and case.told("unit.change_request") == 1
    row = case.registers["change_requests"][0]
    assert row["table"] == "authority" and row["proposed_unit"] == "33.02.11.004.s-water"
    return case


def the_county_arbitrates_between_two_streets() -> FlowCase:
    case = _working()
    _raise(case, "R1")
    case.do("gate", by="deputy", decision="approve")
    case.do("receive", by="county", decision="arbitrate", arb_unit_1="33.02.11.004", arb_unit_2="33.02.11.005",
            arb_question="桥下空间属于哪个街道", note="两街道争议")
    assert case.nodes == {"handle", "interim_handle", "state"}
    _state(case, ["not_mine", "not_mine"])
    assert case.open[case.key_of("propose")].candidates == (
        ("county_duty", "33.02.11"), ("law_reviewer", "33.02.11.d-justice"))
    _decide(case, "33.02.11.005")
    assert case.event["lead_role"] == "street_duty" and case.event["lead_unit"] == "33.02.11.005"
    return case


def the_dispatcher_opens_an_arbitration_by_hand() -> FlowCase:
    """The other party is not known: who opens names the parties; two counties are decided by the city."""
    case = _working()
    _raise(case, "R5")
    assert case.open[case.key_of("open")].candidates == (("street_duty", "33.02.11.004.cmd"),)
    case.until("arb_open")
    assert case.noted("red")[-1]["step"] == "arb_open" and case.told("unit.step_late") == 1
    case.do("open", by="duty", arb_kind="area", arb_unit_1="33.02.11.004", arb_unit_2="33.02.06.001",
            arb_interim="33.02.11.004", arb_question="界河由哪个区管理")
    _state(case, ["not_mine", "shared"])
    assert case.open[case.key_of("propose")].candidates == (("city_duty", "33.02"),)
    case.do("propose", by="clerk", lead="33.02.11.004", basis="依据界河管理分工")
    assert case.open[case.key_of("decide")].candidates == (("city_director", "33.02"),)
    case.do("decide", by="chief", lead="33.02.11.004", deadline="2026-03-10", basis="依据界河管理分工")
    assert case.nodes == {"sign"}
    return case


def a_ledger_case_waits_and_goes_on_below() -> FlowCase:
    case = _working()
    _raise(case, "R2")
    case.do("gate", by="deputy", decision="approve")
    case.do("receive", by="county", decision="ledger", kind="ledger", until="2026-04-01", reason="budget",
            note="列入预算")
    case.do("suspend_decide", by="director", decision="grant", note="同意挂账")
    assert case.event["status"] == "on_ledger"
    case.act("sus.resumed", resume_reason="资金已到位")
    assert case.nodes == {"handle"} and case.event["status"] == "handling"
    return case


def the_county_takes_it_up_and_steps_back() -> FlowCase:
    case = _working()
    case.act("esc.taken_over", by="county", up_unit="33.02.11.d-land", up_reason="R9", note="领导交办")
    assert case.nodes == {"sign"} and (case.event["level"], case.event["lead_role"]) == ("L4", "county_dept_contact")
    return case


def the_reason_is_gone_and_it_steps_back() -> FlowCase:
    case = _working()
    _raise(case, "R1")
    case.do("gate", by="deputy", decision="approve")
    case.do("receive", by="county", decision="take_over", note="区县接办")
    case.act("esc.stepped_back", by="county", back_reason="settled", note="争议已经解决")
    assert case.nodes == {"sign"} and case.event["level"] == "L3"
    assert case.event["lead_unit"] == "33.02.11.004.p-enforce"
    return case


def a_raise_outside_an_event_simply_ends() -> FlowCase:
    """Called where nobody catches the take-over, as from a whistle of its own: the raise ends, the caller goes on."""
    case = FlowCase()
    case.begin("level_escalation", "start", esc_reason="R2", esc_tried=CLERKS, esc_wanted=["people"], esc_from="L3")
    case.do("gate", by="deputy", decision="approve")
    case.do("receive", by="county", decision="own_department", unit="33.02.11.d-police", note="交公安局")
    assert not case.nodes and case.event["lead_unit"] == "33.02.11.d-police"
    # it closes nothing by itself: that is for who called it
    return _working()
