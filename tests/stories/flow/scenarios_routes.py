"""An event on its way through the other flows: what each hands back, and what the life of the event does with it."""

from tests.stories.flow import scenarios_inspection, scenarios_mediation, scenarios_whistle
from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.scenarios_handling import review, three_failed_verifications, verify, work
from tests.stories.flow.scenarios_intake import accept


def _accepted(content: str, choice: str = "", **given: object) -> FlowCase:
    case = FlowCase()
    case.report(content=content, **given)
    accept(case, **({"route_choice": choice} if choice else {}))
    return case


def a_whistle_that_the_street_does_not_need_is_handled() -> FlowCase:
    case = _accepted("夜宵摊占道经营，烧烤油烟很大", "joint")
    assert case.event["status"] == "joint" and case.nodes == {"draft_whistle"}
    scenarios_whistle._drafted(case=case)
    case.do("approve_whistle", by="director", decision="reject", reject_reason="street_can", note="街道自己能办")
    assert case.nodes == {"sign"} and case.event["status"] == "dispatched"
    return case


def a_third_failure_whistles() -> FlowCase:
    case = three_failed_verifications("whistle")
    assert case.nodes == {"draft_whistle"} and case.event["status"] == "joint"
    return case


def a_dispute_that_is_judged_is_closed_without_verification() -> FlowCase:
    case = _accepted("邻里为了漏水吵架多日")
    assert case.nodes == {"register"} and case.event["status"] == "mediating"
    scenarios_mediation._register(case, legal_path="judged")
    case.do("accept_decide", reason="decided", decision="refuse", note="法院已判决")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "refused"
    assert case.told("reporter.closed") == 1 and "verified_at" not in case.record["milestones"]
    return case


def an_inspection_finds_nothing_and_the_grid_verifies() -> FlowCase:
    case = FlowCase()
    case.registers["inspection_objects"] = [dict(scenarios_inspection.SHOP)]
    case.report(content="小微企业作坊有隐患")
    accept(case)
    scenarios_inspection._inspects(case, {"code": "fire_exit", "result": "ok"})
    assert case.nodes == {"verify"}
    verify(case, by="zhao")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    return case


def a_homeless_man_goes_to_police_and_civil_affairs_at_once() -> FlowCase:
    """A confidential matter: the duty officer verifies."""
    case = _accepted("有人露宿桥洞，天冷需要救助")
    assert case.nodes == {"ack", "receive"}
    case.act("police.waived", by="command", waive_reason="110 已先到场处置")
    case.act("police.rescue_waived", by="command", waive_reason="本人已由亲属接回")
    assert case.nodes == {"verify_by_duty"}
    case.do("verify_by_duty", by="duty", decision="pass", way="phone")
    assert case.progress and case.progress.closed
    return case


def a_petition_that_a_court_has_in_hand_is_explained() -> FlowCase:
    case = _accepted("多人准备信访上访")
    assert case.nodes == {"register_petition"}
    case.do("register_petition", by="station", petition_kind="appeal", persons=1, running="court", representatives=[])
    case.do("explain_path", by="station", explanation="请通过诉讼途径解决", notice_no="告〔2026〕1号")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "legal_path"
    return case


def in_emergency_mode_normal_matters_have_half_the_time() -> FlowCase:
    case = FlowCase()
    case.registers["emergency_modes"] = [{"place": "33.02.11", "unit": "33.02.11", "title": "防汛", "factor": 0.5,
                                          "active": True}]
    case.report(content="乱堆放杂物，影响通行")
    accept(case)
    case.do("sign", decision="sign")
    limit = case.record["limits"]["handling"]
    assert (limit["amount"], limit["factor"]) == ("1125 wmin", 0.5)
    return case


def _identity(decision: str, **more: object) -> FlowCase:
    case = FlowCase()
    case.report(channel="CITY_APP", nature="consult", content="忘带身份证，今晚怎么住宿", item_hint="C22-03",
                reported_by="id-asker", photos=[])
    assert case.nodes == {"check_identity"} and case.record["limits"]["identity"]["amount"] == "2 h"
    case.until("identity", "yellow_at")
    assert case.told("unit.consult_yellow") == 1
    case.until("identity")
    assert case.noted("red")[0]["step"] == "identity"
    case.do("check_identity", by="police", decision=decision, **more)
    assert case.progress and case.progress.closed
    return case


def an_identity_is_proved_within_two_hours() -> FlowCase:
    case = _identity("matched", proof_no="电证1号", valid_until="2026-03-03")
    assert case.told("reporter.identity_proof") == 1 and case.event["close_reason"] == "solved"
    return case


def an_identity_does_not_match() -> FlowCase:
    case = _identity("not_matched", refusal="照片与登记信息不符")
    assert case.told("reporter.identity_refused") == 1 and case.event["close_reason"] == "explained"
    return case


def what_several_people_report_may_become_an_article() -> FlowCase:
    case = _accepted("路灯坏了，整条路都是黑的")
    for number in (1, 2):
        case.send("report.joined", event_no=f"NB-{number}", channel="GRID", public=False, by_grid=True, anonymous=False,
                  address_text="", grid=case.event["grid"], same_reporter=False)
    case.do("sign", decision="sign")
    work(case)
    review(case)
    verify(case)
    assert case.noted("knowledge_candidate") and case.progress and case.progress.closed
    return case
