"""What gives an agreement effect, and what comes after it."""

from typing import Any

import pytest

from app.domain.errors import ActNotOpen, YongzhiError
from tests.stories.flow import scenarios_mediation as mediation
from tests.stories.flow.flow_case import PHOTO, FlowCase

ITEM: dict[str, Any] = {"party": "乙方", "what": "分期付款第一期", "kind": "payment", "amount": 5000,
                        "due": "2026-04-10"}
VILLAGE = "33.02.11.004.003"
LEDGER = "0198c2f0-0000-7000-8000-000000000002"


def _agreed(result: str = "written", effect: str = "judicial", **more: Any) -> FlowCase:
    """An agreement in writing that takes effect on 5 March; somebody chooses the way the same day."""
    case = mediation._heard(mediation._appointed(), result)
    case.wait(days=3)
    _write(case, **more)
    if effect:
        case.do("choose", by="mediator", effect=effect)
    return case


def _write(case: FlowCase, **more: Any) -> None:
    case.do("agreement", by="mediator", **{"form": "written", "terms": "乙方分期付款五千元", "items": [ITEM],
            "signatures": [PHOTO], "effective_at": "2026-03-05T10:00:00+08:00", "wants_effect": True, **more})


def _apply(case: FlowCase) -> None:
    case.do("joint_application", by="mediator", applicants="甲方、乙方", both_sign=True, court="镇海区人民法院",
            package=[PHOTO])


def _sent(**more: Any) -> FlowCase:
    case = _agreed(**more)
    _apply(case)
    case.do("package_check", by="registrar", present=["application", "agreement", "identity", "property", "contacts"],
            decision="complete")
    assert mediation._thrown(case, "court.confirmation_requested")["effective_at"].startswith("2026-03-05")
    return case


def _settled(case: FlowCase, effect: str) -> FlowCase:
    assert case.progress and case.progress.closed and case.event["effect"] == effect
    assert mediation._thrown(case, "med.settled")["effect"] == effect
    return case


# --- judicial confirmation ---------------------------------------------------------------------------


def the_court_confirms_in_its_own_task() -> FlowCase:
    case = _agreed()
    _apply(case)
    case.do("package_check", by="registrar", present=["application"], decision="incomplete", missing="缺身份证明")
    _apply(case)
    case.do("package_check", by="registrar", present=["application", "identity"], decision="complete")
    case.do("court_accept", by="clerk", court_decision="accept", case_no="（2026）浙0211民特1号")
    assert case.record["limits"]["court_result"]["due_at"].startswith("2026-03-20")
    case.act("court.extended", by="judge", approved_by="院长", reason="须核实权属")
    assert case.record["limits"]["court_result"]["due_at"].startswith("2026-03-30")
    with pytest.raises((ActNotOpen, YongzhiError)):
        case.act("court.extended", by="judge", approved_by="院长", reason="再延长")
    case.do("court_decide", by="judge", court_decision="confirm", ruling_no="（2026）浙0211民特1号裁定")
    return _settled(case, "confirmed")


def the_court_confirms_by_message() -> FlowCase:
    case = _sent()
    mediation._answer(case, "court.replied", stage="accept", court_decision="accept", case_no="1号")
    assert case.nodes == {"court_decide"}
    mediation._answer(case, "court.replied", stage="result", court_decision="confirm")
    return _settled(case, "confirmed")


def the_court_is_late_and_refuses() -> FlowCase:
    """Not accepted: the agreement is changed and brought again; rejected: it is kept without effect."""
    case = _sent()
    case.until("court_accept")
    assert case.told("unit.court_overdue") == 1 and case.nodes == {"court_accept"}
    case.do("court_accept", by="clerk", court_decision="refuse", court_reason="内容不明确")
    case.do("after_refusal", by="mediator", next_step="change", note="补充付款账户")
    assert case.nodes == {"agreement"}
    _write(case, effective_at="2026-03-09T10:00:00+08:00")
    case.do("choose", by="mediator", effect="judicial")
    _apply(case)
    case.do("package_check", by="registrar", present=["application"], decision="complete")
    mediation._answer(case, "court.replied", stage="accept", court_decision="accept")
    case.until("court_result")
    assert case.told("unit.court_overdue") == 2
    case.do("court_decide", by="judge", court_decision="reject", ruling_no="2号", court_reason="损害第三人利益")
    case.do("after_refusal", by="mediator", next_step="none", note="双方愿意自行履行")
    return _settled(case, "none")


def day_thirty_is_in_time_day_thirty_one_is_not() -> FlowCase:
    """Effective on 5 March: warned on the 25th and on 1 April; on 4 April still taken, on the 5th refused."""
    on_time = _agreed()
    on_time.wait(days=29, hours=14, minutes=59)
    assert on_time.now.isoformat().startswith("2026-04-03") and on_time.nodes == {"joint_application"}
    on_time.wait(hours=23)
    _apply(on_time)
    assert on_time.now.isoformat().startswith("2026-04-04") and on_time.nodes == {"package_check"}
    case = _agreed()
    case.wait(days=20)
    assert case.now.isoformat().startswith("2026-03-25") and case.told("unit.confirmation_warning") == 1
    case.wait(days=7)
    assert case.told("unit.confirmation_warning") == case.told("reporter.confirmation_warning") == 2
    case.wait(days=4)
    assert case.now.isoformat().startswith("2026-04-05")
    assert case.noted("confirmation_lapsed") and case.nodes == {"choose"}
    with pytest.raises(YongzhiError) as no:
        case.do("choose", by="mediator", effect="judicial")
    assert "三十日" in no.value.message
    case.do("choose", by="mediator", effect="none")
    return _settled(case, "none")


def the_court_writes_letters() -> FlowCase:
    """The court has no link: the registrar enters what it wrote."""
    case = _sent()
    case.act("court.replied", by="registrar", node="accept_replied", court_decision="accept", case_no="特1号")
    assert case.nodes == {"court_decide"}
    case.act("court.replied", by="registrar", node="result_replied", court_decision="confirm", ruling_no="特1号裁定")
    return _settled(case, "confirmed")


def nobody_hurries_to_give_effect() -> FlowCase:
    """Each step at its limit: who has to see to it is told."""
    case = mediation._heard(mediation._appointed(), "written")
    case.until("mediation_agreement")
    _write(case)
    case.until("mediation_effect")
    case.do("choose", by="mediator", effect="judicial")
    _apply(case)
    case.until("confirmation_check")
    case.do("package_check", by="registrar", present=["application"], decision="complete")
    case.do("court_accept", by="clerk", court_decision="refuse", court_reason="内容不明确")
    case.until("after_refusal")
    assert mediation._late(case) == ["mediation_agreement", "mediation_effect", "confirmation_check", "after_refusal"]
    assert case.told("unit.mediation_step_late") == 4
    case.do("after_refusal", by="mediator", next_step="none", note="双方愿意自行履行")
    return _settled(case, "none")


# --- other ways --------------------------------------------------------------------------------------


def arbitration_confirms() -> FlowCase:
    case = _agreed(effect="arbitration")
    assert case.open[case.key_of("arbitrate")].candidates == (("arbitration_clerk", "33.02.11.d-arbitration"),)
    case.do("arbitrate", by="clerk", outside_result="confirmed", document_no="仲1号")
    return _settled(case, "arbitrated")


def arbitration_answers_by_message() -> FlowCase:
    case = _agreed(effect="arbitration")
    case.until("arbitration_confirm")
    assert mediation._late(case)[-1:] == ["arbitration_confirm"]
    mediation._answer(case, "arbitration.replied", outside_result="refused")
    return _settled(case, "none")


def a_notary_takes_payments_only() -> FlowCase:
    case = _agreed(effect="", items=[ITEM, {**ITEM, "what": "清理通道", "kind": "act"}])
    with pytest.raises(YongzhiError) as no:
        case.do("choose", by="mediator", effect="notary")
    assert "给付" in no.value.message
    paid = _agreed(effect="notary")
    paid.do("notarise", by="notary", outside_result="confirmed", document_no="公1号")
    return _settled(paid, "notarised")


def a_notary_answers_by_message() -> FlowCase:
    case = _agreed(effect="notary")
    case.until("notary_confirm")
    assert mediation._late(case)[-1:] == ["notary_confirm"]
    case.act("notary.replied", by="registrar", outside_result="confirmed", document_no="公2号")
    return _settled(case, "notarised")


def partly_agreed_the_rest_is_guided() -> FlowCase:
    case = _agreed("partly", effect="", wants_effect=False)
    assert case.nodes == {"terminate"}
    mediation._end(case)
    return mediation._guided(case, "partly", "partly_solved")


# --- performance and visits --------------------------------------------------------------------------


def _after(*items: dict[str, Any], **more: Any) -> FlowCase:
    case = FlowCase()
    case.registers["dispute_ledger"] = [{"id": LEDGER, "event_no": "M-1", "place": VILLAGE, "state": "agreed"}]
    case.begin("dispute_follow_up", "settled", **{
        "origin_no": "M-1", "title": "邻里纠纷", "item_code": "C01-01", "dispute_type": "neighbour",
        "parties": mediation.PARTIES, "items": list(items), "effective_at": "2026-03-02T09:00:00+08:00",
        "effect": "confirmed", "ledger_id": LEDGER, **more})
    return case


def _visit(case: FlowCase, result: str = "fine") -> None:
    case.do("visit", by="visitor", visit_result=result, note="双方相处平稳，无新的争执")


def every_item_is_watched() -> FlowCase:
    """One is performed before the reminder, one after it, one is urged, put off and enforced."""
    first, second, third = ({**ITEM, "what": name, "due": due} for name, due in
                            (("一", "2026-03-20"), ("二", "2026-03-10"), ("三", "2026-03-06")))
    case = _after(first, second, third)
    case.act("med.performed", node="performed_early", proof=[PHOTO])
    case.wait(days=1, hours=1)
    assert case.told("unit.performance_due") == 1
    case.wait(days=3, hours=23)
    assert case.told("unit.performance_due") == 2 and case.nodes == {"check_item"}
    case.act("med.performed", node="performed_later", proof=[PHOTO])
    assert case.now.isoformat().startswith("2026-03-07")
    case.until("performance_check#3")
    assert mediation._late(case) == ["performance_check"]
    case.do("check_item", decision="urge", note="已电话催告")
    case.wait(days=3)
    _visit(case)
    case.wait(days=6)
    assert case.nodes == {"check_item"}
    case.do("check_item", decision="renegotiate", new_due="2026-03-25", note="双方同意延后")
    case.wait(days=11)
    case.do("check_item", decision="enforce", note="申请强制执行")
    assert case.noted("enforcement_path") and not case.nodes
    case.wait(days=6)
    _visit(case, "unreachable")
    case.wait(days=66)
    assert case.noted("visit_missed")
    row = case.registers["dispute_ledger"][0]
    assert case.progress and case.progress.closed
    assert (row["performance"], row["urged"], row["relapses"]) == ("enforced", 2, 0)
    return case


def a_relapse_begins_a_new_dispute() -> FlowCase:
    case = _after(ITEM)
    case.wait(days=7)
    _visit(case, "relapse")
    again = mediation._thrown(case, "med.applied")
    assert again["origin_no"] == case.event["event_no"] and again["applied_by"] == "village"
    case.wait(days=24)
    _visit(case)
    case.wait(days=10)
    case.do("check_item", decision="performed", note="已付清")
    case.wait(days=50)
    _visit(case)
    assert case.registers["dispute_ledger"][0]["relapses"] == 1
    return case
