"""Handling, verification, call-back, closing: every way through the diagrams."""

from datetime import datetime
from typing import Any

from app.domain.errors import YongzhiError
from app.engine import commands
from tests.stories.flow.flow_case import GRID, PHOTO, FlowCase
from tests.stories.flow.scenarios_intake import accept
from tests.stories.flow.telling_no import refused

HERE = {"lat": 29.9, "lon": 121.6}
AT = "2026-03-02T10:00:00+08:00"
#: two who act together, with their certificates
OFFICERS = "执法人员01（证号 33020001）、执法人员02（证号 33020002）"


def dispatched(content: str = "路灯坏了，整条路都是黑的", **given: Any) -> FlowCase:
    case = FlowCase()
    case.report(**{"content": content, **given})
    accept(case)
    return case


def work(case: FlowCase, by: str = "officer", **more: Any) -> None:
    """Finish the lead's work."""
    case.do("handle", by=by, **{"on_site_at": AT, **HERE, "action": "已到场处置并恢复原状", "result": "solved",
                                "after_photos": [PHOTO], **more})


def review(case: FlowCase, decision: str = "accept") -> None:
    case.do("unit_review", by="leader", decision=decision, **({"note": "照片不清"} if decision == "back" else {}))


def verify(case: FlowCase, decision: str = "pass", by: str = "li") -> None:
    reasons = {"fail_reasons": ["not_done"]} if decision == "fail" else {}
    case.do("verify", by=by, decision=decision, photos=[PHOTO], **HERE, **reasons)


def handled(**given: Any) -> FlowCase:
    """Bring an event to verification."""
    case = dispatched(**given)
    case.do("sign", decision="sign")
    if "contact" in case.nodes:
        case.do("contact", way="phone", reached=True, note="已联系")
    work(case)
    review(case)
    return case


def a_grid_event_runs_to_its_end() -> FlowCase:
    case = handled()
    assert case.nodes == {"verify"} and case.event["status"] == "verifying"
    assert "id-officer" in case.open[case.key_of("verify")].excluded_people
    verify(case)
    assert case.progress and case.progress.closed
    assert case.event["status"] == "closed" and case.event["close_reason"] == "solved"
    wanted = {"reported_at", "classified_at", "accepted_at", "dispatched_at", "signed_at", "handled_at",
              "verified_at", "closed_at"}
    assert wanted <= set(case.record["milestones"])
    return case


def a_hotline_event_is_contacted_and_called_back() -> FlowCase:
    case = dispatched(channel="HOTLINE_12345", reported_by="id-caller")
    case.do("sign", decision="sign")
    assert case.nodes == {"contact"} and case.event["status"] == "signed"
    case.until("contact")
    assert case.noted("red")[0]["step"] == "contact"
    case.do("contact", way="visit", reached=True, note="已上门说明")
    work(case)
    review(case)
    verify(case)
    assert case.nodes == {"callback_call"} and case.event["status"] == "callback"
    case.do("callback_call", reached=False)
    assert not case.nodes
    case.wait(days=1)
    case.do("callback_call", reached=True, solved="yes", satisfaction="satisfied")
    assert case.progress and case.progress.closed and "callback_at" in case.record["milestones"]
    return case


def three_calls_reach_nobody() -> FlowCase:
    """On three different half-days, whatever the hour of the first."""
    for hour, second, third in ((-2, "13:31", "08:31"), (1, "13:31", "08:31"), (3, "13:31", "08:31"),
                                (6, "08:31", "13:31"), (11, "08:31", "13:31")):
        case = handled(channel="HOTLINE_12345", reported_by="id-caller")
        case.wait(days=1, hours=hour)
        verify(case) if "verify" in case.nodes else case.do("verify_by_duty", by="duty", decision="pass", way="phone")
        for moment in (None, second, third):
            while "callback_call" not in case.nodes:
                case.wait(minutes=1)
            assert moment in (None, f"{case.now:%H:%M}")
            case.do("callback_call", reached=False)
        assert case.progress and case.progress.closed and not case.noted("second_handling")
    return case


def nobody_calls_back_in_time() -> FlowCase:
    case = handled(channel="HOTLINE_12345", reported_by="id-caller")
    verify(case)
    case.until("callback")
    assert case.noted("red")[0]["step"] == "callback"
    # whom nobody rang is not unreachable: the command room decides
    assert case.nodes == {"missed_decide"}
    case.do("missed_decide", by="deputy", decision="call", note="立即补打")
    case.do("callback_call", reached=True, solved="yes", satisfaction="satisfied")
    assert case.progress and case.progress.closed
    return case


def one_call_is_not_enough_to_give_up() -> FlowCase:
    case = handled(channel="HOTLINE_12345", reported_by="id-caller")
    verify(case)
    case.do("callback_call", reached=False)
    case.until("callback")
    assert case.nodes == {"missed_decide"}
    case.do("missed_decide", by="deputy", decision="unreachable", note="号码已停机")
    assert case.progress and case.progress.closed and case.record["counts"]["call_attempts"] == 1
    return case


def three_calls_and_still_late() -> FlowCase:
    """The third call is open when the time is over, and two more were made after the room asked for them."""
    case = handled(channel="HOTLINE_12345", reported_by="id-caller")
    verify(case)
    case.do("callback_call", reached=False)
    case.until("callback")
    case.do("missed_decide", by="deputy", decision="call", note="再打两次")
    case.do("callback_call", reached=False)
    case.until("callback")
    case.do("missed_decide", by="deputy", decision="call", note="再打一次")
    assert case.nodes == {"callback_call"}
    case.do("callback_call", reached=False)
    assert case.progress and case.progress.closed
    return case


def a_rating_ends_the_calls() -> FlowCase:
    case = handled(channel="HOTLINE_12345", reported_by="id-caller")
    verify(case)
    case.act("citizen.rated", by="citizen", satisfaction="basically_satisfied")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    return case


def an_unsatisfied_caller_gets_a_second_handling() -> FlowCase:
    case = handled(channel="HOTLINE_12345", reported_by="id-caller")
    verify(case)
    case.do("callback_call", reached=True, solved="no", satisfaction="unsatisfied", reasons=["not_solved"])
    assert case.nodes == {"unsatisfied_decide"}
    case.do("unsatisfied_decide", decision="second_handling", other_handler=True, note="换人再办")
    # somebody else of the unit, or its leader; whoever the complaint is about is out of it
    task = case.open[case.key_of("handle")]
    assert task.assignee is None and task.excluded_people == (case.event["handled_by"],)
    assert {role for role, _ in task.candidates} == {case.event["lead_role"], "unit_leader"}
    work(case, by="zhao")
    review(case)
    verify(case)
    case.do("callback_call", reached=True, solved="no", satisfaction="unsatisfied", reasons=["not_solved"])
    case.do("unsatisfied_decide", decision="escalate", note="仍未解决，提级")
    assert case.nodes == {"gate"} and case.event["status"] == "escalating"
    case.do("gate", by="deputy2", decision="send_back", esc_advice="先由街道牵头再办一次")
    assert case.nodes == {"handle"} and case.told("unit.raise_sent_back") == 1
    work(case, by="zhao")
    review(case)
    verify(case)
    case.do("callback_call", reached=True, solved="yes", satisfaction="satisfied")
    assert case.progress and case.progress.closed
    return case


def a_county_takes_over_what_the_caller_is_twice_unhappy_with() -> FlowCase:
    case = handled(channel="HOTLINE_12345", reported_by="id-caller")
    verify(case)
    case.do("callback_call", reached=True, solved="no", satisfaction="unsatisfied", reasons=["not_solved"])
    case.do("unsatisfied_decide", decision="escalate", note="街道无力解决")
    case.do("gate", by="deputy2", decision="approve")
    case.do("receive", by="county", decision="own_department", unit="33.02.11.d-housing", note="交住建局")
    assert case.nodes == {"sign"} and case.event["level"] == "L4"
    assert case.open[case.key_of("sign")].candidates == (("county_dept_contact", "33.02.11.d-housing"),)
    case.do("sign", decision="sign")
    case.do("contact", way="phone", reached=True, note="已联系")
    case.do("assist", by="old", opinion="移交现场情况")
    work(case)
    review(case)
    assert case.told("unit.result_down") == 1
    verify(case)
    case.do("callback_call", reached=True, solved="yes", satisfaction="satisfied")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    return case


def an_unreasonable_wish_is_explained() -> FlowCase:
    case = handled(channel="HOTLINE_12345", reported_by="id-caller")
    verify(case)
    case.do("callback_call", reached=True, solved="yes", satisfaction="unsatisfied", reasons=["slow"])
    case.do("unsatisfied_decide", decision="explain", note="已解释")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "explained"
    return case


def nobody_signs_in_time() -> FlowCase:
    case = dispatched()
    case.until("sign", "yellow_at")
    assert case.told("unit.sign_yellow") == 1
    case.until("sign")
    assert case.noted("auto_signed") and case.nodes == {"handle"} and "signed_at" in case.record["milestones"]
    (asked,) = [body["payload"] for body in case.kinds("MessageThrown") if body["name"] == "sup.opened"]
    assert (asked["trigger"], asked["share"]) == ("overdue", 100)
    return case


def a_dispatch_is_recalled() -> FlowCase:
    case = dispatched()
    case.act("evt.recalled", by="duty", item_code="C12-04", note="派错了单位")
    assert case.nodes == {"sign"} and case.event["lead_role"] == "platform_enforce"
    return case


def a_return_is_accepted_then_arbitrated() -> FlowCase:
    case = dispatched()
    case.act("ret.requested", reason="not_mine", competent_unit="33.02.11.004.p-enforce", note="不是我单位的设施")
    assert case.nodes == {"return_decide"} and case.event["sub_status"] == "return_pending"
    case.do("return_decide", by="duty", decision="accept", item_code="C12-04", note="同意改派",
            competent_unit="33.02.11.004.p-enforce", competent_role="platform_enforce")
    assert case.nodes == {"sign"} and case.event["lead_unit"] == "33.02.11.004.p-enforce"
    assert case.record["counts"]["returns"] == 1
    case.act("ret.requested", reason="wrong_class", competent_unit="33.02.11.004.s-operator", note="应由市政养护承办")
    assert case.nodes == {"interim_handle", "state"} and case.event["sub_status"] == "arbitration"
    decided_by_the_street(case, lead="33.02.11.004.s-operator")
    assert case.nodes == {"sign"} and case.event["must_sign"] is True
    # whoever does not lead hears of it too
    assert (case.told("unit.arbitrated"), case.told("unit.arbitrated_other")) == (1, 1)
    assert case.open[case.key_of("sign")].candidates == (("contractor", "33.02.11.004.s-operator"),)
    offered = [one for one in case.progress.subscriptions if one.message == "ret.requested"] if case.progress else []
    assert offered and not offered[0].open
    return case


def decided_by_the_street(case: FlowCase, lead: str) -> None:
    """Both units state their view, the duty drafts, the director decides."""
    for key in sorted(key for key in case.open if "/state#" in key):
        case.do(key, by="unit", view="not_mine", basis="三定方案")
    case.do("propose", by="duty", lead=lead, basis="依据部门职责分工")
    case.do("decide", by="director", lead=lead, deadline="2026-03-10", basis="依据部门职责分工")


def a_return_is_refused() -> FlowCase:
    case = dispatched()
    case.act("ret.requested", reason="not_mine", competent_unit="33.02.11.004.p-enforce", note="不是我单位的设施")
    case.do("return_decide", by="duty", decision="refuse", note="首接负责，先签收")
    assert case.nodes == {"sign"}
    offered = [one for one in case.progress.subscriptions if one.message == "ret.requested"] if case.progress else []
    assert offered and not offered[0].open
    return case


def _returned(**more: Any) -> FlowCase:
    case = dispatched()
    case.act("ret.requested", reason="not_mine", competent_unit="33.02.11.004.p-enforce", note="不是我单位的设施")
    return case


def nobody_decides_on_a_return() -> FlowCase:
    """Who received it first is responsible: he must sign; the room that was silent loses points."""
    case = _returned()
    case.until("return_decide")
    assert case.nodes == {"sign"} and case.event["must_sign"] is True
    late = case.noted("red")[0]
    assert (late["step"], late["unit"], late["deduction"]) == ("return_decide", "33.02.11.004.cmd", 0.1)
    return case


def the_time_for_a_return_is_over() -> FlowCase:
    case = dispatched("乱堆放杂物，影响通行")
    assert [case.record["limits"][name]["amount"] for name in ("return_window", "sign")] == ["2 wh", "4 wh"]
    case.until("return_window")
    try:
        case.act("ret.requested", reason="not_mine", competent_unit="33.02.11.004.p-enforce", note="不是我单位的设施")
    except YongzhiError as no:
        assert "退单期限已过" in no.message
    else:
        raise AssertionError("an event is returned after the time for it")
    assert case.nodes == {"sign"}
    return case


def another_system_decides_on_a_return() -> FlowCase:
    """It says yes or no, and may name a unit of the county; else whither the event goes is for the tables."""
    turned_down, arbitrated, named, case = _returned(), _returned(), _returned(), _returned()
    named.send("ret.decided", decision="accept", new_unit="33.02.11.004.p-market")
    assert named.nodes == {"sign"} and named.record["counts"]["returns"] == 1
    assert (named.event["lead_unit"], named.event["lead_role"]) == ("33.02.11.004.p-market", "platform_market")
    turned_down.send("ret.decided", decision="nonsense")
    assert turned_down.nodes == {"sign"} and turned_down.event["must_sign"] is True
    arbitrated.send("ret.decided", decision="arbitrate")
    assert arbitrated.nodes == {"interim_handle", "state"}
    # the same unit named as forms name it; and the answer alone, without what the returning unit had asked for
    for given, lead in (({"competent_unit": "33.02.11.004.p-market"}, "33.02.11.004.p-market"), ({}, None)):
        other = _returned()
        before = other.event["lead_unit"]
        other.send("ret.decided", decision="accept", **given)
        assert other.nodes == {"sign"} and other.event["lead_unit"] == (lead or before)
    before = case.event["lead_unit"]
    for unknown in ("33.02.99.nowhere", before):
        # nobody is dispatched to by mistake: a person decides, and reads why
        case.send("ret.decided", decision="accept", new_unit=unknown)
        assert case.nodes == {"return_decide"} and case.record["counts"].get("returns", 0) == 0
        read = commands.scope_of(case.world, case.by("duty"), case.state, case.key_of("return_decide"))
        assert read["unknown_unit"] == unknown
    case.do("return_decide", by="duty", decision="accept", item_code="C12-04", note="市场监管平台办理",
            competent_unit="33.02.11.004.p-market", competent_role="platform_market")
    assert case.nodes == {"sign"} and case.event["lead_unit"] == "33.02.11.004.p-market"
    assert case.record["counts"]["returns"] == 1
    return case


def a_return_is_arbitrated_at_once() -> FlowCase:
    case = dispatched()
    case.act("ret.requested", reason="not_mine", competent_unit="33.02.11.004.p-enforce", note="不是我单位的设施")
    case.do("return_decide", by="duty", decision="arbitrate", note="两家都说不是自己的")
    assert case.nodes == {"interim_handle", "state"}
    return case


def the_red_line_case() -> FlowCase:
    """AC-3: one lead, one assistant, stop and order before the work, one extension."""
    case = dispatched("河岸边的围墙占用了水利红线，离岸三米")
    case.do("sign", decision="sign")
    assert case.nodes == {"stop_on_site", "assist"}
    for alone in ("执法人员01（证号 33020001）", "执法人员01（33020001）、执法人员02（33020001）", "甲 乙"):
        with refused("两名人员"):
            case.do("stop_on_site", on_site_at=AT, **HERE, officers=alone, action="责令停止施工，告知限期改正")
    case.do("stop_on_site", on_site_at=AT, **HERE, officers=OFFICERS, action="责令停止施工，告知限期改正")
    assert case.record["limits"]["order"]["amount"] == "3 wd"
    assert {"on_site_at", "stopped_at"} <= set(case.record["milestones"])
    case.wait(hours=20)
    case.do("issue_order", order_kind="order", order_no="2026-1", served_on="2026-03-03", officers=OFFICERS,
            owner_signed=True, documents=[PHOTO])
    assert case.nodes == {"handle", "assist"} and case.record["limits"]["handling"]["amount"] == "15 wd"
    due = datetime.fromisoformat(case.record["limits"]["handling"]["due_at"])
    case.wait(days=10)
    case.act("ext.requested", amount_number=5, amount_unit="wd", reason="party", explanation="吊车进场需要时间")
    assert case.nodes == {"handle", "assist", "ext_decide"} and case.event["sub_status"] == "extension_pending"
    case.do("ext_decide", by="deputy", decision="grant", granted=5, note="同意")
    moved = datetime.fromisoformat(case.record["limits"]["handling"]["due_at"])
    (later,) = [call.params for call in case.calls if call.params.get("text") == "reporter.extended"]
    assert (later["reason"], later["reason_en"]) == ("当事人的原因", "a party") and later["due"]
    assert moved > due and case.open[case.key_of("handle")].due_at == moved and case.event["sub_status"] == "normal"
    offered = [one for one in case.progress.subscriptions if one.message == "ext.requested"] if case.progress else []
    assert offered and not offered[0].open
    case.do("assist", by="water", opinion="岸线以图为准", action="提供岸线图")
    with refused("执法证号"):
        work(case)
    work(case, officers=OFFICERS)
    review(case)
    verify(case)
    assert case.progress and case.progress.closed
    return case


def the_wall_is_not_removed() -> FlowCase:
    """AC-3, negative: red, a penalty is proposed, supervision and escalation by hand, cards."""
    case = dispatched("河岸边的围墙占用了水利红线，离岸三米")
    case.do("sign", decision="sign")
    case.do("stop_on_site", on_site_at=AT, **HERE, officers=OFFICERS, action="责令停止施工，告知限期改正")
    case.do("issue_order", order_kind="order", order_no="2026-1", served_on="2026-03-03", officers=OFFICERS,
            documents=[PHOTO])
    case.until("handling", "at_50")
    assert case.told("unit.half") == 1
    case.until("handling", "yellow_at")
    assert case.told("unit.handling_yellow") == 1
    case.until("handling")
    assert case.noted("penalty_proposed") and case.told("unit.handling_red") == 1
    business = case.record["limits"]["business"]["due_at"]
    while "receive" not in case.nodes:
        case.wait(hours=1)
    assert case.noted("escalated")[0]["reason"] == "R3"
    case.do("receive", by="county", decision="return_down", support=["order"], support_text="责成水利局派员支持",
            note="由原单位继续办理")
    case.do("sign_return", decision="sign")
    assert "handle" in case.nodes and case.record["limits"]["business"]["due_at"] == business
    for moment in ("at_150", "at_200", "black_at"):
        case.until("handling", moment)
    asked = [body["payload"]["share"] for body in case.kinds("MessageThrown") if body["name"] == "sup.opened"]
    assert asked == [100, 150, 200, 300]
    assert [one["step"] for one in case.noted("red")] == ["assist", "handling"]
    case.do("assist", by="water", opinion="岸线以图为准")
    try:
        work(case)
    except YongzhiError as no:
        assert "未填写进展" in no.message
    else:
        raise AssertionError("work over half of a long limit is finished without a progress note")
    case.act("progress.noted", progress_text="已拆除一半", percent=50)
    work(case, officers=OFFICERS)
    review(case)
    assert case.nodes == {"verify"}
    return case


def what_is_too_long_is_not_granted() -> FlowCase:
    """An extension beyond the original limit, a suspension beyond thirty days."""
    case = dispatched("乱堆放杂物，影响通行")
    case.do("sign", decision="sign")
    case.act("ext.requested", amount_number=30, amount_unit="wd", reason="weather", explanation="连日大雨不能施工")
    case.act("sus.requested", kind="suspend", until="2026-06-20", reason="citizen", explanation="等待业主返回")
    for node, text in (("ext_decide", "原时限"), ("suspend_decide", "三十日")):
        more = {"granted": 30} if node == "ext_decide" else {}
        try:
            case.do(node, by="deputy", decision="grant", note="同意", **more)
        except YongzhiError as no:
            assert text in no.message
        else:
            raise AssertionError(f"{node} grants too much")
    case.do("ext_decide", by="deputy", decision="grant", granted=1, note="同意一个工作日")
    assert case.record["counts"]["extensions"] == 1
    return case


def falsified_photos_are_supervised() -> FlowCase:
    case = handled()
    case.do("verify", by="li", decision="fail", photos=[PHOTO], **HERE, fail_reasons=["fake"])
    asked = [body["payload"]["trigger"] for body in case.kinds("MessageThrown") if body["name"] == "sup.opened"]
    assert asked == ["falsified"] and case.nodes == {"handle"}
    return case


def the_county_takes_over_a_late_case() -> FlowCase:
    case = dispatched("垃圾箱满溢，没人清理")
    case.do("sign", decision="sign")
    case.until("handling")
    assert not case.noted("penalty_proposed") and {"handle"} == case.nodes
    while "receive" not in case.nodes:
        case.wait(hours=1)
    case.do("receive", by="county", decision="take_over", note="区县接办")
    assert case.nodes == {"sign"} and (case.event["level"], case.event["lead_role"]) == ("L4", "county_duty")
    return case


def a_second_extension_is_decided_one_level_up() -> FlowCase:
    """The county grants the first of its own departments', the city the second."""
    case = FlowCase()
    case.report(content="垃圾箱满溢，没人清理")
    accept(case, urgency="U4", urgency_reason="须工程改造")
    case.do("sign", decision="sign")
    case.until("handling")
    while "receive" not in case.nodes:
        case.wait(hours=1)
    case.do("receive", by="county", decision="take_over", note="区县接办")
    case.do("sign", by="county", decision="sign")
    deciders = [("county_director", "33.02.11"), ("city_director", "33.02")]
    for number, decider in enumerate(deciders, 1):
        case.act("ext.requested", by="county", amount_number=1, amount_unit="wh", reason="weather",
                 explanation="连日大雨不能施工")
        assert case.open[case.key_of("ext_decide")].candidates == (decider,)
        case.do("ext_decide", by=f"director{number}", decision="grant", granted=1, note="同意")
    return case


def an_extension_is_refused_and_one_lapses() -> FlowCase:
    case = dispatched("乱堆放杂物，影响通行")
    case.do("sign", decision="sign")
    case.act("site.arrived", **HERE)
    assert "on_site_at" in case.record["milestones"]
    case.act("progress.noted", progress_text="已约谈业主", percent=30)
    case.act("progress.noted", progress_text="已清理一半", percent=50)
    assert len(case.noted("progress")) == 2
    case.act("ext.requested", amount_number=2, amount_unit="wd", reason="weather", explanation="连日大雨不能施工")
    case.do("ext_decide", by="deputy", decision="refuse", note="不影响")
    assert case.noted("extension_refused") and case.record["counts"].get("extensions", 0) == 0
    case.act("ext.requested", amount_number=2, amount_unit="wd", reason="weather", explanation="连日大雨不能施工")
    case.until("handling")
    assert len(case.noted("extension_refused")) == 2 and "ext_decide" not in case.nodes
    return case


def work_is_suspended_and_resumed() -> FlowCase:
    case = dispatched("乱堆放杂物，影响通行")
    case.do("sign", decision="sign")
    case.act("sus.requested", kind="suspend", until="2026-03-20", reason="citizen", explanation="等待业主返回")
    case.do("suspend_decide", by="director", decision="refuse", note="可以先行清理")
    assert case.noted("suspension_refused")
    case.act("sus.requested", kind="suspend", until="2026-03-20", reason="citizen", explanation="等待业主返回")
    case.do("suspend_decide", by="director", decision="grant", note="同意")
    assert case.event["status"] == "suspended" and case.record["limits"]["handling"]["state"] == "paused"
    case.wait(days=10)
    assert not case.noted("red") and not case.nodes & {"suspend_review"}
    case.act("sus.resumed", resume_reason="业主已返回")
    assert case.event["status"] == "handling" and case.record["limits"]["handling"]["state"] == "running"
    work(case)
    review(case)
    assert case.nodes == {"verify"}
    return case


def a_suspension_ends_on_the_day_that_was_granted() -> FlowCase:
    case = dispatched("乱堆放杂物，影响通行")
    case.do("sign", decision="sign")
    case.act("sus.requested", kind="suspend", until="2026-03-07", reason="citizen", explanation="等待业主返回")
    case.do("suspend_decide", by="director", decision="grant", note="同意")
    case.wait(days=4)
    assert "suspend_review" not in case.nodes
    case.wait(days=1)
    for late in ("2026-03-01", "2026-05-01"):
        try:
            case.do("suspend_review", by="director", decision="wait", new_until=late, note="业主仍未返回")
        except YongzhiError as no:
            assert "最长三十日" in no.message
        else:
            raise AssertionError(f"suspended until {late}")
    case.do("suspend_review", by="director", decision="wait", new_until="2026-03-10", note="业主仍未返回")
    assert case.told("reporter.suspended") == 2 and "suspend_review" not in case.nodes
    case.wait(days=3)
    case.do("suspend_review", by="director", decision="resume", note="业主已返回")
    assert case.event["status"] == "handling"
    return case


def short_work_is_not_reminded_at_half_time() -> FlowCase:
    case = dispatched("垃圾箱满溢，没人清理")
    case.do("sign", decision="sign")
    assert case.record["limits"]["handling"]["amount"] == "4 wh"
    case.until("handling", "at_50")
    assert case.told("unit.half") == 0 and case.nodes == {"handle"}
    return case


def other_systems_report_progress_and_decide_on_extensions() -> FlowCase:
    """What is longer than the original limit is not taken over from outside either."""
    case = dispatched("乱堆放杂物，影响通行")
    case.do("sign", decision="sign")
    case.send("dept.inbound", progress_text="已列入清运计划", percent=40, external_id="CG-2026-7")
    (note,) = case.noted("progress")
    assert note["external_id"] == "CG-2026-7" and case.record["counts"]["progress_notes"] == 1
    due = case.record["limits"]["handling"]["due_at"]
    for decision, asked, granted in (("refuse", 2, None), ("grant", 30, None), ("grant", 2, 90)):
        case.act("ext.requested", amount_number=asked, amount_unit="wd", reason="weather", explanation="大雨不能施工")
        case.send("ext.decided", decision=decision, granted=granted, note="区县系统批复")
        assert "ext_decide" not in case.nodes
        assert (case.record["limits"]["handling"]["due_at"] > due) is (asked == 2 and decision == "grant")
    assert len(case.noted("extension_refused")) == 2 and case.record["counts"]["extensions"] == 1
    return case


def a_budget_case_stays_on_the_ledger() -> FlowCase:
    case = dispatched("道路坑洞破损，需要大修", item_hint="C17-05")
    case.do("sign", decision="sign")
    case.act("sus.requested", kind="ledger", until="2026-06-30", reason="budget", explanation="列入明年预算")
    case.do("suspend_decide", by="director", decision="grant", note="同意挂账")
    assert case.event["status"] == "on_ledger"
    case.wait(days=31)
    assert "suspend_review" in case.nodes
    case.do("suspend_review", by="director", decision="wait", note="预算未到")
    case.wait(days=31)
    case.do("suspend_review", by="director", decision="resume", note="预算已到")
    assert case.event["status"] == "handling" and case.told("reporter.suspended") == 2
    return case


def the_unit_sends_work_back() -> FlowCase:
    case = dispatched("乱堆放杂物，影响通行")
    case.do("sign", decision="sign")
    before = case.record["limits"]["handling"]["due_at"]
    work(case)
    review(case, "back")
    assert case.nodes == {"handle"} and case.open[case.key_of("handle")].assignee == "officer"
    assert case.record["limits"]["handling"]["due_at"] == before
    work(case)
    review(case)
    assert case.nodes == {"verify"}
    return case


def assistance_is_waived() -> FlowCase:
    case = dispatched("夜宵摊占道经营，烧烤油烟很大")
    case.do("sign", decision="sign")
    assert len([key for key in case.open if "/assist#" in key]) == 2
    case.act("assist.waived", waive_reason="现场已由一家单位处理完毕")
    assert case.nodes == {"handle"}
    work(case)
    review(case)
    return case


def three_failed_verifications(decision: str = "close_partly") -> FlowCase:
    case = handled()
    for number in (1, 2):
        verify(case, "fail")
        assert case.nodes == {"handle"} and case.record["counts"]["reworks"] == number
        assert case.record["limits"]["handling"]["factor"] == 0.5
        work(case)
        review(case)
    verify(case, "fail")
    assert case.nodes == {"third_fail_decide"} and case.noted("rework")[2]["deduction"] == 0.5
    case.do("third_fail_decide", by="deputy", decision=decision, note="三次未通过")
    return case


def a_third_failure_closes_partly() -> FlowCase:
    case = three_failed_verifications()
    assert case.progress and case.progress.closed and case.event["close_reason"] == "partly_solved"
    return case


def a_third_failure_is_escalated() -> FlowCase:
    case = three_failed_verifications("escalate")
    case.do("gate", by="deputy2", decision="approve")
    case.do("receive", by="county", decision="take_over", note="区县接办")
    assert case.nodes == {"sign"} and case.event["level"] == "L4"
    return case


def a_third_failure_comes_back_with_support() -> FlowCase:
    case = three_failed_verifications("escalate")
    case.do("gate", by="deputy2", decision="approve")
    case.do("receive", by="county", decision="return_down", support=["people"], support_text="派两名专业人员支持",
            note="街道继续")
    case.do("sign_return", decision="sign")
    assert case.nodes == {"handle"} and case.record["counts"]["reworks"] == 3
    return case


def a_third_failure_goes_once_more() -> FlowCase:
    case = three_failed_verifications("again")
    assert case.nodes == {"handle"}
    return case


def verification_is_late_and_a_neighbour_helps() -> FlowCase:
    case = handled()
    case.until("verification", "yellow_at")
    assert case.told("unit.verify_yellow") == 1
    case.until("verification")
    assert case.noted("red")[0]["step"] == "verification" and case.nodes == {"verify_by_duty"}
    case.do("verify_by_duty", by="duty", decision="assign_neighbour", neighbour_grid="33.02.11.004.003.013")
    assert case.nodes == {"verify"}
    assert ("grid_leader", "33.02.11.004.003.013") in case.open[case.key_of("verify")].candidates
    verify(case)
    assert case.progress and case.progress.closed
    return case


def a_confidential_case_is_verified_by_the_duty() -> FlowCase:
    case = dispatched(content="路灯坏了，整条路都是黑的", confidential=True)
    case.do("sign", decision="sign")
    for key in [key for key in case.open if "/assist#" in key]:
        case.do(key, by="police", opinion="已到场配合")
    work(case)
    review(case)
    assert case.nodes == {"verify_by_duty"}
    case.do("verify_by_duty", by="duty", decision="pass", way="phone")
    assert case.progress and case.progress.closed
    return case


def a_withdrawal_meets_public_interest() -> FlowCase:
    case = dispatched(channel="HOTLINE_12345", reported_by="id-caller")
    case.act("evt.withdrawn", by="citizen", withdraw_reason="不想管了")
    assert case.nodes == {"sign", "withdraw_decide"}
    case.do("withdraw_decide", by="duty", decision="go_on", note="涉及公共安全")
    assert case.nodes == {"sign"} and case.event["reporter_withdrew"] is True
    return case


def a_withdrawal_closes_everything() -> FlowCase:
    case = dispatched(channel="HOTLINE_12345", reported_by="id-caller")
    case.do("sign", decision="sign")
    case.act("evt.withdrawn", by="citizen", withdraw_reason="不想管了")
    case.do("withdraw_decide", by="duty", decision="close", note="只涉及本人")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "withdrawn" and not case.nodes
    return case


def a_running_case_joins_a_master() -> FlowCase:
    case = dispatched()
    case.act("evt.merged_into", by="duty", master="E-7", note="同一事项")
    assert case.progress and case.progress.closed and case.event["master_event_no"] == "E-7" and not case.nodes
    return case


def nobody_owns_a_report_without_a_grid() -> FlowCase:
    """A street is known, the grid is not: the officer adds the grid when he accepts."""
    case = FlowCase()
    case.report(content="路灯坏了，整条路都是黑的", grid=None, street="33.02.11.004")
    assert case.nodes == {"accept_decide"} and case.event["grid"] is None
    accept(case, grid=GRID)
    assert case.event["grid"] == GRID and case.nodes == {"sign"}
    return case


def a_missing_manhole_cover_is_guarded_first() -> FlowCase:
    """Guarded within the hour and repaired in a day; no order is needed."""
    case = dispatched("马路中间井盖缺失，很危险")
    case.do("sign", decision="sign")
    assert case.nodes == {"stop_on_site"}
    case.do("stop_on_site", on_site_at=AT, **HERE, officers="甲 乙", action="设置围挡并派人看护")
    assert case.nodes == {"handle"} and case.record["limits"]["handling"]["amount"] == "1 d"
    return case
