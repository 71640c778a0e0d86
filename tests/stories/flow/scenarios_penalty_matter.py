"""Penalties beside a transfer of the same matter, whoever began it; and every step of a penalty case that is late."""

from typing import Any

import pytest

from app.domain.errors import ActNotOpen, Conflict, YongzhiError
from app.engine import commands
from tests.stories.flow.flow_case import PHOTO, FlowCase
from tests.stories.flow.scenarios_penalty import (
    AGENCY,
    CRIME,
    OFFICERS,
    _decided,
    _filed,
    _investigates,
    _notified,
    _opened,
    _punished,
    _suspected,
)

JUSTICE = "33.02.11.d-justice"


def _supervised(case: FlowCase) -> list[str]:
    """Units whose supervision was asked for, in order."""
    return [one["payload"]["target_unit"] for one in case.kinds("MessageThrown") if one["name"] == "sup.opened"]


def _waived(case: FlowCase) -> None:
    case.act("penalty.rights_waived", by="first", waiver="书面放弃", waiver_files=[PHOTO])


def a_transfer_begins_beside_a_running_penalty() -> FlowCase:
    """Begun by others, after the notice: no fine from that moment, the clock stands; both go on with the answer."""
    case = _filed()
    _investigates(case)
    _notified(case)
    _waived(case)
    case.send("transfer.begun", transfer_no="T-1")
    case.send("transfer.begun", transfer_no="T-2")
    assert case.event["transfer_open"] is True and case.record["limits"]["penalty_case"]["state"] == "paused"
    with pytest.raises(YongzhiError, match="涉嫌犯罪移送未有结果前不得决定罚款"):
        _decided(case)
    with pytest.raises((Conflict, ActNotOpen)):  # the transfer answers by itself
        case.act("penalty.transfer_noted", by="first", transfer_result="not_filed", criminal_fine=0, documents=[PHOTO])
    case.send("transfer.answered", transfer_no="T-2", transfer_result="refused", criminal_fine=0)
    assert case.event["transfer_open"] is True and case.record["limits"]["penalty_case"]["state"] == "paused"
    case.send("transfer.answered", transfer_no="T-1", transfer_result="not_filed", criminal_fine=0)
    assert case.event["transfer_open"] is False and case.record["limits"]["penalty_case"]["state"] == "running"
    _decided(case)
    assert case.nodes == {"serve"} and case.event["fine"] == 3000
    return case


def a_penalty_begins_beside_a_running_transfer() -> FlowCase:
    """The other order: found in the register, so that the penalty waits with its notice until the answer."""
    case = FlowCase()
    case.registers["legal_cases"] = [
        {"unit": "33.02.11", "case_no": "T-1", "kind": "transfer", "matter": "E-1", "state": "open"},
        {"unit": "33.02.11", "case_no": "T-0", "kind": "transfer", "matter": "E-1", "state": "closed"},
    ]
    case.begin("admin_penalty", "start_referred", origin_no="E-1", unit=AGENCY, title="擅自储存危险化学品",
               item_code="C18-04", facts="无许可储存", party_kind="org", party_name="某企业", department=AGENCY)
    assert case.event["transfers"] == ["T-1"] and case.event["matter"] == "E-1"
    case.do("file_decide", by="head", decision="file", party_kind="org", party_name="某企业", note="有违法事实")
    _investigates(case, **CRIME)
    assert not case.nodes and case.record["limits"]["penalty_case"]["state"] == "paused"
    case.send("transfer.answered", transfer_no="T-1", transfer_result="not_filed", criminal_fine=0)
    assert case.nodes == {"give_notice"} and case.record["limits"]["penalty_case"]["state"] == "running"
    return case


def a_transfer_of_others_is_not_about_this_case() -> FlowCase:
    """Two shops of one event: the head of the agency says so, on record, and the procurator hears of it."""
    case = _filed()
    _investigates(case)
    _notified(case)
    _waived(case)
    said = {"unrelated_reason": "移送的是另一家店铺的当事人", "documents": [PHOTO]}
    with pytest.raises((Conflict, ActNotOpen)):
        case.act("penalty.transfer_unrelated", by="head", unrelated_no="T-1", **said)
    case.send("transfer.begun", transfer_no="T-1")
    case.send("transfer.begun", transfer_no="T-2")
    case.act("penalty.transfer_unrelated", by="head", unrelated_no="T-1", **said)
    assert case.event["transfer_open"] is True, "the other one is still open"
    case.act("penalty.transfer_unrelated", by="head", unrelated_no="T-2", **said)
    assert case.told("penalty.unrelated") == 2 and case.event["transfer_open"] is False
    assert [one["transfer_no"] for one in case.noted("transfer_unrelated")] == ["T-1", "T-2"]
    assert case.record["limits"]["penalty_case"]["state"] == "running"
    _decided(case)
    assert case.nodes == {"serve"}
    return case


def no_fine_on_the_spot_while_a_transfer_is_open() -> FlowCase:
    case = _opened(party_kind="person", department=AGENCY)
    case.until("penalty_file")
    case.send("transfer.begun", transfer_no="T-1")
    case.do("file_decide", by="head", decision="on_spot", party_kind="person", party_name="当事人01", note="确凿")
    case.until("penalty_on_spot")
    assert [one["step"] for one in case.noted("red")] == ["penalty_file", "penalty_on_spot"]
    assert _supervised(case) == [AGENCY, AGENCY] and case.told("penalty.step_late") == 2
    paper = {"officers": OFFICERS, "facts": "占道设摊，事实确凿", "decision_no": "当罚〔2026〕1号",
             "rights_told": "yes", "documents": [PHOTO]}  # fmt: skip
    with pytest.raises(YongzhiError, match="移送未有结果前不得罚款"):
        case.do("on_spot", by="first", penalty_kind="fine", fine=100, **paper)
    case.do("on_spot", by="first", penalty_kind="warning", **paper)
    assert case.progress and case.progress.closed
    assert [row["state"] for row in case.registers["legal_cases"]] == ["closed"]
    return case


def a_transfer_unlinked_before_the_case_is_filed() -> FlowCase:
    case = _opened()
    case.send("transfer.begun", transfer_no="T-1")
    case.act("penalty.transfer_unrelated", by="head", unrelated_no="T-1", unrelated_reason="另一当事人的事实",
             documents=[PHOTO])
    case.send("transfer.begun", transfer_no="T-2")
    case.send("transfer.answered", transfer_no="T-2", transfer_result="refused", criminal_fine=0)
    assert case.event["transfer_open"] is False and case.nodes == {"file_decide"}
    return case


def steps_of_the_hearing_are_late() -> FlowCase:
    """Notice by the officers, hearing and review by the reviewers: each late step has its own unit supervised."""
    case = _filed()
    _investigates(case, proposed_fine=80000)
    case.until("penalty_notice")
    _notified(case, proposed_fine=80000)
    case.act("penalty.hearing_asked", by="first", asked_on="2026-03-04")
    case.until("penalty_hearing_notice")
    day = "2026-04-08T09:00:00+08:00"
    case.do("hearing_notice", by="law", hearing_at=day, hearing_place="听证室", hearing_open="open", chair="法制科",
            documents=[PHOTO])
    case.wait(days=28)
    case.until("penalty_hearing")
    case.do("hold_hearing", by="law", hearing_held=True, minutes="双方到场", opinion="事实清楚", documents=[PHOTO])
    case.until("penalty_legal_review")
    assert case.nodes == {"legal_review"}, "late, and still to be done"
    late = [(one["step"], one["unit"]) for one in case.noted("red")]
    assert late == [("penalty_notice", AGENCY), ("penalty_hearing", JUSTICE), ("penalty_hearing", JUSTICE),
                    ("penalty_legal_review", JUSTICE)]  # fmt: skip
    assert _supervised(case) == [AGENCY, JUSTICE, JUSTICE, JUSTICE] and case.told("transfer.late") == 0
    return case


def serving_and_enforcement_are_late() -> FlowCase:
    case = _punished()
    case.until("penalty_serve")
    case.do("serve", by="first", serve_way="direct", served_on="2026-03-16", documents=[PHOTO])
    case.wait(days=190)
    case.until("penalty_urge_write")
    case.do("urge", by="first", urge_no="催〔2026〕1号", urged_on="2026-10-10", documents=[PHOTO])
    case.wait(days=11)
    case.until("penalty_court", "yellow_at")
    assert case.told("penalty.court_yellow") == 1, "warned before the right is lost"
    case.until("penalty_court")
    assert [one["step"] for one in case.noted("red")] == ["penalty_serve", "penalty_court", "penalty_court"]
    assert _supervised(case) == [AGENCY] * 3
    case.do("court_apply", by="first", application_no="强申〔2026〕1号", claimed=6000, documents=[PHOTO])
    case.until("penalty_court_decide")
    assert case.told("penalty.court_due") == 1 and case.nodes == {"court_decides"}
    return case


def the_first_service_is_late() -> FlowCase:
    case = _suspected(continue_now=True)
    _notified(case, proposed_penalties=["warning", "fine"])
    _waived(case)
    case.do("decide", by="head", decision="punish", penalties=["warning"], decision_no="罚〔2026〕3号",
            basis="行政处罚法第九条", fine_later=True)
    case.until("penalty_serve_first")
    assert case.nodes == {"serve_first"} and case.noted("red")[0]["step"] == "penalty_serve"
    return case


def _by_hand(case: FlowCase, **given: Any) -> FlowCase:
    case.registers["legal_cases"] = [
        {"unit": "33.02.11", "case_no": no, "kind": "transfer", "matter": f"M-{no}", "agency": agency, "state": state,
         "opened_on": "2026-02-20"}
        for no, agency, state in (("T-1", AGENCY, "open"), ("T-2", AGENCY, "open"), ("T-3", JUSTICE, "open"),
                                  ("T-4", AGENCY, "closed"))]
    case.begin("admin_penalty", "start_by_hand", **{
        "unit": AGENCY, "department": AGENCY, "title": "擅自储存危险化学品", "item_code": "C18-04",
        "facts": "无许可储存",
        "party_kind": "org", "party_name": "某企业", **given})
    return case


def a_penalty_without_a_number_finds_its_transfer() -> FlowCase:
    """No fine instead of a criminal case: before it files, the agency looks through its own open transfers."""
    case = _by_hand(FlowCase())
    assert case.nodes == {"look"}
    scope = commands.scope_of(case.world, case.by("first"), case.state, case.key_of("look"))
    offered = {one["value"] for one in scope["open_transfers"]}
    assert offered == {"T-1", "T-2"}
    with pytest.raises(YongzhiError):
        case.do("look", by="first", link_decision="same", same_transfer="T-3")
    case.do("look", by="first", link_decision="same", same_transfer="T-2")
    assert (case.event["transfers"], case.event["transfer_open"], case.event["matter"]) == (["T-2"], True, "M-T-2")
    (row,) = [one for one in case.registers["legal_cases"] if one["kind"] == "penalty"]
    assert row["matter"] == "M-T-2", "so the transfer finds this case when it ends"
    case.do("file_decide", by="head", decision="on_spot", party_kind="org", party_name="某企业", note="当场处理")
    with pytest.raises(YongzhiError, match="移送未有结果前不得罚款"):
        case.do("on_spot", by="first", officers=OFFICERS, penalty_kind="fine", fine=1000, decision_no="当罚〔2026〕1号",
                facts="无许可储存危险化学品", rights_told="yes", documents=[PHOTO])
    case.send("transfer.answered", transfer_no="T-2", transfer_result="not_filed", criminal_fine=0)
    assert case.event["transfer_open"] is False
    return case


def a_penalty_without_a_number_stands_alone() -> FlowCase:
    case = _by_hand(FlowCase())
    case.do("look", by="first", link_decision="none", link_note="两案当事人不同")
    assert case.noted("penalty_alone")[0]["reason"] == "两案当事人不同"
    assert case.nodes == {"file_decide"} and case.event["transfer_open"] is False
    return case


def where_the_agency_has_no_open_transfer_nothing_is_asked() -> FlowCase:
    case = _by_hand(FlowCase(), unit="33.02.11.d-market", department="33.02.11.d-market")
    assert case.nodes == {"file_decide"}
    return case


def a_transfer_that_ended_meanwhile_holds_no_fine() -> FlowCase:
    case = _by_hand(FlowCase())
    case.registers["legal_cases"][1]["state"] = "closed"
    case.do("look", by="first", link_decision="same", same_transfer="T-2")
    assert case.nodes == {"file_decide"} and case.event["transfers"] == [] and case.event["transfer_open"] is False
    return case


def nobody_looks_for_the_transfer_in_time() -> FlowCase:
    case = _by_hand(FlowCase())
    case.until("penalty_link")
    assert case.told("penalty.unlinked") == 1 and case.nodes == {"look"}
    case.until("penalty_link")
    assert case.told("penalty.unlinked") == 2 and case.nodes == {"file_decide"}
    assert [one["step"] for one in case.noted("red")] == ["penalty_link"] and _supervised(case) == [AGENCY]
    return case
