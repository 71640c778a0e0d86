"""Intake, class, duplicates, refusal: every way through the diagrams."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.errors import TaskNotReady
from app.engine import commands
from tests.stories.flow.flow_case import GRID, FlowCase


def accept(case: FlowCase, **more: object) -> None:
    """Accept as the rules propose."""
    event = case.event
    case.do("accept_decide", **{"decision": "accept", "item_code": event["item_code"], "urgency": event["urgency"],
                                "grid": event["grid"] or GRID, **more})


def a_grid_report_is_accepted_and_dispatched() -> FlowCase:
    case = FlowCase()
    case.report(content="河岸边的围墙占用了水利红线，离岸三米")
    assert case.nodes == {"accept_decide"}
    assert (case.event["item_code"], case.event["urgency"], case.event["level"]) == ("C15-02", "U3", "L3")
    assert case.event["lead_role"] == "platform_enforce" and case.event["lead_unit"] == "33.02.11.004.p-enforce"
    assert case.event["assist_units"] == ["33.02.11.004.s-water"]
    accept(case)
    assert case.nodes == {"sign"} and case.event["status"] == "dispatched"
    assert {"reported_at", "classified_at", "accepted_at", "dispatched_at"} <= set(case.record["milestones"])
    assert case.told("reporter.receipt") == 1 and "business" in case.record["limits"]
    return case


def a_late_acceptance_turns_yellow_and_red() -> FlowCase:
    case = FlowCase()
    case.report(content="路灯坏了，整条路都是黑的")
    case.until("acceptance", "yellow_at")
    assert case.told("unit.acceptance_yellow") == 1
    case.until("acceptance")
    assert case.noted("red")[0]["step"] == "acceptance" and case.told("unit.acceptance_red") == 1
    assert case.nodes == {"accept_decide"}
    accept(case)
    return case


def supplemented_by_page(case: FlowCase, content: str) -> None:
    """Let the tracking page send the whole text."""
    assert case.progress
    key = next(one.key for one in case.progress.subscriptions if one.message == "evt.supplemented")
    case.send("evt.supplemented", key, content=content)


def two_rounds_of_supplement_and_no_contact() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="噪声", has_phone=True, reported_by=None, photos=[])
    assert case.event["status"] == "reported"
    case.do("accept_decide", decision="supplement", supplement_text="请说明地点和时间")
    assert case.nodes == {"supplement"} and case.told("reporter.supplement") == 1
    assert case.event["sub_status"] == "waiting_citizen"
    supplemented_by_page(case, "夜里施工噪声很大，持续到十二点")
    assert case.event["content"].startswith("夜里施工") and case.nodes == {"accept_decide"}
    case.do("accept_decide", decision="supplement", supplement_text="请补充楼号")
    case.until("supplement")
    case.do("accept_decide", decision="supplement", supplement_text="请补充楼号")
    assert case.nodes == {"refuse"}
    assert case.event["accepted_by"] in case.open[case.key_of("refuse")].excluded_people
    case.do("refuse", decision="agree", reason="no_contact", text="两次联系不上，按规定不予受理")
    case.wait(days=6)
    assert case.progress and case.progress.closed and case.event["close_reason"] == "no_contact"
    return case


def whoever_leaves_no_contact_is_asked_for_it() -> FlowCase:
    """On every channel on which people speak for themselves, unless they wish to stay unknown."""
    for channel, anonymous, check in (("VILLAGE_E", False, "supplement"), ("NET_POLITICS", False, "supplement"),
                                      ("NET_POLITICS", True, "accept"), ("DEPT", False, "accept")):
        case = FlowCase()
        case.report(channel=channel, content="村口健身器材坏了", reported_by=None, has_phone=False, anonymous=anonymous)
        decided = [one["outputs"] for one in case.kinds("DecisionMade") if one["decision"] == "accept_check"]
        assert case.nodes == {"accept_decide"} and decided[0]["check"] == check, (channel, decided)
    return case


def a_grid_worker_supplements() -> FlowCase:
    case = FlowCase()
    case.report(content="健身器材坏了", photos=[])
    case.do("accept_decide", decision="supplement", supplement_text="哪里坏了？")
    with pytest.raises(TaskNotReady):
        case.do("supplement", content="健身器材坏了", address_text=case.event["address_text"])
    case.do("supplement", content="健身器材坏了，扶手脱落", address_text="小公园")
    assert case.event["address_text"] == "小公园"
    accept(case)
    return case


def whoever_has_an_account_adds_to_what_he_said() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="夜里施工", has_phone=True, reported_by=None, photos=[])
    case.do("accept_decide", decision="supplement", supplement_text="请说明时段")
    case.act("evt.supplemented", by="citizen", added="十点以后，在小区东门外")
    assert case.event["content"] == "夜里施工\n补充:十点以后，在小区东门外" and case.nodes == {"accept_decide"}
    case.do("accept_decide", decision="supplement", supplement_text="请说明是哪个小区")
    supplemented_by_page(case, f"{case.event['content']}\n补充:明珠花园")
    assert case.event["content"].endswith("东门外\n补充:明珠花园")
    accept(case)
    return case


def a_refusal_stands() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="要求取消邻居的婚礼，纯属胡闹")
    case.do("accept_decide", decision="refuse", reason="no_fact")
    case.do("refuse", decision="agree", reason="no_fact", text="没有事实依据，不予受理")
    assert case.event["status"] == "refused"
    (told,) = [call.params for call in case.calls if call.params.get("text") == "reporter.refused"]
    assert told["until"] == case.record["limits"]["objection_window"]["due_at"]
    case.act("evt.objected", by="citizen", objection="我不同意，请再看一看")
    # once, and its time does not run on
    assert case.record["limits"]["objection_window"]["state"] == "ended" and "objected_at" in case.record["milestones"]
    assert case.progress and "evt.objected" not in {one.message for one in case.progress.subscriptions}
    case.do("objection_decide", decision="refuse", note="维持")
    assert case.progress.closed and case.event["close_reason"] == "refused"
    (told,) = [call.params for call in case.calls if call.params.get("text") == "reporter.objection_refused"]
    assert told["note"] == "维持" and not case.told("reporter.objection_accepted")
    return case


def nobody_objects_in_time() -> FlowCase:
    """The act closes with its time, also where the timer comes late, and nobody is told of a decision."""
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="要求取消邻居的婚礼，纯属胡闹")
    case.do("accept_decide", decision="refuse", reason="no_fact")
    case.do("refuse", decision="agree", reason="no_fact", text="没有事实依据，不予受理")
    due = datetime.fromisoformat(case.record["limits"]["objection_window"]["due_at"])
    command = replace(case.by("citizen"), now=due + timedelta(seconds=1))
    late = {"objection": "来不及了，但我不同意"}
    assert commands.deliver(case.world, command, case.state, "evt.objected", late) is None
    case.until("objection_window")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "refused"
    assert not case.told("reporter.objection_accepted") and not case.told("reporter.objection_refused")
    return case


def an_objection_is_upheld() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="楼道里堆满杂物没人管，请处理")
    case.do("accept_decide", decision="refuse", reason="not_ours")
    case.do("refuse", decision="agree", reason="not_ours", text="不属于本级职责范围")
    case.act("evt.objected", by="citizen", objection="这就是街道的事情")
    case.do("objection_decide", decision="accept", note="应当受理")
    assert case.nodes == {"sign"} and case.told("reporter.objection_accepted") == 1
    assert not case.told("reporter.objection_refused")
    return case


def the_countersigner_accepts_instead() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="楼道里堆满杂物没人管，请处理")
    case.do("accept_decide", decision="refuse", reason="not_ours")
    case.do("refuse", decision="accept")
    assert case.nodes == {"sign"} and case.event["status"] == "dispatched"
    assert not case.told("reporter.refused") and not case.told("reporter.objection_accepted")
    return case


def a_legal_path_is_explained() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="合同欠款的事法院已判决，请街道再处理")
    case.do("accept_decide", decision="legal_path", note="可向法院申请执行")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "legal_path"
    return case


def a_report_goes_to_another_street() -> FlowCase:
    case = FlowCase()
    case.report(content="桥洞下有人乱倒垃圾，请清理")
    case.do("accept_decide", decision="transfer", target_street="33.02.11.005")
    assert case.event["street"] == "33.02.11.005" and case.nodes == {"accept_decide"}
    assert case.open[case.key_of("accept_decide")].candidates == (("street_duty", "33.02.11.005.cmd"),)
    return case


def an_unlocated_report_is_located_by_hand() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="不知道在哪里的路灯坏了", grid=None)
    assert case.nodes == {"locate_place"}
    assert case.open[case.key_of("locate_place")].candidates == (("city_duty", "33.02"),)
    case.do("locate_place", decision="located", grid=GRID)
    assert case.nodes == {"accept_decide"} and case.event["grid"] == GRID
    return case


def a_report_outside_the_area_is_passed_on() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="外地高速公路上的事", grid=None)
    case.do("locate_place", decision="outside", to_whom="外市 12345")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "refused"
    return case


def danger_makes_a_u1_event_at_once() -> FlowCase:
    case = FlowCase()
    case.report(content="小区车库冒烟着火", danger_flags=["fire"])
    assert case.event["urgency"] == "U1"
    assert [body["payload"]["danger_flags"] for body in case.kinds("MessageThrown")] == [["fire"]]
    task = case.open[case.key_of("accept_decide")]
    assert task.due_at and (task.due_at - case.now).total_seconds() == 600
    accept(case, urgency="U2", urgency_reason="火已扑灭")
    assert case.nodes == {"confirm_lowering"}
    assert case.event["accepted_by"] in case.open[case.key_of("confirm_lowering")].excluded_people
    case.do("confirm_lowering", decision="keep")
    assert case.event["urgency"] == "U1" and case.nodes == {"sign"} and case.told("unit.u1_copy") == 1
    return case


def _emergency() -> FlowCase:
    case = FlowCase()
    case.begin("emergency_call", "called", origin_no="NB-1", title="小区车库冒烟着火", facts="有人受伤",
               danger_flags=["fire", "injury"], address_text="小区车库", lat=29.9, lon=121.6)
    assert case.kinds("MessageThrown")[-1]["payload"]["services"] == ["119", "120"] and case.nodes == {"by_phone"}
    return case


def the_ports_acknowledge_an_emergency() -> FlowCase:
    case = _emergency()
    case.send("emergency.acked")
    assert case.progress and case.progress.closed and case.noted("emergency_told")[0]["by"] == "port"
    return case


def an_emergency_without_port_is_told_by_phone() -> FlowCase:
    case = _emergency()
    case.until("emergency")
    assert case.told("unit.emergency_late") == 1 and case.nodes == {"by_phone"}
    case.do("by_phone", by="duty", services_told=["119", "120"], answered_by="接警员")
    assert case.noted("emergency_told")[0]["by"] == "phone"
    return case


def reports_join_a_running_event() -> FlowCase:
    """A caller's report fuses with the grid's; the third repetition of one caller is supervised."""
    case = FlowCase()
    case.report(content="路灯坏了，整条路都是黑的")
    accept(case)
    more = {"event_no": "NB-9", "channel": "HOTLINE_12345", "public": True, "by_grid": False, "anonymous": False,
            "address_text": "中心路 1 号", "grid": GRID, "same_reporter": True}
    for _ in range(3):
        case.send("report.joined", **more)
    assert case.event["corroborated"] is True and case.event["joined_public"] is True
    assert case.event["address_text"] == "中心路 1 号" and len(case.noted("report_joined")) == 3
    asked = [body["payload"]["trigger"] for body in case.kinds("MessageThrown") if body["name"] == "sup.opened"]
    assert asked == ["repeated"]
    return case


def a_lowering_is_confirmed() -> FlowCase:
    case = FlowCase()
    case.report(content="小区车库冒烟着火", danger_flags=["fire"])
    accept(case, urgency="U2", urgency_reason="火已扑灭")
    case.do("confirm_lowering", decision="agree")
    assert case.event["urgency"] == "U2"
    return case


def a_corrected_class_finds_another_lead() -> FlowCase:
    case = FlowCase()
    case.report(content="垃圾桶旁边的事情")
    accept(case, item_code="C17-01", urgency="U3")
    assert case.event["item_code"] == "C17-01" and case.event["lead_role"] == "contractor"
    assert case.event["lead_unit"] == "33.02.11.004.s-operator" and case.nodes == {"sign"}
    return case


def an_item_that_the_catalogue_lacks_stays_with_the_duty() -> FlowCase:
    case = FlowCase()
    case.report(item_hint="C99-99", content="一件目录里没有的事情")
    assert case.event["lead_role"] == "street_duty" and case.event["platform"] == "service"
    accept(case, item_code="C17-01")
    assert case.event["lead_role"] == "contractor" and case.event["item_name"] == "路灯损坏"
    return case


def a_report_on_an_official_is_forwarded() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", nature="report", content="举报某干部收受贿赂、以权谋私")
    assert case.nodes == {"receive_clue"} and case.event["confidential"] is True
    task = case.open[case.key_of("receive_clue")]
    assert task.candidates == (("discipline_officer", "33.02.11.d-discipline"),) and task.reads_reporter
    case.until("discipline", "yellow_at")
    assert case.told("unit.discipline_waits") == 1
    case.do("receive_clue", by="secret", decision="take", clue_no="2026-1")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "legal_path"
    assert case.told("reporter.discipline") == 1
    return case


def the_discipline_organ_sends_a_report_back() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", nature="report", content="举报村干部把公共场地借给亲戚堆放建材")
    case.do("receive_clue", by="secret", decision="not_ours", note="属一般事项")
    assert case.nodes == {"accept_decide"}
    return case


def papers_reach_the_discipline_organ_as_a_case_of_their_own() -> FlowCase:
    """From a supervision, for instance; whoever is accused is kept away."""
    for decision, reason in (("take", "legal_path"), ("not_ours", "refused")):
        case = FlowCase()
        case.begin("discipline_referral", "received", origin_no="D-1", title="问责建议", facts="长期不作为",
                   accused_unit="33.02.11.004.p-enforce", confidential=True)
        task = case.open[case.key_of("receive_clue")]
        assert "33.02.11.004.p-enforce" in task.excluded_units
        case.do("receive_clue", by="secret", decision=decision, **({"clue_no": "7"} if decision == "take" else {}))
        assert case.progress and case.progress.closed and case.event["close_reason"] == reason
    return case


def a_case_settled_on_the_spot_goes_to_verification() -> FlowCase:
    case = FlowCase()
    case.report(content="通道乱堆放杂物，已劝导清理", self_handled=True, after_photos=[PHOTO_ID])
    assert case.nodes == {"verify"} and case.event["handled_by"] == "id-wang"
    task = case.open[case.key_of("verify")]
    assert "id-wang" in task.excluded_people
    assert set(task.candidates) == {("grid_leader", GRID), ("grid_member", GRID), ("village_secretary", GRID[:16])}
    case.do("verify", by="li", decision="pass", lat=29.9, lon=121.6, photos=[PHOTO_ID])
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    return case


def a_spot_settlement_that_fails_is_dispatched() -> FlowCase:
    case = FlowCase()
    case.report(content="通道乱堆放杂物，已劝导清理", self_handled=True, after_photos=[PHOTO_ID])
    case.do("verify", by="li", decision="fail", lat=29.9, lon=121.6, photos=[PHOTO_ID], fail_reasons=["not_done"])
    assert case.nodes == {"sign"} and case.event["lead_unit"] == "33.02.11.004.p-enforce"
    return case


def a_device_repeats_itself() -> FlowCase:
    case = FlowCase()
    case.similar |= {"score": 0.9, "master": "E-1", "master_state": "open", "alone": True}
    case.report(channel="IOT", nature="device", content="垃圾箱满溢告警", reported_by=None, photos=[])
    assert case.progress and case.progress.closed and case.event["status"] == "merged"
    assert case.event["close_reason"] == "duplicate"
    return case


def a_device_that_names_the_item_is_dispatched_at_once() -> FlowCase:
    """Nobody decides whether a sensor is right about a full bin; where it is not sure of the item, somebody does."""
    unsure = FlowCase()
    unsure.report(channel="IOT", nature="device", content="垃圾箱满溢告警", reported_by=None, photos=[])
    assert unsure.nodes == {"accept_decide"}
    danger = FlowCase()
    danger.report(channel="IOT", nature="device", content="烟感告警", item_hint="C18-01", danger_flags=["fire"],
                  reported_by=None, photos=[])
    assert danger.nodes == {"accept_decide"} and danger.event["urgency"] == "U1"
    case = FlowCase()
    case.report(channel="IOT", nature="device", content="垃圾箱满溢告警", item_hint="C17-07", reported_by=None,
                photos=[])
    assert case.nodes == {"sign"} and case.event["item_code"] == "C17-07" and case.noted("red") == []
    return case


def the_same_caller_repeats_himself() -> FlowCase:
    case = FlowCase()
    case.similar |= {"score": 0.8, "master": "E-1", "master_state": "open", "same_phone": True}
    case.report(channel="HOTLINE_12345", content="还是那个路灯没有修好")
    assert case.progress and case.progress.closed and case.told("reporter.progress") == 1
    return case


def a_suggested_merge_is_confirmed() -> FlowCase:
    case = FlowCase()
    case.similar |= {"score": 0.67, "master": "E-1", "master_state": "open"}
    case.report(channel="HOTLINE_12345", content="夜宵摊占道，油烟很大")
    assert case.nodes == {"confirm_merge"}
    case.do("confirm_merge", decision="merge", master="E-1")
    assert case.progress and case.progress.closed and case.event["master_event_no"] == "E-1"
    assert case.told("reporter.merged") == 1
    return case


def what_may_be_the_same_is_shown_to_the_duty_officer() -> FlowCase:
    """Too little to suggest a merge, enough to look: he sees the numbers, and the reporter hears who works."""
    case = FlowCase()
    case.similar |= {"score": 0.5, "master": "E-1", "master_state": "open", "candidates": [
        {"value": "E-1", "state": "open", "label": "E-1 · 150 米 · 0.50", "label_en": "E-1 · 150 m · 0.50"}]}
    case.report(channel="HOTLINE_12345", content="夜宵摊占道，油烟很大")
    assert case.nodes == {"accept_decide"} and case.event["possible"] == "E-1 · 150 米 · 0.50"
    accept(case)
    (receipt,) = [call.params for call in case.calls if call.params.get("text") == "reporter.receipt"]
    assert receipt["unit"] == "街道综合信息指挥室" and receipt["due"]
    return case


def a_suggested_merge_is_denied() -> FlowCase:
    case = FlowCase()
    case.similar |= {"score": 0.67, "master": "E-1", "master_state": "open"}
    case.report(content="夜宵摊占道，油烟很大")
    case.do("confirm_merge", decision="same_place_new_fact")
    assert case.event["related_to"] == "E-1" and case.nodes == {"accept_decide"}
    return case


def nobody_confirms_the_merge_in_time() -> FlowCase:
    case = FlowCase()
    case.similar |= {"score": 0.67, "master": "E-1", "master_state": "open"}
    case.report(content="夜宵摊占道，油烟很大")
    case.until("confirm_merge")
    assert case.nodes == {"accept_decide"}
    return case


def a_relapse_is_one_grade_more_urgent() -> FlowCase:
    case = FlowCase()
    case.similar |= {"score": 0.7, "master": "E-1", "master_state": "closed", "repeat": True}
    case.report(content="路灯又坏了，整条路都是黑的")
    assert case.event["urgency"] == "U2" and case.event["repeat_of"] == "E-1"
    return case


def a_reporter_withdraws_before_acceptance() -> FlowCase:
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="路灯坏了，整条路都是黑的")
    case.act("evt.withdrawn", by="citizen", withdraw_reason="已经修好了")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "withdrawn"
    return case


PHOTO_ID = "0198c2f0-0000-7000-8000-000000000001"


def another_case_reports_and_hears_the_result() -> FlowCase:
    """`report.received`: an inspection found a danger; when the event is closed, the inspection is told."""
    case = FlowCase()
    case.begin("event_lifecycle", "reported_inside", origin_no="NB-1", origin_key="row-3", channel="INSPECTION",
               nature="patrol", content="仓库违规存放危险化学品", grid=GRID, item_hint="C07-01", urgency="U1",
               reported_by="")
    assert case.event["channel"] == "INSPECTION" and case.event["urgency"] == "U1" and case.event["grid"] == GRID
    assert case.nodes == {"accept_decide"} and case.event["reported_by"] is None
    case.do("accept_decide", decision="legal_path", note="已由公安机关立案")
    assert case.progress and case.progress.closed
    thrown = [one for one in case.progress.thrown if one.name == "report.closed"]
    assert thrown[0].correlation == {"event_no": "NB-1", "origin_key": "row-3"}
    assert thrown[0].payload["close_reason"] == "legal_path"
    return case


def another_case_hears_of_a_withdrawal() -> FlowCase:
    case = FlowCase()
    case.begin("event_lifecycle", "reported_inside", origin_no="NB-1", channel="TALK", nature="help",
               content="河岸边的围墙挡住了水路，请处理", street="33.02.11.004", reported_by="id-speaker")
    accept(case, grid=GRID)
    case.act("evt.withdrawn", by="citizen", withdraw_reason="已自行拆除")
    case.do("withdraw_decide", by="duty", decision="close", note="只涉及本人")
    assert case.progress and case.progress.closed
    assert [one.payload["close_reason"] for one in case.progress.thrown] == ["withdrawn"]
    return case
