"""The main job: a report becomes a case, officers finish it, the reporter hears of it; and the turns on the way."""

from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest

from app.usecases import Tools
from app.usecases.intake.track_report import Tracking, track_report
from tests.stories.cast import CITY_DUTY, VILLAGER, ZHUANGSHI
from tests.stories.telling import Event, Scene, moment, refused, told

Z = ZHUANGSHI
PLACE = "donghai-mingzhu"
TEXT = "东海明珠路口人行道上乱堆建筑杂物，行人只能走机动车道"
#: of the village in which the place is
GRID_LEADER, GRID_WORKER = "gridleader.zs.03", "grid.zs.041"
CALLER = {"name": "群众甲", "phone": "13800000001", "wants_callback": True}


# --- the steps -------------------------------------------------------------------------------------


def complained(scene: Scene, at: str = "03-02 09:00", **fields: Any) -> Event:
    """A citizen without account complains on the public page, or somebody enters it for him."""
    scene.at(at)
    return scene.report(fields.pop("by", None), fields.pop("place", PLACE), **{
        "channel": "WEB", "nature": "complaint", "content": TEXT, "item_hint": "C12-04", "reporter": CALLER, **fields})


def accept(event: Event, **more: Any) -> None:
    event.do(Z.duty, "受理研判", **{"keep": ("decision", "item_code", "grid", "urgency"), **more})


def dispatched(scene: Scene, **fields: Any) -> Event:
    event = complained(scene, **fields)
    accept(event)
    assert (event.status, event.nodes) == ("dispatched", ["sign"])
    return event


def working(scene: Scene, **fields: Any) -> Event:
    """Signed off and, where there is somebody to call, called; the five working days run."""
    event = dispatched(scene, **fields)
    event.do(Z.handler, "签收", keep=("decision",))
    if "contact" in event.nodes:
        event.do(Z.handler, "首次联系", way="phone", reached=True, note="已告知三日内清理")
    assert (event.status, event.nodes) == ("handling", ["handle"])
    return event


def handle(event: Event, **more: Any) -> None:
    place = {"lat": event.spot["lat"], "lon": event.spot["lon"]}
    event.do(Z.handler, "办理", **{"on_site_at": f"{event.scene.now:%Y-%m-%dT%H:%M}", **place, "result": "solved",
             "action": "已清运全部建筑杂物，恢复人行道", "after_photos": [event.shot(Z.handler, "handle")], **more})


def review(event: Event, **more: Any) -> None:
    event.do(Z.leader, "单位审核", **{"decision": "accept", **more})


def verify(event: Event, **more: Any) -> None:
    place = {"lat": event.spot["lat"], "lon": event.spot["lon"]}
    event.do(GRID_LEADER, "现场验收", **{"decision": "pass", **place, "photos": [event.shot(GRID_LEADER, "verify")],
             **more})


def fixed(scene: Scene, **fields: Any) -> Event:
    """Handled, reviewed and verified; the reporter is asked."""
    event = working(scene, **fields)
    scene.at("03-03 10:00")
    handle(event)
    review(event)
    verify(event)
    assert (event.status, event.nodes) == ("callback", ["callback_call"])
    return event


def tracking(event: Event, tools: Tools) -> Tracking:
    return track_report(tools, event_no=event.reported.event_no, tracking_code=event.reported.tracking_code)


# --- from the report to the closing ----------------------------------------------------------------


def test_a_complaint_goes_the_whole_way(scene: Scene, tools: Tools) -> None:
    event = complained(scene)
    assert tracking(event, tools).status == "reported" and tracking(event, tools).can_withdraw
    scene.at("03-02 09:30")
    accept(event)
    assert event.due("business") == "04-01 09:30"
    scene.at("03-02 10:00")
    event.do(Z.handler, "签收", keep=("decision",))
    assert event.nodes == ["contact"] and told(event.task(Z.handler, "首次联系")["due_at"]) == "03-03 10:00"
    scene.at("03-02 10:30")
    event.do(Z.handler, "首次联系", way="phone", reached=True, note="已告知三日内清理")
    # five working days from here
    assert event.due("handling") == "03-09 10:30"
    scene.at("03-04 15:00")
    handle(event)
    scene.at("03-04 16:00")
    review(event)
    assert event.due("verification") == "03-05 16:00"
    scene.at("03-05 09:00")
    verify(event)
    assert tracking(event, tools).can_rate
    scene.at("03-05 14:00")
    event.do(Z.duty, "电话回访", reached=True, solved="yes", satisfaction="satisfied")
    assert (event.status, event.record["close_reason"], event.nodes) == ("closed", "solved", [])
    assert event.milestones.items() >= {
        "reported_at": "03-02 09:00", "accepted_at": "03-02 09:30", "signed_at": "03-02 10:00",
        "first_contact_at": "03-02 10:30", "handled_at": "03-04 16:00", "verified_at": "03-05 09:00",
        "callback_at": "03-05 14:00", "closed_at": "03-05 14:00",
    }.items()  # fmt: skip
    seen = tracking(event, tools)
    assert seen.status == "closed" and not seen.can_withdraw and len(seen.messages) >= 3
    assert all(event.reported.event_no in one.text for one in seen.messages)
    event.verified()


def test_the_reporter_rates_before_the_call(scene: Scene, tools: Tools) -> None:
    event = fixed(scene)
    event.tell("rate", solved="yes", satisfaction="satisfied")
    assert event.status == "closed" and not event.done_by("callback_call")
    with refused(409):
        event.tell("rate", solved="no", satisfaction="unsatisfied")
    event.verified()


def test_three_calls_on_three_half_days(scene: Scene) -> None:
    event = fixed(scene)
    for at in ("03-03 10:30", "03-03 16:45", "03-04 14:30"):
        scene.at(at)
        event.do(Z.duty, "电话回访", reached=False)
        # four and a half working hours are always another half-day
        assert not event.offered(Z.duty)
    assert event.status == "closed" and len({at for _, at in event.done_by("callback_call")}) == 3
    event.verified()


def test_a_mostly_satisfied_rating_closes(scene: Scene) -> None:
    event = fixed(scene)
    event.tell("rate", solved="yes", satisfaction="basically_satisfied")
    assert (event.status, event.record["close_reason"], event.nodes) == ("closed", "solved", [])
    event.verified()


def test_an_unsatisfied_reporter_gets_a_second_handling(scene: Scene) -> None:
    event = fixed(scene)
    event.do(Z.duty, "电话回访", reached=True, solved="no", satisfaction="unsatisfied", reasons=["not_solved"])
    assert event.nodes == ["unsatisfied_decide"]
    event.do(Z.command, "不满意研判", decision="second_handling", note="杂物又被堆回，情况属实")
    # half of the five working days, at least four working hours
    assert event.nodes == ["handle"] and event.due("handling") == "03-05 15:15"
    scene.at("03-04 10:00")
    handle(event)
    review(event)
    verify(event)
    event.tell("rate", solved="yes", satisfaction="satisfied")
    assert event.status == "closed" and len(event.done_by("handle")) == 2
    event.verified()


def test_the_same_source_number_is_one_report(scene: Scene) -> None:
    source = {"channel": "HOTLINE_12345", "source_system": "12345", "source_id": "NB-2026-000001"}
    first = complained(scene, by=Z.duty, **source)
    again = complained(scene, "03-02 09:10", by=Z.duty, **source)
    assert again.reported.case_id == first.reported.case_id and again.reported.tracking_code == ""
    assert len(first.offered(Z.duty)) == 1


# --- intake ----------------------------------------------------------------------------------------


def test_a_report_outside_the_city_is_passed_on(scene: Scene, tools: Tools) -> None:
    event = complained(scene, place="outside")
    assert event.nodes == ["locate_place"] and not event.offered(Z.duty)
    assert told(event.task(CITY_DUTY, "人工定位")["due_at"]) == "03-02 11:00"
    event.do(CITY_DUTY, "人工定位", decision="outside", to_whom="海上搜救中心")
    assert (event.record["close_reason"], event.nodes) == ("refused", [])
    event.verified()


def test_a_report_without_a_place_is_located_by_hand(scene: Scene) -> None:
    event = complained(scene, place=None)
    event.do(CITY_DUTY, "人工定位", decision="located", grid="33.02.11.004.003.014")
    assert event.nodes == ["accept_decide"] and event.record["village"] == "33.02.11.004.003"
    assert event.offered(Z.duty)
    event.verified()


def refused_report(scene: Scene) -> Event:
    event = complained(scene)
    event.do(Z.duty, "受理研判", decision="refuse", reason="not_ours", note="小区内部物业事务")
    # a refusal must be countersigned by somebody else
    assert event.nodes == ["refuse"] and not event.offered(Z.duty)
    event.do(Z.command, "签发不予受理", decision="agree", reason="not_ours", text="该事项属于物业服务范围，请联系物业")
    assert event.status == "refused"
    return event


def test_a_refusal_stands_after_five_days(scene: Scene, tools: Tools) -> None:
    event = refused_report(scene)
    scene.at("03-07 08:59")
    assert event.page["case"]["closed_at"] is None
    scene.at("03-07 09:01")
    assert event.record["close_reason"] == "refused" and event.milestones["closed_at"] == "03-07 09:00"
    # who reported reads that nobody took it up, not that it was handled
    seen = tracking(event, tools)
    assert seen.status == "refused" and "（理由：该事项属于物业服务范围，请联系物业）。" in seen.messages[-1].text
    assert seen.unit and seen.unit_en.isascii() and not seen.can_object
    with refused(409):
        event.tell("object", objection="五日已过，我还是不同意")
    event.verified()


@pytest.mark.parametrize(("decision", "text"), [("accept", "现改为受理"), ("refuse", "维持不予受理")])
def test_a_reporter_objects_once_and_is_told_what_was_decided(
    scene: Scene, tools: Tools, decision: str, text: str
) -> None:
    event = refused_report(scene)
    seen = tracking(event, tools)
    assert seen.can_object and "您可在 2026-03-07 09:00 前提出一次异议" in seen.messages[-1].text
    with refused(422, field="objection"):
        event.tell("object", objection="不同意")
    with refused(422):
        event.tell("object", objection="不" * 2001)
    scene.at("03-04 10:00")
    event.tell("object", objection="这条路是市政道路，不归物业管")
    seen = tracking(event, tools)
    assert not seen.can_object and ("objected_at", moment("03-04 10:00")) in [
        (name, at.replace(second=0, microsecond=0)) for name, at in seen.milestones]
    with refused(409):
        event.tell("object", objection="再说一遍，我不同意")
    assert event.nodes == ["objection_decide"] and event.limit("objection_window")["state"] == "ended"
    task = event.task(Z.county_duty, "异议复核")
    values = event.desk.task(Z.county_duty, task["id"])["values"]
    assert values["objection_said"] == "这条路是市政道路，不归物业管"
    event.do(Z.county_duty, "异议复核", decision=decision, note="已到现场看过")
    seen = tracking(event, tools)
    told = [one for one in seen.messages if text in one.text and "已到现场看过" in one.text]
    assert len(told) == 1 and "已到现场看过" in told[0].text_en
    assert (seen.status == "refused") is (decision == "refuse")
    event.verified()


def test_an_officer_writes_an_objection_down(scene: Scene, tools: Tools) -> None:
    event = refused_report(scene)
    event.act(Z.duty, "evt.objected", objection="来电：这条路不归物业管，请再看")
    assert event.nodes == ["objection_decide"] and not tracking(event, tools).can_object
    event.verified()


def test_a_report_is_supplemented_by_its_reporter(scene: Scene, tools: Tools) -> None:
    event = complained(scene)
    event.do(Z.duty, "受理研判", decision="supplement", supplement_text="请写明具体位置和堆放时间")
    assert tracking(event, tools).can_supplement and event.due("supplement") == "03-04 09:00"
    scene.at("03-02 20:00")
    event.tell("supplement", text="在路口东南角公交站旁边，已经堆了三天")
    assert event.nodes == ["accept_decide"] and not tracking(event, tools).can_supplement
    # what he adds must reach the officer
    assert "公交站旁边" in str(event.record)
    accept(event)
    assert event.nodes == ["sign"]
    event.verified()


def test_no_supplement_within_48_hours(scene: Scene) -> None:
    event = complained(scene)
    event.do(Z.duty, "受理研判", decision="supplement", supplement_text="请写明具体位置和堆放时间")
    scene.at("03-04 09:01")
    assert event.nodes == ["accept_decide"]
    event.verified()


def test_a_late_acceptance_is_red_and_copied(scene: Scene) -> None:
    event = complained(scene)
    scene.at("03-02 10:30")
    assert event.task(Z.duty, "受理研判")["light"] == "yellow"
    scene.at("03-02 11:00")
    assert event.task(Z.duty, "受理研判")["light"] == "red"
    assert [(told(line.at), line.body["step"]) for line in event.noted("red")] == [("03-02 11:00", "acceptance")]
    accept(event)
    event.verified()


def test_the_clock_waits_for_timers_in_other_hands(scene: Scene, tools: Tools) -> None:
    """The scheduler may be firing a timer just when the clock is moved: the answer comes when that is done, too."""
    event = complained(scene)
    taken, done = Signal(), Signal()

    def hold() -> None:
        with tools.store.unit_of_work() as uow:
            assert uow.timers.claim(moment("03-02 11:00"), 1)
            taken.set()
            done.wait(1.0)

    holder = Thread(target=hold)
    holder.start()
    assert taken.wait(10)
    scene.at("03-02 12:00")
    done.set()
    holder.join()
    assert [told(line.at) for line in event.noted("red")] == ["03-02 11:00"]


def test_two_reports_of_one_matter_are_merged(scene: Scene, tools: Tools) -> None:
    first = dispatched(scene)
    second = complained(scene, "03-02 09:02", place="donghai-mingzhu-80m",
                        content="东海明珠路口的人行道上乱堆建筑杂物，没法走路",
                        reporter={"name": "群众乙", "phone": "13800000002"})
    task = second.task(Z.duty, "确认归并")
    assert told(task["due_at"]) == "03-02 11:02"
    second.do(Z.duty, "确认归并", keep=("master",), decision="merge")
    assert (second.status, second.record["close_reason"]) == ("merged", "duplicate")
    assert second.record["master_event_no"] == first.reported.event_no
    assert any(first.reported.event_no in one.text for one in tracking(second, tools).messages)
    assert first.nodes == ["sign"]
    first.verified()
    second.verified()


def test_nobody_confirms_the_merge_in_time(scene: Scene) -> None:
    dispatched(scene)
    second = complained(scene, "03-02 09:02", reporter={"name": "群众乙", "phone": "13800000002"})
    assert second.nodes == ["confirm_merge"]
    scene.at("03-02 11:03")
    assert second.nodes == ["accept_decide"]
    second.verified()


# --- dispatch --------------------------------------------------------------------------------------


def test_a_return_is_accepted_and_another_unit_signs(scene: Scene) -> None:
    event = dispatched(scene)
    event.desk.claim(Z.handler, event.task(Z.handler, "签收")["id"])
    event.act(Z.handler, "ret.requested", reason="not_mine", competent_unit="33.02.11.004.p-order",
              note="现场为消防通道，属综治平台职责")
    assert event.nodes == ["return_decide"] and event.due("return_decide") == "03-02 11:00"
    event.do(Z.duty, "退单研判", decision="accept", keep=("item_code",), competent_unit="33.02.11.004.p-order",
             competent_role="platform_public_order", note="同意退单，改派综治平台")
    assert event.record["lead_unit"] == "33.02.11.004.p-order" and event.nodes == ["sign"]
    event.do("order.zs", "签收", keep=("decision",))
    assert len(event.done_by("sign")) == 1
    event.verified()


def test_a_refused_return_must_be_signed(scene: Scene) -> None:
    event = dispatched(scene)
    event.desk.claim(Z.handler, event.task(Z.handler, "签收")["id"])
    asked = {"reason": "not_mine", "competent_unit": "33.02.11.004.p-order", "note": "不属于本平台职责范围"}
    event.act(Z.handler, "ret.requested", **asked)
    event.do(Z.duty, "退单研判", decision="refuse", note="首接负责，请先签收办理")
    event.desk.claim(Z.handler, event.task(Z.handler, "签收")["id"])
    with refused(409, "act-not-open"):
        event.act(Z.handler, "ret.requested", **asked)
    event.do(Z.handler, "签收", keep=("decision",))
    assert "sign" not in event.nodes
    event.verified()


def test_nobody_signs_in_time(scene: Scene) -> None:
    event = dispatched(scene)
    assert event.due("sign") == "03-02 14:30"
    scene.at("03-02 14:31")
    assert [told(line.at) for line in event.noted("auto_signed")] == ["03-02 14:30"]
    assert event.milestones["signed_at"] == "03-02 14:30" and "sign" not in event.nodes
    event.verified()


# --- handling --------------------------------------------------------------------------------------


def test_a_failed_verification_means_rework_in_half_the_time(scene: Scene) -> None:
    event = working(scene)
    scene.at("03-04 10:00")
    handle(event)
    review(event)
    verify(event, decision="fail", fail_reasons=["partly"], note="公交站后面还有一堆")
    assert event.status == "handling" and event.nodes == ["handle"] and len(event.noted("rework")) == 1
    # 18 h 45 min of working time from 10:00: two and a half days
    assert event.due("handling") == "03-06 15:15"
    scene.at("03-05 10:00")
    handle(event)
    review(event)
    verify(event)
    assert event.nodes == ["callback_call"] and event.milestones["handled_at"] == "03-04 10:00"
    event.verified()


def test_a_third_failure_is_decided_by_the_command_room(scene: Scene) -> None:
    event = working(scene)
    for day in ("03-03", "03-04", "03-05"):
        scene.at(f"{day} 10:00")
        handle(event)
        review(event)
        verify(event, decision="fail", fail_reasons=["not_done"])
    assert event.nodes == ["third_fail_decide"]
    assert [line.body["deduction"] for line in event.noted("rework")] == pytest.approx([0.2, 0.2, 0.5])
    event.do(Z.command, "三次未通过研判", decision="close_partly", note="主体已清理，余下部分列入整治计划")
    assert (event.status, event.record["close_reason"]) == ("closed", "partly_solved")
    event.verified()


def test_an_extension_is_refused_after_due_and_for_urgent_matters(scene: Scene) -> None:
    asked = {"amount_number": 2, "amount_unit": "wd", "reason": "weather", "explanation": "连续暴雨，无法清运"}
    event = working(scene)
    scene.at("03-09 09:01")
    event.desk.claim(Z.handler, event.task(Z.handler, "办理")["id"])
    with refused(409, "act-not-open"):
        event.act(Z.handler, "ext.requested", **asked)
    urgent = complained(scene, "03-09 10:00", content="道路中间倾倒大量建筑杂物，车辆无法通行", danger_flags=[])
    if urgent.nodes == ["confirm_merge"]:
        urgent.do(Z.duty, "确认归并", decision="new")
    accept(urgent, keep=("decision", "item_code", "grid"), urgency="U2", urgency_reason="影响通行，存在隐患")
    urgent.do(Z.handler, "签收", keep=("decision",))
    urgent.do(Z.handler, "首次联系", way="phone", reached=True, note="已告知立即清理")
    urgent.desk.claim(Z.handler, urgent.task(Z.handler, "办理")["id"])
    with refused(409, "act-not-open"):
        urgent.act(Z.handler, "ext.requested", **asked)
    # urgent matters count by the clock on the wall
    assert urgent.due("handling") == "03-10 10:00"
    event.verified()
    urgent.verified()


def test_a_suspended_clock_stands_still(scene: Scene) -> None:
    event = working(scene)
    assert event.due("handling") == "03-09 09:00"
    scene.at("03-03 09:00")
    task = event.desk.claim(Z.handler, event.task(Z.handler, "办理")["id"])
    event.act(Z.handler, "sus.requested", kind="suspend", until="2026-03-20", reason="season",
              explanation="等待潮位下降后方可进场清运")
    event.do(Z.director, "暂缓审批", decision="grant", note="同意暂缓")
    assert event.status == "suspended" and event.task(Z.handler, "办理")["light"] == "grey"
    scene.at("03-16 09:00")
    assert not event.noted("red") and event.task(Z.handler, "办理")["light"] == "grey"
    event.act(Z.handler, "sus.resumed", resume_reason="潮位已经下降，可以进场")
    # nine working days later than it was, and still the same task in the same hands
    assert event.status == "handling" and event.due("handling") == "03-20 09:00"
    again = event.task(Z.handler, "办理")
    assert (again["id"], again["holder"], told(again["due_at"])) == (task["id"], task["holder"], "03-20 09:00")
    assert event.due("business") == "04-14 09:00"
    handle(event)
    event.verified()


def test_a_suspension_is_reviewed_after_thirty_days(scene: Scene) -> None:
    event = working(scene)
    scene.at("03-03 09:00")
    event.desk.claim(Z.handler, event.task(Z.handler, "办理")["id"])
    event.act(Z.handler, "sus.requested", kind="ledger", until="2026-06-30", reason="budget",
              explanation="需列入下一年度整治预算")
    event.do(Z.county_director, "暂缓审批", decision="grant", note="同意挂账")
    assert event.status == "on_ledger"
    scene.at("04-02 09:01")
    assert "suspend_review" in event.nodes and not event.noted("red")
    event.do(Z.county_director, "暂缓复核", decision="resume", note="资金已落实，恢复办理")
    assert event.status == "handling"
    event.verified()


# --- the reporter changes his mind -----------------------------------------------------------------


def test_a_withdrawal_before_acceptance_closes(scene: Scene) -> None:
    event = complained(scene)
    event.tell("withdraw", reason="已经有人清走了")
    assert (event.record["close_reason"], event.nodes) == ("withdrawn", [])
    event.verified()


@pytest.mark.parametrize(("decision", "status", "nodes"), [("go_on", "handling", ["handle"]), ("close", "closed", [])])
def test_a_withdrawal_during_work_is_decided(scene: Scene, decision: str, status: str, nodes: list[str]) -> None:
    event = working(scene)
    event.tell("withdraw", reason="不想再追究了")
    assert "handle" in event.nodes and "withdraw_decide" in event.nodes
    event.do(Z.duty, "撤回研判", decision=decision, note="按是否涉及公共利益处理")
    assert event.nodes == nodes and event.status == status
    if decision == "go_on":
        # he is not bothered again: no call-back
        scene.at("03-03 10:00")
        handle(event)
        review(event)
        verify(event)
        assert event.status == "closed"
    event.verified()


def test_a_signed_in_citizen_finds_his_own_report_only(scene: Scene) -> None:
    event = scene.report(VILLAGER, PLACE, channel="CITY_APP", nature="complaint", content=TEXT, item_hint="C12-04")
    with refused(404):
        event.desk.case("citizen02", event.reported.case_id)
    assert event.offered(Z.duty) and moment("03-02 08:00") == scene.now
