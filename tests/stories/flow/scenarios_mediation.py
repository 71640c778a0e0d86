"""Dispute mediation: registration, risk, levels, sessions, and how it ends without an agreement."""

from typing import Any

import pytest

from app.domain.errors import ActNotOpen, Invalid, YongzhiError
from tests.stories.flow.flow_case import PHOTO, FlowCase, choices, form_of
from tests.stories.flow.scenarios_handling import verify
from tests.stories.flow.scenarios_intake import accept

PARTIES = [{"name": "甲方", "side": "applicant", "kind": "person", "phone": "", "agent": ""},
           {"name": "乙方", "side": "respondent", "kind": "person", "phone": "", "agent": ""}]
BASIC: dict[str, Any] = {"dispute_type": "neighbour", "applied_by": "party", "claim": "清理共用通道堆放的杂物",
                         "claim_amount": 800, "mediator_wanted": "", "facts": "共用通道长期被占，双方多次争执",
                         "parties": PARTIES}
CALM: dict[str, Any] = {"identity_checked": True, "people_involved": 2, "risk_signs": [], "legal_path": "none",
                        "other_party": "agrees"}


# --- steps that other scenarios begin with -----------------------------------------------------------


def _answer(case: FlowCase, message: str, **payload: Any) -> None:
    """Let an outside system answer what waits for it."""
    assert case.progress
    key = next(one.key for one in case.progress.subscriptions if one.message == message)
    case.send(message, key, **payload)


def _thrown(case: FlowCase, message: str) -> dict[str, Any]:
    assert case.progress
    return dict(next(one.payload for one in case.progress.thrown if one.name == message))


def _late(case: FlowCase) -> list[str]:
    """Steps that were recorded as late."""
    return [one["step"] for one in case.noted("mediation_late")]


def _applied(**given: Any) -> FlowCase:
    case = FlowCase()
    case.begin("dispute_mediation", "applied", **{**BASIC, "evidence": [], **given})
    assert case.nodes == {"register"}
    return case


def _register(case: FlowCase, **given: Any) -> FlowCase:
    known = {name: value for name, value in given.items() if name in BASIC}
    case.do("register", by="registrar", **{**BASIC, **CALM, **known, **{n: v for n, v in given.items() if n in CALM
                                           or n in ("sole_organ", "status_matter", "crime_suspected", "repeated")}})
    return case


def _registered(**given: Any) -> FlowCase:
    return _register(_applied(**{name: value for name, value in given.items() if name not in CALM}), **given)


def _accepted(**given: Any) -> FlowCase:
    case = _registered(**given)
    case.do("accept_decide", by="registrar", reason="accept", decision="accept")
    assert case.event["status"] == "mediating" and case.told("reporter.mediation_accepted") == 1
    return case


def _consents(case: FlowCase, *answers: str) -> None:
    for answer in answers or ("yes", "yes"):
        case.do("consent", answer=answer, **({"mode": "site"} if answer == "yes" else {}))


def _appoint(case: FlowCase) -> None:
    case.do("appoint", by="head", mediator_name="调解员01", way="chosen", no_conflict=True)


def the_appointment_is_late() -> FlowCase:
    case = _accepted()
    _consents(case)
    case.until("mediation_appoint")
    assert _late(case) == ["mediation_appoint"] and case.told("unit.mediation_step_late") == 1
    _appoint(case)
    return case


def _appointed(**given: Any) -> FlowCase:
    case = _accepted(**given)
    _consents(case)
    _appoint(case)
    return case


def _met(case: FlowCase, result: str = "conclude", **more: Any) -> None:
    case.do("session", by="mediator", held_at="2026-03-05T09:00:00+08:00", mode="site", place="村调解室",
            attendees="双方", record="双方陈述意见", session_result=result, **more)


def _heard(case: FlowCase, result: str) -> FlowCase:
    case.do("investigate", by="mediator", findings="通道属共用部分")
    _met(case)
    case.do("outcome", by="mediator", round_result=result, outcome_note="见笔录")
    return case


def _once_more(case: FlowCase, result: str) -> None:
    """Go through a level from the consent on."""
    _consents(case)
    _appoint(case)
    _heard(case, result)


def _end(case: FlowCase, exit: str = "none", **more: Any) -> None:
    case.do("terminate", by="mediator", note="双方意见不一致", paths=["court"], exit=exit, **more)


def _guided(case: FlowCase, result: str, reason: str) -> FlowCase:
    """The centre guides; the ledger has the result."""
    case.do("guide", by="registrar", guided=True, advice="可向法院申请速裁")
    assert case.progress and case.progress.closed and case.event["close_reason"] == reason
    row = case.registers["dispute_ledger"][0]
    assert (row["state"], row["guided"]) == (result, 1) and row["closed_on"]
    return case


# --- registration ------------------------------------------------------------------------------------


def a_neighbour_dispute_is_settled_in_the_village() -> FlowCase:
    case = _heard(_appointed(), "oral")
    assert case.nodes == {"agreement"} and case.event["level"] == "L2"
    with pytest.raises(YongzhiError) as no:
        case.do("agreement", form="oral", terms="乙方三日内清理", effective_at="2026-03-05T10:00:00+08:00")
    assert "书面协议" in no.value.message
    case.do("agreement", by="mediator", form="oral", terms="乙方当场清理", performed_at_once=True, receipt=[PHOTO],
            effective_at="2026-03-05T10:00:00+08:00")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    assert _thrown(case, "med.settled")["items"] == [] and "effect_giving" not in {fact.process for fact in case.facts}
    row = case.registers["dispute_ledger"][0]
    assert (row["state"], row["tier"], row["sessions"], row["trips"]) == ("agreed", "village", 1, 1)
    return case


def an_event_becomes_a_dispute_and_keeps_its_number() -> FlowCase:
    """Routed by the life of an event: one number, the village mediates, the grid verifies, one closing."""
    case = FlowCase()
    case.report(content="邻里为了漏水吵架多日，双方情绪激动", reported_by="id-wang")
    accept(case)
    number = case.event["event_no"]
    assert case.nodes == {"register"} and case.event["status"] == "mediating"
    assert case.open[case.key_of("register")].candidates == (("village_mediator", "33.02.11.004.003"),)
    _register(case)
    case.do("accept_decide", reason="accept", decision="accept")
    _once_more(case, "written")
    case.do("agreement", by="mediator", form="written", terms="楼上负责修复防水层", performed_at_once=True,
            receipt=[PHOTO], signatures=[PHOTO], effective_at="2026-03-05T10:00:00+08:00")
    assert "verify" in case.nodes and case.event["event_no"] == number and case.event["result"] == "solved"
    verify(case)
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    assert len([call for call in case.calls if call.operation == "event.register"]) == 1
    return case


def the_reporter_adds_what_he_forgot_and_takes_it_back() -> FlowCase:
    """On his tracking page: the mediator is told what he adds; what he takes back ends with his event."""
    case = FlowCase()
    case.report(content="邻里为了漏水吵架多日，双方情绪激动", reported_by="", channel="CITY_APP")
    accept(case)
    _register(case)
    case.do("accept_decide", reason="accept", decision="accept")
    _answer(case, "evt.supplemented", content="邻里为了漏水吵架多日\n补充:附上修理单据", supplement_text="附上修理单据")
    assert case.told("unit.mediation_supplemented") == 1 and "修理单据" in case.event["content"]
    assert case.nodes == {"consent"}
    _answer(case, "evt.withdrawn", withdraw_reason="已自行和解")
    # others may be concerned: the duty officer says whether the matter ends with it
    assert case.nodes == {"consent", "withdraw_decide"}
    return case


def an_event_whose_dispute_goes_to_court_is_closed_as_legal_path() -> FlowCase:
    case = FlowCase()
    case.report(content="邻里为了漏水吵架多日，双方情绪激动", reported_by="id-wang")
    accept(case)
    _register(case, legal_path="running")
    case.do("accept_decide", reason="running", decision="legal_path", note="诉讼正在进行")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "legal_path"
    return case


def an_officer_applies_for_a_party() -> FlowCase:
    delegated = BASIC | {"applied_by": "court"}
    form = form_of("mediation/apply")
    for answers, fits in ((BASIC, True), (delegated, False), (delegated | {"letter": [PHOTO]}, True)):
        if fits:
            assert form.load(answers, context={}, options=choices({}))
        else:
            with pytest.raises(Invalid):
                form.load(answers, context={}, options=choices({}))
    case = FlowCase()
    case.begin("dispute_mediation", "start", **BASIC, slots="", evidence=[], letter=[])
    assert case.nodes == {"register"} and case.event["event_no"]
    return case


def registration_and_acceptance_are_late() -> FlowCase:
    case = _applied()
    case.until("mediation_register")
    _register(case)
    case.until("mediation_accept")
    assert [one["step"] for one in case.noted("mediation_late")] == ["mediation_register", "mediation_accept"]
    assert case.told("unit.mediation_late") == 2
    case.do("accept_decide", reason="accept", decision="accept")
    return case


def what_a_court_delegates_is_mediated_though_it_has_the_case() -> FlowCase:
    """Sent back before filing, or by the petition office: the path of law that runs is no reason to refuse."""
    for source in ("court", "petition"):
        case = _registered(legal_path="running", applied_by=source)
        made = [body for body in case.kinds("DecisionMade") if body["decision"] == "mediation_accept"][-1]["outputs"]
        assert made == {"proposal": "accept", "reason": "accept"}
    case.do("accept_decide", reason="accept", decision="accept")
    assert "consent" in case.nodes
    return case


def what_is_judged_is_refused_and_what_belongs_elsewhere_is_sent_there() -> FlowCase:
    ways: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"legal_path": "judged"}, "refuse", "decided"), ({"legal_path": "arbitrated"}, "refuse", "decided"),
        ({"legal_path": "reconsidered"}, "refuse", "decided"), ({"other_party": "refuses"}, "refuse", "other_party"),
        ({"sole_organ": True}, "legal_path", "sole_organ"), ({"status_matter": True}, "legal_path", "status"),
        ({"legal_path": "running"}, "legal_path", "running"))
    for answers, proposal, reason in ways:
        case = _registered(**answers)
        made = [body for body in case.kinds("DecisionMade") if body["decision"] == "mediation_accept"][-1]["outputs"]
        assert made == {"proposal": proposal, "reason": reason}
        case.do("accept_decide", reason=reason, decision=proposal, note="可向法院申请执行")
        assert case.progress and case.progress.closed and case.told("reporter.mediation_refused") == 1
        assert case.event["close_reason"] == ("refused" if proposal == "refuse" else "legal_path")
    return case


def a_crime_stops_the_mediation() -> FlowCase:
    case = _registered(crime_suspected=True)
    case.do("accept_decide", reason="crime", decision="crime", note="涉嫌故意伤害")
    assert case.progress and case.progress.closed and case.told("unit.dispute_crime") == 1
    assert _thrown(case, "police.notified")["reason"] == "crime"
    assert case.registers["dispute_ledger"][0]["state"] == "crime"
    return case


# --- risk --------------------------------------------------------------------------------------------


def a_high_risk_informs_the_police_within_ten_minutes() -> FlowCase:
    case = _registered(risk_signs=["threat"])
    assert case.told("unit.dispute_high_risk") == 2 and case.noted("counselling_offered")
    assert case.nodes == {"police_ack", "accept_decide"}
    assert case.record["limits"]["dispute_police"]["due_at"] == "2026-03-02T09:10:00+08:00"
    case.wait(minutes=7)
    case.do("police_ack", by="police", measure="go")
    case.do("accept_decide", reason="accept", decision="accept")
    assert case.event["level"] == "L4"
    case.wait(days=1, minutes=1)
    assert "watch_visit" in case.nodes
    case.do("watch_visit", mood="calm", note="情绪平稳")
    case.wait(days=2, minutes=5)
    assert len(case.noted("watch_missed")) == 1
    return case


def a_visit_that_finds_it_acute_raises_the_alarm() -> FlowCase:
    """What was of medium risk when it was registered may escalate later: police, leader and counselling then too."""
    case = _accepted(risk_signs=["injury"])
    assert case.event["dispute_risk"] == "medium" and case.told("unit.dispute_high_risk") == 0
    _consents(case, "yes", "yes")
    case.wait(days=7, minutes=1)
    case.do("watch_visit", mood="acute", note="扬言报复")
    assert case.told("unit.dispute_high_risk") == 2 and case.noted("counselling_offered")
    assert case.event["dispute_risk"] == "high" and "police_ack" in case.nodes
    case.do("police_ack", by="police", measure="go")
    assert "police_ack" not in case.nodes and "watch_visit" not in case.nodes
    return case


def the_police_are_silent() -> FlowCase:
    case = _registered(risk_signs=["weapon"])
    case.wait(minutes=11)
    assert case.told("unit.dispute_high_risk_late") == 1 and case.nodes == {"accept_decide"}
    return case


# --- levels ------------------------------------------------------------------------------------------


def one_party_refuses() -> FlowCase:
    case = _accepted()
    _consents(case, "yes", "no")
    assert case.nodes == {"terminate"}
    _end(case)
    assert case.told("reporter.mediation_ended") == 1
    return _guided(case, "refused", "legal_path")


def a_party_answers_online_another_not_at_all() -> FlowCase:
    case = _accepted()
    _answer(case, "med.consented", answer="yes", mode="video")
    case.wait(days=3, hours=1)
    # of the two only the silent one was asked again
    assert case.nodes == {"terminate"} and case.told("unit.mediation_consent_yellow") == 1
    case.until("mediation_terminate")
    assert _late(case) == ["mediation_terminate"]
    _end(case)
    case.until("mediation_guide")
    assert case.noted("not_guided") and case.event["close_reason"] == "legal_path"
    return case


def a_message_without_an_answer_is_no_consent() -> FlowCase:
    """What a party said at the level below does not answer for him at the next."""
    case = _heard(_appointed(), "failed")
    case.do("receive_up", decision="take")
    _answer(case, "med.consented", mode="site")
    _consents(case, "yes")
    assert case.nodes == {"terminate"}
    return case


def the_court_sends_it_back_once_before_filing() -> FlowCase:
    case = _accepted(dispute_type="wage")
    for again in (False, True):
        _consents(case, "no", "no")
        _end(case, "court", consent_handover=True)
        letter = {"letter": [PHOTO]}
        case.do("receipt", by="clerk", receipt_decision="back", note="立案前请再调解", **letter)
        assert case.nodes == ({"guide"} if again else {"consent"})
        if not again:
            assert case.record["limits"]["mediation_legal"]["amount"] == "30 d"
            assert case.event["mediation_kind"] == "professional" and case.record["counts"]["sent_back"] == 1
    return _guided(case, "refused", "legal_path")


def not_settled_in_the_village_goes_up_to_the_county() -> FlowCase:
    """Village limit over, street fails, the county does not answer in time; the court files it by message."""
    case = _appointed()
    case.until("mediation_round", "yellow_at")
    assert case.told("unit.mediation_yellow") == 1
    case.until("mediation_round")
    assert case.noted("mediation_level_over")[0]["tier"] == "village" and case.nodes == {"receive_up"}
    case.do("receive_up", decision="take")
    assert case.event["level"] == "L3" and case.event["lead_unit"] == "33.02.11.004.s-justice"
    _once_more(case, "failed")
    task = case.open[case.key_of("receive_up")]
    assert task.candidates == (("mediation_registrar", "33.02.11.d-mediation"),)
    case.until("mediation_receive")
    assert case.event["level"] == "L4"
    _once_more(case, "failed")
    assert case.record["counts"]["levels_up"] == 2
    _end(case, "court", consent_handover=True, documents=[PHOTO])
    assert _thrown(case, "med.handed_over")["exit"] == "court"
    assert case.open[case.key_of("receipt")].candidates == (("court_confirm_clerk", "33.02.11.d-court"),)
    _answer(case, "med.handover_answered", receipt_decision="filed", case_no="（2026）浙0211民诉前调1号")
    assert case.noted("handed_over")[0]["decision"] == "filed"
    return _guided(case, "failed", "legal_path")


def the_street_returns_it_once_with_help() -> FlowCase:
    case = _heard(_appointed(), "failed")
    case.do("receive_up", decision="return", help="派法律顾问到村指导")
    assert case.event["level"] == "L2" and case.record["limits"]["mediation_round"]["amount"] == "4 d"
    _once_more(case, "failed")
    with pytest.raises(YongzhiError) as no:
        case.do("receive_up", decision="return", help="再派一次法律顾问")
    assert "退回过一次" in no.value.message
    case.do("receive_up", decision="take")
    assert case.event["level"] == "L3"
    return case


def an_extension_needs_both_parties() -> FlowCase:
    case = _appointed()
    before = case.record["limits"]["mediation_round"]["due_at"]
    case.act("med.extension", asked_by=["甲方"], days=5, reason="等待鉴定")
    assert case.noted("mediation_extension_refused") and case.record["limits"]["mediation_round"]["due_at"] == before
    case.act("med.extension", asked_by=["甲方", "乙方"], days=5, reason="等待鉴定")
    assert (before[:10], case.record["limits"]["mediation_round"]["due_at"][:10]) == ("2026-03-09", "2026-03-14")
    assert case.record["limits"]["mediation_legal"]["due_at"].startswith("2026-04-06")
    return case


def the_legal_term_ends_it() -> FlowCase:
    case = _appointed(claim_amount=900000)
    assert case.event["level"] == "L4"
    case.act("med.appraisal", appraiser="鉴定机构", question="渗漏原因")
    with pytest.raises((ActNotOpen, YongzhiError)):
        case.act("med.appraisal", appraiser="鉴定机构", question="再鉴定")
    case.wait(days=10)
    assert not _late(case)
    case.do("appraisal_result", appraisal="防水层老化", appraisal_cost=3000)
    assert case.record["limits"]["mediation_legal"]["due_at"].startswith("2026-04-11")
    case.until("mediation_legal")
    assert case.nodes == {"terminate"}
    _end(case, "arbitration", consent_handover=True)
    case.until("mediation_handover")
    assert case.noted("handover_silent")
    return _guided(case, "over", "legal_path")


def an_appraisal_takes_too_long() -> FlowCase:
    case = _appointed(claim_amount=900000)
    case.act("med.appraisal", appraiser="鉴定机构", question="渗漏原因")
    case.until("mediation_appraisal")
    # the clock of the mediation stands still, the one of the appraisal does not
    assert _late(case) == ["mediation_appraisal"] and "appraisal_result" in case.nodes
    case.do("appraisal_result", appraisal="防水层老化", appraisal_cost=3000)
    return case


def the_labour_arbitration_answers_by_hand() -> FlowCase:
    case = _accepted(dispute_type="wage")
    _consents(case, "no", "no")
    _end(case, "arbitration", consent_handover=True)
    assert case.open[case.key_of("receipt")].candidates == (("arbitration_clerk", "33.02.11.d-arbitration"),)
    case.do("receipt", by="clerk", receipt_decision="refused", note="已过仲裁时效")
    assert case.noted("handed_over")[0]["decision"] == "refused"
    return _guided(case, "refused", "legal_path")


def the_applicant_withdraws() -> FlowCase:
    case = _appointed(origin_no="P-7")
    case.act("med.withdrawn", withdraw_reason="双方自行和解")
    _end(case, "petition", consent_handover=True)
    assert _thrown(case, "petition.received")["origin_no"] == case.event["event_no"] and case.nodes == {"guide"}
    case.do("guide", guided=False, advice="保留材料")
    assert case.event["close_reason"] == "withdrawn" and case.progress
    concluded = next(one for one in case.progress.thrown if one.name == "med.concluded")
    assert concluded.correlation["event_no"] == "P-7" and concluded.payload["result"] == "withdrawn"
    return case


def five_sessions_at_most_and_a_mediator_who_must_keep_away() -> FlowCase:
    case = _appointed()
    case.do("investigate", by="cousin", findings="通道属共用部分")
    case.act("med.recused", by="cousin", recused_who="self", reason="近亲属")
    _appoint(case)
    assert case.open[case.key_of("investigate")].excluded_people == ("id-cousin",)
    case.do("investigate", by="mediator", findings="通道属共用部分")
    for _ in range(3):
        _met(case, "continue", next_at="2026-03-06T09:00:00+08:00")
        assert case.nodes == {"session"}
    _answer(case, "med.session_held", session_result="continue", record="视频会议")
    assert case.nodes == {"session"}
    _met(case, "continue", next_at="2026-03-07T09:00:00+08:00")
    assert case.nodes == {"outcome"} and case.record["counts"]["sessions"] == 5
    return case


# --- the insurer -------------------------------------------------------------------------------------


def _medical(amount: float) -> FlowCase:
    return _appointed(dispute_type="medical", claim_amount=amount, item_code="C01-09")


def a_medical_claim_of_10001_yuan_invites_the_insurer() -> FlowCase:
    assert _medical(10000).nodes == {"investigate"}
    case = _medical(10001)
    assert case.nodes == {"investigate", "insurer_reply"} and _thrown(case, "insurer.invited")["claim_amount"] == 10001
    assert case.record["limits"]["mediation_legal"]["amount"] == "30 wd"
    case.do("insurer_reply", insurer_takes_part="yes")
    case.act("med.recused", recused_who="holder", reason="利害关系")
    _appoint(case)
    assert case.nodes == {"investigate"}, "invited once"
    return case


def the_insurer_answers_online() -> FlowCase:
    case = _medical(20000)
    _answer(case, "insurer.replied", insurer_takes_part="yes")
    assert case.nodes == {"investigate"}
    return case


def the_insurer_is_silent() -> FlowCase:
    case = _medical(20000)
    case.until("insurer_reply")
    assert case.noted("insurer_silent") and case.nodes == {"investigate"}
    return case
