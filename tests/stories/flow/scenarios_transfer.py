"""Transfers to criminal justice: every way through the diagrams, each timer, messages and the manual ways."""

from typing import Any

import pytest

from app.domain.errors import YongzhiError
from tests.stories.flow.flow_case import PHOTO, FlowCase

AGENCY = "33.02.11.d-emergency"
POLICE = "33.02.11.d-police"
OFFICERS = "执法人员01（33020001）、执法人员02（33020002）"
CRIME = {"violation_code": "dangerous_goods", "amount_involved": 120000, "consequence": "danger", "repeat_count": 0}


def _opened(**payload: Any) -> FlowCase:
    case = FlowCase()
    case.begin("criminal_transfer", "start_opened", **{
        "origin_no": "P-1", "unit": AGENCY, "title": "擅自储存危险化学品", "facts": "无许可储存危险化学品",
        "item_code": "C18-04", "penalty_open": True, **CRIME, **payload,
    })  # fmt: skip
    return case


def _verified(case: FlowCase, finding: str = "crime", **more: Any) -> None:
    case.do("verify_team", by="first", officers=OFFICERS, report="擅自储存危险化学品，有现实危险",
            evidence_list="清单一份", finding=finding, **{**CRIME, **more})
    assert "id-first" in case.open[case.key_of("verify_second")].excluded_people
    case.do("verify_second", by="second", second_decision="agree", certificate="33020002")


def _sent(**payload: Any) -> FlowCase:
    """Bring a transfer to the police."""
    case = _opened(**payload)
    _verified(case)
    case.do("head_decide", by="head", head_decision="approve", note="事实清楚")
    case.do("send_case", by="first", letter=[PHOTO], report_file=[PHOTO], items_list=[PHOTO], letter_no="移〔2026〕1号",
            package_hash="0123456789abcdef")
    assert case.nodes == {"receipt"} and case.told("transfer.copied") == 1
    assert any(one["name"] == "xfer.case_sent" for one in case.kinds("MessageThrown"))
    return case


def _received(**payload: Any) -> FlowCase:
    case = _sent(**payload)
    case.do("receipt", by="police", own_case="yes", receipt_no="回〔2026〕1号", complete="yes")
    assert case.nodes == {"decide"} and case.record["limits"]["transfer_decide"]["due_at"].startswith("2026-03-05T09")
    return case


def _not_filed(case: FlowCase, node: str = "decide") -> None:
    case.do(node, by="police", police_decision="not_file", police_no="不立〔2026〕1号", police_reason="数额不足",
            file_returned=True)


def _answers(case: FlowCase) -> list[Any]:
    return [one["payload"]["transfer_result"] for one in case.kinds("MessageThrown")
            if one["name"] == "transfer.answered"]


def a_transfer_is_filed_and_ends_with_a_verdict() -> FlowCase:
    case = _received()
    case.do("decide", by="police", police_decision="file", police_no="立〔2026〕1号")
    case.until("transfer_hand_over")
    assert case.noted("red")[0]["unit"] == AGENCY and case.told("transfer.late") == 1
    case.do("hand_over", by="first", items="危险化学品十二桶", handed_by="执法人员01", received_by="民警01",
            documents=[PHOTO])
    case.until("transfer_result")
    assert case.told("transfer.result_due") == 1
    case.do("record_result", by="first", transfer_result="convicted", criminal_fine=5000, verdict_no="刑初1号")
    assert case.progress and case.progress.closed and _answers(case) == ["convicted"]
    assert case.event["close_reason"] == "solved" and case.event["criminal_fine"] == 5000
    return case


def the_police_answer_by_message_at_every_step() -> FlowCase:
    case = _sent()
    case.send("xfer.received", own_case="yes")
    case.send("xfer.police_decided", police_decision="not_file")
    case.do("reconsider", by="first", way="reconsider", note="数额应当累计")
    case.send("xfer.police_decided", police_decision="not_file")
    assert case.nodes == {"reconsider"}
    # asking the police a second time is not possible: the wish goes to the procurator
    case.do("reconsider", by="first", way="reconsider", note="再次提请")
    case.do("supervise_request", by="first", proposal_no="建〔2026〕1号", note="应当立案", documents=[PHOTO])
    case.send("xfer.proc_decided", proc_decision="must_file")
    case.send("xfer.police_decided", police_decision="file")
    case.do("hand_over", by="first", items="材料", handed_by="执法人员01", received_by="民警01", documents=[PHOTO])
    case.send("xfer.result", transfer_result="not_guilty", criminal_fine=0)
    assert case.progress and case.progress.closed and _answers(case) == ["not_guilty"]
    return case


def refused_asked_again_supervised_and_filed() -> FlowCase:
    """The long way by hand, each step late once: every lateness is recorded and told to the procurator."""
    case = _opened()
    case.until("transfer_verify")
    _verified(case)
    case.until("transfer_head")
    assert case.record["limits"]["transfer_head"]["amount"] == "3 d"
    case.do("head_decide", by="head", head_decision="approve", note="事实清楚")
    case.until("transfer_send")
    case.do("send_case", by="first", letter=[PHOTO], report_file=[PHOTO], items_list=[PHOTO], letter_no="移〔2026〕1号")
    case.until("transfer_receipt")
    case.do("receipt", by="police", own_case="yes", receipt_no="回〔2026〕1号", complete="yes")
    case.until("transfer_decide")
    _not_filed(case)
    case.until("transfer_reconsider")
    case.do("reconsider", by="first", way="reconsider", note="数额应当累计")
    case.until("transfer_redecide")
    _not_filed(case, "redecide")
    case.do("reconsider", by="first", way="supervise", note="应当立案")
    case.until("transfer_supervise")
    case.do("supervise_request", by="first", proposal_no="建〔2026〕1号", note="应当立案", documents=[PHOTO])
    case.until("transfer_proc_review")
    case.do("proc_review", by="procurator", proc_decision="must_file", proc_no="通立〔2026〕1号", note="理由不成立")
    case.until("transfer_must_file")
    late = [next(name for name in one["limits"] if name) for one in case.noted("red")]
    # the agency's steps go to supervision, those of the police and the procurator to the procurator alone
    asked = [one["payload"]["target_unit"] for one in case.kinds("MessageThrown") if one["name"] == "sup.opened"]
    assert asked == [AGENCY] * 5 and case.told("penalty.step_late") == 5
    units = [one["unit"] for one in case.noted("red")]
    assert units == [AGENCY] * 3 + [POLICE] * 2 + [AGENCY, POLICE, AGENCY, "33.02.11.d-procuratorate", POLICE]
    assert late == [f"transfer_{one}" for one in ("verify", "head", "send", "receipt", "decide", "reconsider",
                                                  "redecide", "supervise", "proc_review", "must_file")]  # fmt: skip
    assert case.told("transfer.late") == 10
    case.do("must_file", by="police", police_no="立〔2026〕1号")
    assert case.nodes == {"hand_over"} and "police_filed_at" in case.record["milestones"]
    return case


def filed_when_asked_again() -> FlowCase:
    case = _received()
    _not_filed(case)
    case.do("reconsider", by="first", way="reconsider", note="数额应当累计")
    case.do("redecide", by="police", police_decision="file", police_no="立〔2026〕2号")
    assert case.nodes == {"hand_over"}
    return case


def the_procurator_finds_the_reasons_good() -> FlowCase:
    case = _received()
    _not_filed(case)
    case.do("reconsider", by="first", way="supervise", note="应当立案")
    case.do("supervise_request", by="first", proposal_no="建〔2026〕1号", note="应当立案", documents=[PHOTO])
    case.do("proc_review", by="procurator", proc_decision="reasons_stand", proc_no="复〔2026〕1号", note="理由成立")
    assert case.progress and case.progress.closed and _answers(case) == ["not_filed"]
    return case


def an_accepted_refusal_opens_the_penalty_case() -> FlowCase:
    """Where no penalty case is waiting, one is begun at the agency."""
    case = _received(penalty_open=False)
    _not_filed(case)
    case.do("reconsider", by="first", way="accept", note="同意公安意见")
    assert case.progress and case.progress.closed and not _answers(case)
    opened = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "penalty.opened"]
    assert opened[0]["unit"] == AGENCY and opened[0]["item_code"] == "C18-04"
    return case


def a_wrong_police_office_forwards_within_a_day() -> FlowCase:
    case = _sent()
    case.do("receipt", by="police", own_case="no", receipt_no="回〔2026〕2号")
    case.until("transfer_forward")
    assert case.told("transfer.late") == 1
    case.do("forward", by="police", forwarded_to="33.02.05.d-police", forward_no="转〔2026〕1号",
            forward_documents=[PHOTO])
    assert case.told("transfer.forwarded") == 1, "the agency has it in writing"
    assert case.open[case.key_of("receipt")].candidates == (("police_legal", "33.02.05.d-police"),)
    return case


def the_head_refuses_above_the_threshold() -> FlowCase:
    """The refusal is recorded, and the case goes to the procurator's list."""
    case = _opened()
    case.do("verify_team", by="first", officers=OFFICERS, report="初步核实情况", evidence_list="清单", finding="crime",
            **CRIME)
    case.do("verify_second", by="second", second_decision="back", note="还须核对数量")
    _verified(case)
    case.do("head_decide", by="head", head_decision="refuse", note="本机关自行处理")
    assert case.progress and case.progress.closed and _answers(case) == ["refused"]
    (row,) = case.registers["transfer_watch"]
    assert (row["reason"], row["suspect"], row["note"]) == ("refused", "yes", "本机关自行处理")
    return case


def the_head_refuses_below_the_threshold() -> FlowCase:
    case = _opened(penalty_open=False, origin_no=None)
    case.until("transfer_verify", "yellow_at")
    case.do("verify_team", by="first", officers=OFFICERS, report="数额未达标准", evidence_list="清单", finding="none",
            violation_code="other", consequence="none")
    case.until("transfer_verify_second")
    case.do("verify_second", by="second", second_decision="agree", certificate="33020002")
    case.do("head_decide", by="head", head_decision="refuse", note="不涉嫌犯罪")
    assert case.progress and case.progress.closed and "transfer_watch" not in case.registers
    return case


def a_duty_crime_goes_to_the_commission_in_secret() -> FlowCase:
    case = _opened()
    case.do("verify_team", by="first", officers=OFFICERS, report="涉及公职人员", evidence_list="清单一份",
            finding="duty_crime", **CRIME)
    assert case.event["confidential"] is True, "secret from the finding on, before anybody else has a task"
    case.do("verify_second", by="second", second_decision="agree", certificate="33020002")
    assert {"id-first", "id-second"} <= set(case.open[case.key_of("to_commission")].excluded_people)
    case.until("transfer_commission")
    assert case.nodes == {"to_commission"} and case.noted("red")[0]["deduction"] == 0.2
    (asked,) = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "sup.opened"]
    assert asked["title"] == f"涉嫌犯罪移送 {case.event['event_no']}", "no name of the matter leaves the case"
    case.do("to_commission", by="head", letter_no="函〔2026〕1号", documents=[PHOTO])
    assert case.progress and case.progress.closed
    assert _answers(case) == ["to_commission"]
    return case


def the_police_send_a_case_back() -> FlowCase:
    case = FlowCase()
    case.begin("criminal_transfer", "start_by_hand", begin_kind="reverse", title="仅须行政处罚", facts="情节显著轻微",
               item_code="C09-01", unit="33.02.11.d-market", violation_code="unlicensed", consequence="none")
    opened = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "penalty.opened"]
    assert opened[0]["unit"] == "33.02.11.d-market" and case.progress and case.progress.closed
    return case


def _opinion() -> FlowCase:
    case = FlowCase()
    case.begin("criminal_transfer", "start_by_hand", begin_kind="procurator", title="应移送未移送",
               facts="数额已达标准", item_code="C18-04", unit=AGENCY, **CRIME)
    assert case.open[case.key_of("proc_opinion")].candidates == (("procurator", "33.02.11.d-procuratorate"),)
    case.until("transfer_opinion")
    assert case.told("transfer.opinion_due") == 1
    case.do("proc_opinion", by="procurator", unit=AGENCY, opinion_no="检意〔2026〕1号", opinion="应当移送公安机关",
            documents=[PHOTO])
    return case


def an_opinion_is_followed_late() -> FlowCase:
    case = _opinion()
    case.until("transfer_reply")
    assert case.told("transfer.no_reply") == 1 and case.nodes == {"agency_reply"}
    assert case.noted("red")[0]["step"] == "transfer_reply"
    case.do("agency_reply", by="head", reply_decision="transfer", note="采纳检察意见")
    assert case.nodes == {"verify_team"}
    return case


def an_opinion_is_not_followed() -> FlowCase:
    case = _opinion()
    case.do("agency_reply", by="head", reply_decision="keep", note="经复核未达标准，说明如下")
    assert case.progress and case.progress.closed and case.noted("procurator_opinion")
    return case


def _beside(case: FlowCase, *penalties: str) -> None:
    """Penalty cases that run already."""
    case.registers["legal_cases"] = [
        {"unit": "33.02.11", "case_no": number, "kind": "penalty", "matter": "E-1", "state": "open"}
        for number in penalties
    ]


def a_transfer_holds_the_fines_of_its_matter_and_frees_them() -> FlowCase:
    """Begun by hand with the number of one of two penalty cases of the same event: both are told, at both ends."""
    case = FlowCase()
    _beside(case, "P-1", "P-2")
    case.begin("criminal_transfer", "start_by_hand", begin_kind="procurator", title="应移送未移送", origin_no="P-1",
               facts="数额已达标准", item_code="C18-04", unit=AGENCY, **CRIME)
    told = [one["correlation"]["event_no"] for one in case.kinds("MessageThrown") if one["name"] == "transfer.begun"]
    assert told == ["P-1", "P-2"] and case.event["matter"] == "E-1"
    case.do("proc_opinion", by="procurator", unit=AGENCY, opinion_no="检意〔2026〕1号", opinion="应当移送公安机关",
            documents=[PHOTO])
    case.do("agency_reply", by="head", reply_decision="keep", note="经复核未达标准，说明如下")
    answered = [one["correlation"]["event_no"] for one in case.kinds("MessageThrown")
                if one["name"] == "transfer.answered"]
    assert answered == ["P-1", "P-2"]
    assert [row["state"] for row in case.registers["legal_cases"] if row["kind"] == "transfer"] == ["closed"]
    return case


def _by_hand(case: FlowCase) -> FlowCase:
    case.begin("criminal_transfer", "start_by_hand", begin_kind="agency", title="擅自储存危险化学品", matter_known="no",
               facts="无许可储存危险化学品", item_code="C18-04", unit=AGENCY, **CRIME)
    return case


def _running(case: FlowCase, **row: Any) -> None:
    _beside(case, "P-1", "P-2")
    for one in case.registers["legal_cases"]:
        one.update({"agency": AGENCY, "title": "储存危险化学品", **row})
    case.registers["legal_cases"][1]["matter"] = "E-2"


def a_transfer_without_a_number_finds_its_penalty() -> FlowCase:
    """Beside the verification, which does not wait: the agency looks through its own open penalty cases."""
    case = FlowCase()
    _running(case)
    _by_hand(case)
    assert case.nodes == {"look", "verify_team"}
    case.do("look", by="first", link_decision="same", same_matter=["P-2"])
    begun = [one["correlation"]["event_no"] for one in case.kinds("MessageThrown") if one["name"] == "transfer.begun"]
    assert begun == ["P-2"] and case.event["matter"] == "E-2"
    assert [row["matter"] for row in case.registers["legal_cases"] if row["kind"] == "transfer"] == ["E-2"]
    _verified(case, finding="none")
    case.do("head_decide", by="head", head_decision="refuse", note="不构成犯罪")
    assert _answers(case) == ["refused"] and case.progress and case.progress.closed
    return case


def a_transfer_without_a_number_stands_alone() -> FlowCase:
    case = FlowCase()
    _running(case)
    _by_hand(case)
    case.do("look", by="first", link_decision="none", link_note="两案当事人不同")
    assert case.noted("transfer_alone")[0]["reason"] == "两案当事人不同" and case.nodes == {"verify_team"}
    assert not case.kinds("MessageThrown")
    return case


def nobody_looks_for_the_penalty_in_time() -> FlowCase:
    case = FlowCase()
    _running(case)
    _by_hand(case)
    case.until("transfer_link")
    # he is asked once more, then it is supervised
    assert case.told("transfer.unlinked") == 1 and case.nodes == {"look", "verify_team"}
    case.until("transfer_link")
    assert case.told("transfer.unlinked") == 2 and "look" not in case.nodes
    assert [one["step"] for one in case.noted("red")] == ["transfer_link"]
    (asked,) = [one["payload"] for one in case.kinds("MessageThrown") if one["name"] == "sup.opened"]
    assert asked["target_unit"] == case.event["lead_unit"]
    return case


def a_transfer_ends_before_anybody_looked() -> FlowCase:
    """What is not finished by then is dropped: no fine waits for a transfer that is over."""
    case = FlowCase()
    _running(case)
    case.begin("criminal_transfer", "start_by_hand", begin_kind="procurator", title="应移送未移送", matter_known="no",
               facts="数额已达标准", item_code="C18-04", unit=AGENCY, **CRIME)
    case.do("proc_opinion", by="procurator", unit=AGENCY, opinion_no="检意〔2026〕2号", opinion="应当移送公安机关",
            documents=[PHOTO])
    case.do("agency_reply", by="head", reply_decision="keep", note="经复核未达标准，说明如下")
    assert case.progress and case.progress.closed and not case.nodes
    assert not case.kinds("MessageThrown")
    return case


def an_incomplete_file_is_completed_in_three_days() -> FlowCase:
    case = _sent()
    case.do("receipt", by="police", own_case="yes", receipt_no="回〔2026〕2号", complete="no", note="缺检验报告")
    assert case.nodes == {"supplement"}
    case.until("transfer_supplement")
    assert case.noted("red") and case.nodes == {"supplement"}
    case.do("supplement", by="first", supplement_note="补检验报告", documents=[PHOTO])
    assert case.nodes == {"decide"}
    with pytest.raises(YongzhiError, match="应当退回案卷材料"):
        case.do("decide", by="police", police_decision="not_file", police_no="不立〔2026〕2号",
                police_reason="数额不足")
    _not_filed(case)
    assert case.nodes == {"reconsider"}
    return case
