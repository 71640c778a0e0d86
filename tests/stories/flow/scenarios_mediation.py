"""Dispute mediation: registration, levels, sessions, ways out."""

from typing import Any

from tests.stories.flow.flow_case import PHOTO, FlowCase

PARTIES = [{"name": "甲方", "side": "applicant", "kind": "person", "phone": "", "agent": ""},
           {"name": "乙方", "side": "respondent", "kind": "person", "phone": "", "agent": ""}]
BASIC: dict[str, Any] = {"dispute_type": "neighbour", "applied_by": "party", "claim": "清理共用通道堆放的杂物",
                         "claim_amount": 800, "mediator_wanted": "", "facts": "共用通道长期被占，双方多次争执",
                         "parties": PARTIES}


def _applied(**given: Any) -> FlowCase:
    case = FlowCase()
    case.begin("dispute_mediation", "applied", **{**BASIC, "evidence": [], **given})
    return case


def _registered(case: FlowCase, **given: Any) -> FlowCase:
    plain = {**{name: case.facts and BASIC[name] for name in BASIC}, "identity_checked": True, "people_involved": 2,
             "risk_signs": [], "legal_path": "none", "other_party": "agrees"}
    case.do("register", by="registrar", **{**plain, **given})
    return case


def _accepted(**given: Any) -> FlowCase:
    fields = {name: value for name, value in given.items() if name in BASIC}
    case = _registered(_applied(**given), **fields, **{n: v for n, v in given.items() if n not in BASIC})
    case.do("accept_decide", by="registrar", reason="accept", decision="accept")
    return case


def _consents(case: FlowCase, *answers: str) -> None:
    for answer in answers or ("yes", "yes"):
        more = {"mode": "site"} if answer == "yes" else {}
        case.do("consent", answer=answer, **more)


def _appointed(**given: Any) -> FlowCase:
    case = _accepted(**given)
    _consents(case)
    case.do("appoint", mediator_name="调解员01", way="chosen", no_conflict=True)
    return case


def _met(case: FlowCase, result: str = "conclude", **more: Any) -> None:
    case.do("session", held_at="2026-03-05T09:00:00+08:00", mode="site", place="村调解室", attendees="双方",
            record="双方陈述意见", session_result=result, **more)


def _heard(case: FlowCase, result: str) -> FlowCase:
    case.do("investigate", by="mediator", findings="通道属共用部分")
    _met(case)
    case.do("outcome", by="mediator", round_result=result, outcome_note="见笔录")
    return case


def a_neighbour_dispute_is_settled_in_the_village() -> FlowCase:
    case = _heard(_appointed(), "oral")
    assert case.nodes == {"agreement"} and case.record["level"] == "L2"
    case.do("agreement", by="mediator", form="oral", terms="乙方当场清理", performed_at_once=True, receipt=[PHOTO],
            effective_at="2026-03-05T10:00:00+08:00")
    assert case.progress and case.progress.closed
    return case
