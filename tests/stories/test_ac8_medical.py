"""AC-8: a medical dispute settled by video; and its variants, with the court and after thirty days."""

from typing import Any
from uuid import uuid4

import pytest

from app.usecases import Tools
from app.usecases.desk.deliver_message import deliver_message
from app.usecases.desk.start_case import start_case
from tests.stories.cast import GATEWAY
from tests.stories.desk import Reported
from tests.stories.photos import scan
from tests.stories.telling import Event, Scene, refused, told
from tests.stories.test_messages import actor_of

VILLAGE = "33.02.11.004.003"
REGISTRAR, DIRECTOR, MEDIATOR = "mediation.desk.zh", "mediation.director.zh", "mediator.zh"
CLERK, JUDGE, NOTARY = "court.clerk.zh", "court.judge.zh", "notary.zh"
VISITOR = "village.zs.03"
PARTIES = [{"name": "患者家属", "side": "applicant", "kind": "person", "phone": "", "agent": "代理人一名"},
           {"name": "某医院", "side": "respondent", "kind": "organisation", "phone": "", "agent": "医务科"}]
CLAIM: dict[str, Any] = {"dispute_type": "medical", "applied_by": "online", "claim": "赔偿治疗延误造成的损失",
                         "claim_amount": 35000, "mediator_wanted": "专职调解员01", "facts": "手术后感染，认为处置延误",
                         "parties": PARTIES}
CALM: dict[str, Any] = {"identity_checked": True, "people_involved": 2, "risk_signs": [], "legal_path": "none",
                        "other_party": "not_asked"}
BOTH_SIGN = {"applicants": "患者家属、某医院", "both_sign": True, "court": "镇海区人民法院"}


# --- the steps, each at its time -------------------------------------------------------------------


def case_of(scene: Scene, case_id: Any) -> Event:
    page = scene.desk.case("auditor", str(case_id))
    return Event(scene, Reported(page["case"]["event_no"], str(case_id), ""), {})


def applied(scene: Scene, tools: Tools, **given: Any) -> Event:
    """03-02: the family applies online with evidence, wishes for a mediator and a video session."""
    scene.at("03-02 10:00")
    paper = scene.desk.attach(GATEWAY, scan("medical records"), "scan.pdf", "")
    payload = {**CLAIM, "unit": VILLAGE, "evidence": [paper], "slots": "工作日上午，视频", **given}
    done = deliver_message(tools, actor=actor_of(tools, GATEWAY), name="med.applied", correlation={}, payload=payload,
                           id=str(uuid4()))
    assert done.outcome == "started"
    case = case_of(scene, done.case_id)
    assert (case.status, case.nodes) == ("mediating", ["register"])
    values = case.desk.task(REGISTRAR, case.task(REGISTRAR, "一窗登记")["id"])["values"]
    assert values["claim_amount"] == payload["claim_amount"] and values["dispute_type"] == "medical"
    return case


def registered(scene: Scene, tools: Tools, **given: Any) -> Event:
    """03-02 the registrar checks the identities; the form proposes what was applied for, parties too."""
    case = applied(scene, tools, **given)
    assert told(case.task(REGISTRAR, "一窗登记")["due_at"]) == "03-05 10:00", "three working days, by law"
    scene.at("03-02 11:00")
    case.do(REGISTRAR, "一窗登记", keep=tuple(CLAIM), **CALM)
    assert told(case.task(REGISTRAR, "受理审查")["due_at"]) == case.due("mediation_accept") == "03-05 11:00"
    return case


def accepted(scene: Scene, tools: Tools, **given: Any) -> Event:
    case = registered(scene, tools, **given)
    scene.at("03-04 10:00")
    case.do(REGISTRAR, "受理审查", keep=("reason", "decision"))
    assert case.milestones["mediation_accepted_at"] == "03-04 10:00" and case.record["commission"].startswith("医疗")
    # thirty working days by law, counted from acceptance
    assert case.due("mediation_legal") == "04-16 10:00"
    return case


def met(scene: Scene, tools: Tools, **given: Any) -> Event:
    """Both agree to a video session; the mediator is appointed, the insurer invited; 03-09 the first session."""
    case = accepted(scene, tools, **given)
    scene.at("03-05 09:00")
    for party in PARTIES:
        case.do(MEDIATOR, "征求意愿", about=str(party["name"]), answer="yes", mode="video",
                mediator_wanted="专职调解员01", slots="03-09 上午")
    scene.at("03-05 10:00")
    case.do(DIRECTOR, "指派调解员", mediator_name="专职调解员01", way="chosen", no_conflict=True,
            first_session_at="2026-03-09T09:30", place="视频会议 1 号间")
    scene.at("03-06 09:00")
    case.do(MEDIATOR, "调查", findings="病历显示术后第三日发现感染，家属与医院陈述不一")
    scene.at("03-09 11:00")
    session(case, "2026-03-09T09:30", session_result="continue", next_at="2026-03-13T09:30")
    assert case.nodes[-1] == "session"
    return case


def session(case: Event, at: str, **more: Any) -> None:
    case.do(MEDIATOR, "调解会议", held_at=at, mode="video", place="视频会议 1 号间", attendees="双方、保险机构",
            record="双方陈述，调解员释明规则", record_signed=True, **more)


def agreed(scene: Scene, tools: Tools, **given: Any) -> Event:
    """03-13: the second session ends in an agreement."""
    case = met(scene, tools, **given)
    scene.at("03-13 10:30")
    session(case, "2026-03-13T09:30", session_result="conclude")
    case.do(MEDIATOR, "调解结论", round_result="written", outcome_note="医院支付二万元，双方无其他争议")
    return case


def instalments(scene: Scene, tools: Tools) -> Event:
    """Not paid at once: two instalments, in writing, to be confirmed by the court."""
    case = agreed(scene, tools)
    items = [{"party": "某医院", "what": f"第 {number} 期", "kind": "payment", "amount": 10000, "due": due}
             for number, due in ((1, "2026-04-30"), (2, "2026-06-30"))]
    plain = {"form": "written", "terms": "医院分两期支付二万元", "effective_at": "2026-03-13T10:30"}
    with refused(409):
        case.do(MEDIATOR, "调解协议", **{**plain, "form": "oral"}, items=items, wants_effect=True)
    case.do(MEDIATOR, "调解协议", **plain, items=items, wants_effect=True,
            signatures=[case.paper(MEDIATOR, "agreement")])
    assert case.nodes == ["choose"]
    return case


def applies_to_the_court(case: Event) -> None:
    case.do(MEDIATOR, "共同申请", **BOTH_SIGN, package=[case.paper(MEDIATOR, "joint_application")])
    case.do(REGISTRAR, "材料审查", present=["application", "agreement", "identity", "property", "contacts"],
            decision="complete")


def follow_up(case: Event, username: str) -> Event:
    """The case that goes on after the mediation is closed, as its visitor finds it."""
    rows = [row for row in case.desk.inbox(username) if row["process"] == "dispute_follow_up"]
    assert len(rows) == 1
    return case_of(case.scene, rows[0]["case_id"])


# --- the whole story -------------------------------------------------------------------------------


def test_paid_at_once_by_video_within_half_a_month(scene: Scene, tools: Tools) -> None:
    case = agreed(scene, tools)
    with refused(422, field="receipt"):
        case.do(MEDIATOR, "调解协议", form="written", terms="医院当场支付二万元，双方无其他争议",
                performed_at_once=True, signatures=[case.paper(MEDIATOR, "agreement")],
                effective_at="2026-03-13T10:30")
    case.do(MEDIATOR, "调解协议", form="written", terms="医院当场支付二万元，双方无其他争议", performed_at_once=True,
            receipt=[case.paper(MEDIATOR, "agreement")], signatures=[case.paper(MEDIATOR, "agreement")],
            effective_at="2026-03-13T10:30")
    assert (case.status, case.record["close_reason"], case.nodes) == ("closed", "solved", [])
    # performed at once: no court step
    assert not [line for line in case.desk.history(case.reported.case_id) if line.process == "effect_giving"]
    assert case.milestones.items() >= {
        "mediation_registered_at": "03-02 11:00", "mediation_accepted_at": "03-04 10:00",
        "mediator_appointed_at": "03-05 10:00", "insurer_invited_at": "03-05 10:00", "agreed_at": "03-13 10:30",
        "closed_at": "03-13 10:30",
    }.items()  # fmt: skip
    assert case.record["mediation_kind"] == "professional" and case.record["level"] == "L4"
    assert [at for _, at in case.done_by("session")] == ["03-09 11:00", "03-13 10:30"]
    case.verified()
    visits(scene, case)


def visits(scene: Scene, case: Event) -> None:
    """+7 and +30 days somebody looks in, though the mediation is closed; after the last visit the file is closed."""
    for day, at in (("03-20 09:00", "03-20 09:00"), ("04-12 09:00", "04-12 09:00"), ("06-11 09:00", "06-11 09:00")):
        scene.at(day)
        after = follow_up(case, VISITOR)
        assert after.record["origin_no"] == case.reported.event_no
        after.do(VISITOR, "回访", visit_result="fine", note="已收到款项，双方无新的争执")
        assert after.done_by("visit")[-1][1] == at
    assert (after.status, after.nodes) == ("closed", [])
    after.verified()


# --- variants --------------------------------------------------------------------------------------


def test_instalments_are_confirmed_by_the_court(scene: Scene, tools: Tools) -> None:
    """Joint application on day 12, accepted within 3 days, confirmed on day 9 after that."""
    case = instalments(scene, tools)
    case.do(MEDIATOR, "选择方式", effect="judicial")
    assert case.due("confirmation_apply") == "04-13 00:00", "the thirtieth day ends"
    scene.at("03-25 10:00")
    applies_to_the_court(case)
    assert told(case.task(CLERK, "法院受理")["due_at"]) == "03-28 10:00"
    scene.at("03-27 10:00")
    case.do(CLERK, "法院受理", court_decision="accept", case_no="（2026）浙0211民特12号")
    assert told(case.task(JUDGE, "法院审查")["due_at"]) == "04-11 10:00"
    scene.at("04-05 10:00")
    case.do(JUDGE, "法院审查", court_decision="confirm", ruling_no="（2026）浙0211民特12号裁定")
    assert (case.status, case.record["effect"], case.record["close_reason"]) == ("closed", "confirmed", "solved")
    assert case.milestones.items() >= {"confirmation_applied_at": "03-25 10:00", "sent_to_court_at": "03-25 10:00",
                                       "court_accepted_at": "03-27 10:00", "court_decided_at": "04-05 10:00"}.items()
    case.verified()


def test_the_court_answers_through_its_own_system(scene: Scene, tools: Tools) -> None:
    case = instalments(scene, tools)
    case.do(MEDIATOR, "选择方式", effect="judicial")
    scene.at("03-25 10:00")
    applies_to_the_court(case)
    for stage, decision, at in (("accept", "accept", "03-26 09:00"), ("result", "confirm", "04-02 09:00")):
        scene.at(at)
        to = {"event_no": case.reported.event_no, "stage": stage}
        done = deliver_message(tools, actor=actor_of(tools, GATEWAY), name="court.replied", correlation=to,
                               payload={"court_decision": decision}, id=stage)
        assert done.outcome == "delivered"
    assert case.record["effect"] == "confirmed" and not case.done_by("court_accept")
    case.verified()


def test_an_application_on_day_thirty_one_is_refused(scene: Scene, tools: Tools) -> None:
    """Warned on day 20 and 27; the task ends with day 30, and the way is closed after it."""
    case = instalments(scene, tools)
    case.do(MEDIATOR, "选择方式", effect="judicial")
    scene.at("04-12 23:00")
    assert case.nodes == ["joint_application"]
    warned = [told(line.at) for line in case.facts("OperationDone", operation="notify.unit")
              if line.body["params"]["text"] == "unit.confirmation_warning"]
    assert warned == ["04-02 00:00", "04-09 00:00"]
    scene.at("04-13 09:00")
    assert case.noted("confirmation_lapsed") and case.nodes == ["choose"]
    with refused(409):
        case.do(MEDIATOR, "选择方式", effect="judicial")
    case.do(MEDIATOR, "选择方式", effect="notary")
    case.do(NOTARY, "赋强公证", outside_result="confirmed", document_no="（2026）甬镇证字第1号")
    assert (case.status, case.record["effect"]) == ("closed", "notarised")
    case.verified()


@pytest.mark.parametrize(("amount", "invited"), [(10000, False), (10001, True), (35000, True)])
def test_above_ten_thousand_yuan_the_insurer_is_invited(
    scene: Scene, tools: Tools, amount: int, invited: bool
) -> None:
    case = met(scene, tools, claim_amount=amount)
    assert bool(case.opened("insurer_reply")) is invited
    if invited:
        assert case.due("insurer_reply") == "03-12 10:00", "five working days"
        scene.at("03-12 12:00")
        assert case.noted("insurer_silent") and case.nodes == ["session"]
    case.verified()


def test_a_high_risk_is_known_to_the_police_within_ten_minutes(scene: Scene, tools: Tools) -> None:
    case = applied(scene, tools)
    scene.at("03-02 11:00")
    case.do(REGISTRAR, "一窗登记", keep=tuple(CLAIM), **{**CALM, "risk_signs": ["gathering"], "people_involved": 12})
    assert case.milestones["police_informed_at"] == "03-02 11:00"
    task = case.task("police.community.zs", "民警知悉与处置")
    assert told(task["due_at"]) == "03-02 11:10"
    scene.at("03-02 11:08")
    case.do("police.community.zs", "民警知悉与处置", measure="go")
    assert case.milestones["police_acknowledged_at"] == "03-02 11:08" and case.nodes == ["accept_decide"]
    case.verified()


def test_a_registrar_begins_for_a_party_at_the_window(scene: Scene, tools: Tools) -> None:
    scene.at("03-02 09:00")
    answers = {**CLAIM, "applied_by": "party", "slots": "", "evidence": []}
    done = start_case(tools, actor=actor_of(tools, REGISTRAR), process="dispute_mediation", answers=answers)
    case = case_of(scene, done.case_id)
    assert case.nodes == ["register"] and case.record["county"] == "33.02.11"
    case.do(REGISTRAR, "一窗登记", keep=tuple(CLAIM), **CALM)
    case.do(REGISTRAR, "受理审查", keep=("reason",), decision="legal_path", note="请先申请医疗事故鉴定")
    assert (case.status, case.record["close_reason"]) == ("closed", "legal_path")
    case.verified()
