"""Administrative penalties: every way through the diagrams, each timer, each refusal."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.errors import ActNotOpen, Conflict, YongzhiError
from tests.stories.flow.flow_case import PHOTO, FlowCase

AGENCY = "33.02.11.d-enforce"
OFFICERS = "执法人员01（33020001）、执法人员02（33020002）"
FOUND = {"violation_code": "illegal_building", "amount_involved": 20000, "consequence": "none", "repeat_count": 0}
PROPOSED = {"proposed_penalties": ["fine"], "proposed_fine": 3000, "proposed_confiscation": 0}


def _opened(**payload: Any) -> FlowCase:
    case = FlowCase()
    case.begin("admin_penalty", "start_referred", **{
        "origin_no": "E-1", "unit": "33.02.11.004.p-enforce", "title": "围墙占用水利红线", "item_code": "C15-02",
        "facts": "期满未拆除", "party_kind": "org", "party_name": "某企业", **payload,
    })  # fmt: skip
    assert case.nodes == {"file_decide"} and case.event["origin_no"] == "E-1" and case.event["lead_unit"] == AGENCY
    assert case.open[case.key_of("file_decide")].candidates == (("agency_head", AGENCY),)
    return case


def _filed(**payload: Any) -> FlowCase:
    case = _opened(**payload)
    case.do("file_decide", by="head", decision="file", party_kind=payload.get("party_kind", "org"), party_name="某企业",
            note="有违法事实，属本机关管辖")
    assert case.nodes == {"investigate"} and case.event["status"] == "handling"
    assert case.record["limits"]["penalty_case"]["due_at"].startswith("2026-05-31T09:00")
    return case


def _investigates(case: FlowCase, conclusion: str = "penalty", **more: Any) -> None:
    case.do("investigate", by="first", officers=OFFICERS, facts="现场检查属实", evidence_list="照片、笔录、测绘图",
            **{**FOUND, **more}, conclusion=conclusion,
            **{name: value for name, value in PROPOSED.items() if conclusion in ("penalty", "crime") and
               name not in more})  # fmt: skip
    assert "id-first" in case.open[case.key_of("second_sign")].excluded_people
    case.do("second_sign", by="second", decision="agree", certificate="33020002")


def _notified(case: FlowCase, **more: Any) -> None:
    case.do("give_notice", by="first", notice_no="罚告〔2026〕1号", served_on="2026-03-05",
            grounds="事实、理由、依据如下", documents=[PHOTO], **{**PROPOSED, **more})


def _decided(case: FlowCase, **more: Any) -> None:
    answers: dict[str, Any] = {"decision": "punish", "penalties": ["fine"], "fine": 3000,
                               "decision_no": "罚〔2026〕1号", "basis": "行政处罚法第五条", **more}
    if answers["decision"] != "punish":
        answers = {name: answers[name] for name in ("decision", "basis")}
    case.do("decide", by="head", **answers)


def _punished(**payload: Any) -> FlowCase:
    """Bring a case to the service of a fine of 3,000 yuan."""
    case = _filed(**payload)
    _investigates(case)
    _notified(case)
    case.act("penalty.rights_waived", by="first", waiver="书面放弃陈述申辩", waiver_files=[PHOTO])
    _decided(case)
    assert case.nodes == {"serve"} and "decided_at" in case.record["milestones"]
    return case


def _served(**payload: Any) -> FlowCase:
    case = _punished(**payload)
    case.do("serve", by="first", serve_way="direct", served_on="2026-03-06", documents=[PHOTO])
    assert not case.nodes and case.record["limits"]["penalty_payment"]["state"] == "running"
    return case


def a_fine_is_paid_in_time() -> FlowCase:
    case = _served()
    case.wait(days=10)
    case.act("penalty.paid", by="first", amount=1000, receipt_no="P-1")
    assert case.progress and not case.progress.closed
    case.act("penalty.paid", by="first", amount=2000, receipt_no="P-2")
    assert case.progress.closed and case.event["close_reason"] == "solved"
    assert case.noted("penalty_paid")[0]["late_fine"] == 0
    return case


def late_payment_costs_three_percent_a_day() -> FlowCase:
    """Seven days late: 21 % of 3,000 yuan, to the fen; the fine alone does not settle it."""
    case = _served()
    case.wait(days=15, hours=14)
    assert not case.noted("penalty_late"), "the fifteenth day lasts until midnight"
    case.wait(days=6, hours=10)
    assert case.noted("penalty_late")
    case.act("penalty.paid", by="first", amount=3000, receipt_no="P-1")
    assert case.event["late_days"] == 7 and case.event["late_fine"] == 630
    assert case.progress and not case.progress.closed
    case.act("penalty.paid", by="first", amount=629.99, receipt_no="P-2")
    assert not case.progress.closed
    case.send("penalty.paid", amount=0.01, receipt_no="P-3")
    assert case.progress.closed
    return case


def late_payment_never_doubles_more_than_the_fine() -> FlowCase:
    """After 33 and a third days the addition stops at the fine itself; then urging, ten days, the court."""
    case = _served()
    case.wait(days=15 + 100)
    case.act("penalty.paid", by="first", amount=1, receipt_no="P-1")
    assert case.event["late_days"] == 100 and case.event["late_fine"] == 3000
    case.wait(days=80)
    assert case.nodes == {"urge"}
    case.do("urge", by="first", urge_no="催〔2026〕1号", urged_on="2026-09-10", documents=[PHOTO])
    assert not case.nodes
    case.wait(days=10)
    assert not case.nodes
    case.wait(days=1)
    assert case.nodes == {"court_apply"}
    limit = case.record["limits"]["penalty_court"]
    # three months from the end of the six for a remedy, not from the urging
    began, due = (datetime.fromisoformat(limit[name]) for name in ("started_at", "due_at"))
    assert timedelta(days=60) < due - began < timedelta(days=89)
    case.do("court_apply", by="first", application_no="强申〔2026〕1号", claimed=6000, documents=[PHOTO])
    assert case.nodes == {"court_decides"}
    assert ("court_judge", "33.02.11.d-court") in case.open[case.key_of("court_decides")].candidates
    case.do("court_decides", by="judge", court_decision="granted", ruling_no="（2026）浙0211行审1号")
    assert case.progress and case.progress.closed and case.noted("court_ruling")[0]["decision"] == "granted"
    return case


def the_court_rules_on_a_penalty_by_message() -> FlowCase:
    case = _served()
    case.wait(days=200)
    case.do("urge", by="first", urge_no="催〔2026〕2号", urged_on="2026-09-20", documents=[PHOTO])
    case.wait(days=11)
    case.do("court_apply", by="first", application_no="强申〔2026〕2号", claimed=6000, documents=[PHOTO])
    case.send("court.enforcement_decided", court_decision="refused")
    assert case.progress and case.progress.closed and case.noted("court_ruling")[0]["decision"] == "refused"
    return case


def payment_is_deferred_and_a_second_wish_refused() -> FlowCase:
    case = _served()
    before = case.record["limits"]["penalty_payment"]["due_at"]
    case.act("penalty.deferral_asked", by="first", deferral_reason="停产困难", asked_days=30)
    with pytest.raises(YongzhiError, match="最长天数"):
        case.do("deferral_decide", by="head", decision="grant", days=91, note="超过表中上限")
    case.do("deferral_decide", by="head", decision="grant", days=30, note="情况属实")
    assert case.record["limits"]["penalty_payment"]["due_at"] > before
    case.act("penalty.deferral_asked", by="first", deferral_reason="仍有困难", asked_days=90)
    case.do("deferral_decide", by="head", decision="refuse", note="不再暂缓")
    case.wait(days=44)
    assert not case.noted("penalty_late")
    case.wait(days=2)
    assert case.noted("penalty_late")
    with pytest.raises((Conflict, ActNotOpen)):
        case.act("penalty.deferral_asked", by="first", deferral_reason="逾期之后", asked_days=5)
    return case


def a_lawsuit_stops_the_daily_addition() -> FlowCase:
    """Five days late, ten days in court, then changed to 2,000: 5 days count."""
    case = _served()
    case.wait(days=20)
    case.act("penalty.remedy_opened", by="first", remedy_kind="lawsuit", remedy_no="（2026）浙0211行初1号")
    case.wait(days=10)
    case.do("remedy_record", by="first", outcome="changed", new_fine=2000, documents=[PHOTO])
    case.act("penalty.paid", by="first", amount=2000, receipt_no="P-1")
    assert case.event["late_days"] == 5 and case.event["late_fine"] == 300 and case.event["fine"] == 2000
    case.act("penalty.remedy_opened", by="first", remedy_kind="reconsider", remedy_no="镇复〔2026〕1号")
    case.do("remedy_record", by="first", outcome="revoked", documents=[PHOTO])
    assert case.progress and case.progress.closed
    return case


def a_hearing_is_held_seven_working_days_after_its_notice() -> FlowCase:
    case = _filed()
    _investigates(case, proposed_fine=80000)
    _notified(case, proposed_fine=80000)
    case.act("penalty.statement_made", by="first", statement="已经自行拆除一半")
    case.do("statement_review", by="first", statement_adopted="partly", note="拆除属实，从轻")
    case.act("penalty.hearing_asked", by="first", asked_on="2026-03-04")
    told = {"hearing_place": "听证室", "hearing_open": "open", "chair": "法制科", "documents": [PHOTO]}
    assert "id-first" in case.open[case.key_of("hearing_notice")].excluded_people
    case.do("hearing_notice", by="law", hearing_at="2026-03-10T09:00:00+08:00", **told)
    assert case.nodes == {"hearing_notice"}, "six working days are not enough"
    case.do("hearing_notice", by="law", hearing_at="2026-03-12T09:00:00+08:00", **told)
    assert not case.nodes
    case.wait(days=11)
    case.do("hold_hearing", by="law", hearing_held=True, minutes="双方到场", opinion="事实清楚", documents=[PHOTO])
    assert case.nodes == {"legal_review"}
    case.do("legal_review", by="law", review="back", note="证据不足，补充测绘")
    assert case.nodes == {"investigate"}
    _investigates(case, proposed_fine=60000)
    _notified(case, proposed_fine=60000)
    case.until("penalty_rights")
    case.wait(hours=16)
    case.do("legal_review", by="law", review="pass", note="程序合法")
    assert {"id-first", "id-second", "id-law"} <= set(case.open[case.key_of("decide")].excluded_people)
    with pytest.raises(YongzhiError, match="罚款不得高于已告知的数额"):
        _decided(case, fine=60001)
    _decided(case, fine=50000)
    assert case.nodes == {"serve"}
    return case


def a_small_fine_gives_no_right_to_a_hearing() -> FlowCase:
    case = _filed()
    case.act("penalty.facts_noted", by="first", **FOUND)
    _investigates(case)
    _notified(case)
    with pytest.raises((Conflict, ActNotOpen)):
        case.act("penalty.hearing_asked", by="first", asked_on="2026-03-04")
    case.until("penalty_rights")
    assert case.record["limits"]["penalty_rights"]["due_at"].startswith("2026-03-09T09:00") and not case.nodes
    # the last day is the party's until midnight
    case.wait(hours=14)
    case.act("penalty.statement_made", by="first", statement="最后一日提出的意见")
    case.do("statement_review", by="first", statement_adopted="no", note="无新事实")
    case.wait(hours=2)
    assert case.nodes == {"decide"}
    _decided(case, decision="no_penalty")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "explained"
    return case


def preserved_evidence_is_released_after_seven_working_days() -> FlowCase:
    case = _filed()
    kept = {"preserved_items": "切割机一台", "preserve_place": "中队仓库", "preserve_no": "登保〔2026〕1号",
            "preserve_signed": "yes"}
    case.act("penalty.preserved", by="first", **kept)
    with pytest.raises((Conflict, ActNotOpen)):
        case.act("penalty.preserved", by="first", **kept)
    case.do("preserve_decide", by="first", preserve_way="seal")
    case.act("penalty.preserved", by="first", **kept)
    assert case.record["limits"]["penalty_preserve"]["due_at"].startswith("2026-03-11T09:00")
    case.until("penalty_preserve")
    assert case.nodes == {"investigate", "preserve_decide"}
    case.wait(hours=15)
    assert case.noted("preservation_lapsed") and case.nodes == {"investigate"}
    return case


def the_second_officer_disagrees() -> FlowCase:
    case = _filed()
    case.do("investigate", by="first", officers=OFFICERS, facts="现场检查属实", evidence_list="照片",
            conclusion="not_established", **FOUND)
    case.do("second_sign", by="second", decision="back", note="还须测绘")
    assert case.nodes == {"investigate"}
    _investigates(case, conclusion="not_established")
    assert case.nodes == {"decide"}
    _decided(case, decision="not_established")
    assert case.progress and case.progress.closed
    return case


def nobody_is_punished_without_notice() -> FlowCase:
    """The party was told of nothing: the head of the agency cannot punish after all."""
    case = _filed()
    _investigates(case, conclusion="no_penalty")
    with pytest.raises(YongzhiError, match="只能决定已告知当事人的处罚"):
        case.do("decide", by="head", decision="punish", penalties=["warning"], decision_no="罚〔2026〕9号",
                basis="行政处罚法第九条")
    _decided(case, decision="no_penalty")
    assert case.progress and case.progress.closed
    return case


def only_what_was_notified_is_decided() -> FlowCase:
    """No other kind of penalty, no higher fine, no more confiscated than the party was told of."""
    case = _filed()
    _investigates(case)
    _notified(case, proposed_penalties=["fine", "confiscate"], proposed_confiscation=800)
    case.act("penalty.rights_waived", by="first", waiver="书面放弃", waiver_files=[PHOTO])
    more = ({"penalties": ["fine", "licence"]}, {"fine": 3001},
            {"penalties": ["fine", "confiscate"], "confiscated": 801})
    for answers in more:
        with pytest.raises(YongzhiError, match="只能决定已告知当事人的处罚"):
            _decided(case, **answers)
    _decided(case, penalties=["fine", "confiscate"], confiscated=800)
    assert case.nodes == {"serve"}
    return case


def a_review_that_sends_back_asks_for_a_new_notice() -> FlowCase:
    case = _filed()
    _investigates(case, public_interest=True)
    _notified(case)
    case.act("penalty.rights_waived", by="first", waiver="书面放弃", waiver_files=[PHOTO])
    case.do("legal_review", by="law", review="back", note="事实不清")
    _investigates(case, conclusion="no_penalty")
    with pytest.raises(YongzhiError, match="只能决定已告知当事人的处罚"):
        _decided(case)
    return case


def ninety_days_pass() -> FlowCase:
    case = _filed()
    case.until("penalty_case", "yellow_at")
    assert case.told("penalty.case_yellow") == 1
    case.act("penalty.extension_asked", by="first", asked_days=20, extension_reason="等待鉴定结论")
    case.do("extension_decide", by="head", decision="refuse", note="先出阶段结论")
    case.act("penalty.extension_asked", by="first", asked_days=20, extension_reason="等待鉴定结论")
    with pytest.raises(YongzhiError, match="最长天数"):
        case.do("extension_decide", by="head", decision="grant", days=31, note="超过表中上限")
    case.do("extension_decide", by="head", decision="grant", days=20, note="鉴定机构来函")
    with pytest.raises((Conflict, ActNotOpen)):
        case.act("penalty.extension_asked", by="first", asked_days=20, extension_reason="再次延长")
    assert case.record["limits"]["penalty_case"]["due_at"].startswith("2026-06-20T09:00")
    case.until("penalty_case")
    assert case.noted("red")[-1]["step"] == "penalty_case" and "penalty_case" in case.noted("red")[-1]["limits"]
    assert [one["payload"]["target_unit"] for one in case.kinds("MessageThrown")
            if one["name"] == "sup.opened"] == [AGENCY]
    return case


def a_case_is_not_filed_and_the_sender_is_told() -> FlowCase:
    case = _opened(answer_wanted=True)
    case.do("file_decide", by="head", decision="not_file", note="已自行改正，情节轻微")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "refused"
    thrown = [one for one in case.kinds("MessageThrown") if one["name"] == "penalty.closed"]
    assert thrown and thrown[0]["correlation"]["event_no"] == "E-1"
    return case


def a_fine_on_the_spot_has_its_ceiling() -> FlowCase:
    case = _opened(party_kind="person", department="33.02.11.d-enforce")
    case.do("file_decide", by="head", decision="on_spot", party_kind="person", party_name="当事人01", note="事实确凿")
    paper = {"officers": OFFICERS, "facts": "占道设摊，事实确凿", "penalty_kind": "fine",
             "decision_no": "当罚〔2026〕1号", "rights_told": "yes", "documents": [PHOTO]}
    with pytest.raises(YongzhiError, match="公民二百元，单位三千元"):
        case.do("on_spot", by="first", fine=200.01, **paper)
    case.do("on_spot", by="first", fine=200, **paper)
    case.act("penalty.paid", by="first", amount=200, receipt_no="P-1")
    assert case.progress and case.progress.closed
    return case


def a_warning_on_the_spot_by_hand() -> FlowCase:
    case = FlowCase()
    case.begin("admin_penalty", "start_by_hand", title="店外经营", facts="多次劝告仍店外经营", item_code="C12-02",
               unit=AGENCY, party_kind="org", party_name="某店")
    case.do("file_decide", by="head", decision="on_spot", party_kind="org", party_name="某店", note="事实确凿")
    case.do("on_spot", by="first", officers=OFFICERS, facts="店外经营，事实确凿", penalty_kind="warning",
            decision_no="当罚〔2026〕2号", rights_told="yes", documents=[PHOTO])
    assert case.progress and case.progress.closed and case.event["fine"] == 0
    return case


# --- suspected crime ---------------------------------------------------------------------------------


CRIME = {"violation_code": "dangerous_goods", "amount_involved": 120000, "consequence": "danger", "repeat_count": 0}


def _suspected(**more: Any) -> FlowCase:
    case = _filed(item_code="C18-04", department=AGENCY)
    _investigates(case, conclusion="crime", **{**CRIME, "proposed_penalties": ["warning", "fine"], **more})
    thrown = [one for one in case.kinds("MessageThrown") if one["name"] == "transfer.opened"]
    assert thrown[0]["payload"]["amount_involved"] == 120000 and case.event["transfer_open"] is True
    assert case.record["limits"]["penalty_case"]["state"] == "paused"
    return case


def a_fine_is_blocked_while_the_transfer_is_open() -> FlowCase:
    """A warning goes on; the fine waits for the police, and is decided after a new notice."""
    case = _suspected(continue_now=True)
    _notified(case, proposed_penalties=["warning", "fine"])
    case.act("penalty.rights_waived", by="first", waiver="书面放弃", waiver_files=[PHOTO])
    with pytest.raises(YongzhiError, match="涉嫌犯罪移送未有结果前不得决定罚款"):
        _decided(case, fine=3000)
    case.do("decide", by="head", decision="punish", penalties=["warning"], decision_no="罚〔2026〕3号",
            basis="行政处罚法第九条", fine_later=True)
    case.do("serve_first", by="first", serve_way="direct", served_on="2026-03-06", documents=[PHOTO])
    assert not case.nodes and "first_served_at" in case.record["milestones"]
    case.send("transfer.answered", transfer_result="not_filed", criminal_fine=0)
    assert case.nodes == {"give_notice"} and case.record["limits"]["penalty_case"]["state"] == "running"
    _notified(case)
    case.act("penalty.rights_waived", by="first", waiver="书面放弃", waiver_files=[PHOTO])
    _decided(case, fine=3000)
    assert case.nodes == {"serve"}
    return case


def a_conviction_ends_the_penalty() -> FlowCase:
    case = _suspected()
    assert not case.nodes
    case.act("penalty.transfer_noted", by="first", transfer_result="convicted", criminal_fine=5000, documents=[PHOTO])
    assert case.nodes == {"decide"}
    _decided(case, decision="transferred")
    assert case.progress and case.progress.closed and case.event["close_reason"] == "legal_path"
    return case


def a_case_above_the_threshold_is_seen_at_night() -> FlowCase:
    """Noted during the day; at two o'clock handler and procurator learn of it, once."""
    case = _filed()
    case.act("penalty.facts_noted", by="first", violation_code="false_goods", amount_involved=50000,
             consequence="none", repeat_count=0)
    assert case.told("penalty.clue") == 0
    case.wait(days=2)
    assert case.told("penalty.clue") == 1
    (row,) = case.registers["transfer_watch"]
    assert (row["suspect"], row["reason"], row["amount_involved"]) == ("yes", "nightly", 50000)
    return case
