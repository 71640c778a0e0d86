"""H and X6: no fine while a transfer of the same matter is open, in whichever order the two cases begin."""

from typing import Any

import pytest

from app.usecases import Tools
from tests.stories.cast import place
from tests.stories.desk import Refused
from tests.stories.telling import Event, Scene, refused
from tests.stories.test_ac10_workshop import CRIME, EMERGENCY, FIRST, HEAD, OFFICERS, SECOND, begun

SPOT = place("donghai-mingzhu")
FOUND = {"title": "擅自储存危险化学品", "facts": "无许可储存危险化学品", "item_code": "C18-04", "unit": EMERGENCY}


def penalised(scene: Scene, tools: Tools, **more: Any) -> Event:
    """Begin a penalty case by hand and file it."""
    case = begun(scene, tools, FIRST, "admin_penalty", **FOUND, party_kind="org", party_name="某企业", **more)
    if "look" in case.nodes:
        case.do(FIRST, "核对有无移送", link_decision="none", link_note="移送的是另一当事人")
    case.do(HEAD, "立案决定", decision="file", party_kind="org", party_name="某企业", note="有违法事实，属本机关管辖")
    return case


def investigated(case: Event) -> None:
    """Bring a case to the end of its investigation."""
    case.do(FIRST, "调查", officers=OFFICERS, facts="现场检查属实", evidence_list="照片、笔录", **CRIME,
            conclusion="penalty", proposed_penalties=["fine"], proposed_fine=3000, proposed_confiscation=0)
    case.do(SECOND, "第二名执法人员复核", decision="agree", certificate="33020002")


def to_the_decision(case: Event) -> None:
    """Bring an investigated case to the decision on the fine."""
    case.do(FIRST, "告知权利", notice_no="罚告〔2026〕1号", served_on="2026-03-05", grounds="事实、理由、依据如下",
            proposed_penalties=["fine"], proposed_fine=3000, proposed_confiscation=0,
            documents=[case.paper(FIRST, "give_notice")])
    case.act(FIRST, "penalty.rights_waived", waiver="书面放弃", waiver_files=[case.paper(FIRST)])


def decide(case: Event) -> None:
    """Decide a fine of 3,000 yuan."""
    case.do(HEAD, "处罚决定", decision="punish", penalties=["fine"], fine=3000, decision_no="罚〔2026〕1号",
            basis="危险化学品安全管理条例")


def transferred(scene: Scene, tools: Tools, origin_no: str) -> Event:
    """Begin a transfer by hand for the matter of a number."""
    return begun(scene, tools, FIRST, "criminal_transfer", begin_kind="agency", matter_known="yes",
                 origin_no=origin_no, **FOUND, **CRIME)


def refused_transfer(transfer: Event) -> None:
    """End a transfer: the head does not approve it."""
    transfer.do(FIRST, "核实，写移送报告", officers=OFFICERS, report="初步核实情况", evidence_list="清单",
                finding="none", **CRIME)
    transfer.do(SECOND, "第二人核实签字", second_decision="agree", certificate="33020002")
    transfer.do(HEAD, "负责人批准", head_decision="refuse", note="本机关自行处理")
    assert transfer.status == "closed"


def test_a_transfer_begun_by_hand_holds_the_fine_of_a_running_penalty(scene: Scene, tools: Tools) -> None:
    scene.at("03-02 09:00")
    case = penalised(scene, tools)
    investigated(case)
    to_the_decision(case)
    scene.at("03-02 10:00")
    transfer = transferred(scene, tools, case.reported.event_no)
    assert case.record["transfers"] == [transfer.reported.event_no] and case.limit("penalty_case")["state"] == "paused"
    with refused(409):
        decide(case)
    # who handles the case cannot end the block by a note
    with pytest.raises(Refused):
        case.act(FIRST, "penalty.transfer_noted", transfer_result="not_filed", criminal_fine=0,
                 documents=[case.paper(FIRST)])
    scene.at("03-02 11:00")
    refused_transfer(transfer)
    assert case.record["transfer_open"] is False and case.limit("penalty_case")["state"] == "running"
    decide(case)
    assert case.nodes == ["serve"]
    case.verified()


def test_a_penalty_begun_after_a_transfer_waits_for_its_answer(scene: Scene, tools: Tools) -> None:
    """Both have the number of one event, as two rows of a whistle have."""
    scene.at("03-02 09:00")
    transfer = transferred(scene, tools, "NB-11-1")
    other = penalised(scene, tools, origin_no="NB-11-2")
    case = penalised(scene, tools, origin_no="NB-11-1")
    assert case.record["transfers"] == [transfer.reported.event_no] and other.record["transfers"] == []
    investigated(case)
    assert case.nodes == [], "the notice waits for the transfer"
    scene.at("03-02 10:00")
    refused_transfer(transfer)
    assert case.nodes == ["give_notice"]
    to_the_decision(case)
    decide(case)
    assert case.nodes == ["serve"]


def test_a_penalty_begun_by_hand_finds_the_transfer_that_nobody_named(scene: Scene, tools: Tools) -> None:
    """No fine in place of a criminal case: before it files, the agency looks through its own open transfers."""
    scene.at("03-02 09:00")
    transfer = transferred(scene, tools, "NB-11-1")
    case = begun(scene, tools, FIRST, "admin_penalty", **FOUND, party_kind="org", party_name="某企业")
    assert case.nodes == ["look"] and case.due("penalty_link") == "03-04 09:00"
    assert not case.offered(HEAD), "nothing is filed before somebody has looked"
    with refused(422, field="same_transfer"):
        case.do(FIRST, "核对有无移送", link_decision="same", same_transfer="NB-11-9")
    case.do(FIRST, "核对有无移送", link_decision="same", same_transfer=transfer.reported.event_no)
    assert case.record["transfers"] == [transfer.reported.event_no]
    case.do(HEAD, "立案决定", decision="file", party_kind="org", party_name="某企业", note="有违法事实，属本机关管辖")
    investigated(case)
    assert case.nodes == [], "the notice waits for the transfer"
    scene.at("03-02 10:00")
    refused_transfer(transfer)
    assert case.nodes == ["give_notice"] and case.record["transfer_open"] is False
    case.verified()


def test_a_late_step_of_a_transfer_is_supervised(scene: Scene, tools: Tools) -> None:
    """The agency's three days are over: recorded, told, and a supervision case at the county."""
    scene.at("03-02 09:00")
    transfer = transferred(scene, tools, "NB-11-3")
    transfer.do(FIRST, "核实，写移送报告", officers=OFFICERS, report="擅自储存危险化学品，情况属实",
                evidence_list="清单", finding="crime", **CRIME)
    transfer.do(SECOND, "第二人核实签字", second_decision="agree", certificate="33020002")
    assert transfer.due("transfer_head") == "03-05 09:00"
    scene.at("03-05 09:01")
    assert transfer.nodes == ["head_decide"] and transfer.noted("red")
    (begun_by_it,) = [row for row in transfer.page["offspring"] if row["process"] == "supervision"]
    assert begun_by_it["event_no"]
