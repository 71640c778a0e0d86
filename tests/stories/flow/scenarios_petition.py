"""Petitions, their reviews, receptions by leaders, adopted cases: every way and every timer."""

from datetime import datetime, timedelta
from typing import Any

from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.scenarios_intake import accept
from tests.stories.flow.telling_no import refused

STATION = "33.02.11.004.s-petition"
CIVIL = "33.02.11.004.s-civil"
LAND = "33.02.11.d-land"
MATTER = {"title": "土地补偿", "facts": "反映土地征收补偿款未到位"}


def _thrown(case: FlowCase, name: str) -> list[dict[str, Any]]:
    return [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == name]


def _since_acceptance(case: FlowCase) -> timedelta:
    due = datetime.fromisoformat(case.record["limits"]["petition_handle"]["due_at"])
    return due - datetime.fromisoformat(case.event["petition_accepted_at"].replace("@Asia/Shanghai", "+08:00"))


def _opened(node: str = "start", **more: Any) -> FlowCase:
    case = FlowCase()
    case.begin("petition", node, **MATTER, **more)
    assert {unit for _, unit in case.open[case.key_of("register_petition")].candidates} == {STATION}
    return case


def _registered(case: FlowCase, **more: Any) -> FlowCase:
    case.do("register_petition", by="station", **{"petition_kind": "appeal", "persons": 1, "running": "none",
                                                 "representatives": [], **more})
    return case


def _accepted(case: FlowCase, owner: str = CIVIL) -> FlowCase:
    assert case.record["limits"]["petition_accept"]["amount"] == "15 d"
    case.do("accept_petition", by="station", owner=owner, notice_no="受〔2026〕1号")
    assert case.told("petition.accepted") == 1
    assert {unit for _, unit in case.open[case.key_of("sign_petition")].candidates} == {owner}
    return case


def _signed(case: FlowCase) -> FlowCase:
    case.do("sign_petition", by="civil", decision="sign")
    # the sixty days of the law run from the acceptance, however long the signing takes
    assert timedelta(days=60) <= _since_acceptance(case) < timedelta(days=60, minutes=1)
    return case


def _handled(case: FlowCase, opinion: str = "support") -> FlowCase:
    case.do("handle_petition", by="civil", opinion=opinion, opinion_text="经查情况属实，补偿款本月内到位。")
    assert "id-civil" in case.open[case.key_of("approve_opinion")].excluded_people
    case.do("approve_opinion", by="leader", decision="approve")
    return case


def _served(case: FlowCase) -> FlowCase:
    case.do("serve", by="station", opinion_no="答〔2026〕1号", served_on="2026-03-20", told_rights=True)
    (sent,) = _thrown(case, "petition.answered")
    assert (sent["opinion"], sent["people"]) == ("support", ["id-civil", "id-leader"])
    return case


def a_petition_is_answered_in_writing() -> FlowCase:
    case = _served(_handled(_signed(_accepted(_registered(_opened())))))
    assert case.event["close_reason"] == "solved"
    assert [row["kind"] for row in case.registers["petitions"]] == ["appeal"]
    return case


def five_petitioners_choose_representatives() -> FlowCase:
    case = _opened("start_received", origin_no="M-1")
    many = [{"name": f"代表{number}"} for number in range(1, 7)]
    with refused("代表"):
        _registered(case, persons=12)
    with refused("representatives"):
        _registered(case, persons=12, representatives=many)
    return _accepted(_registered(case, persons=12, representatives=many[:5]))


def what_a_court_has_in_hand_is_explained() -> FlowCase:
    case = _registered(_opened(), running="court")
    case.do("explain_path", by="station", explanation="请通过诉讼途径解决", notice_no="告〔2026〕1号")
    assert case.told("petition.legal_path") == 1
    assert case.event["close_reason"] == "legal_path"
    return case


def an_accusation_of_an_official_is_confidential() -> FlowCase:
    case = _registered(_opened(), petition_kind="accusation", on_official=True, accused_unit=CIVIL)
    (sent,) = _thrown(case, "discipline.received")
    assert sent["confidential"] is True and case.event["confidential"] is True
    assert [row["title"] for row in case.registers["petitions"]] == ["涉密"]
    return case


def no_unit_handles_a_petition_about_itself() -> FlowCase:
    """Neither accepted for it, nor given to it after an objection: it would be told what is said about it."""
    case = _registered(_opened(), petition_kind="accusation", accused_unit=CIVIL)
    with refused("被反映的单位不得承办"):
        case.do("accept_petition", by="station", owner=CIVIL, notice_no="受〔2026〕1号")
    _accepted(case, "33.02.11.d-enforce")
    case.do("sign_petition", by="enforce", decision="object", note="不属本单位职责")
    with refused("被反映的单位不得承办"):
        case.do("decide_objection", by="county", owner=CIVIL, note="由民政承办")
    case.do("decide_objection", by="county", owner="33.02.11.004", note="由街道承办")
    assert case.nodes == {"sign_petition"}
    return case


def a_unit_is_silent_then_objects() -> FlowCase:
    case = _accepted(_registered(_opened()))
    case.until("petition_sign")
    assert case.told("petition.unsigned") == 1
    case.do("sign_petition", by="civil", decision="object", note="属于自然资源部门职责")
    assert {role for role, _ in case.open[case.key_of("decide_objection")].candidates} == {"petition_office"}
    case.do("decide_objection", by="office", owner=LAND, note="由自然资源局承办")
    assert case.open[case.key_of("sign_petition")].candidates == (("county_dept_contact", LAND),)
    return _signed(case)


def an_objection_after_five_working_days_is_refused() -> FlowCase:
    case = _accepted(_registered(_opened()))
    case.until("petition_may_object")
    assert case.record["limits"]["petition_may_object"]["amount"] == "5 wd"
    with refused("已过提出异议的期限"):
        case.do("sign_petition", by="civil", decision="object", note="属于自然资源部门职责")
    return _signed(case)


def _late(case: FlowCase, limit: str) -> None:
    """Let a step be late, as a check that it is still open and that supervision was asked for."""
    nodes, asked = case.nodes, len(_thrown(case, "sup.opened"))
    case.until(f"petition_{limit}")
    assert case.nodes == nodes and len(_thrown(case, "sup.opened")) == asked + 1, limit


def every_late_step_is_supervised() -> FlowCase:
    """Each at the unit whose step it is; of a confidential matter nobody reads the name."""
    case = _opened()
    _late(case, "register")
    _registered(case, petition_kind="accusation", accused_unit=LAND)
    _late(case, "accept")
    _accepted(case)
    _late(case, "sign")
    case.do("sign_petition", by="civil", decision="object", note="属于其他部门职责")
    _late(case, "objection")
    case.do("decide_objection", by="office", owner=CIVIL, note="仍由民政站承办")
    _signed(case)
    _late(case, "handle")
    case.do("handle_petition", by="civil", opinion="support", opinion_text="经查情况属实，补偿款本月内到位。")
    _late(case, "approve")
    case.do("approve_opinion", by="leader", decision="approve")
    _late(case, "serve")
    asked = _thrown(case, "sup.opened")
    assert [one["target_unit"] for one in asked] == [STATION, STATION, CIVIL, "33.02.11.d-petition", CIVIL, CIVIL,
                                                     STATION]  # fmt: skip
    assert all(MATTER["title"] not in one["title"] for one in asked[1:])
    explained = _registered(_opened(), running="court")
    _late(explained, "explain")
    return case


def late_reviews_are_supervised() -> FlowCase:
    case = _asked(_answered())
    _late(case, "review")
    case.do("review", by="office", review_decision="change", review_no="查〔2026〕1号", note="事实未查清，重办")
    _late(case, "carry_out")
    case.do("carry_out", by="civil", result_text="已重新测绘并补足差额")
    _asked(case)
    _late(case, "second_review")
    assert [one["target_unit"] for one in _thrown(case, "sup.opened")] == ["33.02.11.d-petition", CIVIL, "33.02"]
    return case


def _owned_by(owner: str, role: str) -> None:
    case = _accepted(_registered(_opened()), owner)
    assert {one for one, _ in case.open[case.key_of("sign_petition")].candidates} == {role}


def every_kind_of_unit_gets_its_petition() -> FlowCase:
    for code, role in (("p-order", "platform_public_order"), ("p-market", "platform_market"),
                       ("p-enforce", "platform_enforce"), ("p-service", "platform_service"),
                       ("cmd", "street_command_duty")):
        _owned_by(f"33.02.11.004.{code}", role)
    _owned_by("33.02.11", "county_duty")
    return _opened()


def more_time_is_granted_once() -> FlowCase:
    case = _signed(_accepted(_registered(_opened())))
    case.act("petition.ext_asked", by="civil", asked_days=20, reason="需要重新测绘评估")
    case.do("ext_decide", by="office", decision="refuse")
    case.act("petition.ext_asked", by="civil", asked_days=30, reason="需要重新测绘评估")
    case.do("ext_decide", by="office", decision="grant", granted_days=30)
    assert case.told("petition.extended") == 1
    assert case.record["limits"]["petition_handle"]["due_at"].startswith("2026-05-31")
    with refused("只能延期一次"):
        case.act("petition.ext_asked", by="civil", asked_days=1, reason="还需要一些时间")
    case.until("petition_handle", "yellow_at")
    assert case.told("petition.yellow") == 1
    case.until("petition_handle")
    assert [one["trigger"] for one in _thrown(case, "sup.opened")] == ["overdue"]
    case.do("handle_petition", by="civil", opinion="support", opinion_text="经查情况属实，补偿款已到位。")
    case.do("approve_opinion", by="leader", decision="back", note="引用条款不完整")
    return _served(_handled(case))


def a_draft_that_is_sent_back_keeps_its_days() -> FlowCase:
    case = _signed(_accepted(_registered(_opened())))
    case.wait(days=20)
    case.act("petition.ext_asked", by="civil", asked_days=30, reason="需要重新测绘评估")
    case.do("ext_decide", by="office", decision="grant", granted_days=30)
    case.do("handle_petition", by="civil", opinion="support", opinion_text="经查情况属实，补偿款已到位。")
    case.do("approve_opinion", by="leader", decision="back", note="引用条款不完整")
    assert timedelta(days=90) <= _since_acceptance(case) < timedelta(days=90, minutes=1)
    return _served(_handled(case))


# --- the review ------------------------------------------------------------------------------------


def _answered() -> FlowCase:
    case = FlowCase()
    case.begin("petition_review", "start", **MATTER, origin_no="P-1", owner=CIVIL, roles=["dept_station_officer"],
               petition_unit=STATION, people=["id-civil", "id-leader"])
    return case


def _asked(case: FlowCase) -> FlowCase:
    case.act("petition.review_asked", by="station", ground="对答复不服，请求复查")
    return case


def nobody_asks_for_a_review() -> FlowCase:
    case = _answered()
    case.wait(days=30, minutes=1)
    assert case.noted("petition_final") and case.event["close_reason"] == "explained"
    return case


def a_review_changes_and_a_second_upholds() -> FlowCase:
    case = _asked(_answered())
    assert case.record["limits"]["petition_review"]["amount"] == "30 d"
    # who answered does not decide on his own answer
    assert {"id-civil", "id-leader"} <= set(case.open[case.key_of("review")].excluded_people)
    case.do("review", by="office", review_decision="change", review_no="查〔2026〕1号", note="事实未查清，重办")
    case.do("carry_out", by="civil", result_text="已重新测绘并补足差额")
    _asked(case)
    case.do("second_review", by="city", review_decision="uphold", review_no="核〔2026〕1号", note="维持原来的意见")
    assert [one["reviews"] for one in case.noted("petition_final")] == [2]
    return case


# --- receptions and adopted cases ------------------------------------------------------------------


def _received(result: str) -> FlowCase:
    case = FlowCase()
    case.begin("leader_reception", "start", **MATTER, leader="街道主要领导", received_at="2026-03-05T09:00:00+08:00")
    assert case.told("petition.reception") == 1 and not case.nodes
    case.wait(days=3)
    case.do("receive", by="director", reception_result=result, record="现场听取诉求并记录")
    return case


def the_county_receives_too() -> FlowCase:
    """Where no street is concerned the county's leader is told, and receives."""
    case = FlowCase()
    case.begin("leader_reception", "start", **MATTER | {"unit": "33.02.11"}, leader="区县主要领导",
               received_at="2026-03-05T09:00:00+08:00")
    (told,) = [call.params for call in case.calls if call.params.get("text") == "petition.reception"]
    assert (told["role"], told["unit"]) == ("county_director", "33.02.11")
    case.wait(days=3)
    case.do("receive", by="director", reception_result="answered", record="现场听取诉求并记录")
    return case


def a_leader_answers_on_the_spot() -> FlowCase:
    case = _received("answered")
    assert case.event["close_reason"] == "explained"
    return case


def a_leader_assigns_and_hears_of_the_result() -> FlowCase:
    case = _received("assigned")
    (sent,) = _thrown(case, "report.received")
    assert sent["channel"] == "LEADER" and case.nodes == {"follow"}
    assert case.progress
    (waiting,) = [one for one in case.progress.subscriptions if one.message == "report.closed"]
    assert waiting.correlation == {"origin_key": "reception"}
    case.send("report.closed", waiting.key, origin_key="reception", result="solved")
    assert case.event["close_reason"] == "solved"
    return case


def the_result_is_written_by_hand() -> FlowCase:
    case = _received("assigned")
    case.do("follow", by="station", follow_result="交办单位已书面答复")
    return case


def a_leader_goes_to_the_petitioner() -> FlowCase:
    case = FlowCase()
    case.begin("leader_reception", "start", **MATTER, leader="街道主要领导", reception_kind="visit",
               place="东海明珠小区", received_at="2026-03-05T09:00:00+08:00")
    assert case.event["title"].startswith("领导下访")
    case.wait(days=3)
    case.do("receive", by="director", reception_result="answered", record="上门听取诉求并记录")
    (noted,) = case.noted("leader_reception")
    assert (noted["way"], noted["place"]) == ("visit", "东海明珠小区")
    return case


def a_leader_adopts_a_hard_case() -> FlowCase:
    case = _received("adopted")
    assert [one["leader"] for one in _thrown(case, "case.adopted")] == ["街道主要领导"]
    return case


def an_adopted_case_goes_on_until_it_is_struck_off() -> FlowCase:
    for node in ("start", "start_by_hand"):
        case = FlowCase()
        case.begin("case_adoption", node, **MATTER, leader="街道主要领导")
        case.do("make_plan", by="director", team="分管领导、司法所、信访站", plan_text="分三步逐项化解",
                goal_on="2026-06-30")
        case.until("petition_progress")
        assert case.told("petition.no_progress") == 1
        case.do("progress", by="director", progress_state="going_on", progress_text="已见面沟通两次")
        assert not case.nodes
        case.wait(days=31, minutes=1)
        case.do("progress", by="director", progress_state="solved", progress_text="双方签订协议")
        case.do("verify_solved", by="supervisor", decision="back", note="协议尚未履行")
        case.wait(days=31, minutes=1)
        case.do("progress", by="director", progress_state="solved", progress_text="协议已履行")
        case.do("verify_solved", by="supervisor", decision="strike_off", note="回访满意")
        assert case.event["close_reason"] == "solved"
    return case


def a_petition_within_an_event_answers_for_it() -> FlowCase:
    case = FlowCase()
    case.report(content="多人准备信访上访")
    accept(case)
    _served(_handled(_signed(_accepted(_registered(case)))))
    assert case.event["handled_unit"] == CIVIL and case.event["status"] == "verifying"
    return case
