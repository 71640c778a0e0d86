"""Nobody decides in time: each step of a report and its handling that is late is recorded, and somebody is told."""

from tests.stories.flow.flow_case import GRID, PHOTO, FlowCase
from tests.stories.flow.scenarios_escalation import _raise, _state, _working
from tests.stories.flow.scenarios_handling import OFFICERS, dispatched, handled, review, verify, work
from tests.stories.flow.scenarios_intake import accept
from tests.stories.flow.scenarios_supervision import _answer, _issue, _opened
from tests.stories.flow.scenarios_urgency import _change

HERE = {"lat": 29.9, "lon": 121.6}


def _late(case: FlowCase, limit: str, step: str = "", told: str = "") -> None:
    """Wait past the limit: the step is recorded once, and the one who sees to it is told."""
    before = len(case.noted("red"))
    case.until(limit)
    reds = [one["step"] for one in case.noted("red")[before:]]
    assert (step or limit) in reds, reds
    heard = [call.params["role"] for call in case.calls if call.params.get("text") == "unit.step_late"]
    assert not told or heard[-1] == told, heard


def nobody_locates_confirms_or_countersigns() -> FlowCase:
    lost = FlowCase()
    lost.report(channel="HOTLINE_12345", content="不知道在哪里的路灯坏了", grid=None)
    _late(lost, "locate", "locate", "city_director")
    lost.do("locate_place", decision="located", grid=GRID)
    fire = FlowCase()
    fire.report(content="小区车库冒烟着火", danger_flags=["fire"])
    accept(fire, urgency="U2", urgency_reason="火已扑灭")
    _late(fire, "confirm_lowering", told="street_command_director")
    case = FlowCase()
    case.report(channel="HOTLINE_12345", content="要求取消邻居的婚礼，纯属胡闹")
    case.do("accept_decide", decision="refuse", reason="no_fact")
    _late(case, "refuse", told="street_command_director")
    case.do("refuse", decision="agree", reason="no_fact", text="没有事实依据，不予受理")
    case.act("evt.objected", by="citizen", objection="我不同意，请再看一看")
    _late(case, "objection", told="county_director")
    case.do("objection_decide", decision="refuse", note="维持")
    assert case.progress and case.progress.closed
    return case


def nobody_guards_the_manhole_or_issues_the_order() -> FlowCase:
    hole = dispatched("马路中间井盖缺失，很危险")
    hole.do("sign", decision="sign")
    _late(hole, "stop", "stop", "unit_leader")
    case = dispatched("河岸边的围墙占用了水利红线，离岸三米")
    case.do("sign", decision="sign")
    case.do("stop_on_site", on_site_at="2026-03-02T10:00:00+08:00", **HERE, officers=OFFICERS,
            action="责令停止施工，告知限期改正")
    _late(case, "order", "order", "unit_leader")
    # made up for within the grace: it stays where it is
    case.do("issue_order", order_kind="order", order_no="2026-1", served_on="2026-03-04", officers=OFFICERS,
            documents=[PHOTO])
    case.wait(days=2)
    assert not case.noted("escalated")
    return case


def a_manhole_that_nobody_guards_climbs_after_the_grace() -> FlowCase:
    """One hour late and one of grace, then the county has it; whoever comes within the grace keeps it."""
    hole, made_up = (dispatched("马路中间井盖缺失，很危险") for _ in range(2))
    for case in (hole, made_up):
        case.do("sign", decision="sign")
        case.until("stop")
        assert [one["step"] for one in case.noted("red")] == ["stop"] and case.noted("red")[0]["deduction"] > 0
        assert "sup.opened" in [one["name"] for one in case.kinds("MessageThrown")]
    made_up.do("stop_on_site", on_site_at=made_up.now.isoformat(), **HERE, officers="甲 乙",
               action="已设围挡并派人看护")
    for case in (hole, made_up):
        case.wait(seconds=4500)
    assert [one["to"] for one in hole.noted("escalated")] == ["L4"] and "receive" in hole.nodes
    assert not made_up.noted("escalated")
    return hole


def the_command_room_decides_nothing_in_time() -> FlowCase:
    """Verification by the duty officer, missed calls, dissatisfaction, a withdrawal, a third failure."""
    case = handled(channel="HOTLINE_12345", reported_by="id-caller")
    case.until("verification")
    _late(case, "verification_by_duty", told="street_command_duty")
    case.do("verify_by_duty", by="duty", decision="pass", way="phone")
    case.until("callback")
    _late(case, "missed_decide", told="street_command_director")
    case.do("missed_decide", by="deputy", decision="call", note="立即补打")
    case.do("callback_call", reached=True, solved="no", satisfaction="unsatisfied", reasons=["not_solved"])
    _late(case, "unsatisfied_decide", told="street_command_director")
    withdrawn = dispatched(channel="HOTLINE_12345", reported_by="id-caller")
    withdrawn.act("evt.withdrawn", by="citizen", withdraw_reason="不想管了")
    _late(withdrawn, "withdraw_decide", told="street_command_duty")
    failed = handled()
    for _ in (1, 2):
        verify(failed, "fail")
        work(failed)
        review(failed)
    verify(failed, "fail")
    _late(failed, "third_fail_decide", told="street_command_director")
    return case


def nobody_decides_on_a_suspension_a_change_or_an_objection() -> FlowCase:
    waiting = dispatched("乱堆放杂物，影响通行")
    waiting.do("sign", decision="sign")
    waiting.act("sus.requested", kind="suspend", until="2026-03-07", reason="citizen", explanation="等待业主返回")
    _late(waiting, "suspend_decide", told="county_duty")
    waiting.do("suspend_decide", by="director", decision="grant", note="同意")
    waiting.wait(days=6)
    _late(waiting, "suspend_review", told="county_duty")
    change = dispatched("小区车库冒烟着火", danger_flags=["fire"])
    change.do("sign", decision="sign")
    _change(change, "U3", by="deputy")
    _late(change, "confirm_lowering", told="street_command_director")
    case = _opened(200)
    _issue(case)
    case.act("sup.objected", by="leader", ground="事件在他人辖区内")
    _late(case, "sup_objection_decide", told="city_duty")
    return case


def on_the_ledger_no_clock_runs_not_even_of_those_who_assist() -> FlowCase:
    case = dispatched("河岸边的围墙占用了水利红线，离岸三米")
    case.do("sign", decision="sign")
    case.do("stop_on_site", on_site_at="2026-03-02T10:00:00+08:00", **HERE, officers=OFFICERS,
            action="责令停止施工，告知限期改正")
    case.do("issue_order", order_kind="order", order_no="2026-1", served_on="2026-03-03", officers=OFFICERS,
            documents=[PHOTO])
    assert case.nodes == {"handle", "assist"}
    case.act("sus.requested", kind="ledger", until="2026-06-30", reason="budget", explanation="列入明年预算")
    case.do("suspend_decide", by="director", decision="grant", note="同意挂账")
    case.wait(days=29)
    limits = case.record["limits"]
    assert not case.noted("red") and {limits[one]["state"] for one in ("handling", "assist")} == {"paused"}
    case.wait(days=2)
    case.do("suspend_review", by="director", decision="resume", note="预算已到")
    assert {case.record["limits"][one]["state"] for one in ("handling", "assist")} == {"running"}
    case.until("assist")
    assert [one["step"] for one in case.noted("red")][-1:] == ["assist"], case.noted("red")
    return case


def nobody_works_on_an_arbitration() -> FlowCase:
    case = _working()
    _raise(case, "R5", arb_unit_2="33.02.11.004.s-water")
    _state(case, ["not_mine", "mine"], wants_site=True)
    _late(case, "arb_site", told="street_command_director")
    case.do("site_check", by="coord", **HERE, finding="属水利管理范围", photos=[PHOTO])
    _late(case, "arb_propose", told="street_command_director")
    _late(case, "arb_interim", told="street_duty")
    return case


def nobody_ends_a_supervision() -> FlowCase:
    case = _opened(200)
    _issue(case)
    _answer(case)
    case.wait(days=6)
    case.do("verify", by="deputy", finding="not_done", way="site", note="未完成")
    _late(case, "sup_close", told="county_director")
    case.do("close_decide", by="deputy", decision="interview", note="约谈")
    _late(case, "sup_interview", told="county_duty")
    case.do("interview", by="chief", held_at="2026-03-20T09:00:00+08:00", attendees="负责人", record="要求立即整改",
            new_date="2026-03-30T09:00:00+08:00")
    case.wait(days=30)
    case.do("verify", by="deputy", finding="not_done", way="site", note="未完成")
    case.do("close_decide", by="deputy", decision="accountability", note="问责")
    _late(case, "sup_accountability", told="county_duty")
    case.do("accountability", by="chief", suggestion="建议对责任人问责")
    return case
